"""How values look on a page: dates, amounts, codes, states, fields.

Everything here is presentation only.  Filters never raise on an empty value: they give back an empty
string, so that a template decides itself what an absence is called.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import heroicons
from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core import clock, navigation
from core.presentation import fields, lamp, sheets, states, values

register = template.Library()
_CODE = re.compile(r"(?<![A-Za-z0-9-])([A-Za-z0-9]+(?:-[A-Za-z0-9]+)+)(?![A-Za-z0-9-])")


# --- the frame ------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def menu_groups(context: Any, rows: Any) -> list[navigation.Group]:
    """The staff menu under its headings, folded as this person left it (a cookie the script writes)."""
    request = context.get("request")
    return navigation.folded(list(rows or ()), request.COOKIES.get("menu", "") if request else "")


# --- words ----------------------------------------------------------------------------------------


@register.filter
def say(speaker: Any, text: Any) -> str:
    """A sentence in the words of whatever has words of its own: ``{{ filing.spec|say:_("%(act)s证书") }}``."""
    # a template doubles the percent signs of what it translates
    return str(speaker.say(str(text).replace("%%", "%"))) if speaker else ""


# --- dates ----------------------------------------------------------------------------------------


@register.filter
def date_cn(value: Any) -> str:
    """``2026年11月22日``: dates in running text (GB/T 15835, GB/T 9704)."""
    day = values.local(value)
    return "" if day is None else _("%(y)s年%(m)s月%(d)s日") % {"y": day.year, "m": day.month, "d": day.day}


@register.filter
def datetime_cn(value: Any) -> str:
    """``2026年11月22日 14:03``."""
    moment = values.local(value)
    return f"{date_cn(moment)} {moment:%H:%M}" if isinstance(moment, datetime) else date_cn(value)


@register.filter
def date_iso(value: Any) -> str:
    """``2026-11-22``: dates in tables and attributes."""
    day = values.local(value)
    return "" if day is None else f"{day:%Y-%m-%d}"


@register.filter
def datetime_iso(value: Any) -> str:
    """``2026-11-22 14:03``: moments in tables."""
    moment = values.local(value)
    return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else date_iso(value)


# --- amounts and codes ----------------------------------------------------------------------------


def _number(value: Any) -> Decimal | None:
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@register.filter
def wan(value: Any) -> str:
    """An amount in yuan as 万元 with two places and separators; the unit stands in the table head."""
    number = _number(value)
    return "" if number is None else f"{number / 10_000:,.2f}"


@register.filter
def yuan(value: Any) -> str:
    """An amount in yuan with separators and two places."""
    number = _number(value)
    return "" if number is None else f"{number:,.2f}"


@register.filter
def number(value: Any) -> str:
    """A number with separators and only the places it has."""
    found = _number(value)
    if found is None:
        return ""
    text = f"{found:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def percent(value: Any) -> str:
    """A share (0.1234) as ``12.3%``: one place (domain.md §5)."""
    found = _number(value)
    return "" if found is None else f"{found * 100:.1f}%"


@register.filter
def filesize(value: Any) -> str:
    """Bytes as KB or MB with one place."""
    found = _number(value)
    if found is None:
        return ""
    if found < 1024 * 1024:
        return f"{max(found / 1024, Decimal('0.1')):.1f} KB"
    return f"{found / (1024 * 1024):.1f} MB"


@register.filter
def credit_code(value: Any) -> SafeString:
    """An 18-character code in its four parts; the gaps are drawn, so copied text has none."""
    code = str(value or "")
    parts = [code[:2], code[2:8], code[8:17], code[17:]] if len(code) == 18 else [code]
    groups = format_html_join("", "<span>{}</span>", ((part,) for part in parts if part))
    return format_html('<span class="credit">{}</span>', groups) if code else mark_safe("")


@register.filter
def unbroken(value: Any) -> SafeString:
    """Running text in which codes such as QD-SL-2026-0001 stay on one line; escaped, nothing added to what is copied."""
    parts = _CODE.split(str(value))
    drawn = (format_html('<span class="nowrap">{}</span>', p) if n % 2 else p for n, p in enumerate(parts))
    return format_html_join("", "{}", ((part,) for part in drawn))


@register.filter
def grouped(value: Any) -> str:
    """A sentence with separators in its amounts: ``1,400,000 元``."""
    return values.grouped(str(value))


@register.filter
def digest(value: Any) -> str:
    """The first twelve characters of a hash in groups of four."""
    text = str(value or "")[:12]
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


@register.filter
def shown(value: Any) -> str:
    """A stored value in words: 是/否, lists with 、, rows as ``key：value``; absence is an empty string."""
    return values.shown(value)


# --- states ---------------------------------------------------------------------------------------


@register.filter
def tone(state: Any) -> str:
    """The shape of a state: todo, doing, wait, act, done, bad, off (see ``core.presentation.states``)."""
    return states.tone(str(state or ""))


@register.filter
def task_word(state: Any) -> str:
    """未开始, 填写中, 已完成, 需补正, 已补正, 不适用, 尚不能填写 for the keys of a task."""
    return states.task_word(str(state or ""))


@register.filter
def lamp_of(conditions: Any) -> lamp.Lamp:
    """The lamp over a list of eligibility lines (objects or dicts with the contract's keys)."""
    return lamp.lamp(conditions or [])


# --- fields ---------------------------------------------------------------------------------------


@register.filter
def control(field: Any, place: str = "") -> SafeString:
    """The widget of a bound field with the classes of its kind; ``place="row"`` in a table of rows."""
    return fields.control(field, in_row=place == "row")


@register.filter
def field_value(field: Any) -> str:
    """The value of a bound field in words, for locked fields and summaries."""
    return fields.value(field)


@register.filter
def is_optional(field: Any) -> bool:
    """Whether the label says 选填: set on the field, or not required in a form that is not a draft."""
    told = getattr(field.field, "optional", None)
    return (
        bool(told)
        if told is not None
        else not field.field.required and not getattr(field.form, "is_draft", False)
    )


@register.filter
def only_words(value: Any) -> Any:
    """Text as it is, anything else as nothing: a parameter of a component, not an object of the page."""
    return value if isinstance(value, str | Promise) else ""


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """``mapping[key]`` or nothing."""
    try:
        return mapping[key]
    except (KeyError, IndexError, TypeError):
        return None


@register.filter
def quiet(obj: Any, name: str) -> Any:
    """An attribute or key that may be absent (components take objects and dicts alike)."""
    return obj.get(name) if isinstance(obj, dict) else getattr(obj, name, None)


# --- tags -----------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A small heroicon in the colour of its text, hidden from readers; ``label`` is read in its place."""
    attrs: dict[str, object] = {"class": "icon", "focusable": "false"}
    # The picture comes from the installed package and the attributes are escaped by it.
    picture = mark_safe(heroicons._render_icon("mini", str(name) + "", None, attrs))  # noqa: S308
    return format_html('{}<span class="visually-hidden">{}</span>', picture, label) if label else picture


@register.simple_tag
def site_name() -> str:
    """The portal's name; an office may set its own in ``SITE_NAME``."""
    return str(getattr(settings, "SITE_NAME", "") or _("科技创新管理服务门户"))


@register.simple_tag
def demo() -> dict[str, Any]:
    """``{on, today, moved}``: whether to show the demo banner and which day the portal believes it is."""
    on = bool(getattr(settings, "DEMO", False))
    return {"on": on, "today": clock.today() if on else None, "moved": bool(clock.offset()) if on else False}


@register.simple_tag
def site_facts() -> list[tuple[str, str]]:
    """What the foot of a government site states; empty until the office has been given it."""
    told: dict[str, str] = getattr(settings, "SITE_FACTS", {})
    names = {
        "host": _("主办单位"),
        "operator": _("承办单位"),
        "site_code": _("网站标识码"),
        "icp": _("ICP备案号"),
        "police": _("公安备案号"),
        "phone": _("联系电话"),
    }
    return [(label, told.get(key, "")) for key, label in names.items()]


@register.simple_block_tag
def panel(
    content: str, heading: str = "", id: str = "", level: int = 2, kind: str = "", flush: bool = False
) -> str:
    """A sheet of paper with an optional heading: ``{% panel heading=… flush=True %}…{% endpanel %}``."""
    context = {"content": content, "heading": heading, "id": id, "level": level, "kind": kind, "flush": flush}
    return render_to_string("components/panel.html", context)


@register.simple_block_tag
def tablewrap(content: str, label: str = "") -> str:
    """Lets a wide table scroll alone; ``label`` names the region for readers and keyboards."""
    return render_to_string("components/table.html", {"content": content, "label": label})


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "", id: str = "") -> str:
    """One message in one form: ``kind`` is info, ok, warn or bad."""
    return render_to_string(
        "components/notice.html", {"content": content, "kind": kind, "title": title, "id": id}
    )


@register.simple_tag
def stylesheet(*names: str) -> SafeString:
    """Our own CSS files inlined for PDF pages, which may load nothing from outside themselves."""
    return sheets.inline(*names)
