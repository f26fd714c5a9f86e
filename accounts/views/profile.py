"""One's own name, phone, password, second factor and units."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.forms.people import MyProfileForm
from accounts.services import users
from accounts.views.base import ServicePage


class Profile(ServicePage):
    access = "login"
    template_name = "accounts/profile.html"
    form_class = MyProfileForm
    success_url = reverse_lazy("accounts:profile")
    success_message = _("已保存。")

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.actor.user.name, "phone": self.actor.user.phone}

    def perform(self, form: forms.Form) -> Any:
        return users.update_person(actor=self.actor, **form.cleaned_data)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        factor = is_mfa_enabled(self.request.user, [Authenticator.Type.TOTP])
        return super().get_context_data(has_factor=factor, **kwargs)
