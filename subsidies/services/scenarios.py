"""What-if: copy the rules, try other values, compute, propose them to the second person. Nothing of the law moves here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock, jobs
from core.actor import Actor
from core.errors import Invalid, NotNow, Problem
from core.models import Job
from policy.enums import ChangeState, ValueKind
from policy.law import law_on
from policy.models import Change, Reading
from policy.services import changes as policy
from policy.values import problem
from subsidies import permissions_scenario as may
from subsidies.models import Override, Scenario, ScenarioRun
from subsidies.models.scenario import JOB
from subsidies.selectors import scenarios as rows

MOST_VALUES = 40


@transaction.atomic
def create(*, actor: Actor, title: str, year: int, note: str = "") -> Scenario:
    """The rules in force today in the bureau's place, to try other values over a year's awards.

    Raises NotAllowed, Invalid.
    """
    may.may_try.require(actor)
    bureau = actor.organisation
    today = clock.today()
    if bureau is None or bureau.jurisdiction is None:
        raise Invalid.one("no_place", _("所在部门没有管辖地区，不能推演。"))
    if not title.strip():
        raise Invalid.one("required", _("请填写名称。"), "title")
    if year > today.year:
        raise Invalid.one("future", _("测算年度不能晚于今年。"), "year")
    made = Scenario.objects.create(
        title=title.strip()[:120],
        note=note.strip()[:1000],
        authority=bureau,
        place=bureau.jurisdiction,
        year=year,
        copied_on=today,
        copied_revision=law_on(today, bureau.jurisdiction.code).revision,
        created_by=actor.user,
        created_at=clock.now(),
    )
    audit.record("policy_scenario.create", actor=actor, obj=made, detail={"year": year})
    return made


@transaction.atomic
def copy(*, actor: Actor, scenario: Scenario) -> Scenario:
    """Another one with the same values over the rules in force today: how a rejected proposal is worked on.

    Values that hold by now, or may no longer be tried, are left out. Raises NotAllowed.
    """
    may.may_keep.require(actor, scenario)
    title = (_("%(title)s（副本）") % {"title": scenario.title})[:120]
    made = create(actor=actor, title=title, year=scenario.year, note=scenario.note)
    for one in rows.overrides_of(scenario):
        with suppress(Invalid):
            set_value(actor=actor, scenario=made, name=one.name, value=one.value, text=one.text)
    return made


@transaction.atomic
def set_value(*, actor: Actor, scenario: Scenario, name: str, value: Any, text: str = "") -> Override:
    """Another value of a parameter (by key) or reading (by setting), stored JSON of its kind.

    Raises NotAllowed, Invalid for what is unknown, of another kind or no change, NotNow once it was proposed.
    """
    row = _open(actor, scenario)
    target = rows.target(row, name)
    held = rows.present(row, target)
    _check(target, held, value)
    subject = {"reading": target} if isinstance(target, Reading) else {"parameter": target}
    if not row.overrides.filter(**subject).exists() and row.overrides.count() >= MOST_VALUES:
        raise Invalid.one("too_many", _("一次最多推演 %(n)s 项取值。") % {"n": MOST_VALUES})
    made, _created = Override.objects.update_or_create(
        scenario=row, **subject, defaults={"value": value, "before": held, "text": text.strip()[:400]}
    )
    _edited(row)
    audit.record("policy_scenario.value", actor=actor, obj=row, detail={"name": name, "value": value})
    return made


def _check(target: rows.Target, held: Any, value: Any) -> None:
    why = problem(target.kind, value, getattr(target, "options", ()) or ())
    if not why and target.kind == ValueKind.JSON and not _same_shape(held, value):
        why = _("各项须与现行口径的各项一致，份额为 0 到 1 的小数。")
    if not why and target.kind == ValueKind.LIST and not all(isinstance(one, str) and one for one in value):
        why = _("列表的每一项应为文字。")
    if why:
        raise Invalid.one("bad_value", why, "value")
    if value == held:
        raise Invalid.one("no_difference", _("与现行取值相同。"), "value")


def _same_shape(held: Any, value: Mapping[str, Any]) -> bool:
    """The parts of the present value, each of its kind; parts written as text are shares."""
    if not isinstance(held, Mapping) or set(held) != set(value):
        return False
    kinds = {bool: ValueKind.BOOL, int: ValueKind.INTEGER, str: ValueKind.RATE}
    return all(not problem(kinds.get(type(held[name]), ValueKind.RATE), value[name]) for name in held)


@transaction.atomic
def remove_value(*, actor: Actor, scenario: Scenario, name: str) -> Scenario:
    """As in force again. Raises NotAllowed, Invalid where it was not tried, NotNow once it was proposed."""
    row = _open(actor, scenario)
    found = next((one for one in rows.overrides_of(row) if one.name == name), None)
    if found is None:
        raise Invalid.one("unknown_value", _("本次推演没有这项取值。"), "name")
    found.delete()
    _edited(row)
    audit.record("policy_scenario.value_removed", actor=actor, obj=row, detail={"name": name})
    return row


def _edited(row: Scenario) -> None:
    """What was computed before is of an earlier edition."""
    row.edition += 1
    row.save(update_fields=["edition"])


def _locked(scenario: Scenario) -> Scenario:
    kept = Scenario.objects.select_for_update(of=("self",)).select_related("authority", "place")
    return kept.get(pk=scenario.pk)


def _open(actor: Actor, scenario: Scenario) -> Scenario:
    """Locked, and still to be changed."""
    row = _locked(scenario)
    may.may_keep.require(actor, row)
    if row.proposed_at is not None:
        raise NotNow.one("proposed", _("拟改取值已经提交复核，不能再修改；可以另建一次推演。"))
    return row


# --- computing ---


@transaction.atomic
def start(*, actor: Actor, scenario: Scenario) -> ScenarioRun:
    """Compute it over the awards of its year, in a job. Asked twice, the run that is under way is given.

    Raises NotAllowed, Invalid where no value was changed.
    """
    row = _locked(scenario)
    may.may_keep.require(actor, row)
    values = [_as_asked(one) for one in rows.overrides_of(row)]
    if not values:
        raise Invalid.one("nothing_changed", _("请先填写至少一项拟改取值。"))
    last = rows.last_run(row)
    if last is not None and last.finished_at is None and last.edition == row.edition:
        job = last.job
        if job is not None and job.state != Job.State.FAILED:
            return last
    run = ScenarioRun.objects.create(
        scenario=row,
        number=last.number + 1 if last else 1,
        edition=row.edition,
        values=values,
        started_by=actor.user,
        started_at=clock.now(),
    )
    jobs.enqueue(JOB, scope=f"run:{run.pk}", payload={"run": run.pk}, actor=actor)
    audit.record("policy_scenario.run", actor=actor, obj=row, detail={"number": run.number})
    return run


def _as_asked(row: Override) -> dict[str, Any]:
    return {
        "name": row.name,
        "label": str(row.target),
        "kind": row.target.kind,
        "reading": row.reading_id is not None,
        "before": row.before,
        "after": row.value,
    }


# --- publishing ---


@transaction.atomic
def propose(*, actor: Actor, scenario: Scenario, valid_from: date, reason: str) -> list[Change]:
    """Its values as proposed changes of the policy, which another person publishes: the only way into the law.

    Raises NotAllowed, NotNow (proposed already, or not computed as it stands), Invalid (as `propose_change`).
    """
    row = _open(actor, scenario)
    may.may_offer.require(actor, row)
    last, tried = rows.last_run(row), rows.overrides_of(row)
    if last is None or last.finished_at is None or last.edition != row.edition:
        raise NotNow.one("not_computed", _("请先按现在的取值完成推演，再提交复核。"))
    made, problems = [], list[Problem]()
    for one in tried:
        try:
            one.change = _proposed(actor, row, one, valid_from, reason)
        except Invalid as refused:
            problems += [_named(one, found) for found in refused.problems]
            continue
        one.save(update_fields=["change"])
        made.append(one.change)
    if problems:
        raise Invalid(problems)
    row.proposed_by, row.proposed_at = actor.user, clock.now()
    row.save(update_fields=["proposed_by", "proposed_at"])
    detail = {"changes": [change.pk for change in made], "from": valid_from}
    audit.record("policy_scenario.propose", actor=actor, obj=row, detail=detail)
    return made


def _proposed(actor: Actor, row: Scenario, one: Override, valid_from: date, reason: str) -> Change:
    return policy.propose_change(
        actor=actor,
        target=one.target,
        place=row.place,
        valid_from=valid_from,
        value=one.value,
        text=one.text,
        reason=reason,
    )


def _named(one: Override, found: Problem) -> Problem:
    said = _("%(label)s：%(message)s") % {"label": one.target, "message": found.message}
    field = found.field if found.field in ("valid_from", "reason") else ""
    return Problem(found.code, said, field, found.clause)


VERBS: dict[str, Callable[..., Change]] = {
    "publish": policy.publish_change,
    "reject": policy.reject_change,
    "withdraw": policy.withdraw_change,
}


@transaction.atomic
def settle(*, actor: Actor, scenario: Scenario, verb: str, comment: str = "") -> list[Change]:
    """The second person publishes or rejects all of its changes that still wait; their author may withdraw them.

    Each goes through the policy's own service with its own rules: all or none. Raises NotAllowed, Invalid, NotNow, Stale.
    """
    row = _locked(scenario)
    waiting = [
        one.change
        for one in rows.overrides_of(row)
        if one.change is not None and one.change.state == ChangeState.PROPOSED
    ]
    if verb not in VERBS or not waiting:
        raise NotNow.one("nothing_waits", _("没有待复核的取值。"))
    if verb != "withdraw":
        may.may_settle.require(actor, row)
    done = [VERBS[verb](actor=actor, change=change, comment=comment) for change in waiting]
    detail = {"changes": [change.pk for change in done]}
    audit.record(f"policy_scenario.{verb}", actor=actor, obj=row, detail=detail)
    return done
