"""文书模板: what each kind of letter says, proposed by one officer and published by another."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from accounts.models import Organisation
from accounts.stash import pop_stash
from accounts.stepup import StepUpMixin
from accounts.views.base import attach
from core import clock
from core.actor import Actor
from core.errors import Invalid, NotNow, NotVisible
from core.idempotency import once_per_form
from filings import permissions as may
from filings.forms_letters import TemplateForm
from filings.letters.catalogue import examples, fields_of
from filings.letters.compare import changes
from filings.letters.merge import Merged, Words, merge
from filings.models import LETTERS, LetterTemplate, PaperKind
from filings.selectors import letters as found
from filings.services import letter_templates as services
from filings.views.staff.base import page
from filings.views.staff.letters import on_paper

PAGE = 25


class TemplatePage(View):
    """Pages about the acting bureau's own letters; another bureau's have no address here."""

    access: Any = may.may_propose_template

    @property
    def actor(self) -> Actor:
        return self.request.actor  # type: ignore[attr-defined]

    @property
    def authority(self) -> Organisation:
        return cast(Organisation, self.actor.organisation)  # the rule asks for a role held there

    def kind(self, value: str) -> PaperKind:
        """The kind of letter; NotVisible for anything else."""
        if value not in LETTERS:
            raise NotVisible.one("letter_kind", _("没有这种文书。"))
        return PaperKind(value)

    def version(self, kind: str, number: str) -> LetterTemplate | None:
        """The version asked for, None for 0 (shipped with the portal); NotVisible for one that was never made."""
        if number == "0":
            return None
        row = None
        if number.isdecimal() and len(number) < 5:
            row = found.versions(self.authority, kind).filter(version=int(number)).first()
        if row is None:
            raise NotVisible.one("letter_version", _("没有这个版本。"))
        return row

    def crumbs(self, *trail: tuple[Any, str]) -> list[dict[str, Any]]:
        every = ((_("文书模板"), reverse("filings:letter_templates")), *trail)
        return [{"label": label, "url": url} for label, url in every]


def example(kind: str, words: Words, authority: Organisation) -> Merged:
    """A letter with invented values, signed by the bureau that looks at it."""
    values = examples(kind) | {"authority": authority.name, "signed_on": clock.today(), "number": ""}
    values["phone"] = authority.contact_phone or values["phone"]
    return merge(kind, words, values, to=str(values["unit"]), office=authority.name, is_sample=True)


class Templates(TemplatePage):
    """Every kind with the version in force and the one that waits."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = LetterTemplate.objects.filter(authority=self.authority).select_related("published_by")
        newest: dict[str, LetterTemplate] = {}
        waiting: dict[str, LetterTemplate] = {}
        for row in rows.order_by("version"):
            if row.published_at is not None:
                newest[row.kind] = row
            elif row.withdrawn_at is None:
                waiting[row.kind] = row
        kinds = [
            {
                "kind": kind,
                "title": found.words_of(newest.get(kind), kind).title,
                "now": newest.get(kind),
                "open": waiting.get(kind),
            }
            for kind in LETTERS
        ]
        return page(request, "filings/staff/letter_list.html", {"kinds": kinds})


class Template(TemplatePage):
    """One kind: the text in force, the proposal against it, earlier versions."""

    def get(self, request: HttpRequest, kind: str, problems: Any = (), status: int = 200) -> HttpResponse:
        context = self.context(self.kind(kind)) | {"problems": problems}
        return page(request, "filings/staff/letter_kind.html", context, status=status)

    def context(self, kind: PaperKind) -> dict[str, Any]:
        now, waits = found.in_force(self.authority, kind), found.open_proposal(self.authority, kind)
        words = found.words_of(now, kind)
        proposed = found.words_of(waits, kind) if waits else words
        history = Paginator(found.versions(self.authority, kind), PAGE)
        return {
            "kind": kind,
            "now": now,
            "words": words,
            "waits": waits,
            "changes": changes(words, proposed),
            "letter": example(kind, proposed, self.authority),
            "may_publish": waits is not None and may.may_publish_template(self.actor, waits),
            "why_not": may.may_publish_template.refusal(self.actor, waits) if waits else "",
            "may_withdraw": waits is not None and may.may_withdraw_template(self.actor, waits),
            "page": history.get_page(self.request.GET.get("page")),
            "crumbs": self.crumbs((kind.label, "")),
        }


@method_decorator(once_per_form, name="dispatch")
class Decide(StepUpMixin, Template):
    """Publish or withdraw the version that waits."""

    VERBS = {"publish": services.publish, "withdraw": services.withdraw}
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, kind: str, number: str) -> HttpResponse:
        self.kind(kind)
        template, verb = self.version(kind, number), self.VERBS.get(request.POST.get("decision", ""))
        try:
            if template is None or verb is None:
                raise Invalid.one("decision", _("请选择发布或者撤回。"))
            verb(actor=self.actor, template=template)
        except (Invalid, NotNow) as error:
            return self.get(request, kind, error.problems, error.status)
        messages.success(request, _("已办理。"))
        return HttpResponseRedirect(reverse("filings:letter_template", args=[kind]))


class Version(TemplatePage):
    """One version as it was, and what it changed against the one before."""

    def get(self, request: HttpRequest, kind: str, number: str) -> HttpResponse:
        one, row = self.kind(kind), self.version(kind, number)
        words = found.words_of(row, kind)
        back = (one.label, reverse("filings:letter_template", args=[kind]))
        context = {
            "kind": one,
            "row": row,
            "words": words,
            "letter": example(kind, words, self.authority),
            "crumbs": self.crumbs(back, (_("第 %(n)s 版") % {"n": words.version}, "")),
        }
        if row is not None:
            before = found.words_of(found.before(row), kind)
            context |= {"before": before, "changes": changes(before, words)}
        return page(request, "filings/staff/letter_version.html", context)


@method_decorator(once_per_form, name="dispatch")
class Edit(TemplatePage):
    """A new version: the text beside the list of merge fields, looked at before it is proposed."""

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        one, kept = self.kind(kind), pop_stash(request)
        if kept is not None:
            return self._answer(one, TemplateForm(kept))
        return self._answer(one, TemplateForm.from_words(found.words_in_force(self.authority, kind)))

    def post(self, request: HttpRequest, kind: str) -> HttpResponse:
        one, form = self.kind(kind), TemplateForm(request.POST)
        if not form.is_valid():
            return self._answer(one, form, 422)
        try:
            if form.stays():
                words = form.words()
                services.check(kind=kind, title=words.title, body=words.body)
                return self._answer(one, form, show=True)
            services.propose(actor=self.actor, kind=kind, **form.arguments())
        except (Invalid, NotNow) as error:
            attach(form, error)
            return self._answer(one, form, error.status)
        messages.success(request, _("已提出，由另一人（处室负责人）发布后生效。"))
        return HttpResponseRedirect(reverse("filings:letter_template", args=[kind]))

    def _answer(
        self, kind: PaperKind, form: TemplateForm, status: int = 200, *, show: bool = False
    ) -> HttpResponse:
        context = {
            "kind": kind,
            "form": form,
            "fields": fields_of(kind),
            "waits": found.open_proposal(self.authority, kind),
            "letter": example(kind, form.words(), self.authority) if show else None,
            "crumbs": self.crumbs(
                (kind.label, reverse("filings:letter_template", args=[kind.value])), (_("修改文本"), "")
            ),
        }
        return page(self.request, "filings/staff/letter_edit.html", context, status=status)


class ExamplePdf(TemplatePage):
    """A version with invented values on paper (GET), or the text being typed (POST; the form's key stays unused)."""

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        self.kind(kind)
        number = request.GET.get("version", "")
        words = (
            found.words_of(self.version(kind, number), kind)
            if number
            else found.words_in_force(self.authority, kind)
        )
        return on_paper(example(kind, words, self.authority))

    def post(self, request: HttpRequest, kind: str) -> HttpResponse:
        self.kind(kind)
        words = TemplateForm(request.POST).words()
        services.check(kind=kind, title=words.title, body=words.body)
        return on_paper(example(kind, words, self.authority))
