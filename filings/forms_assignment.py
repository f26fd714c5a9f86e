"""What is typed about assignment and absence. Shape only; what is right is decided by the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from filings.services.assignment import LONGEST_REASON

Labelled = Sequence[tuple[User, str]]


class PersonField(forms.ChoiceField):
    """One of the people offered; cleaned to the person, or None where nobody need be chosen."""

    def __init__(self, *, empty: Any = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.empty = empty
        self.people: dict[str, User] = {}

    def offer(self, people: Labelled) -> None:
        """Whom one may choose, with the words shown."""
        self.people = {str(person.pk): person for person, _words in people}
        self.choices = [("", self.empty or _("请选择")), *((str(p.pk), words) for p, words in people)]

    def clean(self, value: Any) -> User | None:  # type: ignore[override]
        return self.people.get(super().clean(value))


class PlainForm(forms.Form):
    use_required_attribute = False


def _why(label: Any, missing: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("写入办理记录，只在机关内部可见。"),
        error_messages={"required": missing},
    )


class HandOverForm(PlainForm):
    """To whom, and why."""

    officer = PersonField(label=_("转给"), error_messages={"required": _("请选择转给谁")})
    reason = _why(_("原因"), _("请写明转办的原因"))

    def __init__(self, *args: Any, people: Labelled, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].offer(people)  # type: ignore[attr-defined]


class TakeForm(PlainForm):
    """Taking over says why. Stands beside the other form, so its field has a name of its own."""

    take_reason = _why(_("接办原因"), _("请写明接办的原因"))


class OfficerForm(PlainForm):
    """Whose a district or an entity is; nobody is an answer too."""

    officer = PersonField(label=_("经办人"), required=False, empty=_("不指定"))

    def __init__(self, *args: Any, people: Labelled, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].offer(people)  # type: ignore[attr-defined]


def _day(label: Any, missing: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "w-date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages={"required": missing})


class AbsenceForm(PlainForm):
    """Away from a day to a day; `user` is asked only of a head, who may say it for others."""

    user = PersonField(label=_("休假人员"), error_messages={"required": _("请选择休假人员")})
    since = _day(_("起始日期"), _("请填写起始日期"))
    until = _day(_("截止日期"), _("请填写截止日期"))
    cover = PersonField(
        label=_("代办人"),
        error_messages={"required": _("请选择代办人")},
        help_text=_("代办人以本人名义、按本人的角色办理，不因代办获得任何权限。"),
    )
    reason = forms.CharField(label=_("事由"), required=False, max_length=100)

    def __init__(
        self, *args: Any, covers: Labelled, people: Labelled = (), me: User | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cover"].offer(covers)  # type: ignore[attr-defined]
        for name in ("since", "until"):
            self.fields[name].widget.attrs["min"] = clock.today().isoformat()
        if people:
            self.fields["user"].offer(people)  # type: ignore[attr-defined]
            self.fields["user"].initial = str(me.pk) if me else None
        else:
            del self.fields["user"]
