"""P6 and P7: a hundred thousand rows out as xlsx beside bare xlsxwriter, and in beside bare calamine."""

from __future__ import annotations

import io
import os
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import xlsxwriter
from django.db import transaction
from python_calamine import CalamineWorkbook

from accounts import credit_code
from accounts.models import District, Organisation
from bench.measure import Meter, Result, pairs, same, with_children
from bench.site import Size, meter
from core import xlsx
from core.actor import Actor
from core.xlsx import Column, Sheet
from core.xlsx.reader import _child
from filings import programmes
from filings.models import RegisterLoad
from filings.services.register_load import plan as plans
from filings.services.register_load import writing
from filings.services.register_load.columns import SHEETS

ROWS = 100_000
OUT_TARGET, IN_TARGET = 0.8, 6.0
DAY = date(2024, 5, 6)
COLUMNS = (
    Column("code", "登记编号", width=20),
    Column("name", "名称", width=40),
    *(Column(f"text{n}", f"文字{n}", width=18) for n in range(6)),
    Column("count", "数量", kind="int"),
    Column("money", "金额", kind="decimal"),
    Column("share", "占比", kind="percent"),
    Column("day", "日期", kind="date"),
)
FORMATS = {"int": "#,##0", "decimal": "#,##0.00", "percent": "0.00%", "date": "yyyy-mm-dd"}


def rows(count: int) -> Iterator[list[Any]]:
    """The same rows for both sides: eight texts, three numbers, a day."""
    for n in range(count):
        texts = [f"淄博市第{n % 977}材料科技有限公司{part}" for part in range(6)]
        yield [
            f"ZB-PT-2026-{n:06d}",
            f"第{n}研发平台",
            *texts,
            n,
            n / 4,
            n % 100 / 100,
            DAY + timedelta(n % 900),
        ]


def ours_out(count: int) -> bytes:
    return xlsx.write([Sheet("名录", COLUMNS, rows(count))], meta={})


def bare_out(count: int) -> bytes:
    """xlsxwriter alone, in constant memory, the same cells with the same formats."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    page = book.add_worksheet("名录")
    formats = {kind: book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
    for place, column in enumerate(COLUMNS):
        page.set_column(place, place, column.width)
        page.write_string(0, place, str(column.label))
    for at, values in enumerate(rows(count), start=1):
        for place, (column, value) in enumerate(zip(COLUMNS, values, strict=True)):
            if column.kind == "text":
                page.write_string(at, place, value)
            elif column.kind == "date":
                page.write_datetime(at, place, value, formats["date"])
            else:
                page.write_number(at, place, value, formats[column.kind])
    book.close()
    return buffer.getvalue()


def values(data: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def peak(work: Callable[[int], bytes], count: int) -> float:
    """MiB that the work holds at most, the finished file among them."""
    tracemalloc.start()
    work(count)
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found / (1 << 20)


def run_out(how: Size, count: int = ROWS) -> list[Result]:
    """P6."""
    few = max(count // 100, 10)
    same(values(ours_out(few)), values(bare_out(few)), "P6")
    found = pairs(Meter(), lambda: ours_out(count), lambda: bare_out(count), calls=1, count=how.pairs)
    ours, peer = sum(found.ours), sum(found.peer)
    notes = {
        "rows/s": f"{count / ours:,.0f} beside {count / peer:,.0f}",
        "MiB held": " and ".join(
            f"{peak(ours_out, n):.1f} for {n:,} rows" for n in (count // 50, count // 5)
        ),
    }
    met = peer / ours >= OUT_TARGET
    return [
        Result("P6", f"xlsx out, {count:,} rows", "bare xlsxwriter, constant memory", ours, peer, found.ratio,
               f"≥ {OUT_TARGET}× the speed", met, how.pairs, notes)
    ]  # fmt: skip


# --- in ---


def bureau(spec: programmes.Programme) -> Organisation:
    """The bureau that registers a kind, made if there is none."""
    place = District.objects.get(code=spec.place)
    found = Organisation.objects.filter(jurisdiction=place, department=spec.department).first()
    return found or Organisation.objects.create(
        credit_code=credit_code.make("11", spec.place, "BENC", 1),
        name=f"{place.label}科学技术局",
        sort_key="bench",
        kind="bureau",
        district=place,
        jurisdiction=place,
        department=spec.department,
        level="municipal",
        state="approved",
        decided_at=datetime.fromisoformat("2026-01-01T00:00:00+08:00"),
    )


def register(count: int, spec: programmes.Programme) -> bytes:
    """A register of ``count`` rows: a quarter units, a quarter entities, half members."""
    quarter = count // 4
    place = District.objects.get(code=spec.place)
    codes = [credit_code.make("91", spec.place, "B", n) for n in range(quarter)]
    names = [f"{place.label}第{n}新材料科技有限公司" for n in range(quarter)]
    units = [[code, name, "企业", place.label, "中型", "高新技术企业", "科技路 1 号", "张三", "0533-1"]
             for code, name in zip(codes, names, strict=True)]  # fmt: skip
    entities = [
        [f"BENCH-{n:06d}", str(spec.label), f"第{n}{spec.label}", "市级", codes[n], None, None, DAY, DAY + timedelta(1000),
         None, None, None, None, None, None]
        for n in range(quarter)
    ]  # fmt: skip
    members = [[f"BENCH-{n // 2:06d}", codes[(n // 2 + 1 + n % 2) % quarter], "其他成员单位", DAY, None]
               for n in range(2 * quarter)]  # fmt: skip
    lists: tuple[list[list[Any]], ...] = (units, entities, members)
    parts = zip(SHEETS, lists, strict=True)
    return xlsx.write(
        [Sheet(s.title, [Column(c.key, c.label, kind="any") for c in s.columns], r) for s, r in parts],
        meta={},
    )


def bare_in(data: bytes) -> int:
    """calamine alone: every row of every sheet as Python lists."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def ours_in(data: bytes, authority: Organisation, *, store: bool = True) -> dict[str, Any]:
    """Read in the limited child, checked against the register, stored, and undone."""
    with transaction.atomic():
        plan = plans.look(data, authority=authority)
        if plan.found.total:
            raise SystemExit(f"P7: the register is not good: {plan.found.kept[:3]}")
        if store:
            load = RegisterLoad(authority=authority)
            writing.write(plan, load=load, actor=Actor.system(), tell=lambda _share, _text: None)
        transaction.set_rollback(True)
    return plan.summary


def reading() -> float:
    """CPU seconds of the child and of the forks that it has reaped."""
    process = _child._process
    return with_children(process.pid) if process is not None else 0.0


def run_in(how: Size, count: int = ROWS) -> list[Result]:
    """P7; the peer reads and does nothing with it."""
    spec = next(p for p in programmes.all_programmes() if "municipal" in p.levels)
    authority = bureau(spec)
    data = register(count, spec)
    summary = ours_in(data, authority, store=False)
    same(sum(line["new"] for line in summary.values()), bare_in(data) - len(SHEETS), "P7")
    watch = meter()
    watch.extra = (*watch.extra, reading)
    looked = pairs(
        watch, lambda: ours_in(data, authority, store=False), lambda: bare_in(data), calls=1, count=how.pairs
    )
    found = pairs(watch, lambda: ours_in(data, authority), lambda: bare_in(data), calls=1, count=how.pairs)
    notes = {
        "read and checked only": f"{looked.ratio:.1f}×",
        "in the application": f"{found.ours[0]:.1f} s",
        "in the database and the child": f"{found.ours[1]:.1f} s",
        "rows/s": f"{count / sum(found.ours):,.0f}",
        "load": f"{os.getloadavg()[0]:.0f}",
    }
    return [
        Result("P7", f"xlsx in, {count:,} rows stored", "calamine reading alone", sum(found.ours), sum(found.peer),
               found.ratio, f"≤ {IN_TARGET:.0f}×", found.ratio <= IN_TARGET, how.pairs, notes)
    ]  # fmt: skip
