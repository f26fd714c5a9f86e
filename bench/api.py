"""P9: the API's list of 25 filings beside the same JSON built by PostgreSQL."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection
from django.urls import reverse

from bench.measure import Result, pairs, same
from bench.site import Site, Size, meter
from filings.enums import State

TARGET = 4.0
STATEMENT = """
WITH page AS (
  SELECT * FROM filings_filing WHERE authority_id = %(bureau)s AND submitted_at IS NOT NULL
  ORDER BY id DESC LIMIT 25
)
SELECT json_build_object('count', (
  SELECT count(*) FROM filings_filing WHERE authority_id = %(bureau)s AND submitted_at IS NOT NULL
), 'results', json_agg(json_build_object(
  'id', p.id, 'programme', p.programme, 'action', p.action, 'state', p.state,
  'state_label', %(labels)s::json ->> p.state, 'version', p.version, 'title', p.title,
  'industry', p.industry, 'receipt_number', coalesce(p.receipt_number, ''),
  'applicant', json_build_object('credit_code', a.credit_code, 'name', a.name),
  'authority', json_build_object('credit_code', b.credit_code, 'name', b.name),
  'district', json_build_object('code', d.code, 'name', d.label), 'entity', e.code,
  'created_at', {created}, 'submitted_at', {submitted}, 'due_at', {due},
  'period', p.period
) ORDER BY p.id DESC))::text
FROM page p JOIN accounts_organisation a ON a.id = p.applicant_id
JOIN accounts_organisation b ON b.id = p.authority_id
JOIN accounts_district d ON d.id = p.district_id
LEFT JOIN filings_entity e ON e.id = p.entity_id
"""
_MOMENT = """to_char({0} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI:SS"+08:00"')"""


def statement() -> str:
    return STATEMENT.format(
        created=_MOMENT.format("p.created_at"),
        submitted=_MOMENT.format("p.submitted_at"),
        due=_MOMENT.format("p.due_at"),
    )


def peer(bureau: int) -> bytes:
    """The answer as PostgreSQL writes it."""
    labels = json.dumps({state.value: str(state.label) for state in State}, ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute(statement(), {"bureau": bureau, "labels": labels})
        return str(cursor.fetchone()[0]).encode()


def essence(body: bytes) -> dict[str, Any]:
    """What both sides say: number and rows."""
    found = json.loads(body)
    return {"count": found["count"], "results": found["results"]}


def run(size: Size) -> list[Result]:
    from portal.scale import units

    site, bureau, path = Site(), units.bureau_of("370200").pk, reverse("api-filings") + "?page_size=25"
    same(essence(site.fetch(path)), essence(peer(bureau)), "P9")
    found = pairs(meter(), site.get(path), lambda: peer(bureau), calls=size.calls, count=size.pairs)
    return [
        Result(
            "P9",
            f"API list, 25 of {size.filings:,}",
            "the JSON built by PostgreSQL, count included",
            sum(found.ours),
            sum(found.peer),
            found.ratio,
            f"≤ {TARGET:g}×",
            found.ratio <= TARGET,
            size.pairs,
            {"queries": site.queries(path), "app ms": round(found.ours[0] * 1000, 1)},
        )
    ]
