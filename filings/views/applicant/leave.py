"""办理退出: a member leaves an entity on the register; asked first, with what it does to the conditions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from core import clock
from core.errors import Invalid, NotVisible
from core.idempotency import once_per_form
from filings import permissions_entity as may
from filings.enums import Action, EntityState, ParticipantRole
from filings.forms_after import LeaveForm
from filings.models import Entity, EntityMember
from filings.presentation.leaving import effect
from filings.presentation.wording import entity_url
from filings.services import membership
from filings.views.applicant.after import EntityView, entity_crumbs
from filings.views.applicant.base import take_problems


class Leave(EntityView):
    """The form; with `check` the same values with their effect and the last question; with `leave` it is done."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        entity = self.entity(code)
        return self.page(
            "entity_leave", self.context(entity, LeaveForm(initial={"on": clock.today()}, entity=entity))
        )

    @method_decorator(once_per_form)
    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        entity = self.entity(code)
        form = LeaveForm(request.POST, entity=entity)
        may.entity_unit_signer.require(self.actor, entity)
        done = self.leave(entity, form) if form.is_valid() else None
        if form.errors:
            return self.page("entity_leave", self.context(entity, form), status=422)
        if done is None:
            return self.page("entity_leave_confirm", self.context(entity, form))
        messages.success(request, said(entity, done))
        still = done.until is not None and done.until > clock.today()
        return redirect((entity_url(entity) if still else "") or "filings:home")

    def leave(self, entity: Entity, form: LeaveForm) -> EntityMember | None:
        """Done, if this is the last question's answer; reasons why not go into the form."""
        given = form.cleaned_data
        try:
            if "leave" in self.request.POST:
                return membership.leave(actor=self.actor, entity=entity, **given)
            mine = membership.membership_of(self.actor, entity)
            membership.checked(given["reason"], given["on"], given["handover"], mine)
        except Invalid as error:
            take_problems(form, error)
        return None

    def context(self, entity: Entity, form: LeaveForm) -> dict[str, Any]:
        place, unit = self.place(entity), self.actor.organisation_id or 0
        on = form.cleaned_data.get("on") if form.is_bound and form.is_valid() else clock.today()
        return {
            "entity": entity,
            "entity_url": entity_url(entity),
            "form": form,
            "place": place,
            "signs": may.entity_unit_signer(self.actor, entity),
            "is_lead": place.role == ParticipantRole.LEAD,
            "left": place.until,
            "ended": entity.standing != EntityState.REGISTERED,
            "exit_allowed": Action.EXIT in entity.spec.variants,
            "effect": effect(entity, unit, on or clock.today()),
            "crumbs": entity_crumbs(entity, _("办理退出")),
        }

    def place(self, entity: Entity) -> EntityMember:
        """The unit's membership, also one that ends on a day already said."""
        rows = entity.members.filter(organisation_id=self.actor.organisation_id).order_by("-pk")
        found = next((m for m in rows if m.until is None or m.until > clock.today()), None)
        if found is None:
            raise NotVisible.one("member", _("贵单位不是该主体的在册成员。"))
        return found


def said(entity: Entity, done: EntityMember) -> str:
    words = _("贵单位自 %(day)s 起不再是“%(name)s”的%(members)s。")
    day = done.until.isoformat() if done.until else ""
    return entity.spec.say(words, day=day, name=entity.name)
