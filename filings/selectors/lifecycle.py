"""What an entity on the register may still do, and why not; what it consists of on a day. No writes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.errors import Problem
from filings.conditions import Judgement, judge
from filings.enums import (
    FINAL_STATES,
    OPEN_CANCELLATION,
    Action,
    EntityState,
    Lamp,
    State,
    Strength,
)
from filings.models import Entity, EntityMember, Filing, Waiver
from filings.models.entity import in_force
from filings.models.filing import ENDS_UNHAPPILY
from filings.periods import add_months
from filings.selectors.reading import waiver_facts
from policy.law import Law, law_on

APPLIES = (Action.ESTABLISH, Action.RECORD_APPROVAL, Action.CHANGE, Action.RENEW)
REWRITES = (Action.CHANGE, Action.RENEW)


def law_of(entity: Entity, on: datetime.date | None = None) -> Law:
    """The law in force for an entity on a day (today)."""
    return law_on(on or clock.today(), entity.spec.place)


def basis(entity: Entity, *, of: Filing | None = None) -> Filing | None:
    """The last approved proposal: what the entity agreed to, until the next one. None where it was recorded otherwise.

    `of` asks for the one a filing is to be compared with, also once that filing has been approved itself.
    """
    applied = entity.filings.filter(state=State.FILED, action__in=APPLIES)
    if of is not None:
        applied = applied.exclude(pk=of.pk)
        applied = applied.filter(filed_at__lte=of.filed_at) if of.filed_at else applied
    return applied.select_related("applicant", "panel").order_by("filed_at", "pk").last()


def last_review(entity: Entity) -> Filing | None:
    """The last approved proposal that experts judged; their verdicts hold until the next."""
    judged = entity.filings.filter(state=State.FILED, panel__closed_at__isnull=False)
    return judged.select_related("panel").order_by("filed_at", "pk").last()


def members_on(entity: Entity, on: datetime.date, *, without: int | None = None) -> QuerySet[EntityMember]:
    """Who belongs to an entity on a day, one organisation (its key) left out if asked."""
    rows = entity.members.filter(in_force(on)).select_related("organisation__district__parent")
    return rows.exclude(organisation_id=without).order_by("pk") if without else rows.order_by("pk")


@dataclass(frozen=True)
class Window:
    """The days on which a renewal may be applied for, both inclusive."""

    opens: datetime.date
    closes: datetime.date

    def holds(self, day: datetime.date) -> bool:
        return self.opens <= day <= self.closes


def out_of_question(entity: Entity, action: str) -> bool:
    """What will never be asked for an entity as it is: a renewal of what has no end, a step above the highest level.

    Nor is what waits for an occasion, while there is none.
    """
    if action == Action.RENEW:
        return entity.valid_until is None
    if has_occasions(entity, action):
        return not occasions(entity, action)
    return action == Action.UPGRADE and entity.level == entity.spec.levels[-1]


def has_occasions(entity: Entity, action: str) -> bool:
    """Whether an action is filed on occasions that somebody else sets: the rounds of an evaluation."""
    variant = entity.spec.variants.get(Action(action))
    return variant is not None and variant.occasions is not None


def occasions(entity: Entity, action: str) -> dict[str, str]:
    """The occasions for which an action may be filed now, key to name; none for what needs no occasion."""
    variant = entity.spec.variants.get(Action(action))
    return dict(variant.occasions(entity)) if variant is not None and variant.occasions is not None else {}


def live_filings(entity: Entity, action: str) -> dict[str, Filing]:
    """By period or occasion the filing there is, the latest one; those that came to nothing do not count."""
    rows = entity.filings.filter(action=action).exclude(state__in=ENDS_UNHAPPILY)
    return {row.period: row for row in rows.order_by("pk")}


def renewal_window(entity: Entity, law: Law) -> Window | None:
    """Some months before the end of the validity to some months after, as the bureau reads it (amb_refile_window).

    None where the validity has no end.
    """
    if entity.valid_until is None:
        return None
    reading = law.reading("filing.renewal_window_days")
    end = entity.valid_until
    return Window(
        add_months(end, -int(reading["open_months_before"])),
        add_months(end, int(reading["close_months_after"])),
    )


def report_years(entity: Entity, on: datetime.date) -> list[int]:
    """Years a report can be given for: those that are over, and the last one once the validity has ended.

    What was recorded or loaded here later than it began has nothing to report on the years before it was here.
    """
    since = max(entity.valid_from, clock.local(entity.registered_at).date())
    first, last, end = since.year, on.year - 1, entity.valid_until
    if end is not None:
        last = on.year if end < on and end.year == on.year else min(last, end.year)
    return list(range(first, last + 1))


def open_filing(entity: Entity, action: str, besides: Filing | None = None) -> Filing | None:
    """The filing that is still under way and stands in the way of another of this kind.

    A change and a renewal both write all members and the whole plan: one waits for the other.
    """
    kinds = REWRITES if action in REWRITES else (action,)
    rows = entity.filings.filter(action__in=kinds).exclude(state__in=FINAL_STATES)
    return rows.exclude(pk=besides.pk if besides else 0).first()


def obstacles(
    entity: Entity, action: str, *, period: str = "", besides: Filing | None = None
) -> list[Problem]:
    """Why this cannot be asked for today, every reason with its clause; empty when it can.

    `besides` is the filing that asks, so that it does not stand in its own way.
    """
    return list(_obstacles(entity, action, period, besides, clock.today()))


def _obstacles(
    entity: Entity, action: str, period: str, besides: Filing | None, on: datetime.date
) -> Iterator[Problem]:
    spec, law = entity.spec, law_of(entity, on)
    if entity.standing != EntityState.REGISTERED:
        words = _("“%(name)s”%(standing)s，不能再办理这一事项")
        yield Problem("ended", words % {"name": entity.name, "standing": entity.get_standing_display()})
        return
    if besides is not None:
        yield from _out_of_date(entity, besides)
    if action == Action.CLAIM:
        return
    if action in (Action.RENEW, Action.EXIT):
        yield from _being_cancelled(entity)
    if action in (Action.CHANGE, Action.UPGRADE, Action.EXIT) and entity.status_on(on) == "expired":
        words = _("%(act)s有效期已于 %(day)s 届满，请先办理%(renewal)s")
        end = entity.valid_until.isoformat() if entity.valid_until else ""
        given = {"act": spec.words.act, "day": end, "renewal": spec.action_label(Action.RENEW)}
        yield Problem("expired", words % given, "", law.cite(spec.renewal_rule))
    if action == Action.RENEW:
        yield from _outside_window(entity, law, on)
    if action == Action.UPGRADE and besides is None and out_of_question(entity, action):
        words = _("已经是%(level)s，没有更高的级别")
        yield Problem("top_level", words % {"level": entity.get_level_display()})
    if action == Action.ANNUAL_REPORT:
        yield from _unreportable(entity, period, besides, on)
    elif has_occasions(entity, action):
        yield from _no_occasion(entity, action, period, besides)
    elif (other := open_filing(entity, action, besides)) is not None:
        words = _("已有一件“%(action)s”正在办理（%(state)s），请先办结或者撤回")
        yield Problem(
            "already_open",
            words % {"action": spec.action_label(other.action), "state": other.applicant_label},
        )


def _out_of_date(entity: Entity, filing: Filing) -> Iterator[Problem]:
    """What was begun by another lead, or carries over what has been changed meanwhile, does not take effect."""
    if filing.applicant_id != entity.lead_id:
        yield Problem("not_lead", entity.spec.say(_("%(lead)s已变更，本件请撤回，由现%(lead)s另行办理")))
    if filing.action in REWRITES:
        since = entity.filings.filter(
            state=State.FILED, action__in=APPLIES, filed_at__gt=filing.created_at
        ).exclude(pk=filing.pk)
        if since.exists():
            yield Problem("overtaken", _("填写期间登记内容已经变更，请撤回本件后重新发起"))


def _being_cancelled(entity: Entity) -> Iterator[Problem]:
    """Nobody slips away from a hearing; before the notice is served the unit does not learn of it here."""
    row = entity.cancellations.filter(state__in=OPEN_CANCELLATION).first()
    if row is None:
        return
    if row.served_at is None:
        yield Problem("bureau_at_work", _("登记机关正在办理该主体的有关事项，暂不能申请，请与登记机关联系"))
    else:
        yield Problem(
            "cancellation_open", entity.spec.say(_("取消%(act)s程序正在办理，办结前不能%(renewal)s或者退出"))
        )


def _outside_window(entity: Entity, law: Law, on: datetime.date) -> Iterator[Problem]:
    window, clause = renewal_window(entity, law), law.cite(entity.spec.renewal_rule)
    if window is None or entity.valid_until is None:
        yield Problem("no_end", _("有效期没有截止日期，不需要延续"), "", clause)
        return
    words = {"renewal": entity.spec.action_label(Action.RENEW)}
    days = words | {
        "end": entity.valid_until.isoformat(),
        "opens": window.opens.isoformat(),
        "closes": window.closes.isoformat(),
    }
    if on < window.opens:
        yield Problem("too_early", _("有效期至 %(end)s，%(renewal)s自 %(opens)s 起受理") % days, "", clause)
    elif on > window.closes:
        late = _("有效期已于 %(end)s 届满，%(renewal)s受理至 %(closes)s 止；请按%(founding)s重新申报")
        yield Problem("too_late", late % (days | {"founding": entity.spec.words.founding}), "", clause)


def _unreportable(
    entity: Entity, period: str, besides: Filing | None, on: datetime.date
) -> Iterator[Problem]:
    years = [str(year) for year in report_years(entity, on)]
    if period not in years:
        have = "、".join(years) or _("暂无")
        yield Problem("period", _("可以报告的年度：%(years)s") % {"years": have}, "period")
        return
    rows = entity.filings.filter(action=Action.ANNUAL_REPORT, period=period)
    other = rows.exclude(state__in=ENDS_UNHAPPILY).exclude(pk=besides.pk if besides else 0).first()
    if other is not None:
        words = _("%(year)s 年度报告已有一件（%(state)s）")
        yield Problem("already_open", words % {"year": period, "state": other.applicant_label}, "period")


def _no_occasion(entity: Entity, action: str, period: str, besides: Filing | None) -> Iterator[Problem]:
    """Filed for what nobody asks for, or a second time; an empty `period` asks for any that is left."""
    known, given = occasions(entity, action), live_filings(entity, action)
    given = {key: row for key, row in given.items() if besides is None or row.pk != besides.pk}
    left = {key: name for key, name in known.items() if key not in given}
    label = entity.spec.action_label(action)
    other = given.get(period) or (next(iter(given.values()), None) if known and not left else None)
    if other is not None:
        words = _("“%(action)s”已有一件（%(state)s）") % {"action": label, "state": other.applicant_label}
        yield Problem("already_open", words, "period")
    elif not known:
        yield Problem("no_occasion", _("现在没有需要办理的“%(action)s”") % {"action": label}, "period")
    elif period not in known and (period or len(left) > 1):
        have = "、".join(f"{key} {name}" for key, name in left.items())
        yield Problem("period", _("可以办理的：%(periods)s") % {"periods": have}, "period")


def waivers_in_force(entity: Entity) -> QuerySet[Waiver]:
    """Exceptions granted and confirmed that still hold."""
    return entity.waivers.filter(confirmed_at__isnull=False, ended_on__isnull=True).order_by("pk")


def standing_judgements(entity: Entity, on: datetime.date, *, without: int | None = None) -> list[Judgement]:
    """The conditions an entity must go on meeting, judged by its members on a day, under the law of that day.

    `without` leaves one organisation out: what would be if it were to go.
    """
    spec = entity.spec
    if spec.entity_facts is None:
        return []
    wanted = [c for c in spec.conditions if c.key in spec.standing_conditions]
    known = {w.condition: waiver_facts(w) for w in waivers_in_force(entity)}
    return judge(wanted, spec.entity_facts(entity, on, without=without), law_of(entity, on), known)


def stands_in_the_way(found: Judgement) -> bool:
    """Unmet, and not excused by an exception that a second person confirmed."""
    if found.met is not False:
        return False
    if found.strength == Strength.HARD:
        return True
    return found.strength == Strength.IN_PRINCIPLE and not (found.waiver or {}).get("confirmed")


def announced_exits(entity: Entity, after: datetime.date) -> list[datetime.date]:
    """Days, later than a day, on which a member that has already said so will no longer belong."""
    rows = entity.members.filter(until__gt=after).values_list("until", flat=True)
    return sorted({day for day in rows if day is not None})


def lamp_of(entity: Entity, on: datetime.date) -> tuple[Lamp, list[Judgement]]:
    """The light on a day, with what stands in the way: red now, amber once an exit already announced takes effect."""
    unmet = [j for j in standing_judgements(entity, on) if stands_in_the_way(j)]
    if unmet:
        return Lamp.RED, unmet
    for day in announced_exits(entity, on):
        later = [j for j in standing_judgements(entity, day) if stands_in_the_way(j)]
        if later:
            return Lamp.AMBER, later
    return Lamp.GREEN, []
