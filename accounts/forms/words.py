"""Errors of forms in words that say what to do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class PlainWords:
    """Mixin: an empty field asks to be filled in or chosen, a bad choice to be chosen again."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            chosen = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
            field.error_messages["required"] = _("请选择。") if chosen else _("请填写。")
            if chosen:
                field.error_messages["invalid_choice"] = _("请从列表中选择。")
