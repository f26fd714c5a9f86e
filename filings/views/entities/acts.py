"""One page for each act on a cancellation, done by `services.cancellation.act`, with the letter it will send."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, workdays
from core.errors import NotAllowed, NotNow, NotVisible
from core.workflow import Transition
from filings import forms_entities as forms
from filings.letters.merge import Merged
from filings.models import Cancellation, PaperKind
from filings.presentation import cancellation as shown
from filings.programmes import Programme
from filings.selectors import cancellations as see
from filings.services import cancellation, letters
from filings.views.accompany.base import Sheet
from filings.views.entities.base import EntityView, crumbs
from filings.views.staff.acts import version_of
from filings.views.staff.letters import on_paper
from filings.workflow_cancellation import CANCELLATION


@dataclass(frozen=True)
class Said:
    """What the page of an act says, and which letter leaves with it."""

    form: type[django_forms.Form]
    consequence: Any
    done: Any
    paper: str = ""
    danger: bool = False

    def of(self, spec: Programme) -> Said:
        """The same in the words of a programme."""
        return replace(self, consequence=spec.say(self.consequence), done=spec.say(self.done))


SAID: dict[str, Said] = {
    "serve": Said(
        forms.PlainForm,
        gettext_lazy("告知书送达%(lead)s，陈述申辩期自明日起算；期满之前不能拟定或者审定取消。"),
        gettext_lazy("已送达，陈述申辩期开始计算。"),
        paper=PaperKind.HEARING,
    ),
    "pause": Said(
        forms.PauseForm,
        gettext_lazy("陈述申辩期停止计算，剩余的工作日保留；%(lead)s可以看到原因，期间仍可陈述申辩。"),
        gettext_lazy("已暂停计时。"),
    ),
    "resume": Said(
        forms.ResumeForm,
        gettext_lazy("剩余的工作日自明日起继续计算，%(lead)s会收到新的截止日期。"),
        gettext_lazy("已恢复计时。"),
    ),
    "close_hearing": Said(
        forms.OpinionForm,
        gettext_lazy("陈述申辩期结束，此后单位不能再提交意见。"),
        gettext_lazy("已记录，可以拟定意见。"),
    ),
    "propose_cancellation": Said(
        forms.ProposalForm,
        gettext_lazy("意见提交后由另一人（处室负责人）审定；提出人和拟定人不能审定。"),
        gettext_lazy("已拟定，等待另一人审定。"),
    ),
    "confirm_cancellation": Said(
        forms.ConfirmForm,
        gettext_lazy(
            "%(act)s资格和%(act)s证书自今日起取消，决定书送达%(lead)s，并向社会公告；登记名录保留取消的日期和事由。此项决定不能撤回。"
        ),
        gettext_lazy("已取消%(act)s资格，决定书和公告已发出。"),
        paper=PaperKind.CANCELLATION,
        danger=True,
    ),
    "return_proposal": Said(
        forms.ReturnForm, gettext_lazy("意见退回重拟，本次意见保留在案。"), gettext_lazy("已退回重拟。")
    ),
    "drop": Said(
        forms.DropForm,
        gettext_lazy("程序终止，%(act)s继续有效；已经告知过单位的，发出不予取消通知书。"),
        gettext_lazy("程序已终止，%(act)s继续有效。"),
        paper=PaperKind.NOT_CANCELLED,
    ),
}


def found(actor: Any, pk: int, name: str) -> tuple[Cancellation, Transition]:
    """The case and the act, refused in the executor's order: who may before when."""
    row = see.get_visible(actor, pk)
    if name not in SAID or not see.reads_as_staff(actor, row):
        raise NotVisible.one("unknown_action", _("没有这项操作。"))
    step = CANCELLATION[name]
    rule: Any = step.allowed
    if not rule(actor, row):
        raise NotAllowed.one("not_allowed", rule.refusal(actor, row))
    if row.state not in step.sources:
        words = _("当前状态为“%(state)s”，不能%(action)s。该事项可能已由他人办理。")
        given = {"state": row.get_state_display(), "action": step.label}
        raise NotNow.one("wrong_state", words % given)
    return row, step


def drafted(row: Cancellation, name: str, actor: Any, typed: str = "") -> Merged | None:
    """The letter of an act as it would be sent now; None where it sends none."""
    kind = SAID[name].paper
    if not kind or (name == "drop" and row.served_at is None):
        return None
    extra: dict[str, Any] = {"signed_on": clock.today()}
    if kind == PaperKind.HEARING:
        days = cancellation.hearing_days(row.entity)
        extra |= {"hearing_days": days, "hearing_until": workdays.add_workdays(clock.today(), days)}
    elif kind == PaperKind.CANCELLATION:
        extra |= {"cancelled_on": clock.today()}
    else:
        extra |= {"reason": typed}
    return letters.preview(kind=kind, actor=actor, cancellation=row, extra=extra)


class ActView(Sheet):
    """GET shows what will happen, POST does it; refused, the page comes back with everything typed."""

    template_name = "filings/entities/act.html"
    row: Cancellation

    def prepare(self, **kwargs: Any) -> None:
        self.row, self.step = found(self.actor, kwargs["pk"], kwargs["name"])
        self.said = SAID[self.step.name].of(self.row.entity.spec)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "preview" in request.POST:  # the letter with the words typed so far
            return self.render_to_response(self.get_context_data(form=self.get_form()))
        return super().post(request, *args, **kwargs)

    def spoken(self, text: Any) -> Any:
        return self.row.entity.spec.say(text)

    def get_form_class(self) -> Any:
        return self.said.form

    def get_form_kwargs(self) -> dict[str, Any]:
        more = {"answers": self.row.statements.exists()} if self.said.form is forms.ProposalForm else {}
        return super().get_form_kwargs() | more

    def get_initial(self) -> dict[str, Any]:
        if self.step.name != "propose_cancellation":
            return {}
        return {"comment": self.row.proposal, "weighed": self.row.weighed}

    def perform(self, form: django_forms.Form) -> Cancellation:
        return cancellation.act(
            actor=self.actor,
            cancellation=self.row,
            name=self.step.name,
            payload=form.cleaned_data,
            version=version_of(self.request),
        )

    @property
    def success_message(self) -> Any:  # type: ignore[override]
        return self.said.done

    def after(self, result: Cancellation) -> HttpResponse:
        return HttpResponseRedirect(reverse("filings:cancellation", args=[result.pk]))

    def around(self) -> dict[str, Any]:
        back = reverse("filings:cancellation", args=[self.row.pk])
        problems = [p for p in self.step.problems(self.row, self.actor) if p.code != "weighed"]
        typed = str(self.request.POST.get("comment") or "") if self.request.method == "POST" else ""
        return {
            "case": self.row,
            "heading": self.step.label,
            "lead": self.row.entity.name,
            "said": self.said,
            "version": self.row.version,
            "blocked": [] if self.request.method == "POST" else problems,
            "letter": drafted(self.row, self.step.name, self.actor, typed),
            "letter_url": reverse("filings:cancellation_letter", args=[self.row.pk, self.step.name]),
            "facts": [
                *shown.facts(self.row, staff=True),
                {"label": _("事实和理由"), "value": self.row.reason},
            ],
            "statements": shown.statements(self.row),
            "back": back,
            "crumbs": crumbs(
                self.row.entity,
                (self.row.entity.spec.say(_("取消%(act)s资格")), back),
                (self.step.label, ""),
            ),
        }


class LetterPdf(EntityView):
    """The letter of an act on paper before it is sent, with the words typed so far; keeps nothing."""

    def get(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        row, _step = found(self.actor, pk, name)
        letter = drafted(row, name, self.actor, str(request.POST.get("comment") or ""))
        if letter is None:
            raise NotVisible.one("no_letter", _("这项办理不产生文书。"))
        return on_paper(letter)

    def post(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        return self.get(request, pk, name)
