"""Every transition by its name, with what it reads from a request: one door for pages and the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import NotAllowed, NotVisible
from filings.models import Filing
from filings.permissions import viewer
from filings.services import decision, examination, issue, notice, recommendation, review, submission
from filings.workflow import workflow_of

# action -> (service, names of what else it takes)
ACTIONS: dict[str, tuple[Callable[..., Filing], tuple[str, ...]]] = {
    "submit": (submission.submit, ()),
    "withdraw": (submission.withdraw, ()),
    "resubmit": (submission.resubmit, ()),
    "recommend": (recommendation.recommend, ()),
    "not_recommend": (recommendation.not_recommend, ()),
    "start_examination": (examination.start, ()),
    "return_for_correction": (examination.return_for_correction, ("items",)),
    "accept": (examination.accept, ()),
    "not_accept": (examination.not_accept, ()),
    "record": (examination.record, ()),
    "open_review": (review.open_review, ("experts", "seed")),
    "close_review": (review.close_review, ()),
    "propose": (decision.propose, ("months", "award")),
    "confirm": (decision.confirm, ()),
    "send_back": (decision.send_back, ()),
    "reject": (decision.reject, ()),
    "publish_notice": (notice.publish, ()),
    "close_notice": (notice.close, ()),
    "issue": (issue.issue, ("document_number", "document_date")),
}
REQUIRED: dict[str, Any] = {"items": (), "months": ""}


def admit(*, actor: Actor, filing: Filing, name: str) -> None:
    """Who is asked before what was sent is read, so that nobody learns from validation what is not theirs.

    Raises NotVisible for an unknown name or an invisible filing, NotAllowed where the state would permit it.
    """
    if not viewer(actor, filing) or name not in ACTIONS:
        raise NotVisible.one("not_found", _("没有找到这件申报，或没有这项操作。"))
    rule = workflow_of(filing)[name].allowed
    if filing.state in workflow_of(filing)[name].sources and not rule(actor, filing):
        raise NotAllowed.one("not_allowed", rule.refusal(actor, filing))  # type: ignore[attr-defined]


def act(
    *, actor: Actor, filing: Filing, name: str, payload: Mapping[str, Any], version: int | None = None
) -> Filing:
    """Perform a named transition.

    Raises as `admit` does, and NotNow, Invalid, Stale.
    """
    admit(actor=actor, filing=filing, name=name)
    service, names = ACTIONS[name]
    extra = {key: payload.get(key) or REQUIRED[key] for key in names if key in REQUIRED}
    extra |= {key: payload[key] for key in names if key not in REQUIRED and payload.get(key)}
    return service(
        actor=actor, filing=filing, comment=str(payload.get("comment") or ""), version=version, **extra
    )
