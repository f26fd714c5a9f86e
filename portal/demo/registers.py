"""The demonstration's older registers: workbooks made here, and brought in by the service that officers use."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from accounts import credit_code
from accounts.models import Organisation
from core import jobs, xlsx
from filings.models import RegisterLoad
from filings.services.register_load import loads
from filings.services.register_load.columns import ENTITIES, MEMBERS, ORGANISATIONS, SheetSpec
from portal.demo import walk
from portal.demo.people import actor

Row = Mapping[str, Any]
CLERKS = {"zb_stb": ("officer", "director"), "zb_drc": ("citydrc", "citydrc2")}
DISTRICTS = {
    "张店区": "370303",  # data
    "淄川区": "370302",  # data
    "博山区": "370304",  # data
    "临淄区": "370305",  # data
    "周村区": "370306",  # data
    "桓台县": "370321",  # data
}


def load(data: Row, units: walk.Units) -> int:
    """Everything of the file; how many entities came in."""
    count = 0
    hosts = _hosts(data)
    for spec in data["loads"]:
        rows = list(_laboratories(data, spec, hosts))
        count += _bring(data, spec, units, hosts, rows)
    named = data["named"]
    rows = [_named(row, units) for row in named["rows"]]
    return count + _bring(data, named, units, [], rows)


def _hosts(data: Row) -> list[dict[str, Any]]:
    """A unit for each mark and trade; their laboratories share them."""
    found = []
    for number, mark in enumerate(data["marks"]):
        for offset, trade in enumerate(data["trades"]):
            place = data["places"][(number + offset) % len(data["places"])]
            code = credit_code.make(
                "91", DISTRICTS[place], "MAXX", 600 + number * len(data["trades"]) + offset
            )
            found.append(
                {
                    "credit_code": code,
                    "name": f"{place[:2]}{mark}{trade}有限公司",  # data
                    "kind": "企业",  # data
                    "district": place,
                    "size_class": ("大型", "中型", "小型")[(number + offset) % 3],  # data
                    "titles": "高新技术企业" if offset % 2 else "",  # data
                }
            )
    return found


def _laboratories(data: Row, spec: Row, hosts: Sequence[Row]) -> Iterator[dict[str, Any]]:
    draw = random.Random(spec["kind"])  # noqa: S311 - sample data
    label = spec["title"].removesuffix("名录").removeprefix("市级")  # data
    number = 0
    for year, count in spec["years"].items():
        for _n in range(count):
            host, field = hosts[number % len(hosts)], (number * 7 + year) % len(data["fields"])
            day = datetime.date(year, draw.randint(3, 11), draw.randint(1, 28))
            number += 1
            yield {
                "code": f"ZB-{spec['letters']}-{year}-{number:04d}",
                "kind": spec["kind"],
                "name": f"淄博市{data['fields'][field]}{label}（{host['name'][2:-4]}）",  # data
                "level": "市级",  # data
                "lead": host["credit_code"],
                "industry": data["industries"][field],
                "valid_from": day,
            }


def _named(row: Row, units: walk.Units) -> dict[str, Any]:
    since = row["since"] if "since" in row else walk.ago(row["ago"])
    paper = {"document_number": row["number"], "issued_by": row["by"]} if "number" in row else {}
    return {
        "kind": row["kind"],
        "name": row["name"],
        "level": row.get("level", "市级"),  # data
        "lead": units[row["lead"]].credit_code,
        "valid_from": since,
        **({"document_date": since} if paper else {}),
        **paper,
    }


def _bring(data: Row, spec: Row, units: walk.Units, hosts: Sequence[Row], rows: Sequence[Row]) -> int:
    """Uploaded by an officer, looked at, confirmed by a second person, written."""
    bureau: Organisation = units[spec["by"]]
    officer, head = (actor(name, bureau) for name in CLERKS[spec["by"]])
    book = xlsx.write([_sheet(ORGANISATIONS, hosts), _sheet(ENTITIES, rows), _sheet(MEMBERS, ())], meta={})
    name = f"{spec['title']}.xlsx"
    with walk.on(walk.ago(data["ago"])):
        made = loads.upload(actor=officer, file=book, name=name)
        _work(made)
        made.refresh_from_db()
        if made.error_count:
            raise ValueError(made.errors[:5])
        loads.confirm(actor=head, load=made)
        _work(made)
    return len(rows)


def _work(made: RegisterLoad) -> None:
    """What the worker would do next, here and now: nobody else sees this transaction yet."""
    waiting = jobs.Job.objects.filter(scope=f"load:{made.pk}", state=jobs.Job.State.QUEUED)
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        jobs.run(pk)


def _sheet(spec: SheetSpec, rows: Sequence[Row]) -> xlsx.Sheet:
    columns = [xlsx.Column(c.key, c.label, kind="any") for c in spec.columns]
    return xlsx.Sheet(str(spec.title), columns, [[row.get(c.key) for c in spec.columns] for row in rows])
