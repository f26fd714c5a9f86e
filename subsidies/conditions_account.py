"""Whether money may go to an account: what is wrong with it, and what somebody should look at. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from core.errors import Problem

#: Accounts of units at banks in China have nine to thirty digits; others are typing errors.
SHORTEST, LONGEST = 9, 30


def digits_of(number: str) -> str:
    """An account number as it is kept: half-width, without the spaces and hyphens people group it with."""
    text = unicodedata.normalize("NFKC", number)
    return "".join(sign for sign in text if not sign.isspace() and sign not in "-－")


def same_name(one: str, other: str) -> bool:
    """Whether two names are one: width of brackets and spaces do not count."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def faults(*, unit: str, bank: str, account_name: str, account_number: str) -> Iterator[Problem]:
    """Why nothing can be paid to this account."""
    if not bank.strip():
        yield Problem("bank", _("没有开户银行"), "bank")
    if not account_name.strip():
        yield Problem("account_name", _("没有账户名称"), "account_name")
    elif not same_name(account_name, unit):
        words = _("账户名称“%(account)s”与单位名称“%(unit)s”不一致")
        yield Problem("account_name", words % {"account": account_name, "unit": unit}, "account_name")
    number = digits_of(account_number)
    if not number:
        yield Problem("account_number", _("没有银行账号"), "account_number")
    elif not (number.isascii() and number.isdigit()):
        yield Problem("account_number", _("银行账号只能是数字"), "account_number")
    elif not SHORTEST <= len(number) <= LONGEST:
        words = _("银行账号应为 %(least)s 至 %(most)s 位数字，现为 %(n)s 位")
        given = {"least": SHORTEST, "most": LONGEST, "n": len(number)}
        yield Problem("account_number", words % given, "account_number")


def shared_with(units: Iterable[str]) -> Iterator[Problem]:
    """The same account is named by other units: not forbidden, but to be looked at before money goes there."""
    named = list(dict.fromkeys(units))
    if named:
        words = _("同一账号还被其他单位使用：%(units)s")
        yield Problem("shared_account", words % {"units": "、".join(named)}, "account_number")


def masked(number: str) -> str:
    """An account number for who need not know it: the last four digits."""
    return f"****{number[-4:]}" if len(number) > 4 else ("****" if number else "")
