"""业务台账: a platform's records, one page for each kind, each record and each act."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import UNIT_ROLES
from accounts.permissions import Rule
from core.errors import NotNow
from filings.models import Entity
from platforms import permissions as may
from platforms.forms import FollowForm, ProjectFollowForm, RecordForm, StrikeForm
from platforms.models import ForumProject, Record
from platforms.presentation import records as shown
from platforms.records import RecordKind
from platforms.selectors import figures
from platforms.selectors import records as see
from platforms.services import records
from platforms.types import of
from platforms.views.base import PlatformPage, PlatformSheet, crumbs, records_crumb

FOLLOWED = ("contract", "project")


class Mine(PlatformPage):
    """The platforms that keep records, with the years still to be confirmed."""

    access = may.reader

    def get(self, request: HttpRequest) -> HttpResponse:
        listed = self.listed(see.keepers(self.actor))
        done = see.confirmed(listed["page"])
        lines = [
            {
                "entity": entity,
                "kind": of(entity.kind).label,
                "due": "、".join(map(str, see.to_confirm(entity, done[entity.pk]))),
                "url": reverse("platforms:records", args=[entity.code]),
            }
            for entity in listed["page"]
        ]
        return self.page("mine", {"lines": lines, "staff": not self.actor.has_role(*UNIT_ROLES), **listed})


class Records(PlatformPage):
    """What a platform keeps, the figures of a year, its confirmation."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        entity = see.get_platform(self.actor, code)
        if not of(entity.kind).traits.records:
            raise NotNow.one("none", _("这类平台没有业务台账。"))
        years = see.years(entity)
        asked = request.GET.get("year", "")
        chosen = next((y for y in years if str(y.year) == asked), years[0])
        context = {
            "entity": entity,
            "kinds": see.counts(entity),
            "years": [(y, *shown.year_word(y)) for y in years],
            "figures": figures.of_year(entity, chosen.year),
            "crumbs": crumbs(entity, (_("业务台账"), "")),
            **self._chosen(entity, chosen),
        }
        return self.page("records", context)

    def _chosen(self, entity: Entity, year: see.Year) -> dict[str, Any]:
        """The year on the page and what this actor may do with it."""
        tone, word = shown.year_word(year)
        officer = may.record_officer(self.actor, entity)
        return {
            "chosen": year,
            "tone": tone,
            "word": word,
            "may_confirm": year.state in ("due", "returned") and may.record_confirmer(self.actor, entity),
            "may_accept": year.state == "confirmed" and officer,
            "may_return": year.state in ("confirmed", "accepted") and officer,
        }


def year_of(request: HttpRequest) -> int | None:
    """The year asked for; None for all."""
    asked = request.GET.get("year", "")
    return int(asked) if asked.isdecimal() and len(asked) == 4 else None


class RecordList(PlatformPage):
    """The records of one kind, those of a year where asked, those struck out apart."""

    def get(self, request: HttpRequest, code: str, kind: str) -> HttpResponse:
        entity = see.get_platform(self.actor, code)
        spec, year = see.get_kind(entity, kind), year_of(request)
        labels = {"valid": _("有效"), "struck": _("已作废")}
        tab = self.tab_of(labels)
        each = {key: see.rows(entity, spec, year=year, struck=key == "struck") for key in labels}
        listed = self.listed(each[tab])
        context = {
            "entity": entity,
            "kind": spec,
            "head": shown.head(spec),
            "lines": [shown.line(row, spec, code) for row in listed["page"]],
            "tabs": self.tabs(labels, {key: found.count() for key, found in each.items()}, tab),
            "year": year,
            "years": [y.year for y in see.years(entity)],
            "may_write": may.record_keeper(self.actor, entity),
            "crumbs": crumbs(entity, records_crumb(entity), (spec.label, "")),
        }
        return self.page("record_list", {**context, **listed})


class OfKind(PlatformSheet):
    """A page about the records of one kind."""

    kind: RecordKind

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        self.kind = see.get_kind(self.entity, kwargs["kind"])

    def allow(self) -> None:
        may.record_keeper.require(self.actor, self.entity)

    @property
    def list_url(self) -> str:
        return reverse("platforms:record_list", args=[self.entity.code, self.kind.key])

    def get_success_url(self) -> str:
        return self.list_url

    def trail(self, heading: Any) -> dict[str, Any]:
        found = crumbs(
            self.entity, records_crumb(self.entity), (self.kind.label, self.list_url), (heading, "")
        )
        return {"heading": heading, "lead": self.entity.name, "back": self.get_success_url(), "crumbs": found}


class Add(OfKind):
    form_class = RecordForm
    success_message = gettext_lazy("已登记。")

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        if self.kind.needs and not see.rows(self.entity, see.get_kind(self.entity, self.kind.needs)).exists():
            label = see.get_kind(self.entity, self.kind.needs).label
            raise NotNow.one("needs", _("请先登记“%(label)s”。") % {"label": label})

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"kind": self.kind, "entity": self.entity}

    def perform(self, form: forms.Form) -> Record:
        given = dict(form.cleaned_data)
        upload = given.pop("proof", None)
        return records.add(
            actor=self.actor, entity=self.entity, kind=self.kind.key, values=given, upload=upload
        )

    def around(self) -> dict[str, Any]:
        heading = _("登记%(label)s") % {"label": self.kind.label}
        return {"button": _("保存"), "consequence": self.kind.lead, **self.trail(heading)}


class OneRecord(PlatformPage):
    """Every answer of a record with what became of it."""

    def get(self, request: HttpRequest, code: str, kind: str, pk: int) -> HttpResponse:
        entity = see.get_platform(self.actor, code)
        spec = see.get_kind(entity, kind)
        row = see.get_record(entity, spec, pk)
        valid = row.struck_at is None
        trail = (spec.label, reverse("platforms:record_list", args=[code, kind])), (str(row), "")
        context = {
            "entity": entity,
            "kind": spec,
            "record": row,
            "facts": shown.facts(row, spec),
            "followed": kind in FOLLOWED,
            "follows": shown.follow_events(row) if kind in FOLLOWED else (),
            "may_write": valid and may.record_keeper(self.actor, entity),
            "may_follow": valid and kind in FOLLOWED and follower(kind)(self.actor, entity),
            "crumbs": crumbs(entity, records_crumb(entity), *trail),
        }
        return self.page("record", context)


def follower(kind: str) -> Rule:
    """A contract is followed by its host, a signed project by the bureau."""
    return may.record_officer if kind == "project" else may.record_keeper


class _OfRecord(OfKind):
    record: Any

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        self.record = see.get_record(self.entity, self.kind, kwargs["pk"])
        if self.record.struck_at is not None:
            raise NotNow.one("struck", _("这一条已作废。"))

    def get_success_url(self) -> str:
        return reverse("platforms:record", args=[self.entity.code, self.kind.key, self.record.pk])


class Change(_OfRecord):
    form_class = RecordForm
    success_message = gettext_lazy("已保存。")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"kind": self.kind, "entity": self.entity}

    def get_initial(self) -> dict[str, Any]:
        return shown.values(self.record, self.kind)

    def perform(self, form: forms.Form) -> Record:
        given = dict(form.cleaned_data)
        upload = given.pop("proof", None)
        return records.change(
            actor=self.actor,
            record=self.record,
            kind=self.kind.key,
            values=given,
            version=self.version,
            upload=upload,
        )

    def around(self) -> dict[str, Any]:
        return {"button": _("保存"), "version": self.record.version, **self.trail(_("修改"))}


class Strike(_OfRecord):
    form_class = StrikeForm
    success_message = gettext_lazy("已作废，不再计入合计。")

    def perform(self, form: forms.Form) -> Record:
        return records.strike(
            actor=self.actor,
            record=self.record,
            kind=self.kind.key,
            reason=form.cleaned_data["reason"],
            version=self.version,
        )

    def around(self) -> dict[str, Any]:
        return {
            "button": _("作废"),
            "danger": True,
            "consequence": _("作废后这一条不再计入合计，保留在已作废列表中。"),
            "version": self.record.version,
            "facts": shown.facts(self.record, self.kind),
            **self.trail(_("作废")),
        }


class Follow(_OfRecord):
    success_message = gettext_lazy("已记录。")

    def allow(self) -> None:
        follower(self.kwargs["kind"]).require(self.actor, self.entity)

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        if self.kind.key not in FOLLOWED:
            raise NotNow.one("kind", _("这种台账没有跟踪记录。"))

    def get_form_class(self) -> Any:
        return ProjectFollowForm if isinstance(self.record, ForumProject) else FollowForm

    def perform(self, form: forms.Form) -> Any:
        return records.follow(actor=self.actor, record=self.record, **form.cleaned_data)

    def after(self, result: Any) -> HttpResponse:
        return HttpResponseRedirect(self.get_success_url())

    def around(self) -> dict[str, Any]:
        return {
            "button": _("记录"),
            "facts": shown.facts(self.record, self.kind),
            **self.trail(_("记录进展")),
        }
