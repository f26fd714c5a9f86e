"""What is owed in a filing: read off its state, its clock, its panel and its objections. No writes."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind, OrganisationState, Role
from accounts.models import Organisation
from core import clock, workdays
from filings import programmes
from filings.enums import FINAL_STATES, Action, AssignmentState, DutyKind, State
from filings.models import Filing, Notice, Objection, ReviewPanel
from filings.owed import Owed
from filings.programmes import SCIENCE
from filings.selectors.reading import law_for

ISSUE_LIMIT = "procedure.issue"


def owed(pk: int) -> list[Owed]:
    """Source `filing`. Drafts, filings that are over and programmes nobody declares owe nothing."""
    filing = Filing.objects.select_related("district", "assigned_to").filter(pk=pk).first()
    if filing is None or filing.state not in OWED or filing.programme not in dict(programmes.choices()):
        return []
    return [*OWED[State(filing.state)](filing), *_objections(filing)]


def living() -> Iterable[int]:
    """Filings under way."""
    return (
        Filing.objects.exclude(state__in=(State.DRAFT, *FINAL_STATES)).values_list("pk", flat=True).iterator()
    )


def _one(
    filing: Filing,
    kind: DutyKind,
    words: str,
    *,
    key: str = "",
    due: datetime.datetime | None = None,
    opens: datetime.date | None = None,
    **changes: Any,
) -> list[Owed]:
    """One thing owed by the authority unless said otherwise, due when the filing is; nothing where it has no clock."""
    due = due or filing.due_at
    if due is None:
        return []
    values: dict[str, Any] = {
        "organisation_id": filing.authority_id,
        "person_id": filing.assigned_to_id,
        "clause": _clause(filing),
        **changes,
    }
    opened = clock.local(filing.state_changed_at or clock.now()).date()
    return [
        Owed(
            key=key or kind.value,
            kind=kind.value,
            title=words % {"title": _name(filing)},
            due_at=due,
            opens_on=min(opens or opened, clock.local(due).date()),
            filing_id=filing.pk,
            entity_id=filing.entity_id,
            **values,
        )
    ]


def _name(filing: Filing) -> str:
    """What it is about; one entity may have a change and a report under way at once."""
    name = filing.title or str(filing.spec.label)
    founding = filing.action == Action.ESTABLISH
    return (
        name
        if founding
        else _("%(name)s（%(action)s）")
        % {
            "name": name,
            "action": filing.spec.action_label(filing.action),
        }
    )


def _clause(filing: Filing) -> str:
    """The rule behind the limit of the present state; empty for a default of ours."""
    key = filing.spec.procedure.limits.get(filing.state)
    return law_for(filing).cite(key) if key else ""


def _recommend(filing: Filing) -> list[Owed]:
    if not filing.spec.procedure.recommendation:
        return _examine(filing)
    bureau = recommending_bureau(filing)
    return _one(filing, DutyKind.RECOMMEND, _("推荐“%(title)s”"), organisation_id=bureau, person_id=None)


def recommending_bureau(filing: Filing) -> int:
    """Who recommends: the science bureau of the filing's district, else of the district its zone maps to, else the authority.

    Where the city's development commission recommends: that of the city, else the authority.
    """
    by_city = filing.spec.recommender == Role.MUNICIPAL_DRC
    city = filing.district.city
    places = [city.pk if city else None] if by_city else [filing.district_id, filing.district.maps_to_id]
    found = dict(
        Organisation.objects.filter(
            kind=OrganisationKind.BUREAU,
            state=OrganisationState.APPROVED,
            department="development_reform" if by_city else SCIENCE,
            jurisdiction__in=[place for place in places if place is not None],
        )
        .order_by("-pk")
        .values_list("jurisdiction_id", "pk")
    )
    return next((found[place] for place in places if place in found), filing.authority_id)


def _examine(filing: Filing) -> list[Owed]:
    return _one(filing, DutyKind.EXAMINE, _("形式审查“%(title)s”"))


def _correct(filing: Filing) -> list[Owed]:
    return _one(
        filing,
        DutyKind.CORRECT,
        _("补正“%(title)s”"),
        organisation_id=filing.applicant_id,
        person_id=None,
        authority_id=filing.authority_id,
        legal=True,
    )


def _review(filing: Filing) -> list[Owed]:
    """Organising the review is the officer's, each score its expert's."""
    if filing.state == State.ACCEPTED and not _asks_experts(filing):
        return _decide(filing)
    found = _one(filing, DutyKind.REVIEW, _("组织评审“%(title)s”"))
    panel = ReviewPanel.objects.filter(filing=filing, closed_at=None).first()
    if filing.state != State.IN_REVIEW or panel is None:
        return found
    waiting = panel.assignments.filter(standing__in=(AssignmentState.INVITED, AssignmentState.READY))
    for pk, user_id in waiting.order_by("pk").values_list("pk", "expert__user_id"):
        found += _one(
            filing, DutyKind.SCORE, _("评审“%(title)s”"), key=f"{DutyKind.SCORE}:{pk}", person_id=user_id
        )
    return found


def _asks_experts(filing: Filing) -> bool:
    variant = filing.spec.variant
    wants = variant.reviewed_when if variant is not None else None
    return filing.spec.procedure.review or (wants is not None and wants(filing))


def _decide(filing: Filing) -> list[Owed]:
    if not filing.spec.procedure.decision:
        return _one(filing, DutyKind.EXAMINE, _("归档“%(title)s”"), key=f"{DutyKind.EXAMINE}:record")
    return _one(filing, DutyKind.DECIDE, _("拟定“%(title)s”的办理意见"))


def _confirm(filing: Filing) -> list[Owed]:
    """The second of two people: nobody by name, but not the one who proposed."""
    proposer = filing.decisions.filter(result="open").values_list("proposed_by_id", flat=True).first()
    return _one(
        filing,
        DutyKind.DECIDE,
        _("审定“%(title)s”"),
        key=f"{DutyKind.DECIDE}:confirm",
        person_id=None,
        first_person_id=proposer,
    )


def _publish(filing: Filing) -> list[Owed]:
    words = _("发布“%(title)s”的公示") if filing.spec.procedure.notice else _("为“%(title)s”发文")
    return _one(filing, DutyKind.PUBLISH, words)


def _issue(filing: Filing) -> list[Owed]:
    """While the notice runs: to be closed on the next working day. Once closed: to be issued within the limit for that."""
    last = Notice.objects.filter(filing=filing).order_by("-ends_on", "-pk").first()
    if last is None:
        return _one(filing, DutyKind.PUBLISH, _("为“%(title)s”发文"), key=f"{DutyKind.PUBLISH}:issue")
    if last.closed_at is None:
        due = clock.end_of_day(workdays.add_workdays(last.ends_on, 1))
        after = last.ends_on + datetime.timedelta(days=1)
        words = _("结束“%(title)s”的公示并发文")
        return _one(filing, DutyKind.PUBLISH, words, key=f"{DutyKind.PUBLISH}:close", due=due, opens=after)
    limit = law_for(filing).value(ISSUE_LIMIT)
    return _one(
        filing,
        DutyKind.PUBLISH,
        _("为“%(title)s”发文"),
        key=f"{DutyKind.PUBLISH}:issue",
        due=workdays.deadline(last.closed_at, int(limit)) if limit else None,
        opens=clock.local(last.closed_at).date(),
    )


def _objections(filing: Filing) -> list[Owed]:
    """Each objection without an answer, by its own limit."""
    found: list[Owed] = []
    for row in Objection.objects.filter(notice__filing=filing, answered_at=None).order_by("pk"):
        found += _one(
            filing,
            DutyKind.OBJECTION,
            _("答复“%(title)s”的异议"),
            key=f"{DutyKind.OBJECTION}:{row.pk}",
            due=row.due_at,
            opens=clock.local(row.received_at).date(),
            clause=law_for(filing).cite("procedure.objection"),
            legal=True,
        )
    return found


OWED: dict[State, Callable[[Filing], list[Owed]]] = {
    State.SUBMITTED: _recommend,
    State.RECOMMENDED: _examine,
    State.IN_EXAMINATION: _examine,
    State.IN_CORRECTION: _correct,
    State.ACCEPTED: _review,
    State.IN_REVIEW: _review,
    State.REVIEWED: _decide,
    State.PROPOSED: _confirm,
    State.CONFIRMED: _publish,
    State.ON_NOTICE: _issue,
}
