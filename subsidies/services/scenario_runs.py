"""The job of a run: the awards of a year under the law and under it with other values, stored with the scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import District, Organisation
from core import clock
from core.jobs import Running
from policy.law import law_on
from subsidies.models import ScenarioRun
from subsidies.selectors import measures
from subsidies.selectors import scenarios as rows
from subsidies.whatif import Came, Compared, Total, compare

#: Awards between two words about how far it is.
TELL_EACH = 400


def run_job(running: Running) -> Mapping[str, Any]:
    """Compute and store a run once; a second call finds it finished and leaves it alone."""
    run = ScenarioRun.objects.select_related("scenario__place").get(pk=running.payload["run"])
    if run.finished_at is not None:
        return {"run": run.pk, "claims": run.claims}
    running.progress(1, _("正在读取核定记录"))
    cases = rows.cases(run.scenario)

    def tell(done: int) -> None:
        if done % TELL_EACH == 0:
            share = 4 + 92 * done // len(cases)
            running.progress(share, _("已测算 %(done)s / %(all)s 件") % {"done": done, "all": len(cases)})

    found = compare(cases, law_on, rows.overlay(run.scenario.place_id, run.values), tell)
    return _store(run, found)


@transaction.atomic
def _store(run: ScenarioRun, found: Compared) -> Mapping[str, Any]:
    row = ScenarioRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if row.finished_at is None:
        row.claims = found.total.claims
        row.decided, row.before, row.after = found.total.decided, found.total.before, found.total.after
        row.result = as_json(found)
        row.finished_at = max(clock.now(), row.started_at)
        row.save()
    return {"run": row.pk, "claims": row.claims}


def as_json(found: Compared) -> dict[str, Any]:
    """Rows of totals, those that change most first, and every award; yuan as text."""
    labels = {key: known.label for key, known in measures.known().items()}
    places = dict(District.objects.filter(code__in=found.districts).values_list("code", "label"))
    units = dict(Organisation.objects.filter(pk__in=found.units).values_list("pk", "name"))
    return {
        "total": _total(found.total),
        "measures": _rows(found.measures, labels),
        "districts": _rows(found.districts, places),
        "units": _rows(found.units, units),
        "awards": [_award(before, after) for before, after in found.awards],
    }


def _total(total: Total) -> dict[str, Any]:
    return {
        "claims": total.claims,
        "changed": total.changed,
        "refused": total.refused,
        "decided": f"{total.decided:.2f}",
        "before": f"{total.before:.2f}",
        "after": f"{total.after:.2f}",
    }


def _rows(totals: Mapping[Any, Total], labels: Mapping[Any, str]) -> list[dict[str, Any]]:
    order = sorted(totals, key=lambda key: (-abs(totals[key].after - totals[key].before), str(key)))
    named: Iterable[tuple[Any, str]] = ((key, labels.get(key, str(key) or str(_("未填写")))) for key in order)
    return [{"key": key, "label": label} | _total(totals[key]) for key, label in named]


def _award(before: Came, after: Came) -> list[Any]:
    """[award, number of the claim, measure, district, unit, decided, before, after, status before, status after]."""
    case = before.case
    return [
        case.award,
        case.ref,
        case.measure,
        case.district,
        case.unit,
        f"{case.decided:.2f}",
        f"{before.amount:.2f}",
        f"{after.amount:.2f}",
        before.status.value,
        after.status.value,
    ]
