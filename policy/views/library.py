"""Documents, clauses, items, search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from policy import present, registry
from policy.enums import Section
from policy.law import law_on
from policy.models import Clause, Document, Item, Parameter
from policy.permissions import may_propose
from policy.selectors import changes, library
from policy.selectors.law import printed_name
from policy.views.base import LibraryPage, dated_rows, trail


def age_warning(document: Document) -> str:
    """The sentence shown beside a document that nobody has looked at for years; empty for younger ones."""
    today = clock.today()
    if document.valid_until is not None:
        return (
            _("本文件已于 %(day)s 失效。") % {"day": document.valid_until}
            if document.valid_until < today
            else ""
        )
    years = law_on(today, document.place_id).value("procedure.document_warning")
    born = document.issue_date or document.valid_from
    if years is None or (today.year - born.year, today.month, today.day) < (years, born.month, born.day):
        return ""
    return _("本文件自 %(day)s 起已满 %(years)s 年且未载失效日期，引用前请核实其有效性。") % {
        "day": born,
        "years": years,
    }


class Library(LibraryPage):
    """The documents, and the ways into parameters, readings and lists."""

    template_name = "policy/library.html"

    def page(self) -> dict[str, Any]:
        rows = list(library.documents())
        return {
            "documents": [
                {"row": row, "name": printed_name(row), "warning": age_warning(row)} for row in rows
            ],
            "counts": library.counts(),
            "waiting": changes.waiting().count() if self.frame()["staff"] else 0,
        }


class DocumentPage(LibraryPage):
    """One document: what it is, where and when it holds, its clauses in our own words."""

    template_name = "policy/document.html"

    def page(self) -> dict[str, Any]:
        row = library.document(self.kwargs["key"])
        return {
            "document": row,
            "name": printed_name(row),
            "warning": age_warning(row),
            "clauses": library.clauses_of(row),
            "changes": library.document_changes(row),
            "may_propose": may_propose(self.actor),
            "crumbs": trail((row.short_title, "")),
        }


class ClausePage(LibraryPage):
    """One clause: the summary, and everything that rests on it, from when to when and where."""

    template_name = "policy/clause.html"

    def page(self) -> dict[str, Any]:
        row = library.clause(self.kwargs["key"], self.kwargs["ref"])
        before, after = library.neighbours(row)
        document = row.document
        return {
            "clause": row,
            "document": document,
            "name": printed_name(document),
            "warning": age_warning(document),
            "feeds": self.feeds(row),
            "before": before,
            "after": after,
            "crumbs": trail(
                (document.short_title, reverse("policy:document", args=[document.key])), (row.ref, "")
            ),
        }

    def feeds(self, row: Clause) -> library.Feeds:
        """What rests on the clause, with every figure in words."""
        found = library.feeds(row)
        names = present.names_for_values(library.labels())
        for _section, rows in found.sections:
            for fed in rows:
                fed.figures = figures_of(fed.parameters, names, fed.item)
        return found


def figures_of(parameters: Iterable[Parameter], names: dict[str, str], item: Item) -> library.Figures:
    """Parameters of an item with their dated values in words; the label without the item's own name."""
    return [
        (
            one,
            one.label.removeprefix(f"{item.label}："),
            list(dated_rows(one.values.all(), kind=one.kind, unit=one.unit, names=names)),
        )
        for one in parameters
    ]


def by_section(items: Iterable[Item]) -> list[tuple[Section, list[Item]]]:
    """Items under the label of their section, in the order of sections."""
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        found[item.section].append(item)
    return [(section, found[section]) for section in Section if found[section]]


class ItemPage(LibraryPage):
    """One id of the catalogue: what it says, on which clauses it rests, its figures and readings."""

    template_name = "policy/item.html"

    def page(self) -> dict[str, Any]:
        row = library.item(self.kwargs["key"])
        names = library.labels()
        values = present.names_for_values(names)
        return {
            "item": row,
            "section": Section(row.section),
            "facts": list(present.facts(row.section, row.data, names)),
            "figures": figures_of(row.parameters.all(), values, row),
            "related": by_section(library.related(row)),
            "elsewhere": registry.feeds(frozenset({row.key})),
            "crumbs": trail((Section(row.section).label, ""), (row.label, "")),
        }


class Search(LibraryPage):
    """Words in clauses, items, parameters and readings."""

    template_name = "policy/search.html"

    def page(self) -> dict[str, Any]:
        query = " ".join(self.request.GET.get("q", "")[:60].split())
        return {
            "query": query,
            "hits": library.search(query) if query else None,
            "limit": library.LIMIT,
            "crumbs": trail((_("检索"), "")),
        }
