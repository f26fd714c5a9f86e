"""The shape of a state.  A status is a word in a shape and its colour comes third, so there are few shapes.

todo    nobody has begun                    dashed outline, hollow dot
doing   somebody is at work                 blue, half dot
wait    the clock stands or others have it  amber, pause bars
act     the reader must do something        amber ground, lozenge
done    finished well                       green ground, full dot
bad     refused, cancelled, overdue         red ground, square
off     over without a verdict, not needed  grey ground, dash
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

TONES: dict[str, tuple[str, ...]] = {
    "todo": (
        "not_started",
        "todo",
        "draft",
        "invited",
        "pending",
        "queued",
        "unchecked",
        "unsigned",
        "proposed_change",
    ),
    "doing": (
        "in_progress",
        "doing",
        "submitted",
        "recommended",
        "in_examination",
        "accepted",
        "in_review",
        "reviewed",
        "proposed",
        "confirmed",
        "running",
        "answered",
        "active",
        "current",
    ),
    "wait": ("on_notice", "objection", "waiting", "paused", "suspended", "under_reply", "scheduled", "soon"),
    "act": (
        "open",
        "needs_correction",
        "in_correction",
        "correction",
        "act",
        "voided",
        "due",
        "expiring",
        "warning",
        "changes",
    ),
    "done": (
        "done",
        "complete",
        "completed",
        "corrected",
        "filed",
        "registered",
        "valid",
        "approved",
        "closed",
        "signed",
        "passed",
        "pass",
        "met",
        "ok",
        "issued",
        "paid",
        "published",
        "recognised",
    ),
    "bad": (
        "bad",
        "rejected",
        "not_recommended",
        "not_accepted",
        "failed",
        "fail",
        "overdue",
        "cancelled",
        "revoked",
        "declined",
        "unmet",
        "invalid",
        "expired",
    ),
    "off": (
        "off",
        "withdrawn",
        "not_applicable",
        "skipped",
        "exited",
        "replaced",
        "blocked",
        "locked",
        "superseded",
        "left",
    ),
}

_TONE_OF = {state: tone for tone, states in TONES.items() for state in states}
_TONE_OF |= {tone: tone for tone in TONES}

TASK_WORDS = {
    "not_started": _("未开始"),
    "in_progress": _("填写中"),
    "done": _("已完成"),
    "needs_correction": _("需补正"),
    "corrected": _("已补正"),
    "not_applicable": _("不适用"),
    "blocked": _("尚不能填写"),
}


def tone(state: str) -> str:
    """The shape for a state key of any table, or the shape itself; unknown keys are work in progress."""
    return _TONE_OF.get(state, "doing")


def task_word(state: str) -> str:
    """The word for a task's state (screens.md §2); unknown keys are shown as they are."""
    return str(TASK_WORDS.get(state, state))
