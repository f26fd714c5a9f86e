"""Expert review of a whole round: one panel for everybody, replaced by draw where a conflict forbids it, closed together.

The panels are the spine's, one for each self-assessment. The draw is replayable: seed and pool are kept with every
panel, and the seed of the round in its time line.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotNow, PortalError, Problem
from evaluation import permissions as may
from evaluation.enums import RoundState
from evaluation.models import Round
from evaluation.services.events import note
from filings.enums import State
from filings.models import Expert, Filing
from filings.selectors.experts import grounds, pool
from filings.services import examination, review
from policy.law import law_on

#: Cases of one request; the next goes on with the same seed.
AT_ONCE = 40
#: Rounds in which experts may judge.
REVIEWED_IN = (RoundState.CHECKING, RoundState.REVIEWING)


@dataclass(frozen=True)
class Stood:
    """An expert who stands aside in one case, and why; `by` took the place."""

    filing: Filing
    expert: Expert
    why: tuple[str, ...]
    by: Expert | None = None


@dataclass
class Done:
    """What came of a step over all cases: done, refused with the reason, experts replaced."""

    seed: str = ""
    experts: list[Expert] = field(default_factory=list)
    done: list[Filing] = field(default_factory=list)
    refused: list[tuple[Filing, str]] = field(default_factory=list)
    replaced: list[Stood] = field(default_factory=list)
    left: int = 0  # cases for the next time: so many at once fit into a request


def waiting(row: Round, *states: str) -> QuerySet[Filing]:
    """Self-assessments of the evaluated entities of a round in some states, by entity."""
    found = Filing.objects.filter(evaluated_in__round=row, evaluated_in__included=True, state__in=states)
    return found.select_related("entity", "applicant", "authority").order_by("entity__code")


def open_panels(
    *, actor: Actor, round: Round, experts: Sequence[str] = (), seed: str = "", comment: str = ""
) -> Done:
    """Open the review of every checked self-assessment with the same experts, named or drawn.

    In a case where one of them has a conflict, another is drawn in the place by the round's seed. A case that cannot be
    opened is in `refused` with its reason; the others go on. Raises NotNow, NotAllowed, Invalid (nobody waits, an
    unknown expert, too few).
    """
    row = _of_round(actor, round)
    found = waiting(row, State.ACCEPTED)
    cases = list(found[:AT_ONCE])
    if not cases:
        raise Invalid.one("nobody", _("没有已核验、等待专家评分的自评"), "experts")
    made = Done(seed=seed.strip() or secrets.token_hex(8), left=max(found.count() - AT_ONCE, 0))
    everyone = list(pool(cases[0]))
    made.experts = _chosen(row, everyone, experts, made.seed)
    for filing in cases:
        _open(filing, actor, everyone, made)
    text = _("组织专家评审：%(done)s 件，种子 %(seed)s") % {"done": len(made.done), "seed": made.seed}
    with transaction.atomic():
        # no names: the time line is read by auditors too and goes into evidence packs
        note(row, "panels_opened", text, actor=actor, comment=comment)
        detail = {
            "seed": made.seed,
            "experts": [expert.pk for expert in made.experts],
            "opened": [filing.pk for filing in made.done],
            "refused": [filing.pk for filing, _why in made.refused],
            "replaced": [
                [one.filing.pk, one.expert.pk, one.by.pk if one.by else None] for one in made.replaced
            ],
        }
        audit.record("evaluation.panels_opened", actor=actor, obj=row, detail=detail)
    return made


def _of_round(actor: Actor, round: Round) -> Round:
    row = Round.objects.select_related("authority__jurisdiction", "scheme").get(pk=round.pk)
    may.round_officer.require(actor, row)
    if row.state not in REVIEWED_IN:
        raise NotNow.one("not_reviewing", _("只有数据核验和专家评审阶段可以组织专家评审。"))
    return row


def _least(row: Round) -> int:
    place = row.authority.jurisdiction
    return int(law_on(clock.today(), place.code if place else "").value("procedure.panel_size"))


def _chosen(row: Round, everyone: Sequence[Expert], named: Sequence[str], seed: str) -> list[Expert]:
    """The experts of the round: those named (by number or account), else drawn from the whole pool."""
    least = _least(row)
    if not named:
        picked = review.draw([expert.pk for expert in everyone], least, seed)
        found = [expert for expert in everyone if expert.pk in picked]
    else:
        known = {str(e.pk): e for e in everyone} | {e.user.username: e for e in everyone}
        unknown = [key for key in named if key not in known]
        if unknown:
            text = _("专家库中没有“%(key)s”")
            raise Invalid([Problem("expert", text % {"key": key}, "experts") for key in unknown])
        found = list({known[key].pk: known[key] for key in named}.values())
    if len(found) < least:
        text = _("评审组不少于 %(n)s 人，现有 %(have)s 人") % {"n": least, "have": len(found)}
        raise Invalid.one("panel_small", text, "experts")
    return sorted(found, key=lambda expert: expert.pk)


def _open(filing: Filing, actor: Actor, everyone: Sequence[Expert], made: Done) -> None:
    against = grounds(filing, everyone)
    by_pk = {expert.pk: expert for expert in everyone}
    panel = [expert.pk for expert in made.experts if not against[expert.pk]]
    stood = [expert for expert in made.experts if against[expert.pk]]
    spare = [pk for pk, why in against.items() if not why and pk not in panel]
    drawn = review.draw(spare, len(stood), f"{made.seed}/{filing.pk}")
    places = [by_pk[pk] for pk in drawn] + [None] * (len(stood) - len(drawn))
    try:
        review.open_review(actor=actor, filing=filing, experts=[*panel, *drawn], seed=made.seed)
    except PortalError as error:
        made.refused.append((filing, str(error)))
        return
    made.done.append(filing)
    made.replaced += [
        Stood(filing, expert, tuple(against[expert.pk]), by) for expert, by in zip(stood, places, strict=True)
    ]


def close_panels(*, actor: Actor, round: Round, comment: str = "") -> Done:
    """End every review in which all experts have marked, and record the self-assessment; the others say what is missing."""
    row = _of_round(actor, round)
    made = Done()
    found = list(waiting(row, State.IN_REVIEW, State.REVIEWED))
    made.left = max(len(found) - 2 * AT_ONCE, 0)
    for filing in found[: 2 * AT_ONCE]:
        try:
            with transaction.atomic():
                if filing.state == State.IN_REVIEW:
                    review.close_review(actor=actor, filing=filing, comment=comment)
                examination.record(actor=actor, filing=Filing.objects.get(pk=filing.pk), comment=comment)
        except PortalError as error:
            made.refused.append((filing, str(error)))
        else:
            made.done.append(filing)
    with transaction.atomic():
        text = _("结束专家评审：%(done)s 件，未结束 %(left)s 件")
        said = text % {"done": len(made.done), "left": len(made.refused)}
        note(row, "panels_closed", said, actor=actor, comment=comment)
        detail: dict[str, Any] = {"closed": [filing.pk for filing in made.done]}
        audit.record("evaluation.panels_closed", actor=actor, obj=row, detail=detail)
    return made
