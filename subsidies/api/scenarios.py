"""What-if over the API: read only. Values are tried and proposed in the pages."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.describe import documented, page_of
from filings.api.shown import moment
from subsidies.models import Scenario, ScenarioRun
from subsidies.permissions_scenario import may_try
from subsidies.selectors import scenarios as see

PAGING = [OpenApiParameter("page", int), OpenApiParameter("page_size", int, description="1–100")]


class WhatIfTotalOut(s.Serializer):
    key = s.CharField(help_text="Measure, GB/T 2260 code, or number of the unit")
    label = s.CharField()
    claims = s.IntegerField()
    changed = s.IntegerField(help_text="Awards whose amount would differ")
    refused = s.IntegerField(help_text="Awards that would no longer meet a condition or a bound")
    decided = s.CharField(help_text="Yuan, as it was decided")
    before = s.CharField(help_text="Yuan, computed again under the law in force")
    after = s.CharField(help_text="Yuan, under the values tried")


class WhatIfValueOut(s.Serializer):
    name = s.CharField(help_text="Key of a parameter, or setting of a reading")
    label = s.CharField()
    before = s.JSONField(allow_null=True)  # type: ignore[assignment]
    after = s.JSONField()
    change = s.IntegerField(allow_null=True, help_text="Proposed change of the policy")


class WhatIfRowOut(s.Serializer):
    id = s.IntegerField()
    title = s.CharField()
    year = s.IntegerField()
    place = s.CharField()
    created_at = s.DateTimeField()
    proposed_at = s.DateTimeField(allow_null=True)


class WhatIfOut(WhatIfRowOut):
    note = s.CharField(allow_blank=True)
    copied_on = s.DateField()
    law_revision = s.IntegerField()
    values = WhatIfValueOut(many=True)
    progress = s.IntegerField(allow_null=True, help_text="Percent; null where nothing is computed")
    is_current = s.BooleanField(help_text="Whether the totals are those of the values")
    finished_at = s.DateTimeField(allow_null=True)
    measures = WhatIfTotalOut(many=True)
    districts = WhatIfTotalOut(many=True)
    units = WhatIfTotalOut(many=True)


def _row(row: Scenario) -> dict[str, Any]:
    return {
        "id": row.pk,
        "title": row.title,
        "year": row.year,
        "place": row.place_id,
        "created_at": moment(row.created_at),
        "proposed_at": moment(row.proposed_at),
    }


def _whole(row: Scenario, run: ScenarioRun | None) -> dict[str, Any]:
    job = run.job if run and run.finished_at is None else None
    totals = {key: run.result.get(key, []) if run else [] for key in ("measures", "districts", "units")}
    return _row(row) | {
        "note": row.note,
        "copied_on": row.copied_on.isoformat(),
        "law_revision": row.copied_revision,
        "values": [
            {
                "name": one.name,
                "label": str(one.target),
                "before": one.before,
                "after": one.value,
                "change": one.change_id,
            }
            for one in see.overrides_of(row)
        ],
        "progress": job.progress if job else None,
        "is_current": bool(run and run.finished_at and run.edition == row.edition),
        "finished_at": moment(run.finished_at) if run else None,
        **{key: [one | {"key": str(one["key"])} for one in rows] for key, rows in totals.items()},
    }


class Scenarios(ApiView):
    access = may_try
    paged = True

    @documented(
        page_of(WhatIfRowOut), operation_id="subsidies_what_ifs_list", parameters=PAGING, filters=False
    )
    def get(self, request: Request) -> Response:
        """What-ifs of the bureau acted for, the newest first."""
        return self.page(see.scenarios_of(self.actor), _row)


class OneScenario(ApiView):
    access = may_try

    @documented(WhatIfOut, operation_id="subsidies_what_ifs_retrieve")
    def get(self, request: Request, pk: int) -> Response:
        """One what-if: its values, and the totals of its newest result."""
        row = see.get(self.actor, pk)
        return Response(_whole(row, see.last_run(row)))
