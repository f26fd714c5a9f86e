"""Form fields of a section and what a section's form can do with JSON content.

A section is a Django form whose cleaned values are plain JSON. Saving never fails for a missing
answer (that is `problems`' matter, at submission); a wrong value does.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_ROWS = 60
LONG_CELL = 200  # a text cell that may be this long gets more than one line


def to_json(value: Any) -> Any:
    """Cleaned value → JSON value. Decimals become strings, dates ISO text, line ends one character.

    A browser sends CRLF where the API sends LF; were both kept, opening and saving a page would change
    what the members confirmed.
    """
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (list, tuple, set)):
        return [to_json(v) for v in value]
    if isinstance(value, dict):
        return {k: to_json(v) for k, v in value.items()}
    return value


def is_empty(value: Any) -> bool:
    """An answer that has not been given. A tick box counts as given only when ticked; zero is an answer."""
    return value is None or value is False or (isinstance(value, (str, list, tuple, dict)) and not value)


class RowsWidget(forms.Widget):
    """An editable table: `name-0-col`, with `name-rows` saying how many rows the page showed."""

    template_name = "components/rows_widget.html"
    use_fieldset = True
    extra = 0  # blank rows the page offers below the answers
    cell_errors: Mapping[tuple[int, str], list[str]] = {}

    def __init__(self, row_form: type[forms.Form], attrs: dict[str, Any] | None = None) -> None:
        self.row_form = row_form
        super().__init__(attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """`widget.rows`: for each row its cells with label, id, html and errors."""
        context = super().get_context(name, None, attrs)
        rows = [row for row in value or [] if isinstance(row, dict)]
        rows += [{}] * (self.extra or not rows)
        context["widget"] |= {
            "rows": [self._cells(name, index, row) for index, row in enumerate(rows[:MAX_ROWS])],
            "count": len(rows[:MAX_ROWS]),
            "can_add": len(rows) < MAX_ROWS,
        }
        return context

    def _cells(self, name: str, index: int, row: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [
            self._cell(f"{name}-{index}-{col}", field, row.get(col), self.cell_errors.get((index, col), []))
            for col, field in self.row_form.base_fields.items()
        ]

    def _cell(self, name: str, field: forms.Field, value: Any, errors: list[str]) -> dict[str, Any]:
        widget = field.widget
        attrs: dict[str, Any] = {"id": f"id_{name}"}
        if isinstance(widget, forms.NumberInput):
            attrs["class"] = "w-num"
        elif isinstance(widget, forms.DateInput):
            attrs["class"] = "w-date"
        elif isinstance(field, forms.CharField) and (field.max_length or 0) >= LONG_CELL:
            widget = forms.Textarea({"rows": 2, "maxlength": str(field.max_length)})
        if errors:
            attrs |= {"aria-invalid": "true", "aria-describedby": f"id_{name}_error"}
        return {
            "id": f"id_{name}",
            "label": field.label,
            "html": widget.render(name, field.prepare_value(value), attrs),
            "errors": errors,
            "is_long": isinstance(widget, forms.Textarea),
            "given": getattr(field, "given", False),
        }

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[dict[str, Any]]:
        if not hasattr(data, "getlist"):
            return data.get(name) or []
        try:
            count = min(int(data.get(f"{name}-rows") or 0), MAX_ROWS)
        except ValueError:
            count = 0
        dropped = data.getlist(f"{name}-drop")
        rows = []
        for index in range(count):
            if str(index) in dropped:
                continue
            row = {
                col: field.widget.value_from_datadict(data, files, f"{name}-{index}-{col}")
                for col, field in self.row_form.base_fields.items()
            }
            if any(not is_empty(v) for v in row.values()):
                rows.append(row)
        return rows

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return f"{name}-rows" not in data and name not in data


class CellError(ValidationError):
    """A wrong cell: the sentence names row and column; `row` (from 0), `col` and `short` tell the page where."""

    row: int
    col: str
    short: str


def _cell_error(number: int, col: str, label: Any, message: Any) -> CellError:
    text = _("第 %(n)s 行“%(col)s”：%(msg)s") % {"n": number, "col": label, "msg": message}
    error = CellError(text, code="cell")
    error.row, error.col, error.short = number - 1, col, str(message)
    return error


class RowsField(forms.Field):
    """A table inside a section: a list of rows, each cleaned by `row_form`; errors name row and column."""

    def __init__(self, row_form: type[forms.Form], *, min_rows: int = 0, **kwargs: Any) -> None:
        self.row_form = row_form
        self.min_rows = min_rows
        kwargs.setdefault("widget", RowsWidget(row_form))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        if value in (None, ""):
            value = []
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise ValidationError(_("应为表格行的列表"))
        if len(value) > MAX_ROWS:
            raise ValidationError(_("最多 %(n)s 行") % {"n": MAX_ROWS})
        rows, errors = [], []
        for number, raw in enumerate(value, start=1):
            form = relaxed(self.row_form)(raw)
            if form.is_valid():
                rows.append(to_json(form.cleaned_data))
            else:
                errors += [
                    _cell_error(number, col, form.fields[col].label if col in form.fields else "", msg)
                    for col, messages in form.errors.items()
                    for msg in messages
                ]
        if errors:
            raise ValidationError(errors)
        return rows

    def missing(self, rows: list[dict[str, Any]]) -> list[str]:
        """Sentences for what the rows still lack."""
        found = []
        if len(rows) < self.min_rows:
            found.append(str(_("至少填写 %(n)s 行") % {"n": self.min_rows}))
        for number, row in enumerate(rows, start=1):
            for col, field in self.row_form.base_fields.items():
                if field.required and is_empty(row.get(col)):
                    found.append(str(_("第 %(n)s 行缺“%(col)s”") % {"n": number, "col": field.label}))
        return found


class FileField(forms.Field):
    """A place for attachments. The files live as `Attachment` rows; content holds nothing."""

    def __init__(self, *, many: bool = False, extensions: tuple[str, ...] = ("pdf",), **kwargs: Any) -> None:
        self.many = many
        self.extensions = extensions
        kwargs["widget"] = forms.HiddenInput()
        super().__init__(**kwargs)


def relaxed(form_class: type[forms.Form]) -> type[forms.Form]:
    """The same form in which nothing is required: drafts may be incomplete."""

    class Relaxed(form_class):  # type: ignore[valid-type,misc]
        use_required_attribute = False

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            for field in self.fields.values():
                field.asked = field.required
                field.required = False

    Relaxed.__name__ = f"Relaxed{form_class.__name__}"
    return Relaxed


@dataclass(frozen=True)
class Computed:
    """A table worked out from the answers, to be read beside them: texts ready to show, the total as last row."""

    heading: str
    columns: tuple[tuple[str, str], ...]  # label, class of the cells
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    note: str = ""
    link: tuple[str, str] | None = None  # label and address of more

    @property
    def body(self) -> list[list[tuple[str, str, str]]]:
        """Rows of label, text and class of the cell."""
        return [self._cells(row) for row in self.rows]

    @property
    def foot(self) -> list[tuple[str, str, str]]:
        return self._cells(self.total)

    def _cells(self, row: tuple[str, ...]) -> list[tuple[str, str, str]]:
        return [(label, text, css) for (label, css), text in zip(self.columns, row, strict=False)]


class SectionForm(forms.Form):
    """Base of every section. `advice()` may add soft warnings for the check-your-answers page, `computed()` tables.

    `either` names pairs of fields of which one has to be answered, although neither is required by itself.
    """

    either: ClassVar[tuple[tuple[str, str], ...]] = ()

    def advice(self) -> list[str]:
        return []

    def computed(self) -> list[Computed]:
        return []


def file_fields(form_class: type[forms.Form]) -> dict[str, FileField]:
    return {name: f for name, f in form_class.base_fields.items() if isinstance(f, FileField)}


def answer_fields(form_class: type[forms.Form]) -> dict[str, forms.Field]:
    return {name: f for name, f in form_class.base_fields.items() if not isinstance(f, FileField)}


def clean_section(form_class: type[forms.Form], data: Any) -> tuple[dict[str, Any], forms.Form]:
    """Validate raw data leniently.

    Returns (JSON values of the fields that are right, the bound form with its errors). `data` is a
    QueryDict from a page or a plain dict from the API.
    """
    form = relaxed(form_class)(data)
    form.is_valid()
    # a rule across fields may fail although each value is right: those values are kept
    values = {
        name: to_json(_ordered(form.fields[name], form.cleaned_data[name]))
        for name in answer_fields(form_class)
        if name in form.cleaned_data
    }
    return values, form


def _options(field: forms.ChoiceField) -> list[tuple[Any, Any]]:
    """Key and label of each option, a list computed at the time of asking included."""
    return list(field.choices)  # type: ignore[arg-type]


def _ordered(field: forms.Field, value: Any) -> Any:
    """Chosen options in the order of the list: the order of ticking says nothing."""
    if not isinstance(field, forms.MultipleChoiceField) or not isinstance(value, list):
        return value
    order = {str(key): position for position, (key, _label) in enumerate(_options(field))}
    return sorted(value, key=lambda key: order.get(str(key), len(order)))


def missing_answers(form_class: type[forms.Form], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(field, sentence) for each required answer that is not there yet; files are not looked at here."""
    found = []
    for name, field in answer_fields(form_class).items():
        value = values.get(name)
        if isinstance(field, RowsField):
            found += [(name, f"{field.label}：{text}") for text in field.missing(value or [])]
        elif field.required and is_empty(value):
            found.append((name, str(_("请填写“%(label)s”") % {"label": field.label})))
    return found


# --- showing and describing -----------------------------------------------------------------


def shown(field: forms.Field, value: Any) -> Any:
    """The value as people read it: labels for choices, rows as lists of cells."""
    if isinstance(field, RowsField):
        return [
            [shown(f, row.get(col)) for col, f in field.row_form.base_fields.items()] for row in value or []
        ]
    if is_empty(value):
        return ""
    if isinstance(field, forms.BooleanField):
        return str(_("是"))
    if isinstance(field, forms.MultipleChoiceField):
        labels = {str(k): str(v) for k, v in _options(field)}
        return "、".join(labels.get(str(v), str(v)) for v in value)
    if isinstance(field, forms.ChoiceField):
        return {str(k): str(v) for k, v in _options(field)}.get(str(value), value)
    return value


_TYPES: tuple[tuple[type[forms.Field], dict[str, Any]], ...] = (
    (forms.BooleanField, {"type": "boolean"}),
    (forms.DateField, {"type": "string", "format": "date"}),
    (forms.DecimalField, {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}),
    (forms.IntegerField, {"type": "integer"}),
    (forms.EmailField, {"type": "string", "format": "email"}),
)


def field_schema(field: forms.Field) -> dict[str, Any]:
    """JSON Schema of one answer."""
    if isinstance(field, RowsField):
        schema: dict[str, Any] = {"type": "array", "maxItems": MAX_ROWS, "items": form_schema(field.row_form)}
        if field.min_rows:
            schema["minItems"] = field.min_rows
    elif isinstance(field, forms.MultipleChoiceField):
        schema = {
            "type": "array",
            "items": {"enum": [str(k) for k, _label in _options(field)]},
            "uniqueItems": True,
        }
    elif isinstance(field, forms.ChoiceField):
        schema = {"enum": [str(k) for k, _label in _options(field) if k != ""]}
    else:
        schema = dict(next((s for kind, s in _TYPES if isinstance(field, kind)), {"type": "string"}))
    if schema.get("type") == "string" and getattr(field, "max_length", None):
        schema["maxLength"] = field.max_length  # type: ignore[attr-defined]
    schema["title"] = str(field.label or "")
    if field.help_text:
        schema["description"] = str(field.help_text)
    return schema


def form_schema(form_class: type[forms.Form]) -> dict[str, Any]:
    """JSON Schema of a section's content. `required` names what submission needs, not what saving needs."""
    fields = answer_fields(form_class)
    schema: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: field_schema(field) for name, field in fields.items()},
        "required": [name for name, field in fields.items() if field.required],
    }
    files = {
        name: {
            "title": str(f.label),
            "required": f.required,
            "extensions": list(f.extensions),
            "many": f.many,
        }
        for name, f in file_fields(form_class).items()
    }
    if files:
        schema["x-files"] = files
    return schema
