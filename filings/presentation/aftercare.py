"""What may be asked for an entity on the register, told before it is begun: window, years, what is carried over, obstacles."""

from __future__ import annotations

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from core.errors import Problem
from filings import programmes
from filings.enums import FINAL_STATES, FOUNDS, Action, EntityState, ParticipantRole
from filings.models import Entity, Filing
from filings.presentation.home import call_steps
from filings.presentation.wording import entity_url
from filings.selectors import lifecycle
from filings.selectors.lifecycle import (
    Window,
    basis,
    law_of,
    members_on,
    obstacles,
    open_filing,
    renewal_window,
    report_years,
)
from filings.selectors.reading import live_attachments
from policy.law import Law


def offer(entity: Entity, action: Action) -> dict[str, Any]:
    """Everything the start page of an action shows."""
    spec, law, today = programmes.get(entity.spec.key, action), law_of(entity), clock.today()
    variant = entity.spec.variants[action]
    is_report = action == Action.ANNUAL_REPORT
    years = year_lines(entity, today) if is_report else []
    found = obstacles(entity, action, period=first_open(years))
    if years and not first_open(years):
        found = [Problem("all_reported", _("到期的年度都已报告，下一年度结束后再报"))]
    running = open_filing(entity, action) if not is_report else None
    return {
        "entity": entity,
        "entity_url": entity_url(entity),
        "action": action,
        "spec": spec,
        "variant": variant,
        "status": entity.status_on(today),
        "clause": law.cite(variant.clause) if variant.clause and law.applies(variant.clause) else "",
        "obstacles": found,
        "possible": not found,
        "running": running,
        "window": window_facts(entity, law, today) if action == Action.RENEW else None,
        "years": years,
        "occasions": open_occasions(entity, action),
        "carried": carried(entity, action, today),
        "steps": call_steps(spec, law),
        "asks_experts_if": action == Action.CHANGE and variant.reviewed_when is not None,
    }


# --- the window of a renewal ---


def window_facts(entity: Entity, law: Law, today: datetime.date) -> dict[str, Any]:
    """Both days and how many are left before it opens or closes."""
    return told(renewal_window(entity, law), today) | {"clause": law.cite(entity.spec.renewal_rule)}


def told(window: Window | None, today: datetime.date) -> dict[str, Any]:
    if window is None:
        return {"opens": None, "closes": None, "open": False, "text": _("长期有效，不需要延续")}
    if today < window.opens:
        days = (window.opens - today).days
        text = ngettext("还有 %(n)s 天开始受理", "还有 %(n)s 天开始受理", days) % {"n": days}
    elif window.holds(today):
        days = (window.closes - today).days
        text = (
            ngettext("还可申请 %(n)s 天", "还可申请 %(n)s 天", days) % {"n": days} if days else _("今天截止")
        )
    else:
        text = _("已截止，请按新申报办理")
    return {"opens": window.opens, "closes": window.closes, "open": window.holds(today), "text": text}


# --- the years of a report ---


def year_lines(entity: Entity, today: datetime.date) -> list[dict[str, Any]]:
    """Each year a report can be given for, the latest first, with the report there is already."""
    have = {
        f.period: f
        for f in entity.filings.filter(action=Action.ANNUAL_REPORT).order_by("pk")
        if not _came_to_nothing(f)
    }
    return [
        {"year": str(year), "filing": have.get(str(year))} for year in reversed(report_years(entity, today))
    ]


def open_occasions(entity: Entity, action: str) -> dict[str, str]:
    """The occasions nothing has been filed for yet, key to name."""
    known = lifecycle.occasions(entity, action)
    given = lifecycle.live_filings(entity, action) if known else {}
    return {key: name for key, name in known.items() if key not in given}


def _came_to_nothing(filing: Filing) -> bool:
    return filing.is_final and filing.state != "filed"


def first_open(years: list[dict[str, Any]]) -> str:
    """The earliest year without a report: the one that presses most."""
    return next((line["year"] for line in reversed(years) if line["filing"] is None), "")


# --- what is carried over ---


def carried(entity: Entity, action: Action, today: datetime.date) -> list[str]:
    """In words; empty where nothing is."""
    variant, before = entity.spec.variants[action], basis(entity)
    found = []
    if variant.carries_content and before is not None:
        keys = {s.key for s in programmes.get(entity.spec.key, action).applicant_sections}
        pages = len(keys & set(before.content))
        files = sum(f.participant_id is None and f.section in keys for f in live_attachments(before))
        words = _("上次%(act)s的内容 %(pages)s 页、附件 %(files)s 个，可以修改")
        found.append(entity.spec.say(words, pages=pages, files=files))
    if variant.carries_members:
        rows = [m for m in members_on(entity, today) if m.role != ParticipantRole.LEAD]
        staying = sum(m.until is None for m in rows)
        words = (
            _("在册%(members)s %(n)s 家，内容没有改动的，其确认继续有效")
            if variant.carries_confirmations
            else _("在册%(members)s %(n)s 家，须由各单位重新确认")
        )
        found.append(entity.spec.say(words, n=staying))
        if leaving := [m.organisation.name for m in rows if m.until is not None]:
            found.append(_("已办理退出的不带入：%(names)s") % {"names": "、".join(leaving)})
    if variant.prefill is not None:
        found.append(str(variant.prefilled or _("登记名录上已有的内容")))
    return found


# --- the next steps of an entity, for lists ---


def next_steps(entity: Entity, filings: list[Filing], law: Law) -> list[dict[str, Any]]:
    """What the lead may go on with or begin. No query: `filings` are those of the entity that came to something."""
    if entity.standing != EntityState.REGISTERED:
        return []
    running = {f.action: f for f in filings if f.state not in FINAL_STATES}
    reported = {f.period for f in filings if f.action == Action.ANNUAL_REPORT}
    return [
        _step(entity, action, running.get(action), reported, law)
        for action in entity.spec.variants
        if action not in FOUNDS
        # what waits for an occasion comes as a duty; here it is gone on with
        and (action in running or not lifecycle.has_occasions(entity, action))
        and not (
            action in (Action.CHANGE, Action.UPGRADE, Action.EXIT) and entity.status_on(law.on) == "expired"
        )
        and (action in running or not lifecycle.out_of_question(entity, action))
    ]


def _step(
    entity: Entity, action: Action, running: Filing | None, reported: set[str], law: Law
) -> dict[str, Any]:
    if running is not None:
        label, url = _("继续办理%(action)s"), reverse("filings:open", args=[running.pk])
        note, ready = running.applicant_label, True
    else:
        label, url = "%(action)s", start_url(entity, action)
        note, ready = _note(entity, action, reported, law)
    return {
        "action": action,
        "label": label % {"action": entity.spec.action_label(action)},
        "url": url,
        "note": note,
        "ready": ready,
        "running": running is not None,
    }


def start_url(entity: Entity, action: Action) -> str:
    return reverse("filings:entity_start", args=[entity.code, action.value])


def _note(entity: Entity, action: Action, reported: set[str], law: Law) -> tuple[str, bool]:
    """A few words beside the link, and whether it can be begun on the day of the law."""
    if action == Action.RENEW:
        window = told(renewal_window(entity, law), law.on)
        return window["text"], window["open"]
    if action == Action.ANNUAL_REPORT:
        due = [str(year) for year in report_years(entity, law.on) if str(year) not in reported]
        if due:
            return _("待报 %(years)s 年度") % {"years": "、".join(due)}, True
        return _("暂无待报年度"), False
    return (_leaving(entity) if action == Action.EXIT else ""), True


def _leaving(entity: Entity) -> str:
    return programmes.get(entity.spec.key, Action.EXIT).say(_("整个主体%(decided)s%(act)s"))
