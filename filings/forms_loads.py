"""What is typed about loads. Shape only."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from filings.forms_staff import DeskForm, long_text


class UploadForm(DeskForm):
    file = forms.FileField(
        label=_("名录文件"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        help_text=_("xlsx 文件，不超过 20 MB、每张工作表 12 万行。"),
    )
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class ReportForm(DeskForm):
    text = long_text(_("哪里有误，应当是什么"), required=True, rows=5)
