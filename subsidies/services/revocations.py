"""撤销核定: asked with a document, decided by a second person of the bureau that granted it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.services import notify
from core import audit, clock
from core.actor import Actor
from core.errors import NotNow, raise_if
from core.workflow import Transition
from filings.owed import scope_of
from filings.selectors import recipients
from filings.services import telling
from filings.texts import taken
from subsidies.enums import AwardState
from subsidies.enums_money import RevocationState
from subsidies.models import Award, Revocation
from subsidies.permissions_money import revocation_keeper
from subsidies.services import awards
from subsidies.workflow_money import REVOCATION

LIMITS = {"reason": 500, "document_number": 60}


@transaction.atomic
def propose(*, actor: Actor, award: Award, reason: str, document_number: str) -> Revocation:
    """Ask for it; from now on nothing goes out, and a second person decides. Raises NotAllowed, NotNow, Invalid."""
    revocation_keeper.require(actor, award)
    locked = Award.objects.select_for_update(of=("self",), no_key=True).get(pk=award.pk)
    texts, found = taken(
        {"reason": reason, "document_number": document_number},
        limits=LIMITS,
        required={"reason": _("请写明撤销原因"), "document_number": _("请填写撤销文书的文号")},
    )
    raise_if(found)
    if locked.state != AwardState.DECIDED:
        words = _("核定结果为“%(state)s”，不能撤销")
        raise NotNow.one("not_decided", words % {"state": locked.get_state_display()})
    if locked.revocations.filter(state=RevocationState.PROPOSED).exists():
        raise NotNow.one("proposed", _("已经有人提出撤销这项核定，待复核"))
    made = Revocation.objects.create(
        award=locked, proposed_by=actor.user, proposed_at=clock.now(), state_changed_by=actor.user, **texts
    )
    audit.record("revocation.propose", actor=actor, obj=made, detail={"award": award.pk, "reason": reason})
    authority = award.claim.authority
    heads = [user for user in recipients.heads_of(authority) if user != actor.user]
    _tell(heads, _("有人提出撤销“%(name)s”的核定，请复核"), made, authority)
    return made


def confirm(*, actor: Actor, revocation: Revocation, version: int | None = None) -> Revocation:
    """The second person: the award is revoked, what has not been paid is cancelled. Raises NotAllowed, NotNow, Stale."""

    def effect(row: Revocation, transition: Transition, who: Actor, data: Mapping[str, Any]) -> None:
        row.award = awards.revoke(actor=who, award=row.award, comment=row.reason)
        unit = row.award.organisation
        _tell(recipients.of_unit(unit), _("“%(name)s”的核定已撤销"), row, unit)

    fields = {"confirmed_by": actor.user, "confirmed_at": clock.now()}
    with transaction.atomic():
        awards.lock(
            revocation.award.claim
        )  # before the row: whoever proposes or decides takes them in this order
        return REVOCATION.perform(
            revocation, "confirm", actor=actor, data={"fields": fields}, effect=effect, version=version
        )


def refuse(*, actor: Actor, revocation: Revocation, comment: str, version: int | None = None) -> Revocation:
    """The second person lets the award stand, with a reason; payments go on."""
    data = {"fields": {"refusal": comment.strip()[:500]}}
    return REVOCATION.perform(revocation, "refuse", actor=actor, comment=comment, data=data, version=version)


def _tell(to: list[Any], title: str, row: Revocation, organisation: Any) -> None:
    notify.tell(
        kind=telling.CASE,
        to=to,
        title=title % {"name": row.award.claim.title},
        url=reverse("subsidies:award_money", args=[row.award_id]),
        about=scope_of(row.award.claim),
        organisation=organisation,
    )
