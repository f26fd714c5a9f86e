"""Parameters, readings and lists: what holds today, what held before, what waits for a second person."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from policy import present
from policy.enums import Section, Subject, ValueKind
from policy.models import Parameter
from policy.permissions import may_propose
from policy.present import shown_value
from policy.selectors import changes, library
from policy.views.base import LibraryPage, dated_rows, trail

PROCEDURE = "procedure"
PAGE = 50


def group_label(group: str) -> str:
    """The name of a group of parameters."""
    return str(_("办理程序（建议值）")) if group == PROCEDURE else str(Section(group).label)


class FigurePage(LibraryPage):
    """A list filtered by words."""

    @property
    def query(self) -> str:
        return " ".join(self.request.GET.get("q", "")[:60].split())


class Parameters(FigurePage):
    """Every figure of the law."""

    template_name = "policy/parameters.html"

    def page(self) -> dict[str, Any]:
        group = self.request.GET.get("group", "")
        names = present.names_for_values(library.labels())
        found = Paginator(library.parameters(group, self.query), PAGE).get_page(self.request.GET.get("page"))
        rows = [(row, [one for one in self._rows(row, names) if one["state"] == "valid"]) for row in found]
        return {
            "rows": rows,
            "page": found,
            "query": self.query,
            "group": group,
            "tabs": self._tabs(group),
            "crumbs": trail((_("参数"), "")),
        }

    def _rows(self, row: Parameter, names: dict[str, str]) -> list[dict[str, Any]]:
        return list(dated_rows(row.values.all(), kind=row.kind, unit=row.unit, names=names))

    def _tabs(self, group: str) -> list[dict[str, Any]]:
        counts = library.groups()
        here = reverse("policy:parameters")
        order = [*[section.value for section in Section if section.value in counts], PROCEDURE]
        tabs = [{"label": _("全部"), "url": here, "count": sum(counts.values()), "current": not group}]
        return tabs + [
            {
                "label": group_label(key),
                "url": f"{here}?group={key}",
                "count": counts[key],
                "current": key == group,
            }
            for key in order
            if key in counts
        ]


class ParameterPage(LibraryPage):
    """One figure with its history and what waits."""

    template_name = "policy/parameter.html"

    def page(self) -> dict[str, Any]:
        row = library.parameter(self.kwargs["key"])
        names = present.names_for_values(library.labels())
        values = changes.values_of(Subject.PARAMETER, row)
        return {
            "parameter": row,
            "kind": ValueKind(row.kind),
            "group": group_label(row.group),
            "values": list(dated_rows(values, kind=row.kind, unit=row.unit, names=names)),
            "pending": _pending(self, Subject.PARAMETER, row, names),
            "may_propose": may_propose(self.actor),
            "crumbs": trail((_("参数"), reverse("policy:parameters")), (row.label, "")),
        }


class Readings(FigurePage):
    """How ambiguous clauses are read."""

    template_name = "policy/readings.html"

    def page(self) -> dict[str, Any]:
        rows = [
            (row, [one for one in dated_rows(row.values.all(), kind=row.kind) if one["state"] == "valid"])
            for row in library.readings(self.query)
        ]
        return {"rows": rows, "query": self.query, "crumbs": trail((_("口径"), ""))}


class ReadingPage(LibraryPage):
    """One reading: the doubt, the options, what holds and what held."""

    template_name = "policy/reading.html"

    def page(self) -> dict[str, Any]:
        row = library.reading(self.kwargs["key"])
        values = changes.values_of(Subject.READING, row)
        names = present.names_for_values(library.labels())
        rows = list(dated_rows(values, kind=row.kind))
        for one in rows:
            one["machine"] = shown_value(row, one["row"].value, names)
        return {
            "reading": row,
            "kind": ValueKind(row.kind),
            "values": rows,
            "pending": _pending(self, Subject.READING, row, names),
            "may_propose": may_propose(self.actor),
            "crumbs": trail((_("口径"), reverse("policy:readings")), (row.label, "")),
        }


class Lists(LibraryPage):
    """The lists the bureau keeps."""

    template_name = "policy/lists.html"

    def page(self) -> dict[str, Any]:
        rows = [
            (row, [one for one in dated_rows(row.versions.all(), kind="") if one["state"] == "valid"])
            for row in library.lists()
        ]
        return {"rows": rows, "crumbs": trail((_("清单"), ""))}


class ListPage(LibraryPage):
    """One list with its versions."""

    template_name = "policy/list.html"

    def page(self) -> dict[str, Any]:
        row = library.editable_list(self.kwargs["key"])
        values = changes.values_of(Subject.LIST, row)
        return {
            "list": row,
            "values": list(dated_rows(values, kind="")),
            "pending": _pending(self, Subject.LIST, row, {}),
            "may_propose": may_propose(self.actor),
            "crumbs": trail((_("清单"), reverse("policy:lists")), (row.label, "")),
        }


def _pending(page: LibraryPage, subject: str, row: Any, names: dict[str, str]) -> list[dict[str, Any]]:
    """Changes that wait for a second person; staff only."""
    if not page.frame()["staff"]:
        return []
    return [
        {
            "change": change,
            "text": change.text or (shown_value(row, change.value, names) if subject != Subject.LIST else ""),
        }
        for change in changes.pending_for(subject, row)
    ]
