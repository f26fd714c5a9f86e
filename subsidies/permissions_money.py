"""Who keeps budgets and pays. Preparing, approving and paying are different people, by person and not by post."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import UNIT_ROLES, Role
from accounts.models import Membership
from accounts.permissions import Rule, acts_for, covers, follow, has_role, officer_in, other_person
from accounts.selectors import in_force
from core.actor import Actor

READERS = (Role.FINANCE, Role.DIVISION_HEAD, Role.CASE_OFFICER, Role.AUDITOR)
DECIDERS = (Role.FINANCE, Role.DIVISION_HEAD)

money_desk = has_role(*READERS)
"""Asked without an object: whose pages these are."""
money_keeper = has_role(Role.FINANCE).saying(_("此事由出资单位的财务岗办理。"))


def reads(path: str) -> Rule:
    """Staff of the payer at `path`; an auditor also of what lies in the own jurisdiction."""
    wider = has_role(Role.AUDITOR) & covers(f"{path}.jurisdiction")
    return officer_in(path, *READERS) | wider


def keeps(path: str) -> Rule:
    """Finance of the payer at `path`."""
    return officer_in(path, Role.FINANCE).saying(_("此事由出资单位的财务岗办理。"))


def decides(path: str) -> Rule:
    """Finance or the head of a division of the payer: who confirms what a colleague prepared."""
    return officer_in(path, *DECIDERS).saying(_("此事由出资单位的财务岗或者处室负责人办理。"))


def not_the_same(*paths: str) -> Rule:
    """Not the person who did the step before."""
    rule = other_person(paths[0])
    for path in paths[1:]:
        rule = rule & other_person(path)
    return rule.saying(_("须由另一人办理：编制、提交与审批不能是同一人。"))


def _is_disinterested(actor: Actor, obj: Any) -> bool:
    """Holds no role in a unit that is paid."""
    if actor.user is None:
        return True
    lines = getattr(obj, "lines", None)
    if lines is not None and hasattr(obj, "payer_id"):
        units = lines.filter(live=True).values("payment__award__organisation_id")
    else:
        units = [follow(obj, "award.organisation_id")]
    return not Membership.objects.filter(in_force(), user=actor.user, organisation__in=units).exists()


disinterested = Rule(_is_disinterested, _("您在受益单位任职，应当回避。"))


def _named_no_account(actor: Actor, batch: Any) -> bool:
    """Gave or corrected the account of none of its payments."""
    if actor.user is None or batch is None:
        return True
    return not batch.lines.filter(live=True, payment__corrected_by=actor.user).exists()


named_no_account = Rule(_named_no_account, _("您更正过其中款项的收款账户，须由另一人审批。"))


def _added_nothing(actor: Actor, batch: Any) -> bool:
    """Put none of its payments into the batch."""
    if actor.user is None or batch is None:
        return True
    return not batch.lines.filter(live=True, added_by=actor.user).exists()


added_nothing = Rule(_added_nothing, _("批次中有您列入的拨款，须由另一人审批。"))

budget_keeper = keeps("payer")
change_decider = decides("budget.payer") & not_the_same("proposed_by")

batch_keeper = keeps("payer") & disinterested
batch_approver = (
    decides("payer")
    & not_the_same("created_by", "submitted_by")
    & added_nothing
    & disinterested
    & named_no_account
)
batch_sender = batch_keeper & not_the_same("approved_by").saying(_("须由另一人办理：审批人不能自己送国库。"))
batch_file_reader = keeps("payer") | (has_role(Role.AUDITOR) & reads("payer"))
"""The workbook holds whole account numbers: who pays and who audits."""

payment_unit = acts_for("award.organisation", Role.UNIT_ADMIN, Role.SIGNER).saying(
    _("收款账户由受益单位的管理员或者签字人更正。")
)
account_reader = keeps("commitment.budget.payer")
"""Who reads whole account numbers; others their last digits."""
payment_keeper = keeps("commitment.budget.payer") & disinterested
payment_corrector = (payment_unit | payment_keeper).saying(_("收款账户由受益单位或者财务岗更正。"))
payment_confirmer = decides("commitment.budget.payer") & not_the_same("corrected_by") & disinterested
payment_canceller = decides("commitment.budget.payer") & disinterested

award_reader = (
    acts_for("organisation", *UNIT_ROLES)
    | officer_in("claim.authority", *READERS)
    | (has_role(Role.AUDITOR) & covers("claim.authority.jurisdiction"))
)


def _pays(*roles: str) -> Rule:
    """The actor's bureau pays a part of the award."""

    def test(actor: Actor, award: Any) -> bool:
        if award is None or actor.organisation is None or not actor.has_role(*roles):
            return False
        borne = award.commitments.filter(budget__payer_id=actor.organisation_id, released_at__isnull=True)
        return bool(borne.exists())

    return Rule(test, _("此事由出资单位办理。"))


def _no_part_in(actor: Actor, award: Any) -> bool:
    if actor.user is None or award is None:
        return True
    rows = Membership.objects.filter(in_force(), user=actor.user, organisation_id=award.organisation_id)
    return not rows.exists()


award_money_reader = award_reader | _pays(*READERS)
revocation_keeper = officer_in("claim.authority", Role.CASE_OFFICER, Role.DIVISION_HEAD).saying(
    _("撤销核定由作出决定的部门的经办人或者处室负责人提出。")
) & Rule(_no_part_in, disinterested.sentence)
revocation_decider = (
    officer_in("award.claim.authority", Role.DIVISION_HEAD).saying(
        _("撤销核定由作出决定的部门的处室负责人复核。")
    )
    & other_person("proposed_by").saying(_("撤销由您提出，须由另一人复核。"))
    & disinterested
)
award_payer = _pays(Role.FINANCE) & Rule(_no_part_in, disinterested.sentence)
award_payer_or_head = _pays(*DECIDERS) & Rule(_no_part_in, disinterested.sentence)
"""Who may hold an award's payments or demand something back: the payer, or the head of a division there."""
hold_releaser = award_payer_or_head
share_keeper = officer_in("authority", *DECIDERS, Role.CASE_OFFICER).saying(
    _("分担比例由受理机关的经办人或者财务岗登记。")
)
clawback_decider = decides("commitment.budget.payer") & not_the_same("proposed_by") & disinterested
clawback_keeper = keeps("commitment.budget.payer") & disinterested
