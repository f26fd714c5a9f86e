"""Before handing in: read everything once more, declare, submit; afterwards the receipt."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import Invalid, Stale
from core.idempotency import once_per_form
from filings import permissions as may
from filings.enums import Stage, State, Strength
from filings.forms import DeclareForm
from filings.models import Filing, IssuedDocument
from filings.presentation.comparing import comparison
from filings.presentation.computed import computed
from filings.presentation.dossier import dossier, elsewhere
from filings.presentation.status import lamp_lines, linked
from filings.selectors.reading import judgements
from filings.services import submission
from filings.views.applicant.base import UnitView, crumbs, places, take_problems
from filings.workflow import workflow_of

MAX_DIGITS = 10  # of a version; a longer number is none of ours


def handing_in(filing: Filing) -> str:
    """The act that hands this filing to the office now; empty when it is there already."""
    return {State.DRAFT: "submit", State.IN_CORRECTION: "resubmit"}.get(State(filing.state), "")


def check_page(filing: Filing, actor: Actor) -> dict[str, Any]:
    """All answers, every problem as a link, soft warnings."""
    act = handing_in(filing)
    problems = workflow_of(filing)[act].problems(filing, actor) if act else []
    found, people = judgements(filing), places(filing)
    return {
        "filing": filing,
        "comparison": comparison(filing, people),
        "computed": computed(filing),
        "sections": dossier(filing, people, editable=filing.state == State.DRAFT, problems=problems),
        "problems": linked(filing, problems),
        "elsewhere": elsewhere(filing, problems),
        "warnings": [*soft(found), *advice(filing)],
        "conditions": lamp_lines(filing, [j for j in found if j.stage == Stage.SUBMISSION], bool(act)),
        "may_submit": may.applicant_signer(actor, filing),
        "act": act,
        "crumbs": crumbs(filing, _("核对")),
    }


def soft(found: list[Any]) -> list[dict[str, str]]:
    """What does not block: advisory conditions, and in-principle ones for which a reason was given."""
    return [
        {
            "text": f"{j.label}：{j.message}",
            "reason": (j.waiver or {}).get("applicant_reason", ""),
            "clause": j.clause,
        }
        for j in found
        if j.met is False
        and j.stage == Stage.SUBMISSION
        and not j.blocks_submission
        and j.strength in (Strength.ADVISORY, Strength.IN_PRINCIPLE)
    ]


def advice(filing: Filing) -> list[dict[str, str]]:
    """What the forms of the sections suggest."""
    found = []
    for section in filing.spec.applicant_sections:
        form = section.form(filing.content.get(section.key, {}))
        said = form.advice() if hasattr(form, "advice") else []
        found += [{"text": f"{section.title}：{text}", "reason": "", "clause": ""} for text in said]
    return found


class Check(UnitView):
    """Check your answers."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.led(pk)
        return self.page("check", check_page(filing, self.actor))


class Print(UnitView):
    """The same on paper."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.led(pk)
        people = places(filing)
        context = {
            "filing": filing,
            "computed": computed(filing),
            "sections": dossier(filing, people, editable=False),
            "people": people if filing.spec.has_members else people[:1],
            "last": filing.versions.last(),
        }
        return self.page("print", context)


class Submit(UnitView):
    """Declare and hand in: a legal act, done once however often it is clicked."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.led(pk)
        if not handing_in(filing):
            return redirect("filings:receipt", pk=pk)
        return self.page("submit", submit_page(filing, self.actor, DeclareForm()))

    @method_decorator(once_per_form)
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.led(pk)
        act = handing_in(filing) or "submit"
        form = DeclareForm(request.POST)
        status = self.hand_in(filing, act, form) if form.is_valid() else 422
        if status != 200:
            return self.page("submit", submit_page(filing, self.actor, form), status=status)
        return redirect("filings:receipt", pk=pk)

    def hand_in(self, filing: Filing, act: str, form: DeclareForm) -> int:
        """The status of the answer; reasons go into the form. Raises when somebody else has done it already."""
        service = submission.submit if act == "submit" else submission.resubmit
        given = self.request.POST.get("version", "")
        version = int(given) if given.isdecimal() and len(given) < MAX_DIGITS else None
        try:
            service(actor=self.actor, filing=filing, version=version)
        except (Invalid, Stale) as error:
            take_problems(form, error)
            form.problems = linked(filing, error.problems)  # type: ignore[attr-defined]
            return error.status
        return 200


def submit_page(filing: Filing, actor: Actor, form: DeclareForm) -> dict[str, Any]:
    act = handing_in(filing)
    found = judgements(filing)
    return {
        "filing": filing,
        "form": form,
        "refused": getattr(form, "problems", None),
        "problems": linked(filing, workflow_of(filing)[act].problems(filing, actor)) if act else [],
        "conditions": lamp_lines(filing, [j for j in found if j.stage == Stage.SUBMISSION], True),
        "may_submit": may.applicant_signer(actor, filing),
        "is_correction": act == "resubmit",
        "declared": declared(filing),
        "crumbs": crumbs(filing, _("提交补正") if act == "resubmit" else _("声明并提交")),
    }


def declared(filing: Filing) -> list[str]:
    """The sentences of the declaration that fit what is handed in."""
    said, spec = [_("本次提交的内容和附件真实、准确、完整；")], filing.spec
    if filing.spec.has_members:
        said = [
            spec.say(_("本次提交的内容和附件真实、准确、完整，与各%(members)s签订的协议一致；")),
            spec.say(_("已取得各%(members)s对共享内容和其自行填写内容的确认；")),
            spec.say(
                _("同意受理机关依法核验，并在公示和%(act)s后公开名称、%(members)s、有效期和经同意的例外；")
            ),
        ]
    elif not filing.spec.registers:
        said.append(_("同意受理机关依法核验，并公示申领单位、支持措施和拟核定金额；"))
        said.append(_("同一事项没有重复申领，收到的资金按规定使用；"))
    elif filing.spec.procedure.decision:
        said.append(_("同意受理机关依法核验，并在登记名录公开办理结果；"))
    else:
        said.append(_("同意受理机关依法核验；"))
    return [*said, _("如有不实，愿意承担相应责任。")]


class Receipt(UnitView):
    """Number, time, digest, and the paper as soon as it is made."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.led(pk)
        if filing.submitted_at is None:
            return redirect("filings:tasks", pk=pk)
        papers = filing.documents.filter(kind=IssuedDocument.Kind.RECEIPT).select_related("stored")
        context = {
            "filing": filing,
            "paper": papers.first(),
            "last": filing.versions.last(),
            "crumbs": crumbs(filing, _("回执"), "progress"),
        }
        return self.page("receipt", context)
