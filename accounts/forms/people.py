"""Colleagues, staff roles, one's own profile."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import selectors
from accounts.enums import STAFF_ROLES, UNIT_ROLES, Role, RoleAct
from accounts.forms.units import BLANK
from accounts.forms.words import PlainWords
from accounts.models import Organisation, User
from core.actor import Actor

UNIT_ROLE_CHOICES = [(role.value, role.label) for role in Role if role in UNIT_ROLES]
STAFF_ROLE_CHOICES = [BLANK, *((role.value, role.label) for role in Role if role in STAFF_ROLES)]
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class InvitationForm(PlainWords, forms.Form):
    email = forms.EmailField(label=_("同事的邮箱"))
    name = forms.CharField(label=_("姓名"), max_length=60, required=False)
    role = forms.ChoiceField(label=_("角色"), choices=UNIT_ROLE_CHOICES, widget=forms.RadioSelect)
    until = forms.DateField(
        label=_("授权截止日期"), required=False, widget=DATE, help_text=_("不填为长期；到期后自动失去权限。")
    )


class ColleagueForm(PlainWords, forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("角色"),
        required=False,
        choices=UNIT_ROLE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("全部取消即移出本单位，立即生效。"),
    )
    until = forms.DateField(
        label=_("授权截止日期"), required=False, widget=DATE, help_text=_("不填为长期；到期后自动失去权限。")
    )


class RoleChangeForm(PlainWords, forms.Form):
    act = forms.ChoiceField(
        label=_("事项"), choices=RoleAct.choices, widget=forms.RadioSelect, initial="grant"
    )
    user = forms.ModelChoiceField(label=_("人员"), queryset=User.objects.none(), empty_label=_("请选择"))
    organisation = forms.ModelChoiceField(
        label=_("部门"), queryset=Organisation.objects.none(), empty_label=_("请选择")
    )
    role = forms.ChoiceField(label=_("角色"), choices=STAFF_ROLE_CHOICES)
    until = forms.DateField(
        label=_("授权截止日期"), required=False, widget=DATE, help_text=_("授予时可填，不填为长期。")
    )
    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people, units = self.fields["user"], self.fields["organisation"]
        people.queryset = selectors.staff_people(actor)  # type: ignore[attr-defined]
        people.label_from_instance = lambda user: f"{user.name}（{user.username}）"  # type: ignore[attr-defined]
        units.queryset = selectors.bureaus_administered_by(actor)  # type: ignore[attr-defined]


class NewPersonForm(PlainWords, forms.Form):
    """A member of staff without a role yet; the password is set by the person through the mailed link."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    username = forms.CharField(label=_("用户名"), max_length=150, help_text=_("字母、数字和 @ . + - _。"))
    email = forms.EmailField(label=_("邮箱"))
    phone = forms.CharField(label=_("手机"), max_length=40, required=False)


class MyProfileForm(PlainWords, forms.Form):
    name = forms.CharField(
        label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("手机"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
