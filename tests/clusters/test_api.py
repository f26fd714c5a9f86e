"""Clusters over the API: the same rules and answers as the pages."""

from __future__ import annotations

from typing import Any

import pytest

from core import clock
from tests.api.caller import Caller
from tests.makers import clusters as make

pytestmark = pytest.mark.django_db


def test_the_whole_way_over_the_api(around: Any) -> None:
    body, city = Caller(around.case.applicant), Caller(around.case.passing)
    outsider = Caller(around.outsider().user)
    root = f"clusters/{around.cluster.code}/"
    assert [row["code"] for row in city.get("clusters/").ok()["results"]] == [around.cluster.code]
    assert outsider.get("clusters/").ok()["count"] == 0

    firm = {"name": "淄博岭舟粉体有限公司", "credit_code": make.code(), "joined_on": "2026-02-03"}
    assert outsider.post(root + "firms/", firm).status == 404
    assert city.post(root + "firms/", firm).status == 403
    made = body.post(root + "firms/", firm).ok(201)
    assert body.post(root + "firms/", firm).fields == ["credit_code"]
    left = body.post(f"clusters/firms/{made['id']}/leave/", {"left_on": "2026-02-20", "reason": "迁出"}).ok()
    assert left["left_on"] == "2026-02-20"
    assert city.get(root + "firms/?tab=left").ok()["count"] == 1
    assert city.get(root + "firms/?tab=x").status == 422

    project = {
        "name": "扩产",
        "kind": "supporting",
        "domain": "chain",
        "owner_name": "淄博岭舟粉体有限公司",
        "investment": "1000000.00",
        "constraints": ["land"],
        "entered_on": "2026-02-03",
    }
    row = body.post(root + "projects/", project).ok(201)
    assert (row["stage"], row["available_moves"]) == ("planned", ["reserved", "dropped"])
    move = f"clusters/projects/{row['id']}/move/"
    assert outsider.post(move, {"target": "reserved", "moved_on": "2026-02-20"}).status == 404
    assert body.post(move, {"target": "reserved", "moved_on": "2026-02-20", "version": 9}).status == 409
    moved = body.post(move, {"target": "reserved", "moved_on": "2026-02-20", "version": row["version"]}).ok()
    assert (moved["stage"], moved["reserved_on"]) == ("reserved", "2026-02-20")
    assert body.post(move, {"target": "planned", "moved_on": "2026-02-21"}).status == 422
    assert city.get(root + "projects/").ok()["count"] == 1

    entry = {
        "name": "淄博岭舟粉体有限公司",
        "credit_code": firm["credit_code"],
        "role": "leader",
        "since": "2026-02-03",
        "reason": "龙头",
        "revenue": "5000000.00",
        "revenue_year": 2025,
    }
    kept = body.post(root + "enterprises/", entry).ok(201)
    assert kept["revenue"] == "5000000.00"
    asked = {"kind": "finance", "title": "流动资金贷款", "text": "需要 500 万元"}
    assert city.post(f"clusters/enterprises/{kept['id']}/requests/", asked).status == 403
    wish = body.post(f"clusters/enterprises/{kept['id']}/requests/", asked).ok(201)
    act = f"clusters/requests/{wish['id']}/actions/"
    due = clock.today().isoformat()
    given = {"owner": around.case.passing.username, "due_on": due, "department": "市地方金融监管局"}
    assert body.post(act + "assign/", given).status == 403
    assert city.post(act + "assign/", given | {"owner": "nobody"}).fields == ["owner"]
    assert city.post(act + "assign/", given).ok()["state"] == "assigned"
    assert city.post(act + "answer/", {"outcome": "已放款"}).ok()["state"] == "answered"
    assert body.get(f"clusters/requests/{wish['id']}/").ok()["available_actions"] == ["settle", "reopen"]
    assert body.post(act + "settle/", {}).ok()["state"] == "closed"
    assert body.post(act + "settle/", {}).status == 409
    assert outsider.get(f"clusters/requests/{wish['id']}/").status == 404
    assert city.get("clusters/requests/?state=closed").ok()["count"] == 1
