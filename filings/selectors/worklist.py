"""The officers' desk: what waits for whom, in tabs with capped counts, as plain rows.

Pages read tuples, not instances: a list of a thousand filings costs the same few queries as one of ten.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import RECOMMENDERS, Role
from accounts.selectors import people_with_role
from core import clock, workdays
from core.actor import Actor
from core.counts import statement
from filings import programmes
from filings.enums import APPLICANT_HOLDS, FINAL_STATES, Action, State
from filings.models import Decision, Filing, Notice, Objection
from filings.permissions import STAFF_READERS
from filings.selectors.assignment import HANDLERS, covered_today, without_role
from filings.selectors.filings import TABS, districts_of, visible_to

CAP = 1000  # counts beyond it read "1000+": an exact count of a large slice costs more than the list
SOON_DAYS = 2
DESK_ROLES = (
    Role.CASE_OFFICER,
    Role.DIVISION_HEAD,
    *RECOMMENDERS,
    Role.AUDITOR,
    Role.FINANCE,
)

TAB_LABELS: dict[str, Any] = {
    "mine": _("我的待办"),
    "recommending": _("待推荐"),
    "waiting": _("待受理"),
    "examination": _("形式审查"),
    "correction": _("补正中"),
    "review": _("评审中"),
    "decision": _("待决定"),
    "notice": _("公示中"),
    "closed": _("已办结"),
    "all": _("全部"),
}

# what an officer looks after once a case is assigned
_AT_WORK = (State.IN_EXAMINATION, State.ACCEPTED, State.IN_REVIEW, State.REVIEWED, State.CONFIRMED)


@dataclass(frozen=True)
class Line:
    """One filing as the list shows it."""

    pk: int
    programme: str
    action: str
    period: str
    title: str
    number: str
    state: str
    unit: str
    code: str
    district: str
    officer: str
    officer_id: int | None
    submitted_at: datetime | None
    due_at: datetime | None
    covered: bool = False  # the officer is away today, and who looks at the list covers

    @property
    def label(self) -> str:
        return programmes.state_label(self.programme, self.action, self.state, staff=True)

    @property
    def matter(self) -> str:
        """变更, 2026 年度报告 …; empty for a founding."""
        if self.action == Action.ESTABLISH:
            return ""
        return f"{self.period} {programmes.get(self.programme).action_label(self.action)}".strip()

    @property
    def cover_words(self) -> str:
        """Shown where the reader does the work of somebody who is away."""
        return str(_("代 %(name)s 办理")) % {"name": self.officer}

    @property
    def clock(self) -> dict[str, Any]:
        return clock_line(self.state, self.due_at)


def clock_line(state: str, due_at: datetime | None) -> dict[str, Any]:
    """The clock of a row for `components/clock.html`. No query: the calendar is cached."""
    if state in FINAL_STATES or due_at is None:
        return {"state": "none", "due_at": None}
    left = workdays.workdays_between(clock.today(), clock.local(due_at).date())
    if clock.now() > due_at:
        face = "over"
    elif state in APPLICANT_HOLDS:
        face = "paused"
    else:
        face = "soon" if left <= SOON_DAYS else "running"
    return {"state": face, "days_left": max(left, 0), "days_over": max(-left, 1), "due_at": due_at}


def on_desk(actor: Actor) -> QuerySet[Filing]:
    """Submitted filings of the acting bureau or district; nothing of what a person sees in other capacities."""
    staff = replace(actor, roles=actor.roles & frozenset(DESK_ROLES))
    return visible_to(staff).filter(submitted_at__isnull=False)


def waits_for(actor: Actor) -> Q:
    """What this person is to do next, by role: the own cases, and those of whoever one covers today."""
    reach = Q(pk__in=[])
    if actor.has_role(*RECOMMENDERS):
        reach |= _to_recommend()
    if actor.has_role(Role.CASE_OFFICER, Role.DIVISION_HEAD):
        mine = Q(assigned_to_id=actor.user_id) | Q(assigned_to_id__in=covered_today(actor))
        reach |= mine & (Q(state__in=_AT_WORK) | arrived())
        reach |= mine & Q(_notice_needs_work(), state=State.ON_NOTICE)
        reach |= arrived() & Q(assigned_to_id=None)
    if actor.has_role(Role.DIVISION_HEAD):
        own = Decision.objects.filter(
            filing=OuterRef("pk"), result=Decision.Result.OPEN, proposed_by_id=actor.user_id
        )
        reach |= Q(~Exists(own), state=State.PROPOSED)
    return reach


def _straight() -> Q:
    """Filings that need no recommendation: they reach the bureau when they are submitted."""
    parts = [Q(action=action, programme__in=keys) for action, keys in programmes.sent_straight().items()]
    return reduce(or_, parts, Q(pk__in=[]))


def arrived() -> Q:
    """Waits for the bureau to begin."""
    return Q(state=State.RECOMMENDED) | (Q(state=State.SUBMITTED) & _straight())


def _to_recommend() -> Q:
    return Q(state=State.SUBMITTED) & ~_straight()


def _notice_needs_work() -> Q:
    """The notice has run out, is closed already, or carries an objection without an answer."""
    running = Notice.objects.filter(filing=OuterRef("pk"), closed_at=None, ends_on__gte=clock.today())
    waiting = Objection.objects.filter(notice__filing=OuterRef("pk"), answered_at=None)
    return ~Exists(running) | Q(Exists(waiting))


# tabs that depend on whether somebody recommends, not on the state alone
_BY_WAY = {"recommending": _to_recommend, "waiting": arrived}


def in_tab(rows: QuerySet[Filing], tab: str, actor: Actor) -> QuerySet[Filing]:
    """The rows of one tab; an unknown key shows everything."""
    if tab == "mine":
        return rows.filter(waits_for(actor))
    if tab in _BY_WAY:
        return rows.filter(_BY_WAY[tab]())
    states = TABS.get(tab)
    return rows if states is None else rows.filter(state__in=states)


def tabs_for(actor: Actor) -> list[str]:
    """The tabs this actor works with, 我的待办 first; who only reads has none of his own."""
    acts = actor.has_role(Role.CASE_OFFICER, Role.DIVISION_HEAD, *RECOMMENDERS)
    return [key for key in TAB_LABELS if acts or key != "mine"]


def counts(rows: QuerySet[Filing], actor: Actor) -> dict[str, int]:
    """Capped count of each tab, all in one query: each tab is walked by itself, no further than the cap."""
    tabs = tabs_for(actor)
    try:
        base, given = statement(rows.order_by().values("state"))
    except EmptyResultSet:
        return dict.fromkeys(tabs, 0)
    parts, values = [], []
    for key in tabs:
        part, more = base, given
        if key == "mine" or (key in _BY_WAY and programmes.sent_straight()):
            part, more = statement(in_tab(rows, key, actor).order_by().values("pk"))
        elif key in TABS:
            # the states are written out, so that each tab gets a plan of its own
            part = f"SELECT 1 FROM ({base}) AS slice WHERE slice.state IN %s"  # noqa: S608 - the ORM's own SQL
            more = [*given, tuple(state.value for state in TABS[key])]
        parts.append(f"SELECT %s AS tab, count(*) FROM ({part} LIMIT {CAP + 1}) AS part")  # noqa: S608
        values += [key, *more]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return dict(cursor.fetchall())


def ordered(rows: QuerySet[Filing], tab: str) -> QuerySet[Filing]:
    """Clock left first; what is closed, newest first."""
    if tab == "closed":
        return rows.order_by(F("ended_at").desc(nulls_last=True), "-pk")
    return rows.order_by(F("due_at").asc(nulls_last=True), "pk")


def lines(rows: QuerySet[Filing], actor: Actor) -> list[Line]:
    """Rows as the list shows them. One query."""
    away = covered_today(actor).filter(user_id=OuterRef("assigned_to_id"))
    found = rows.annotate(covered=Exists(away)).values_list(
        "pk",
        "programme",
        "action",
        "period",
        "title",
        "receipt_number",
        "state",
        "applicant__name",
        "applicant__credit_code",
        "district__label",
        "assigned_to__name",
        "assigned_to_id",
        "submitted_at",
        "due_at",
        "covered",
    )
    return [_line(*row) for row in found]


def _line(
    pk: int, programme: str, action: str, period: str, title: str, number: str | None, *rest: Any
) -> Line:
    state, unit, code, district, officer, person, at, due, away = rest
    what = (pk, programme, action, period, title, number or "")
    return Line(*what, state, unit, code, district, officer or "", person, at, due, away)


def mine(actor: Actor) -> QuerySet[Filing] | None:
    """What waits for this actor, no more than are counted; None for who only reads."""
    if "mine" not in tabs_for(actor):
        return None
    return on_desk(actor).filter(waits_for(actor)).order_by()[: CAP + 1]


def district_options(actor: Actor) -> list[tuple[str, str]]:
    """Districts inside the acting bureau's jurisdiction, for the filter."""
    place = getattr(actor.organisation, "jurisdiction", None)
    if place is None:
        return []
    return list(districts_of(place).order_by("code").values_list("code", "label"))


UNASSIGNED, LEFT = "none", "left"


def officer_options(actor: Actor) -> list[tuple[str, str]]:
    """Whom a case of the acting bureau can be assigned to, for the filter. One query."""
    if actor.organisation is None or not actor.has_role(*STAFF_READERS):
        return []
    people = people_with_role(actor.organisation, *HANDLERS).values_list("pk", "name")
    fixed = [(UNASSIGNED, str(_("未分派"))), (LEFT, str(_("经办人已离岗")))]
    return [*fixed, *((str(pk), name) for pk, name in people)]


def of_officer(rows: QuerySet[Filing], officer: str) -> QuerySet[Filing]:
    """The rows of one officer, of nobody, or of those who no longer handle cases."""
    if officer == UNASSIGNED:
        return rows.filter(assigned_to=None)
    if officer == LEFT:
        return rows.filter(without_role(), assigned_to__isnull=False)
    return rows.filter(assigned_to_id=int(officer)) if officer.isdecimal() else rows


def industry_options(specs: Iterable[programmes.Programme] | None = None) -> list[tuple[str, str]]:
    """The industries a filing can name, from the programmes' own lists in force today."""
    found: dict[str, str] = {}
    for spec in programmes.all_programmes() if specs is None else specs:
        found |= spec.industries()
    return list(found.items())
