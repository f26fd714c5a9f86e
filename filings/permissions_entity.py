"""Who may what with an entity on the register. The public pages ask none of this: they show what anybody may read."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.enums import UNIT_ROLES, Role
from accounts.models import Membership
from accounts.permissions import Rule, acts_for, has_role, officer_in
from accounts.selectors import in_force as holds_today
from core import clock
from core.actor import Actor
from filings.models import Entity
from filings.models.entity import in_force
from filings.permissions import STAFF_READERS, recommends


def _belongs(actor: Actor, entity: Entity) -> bool:
    """A unit that has left knows of its time there by its filings, not of what came after."""
    if actor.organisation is None or not actor.has_role(*UNIT_ROLES):
        return False
    return entity.members.filter(in_force(clock.today()), organisation_id=actor.organisation.pk).exists()


def _is_disinterested(actor: Actor, entity: Entity) -> bool:
    """Holds no role in a unit that belongs to it today, in whatever capacity one acts now."""
    if actor.user is None:
        return True
    units = entity.members.filter(in_force(clock.today())).values("organisation_id")
    return not Membership.objects.filter(holds_today(), user=actor.user, organisation__in=units).exists()


disinterested = Rule(_is_disinterested, _("您在该主体的参与单位任职，应当回避。"))
entity_lead = acts_for("lead", *UNIT_ROLES).saying(_("此事由牵头或依托单位办理。"))
entity_lead_signer = acts_for("lead", Role.UNIT_ADMIN, Role.SIGNER).saying(
    _("只有牵头或依托单位的管理员或签字人可以办理。")
)
entity_member = Rule(_belongs, _("只有在册的参与单位可以办理。"))
entity_unit = (entity_lead | entity_member).saying(_("只有牵头或依托单位或在册的参与单位可以办理。"))
entity_unit_signer = entity_unit & has_role(Role.UNIT_ADMIN, Role.SIGNER).saying(
    _("只有本单位的管理员或签字人可以办理退出。")
)
entity_officer = (
    officer_in("authority", Role.CASE_OFFICER, Role.DIVISION_HEAD).saying(_("此事由登记机关的经办人办理。"))
    & disinterested
)
entity_head = (
    officer_in("authority", Role.DIVISION_HEAD).saying(_("此事由登记机关的处室负责人办理。")) & disinterested
)
entity_district_officer = recommends().saying(_("此事由所在区（市）的主管部门办理。"))
entity_staff_reader = officer_in("authority", *STAFF_READERS) | entity_district_officer
entity_viewer = entity_lead | entity_member | entity_staff_reader
"""Who may see more of an entity than the public; for everybody else it is a 404."""
