"""How a person wants mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import notices
from accounts.forms.words import PlainWords
from accounts.models import MessageSettings
from core.actor import Actor

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


class MessageSettingsForm(PlainWords, forms.Form):
    """One choice for each kind that leaves one; a legal clock leaves none."""

    digest_hour = forms.TypedChoiceField(
        label=_("每日汇总的发送时间"),
        choices=HOURS,
        coerce=int,
        help_text=_("每天最多一封，汇总尚未阅读的消息；没有未读消息时不发送。"),
    )
    mail_off = forms.BooleanField(
        label=_("不接收任何消息邮件"),
        required=False,
        help_text=_("包括法定期限提醒。消息仍会出现在门户中；密码重置等账号邮件不受影响。"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in notices.kinds_for(actor):
            if len(kind.choices) > 1:
                choices = MessageSettings.Choice.choices
                self.fields[f"kind-{kind.key}"] = forms.ChoiceField(label=str(kind.label), choices=choices)

    @staticmethod
    def values(settings: MessageSettings) -> dict[str, Any]:
        """What the form shows for these settings."""
        # A person who takes no mail at all still keeps a choice for each kind.
        chosen = MessageSettings(by_kind=settings.by_kind)
        kinds = {f"kind-{kind.key}": notices.wanted(kind, chosen) for kind in notices.kinds()}
        return {"digest_hour": settings.digest_hour, "mail_off": settings.mail_off, **kinds}

    def by_kind(self) -> dict[str, str]:
        """``{kind: choice}`` of the cleaned form."""
        return {
            name.removeprefix("kind-"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("kind-")
        }

    @property
    def kind_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith("kind-")]
