"""Reading the yearly notice of the State Council as people paste it, or plain rows, into days.

Read are sentences such as 「1月28日（农历除夕、周二）至2月4日放假调休，共8天。1月26日（周日）上班。」 and rows such
as 「2027-01-01 放假 元旦」 or 「2027-01-01 恢复」 (back to what the library says). Pure: nothing is stored here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from core.errors import Problem
from core.models import CalendarDay
from core.workdays import published

HOLIDAY, WORKDAY, NONE = str(CalendarDay.Kind.HOLIDAY), str(CalendarDay.Kind.WORKDAY), ""
#: More than this is not a holiday but a slip of the pen.
LONGEST = 31
MOST_LINES, MOST_CHARACTERS = 400, 20_000
WEEKDAYS = "一二三四五六日"  # data
FESTIVALS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")  # data

_FREE, _WORKED, _BACK = ("放假", "休息", "休"), ("上班", "补班", "班"), ("恢复",)  # data
_KINDS = dict.fromkeys(_FREE, HOLIDAY) | dict.fromkeys(_WORKED, WORKDAY) | dict.fromkeys(_BACK, NONE)
_ISO = r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
_TO = r"\s*[至到~]\s*"  # data
_ROW = re.compile(rf"{_ISO}(?:{_TO}{_ISO})?(?:[\s,]+({'|'.join(_KINDS)})(?:[\s,]+(.*))?)?", re.ASCII)
_ORDINAL = r"[一二三四五六七八九十\d]{1,3}"  # data
_NUMBER = re.compile(rf"^(?:[(]{_ORDINAL}[)][、.]?|{_ORDINAL}[、.])\s*(?=\D)")  # data
_HEADING = re.compile(r"^([^\d:]{2,20}):|^([^\d:,]{2,20})$")
_DATE = (
    r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日(?:\((?P<remark>[^()]*)\))?"  # data
)
_TOKENS = re.compile(
    _DATE
    + r"|(?P<to>[至到~—-]+)|(?P<kind>放假|休息|上班|补班)|(?P<count>\d{1,3}|十?[一二三四五六七八九]|十)天",  # data
    re.ASCII,
)
_SIGNED = re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日$", re.ASCII)  # data
_PROSE = re.compile(r"^(?:鼓励|建议|提倡)|通知如下|安排(?:如下|的通知|表)?:?$")  # data
_RUNS_ON = re.compile("连休")  # data


@dataclass(frozen=True)
class ProposedDay:
    """What is said of one day: ``kind`` is holiday, workday, or empty for “what the library says”."""

    day: date
    kind: str
    note: str = ""

    @property
    def worked(self) -> bool | None:
        """As the calendar takes it; None without a word of our own."""
        return None if self.kind == NONE else self.kind == WORKDAY


@dataclass
class Reading:
    """What was understood, what was not (one problem a place, in reading order), and prose left aside."""

    days: list[ProposedDay] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def missing(self) -> list[str]:
        """Festivals of the law that no holiday names. A hint: their names are free words."""
        told = " ".join(row.note for row in self.days if row.kind == HOLIDAY)
        return [name for name in FESTIVALS if name not in told]


class _Unclear(Exception):
    """A sentence that cannot be read, with the words for the person who pasted it."""


def row(day: date, kind: str, note: str = "", last: date | None = None) -> str:
    """The plain row that says this of a day, or of all days until ``last``, as :func:`read` takes it."""
    word = {HOLIDAY: "放假", WORKDAY: "上班", NONE: "恢复"}[kind]  # data
    days = f"{day:%Y-%m-%d}至{last:%Y-%m-%d}" if last else f"{day:%Y-%m-%d}"  # data
    return f"{days} {word} {' '.join(note.split())}".strip()


def read(text: str, year: int) -> Reading:
    """Every line of ``text`` for ``year``; a line that cannot be read wholly contributes nothing."""
    found = Reading()
    lines = text.splitlines()
    if len(lines) > MOST_LINES or len(text) > MOST_CHARACTERS:
        found.problems.append(Problem("too_long", _("内容过长，请只粘贴放假安排部分。"), "text"))
        return found
    seen: dict[date, int] = {}
    note = ""
    for number, line in enumerate(lines, start=1):
        plain = unicodedata.normalize("NFKC", line).strip()
        if not plain:
            continue
        try:
            days, note, aside = _line(plain, year, note)
            _check(days, year, seen)
        except _Unclear as error:
            told = {"n": number, "line": line.strip()[:60], "why": error}
            words = _("第 %(n)s 行“%(line)s”：%(why)s") % told if len(lines) > 1 else str(error)
            found.problems.append(Problem("line", words, "text"))
            continue
        seen |= dict.fromkeys((one.day for one in days), number)
        found.days += days
        found.ignored += aside
    found.days.sort(key=lambda one: one.day)
    return found


def _line(line: str, year: int, note: str) -> tuple[list[ProposedDay], str, list[str]]:
    """The days of one line, the festival it names (for the next line too), and its sentences left aside."""
    if re.match(_ISO, line):
        return _row(line), note, []
    line = _NUMBER.sub("", line)
    heading = _HEADING.match(line)
    if heading and any(name in heading[0] for name in FESTIVALS):
        named = (heading[1] or heading[2]).strip()
        note = re.split("放假|休息", named)[0][:100]  # data
        line = line[heading.end() :] if note == named else line
    days: list[ProposedDay] = []
    aside = []
    for sentence in re.split("[。;]", line):  # data
        found = _sentence(sentence.strip(), year, note)
        if found is None:
            aside.append(sentence.strip())
        else:
            days += found
    return days, note, aside


def _row(line: str) -> list[ProposedDay]:
    match = _ROW.fullmatch(line)
    if match is None or match[7] is None:
        raise _Unclear(_("请写成“2027-01-01 放假 元旦”的形式，类别为放假、上班或恢复。"))
    first = _date(*(int(part) for part in match.group(1, 2, 3)))
    last = _date(*(int(part) for part in match.group(4, 5, 6))) if match[4] else first
    kind = _KINDS[match[7]]
    return [ProposedDay(day, kind, (match[8] or "").strip()[:100]) for day in _span(first, last)]


def _sentence(sentence: str, year: int, note: str) -> list[ProposedDay] | None:
    """The days of one sentence; None for prose without any."""
    if not sentence:
        return []
    if _PROSE.search(sentence) or _SIGNED.match(sentence):
        return None
    tokens = list(_TOKENS.finditer(sentence))
    dated = any(token["day"] for token in tokens)
    told = any(token["kind"] for token in tokens)
    if not dated and not told:
        return None
    if not told:
        raise _Unclear(_("有日期，但没有写明放假还是上班。"))
    if not dated:
        raise _Unclear(_("写了放假或上班，但没有认出日期。"))
    days, counts = _assign(tokens, year)
    if counts and not _RUNS_ON.search(sentence):
        holidays = sum(kind == HOLIDAY for _day, kind in days)
        if counts[0] != holidays:
            raise _Unclear(
                _("写明放假 %(told)s 天，按日期却是 %(found)s 天。") % {"told": counts[0], "found": holidays}
            )
    return [ProposedDay(day, kind, note) for day, kind in days]


def _assign(tokens: list[re.Match[str]], year: int) -> tuple[list[tuple[date, str]], list[int]]:
    """Each date with the next word that says what it is; “放假：1月1日” also works."""
    days: list[tuple[date, str]] = []
    open_dates: list[date] = []
    counts: list[int] = []
    words = [token["kind"] for token in tokens if token["kind"]]
    leads = not any(token["day"] for token in tokens[: [bool(t["kind"]) for t in tokens].index(True)])
    if leads and len(words) > 1:
        raise _Unclear(_("一句里先写了放假或上班，后面又写了一次；请把日期写在前面，或分成两行。"))
    month, ranging = 0, False
    for token in tokens:
        if token["day"]:
            month = int(token["month"] or month)
            day = _named_date(token, year, month)
            open_dates += _span(open_dates.pop(), day) if ranging and open_dates else [day]
            ranging = False
        elif token["to"]:
            ranging = True
        elif token["count"]:
            counts.append(_figure(token["count"]))
        else:
            days += [(day, _KINDS[token["kind"]]) for day in open_dates]
            open_dates = []
    if leads:
        return [(day, _KINDS[words[0]]) for day in open_dates], counts
    if open_dates:
        raise _Unclear(_("%(day)s 没有写明放假还是上班。") % {"day": _words(open_dates[0])})
    return days, counts


def _named_date(token: re.Match[str], year: int, month: int) -> date:
    if not month:
        raise _Unclear(_("“%(day)s”没有写月份。") % {"day": token[0]})
    day = _date(int(token["year"] or year), month, int(token["day"]))
    weekday = re.search(r"(?:周|星期|礼拜)([一二三四五六日天])", token["remark"] or "")  # data
    if weekday and WEEKDAYS[day.weekday()] != weekday[1].replace("天", "日"):  # data
        told = {"day": _words(day), "is": WEEKDAYS[day.weekday()], "told": weekday[1]}
        raise _Unclear(_("%(day)s 是周%(is)s，文中写的是周%(told)s，请核对年份和日期。") % told)
    return day


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        told = {"y": year, "m": month, "d": day}
        raise _Unclear(_("没有 %(y)s 年 %(m)s 月 %(d)s 日这一天。") % told) from None


def _span(first: date, last: date) -> list[date]:
    if last < first:
        raise _Unclear(_("止日 %(b)s 早于起日 %(a)s。") % {"a": _words(first), "b": _words(last)})
    if (last - first).days >= LONGEST:
        raise _Unclear(_("%(a)s 至 %(b)s 超过一个月，请核对。") % {"a": _words(first), "b": _words(last)})
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _check(days: list[ProposedDay], year: int, seen: dict[date, int]) -> None:
    own: set[date] = set()
    for one in days:
        told = {"day": _words(one.day), "year": year}
        if one.day.year != year:
            raise _Unclear(_("%(day)s 不在 %(year)s 年，本次只录入 %(year)s 年的日期。") % told)
        if one.day in seen:
            raise _Unclear(_("%(day)s 在第 %(n)s 行已经写过。") % {**told, "n": seen[one.day]})
        if one.day in own:
            raise _Unclear(_("%(day)s 在本行写了两次。") % told)
        if one.kind == WORKDAY and one.day.weekday() < 5 and published(one.day):
            told["is"] = WEEKDAYS[one.day.weekday()]
            raise _Unclear(_("%(day)s 是周%(is)s，本来就上班，不需要登记为调休上班。") % told)
        own.add(one.day)


def _figure(text: str) -> int:
    """3, 三, 十, 十一: as far as a holiday goes."""
    if text.isdigit():
        return int(text)
    digits = {word: number for number, word in enumerate("一二三四五六七八九十", start=1)}  # data
    return sum(digits[word] for word in text)


def _words(day: date) -> str:
    return f"{day:%Y-%m-%d}"


def runs(days: Iterable[ProposedDay]) -> list[list[ProposedDay]]:
    """Neighbouring days of one kind and note together, for a short table."""
    found: list[list[ProposedDay]] = []
    for one in days:
        last = found[-1][-1] if found else None
        if last and (last.kind, last.note) == (one.kind, one.note) and (one.day - last.day).days == 1:
            found[-1].append(one)
        else:
            found.append([one])
    return found
