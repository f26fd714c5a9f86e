"""公示: publish for a number of working days, take objections from anybody, answer them, close."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Level
from core import audit, clock, workdays
from core.actor import Actor
from core.errors import Invalid, NotNow, NotVisible, Problem
from core.numbering import next_number
from core.workflow import Transition
from filings import permissions as may
from filings.enums import Outcome
from filings.models import Decision, Filing, Notice, Objection
from filings.selectors import ladder
from filings.selectors.clock import answer_due
from filings.selectors.reading import active_participants, law_for
from filings.services import duties
from filings.services.timeline import log
from filings.services.transition import perform


def notice_body(filing: Filing) -> dict[str, Any]:
    """What the public reads: names, never contacts; waivers with their public reasons."""
    decision = filing.decisions.filter(result=Decision.Result.CONFIRMED).latest("decided_at")
    law = law_for(filing)
    return {
        "programme": str(filing.spec.label),
        "name": filing.title,
        "lead": filing.applicant.name,
        "lead_label": str(filing.spec.words.lead),
        "members_label": str(filing.spec.words.members),
        "act": str(filing.spec.words.act),
        "members": [
            {"name": p.organisation.name, "role": filing.spec.role_label(p.role)}
            for p in active_participants(filing)
            if p.role != "lead"
        ],
        "industry": industry_label(filing) if filing.spec.registers else "",
        "told": filing.spec.hooks.told(filing),
        "level": _level(filing),
        "months": decision.months,
        "clause": law.cite(filing.spec.max_months_key or filing.spec.register_rule),
        "authority": filing.authority.name,
        "contact": {"phone": filing.authority.contact_phone, "address": filing.authority.address},
        "waivers": [
            {
                "condition": str(c.label) if (c := filing.spec.condition(w.condition)) else w.condition,
                "reason": w.public_reason,
                "clause": law.cite(w.condition),
            }
            for w in filing.waivers.filter(granted_at__isnull=False)
        ],
    }


def _level(filing: Filing) -> str:
    """The level asked for; empty for a kind with one level only."""
    return str(Level(ladder.asked(filing)).label) if len(filing.spec.levels) > 1 else ""


def industry_label(filing: Filing) -> str:
    """The industry as its list names it."""
    return filing.spec.industries().get(filing.industry, filing.industry)


def publish(*, actor: Actor, filing: Filing, comment: str = "", version: int | None = None) -> Filing:
    """Publish: the notice runs the law's working days, starting the day after publication."""

    def effect(row: Filing, transition: Transition, who: Actor, given: Mapping[str, Any]) -> None:
        days = int(law_for(row).value("procedure.notice"))
        today = clock.today()
        number = f"{row.spec.city_code}-GS-{today.year}-{next_number('notice.' + row.spec.city_code, today.year):04d}"
        title = row.spec.say(_("关于拟%(decided)s“%(name)s”的公示"), name=row.title)
        Notice.objects.create(
            filing=row,
            number=number,
            title=title,
            body=notice_body(row),
            starts_on=today,
            ends_on=workdays.add_workdays(today, days),
            days=days,
            published_at=clock.now(),
            published_by=who.user,
        )

    return perform(filing, "publish_notice", actor=actor, comment=comment, effect=effect, version=version)


def close(*, actor: Actor, filing: Filing, comment: str = "", version: int | None = None) -> Filing:
    """Close a notice that has run out and whose objections are answered."""

    def effect(row: Filing, transition: Transition, who: Actor, given: Mapping[str, Any]) -> None:
        row.notices.filter(closed_at=None).update(closed_at=clock.now())

    return perform(filing, "close_notice", actor=actor, comment=comment, effect=effect, version=version)


@transaction.atomic
def object_to(*, actor: Actor, notice_id: int, name: str, contact: str, text: str) -> Objection:
    """Anybody may object while the notice runs, by name: persons with their real name, units under their seal."""
    notice = (
        Notice.objects.select_for_update(of=("self",)).select_related("filing").filter(pk=notice_id).first()
    )
    if notice is None:
        raise NotVisible.one("notice", _("没有这个公示"))
    if notice.filing is None:
        raise NotNow.one("announcement", _("这是已经作出决定的公告，不接收异议。"))
    if notice.closed_at is not None or clock.today() > notice.ends_on:
        raise NotNow.one("notice_over", _("公示期已结束，不再接收异议。"))
    given = {"name": name.strip(), "contact": contact.strip(), "text": text.strip()}
    asked = {
        "name": _("请填写姓名或单位名称"),
        "contact": _("请填写联系方式"),
        "text": _("请写明异议内容和依据"),
    }
    limits = {"name": 120, "contact": 120, "text": 5000}
    problems = [Problem("required", asked[k], k) for k, v in given.items() if not v]
    problems += [
        Problem("too_long", _("最多 %(n)s 字") % {"n": limits[k]}, k)
        for k, v in given.items()
        if len(v) > limits[k]
    ]
    if problems:
        raise Invalid(problems)
    now = clock.now()
    number = next_number("objection", now.year)
    made = Objection.objects.create(
        notice=notice,
        receipt=f"YY-{now.year}-{number:04d}",
        received_at=now,
        due_at=answer_due(notice.filing, now),
        **given,
    )
    log(notice.filing, "objection", _("收到异议"), actor=actor, comment=made.receipt, staff_only=True)
    duties.sync(notice.filing)
    audit.record("objection.received", actor=actor, obj=made, detail={"notice": notice.number})
    return made


@transaction.atomic
def answer_objection(
    *, actor: Actor, filing: Filing, objection_id: int, outcome: str, reply: str
) -> Objection:
    """An officer answers; an objection is answered once."""
    row = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
    may.may_answer_objection.require(actor, row)
    found = (
        Objection.objects.select_for_update(of=("self",)).filter(pk=objection_id, notice__filing=row).first()
    )
    if found is None:
        raise NotVisible.one("objection", _("没有这件异议"))
    if found.answered_at is not None:
        raise NotNow.one("answered", _("该异议已经答复。"))
    if outcome not in Outcome.values or not reply.strip():
        raise Invalid.one("reply", _("请选择结论并写明答复"), "reply")
    found.outcome, found.reply = outcome, reply.strip()
    found.answered_by, found.answered_at = actor.user, clock.now()
    found.save(update_fields=["outcome", "reply", "answered_by", "answered_at"])
    log(row, "objection_answered", _("答复异议"), actor=actor, comment=found.receipt, staff_only=True)
    duties.sync(row)
    audit.record("objection.answered", actor=actor, obj=found, detail={"outcome": outcome})
    return found
