"""Schemes as pages show them: lines of the list, the official table, what may be done with a version."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import Problem
from evaluation.enums import SchemeState
from evaluation.models import Scheme
from evaluation.permissions import evaluation_keeper, scheme_keeper, scheme_publisher
from evaluation.presentation import scheme_words as words
from evaluation.scheme.choices import Within
from evaluation.scheme.reader import text_of
from evaluation.scheme.reading import read
from evaluation.scheme.weighing import DIMENSIONS
from evaluation.scheme.words import method
from evaluation.selectors import schemes as see
from policy.models import Item

TONES = {
    SchemeState.DRAFT: "doing",
    SchemeState.PROPOSED: "wait",
    SchemeState.PUBLISHED: "done",
    SchemeState.WITHDRAWN: "off",
}
FULL = Decimal(100)


def line(row: see.Line, kinds: Mapping[str, str]) -> dict[str, Any]:
    """One line of the list."""
    newest = row.newest
    return {
        "row": newest,
        "url": reverse("evaluation:scheme", args=[newest.pk]),
        "kinds": "、".join(kinds.get(kind, kind) for kind in newest.kinds),
        "owner": newest.authority or _("随系统提供"),
        "tone": TONES[SchemeState(newest.standing)],
        "published": row.published,
        "versions": row.versions,
    }


def named(row: Scheme) -> str:
    """A version with whose it is: two bureaus may count to the same number."""
    return f"{row.authority or _('随系统提供')} · {row}"


# --- the table ---


def parts(tree: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Dimensions with their rows in words and their sums."""
    doc, _found = read(tree)
    weights = {part.code: part.weight for part in doc.dimensions}
    return [
        {
            "code": part["code"],
            "name": part["name"],
            "weight": text_of(weights[part["code"]]),
            "rows": [_row(one) for one in part["indicators"]],
            "span": len(part["indicators"]) + 1,
            "ahp": part["code"] in tree.get("ahp", {}),
        }
        for part in tree["dimensions"]
    ]


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **one,
        "way": method(one),
        "from_where": words.source(one),
        "down": one["direction"] == "down",
        "if_missing": words.word("missing", one["missing"]),
    }


def total(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The sum of the weights, and what it lacks or has too much."""
    doc, _found = read(tree)
    gap = FULL - doc.weight
    told = ""
    if gap > 0:
        told = _("还差 %(gap)s") % {"gap": text_of(gap)}
    elif gap < 0:
        told = _("超出 %(gap)s") % {"gap": text_of(-gap)}
    return {"value": text_of(doc.weight), "told": told, "whole": not gap}


def options(tree: Mapping[str, Any]) -> list[str]:
    """What holds besides, in sentences."""
    said = []
    if tree.get("whole_points"):
        said.append(_("总分四舍五入取整后再定等次。"))
    if tree.get("excellent_share"):
        said.append(_("优秀不超过参评主体的 %(n)s%%。") % {"n": tree["excellent_share"]})
    if tree.get("excellent_top"):
        said.append(_("参评 5 家以上时，名次居前 %(n)s%% 的才能评为优秀。") % {"n": tree["excellent_top"]})
    if tree.get("compared_within"):
        said.append(_("名次和百分位在%(group)s中比较。") % {"group": Within(tree["compared_within"]).label})
    return said


def rule(key: str) -> dict[str, Any] | None:
    """The item of the policy that a scheme rests on, with its page and the clauses it cites."""
    item = Item.objects.filter(key=key).prefetch_related("clauses__document").first() if key else None
    if item is None:
        return None
    return {
        "label": item.label,
        "url": reverse("policy:item", args=[item.key]),
        "clauses": [str(clause) for clause in item.clauses.all()],
    }


def table(row: Scheme) -> dict[str, Any]:
    """Everything the official table shows."""
    tree = row.tree
    return {
        "parts": parts(tree),
        "total": total(tree),
        "tree": tree,
        "options": options(tree),
        "bands": [{**band, "until": _until(tree["bands"], n)} for n, band in enumerate(tree["bands"])],
        "ahp": DIMENSIONS in tree.get("ahp", {}),
    }


def _until(bands: list[Mapping[str, str]], n: int) -> str:
    return "" if n == 0 else str(bands[n - 1]["from"])


# --- problems with the way to their page ---


def problem_lines(row: Scheme, found: list[Problem]) -> list[dict[str, str]]:
    """What keeps it from being published, each with the page where it is put right."""
    return [{"message": _said(row, one), "url": _page(row, one.field)} for one in found]


def _at(row: Scheme, field: str) -> tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]:
    steps = field.split(".")
    if steps[0] != "dimensions" or len(steps) < 2 or not steps[1].isdigit():
        return None, None
    part = row.tree["dimensions"][int(steps[1])]
    if len(steps) > 3 and steps[3].isdigit():
        return part, part["indicators"][int(steps[3])]
    return part, None


def _said(row: Scheme, problem: Problem) -> str:
    part, one = _at(row, problem.field)
    if one is not None:
        return f"{one['code']} {one['name']}：{problem.message}"
    return f"{part['name']}：{problem.message}" if part is not None else str(problem.message)


def _page(row: Scheme, field: str) -> str:
    part, one = _at(row, field)
    if one is not None:
        return reverse("evaluation:scheme_indicator", args=[row.pk, one["code"]])
    if part is not None or field == "dimensions":
        return reverse("evaluation:scheme_edit", args=[row.pk])
    first = field.split(".")[0]
    if first in ("vetoes", "bonuses", "deductions", "bonus_cap", "deduction_cap"):
        return reverse("evaluation:scheme_notes", args=[row.pk])
    return reverse("evaluation:scheme_bands", args=[row.pk])


# --- what may be done ---


def page(row: Scheme, actor: Actor) -> dict[str, Any]:
    """The page of one version."""
    draft = row.standing == SchemeState.DRAFT
    proposed = row.standing == SchemeState.PROPOSED
    keeps, publishes = scheme_keeper(actor, row), scheme_publisher(actor, row)
    found = see.problems_of(row.kinds, row.tree) if draft or proposed else []
    held = see.open_version(actor.organisation, row.key) if evaluation_keeper(actor) else None
    kinds = see.kind_labels()
    return {
        "scheme": row,
        "table": table(row),
        "kinds": [kinds.get(kind, kind) for kind in row.kinds],
        "rule": rule(row.rule),
        "tone": TONES[SchemeState(row.standing)],
        "versions": [(one, TONES[SchemeState(one.standing)]) for one in see.versions(actor, row)],
        "used": see.rounds_of(row),
        "problems": problem_lines(row, found) if keeps or publishes else [],
        "may_edit": draft and keeps,
        "may_propose": draft and keeps and not found,
        "may_recall": proposed and keeps,
        "may_publish": proposed and publishes,
        "why_not_publish": scheme_publisher.refusal(actor, row) if proposed and not publishes else "",
        "may_withdraw": row.standing == SchemeState.PUBLISHED and publishes,
        "may_copy": evaluation_keeper(actor) and held is None,
        "open_version": held if held is not None and held != row else None,
    }
