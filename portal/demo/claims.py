"""The demonstration's claims of support: a budget for each year, claims in several states."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from core import clock
from filings.models import Entity, Filing
from portal.demo import walk
from portal.demo.people import actor, admin
from subsidies.services import budgets, claims

Row = Mapping[str, Any]


def load(data: Row, units: walk.Units) -> int:
    """How much did not fit today's date."""
    desk = walk.zibo(units)
    years = range(data["budget"]["first"], clock.today().year + 1)
    left_out = sum(walk.tried(partial(_budget, data["budget"], year, desk)) for year in years)
    return left_out + sum(
        walk.tried(partial(_claim, row, data["texts"], units, desk)) for row in data["claims"]
    )


def _budget(row: Row, year: int, desk: walk.Desk) -> None:
    """Appropriated by finance in January, confirmed by the head of the division."""
    name = row["name"].format(year=year)
    with walk.on(datetime.date(year, 1, 20)):
        made = budgets.open_budget(
            actor=actor("finance", desk.bureau),
            year=year,
            name=name,
            measures=(),
            amount=Decimal(row["amount"]),
            reason=name,
            document_number=row["document"].format(year=year),
        )
        budgets.confirm_change(actor=desk.director, change=made.changes.get())


def _claim(row: Row, texts: Row, units: walk.Units, desk: walk.Desk) -> None:
    unit = units[row["unit"]]
    entity = Entity.objects.get(name=row["entity"]) if row.get("entity") else None
    walk.Road(
        lambda: _begun(row, texts, admin(unit), entity),
        desk,
        row["start"] if "start" in row else walk.ago(row["ago"]),
        **({"to": row["to"]} if "to" in row else {}),
    ).run()


def _begun(row: Row, texts: Row, me: Any, entity: Entity | None) -> Filing:
    """A draft with every page filled in."""
    filing = claims.start(actor=me, measure=row["measure"], entity=entity, facts=row["facts"], on=row["on"])
    known = {name: texts[name] for name in ("request", "contact_name", "contact_phone")}
    known |= {name: row.get(name, "") for name in ("space", "payment")}
    section = filing.spec.section("claim")
    asked = section.form.base_fields if section else {}
    answers: dict[str, Row] = {
        "claim": {name: value for name, value in known.items() if name in asked},
        "declaration": dict.fromkeys(("truthful", "not_elsewhere", "consent"), True),
        "payee": {"bank": texts["bank"], "account_number": _account(texts, me)},
    }
    answers = {key: values for key, values in answers.items() if values}
    return walk.fill(me, filing, answers, {("evidence", "proof"): "证明材料"})  # data


def _account(texts: Row, me: Any) -> str:
    """Every unit has its own: one account of two units is asked about before anything is paid."""
    return f"{texts['account_number'][:12]}{me.organisation.pk:06d}"
