"""The pool of experts: who is in it, where they work, and their declared ties."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from accounts.permissions import has_role, is_system
from accounts.selectors import in_force
from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotNow, NotVisible
from filings.enums import TieKind
from filings.models import Expert, ExpertTie
from filings.services.review import register_expert, set_aside

may_keep_pool = (has_role(Role.CASE_OFFICER, Role.DIVISION_HEAD) | is_system).saying(
    _("专家库由受理机关的经办人和处室负责人维护。")
)


@transaction.atomic
def save_expert(
    *,
    actor: Actor,
    username: str,
    employer: Organisation | None = None,
    employer_name: str = "",
    title: str = "",
    fields: Sequence[str] = (),
    is_active: bool = True,
) -> Expert:
    """Add a person who holds the expert role to the pool, or change what is known. Invalid for other accounts."""
    may_keep_pool.require(actor)
    user = User.objects.filter(username=username.strip(), is_active=True).first()
    held = user and Membership.objects.filter(in_force(), user=user, role=Role.EXPERT).exists()
    if user is None or not held:
        raise Invalid.one("username", _("没有这个账号，或该账号没有评审专家角色。"), "username")
    made = register_expert(
        actor=actor, user=user, employer=employer, employer_name=employer_name, title=title, fields=fields
    )
    if made.is_active != is_active:
        made.is_active = is_active
        made.save(update_fields=["is_active"])
        audit.record("expert.activity", actor=actor, obj=made, detail={"active": is_active})
    set_aside(actor=actor, expert=made)
    return made


@transaction.atomic
def add_tie(
    *,
    actor: Actor,
    expert: Expert,
    organisation: Organisation,
    kind: str,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    note: str = "",
) -> ExpertTie:
    """Record an interest between an expert and a unit; it counts for panels to come and for those at work."""
    may_keep_pool.require(actor)
    if kind not in TieKind.values:
        raise Invalid.one("kind", _("请选择关系"), "kind")
    made = ExpertTie.objects.create(
        expert=expert, organisation=organisation, kind=kind, since=since, until=until, note=note.strip()
    )
    audit.record("expert.tie_added", actor=actor, obj=expert, detail={"unit": organisation.pk, "kind": kind})
    set_aside(actor=actor, expert=expert)
    return made


@transaction.atomic
def end_tie(*, actor: Actor, expert: Expert, tie_id: int) -> ExpertTie:
    """The interest ended today; it still counts for the years the law looks back."""
    may_keep_pool.require(actor)
    tie = ExpertTie.objects.select_for_update(of=("self",)).filter(pk=tie_id, expert=expert).first()
    if tie is None:
        raise NotVisible.one("tie", _("没有这项利害关系"))
    if tie.until is not None and tie.until <= clock.today():
        raise NotNow.one("ended", _("这项利害关系已经终止。"))
    tie.until = clock.today()
    tie.save(update_fields=["until"])
    audit.record("expert.tie_ended", actor=actor, obj=expert, detail={"tie": tie.pk})
    return tie
