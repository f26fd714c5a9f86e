"""撤销核定: asked on the page of an award, decided there by another person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from filings.views.staff.acts import version_of
from subsidies.enums import AwardState
from subsidies.enums_money import RevocationState
from subsidies.forms_money import CommentForm, NothingForm, RevocationForm
from subsidies.models import Award, Revocation
from subsidies.permissions_money import revocation_keeper
from subsidies.presentation import money as shown
from subsidies.selectors import money_lists as see
from subsidies.services import revocations
from subsidies.views.money.base import Sheet, must_be_possible, url
from subsidies.views.money.of_award import OfAward, facts_of
from subsidies.workflow_money import REVOCATION

FORMS = {"confirm": NothingForm, "refuse": CommentForm}
SERVICES = {"confirm": revocations.confirm, "refuse": revocations.refuse}


def shown_on(award: Award, actor: Actor) -> dict[str, Any]:
    """What the page of an award says of its revocation: what waits, who may do what."""
    open_ = award.revocations.filter(state=RevocationState.PROPOSED).select_related("proposed_by").first()
    decided = award.state == AwardState.DECIDED
    return {
        "revocation": open_,
        "revocation_acts": shown.acts(REVOCATION, open_, actor, "subsidies:revocation_act") if open_ else [],
        "may_revoke": decided and open_ is None and revocation_keeper(actor, award),
    }


class Propose(OfAward):
    form_class = RevocationForm
    rule = revocation_keeper
    success_message = gettext_lazy("撤销已提出，由另一人复核；复核前暂缓拨付。")

    def perform(self, form: forms.Form) -> Revocation:
        return revocations.propose(actor=self.actor, award=self.award, **form.cleaned_data)

    def around(self) -> dict[str, Any]:
        said = _("复核通过后不再拨付，没有拨付的资金退回预算；已经拨付的另行追回。撤销不能恢复。")
        return self.about(_("撤销核定"), _("提交复核"), consequence=said, danger=True)


class Act(Sheet):
    """`confirm` or `refuse`, by the second person."""

    row: Revocation

    def prepare(self, **kwargs: Any) -> None:
        self.row = see.found(see.revocations_of(self.actor), kwargs["pk"])
        name = kwargs["name"] if kwargs["name"] in FORMS else ""
        self.step = must_be_possible(REVOCATION, self.row, name, self.actor)

    def get_form_class(self) -> Any:
        return FORMS[self.step.name]

    def perform(self, form: forms.Form) -> Revocation:
        service: Any = SERVICES[self.step.name]
        version = version_of(self.request)
        made: Revocation = service(
            actor=self.actor, revocation=self.row, version=version, **form.cleaned_data
        )
        return made

    def back(self) -> str:
        return url("award_money", self.row.award_id)

    def around(self) -> dict[str, Any]:
        row, name = self.row, self.row.award.organisation.name
        facts = [
            *facts_of(row.award),
            {"label": _("撤销原因"), "value": row.reason},
            {"label": _("撤销文书"), "value": row.document_number},
            {"label": _("提出人"), "value": str(row.proposed_by)},
        ]
        confirms = self.step.name == "confirm"
        given = {
            "facts": facts,
            "version": row.version,
            "danger": confirms,
            "consequence": _("没有拨付的款项随即取消，资金退回预算。撤销不能恢复。") if confirms else "",
            "trail": [(name, self.back())],
        }
        return self.sheet(self.step.label, name, self.step.label, **given)
