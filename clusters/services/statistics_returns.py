"""A return on its way: filled in, signed, reviewed value by value, confirmed, locked; reopened for a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import UNIT_ROLES
from accounts.models import Message
from accounts.selectors import people_with_role
from accounts.services import notify
from clusters import permissions_statistics as may
from clusters.enums_statistics import EDITABLE, Origin, ReturnState, Standing
from clusters.models import ClusterReturn, ReturnStep, ReturnValue
from clusters.selectors.statistics import Row, Sheet, reasons_of, sheet_of
from clusters.statistics_checks import parse
from clusters.workflow_statistics import RETURN
from core import audit, clock, numbering
from core.actor import Actor
from core.canonical import digest
from core.errors import NotNow, PortalError, Problem, Stale, raise_if
from core.workflow import Effect, Transition
from filings.services import duties
from filings.texts import taken

NOTICE = "statistics"
FACTS = {"head": 30, "statistician": 30, "filler": 30, "phone": 30}
LIMITS = {**FACTS, "comment": 1000, "reason_text": 300}


# --- filling in ----------------------------------------------------------------------------------


@transaction.atomic
def save(
    *,
    actor: Actor,
    owner: ClusterReturn,
    values: Mapping[str, Any],
    reasons: Mapping[str, tuple[str, str]] | None = None,
    facts: Mapping[str, str] | None = None,
    version: int | None = None,
    origin: str = Origin.ENTERED,
) -> ClusterReturn:
    """Keep what is given: {indicator: number or text}, {indicator: (reason code, text)}, names under the form.

    Gaps may stay; what cannot be read refuses the whole. Raises NotAllowed, NotNow, Stale, Invalid (field: the
    indicator, `<indicator>-reason_code`, or the name).
    """
    may.body_filler.require(actor, owner)
    locked = _locked(owner, version)
    sheet = sheet_of(locked)
    texts, found = taken(dict(facts or {}), limits=LIMITS, required={})
    kept, problems = _read(sheet, values, reasons or {})
    raise_if([*found, *problems])
    before = {row.key: row.value for row in sheet.rows}
    for row, value, reason in kept:
        _write(locked, row, value, reason, origin)
    for name, text in texts.items():
        setattr(locked, name, text)
    locked.version += 1
    locked.save(update_fields=["version", *texts])
    changed = {row.key: [before[row.key], value] for row, value, _r in kept if before[row.key] != value}
    audit.record("return.save", actor=actor, obj=locked, detail={"changed": changed, "origin": origin})
    return locked


def _locked(owner: ClusterReturn, version: int | None) -> ClusterReturn:
    rows = ClusterReturn.objects.select_for_update(of=("self",)).select_related(
        "period", "entity__district__parent", "entity__lead", "entity__authority"
    )
    row = rows.get(pk=owner.pk)
    if row.state not in EDITABLE:
        words = _("当前状态为“%(state)s”，不能修改。")
        raise NotNow.one("wrong_state", words % {"state": row.get_state_display()})
    if clock.today() < row.period.opens_on:
        day = row.period.opens_on.isoformat()
        raise NotNow.one("not_open", _("本期自 %(day)s 起填报。") % {"day": day})
    if version is not None and version != row.version:
        raise Stale.one("stale", _("您打开页面之后，内容已被他人更新，请核对最新内容后再办理。"))
    return row


Kept = tuple[Row, "Decimal | None", tuple[str, str]]


def _read(
    sheet: Sheet, values: Mapping[str, Any], reasons: Mapping[str, tuple[str, str]]
) -> tuple[list[Kept], list[Problem]]:
    """What of it can be kept, and every reason why something cannot."""
    kept: list[Kept] = []
    problems = [
        Problem("unknown_indicator", _("没有这项指标。"), key)
        for key in {*values, *reasons}
        if sheet.row(key) is None
    ]
    codes = reasons_of(sheet.owner)
    for row in sheet.rows:
        value, wrong = parse(values[row.key], row.indicator) if row.key in values else (row.value, None)
        if wrong is not None:
            problems.append(Problem(wrong.code, wrong.message, row.key))
            continue
        code, text = reasons.get(row.key, (row.reason_code, row.reason_text))
        code, text = code.strip(), text.strip()
        if code and code not in codes:
            problems.append(Problem("reason_unknown", _("原因代码不在清单中。"), f"{row.key}-reason_code"))
        if len(text) > LIMITS["reason_text"] or "\x00" in text:
            problems.append(Problem("too_long", _("原因说明最多 300 字。"), f"{row.key}-reason_text"))
        if (value, code, text) != (row.value, row.reason_code, row.reason_text) and not row.editable:
            words = _("“%(label)s”已审核通过，不能修改。")
            problems.append(Problem("locked", words % {"label": row.indicator.label}, row.key))
        elif row.editable and (row.key in values or row.key in reasons):
            kept.append((row, value, (code, text)))
    return kept, problems


def _write(
    owner: ClusterReturn, row: Row, value: Decimal | None, reason: tuple[str, str], origin: str
) -> None:
    untouched = row.origin == Origin.CONSTANT and value == row.value
    ReturnValue.objects.update_or_create(
        owner=owner,
        indicator=row.key,
        defaults={
            "value": value,
            "origin": Origin.CONSTANT if untouched else origin,
            "reason_code": reason[0],
            "reason_text": reason[1],
        },
    )


# --- the way up ----------------------------------------------------------------------------------


@transaction.atomic
def submit(
    *, actor: Actor, owner: ClusterReturn, declared: bool, version: int | None = None
) -> ClusterReturn:
    """Sign and hand in: every value is frozen with what it was compared with. Raises Invalid with all findings."""
    fresh = _again(owner)
    sheet = sheet_of(fresh)
    receipt = fresh.receipt or _receipt(fresh)
    stamped = {"receipt": receipt, "digest": content_digest(sheet), "submitted_by": actor.user}

    def freeze(row: ClusterReturn, transition: Transition, who: Actor, data: Mapping[str, Any]) -> None:
        for line in sheet.rows:
            defaults = {
                "value": line.value,
                "origin": line.origin,
                "previous": line.previous,
                "same": line.same,
                "checks": [found.as_dict() for found in line.found],
                "reason_code": line.reason_code if line.asks_reason else "",
                "reason_text": line.reason_text if line.asks_reason else "",
            }
            if line.standing == Standing.RETURNED:
                defaults |= {"standing": Standing.PENDING}
            ReturnValue.objects.update_or_create(owner=row, indicator=line.key, defaults=defaults)

    given = {"declared": declared, "stamped": stamped}
    return _perform(fresh, "submit", actor, given, version, freeze)


def _again(owner: ClusterReturn) -> ClusterReturn:
    """Read once more under its lock: what is signed is what stands in the database now."""
    rows = ClusterReturn.objects.select_for_update(of=("self",)).select_related(
        "period", "entity__district__parent", "entity__lead", "entity__authority__jurisdiction"
    )
    return rows.get(pk=owner.pk)


def _receipt(owner: ClusterReturn) -> str:
    year = clock.today().year
    return f"TJ-{year}-{numbering.next_number('clusters.return', year):05d}"


def content_digest(sheet: Sheet) -> str:
    """SHA-256 over what is signed: cluster, period, figures, reasons, names."""
    owner = sheet.owner
    return digest(
        {
            "entity": owner.entity.code,
            "period": [
                owner.period.entity_kind,
                owner.period.cadence,
                owner.period.year,
                owner.period.number,
            ],
            "values": {row.key: row.value for row in sheet.rows},
            "reasons": {row.key: [row.reason_code, row.reason_text] for row in sheet.rows if row.asks_reason},
            "people": [owner.head, owner.statistician, owner.filler, owner.phone],
        }
    )


def accept(*, actor: Actor, owner: ClusterReturn, version: int | None = None) -> ClusterReturn:
    """The next level takes every value."""
    given = {"stamped": {"accepted_by": actor.user}}
    return _perform(owner, "accept", actor, given, version, _take_all)


def return_values(
    *,
    actor: Actor,
    owner: ClusterReturn,
    returned: Mapping[str, str],
    comment: str = "",
    version: int | None = None,
) -> ClusterReturn:
    """Send single values back: {indicator: what is wrong}. Only these can then be changed. For the next level on
    what was handed in, for the level above on what was accepted."""
    name = "send_back" if owner.state == ReturnState.ACCEPTED else "return"
    return _send_back(owner, name, actor, returned, comment, version)


def reopen(
    *,
    actor: Actor,
    owner: ClusterReturn,
    returned: Mapping[str, str],
    comment: str,
    version: int | None = None,
) -> ClusterReturn:
    """Open single values of a confirmed or locked return again, for a reason that stays on record."""
    return _send_back(owner, "reopen", actor, returned, comment, version)


def confirm(*, actor: Actor, owner: ClusterReturn, version: int | None = None) -> ClusterReturn:
    given = {"stamped": {"confirmed_by": actor.user}}
    return _perform(owner, "confirm", actor, given, version)


def lock(*, actor: Actor, owner: ClusterReturn, version: int | None = None) -> ClusterReturn:
    return _perform(owner, "lock", actor, {}, version)


def many(*, actor: Actor, name: str, owners: Iterable[ClusterReturn]) -> dict[str, list[Any]]:
    """`accept` (only returns without findings), `confirm` or `lock`, each in its own transaction:
    {"done": [return], "skipped": [(return, why)]}."""
    acts = {"accept": accept, "confirm": confirm, "lock": lock}
    done: list[ClusterReturn] = []
    skipped: list[tuple[ClusterReturn, str]] = []
    for owner in owners:
        if name == "accept" and owner.state == ReturnState.SUBMITTED and not sheet_of(owner).is_clean:
            skipped.append((owner, _("有异常数据，须逐项审核。")))
            continue
        try:
            done.append(acts[name](actor=actor, owner=owner))
        except PortalError as error:
            skipped.append((owner, str(error)))
    return {"done": done, "skipped": skipped}


def _send_back(
    owner: ClusterReturn,
    name: str,
    actor: Actor,
    returned: Mapping[str, str],
    comment: str,
    version: int | None,
) -> ClusterReturn:
    texts = {key: str(text).strip() for key, text in returned.items()}
    labels = {indicator.key: indicator.label for indicator in owner.period.indicators}
    listed = "、".join(labels.get(key, key) for key in texts)
    said = comment.strip() or (_("请修改：%(names)s") % {"names": listed} if texts else "")
    if name == "reopen":
        said = comment.strip()

    def mark(row: ClusterReturn, transition: Transition, who: Actor, data: Mapping[str, Any]) -> None:
        row.values.update(standing=Standing.ACCEPTED, message="")
        for key, text in texts.items():
            row.values.filter(indicator=key).update(standing=Standing.RETURNED, message=text)
        if name == "reopen":
            ClusterReturn.objects.filter(pk=row.pk).update(reopened=row.reopened + 1)
        people = people_with_role(row.entity.lead, *UNIT_ROLES)
        _tell(row, people, _("“%(name)s”的统计报表需要修改") % {"name": row.entity.name})

    return _perform(owner, name, actor, {"returned": texts, "comment": said}, version, mark)


def _take_all(row: ClusterReturn, transition: Transition, who: Actor, data: Mapping[str, Any]) -> None:
    row.values.update(standing=Standing.ACCEPTED, message="")


def _perform(
    owner: ClusterReturn,
    name: str,
    actor: Actor,
    given: Mapping[str, Any],
    version: int | None,
    act: Effect | None = None,
) -> ClusterReturn:
    def after(row: ClusterReturn, transition: Transition, who: Actor, data: Mapping[str, Any]) -> None:
        if act is not None:
            act(row, transition, who, data)
        ReturnStep.objects.create(
            owner=row,
            name=name,
            text=str(data["comment"]),
            at=clock.now(),
            by=who.user,
            organisation=who.organisation,
        )
        duties.sync(row)

    comment = str(given.get("comment", ""))
    return RETURN.perform(
        owner, name, actor=actor, comment=comment, data=given, effect=after, version=version
    )


# --- telling -------------------------------------------------------------------------------------


@transaction.atomic
def remind(*, actor: Actor, owner: ClusterReturn) -> None:
    """催报: ask the body for a return that is missing. Raises NotAllowed, NotNow."""
    (may.reviewer | may.above).require(actor, owner)
    if owner.state not in EDITABLE:
        raise NotNow.one("reported", _("这份报表已经报送。"))
    people = people_with_role(owner.entity.lead, *UNIT_ROLES)
    words = _("请报送“%(name)s”%(period)s统计报表")
    _tell(owner, people, words % {"name": owner.entity.name, "period": owner.period.label})
    ReturnStep.objects.create(
        owner=owner, name="remind", at=clock.now(), by=actor.user, organisation=actor.organisation
    )
    audit.record("return.remind", actor=actor, obj=owner, detail={"period": owner.period.label})


def _tell(owner: ClusterReturn, people: Iterable[Any], title: str) -> None:
    notify.tell(
        kind=NOTICE,
        to=list(people),
        title=title,
        text=_("请登录平台查看并办理。"),
        url=f"/clusters/statistics/returns/{owner.pk}/",
        about=f"clusterreturn:{owner.pk}",
        organisation=owner.entity.lead,
    )


def still_matters(message: Message) -> bool:
    """Before a mail: whether the body still has something to do with it."""
    number = message.about.partition(":")[2]
    row = ClusterReturn.objects.filter(pk=int(number)).first() if number.isdecimal() else None
    return row is not None and row.state in EDITABLE
