from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("账号与单位")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import adapters, navigation, signals
        from accounts.services import digest, notify
        from core import jobs, outbox

        signals.connect()
        navigation.register()
        jobs.register(digest.JOB, digest.run_job, atomic=False)
        outbox.register_recheck(notify.RECHECK, notify.compose)
        outbox.register_recheck(adapters.DROPPED.rstrip(":"), lambda reference: None)
