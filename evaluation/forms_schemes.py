"""What came in about a scheme: names, one row of its table, notes, grades, options. Shape only; the service judges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluation import feeds
from evaluation.scheme.choices import Direction, Method, Missing, Source
from evaluation.services.schemes import LIMITS

NUMBER = forms.TextInput(attrs={"class": "w-num", "inputmode": "decimal", "autocomplete": "off"})
SHORT = forms.TextInput(attrs={"class": "w-brief", "autocomplete": "off"})
ROWS = ("from", "points", "per", "increment", "cap")
PLAIN = ("low", "high", "base", "fallback_low", "fallback_high")


def number(label: Any, **kwargs: Any) -> forms.CharField:
    """A figure as it is typed: what is no number comes back with its reason, not lost."""
    return forms.CharField(label=label, max_length=20, required=False, widget=NUMBER, **kwargs)


class EditionForm(forms.Form):
    """Every form of a draft says at which edition its page was read."""

    edition = forms.IntegerField(widget=forms.HiddenInput(), required=False)


class WordsForm(EditionForm):
    """What stands around the table."""

    label = forms.CharField(label=_("名称"), max_length=LIMITS["label"])
    source = forms.CharField(
        label=_("来源"),
        max_length=LIMITS["source"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("制定依据的机关和文号；没有文件依据的写明是建议值。"),
    )
    note = forms.CharField(
        label=_("修改说明"),
        max_length=LIMITS["note"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("与上一版相比改了什么、为什么。"),
    )


class DimensionForm(EditionForm):
    code = forms.CharField(label=_("代码"), max_length=12, widget=SHORT, help_text=_("字母开头，例如 M。"))
    name = forms.CharField(label=_("名称"), max_length=60)


class WeightsForm(EditionForm):
    """The weights of all indicators, as they stand in the table."""

    def __init__(self, *args: Any, tree: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in tree["dimensions"]:
            for row in part["indicators"]:
                words = {"label": gettext("%(name)s的权重") % {"name": row["name"]}, "initial": row["weight"]}
                self.fields[f"w_{row['code']}"] = number(**words)

    def weights(self) -> dict[str, str]:
        """Code → weight as it was typed; empty counts as nothing."""
        return {
            name[2:]: value.strip() or "0"
            for name, value in self.cleaned_data.items()
            if name.startswith("w_")
        }


class ProposeForm(EditionForm):
    note = forms.CharField(
        label=_("修改说明"),
        max_length=LIMITS["note"],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("与上一版相比改了什么、为什么；发布后随版本保留。"),
    )


class ReasonForm(forms.Form):
    comment = forms.CharField(
        label=_("理由"), max_length=LIMITS["reason"], required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class CommentForm(EditionForm):
    comment = forms.CharField(
        label=_("意见"), max_length=LIMITS["reason"], required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class IndicatorForm(EditionForm):
    """One row of the table; the parameters of every method stand in it, those of the chosen one count."""

    dimension = forms.ChoiceField(label=_("所属维度"))
    code = forms.CharField(label=_("代码"), max_length=12, widget=SHORT, help_text=_("字母开头，例如 M1。"))
    name = forms.CharField(label=_("指标名称"), max_length=120)
    weight = forms.CharField(
        label=_("权重"), max_length=20, widget=NUMBER, help_text=_("占 100 分中的分值。")
    )
    unit = forms.CharField(
        label=_("计量单位"), max_length=20, required=False, widget=SHORT, help_text=_("例如 项、%、万元。")
    )
    proposed = forms.BooleanField(label=_("本行为建议值（没有文件规定）"), required=False)
    method = forms.ChoiceField(label=_("评分方法"), choices=Method.choices)
    direction = forms.ChoiceField(label=_("方向"), choices=Direction.choices, widget=forms.RadioSelect)
    low = number(_("下限（不允许值）"), help_text=_("数值，或者百分位，例如 p10。"))
    high = number(_("上限（满意值）"), help_text=_("数值，或者百分位，例如 p90。"))
    base = number(_("下限得分"), help_text=_("一般为 60。"))
    growth = forms.BooleanField(label=_("增长率指标：低于下限的沿直线减到 0 分"), required=False)
    fallback_low = number(_("固定下限"), help_text=_("用百分位时，参评不足 8 家改用固定值。"))
    fallback_high = number(_("固定上限"))
    cap = number(_("完成率上限"), help_text=_("1 表示超额不加分，最多 2。"))
    full = number(_("满分值"))
    source = forms.ChoiceField(label=_("数据来源"), choices=Source.choices)
    feed = forms.ChoiceField(
        label=_("自动取数"),
        required=False,
        help_text=_("由系统预填，单位核对；不选的由单位填报或者专家评分。"),
    )
    missing = forms.ChoiceField(label=_("缺少数据时"), choices=Missing.choices, widget=forms.RadioSelect)
    evidence = forms.CharField(label=_("佐证材料"), max_length=500, required=False)
    guide = forms.CharField(
        label=_("填报和评分说明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, *args: Any, tree: Mapping[str, Any], kinds: list[str], row: Mapping[str, Any], **kwargs: Any
    ) -> None:
        table = row.get("params", {}).get("table") or row.get("params", {}).get("steps") or []
        kwargs["initial"] = {**_flat(row, table), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["dimension"].choices = [  # type: ignore[attr-defined]
            (part["code"], f"{part['code']} {part['name']}") for part in tree["dimensions"]
        ]
        self.fields["feed"].choices = _feed_choices(kinds, row.get("feed", ""))  # type: ignore[attr-defined]
        self.lines = max(len(table) + 2, 4)
        if self.is_bound:
            self.lines = max(self.lines, sum(name.endswith("_from") for name in self.data))
        for n in range(min(self.lines, 50)):
            for name in ROWS:
                self.fields[f"r{n}_{name}"] = number(_ROW_LABELS[name])

    @property
    def table(self) -> list[list[forms.BoundField]]:
        """The lines of thresholds, as they stand on the page."""
        return [[self[f"r{n}_{name}"] for name in ROWS] for n in range(self.lines)]

    def row(self) -> dict[str, Any]:
        """The row as the document has it, figures as they were typed."""
        data = self.cleaned_data
        plain = ("code", "name", "weight", "unit", "direction", "method", "source", "feed", "missing")
        kept = {name: data[name].strip() for name in (*plain, "evidence", "guide")}
        return kept | {"proposed": data["proposed"], "params": self._params(data["method"])}

    def _params(self, method: str) -> dict[str, Any]:
        data = self.cleaned_data
        if method == Method.EFFICACY:
            found: dict[str, Any] = {name: data[name].strip() for name in PLAIN if data[name].strip()}
            return found | {"growth": data["growth"]}
        if method == Method.TARGET:
            return {"cap": data["cap"].strip() or "1"}
        if method in (Method.COUNT, Method.POINTS):
            return {"full": data["full"].strip()}
        if method == Method.LEVELS:
            return {"table": self._rows(("from", "points")), "full": data["full"].strip()}
        if method == Method.STEP:
            return {"steps": self._rows(ROWS), "full": data["full"].strip()}
        return {}

    def _rows(self, names: tuple[str, ...]) -> list[dict[str, str]]:
        found = []
        for n in range(self.lines):
            cells = {name: self.cleaned_data[f"r{n}_{name}"].strip() for name in names}
            if any(cells.values()):
                found.append({name: value for name, value in cells.items() if value})
        return found


_ROW_LABELS = {
    "from": _("起点"),
    "points": _("分值"),
    "per": _("每增加"),
    "increment": _("加分"),
    "cap": _("本档上限"),
}


def _flat(row: Mapping[str, Any], table: list[Mapping[str, str]]) -> dict[str, Any]:
    params = row.get("params", {})
    flat = {name: value for name, value in params.items() if name not in ("table", "steps")}
    for n, line in enumerate(table):
        flat |= {f"r{n}_{name}": value for name, value in line.items()}
    return {"base": "60", "cap": "1", **{k: v for k, v in row.items() if k != "params"}, **flat}


def _feed_choices(kinds: list[str], held: str) -> list[tuple[str, Any]]:
    """Feeds that know entities of these kinds; one that is gone stays to be seen."""
    known = [
        (feed.key, f"{feed.label}（{feed.unit}）" if feed.unit else str(feed.label))
        for feed in feeds.known().values()
        if not feed.kinds or set(feed.kinds) & set(kinds)
    ]
    if held and held not in dict(known):
        known.append((held, held))
    return [("", _("不自动取数")), *known]
