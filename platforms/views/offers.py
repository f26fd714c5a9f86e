"""开放共享信息: what a host publishes, and the list that everybody reads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import NotNow, NotVisible
from filings.models import Entity
from platforms import permissions as may
from platforms.forms import NothingForm, OfferForm, OpenFilter
from platforms.models import Offer
from platforms.selectors import overview
from platforms.selectors.records import get_platform
from platforms.services import opening
from platforms.views.base import PlatformPage, PlatformSheet, crumbs


class Open(PlatformPage):
    """Everything that platforms open, for everybody."""

    access = "public"

    def get(self, request: HttpRequest) -> HttpResponse:
        filters = OpenFilter(request.GET)
        wanted = filters.wanted()
        if request.GET.get("entity"):
            wanted["entity"] = request.GET["entity"]
        listed = self.listed(overview.offers(wanted))
        return self.page("open", {"filter": filters, "narrowed": bool(wanted), **listed})


def _crumb(entity: Entity) -> tuple[Any, str]:
    return _("开放共享信息"), reverse("platforms:offers", args=[entity.code])


class Offers(PlatformPage):
    """What one platform opens, and what it has withdrawn."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        entity = get_platform(self.actor, code)
        rows = Offer.objects.filter(entity=entity)
        context = {
            "entity": entity,
            "open": rows.filter(withdrawn_at__isnull=True),
            "withdrawn": rows.filter(withdrawn_at__isnull=False),
            "may_write": may.record_keeper(self.actor, entity),
            "crumbs": crumbs(entity, (_("开放共享信息"), "")),
        }
        return self.page("offers", context)


class Publish(PlatformSheet):
    form_class: Any = OfferForm
    success_message: Any = gettext_lazy("已公开。")

    def allow(self) -> None:
        may.record_keeper.require(self.actor, self.entity)

    def get_success_url(self) -> str:
        return reverse("platforms:offers", args=[self.entity.code])

    def perform(self, form: forms.Form) -> Offer:
        return opening.publish(actor=self.actor, entity=self.entity, values=form.cleaned_data)

    def trail(self, heading: Any) -> dict[str, Any]:
        found = crumbs(self.entity, _crumb(self.entity), (heading, ""))
        return {"heading": heading, "lead": self.entity.name, "back": self.get_success_url(), "crumbs": found}

    def around(self) -> dict[str, Any]:
        consequence = _("保存后任何人都可以看到。请填写部门和办公电话，不要出现个人姓名和手机号。")
        return {"button": _("公开"), "consequence": consequence, **self.trail(_("公开一项服务或者资源"))}


class _OfOffer(Publish):
    offer: Offer

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        found = Offer.objects.select_related("entity").filter(entity=self.entity, pk=kwargs["pk"]).first()
        if found is None:
            raise NotVisible.one("offer", _("没有这条信息"))
        if found.withdrawn_at is not None:
            raise NotNow.one("withdrawn", _("该信息已撤下。"))
        self.offer = found


class Change(_OfOffer):
    success_message = gettext_lazy("已保存。")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.offer, name) for name in opening.FIELDS}

    def perform(self, form: forms.Form) -> Offer:
        return opening.change(
            actor=self.actor, offer=self.offer, values=form.cleaned_data, version=self.version
        )

    def around(self) -> dict[str, Any]:
        return {"button": _("保存"), "version": self.offer.version, **self.trail(_("修改"))}


class Withdraw(_OfOffer):
    form_class = NothingForm
    success_message = gettext_lazy("已撤下，公众不再看到。")

    def perform(self, form: forms.Form) -> Offer:
        return opening.withdraw(actor=self.actor, offer=self.offer, version=self.version)

    def around(self) -> dict[str, Any]:
        return {
            "button": _("撤下"),
            "danger": True,
            "consequence": _("“%(name)s”将不再对公众显示。") % {"name": self.offer.name},
            "version": self.offer.version,
            **self.trail(_("撤下")),
        }
