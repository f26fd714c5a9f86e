"""One's own messages: read here, or unsubscribed from by a link in a mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.generic import TemplateView

from accounts import actors, notices, selectors
from accounts.access import access
from accounts.forms.messages import MessageSettingsForm
from accounts.models import Message, MessageSettings, Organisation
from accounts.services import messages, users
from accounts.views.base import ServicePage, crumbs
from core.actor import Actor
from core.errors import NotVisible
from core.http import actor_of

PAGE = 25
UNREAD, ALL = "unread", "all"


class MessageList(TemplateView):
    """What I was told, newest first; by kind, or what is still unread."""

    access = "login"
    template_name = "accounts/messages.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor = actor_of(self.request)
        tab = self.request.GET.get("tab", UNREAD)
        rows = _of_tab(actor, tab).select_related("organisation")
        page = Paginator(rows, PAGE).get_page(self.request.GET.get("page"))
        kind = notices.find(tab)
        read_all = _("将“%(kind)s”全部标为已读") % {"kind": kind.label} if kind else _("全部标为已读")
        return super().get_context_data(
            page=page,
            rows=[_row(message) for message in page],
            tabs=_tabs(actor, tab),
            tab=tab,
            read_all_label=read_all,
            **kwargs,
        )


@access("login")
@require_safe
def open_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as read and go to what it is about, as the unit it was sent to: for another one the page may not exist."""
    message = messages.read(actor=actor_of(request), pk=pk)
    units = [choice.organisation for choice in request.actor_choices]  # type: ignore[attr-defined]
    # One of before units were noted: about one matter, which may be seen from one of one's units only.
    if message.organisation is None and len(units) > 1 and any(sign.isdigit() for sign in message.url):
        trail = crumbs(request, (_("消息"), reverse("messages:list")), (message.title, ""))
        return render(request, "accounts/message.html", {"message": message, "units": units, "crumbs": trail})
    return _go(request, message, message.organisation)


@access("login")
@require_POST
def open_as(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what a message without a unit is about, as one of the units one belongs to."""
    message = messages.read(actor=actor_of(request), pk=pk)
    offered = {str(c.organisation.pk): c.organisation for c in request.actor_choices}  # type: ignore[attr-defined]
    wanted = offered.get(request.POST.get("organisation", ""))
    if wanted is None:
        raise NotVisible()
    return _go(request, message, wanted)


def _go(request: HttpRequest, message: Message, unit: Organisation | None) -> HttpResponse:
    chosen = users.choose_for(actor=actor_of(request), organisation=unit)
    if chosen is not None:
        request.session[actors.SESSION_KEY] = chosen.organisation_id
        flash.info(request, _("现在代表：%(name)s") % {"name": chosen.organisation.name})
    return HttpResponseRedirect(message.url or reverse("messages:list") + "?tab=" + ALL)


@access("login")
@require_POST
def mark_read(request: HttpRequest, pk: int) -> HttpResponse:
    messages.read(actor=actor_of(request), pk=pk)
    return _back(request)


@access("login")
@require_POST
def mark_all_read(request: HttpRequest) -> HttpResponse:
    """All of them, or all of the kind whose tab is open."""
    kind = request.POST.get("tab", "")
    count = messages.read_all(actor=actor_of(request), kind=kind if notices.find(kind) else "")
    flash.success(request, _("已将 %(n)s 条消息标为已读。") % {"n": count})
    return _back(request)


class Settings(ServicePage):
    access = "login"
    template_name = "accounts/messages_settings.html"
    form_class = MessageSettingsForm
    success_url = reverse_lazy("messages:settings")
    success_message = gettext_lazy("已保存。")

    def get_initial(self) -> dict[str, Any]:
        return MessageSettingsForm.values(messages.settings_of(self.actor.user))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.actor}

    def perform(self, form: forms.Form) -> MessageSettings:
        data = form.cleaned_data
        return messages.save_settings(
            actor=self.actor,
            digest_hour=data["digest_hour"],
            mail_off=data["mail_off"],
            by_kind=form.by_kind(),  # type: ignore[attr-defined]
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        urgent = [kind for kind in notices.kinds_for(self.actor) if kind.urgent]
        trail = crumbs(self.request, (_("消息"), reverse("messages:list")), (_("消息设置"), ""))
        return super().get_context_data(urgent=urgent, crumbs=trail, **kwargs)


@csrf_exempt  # mail programs post here without a page of ours (RFC 8058); the token can do this one thing
@access("public")
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The link in a mail: a page with one button, and the same answer whatever the token is worth."""
    if request.method == "POST":
        messages.unsubscribe(actor=actor_of(request), token=token)
    return render(request, "accounts/messages_unsubscribe.html", {"done": request.method == "POST"})


def _of_tab(actor: Actor, tab: str) -> Any:
    mine = selectors.messages_of(actor)
    if tab == ALL:
        return mine
    return mine.filter(kind=tab) if notices.find(tab) else selectors.unread(mine)


def _tabs(actor: Actor, current: str) -> list[dict[str, Any]]:
    """Unread, all, and each kind there are messages of. One query."""
    counts = selectors.message_counts(actor)
    known = [(kind.key, kind.label) for kind in notices.kinds() if kind.key in counts]
    current = current if current in (ALL, *(key for key, _label in known)) else UNREAD
    offered = [
        (UNREAD, _("未读"), sum(unread for _total, unread in counts.values())),
        (ALL, _("全部"), sum(total for total, _unread in counts.values())),
        *((key, label, counts[key][0]) for key, label in known),
    ]
    return [
        {"label": label, "url": f"?tab={key}", "count": count, "current": key == current}
        for key, label, count in offered
    ]


def _row(message: Any) -> dict[str, Any]:
    kind = notices.find(message.kind)
    return {"message": message, "kind": kind.label if kind else "", "urgent": message.urgent}


def _back(request: HttpRequest) -> HttpResponse:
    tab = request.POST.get("tab", "")
    return redirect(reverse("messages:list") + (f"?tab={tab}" if notices.find(tab) or tab == ALL else ""))
