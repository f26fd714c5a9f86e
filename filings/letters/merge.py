"""Checking and filling a letter's template. No template engine: names between double braces, each replaced once.

A line of the template is a paragraph. A value is put in as it is and never read again, so that braces in a unit's
name stay braces; whoever shows the result escapes it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Problem
from filings.letters.catalogue import BY_NAME, MergeField, Type, fields_of

MARK = re.compile(r"\{\{([^{}\n]*)\}\}")
BROKEN = re.compile(r"\{\{|\}\}|｛|｝")  # braces that are no placeholder, and those of a Chinese keyboard
LONGEST = 6000
Value = str | int | datetime.date | list[str] | None


@dataclass(frozen=True)
class Words:
    """A template: its version (0: the words the portal ships), title and body."""

    title: str
    body: str
    version: int = 0


@dataclass(frozen=True)
class Merged:
    """A letter as the unit reads it. `number` is empty until it is sent; `missing` names what is not known yet."""

    kind: str
    title: str
    to: str
    paragraphs: tuple[str, ...]
    office: str
    signed_on: datetime.date | None
    number: str = ""
    version: int = 0
    is_sample: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """What is frozen with the paper: everything printed, and what it was made from."""
        data = asdict(replace(self, missing=()))
        data["signed_on"] = self.signed_on.isoformat() if self.signed_on else ""
        data["paragraphs"] = list(self.paragraphs)
        del data["missing"]
        return data


# --- checking ----------------------------------------------------------------------------------


def problems(kind: str, title: str, body: str) -> list[Problem]:
    """Everything that is wrong with a template of a kind, each with its place; empty when it may be used."""
    found = [*_title_problems(kind, title), *_body_problems(kind, body)]
    used = {match[1] for match in MARK.finditer(body)}
    for one in fields_of(kind):
        if kind in one.required and one.name not in used:
            text = _("这类文书必须有合并项%(field)s") % {"field": one.placeholder}
            found.append(Problem("required_field", text, "body"))
    return found


def _title_problems(kind: str, title: str) -> Iterator[Problem]:
    if not title.strip():
        yield Problem("empty", _("请填写标题"), "title")
    for at, one in _read(kind, title):
        wrong = one if isinstance(one, Problem) else _misplaced_in_title(kind, one)
        if wrong is not None:
            where = _("标题第 %(n)s 字") % {"n": at + 1}
            yield Problem(wrong.code, f"{where}：{wrong.message}", "title")


def _body_problems(kind: str, body: str) -> Iterator[Problem]:
    if not body.strip():
        yield Problem("empty", _("请填写正文"), "body")
    if len(body) > LONGEST:
        yield Problem("too_long", _("正文不能超过 %(n)s 字") % {"n": LONGEST}, "body")
    for number, line in enumerate(body.splitlines(), start=1):
        held = list(_read(kind, line))
        names = [one for _at, one in held if isinstance(one, MergeField)]
        for at, one in held:
            wrong = one if isinstance(one, Problem) else _misplaced(kind, one, line, len(names))
            if wrong is not None:
                where = _("第 %(line)s 行第 %(n)s 字") % {"line": number, "n": at + 1}
                yield Problem(wrong.code, f"{where}：{wrong.message}", "body")


def _misplaced_in_title(kind: str, one: MergeField) -> Problem | None:
    if one.type in (Type.LONG, Type.LIST) or kind in one.optional:
        return Problem("not_in_title", _("“%(field)s”不能用在标题里") % {"field": one.name})
    return None


def _misplaced(kind: str, one: MergeField, line: str, together: int) -> Problem | None:
    if one.type is Type.LIST and line.strip() != one.placeholder:
        return Problem("not_alone", _("“%(field)s”逐条列出，须单独成段") % {"field": one.name})
    if kind in one.optional and together > 1:
        words = _("“%(field)s”可能没有内容，届时整段不出现，同一段不能再有其他合并项")
        return Problem("not_alone", words % {"field": one.name})
    return None


def _read(kind: str, line: str) -> Iterator[tuple[int, MergeField | Problem]]:
    """Each placeholder of a line with its position from 0: the field, or what is wrong with it."""
    for match in MARK.finditer(line):
        yield match.start(), _known(kind, match[1])
    bare = MARK.sub(lambda match: "\0" * len(match[0]), line)
    for match in BROKEN.finditer(bare):
        words = _("花括号没有成对，合并项写作 {{名称}}，用半角括号，不能嵌套")
        yield match.start(), Problem("braces", words)


def _known(kind: str, inner: str) -> MergeField | Problem:
    one = BY_NAME.get(inner)
    if one is None:
        return Problem("unknown_field", _("没有合并项“%(name)s”") % {"name": inner})
    if kind not in one.kinds:
        return Problem("unavailable_field", _("这类文书没有合并项“%(name)s”") % {"name": inner})
    return one


# --- filling -----------------------------------------------------------------------------------


def merge(
    kind: str,
    words: Words,
    values: Mapping[str, Value],
    *,
    to: str,
    office: str,
    is_sample: bool = False,
) -> Merged:
    """Fill a template with values by key. What is missing is named in `missing` and marked in the text.

    An empty optional value takes its paragraph with it. Raises KeyError for a value the catalogue does not know.
    """
    printed, missing = _printed(kind, values), []
    title, gone = _fill(kind, words.title, printed)
    missing += gone
    paragraphs: list[str] = []
    for line in words.body.splitlines():
        if not line.strip():
            continue
        text, gone = _fill(kind, line.strip(), printed)
        if any(kind in one.optional for one in gone):
            continue
        missing += gone
        paragraphs += [part.strip() for part in text.split("\n") if part.strip()]
    signed_on = values.get("signed_on")
    return Merged(
        kind=str(kind),
        title=title,
        to=to,
        paragraphs=tuple(paragraphs),
        office=office,
        signed_on=signed_on if isinstance(signed_on, datetime.date) else None,
        number=str(values.get("number") or ""),
        version=words.version,
        is_sample=is_sample,
        values={BY_NAME[name].key: text for name, text in printed.items() if text},
        missing=tuple(dict.fromkeys(one.name for one in missing)),
    )


def _printed(kind: str, values: Mapping[str, Value]) -> dict[str, str]:
    known = {one.key: one for one in fields_of(kind)}
    return {known[key].name: printed(known[key].type, value) for key, value in values.items()}


def printed(type_: Type, value: Value) -> str:
    """A value in the words of a letter: dates as 2026年3月2日, a list numbered, line breaks only where paragraphs are meant."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, list):
        return "\n".join(f"{number}.{_flat(text)}" for number, text in enumerate(value, start=1))
    if isinstance(value, datetime.date):
        return day(value)
    if type_ is Type.LONG:
        return "\n".join(_flat(line) for line in str(value).splitlines() if line.strip())
    return _flat(str(value))


def day(value: datetime.date) -> str:
    """2026年3月2日."""
    return _("%(year)s年%(month)s月%(day)s日") % {"year": value.year, "month": value.month, "day": value.day}


def _flat(text: str) -> str:
    return " ".join(text.split())


def _fill(kind: str, line: str, printed: Mapping[str, str]) -> tuple[str, list[MergeField]]:
    """The line with every placeholder replaced, and the fields that had nothing to put in."""
    gone: list[MergeField] = []

    def put(match: re.Match[str]) -> str:
        one = _known(kind, match[1])
        if isinstance(one, Problem):  # a field that has been taken from the catalogue since
            return match[0]
        text = printed.get(one.name, "")
        if not text:
            gone.append(one)
            return _("（待填写）") if one.typed else _("（发出时确定）")
        return text

    return MARK.sub(put, line), gone
