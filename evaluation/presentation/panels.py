"""The experts' part of a round as pages and the API show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.actor import Actor
from evaluation import permissions as may
from evaluation.models import Round
from evaluation.presentation.crumbs import of_round
from evaluation.selectors.panels import Cell, Line, Overview, overview
from evaluation.services import panels
from filings.enums import State
from filings.models import Expert
from filings.selectors.experts import grounds, load_of, pool


def page(row: Round, actor: Actor) -> dict[str, Any]:
    """The board: a line for each case, a column for each expert. Names are for those who run the round."""
    found = overview(row)
    heads = [_head(n, one, found, actor, row) for n, one in enumerate(found.experts, start=1)]
    keeps = may.round_officer(actor, row) and row.state in panels.REVIEWED_IN
    accepted = sum(line.filing.state == State.ACCEPTED for line in found.lines)
    running = sum(line.filing.state in (State.IN_REVIEW, State.REVIEWED) for line in found.lines)
    return {
        "round": row,
        "crumbs": of_round(row, (_("专家评审总览"), "")),
        "board": found,
        "heads": heads,
        "rows": [_line(line, found, heads) for line in found.lines],
        "accepted": accepted,
        "may_open": keeps and accepted > 0,
        "may_close": keeps and running > 0,
    }


def _head(number: int, one: Expert, found: Overview, actor: Actor, row: Round) -> dict[str, Any]:
    named = may.round_keeper(actor, row)
    employer = one.employer.name if one.employer else one.employer_name
    return {
        "label": str(one) if named else _("专家 %(n)s") % {"n": number},
        "employer": employer if named else "",
        "mean": found.means.get(one.pk),
    }


def _line(line: Line, found: Overview, heads: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "line": line,
        "url": reverse("filings:desk_board", args=[line.filing.pk]) if line.cells else "",
        "word": line.filing.staff_label,
        "cells": [
            _cell(line.cells.get(one.pk)) | {"of": head["label"]}
            for one, head in zip(found.experts, heads, strict=True)
        ],
    }


def _cell(cell: Cell | None) -> dict[str, Any]:
    """What stands in one place of the board; an expert who is not on this panel leaves it empty."""
    if cell is None:
        return {"text": "—", "apart": False}
    if cell.aside:
        return {"text": _("回避"), "apart": False}
    if cell.total is None:
        return {"text": cell.assignment.get_standing_display(), "apart": False}
    return {"text": f"{cell.total}", "apart": cell.apart}


def pool_choices(row: Round) -> list[tuple[str, str]]:
    """Everybody who may be named, with work in hand and in how many of the waiting cases a conflict stands."""
    cases = list(panels.waiting(row, State.ACCEPTED)[: panels.AT_ONCE])
    if not cases:
        return []
    everyone = list(pool(cases[0]))
    against = dict.fromkeys((one.pk for one in everyone), 0)
    for filing in cases:
        for pk, why in grounds(filing, everyone).items():
            against[pk] += bool(why)
    work = load_of(everyone)
    return [(str(one.pk), _choice(one, work.get(one.pk, 0), against[one.pk])) for one in everyone]


def _choice(one: Expert, work: int, against: int) -> str:
    employer = one.employer.name if one.employer else one.employer_name
    text = _("%(name)s（%(employer)s；在办 %(work)s 件；须回避 %(against)s 件）")
    return text % {"name": one, "employer": employer or "—", "work": work, "against": against}


def told(done: panels.Done) -> list[str]:
    """What else there is to say of a step: who stood aside and who came instead, what could not be done and why."""
    lines = [
        _("“%(entity)s”：%(expert)s须回避，%(by)s（%(why)s）")
        % {
            "entity": one.filing,
            "expert": one.expert,
            "by": _("由%(by)s替补") % {"by": one.by} if one.by else _("没有可替补的专家"),
            "why": "；".join(one.why),
        }
        for one in done.replaced
    ]
    return lines + [f"“{filing}”：{why}" for filing, why in done.refused]  # data


def as_json(row: Round, actor: Actor) -> dict[str, Any]:
    """The board for programs: totals as text; experts by number, with names where the page shows them."""
    shown = page(row, actor)
    found: Overview = shown["board"]
    return {
        "round": row.code,
        "limit": str(found.limit),
        "experts": [head["label"] for head in shown["heads"]],
        "cases": [
            {
                "entity": line.filing.subject.code,
                "filing": line.filing.pk,
                "state": line.filing.state,
                "mean": _text(line.mean),
                "spread": _text(line.spread),
                "wide": line.wide,
                "waiting": line.waiting,
                "marks": [
                    {"expert": number, "total": _text(cell.total), "apart": cell.apart, "aside": cell.aside}
                    for number, one in enumerate(found.experts, start=1)
                    if (cell := line.cells.get(one.pk)) is not None
                ],
            }
            for line in found.lines
        ],
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
