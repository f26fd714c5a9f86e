"""一企一策: what a firm of the library needs, who sees to it by when, how it came out."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import UNIT_ROLES
from accounts.models import Message, Organisation, User
from accounts.selectors import people_with_role
from accounts.services import notify
from clusters import permissions as may
from clusters.enums import RequestKind, RequestState
from clusters.models import KeyEnterprise, RequestStep, SupportRequest
from clusters.selectors.enterprises import intake_days
from clusters.services import common
from clusters.workflow_request import REQUEST
from core import audit, clock, workdays
from core.actor import Actor
from core.errors import NotNow, raise_if
from core.workflow import Effect, Transition
from filings.services import duties
from filings.texts import taken

LIMITS = {
    "title": 100,
    "text": 3000,
    "department": 80,
    "next_step": 200,
    "outcome": 3000,
    "progress": 2000,
    "comment": 1000,
}
KIND = "support_request"


@transaction.atomic
def raise_request(
    *, actor: Actor, enterprise: KeyEnterprise, kind: str, title: str, text: str
) -> SupportRequest:
    """The firm, or the body for it, asks for help. Raises NotAllowed, NotNow, Invalid with every reason."""
    may.asks_help.require(actor, enterprise)
    row = KeyEnterprise.objects.select_for_update(of=("self",)).get(pk=enterprise.pk)
    common.still_registered(row.cluster)
    if row.until is not None:
        raise NotNow.one("left", _("该企业已出库，不再受理新的诉求"))
    required = {"title": _("请写明诉求"), "text": _("请写明具体情况")}
    texts, found = taken({"title": title, "text": text}, limits=LIMITS, required=required)
    found += common.one_of(kind, RequestKind.values, "kind", _("请选择诉求类别"))
    raise_if(found)
    made = SupportRequest.objects.create(
        enterprise=row,
        kind=kind,
        raised_by=actor.user,
        raised_for=actor.organisation,
        raised_at=clock.now(),
        state_changed_by=actor.user,
        is_sample=row.is_sample,
        **texts,
    )
    _step(made, "raise", actor, "")
    audit.record("support_request.raise", actor=actor, obj=made, detail={"kind": kind})
    duties.sync(made)
    return made


def assign(
    *,
    actor: Actor,
    request: SupportRequest,
    owner: User | None,
    due_on: datetime.date | None,
    department: str,
    next_step: str = "",
    version: int | None = None,
) -> SupportRequest:
    """Take it up: an owner of one's own bureau, a department, a date. Told to the owner."""
    return _perform(
        request, "assign", actor, _placed(actor, owner, due_on, department, next_step), version, _tell_owner
    )


def reassign(
    *,
    actor: Actor,
    request: SupportRequest,
    owner: User | None,
    due_on: datetime.date | None,
    department: str,
    comment: str,
    next_step: str = "",
    version: int | None = None,
) -> SupportRequest:
    """Another owner or date, for a reason. Told to the owner."""
    given = _placed(actor, owner, due_on, department, next_step, comment)
    return _perform(request, "reassign", actor, given, version, _tell_owner)


def progress(
    *, actor: Actor, request: SupportRequest, text: str, next_step: str = "", version: int | None = None
) -> SupportRequest:
    """What has been done so far, and what comes next."""
    given = {"progress": text, "next_step": next_step}
    texts, found = taken(given, limits=LIMITS, required={"progress": _("请写明进展")})
    data = {"fields": {"next_step": texts["next_step"]}, "found": found, "said": texts["progress"]}
    return _perform(request, "progress", actor, data, version)


def answer(
    *, actor: Actor, request: SupportRequest, outcome: str, version: int | None = None
) -> SupportRequest:
    """How it came out. Told to who raised it."""
    texts, found = taken({"outcome": outcome}, limits=LIMITS, required={"outcome": _("请写明办理结果")})
    fields = {"outcome": texts["outcome"], "answered_at": clock.now(), "next_step": ""}
    data = {"fields": fields, "found": found, "said": texts["outcome"]}
    return _perform(request, "answer", actor, data, version, _tell_unit)


def settle(*, actor: Actor, request: SupportRequest, version: int | None = None) -> SupportRequest:
    """Who raised it says that it is solved."""
    return _perform(request, "settle", actor, {"fields": {"closed_at": clock.now()}}, version)


def reopen(
    *, actor: Actor, request: SupportRequest, comment: str, version: int | None = None
) -> SupportRequest:
    """Who raised it says why it is not solved; the owner has at least the days of an intake for it."""
    again = workdays.add_workdays(clock.today(), intake_days(request.enterprise.cluster))
    texts, found = taken({"comment": comment}, limits=LIMITS, required={})
    fields = {"due_on": max(request.due_on or again, again)}
    data = {"fields": fields, "found": found, **texts}
    return _perform(request, "reopen", actor, data, version, _tell_owner)


def withdraw(
    *, actor: Actor, request: SupportRequest, comment: str, version: int | None = None
) -> SupportRequest:
    """Who raised it no longer needs it."""
    texts, found = taken({"comment": comment}, limits=LIMITS, required={})
    data = {"fields": {"closed_at": clock.now()}, "found": found, **texts}
    return _perform(request, "withdraw", actor, data, version)


def _placed(
    actor: Actor,
    owner: User | None,
    due_on: datetime.date | None,
    department: str,
    next_step: str,
    comment: str = "",
) -> dict[str, Any]:
    given = {"department": department, "next_step": next_step, "comment": comment}
    texts, found = taken(given, limits=LIMITS, required={"department": _("请填写责任部门")})
    fields = {
        "owner": owner,
        "due_on": due_on,
        "bureau": actor.organisation,
        "department": texts["department"],
        "next_step": texts["next_step"],
    }
    return {**fields, "fields": fields, "found": found, "comment": texts["comment"]}


def _perform(
    request: SupportRequest,
    name: str,
    actor: Actor,
    given: Mapping[str, Any],
    version: int | None,
    tell: Any = None,
) -> SupportRequest:
    def after(row: SupportRequest, transition: Transition, who: Actor, data: Mapping[str, Any]) -> None:
        _step(row, name, who, str(data.get("said") or data["comment"]) or _whose(row, name))
        duties.sync(row)
        if tell is not None:
            tell(row)

    effect: Effect = after
    comment = str(given.get("comment", ""))
    return REQUEST.perform(
        request, name, actor=actor, comment=comment, data=given, effect=effect, version=version
    )


def _whose(row: SupportRequest, name: str) -> str:
    if name != "assign" or row.due_on is None:
        return ""
    words = _("责任部门%(department)s，责任人%(owner)s，%(due)s前办理")
    return words % {"department": row.department, "owner": row.owner, "due": row.due_on.isoformat()}


def _step(row: SupportRequest, name: str, actor: Actor, text: str) -> None:
    RequestStep.objects.create(
        request=row, name=name, text=text, at=clock.now(), by=actor.user, organisation=actor.organisation
    )


def _tell_owner(row: SupportRequest) -> None:
    if row.owner is not None and row.bureau is not None:
        _tell(row, row.bureau, [row.owner], _("请办理一企一策诉求：%(name)s"))


def _tell_unit(row: SupportRequest) -> None:
    people = people_with_role(row.raised_for, *UNIT_ROLES)
    _tell(row, row.raised_for, people, _("“%(name)s”的诉求有了办理结果"))


def _tell(row: SupportRequest, organisation: Organisation, people: Iterable[User], title: str) -> None:
    # nothing of the matter itself: what somebody finds difficult is not for the mail
    notify.tell(
        kind=KIND,
        to=list(people),
        title=title % {"name": row.enterprise.name},
        text=_("请登录平台查看并办理。"),
        url=f"/clusters/requests/{row.pk}/",
        about=f"supportrequest:{row.pk}",
        organisation=organisation,
    )


def still_matters(message: Message) -> bool:
    """Before a mail: whether the owner still owes an answer, or who raised it has not yet said yes or no."""
    number = message.about.partition(":")[2]
    row = SupportRequest.objects.filter(pk=int(number)).first() if number.isdecimal() else None
    if row is None:
        return False
    if row.owner_id == message.user_id:
        return row.state == RequestState.ASSIGNED
    return row.state == RequestState.ANSWERED
