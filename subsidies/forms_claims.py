"""What is typed on the pages of claims: the start of one, the filters of the list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from filings.enums import Action, State
from filings.programmes import state_label
from subsidies.selectors.claims import PROGRAMME

STATES = (
    State.DRAFT,
    State.SUBMITTED,
    State.IN_EXAMINATION,
    State.IN_CORRECTION,
    State.ACCEPTED,
    State.PROPOSED,
    State.CONFIRMED,
    State.ON_NOTICE,
    State.FILED,
    State.NOT_ACCEPTED,
    State.REJECTED,
    State.WITHDRAWN,
)


class BeginForm(forms.Form):
    """Which entity a claim is for, and when what it is about happened."""

    entity = forms.ChoiceField(
        label=_("登记主体"),
        required=False,
        help_text=_("带入名录上的级别、批复日期和类型。没有登记主体的可以不选。"),
    )
    on = forms.DateField(
        label=_("事项日期"),
        required=False,
        help_text=_("批复、认定、验收或者拨付之日；不填的按名录上的批复日期，没有的按今天。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, entities: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["entity"]
        field.choices = [("", _("不针对登记主体")), *((e.code, f"{e.name}（{e.code}）") for e in entities)]


class ClaimFilter(forms.Form):
    """Filters of the list; what is not understood is left out."""

    measure = forms.ChoiceField(label=_("支持措施"), required=False)
    year = forms.CharField(
        label=_("年度"), required=False, max_length=4, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    district = forms.ChoiceField(label=_("区（市）"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False)

    def __init__(
        self, *args: Any, measures: Iterable[Any], districts: Iterable[Any], staff: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        states = [(s, state_label(PROGRAMME, Action.CLAIM, s, staff=staff)) for s in STATES]
        for name, options in (("measure", measures), ("district", districts), ("state", states)):
            field: Any = self.fields[name]
            field.choices = [("", _("全部")), *options]
        if not staff:
            del self.fields["district"]

    def wanted(self) -> dict[str, str]:
        """What was understood."""
        self.is_valid()
        found = {name: str(value) for name, value in self.cleaned_data.items() if value}
        if not found.get("year", "0").isdecimal():
            del found["year"]
        return found
