"""Away from a day to a day, and who covers. A cover acts under the own name with the own roles and gains none."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.services import notify
from core import audit, clock
from core.actor import Actor
from core.errors import NotAllowed, NotNow, NotVisible, Problem, raise_if
from filings import permissions as may
from filings.models import Absence
from filings.selectors import assignment as seen_as
from filings.services.assignment import KIND

LONGEST = 366  # days


@transaction.atomic
def set_absence(
    *, actor: Actor, user: User, cover: User, since: date, until: date, reason: str = ""
) -> Absence:
    """Away in the acting bureau from `since` to `until` (both inclusive), said by the person or a head.

    Raises NotAllowed, and Invalid with every reason: days past, reversed or too many; an absence already there; a
    cover who lacks a role the work needs, is away in these days, or is the person; the person covers for somebody.
    """
    if actor.user_id != user.pk:
        may.may_arrange.require(actor)
    may.has_work.require(actor)
    bureau = actor.organisation
    # one writer at a time: an overlap can come from a row that is not there yet
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=bureau.pk)
    raise_if(_wrong_days(since, until))
    raise_if(
        [
            *_wrong_person(bureau, user),
            *_wrong_cover(bureau, user, cover),
            *_clashes(bureau, user, cover, since, until),
        ]
    )
    made = Absence.objects.create(
        organisation=bureau,
        user=user,
        cover=cover,
        since=since,
        until=until,
        reason=reason.strip(),
        created_by=actor.user,
        created_at=clock.now(),
    )
    detail = {"user": user.pk, "cover": cover.pk, "since": since, "until": until}
    audit.record("absence.set", actor=actor, obj=made, detail=detail)
    _tell_ahead(made, actor)
    tell_covers()
    return made


def _wrong_days(since: date, until: date) -> list[Problem]:
    if until < since:
        return [Problem("until", _("截止日期不能早于起始日期"), "until")]
    if since < clock.today():
        return [Problem("since", _("起始日期不能早于今天：代办不能补办"), "since")]
    if (until - since).days >= LONGEST:
        return [Problem("until", _("一次最多 %(n)s 天") % {"n": LONGEST}, "until")]
    return []


def _wrong_person(bureau: Organisation, user: User) -> list[Problem]:
    if not set(seen_as.COVERED_BY) & seen_as.roles_of(user, bureau):
        return [Problem("user", _("%(name)s在本机关没有需要代办的工作") % {"name": user}, "user")]
    return []


def _wrong_cover(bureau: Organisation, user: User, cover: User) -> list[Problem]:
    """The cover may do the work with roles of the own; cover gives none."""
    if cover.pk == user.pk:
        return [Problem("cover", _("代办人不能是本人"), "cover")]
    lacking = seen_as.uncovered(seen_as.roles_of(user, bureau), seen_as.roles_of(cover, bureau))
    if not lacking:
        return []
    names = "、".join(str(Role(role).label) for role in lacking)
    words = _("%(cover)s没有“%(roles)s”角色，不能代办%(name)s的工作。代办不授予任何角色")
    return [Problem("cover", words % {"cover": cover, "roles": names, "name": user}, "cover")]


def _clashes(bureau: Organisation, user: User, cover: User, since: date, until: date) -> list[Problem]:
    """Other absences in these days: of the person, of the cover, and of those whom the person covers."""
    rows = Absence.objects.filter(seen_as.overlapping(since, until), organisation=bureau)
    found = []
    for row in rows.select_related("user", "cover").order_by("since"):
        span = {"name": row.user, "since": row.since.isoformat(), "until": row.until.isoformat()}
        if row.user_id == user.pk:
            words = _("%(name)s在 %(since)s 至 %(until)s 已有一次休假登记")
            found.append(Problem("overlap", words % span, "since"))
        elif row.user_id == cover.pk:
            words = _("%(name)s在 %(since)s 至 %(until)s 也休假，不能代办")
            found.append(Problem("cover_away", words % span, "cover"))
        elif row.cover_id == user.pk:
            words = _("%(who)s在 %(since)s 至 %(until)s 为%(name)s代办，请先另定代办人")
            found.append(Problem("covers", words % {**span, "who": user}, "since"))
    return found


@transaction.atomic
def end_absence(*, actor: Actor, absence_id: int) -> Absence:
    """Back early, or not going at all: from now on nobody covers. By the person or a head."""
    row = (
        Absence.objects.select_for_update(of=("self",), no_key=True)
        .select_related("user", "cover")
        .filter(pk=absence_id, organisation=actor.organisation)
        .first()
    )
    if row is None or not may.has_work(actor):
        raise NotVisible.one("absence", _("没有这次休假登记。"))
    if row.user_id != actor.user_id and not may.may_arrange(actor):
        raise NotAllowed.one("not_allowed", may.may_arrange.refusal(actor))
    if row.ended_at is not None or row.until < clock.today():
        raise NotNow.one("over", _("这次休假已经结束。"))
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    audit.record("absence.ended", actor=actor, obj=row, detail={"user": row.user_id, "cover": row.cover_id})
    words = _("%(name)s的工作自即日起由本人办理。") % {"name": row.user}
    _tell(row, title=_("代办结束：%(name)s") % {"name": row.user}, text=words, actor=actor)
    return row


def tell_covers() -> int:
    """Tell everybody whose cover has begun, once each; how many were told. Run daily and when one is set."""
    told = 0
    today = clock.today()
    for row in Absence.objects.filter(seen_as.on(today)).select_related("user", "cover", "organisation"):
        words = _(
            "%(name)s休假至 %(until)s，分派给%(name)s的事项列入您的待办。您以本人名义、按本人的角色办理。"
        )
        made = notify.tell(
            kind=KIND,
            to=[row.cover],
            title=_("今日起由您代办：%(name)s") % {"name": row.user},
            text=words % {"name": row.user, "until": row.until.isoformat()},
            url=reverse("filings:worklist"),
            organisation=row.organisation,
            once=f"absence:{row.pk}",
        )
        told += len(made)
    return told


def _tell_ahead(row: Absence, actor: Actor) -> None:
    """A cover that begins later is known beforehand."""
    if row.since <= clock.today():
        return
    span = {"name": row.user, "since": row.since.isoformat(), "until": row.until.isoformat()}
    words = _("%(since)s 至 %(until)s，分派给%(name)s的事项由您代办。")
    _tell(row, title=_("请代办：%(name)s休假") % span, text=words % span, actor=actor)


def _tell(row: Absence, *, title: str, text: str, actor: Actor) -> None:
    if row.cover_id != actor.user_id:
        notify.tell(
            kind=KIND,
            to=[row.cover],
            title=title,
            text=text,
            url=reverse("assignment:absence"),
            organisation=row.organisation,
        )
