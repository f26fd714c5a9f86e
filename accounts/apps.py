"""The accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "accounts"
    verbose_name = _("账户与单位")
