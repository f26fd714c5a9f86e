"""The executor of every workflow: one table of transitions a lawyer can read, one way to perform them.

Order of ``perform``: lock the row, is the source state legal, may this actor, is a required comment there,
all guards together, write state with moment and actor, effect, audit entry.  All in one transaction; state
is assigned nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow, NotVisible, Problem, Stale


class StatefulModel(models.Model):
    """What a workflow moves.  A concrete model redefines ``state`` with its choices and first state."""

    state = models.CharField(_("状态"), max_length=32)
    state_changed_at = models.DateTimeField(_("状态时间"), default=clock.now)
    state_changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("状态变更人"),
    )
    version = models.PositiveIntegerField(_("版本"), default=1)

    class Meta:
        abstract = True

    def stamp(self, moment: datetime, data: Mapping[str, Any]) -> list[str]:
        """Set what must be true together with the new ``state`` (its moment, its reason).

        Returns the names of the fields set.
        They are written in the same statement as the state, so that constraints can tie the two together.
        """
        return []

    def label_of(self, transition: Transition) -> str:
        """What an act is called for this row; a model may have words that depend on what the row asks for."""
        return str(transition.label or transition.name)


M = TypeVar("M", bound=StatefulModel)

Data = Mapping[str, Any]


class Predicate(Protocol):
    """Who may: ``rule(actor, obj)``; a refused person reads ``rule.refusal(actor, obj)`` where it exists."""

    def __call__(self, actor: Actor, obj: Any, /) -> bool: ...


#: ``guard(obj, actor, data)`` → the reasons why not; ``data`` always holds ``comment``.
Guard = Callable[[Any, Actor, Data], Iterable[Problem]]
#: ``effect(obj, transition, actor, data)`` runs inside the transaction, after the state was written;
#: ``data["source"]`` is the state that was left.
Effect = Callable[[Any, "Transition", Actor, Data], None]


@dataclass(frozen=True)
class Transition:
    """One row of a workflow table."""

    name: str
    sources: tuple[str, ...]
    target: str
    allowed: Predicate
    guards: tuple[Guard, ...] = ()
    needs_comment: bool = False
    label: str | Promise = ""
    #: What the button says it does, for a legal or dangerous act also why it cannot be undone.
    help: str | Promise = ""
    danger: bool = False

    def problems(self, obj: Any, actor: Actor, data: Data | None = None) -> list[Problem]:
        """Every guard's reasons; empty when the act is possible now.

        Without ``data`` this is the question of a page ("could it be done?"); guards see an empty comment.
        """
        given = {"comment": "", **(data or {})}
        return [problem for guard in self.guards for problem in guard(obj, actor, given)]


@dataclass(frozen=True)
class Workflow:
    """A tuple of transitions and the executor over it."""

    transitions: tuple[Transition, ...]
    #: Prefix of audit actions; the model's name when empty.
    noun: str = ""
    _by_name: Mapping[str, Transition] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name = {transition.name: transition for transition in self.transitions}
        if len(by_name) != len(self.transitions):
            raise ValueError("a workflow names each transition once")
        object.__setattr__(self, "_by_name", by_name)

    def __iter__(self) -> Iterator[Transition]:
        return iter(self.transitions)

    def __getitem__(self, name: str) -> Transition:
        """The transition; :class:`NotVisible` for a name that does not exist."""
        try:
            return self._by_name[name]
        except KeyError:
            raise NotVisible.one("unknown_action", _("没有这项操作。")) from None

    def states(self) -> set[str]:
        """Every state the table mentions."""
        return {state for row in self.transitions for state in (*row.sources, row.target)}

    def available(self, obj: StatefulModel, actor: Actor) -> list[Transition]:
        """What this actor may do from here; ``.problems(obj, actor)`` of each says what still blocks it."""
        return [
            transition
            for transition in self.transitions
            if obj.state in transition.sources and transition.allowed(actor, obj)
        ]

    def perform(
        self,
        obj: M,
        name: str,
        *,
        actor: Actor,
        comment: str = "",
        data: Data | None = None,
        effect: Effect | None = None,
        version: int | None = None,
    ) -> M:
        """Do it, or raise: the freshly locked, moved object.

        ``version`` is the one the page was made from; a different one raises :class:`Stale`.
        Raises :class:`NotNow` (source state), :class:`NotAllowed` (predicate) or :class:`Invalid` (comment,
        guards).
        """
        transition = self[name]
        given = {**(data or {}), "comment": comment.strip()}
        with transaction.atomic():
            locked = self._locked(obj)
            self._check(transition, locked, actor, given, version)
            before = locked.state
            self._move(locked, transition, actor, given)
            if effect is not None:
                effect(locked, transition, actor, {**given, "source": before})
            audit.record(
                f"{self.noun or locked._meta.model_name}.{name}",
                actor=actor,
                obj=locked,
                detail={"from": before, "to": transition.target, "comment": given["comment"]},
            )
        return locked

    def _locked(self, obj: M) -> M:
        """The row as it is now, locked; its own method so that a control test can take the lock away."""
        rows = type(obj)._default_manager.select_for_update(of=("self",), no_key=True)
        found = rows.filter(pk=obj.pk).first()
        if found is None:
            raise NotVisible.one("gone", _("该事项已不存在。"))
        return found

    def _check(
        self, transition: Transition, obj: StatefulModel, actor: Actor, data: Data, version: int | None
    ) -> None:
        if obj.state not in transition.sources:
            raise NotNow.one("wrong_state", _wrong_state(transition, obj))
        if not transition.allowed(actor, obj):
            raise NotAllowed.one("not_allowed", _refusal(transition.allowed, actor, obj))
        if version is not None and version != obj.version:
            raise Stale.one("stale", _("您打开页面之后，内容已被他人更新，请核对最新内容后再办理。"))
        problems: list[Problem] = []
        if transition.needs_comment and not data["comment"]:
            problems.append(Problem("comment_required", _("请写明理由。"), "comment"))
        problems += transition.problems(obj, actor, data)
        if problems:
            raise Invalid(problems)

    def _move(self, obj: StatefulModel, transition: Transition, actor: Actor, data: Data) -> None:
        obj.state = transition.target
        obj.state_changed_at = clock.now()
        obj.state_changed_by = actor.user
        obj.version += 1
        stamped = obj.stamp(obj.state_changed_at, data)
        obj.save(update_fields=["state", "state_changed_at", "state_changed_by", "version", *stamped])


def _refusal(rule: Predicate, actor: Actor, obj: StatefulModel) -> str | Promise:
    explain = getattr(rule, "refusal", None)
    said = explain(actor, obj) if explain is not None else getattr(rule, "sentence", "")
    return said or _("您没有办理此事的权限。")


def _wrong_state(transition: Transition, obj: StatefulModel) -> str:
    shown = getattr(obj, "get_state_display", None)
    state = str(shown()) if shown is not None else obj.state
    return _("当前状态为“%(state)s”，不能%(action)s。该事项可能已由他人办理。") % {
        "state": state,
        "action": obj.label_of(transition),
    }
