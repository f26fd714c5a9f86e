"""Workbooks of registers, as officers bring them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.files.base import ContentFile

from accounts import credit_code
from accounts.models import Organisation, User
from core import jobs, xlsx
from filings.models import RegisterLoad
from filings.services.register_load import loads
from filings.services.register_load.columns import ENTITIES, MEMBERS, ORGANISATIONS, SheetSpec
from tests.makers.accounts import act, make_bureau, make_user

DAY = datetime.date(2024, 5, 6)


def code(number: int, prefix: str = "91", district: str = "370212") -> str:
    """A good credit code that no other maker gives."""
    return credit_code.make(prefix, district, "LD", number)


def unit_row(number: int, **given: Any) -> dict[str, Any]:
    facts = {
        "credit_code": code(number),
        "name": f"崂山第{number}材料有限公司",
        "kind": "企业",
        "district": "崂山区",
        "size_class": "中型",
        "titles": "高新技术企业、专精特新企业",
    }
    return facts | given


def entity_row(number: int, **given: Any) -> dict[str, Any]:
    facts = {
        "code": f"QD-OLD-{number:05d}",
        "kind": "innovation_consortium",
        "name": f"第{number}创新联合体",
        "level": "市级",
        "lead": code(number),
        "valid_from": DAY,
        "valid_until": DAY.replace(year=2027),
    }
    return facts | given


def member_row(of: int, unit: int, **given: Any) -> dict[str, Any]:
    facts = {"entity": f"QD-OLD-{of:05d}", "organisation": code(unit), "role": "其他成员单位"}
    return facts | given


def workbook(
    units: Iterable[Mapping[str, Any]] = (),
    entities: Iterable[Mapping[str, Any]] = (),
    members: Iterable[Mapping[str, Any]] = (),
) -> bytes:
    """A workbook as the template has it; every value as it was given."""
    parts = ((ORGANISATIONS, units), (ENTITIES, entities), (MEMBERS, members))
    return xlsx.write([_sheet(spec, rows) for spec, rows in parts], meta={})


def _sheet(spec: SheetSpec, rows: Iterable[Mapping[str, Any]]) -> xlsx.Sheet:
    columns = [xlsx.Column(c.key, c.label, kind="any") for c in spec.columns]
    found: list[Sequence[Any]] = [[row.get(c.key) for c in spec.columns] for row in rows]
    return xlsx.Sheet(spec.title, columns, found)


def people(place: str = "370200") -> tuple[User, User]:
    """An officer and a division head of the bureau of a place."""
    bureau = make_bureau(place)
    return make_user("case_officer", bureau), make_user("division_head", bureau)


def upload(data: bytes, officer: User, name: str = "名录.xlsx") -> RegisterLoad:
    """Uploaded and looked at."""
    made = loads.upload(actor=act(officer), file=ContentFile(data, name=name), name=name)
    jobs.run_pending()
    made.refresh_from_db()
    return made


def load(data: bytes, officer: User, head: User) -> RegisterLoad:
    """Uploaded, looked at, confirmed and written."""
    made = upload(data, officer)
    assert not made.error_count, made.errors
    loads.confirm(actor=act(head), load=made)
    jobs.run_pending()
    made.refresh_from_db()
    return made


def bureau_of(user: User) -> Organisation:
    found: Organisation = act(user).organisation
    return found
