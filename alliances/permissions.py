"""Who may what with the records, gaps and scenarios of alliances.

obl_gov_non_interference: what belongs to an alliance is written by its lead alone. A bureau reads it, says whether an
activity counts, and keeps lists of its own.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.enums import UNIT_ROLES, Role
from accounts.permissions import Rule, Sentence, acts_for, has_role, is_unit_member, officer_in
from alliances.models import AllianceRecord, ChainGap, Scenario
from core.actor import Actor
from filings.permissions import STAFF_READERS
from filings.permissions_entity import entity_lead, entity_officer, entity_viewer
from filings.selectors.worklist import DESK_ROLES

KEEPERS = (Role.CASE_OFFICER, Role.DIVISION_HEAD)

desk = has_role(*DESK_ROLES)
"""Asked without an object: whose pages these are."""
bureau_keeper = has_role(*KEEPERS)
list_keeper = (bureau_keeper | is_unit_member).saying(_("此页面供主管部门的经办人和单位使用。"))


def _through(rule: Rule, sentence: Sentence) -> Rule:
    """The rule asked of the entity a record belongs to."""

    def holds(actor: Actor, record: AllianceRecord) -> bool:
        return rule(actor, record.entity)

    return Rule(holds, sentence)


record_writer = entity_lead.saying(_("活动和成果由理事长单位登记，主管部门不参与联盟具体事务。"))
"""Asked over the entity."""
record_owner = _through(entity_lead, _("活动和成果由理事长单位登记，主管部门不参与联盟具体事务。"))
record_judge = _through(entity_officer, _("由登记机关的经办人认定。"))
record_viewer = _through(entity_viewer, _("您无权查看。"))


def _keeps_gap(actor: Actor, gap: ChainGap) -> bool:
    if gap.keeper_id is not None:
        return bool(gap.keeper_id == actor.organisation_id and actor.has_role(*KEEPERS))
    return gap.entity is not None and entity_lead(actor, gap.entity)


gap_keeper = Rule(_keeps_gap, _("由登记这项短板的单位维护。"))


def _opens(actor: Actor, scenario: Scenario) -> bool:
    """Its owner: people of the unit, or officers of the bureau that opened it itself."""
    if scenario.owner_id != actor.organisation_id:
        return False
    return actor.has_role(*UNIT_ROLES, *KEEPERS)


scenario_owner = Rule(_opens, _("由开放场景的单位办理。"))
scenario_officer = officer_in("authority", *KEEPERS).saying(_("由主管部门的经办人办理。"))
scenario_viewer = (
    scenario_owner | officer_in("authority", *STAFF_READERS) | acts_for("entity.lead", *UNIT_ROLES)
)
