"""Tests that conditions of alliances, communities and unions share. Pure."""

from __future__ import annotations

from django.utils.translation import gettext

from filings.conditions import Facts, Finding, LawLike


def consent(facts: Facts, law: LawLike) -> Finding:
    """Every member has said so itself: its own section is filled in and it has confirmed what it is to belong to."""
    if not facts.get("members"):
        return Finding(False, gettext("尚无成员单位"), ("members",))
    silent = [m["name"] for m in facts["members"] if not m["consents"]]
    waiting = [name for name in facts.get("unconfirmed") or () if name not in silent]
    if silent:
        words = gettext("尚未声明自愿加入：%(names)s") % {"names": "、".join(silent)}
        return Finding(False, words, ("members",))
    if waiting:
        words = gettext("尚未确认的成员单位：%(names)s") % {"names": "、".join(waiting)}
        return Finding(False, words, ("members",))
    return Finding(True, gettext("各成员单位均自愿加入并已确认"))


def rules_file(facts: Facts, law: LawLike) -> Finding:
    """The rules of operation have been handed in."""
    met = bool(facts.get("has_rules_file"))
    return Finding(
        met,
        gettext("管理及运行办法已上传") if met else gettext("尚未上传管理及运行办法"),
        () if met else ("charter.rules",),
    )
