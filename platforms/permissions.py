"""Who may what with a platform's records, its open information and the cultivation list."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import UNIT_ROLES, Role
from accounts.permissions import Rule, acts_for, covers, has_role, is_unit_member, officer_in
from core.actor import Actor
from filings.models import Entity
from filings.permissions import STAFF_READERS
from filings.permissions_entity import (
    entity_lead,
    entity_lead_signer,
    entity_officer,
    entity_staff_reader,
)
from platforms.types import types

KEEPERS = (Role.CASE_OFFICER, Role.DIVISION_HEAD)
OVERSEERS = (*STAFF_READERS, Role.DISTRICT_OFFICER, Role.MUNICIPAL_DRC, Role.PROVINCIAL_DRC)

record_keeper = entity_lead.saying(_("业务台账由依托单位登记。"))
"""Writes records and open information: people of the host."""

record_confirmer = entity_lead_signer.saying(_("年度确认由依托单位的管理员或签字人办理。"))
record_officer = entity_officer
"""Accepts and returns a year, follows signed projects."""

record_viewer = (entity_lead | entity_staff_reader).saying(_("业务台账由依托单位和主管部门查阅。"))
"""For everybody else, those who built it with the host included, records are a 404."""

overseer = has_role(*OVERSEERS)
"""Asked without an object: the overview and its lists."""

reader = (overseer | is_unit_member).saying(_("此页面供依托单位和主管部门使用。"))
cultivator = has_role(*KEEPERS)
entry_keeper = officer_in("authority", *KEEPERS).saying(_("培育库由建库的主管部门办理。"))


def _hosts(actor: Actor, obj: Any) -> bool:
    """One small query for the menu: most units host no platform and need no entry for it."""
    if actor.organisation is None or not actor.has_role(*UNIT_ROLES):
        return False
    return Entity.objects.filter(lead_id=actor.organisation.pk, kind__in=types()).exists()


platform_host = Rule(_hosts, _("此页面供平台的依托单位使用。"))


def _district(actor: Actor, entry: Any) -> bool:
    return actor.has_role(Role.DISTRICT_OFFICER) and covers("organisation.district")(actor, entry)


entry_viewer = (
    officer_in("authority", *STAFF_READERS)
    | Rule(_district, _("此事由所在区（市）的科技主管部门查阅。"))
    | acts_for("organisation", *UNIT_ROLES)
)
