"""The sentence of a letter that decides, in the words of its programme. No writes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Level
from filings.enums import Action
from filings.letters.merge import day
from filings.models import Filing
from filings.selectors import ladder
from filings.standard_sections import APPROVAL
from filings.words import ACT


def decision_words(filing: Filing, found: Mapping[str, Any], *, open_ended: bool | None = False) -> str:
    """What was asked for, decided. What is not known yet says so; `open_ended`: the validity has no end."""
    own = filing.spec.hooks.decides
    if own is not None:
        return own(filing)
    unknown = _("（发出时确定）")

    def said(key: str) -> str:
        value = found.get(key)
        return day(value) if isinstance(value, datetime.date) else str(value or unknown)

    spec = filing.spec
    keys = ("entity", "registration", "certificate", "valid_from", "valid_until", "signed_on")
    words = {key: said(key) for key in keys} | _levels(filing) | _approval(filing)
    span = _("自%(valid_from)s起长期有效") if open_ended else _("有效期自%(valid_from)s至%(valid_until)s")
    words["span"] = spec.say(span, **words)
    words["lasting"] = (
        _("长期有效") if open_ended else spec.say(_("%(act)s有效期仍至%(valid_until)s"), **words)
    )
    return spec.say(_sentence(filing, has_paper=bool(found.get("certificate"))), **words)


def _sentence(filing: Filing, *, has_paper: bool) -> str:
    action, spec = Action(filing.action), filing.spec
    if action == Action.CHANGE:
        return _("同意“%(entity)s”按申报内容变更，登记信息自%(signed_on)s起更新，%(lasting)s。")
    if action == Action.EXIT:
        if not has_paper:
            return _("同意“%(entity)s”自%(signed_on)s起%(decided)s%(act)s。")
        return _(
            "同意“%(entity)s”自%(signed_on)s起%(decided)s%(act)s，%(act)s证书（证书编号：%(certificate)s）同时终止。"
        )
    if action == Action.RENEW:
        return _("准予“%(entity)s”%(renewal)s，证书编号%(certificate)s，%(span)s。")
    if action == Action.UPGRADE:
        return _(
            "依据%(document)s，同意“%(entity)s”的级别由%(from)s登记为%(level)s，原级别保留在级别沿革中。"
        )
    if action == Action.RECORD_APPROVAL:
        return _(
            "依据%(document)s，同意“%(entity)s”作为%(level)s%(kind)s登记入册，登记编号%(registration)s，%(span)s。"
        )
    if spec.words.act != ACT and len(spec.levels) > 1:
        return _("准予“%(entity)s”%(act)s为%(level)s%(kind)s，证书编号%(certificate)s，%(span)s。")
    return _("准予“%(entity)s”%(act)s，证书编号%(certificate)s，%(span)s。")


def _levels(filing: Filing) -> dict[str, str]:
    """The level asked for, and the one it follows."""
    found = {"level": str(Level(ladder.asked(filing)).label), "from": ""}
    if filing.entity is not None:
        before = ladder.level_before(filing.entity, filing)
        found["from"] = str(Level(before).label)
    return found


def _approval(filing: Filing) -> dict[str, str]:
    """The approval document as a letter names it: 某机关某文号."""
    said = filing.content.get(APPROVAL.key, {})
    return {"document": f"{said.get('issued_by', '')}{said.get('number', '')}"}
