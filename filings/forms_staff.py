"""What officers and experts type. Shape only; what is right is decided by the services."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import credit_code
from accounts.models import Organisation
from core import clock
from filings.enums import CheckValue, Outcome, TieKind
from filings.models import Filing
from filings.programmes import Criterion, Owner
from filings.selectors.reading import active_participants

LONG = 2000


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def long_text(label: Any, *, required: bool = False, rows: int = 3, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=LONG, widget=_area(rows), help_text=hint
    )


class DeskForm(forms.Form):
    """Base: knows the filing; `stays()` says that the page is only shown again (a row added, a preview)."""

    use_required_attribute = False

    def __init__(self, *args: Any, filing: Filing | None = None, **kwargs: Any) -> None:
        self.filing = filing
        super().__init__(*args, **kwargs)

    def stays(self) -> bool:
        return "preview" in self.data

    def payload(self) -> dict[str, Any]:
        """What `filings.services.actions.act` reads."""
        return dict(self.cleaned_data)


class PlainForm(DeskForm):
    """An act that may carry an opinion."""

    comment = long_text(_("办理意见"), hint=_("写入办理记录，申报单位可以看到。"))


class OpinionForm(DeskForm):
    """推荐意见."""

    comment = long_text(_("推荐意见"), hint=_("写入办理记录，供受理机关和申报单位查看。"))


class ReasonForm(DeskForm):
    """A refusal: without its reason it does not exist."""

    comment = long_text(_("理由"), required=True, rows=4, hint=_("写入文书，送达申报单位。"))


class InnerReasonForm(DeskForm):
    """A reason for colleagues."""

    comment = long_text(_("退回理由"), required=True, rows=4, hint=_("写入办理记录，拟定人据此修改。"))


class CheckForm(DeskForm):
    """One line of the check list."""

    result = forms.ChoiceField(
        label=_("审查结果"), choices=[("", _("待核验")), *CheckValue.choices], required=False
    )
    note = long_text(_("审查说明"), rows=2)


class NoteForm(DeskForm):
    text = long_text(_("内部备注"), required=True, rows=3, hint=_("只有工作人员可见。"))


class WaiverForm(DeskForm):
    condition = forms.CharField(widget=forms.HiddenInput)
    reason = long_text(_("同意例外的理由"), required=True, hint=_("随公示和登记名录一并公开，由审定人复核。"))


class ObjectionForm(DeskForm):
    outcome = forms.ChoiceField(label=_("结论"), choices=Outcome.choices, widget=forms.RadioSelect)
    reply = long_text(_("答复"), required=True, rows=4, hint=_("写明核实情况和依据，告知异议人。"))


# --- review ----------------------------------------------------------------------------------


class PanelForm(DeskForm):
    """How the panel is formed: drawn by the machine, or named."""

    mode = forms.ChoiceField(
        label=_("组成方式"),
        choices=[("draw", _("随机抽取")), ("named", _("指定专家"))],
        initial="draw",
        widget=forms.RadioSelect,
    )
    experts = forms.MultipleChoiceField(label=_("专家"), required=False, widget=forms.CheckboxSelectMultiple)
    comment = long_text(_("办理意见"))

    def __init__(self, *args: Any, experts: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["experts"].choices = list(experts)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("mode") == "named" and not data.get("experts"):
            self.add_error("experts", _("请勾选专家，或改为随机抽取"))
        return data

    def payload(self) -> dict[str, Any]:
        named = self.cleaned_data["mode"] == "named"
        return {"comment": self.cleaned_data["comment"]} | (
            {"experts": self.cleaned_data["experts"]} if named else {}
        )


class DeclarationForm(DeskForm):
    conflict = forms.ChoiceField(
        label=_("利益冲突声明"),
        choices=[
            ("no", _("本人与申报单位及各成员单位不存在利害关系，能够独立、客观、公正评审")),
            ("yes", _("存在利害关系，申请回避")),
        ],
        widget=forms.RadioSelect,
    )
    note = long_text(_("说明"), hint=_("申请回避的，请简要说明关系。"))


def mark_fields(criteria: Iterable[Criterion]) -> dict[str, forms.Field]:
    """A mark and its rationale for each criterion, `<key>.value` and `<key>.rationale`."""
    fields: dict[str, forms.Field] = {}
    for criterion in criteria:
        fields[f"{criterion.key}.value"] = forms.DecimalField(
            label=_("分值"),
            min_value=Decimal(0),
            max_value=Decimal(100),
            max_digits=5,
            decimal_places=2,
            error_messages={
                "required": _("请填 0 至 100 的分值"),
                "invalid": _("请填 0 至 100 的分值"),
                "min_value": _("请填 0 至 100 的分值"),
                "max_value": _("请填 0 至 100 的分值"),
            },
        )
        fields[f"{criterion.key}.rationale"] = forms.CharField(
            label=_("评分理由"),
            max_length=LONG,
            widget=_area(3),
            error_messages={"required": _("请写评分理由")},
        )
    return fields


class ScoreForm(DeskForm):
    """The marks of one expert; every criterion needs both mark and rationale."""

    opinion = long_text(_("综合意见"), rows=3)

    def __init__(self, *args: Any, filing: Filing, **kwargs: Any) -> None:
        super().__init__(*args, filing=filing, **kwargs)
        self.criteria = filing.spec.criteria
        self.fields = mark_fields(self.criteria) | self.fields

    def pairs(self) -> list[dict[str, Any]]:
        """Criterion with its two bound fields, for the page."""
        return [
            {"criterion": c, "value": self[f"{c.key}.value"], "rationale": self[f"{c.key}.rationale"]}
            for c in self.criteria
        ]

    def scores(self) -> list[dict[str, Any]]:
        """As `services.review.score` takes them."""
        data = self.cleaned_data
        return [
            {
                "criterion": c.key,
                "value": str(data[f"{c.key}.value"]),
                "rationale": data[f"{c.key}.rationale"],
            }
            for c in self.criteria
        ]


# --- expert pool -----------------------------------------------------------------------------


class ExpertForm(DeskForm):
    username = forms.CharField(
        label=_("登录账号"), max_length=150, help_text=_("须为已开通、具有评审专家角色的账号。")
    )
    employer = forms.CharField(
        label=_("工作单位信用代码"),
        max_length=30,
        required=False,
        help_text=_("本平台登记的单位请填信用代码，用于自动核对利益冲突。"),
    )
    employer_name = forms.CharField(label=_("工作单位名称"), max_length=120, required=False)
    title = forms.CharField(label=_("职称"), max_length=60, required=False)
    fields_text = forms.CharField(
        label=_("专业领域"), max_length=200, required=False, help_text=_("多个领域用顿号分隔。")
    )
    is_active = forms.BooleanField(label=_("可抽取"), required=False, initial=True)

    def clean_employer(self) -> Organisation | None:
        return unit_by_code(self.cleaned_data["employer"])

    def clean_fields_text(self) -> list[str]:
        text = self.cleaned_data["fields_text"]
        return [
            part.strip() for part in text.replace("，", "、").replace(",", "、").split("、") if part.strip()
        ]


class TieForm(DeskForm):
    organisation = forms.CharField(label=_("单位信用代码"), max_length=30)
    kind = forms.ChoiceField(label=_("关系"), choices=TieKind.choices)
    since = forms.DateField(
        label=_("起始日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("终止日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def clean_organisation(self) -> Organisation | None:
        return unit_by_code(self.cleaned_data["organisation"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("终止日期早于起始日期"))
        return data


def unit_by_code(text: str) -> Organisation | None:
    """The registered unit with this credit code; a form error for a wrong or unknown code."""
    code = "".join(text.split()).upper()
    if not code:
        return None
    problems = credit_code.problems(code)
    if problems:
        raise forms.ValidationError([str(p.message) for p in problems])
    unit = Organisation.objects.filter(credit_code=code).first()
    if unit is None:
        raise forms.ValidationError(_("该信用代码的单位尚未在本平台登记。"))
    return unit


# --- return for correction -------------------------------------------------------------------

PHRASES: tuple[tuple[str, Any], ...] = (
    ("stamp", _("扫描件未加盖公章，请重新上传盖章件。")),
    ("blur", _("扫描件不清晰，请重新上传可辨认的文件。")),
    ("missing", _("内容不完整，请补充。")),
    ("mismatch", _("与其他部分或附件的内容不一致，请核对后更正。")),
    ("evidence", _("缺少佐证材料，请补充上传。")),
    ("amount", _("经费数额与分项合计不符，请核对。")),
    ("date", _("日期前后矛盾，请更正。")),
)


def targets(filing: Filing) -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything a correction can be pinned to, grouped by section: `section|field|participant`."""
    groups = []
    members = [p for p in active_participants(filing) if p.role != "lead"]
    for section in filing.spec.sections:
        places = members if section.owner is Owner.PARTICIPANT else [None]
        for place in places:
            pid = place.pk if place else ""
            head = f"{section.title}：{place.organisation.name}" if place else str(section.title)
            options = [(f"{section.key}||{pid}", str(_("（整页）")))]
            options += [
                (f"{section.key}|{name}|{pid}", str(one.label))
                for name, one in section.form.base_fields.items()
            ]
            groups.append((head, [(key, f"{head} / {label}") for key, label in options]))
    return groups


class CorrectionRow(forms.Form):
    use_required_attribute = False
    target = forms.ChoiceField(label=_("栏目"))
    message = forms.CharField(label=_("补正要求"), max_length=LONG, widget=_area(3))
    phrase = forms.ChoiceField(label=_("常用语"), choices=[("", _("不使用")), *PHRASES], required=False)

    def __init__(self, *args: Any, choices: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = [("", _("请选择栏目")), *choices]  # type: ignore[attr-defined]
        self.fields["message"].required = False
        self.fields["message"].optional = False  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        words = data.get("message", "").strip() or str(dict(PHRASES).get(data.get("phrase", ""), ""))
        if not words and "message" not in self.errors:
            self.add_error("message", _("请写明补正要求，或选用常用语"))
        return data | {"message": words}

    def as_item(self) -> dict[str, Any]:
        """As `return_for_correction` takes it."""
        section, field, place = self.cleaned_data["target"].split("|")
        item = {"section": section, "field": field, "message": self.cleaned_data["message"]}
        return item | ({"participant": int(place)} if place else {})


class ReturnForm(DeskForm):
    """The one complete notice: any number of items, and the reason of a further return."""

    comment = long_text(_("说明"), hint=_("写在告知书开头；再次退回须写明未能一次告知的理由。"))
    MAX = 60

    def __init__(
        self, *args: Any, filing: Filing, rows: Iterable[dict[str, Any]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, filing=filing, **kwargs)
        self.choices = targets(filing)
        self.rows = self._bound_rows() if self.is_bound else self._new_rows(list(rows) or [{}])

    def _bound_rows(self) -> list[CorrectionRow]:
        count = int(raw) if (raw := str(self.data.get("rows") or "0")).isdecimal() and len(raw) < 5 else 0
        drop = str(self.data.get("rows_remove") or "")
        kept = [n for n in range(min(count, self.MAX)) if str(n) != drop]
        values = [
            {k: self.data.get(f"item-{n}-{k}", "") for k in ("target", "message", "phrase")} for n in kept
        ]
        if "rows_add" in self.data:
            values.append({"target": "", "message": "", "phrase": ""})
        if self.stays() and "preview" not in self.data:
            return self._new_rows(values)
        return [
            self._row(n, data={f"item-{n}-{k}": v for k, v in row.items()}) for n, row in enumerate(values)
        ]

    def _new_rows(self, values: list[dict[str, Any]]) -> list[CorrectionRow]:
        return [self._row(n, initial=row) for n, row in enumerate(values)]

    def _row(self, number: int, **kwargs: Any) -> CorrectionRow:
        return CorrectionRow(prefix=f"item-{number}", choices=self.choices, **kwargs)

    def stays(self) -> bool:
        return any(name in self.data for name in ("rows_add", "rows_remove", "preview"))

    def is_valid(self) -> bool:
        own = super().is_valid()
        rows = [row.is_valid() for row in self.rows if row.is_bound]
        return own and all(rows)

    def payload(self) -> dict[str, Any]:
        return {
            "comment": self.cleaned_data["comment"],
            "items": [row.as_item() for row in self.rows if row.is_bound],
        }


def today_iso() -> str:
    """Initial value of date fields."""
    return clock.today().isoformat()
