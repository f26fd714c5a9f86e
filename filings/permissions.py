"""Who may do what with a filing. The same rules serve services, views, menus and the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import RECOMMENDERS, UNIT_ROLES, Role
from accounts.models import Membership
from accounts.permissions import Rule, acts_for, covers, follow, has_role, is_person, officer_in, other_person
from accounts.selectors import in_force
from core.actor import Actor
from filings.enums import AssignmentState, ParticipantRole, ParticipantState, State
from filings.models import Filing, Participant

GONE = (ParticipantState.DECLINED, ParticipantState.REMOVED)
STAFF_READERS = (Role.CASE_OFFICER, Role.DIVISION_HEAD, Role.AUDITOR, Role.FINANCE)


def _own_place(actor: Actor, filing: Filing) -> Participant | None:
    """The actor's unit among the participants, if it still has a place there."""
    if actor.organisation is None or not actor.has_role(*UNIT_ROLES):
        return None
    return (
        filing.participants.filter(organisation_id=actor.organisation.pk).exclude(standing__in=GONE).first()
    )


def own_place(actor: Actor, filing: Filing) -> Participant | None:
    """The participant the actor speaks for in this filing, the lead included."""
    return _own_place(actor, filing)


def _takes_part(actor: Actor, filing: Filing) -> bool:
    return _own_place(actor, filing) is not None


def _reviews(actor: Actor, filing: Filing) -> bool:
    """Drawn for this filing and not in conflict; the material opens once absence of conflict is declared."""
    if actor.user is None or not actor.has_role(Role.EXPERT):
        return False
    panel = getattr(filing, "panel", None)
    if panel is None:
        return False
    return bool(
        panel.assignments.filter(expert__user_id=actor.user_id)
        .exclude(standing=AssignmentState.CONFLICTED)
        .exists()
    )


def _reads_material(actor: Actor, filing: Filing) -> bool:
    """While the review runs: afterwards an expert keeps the own marks, not the applicant's papers."""
    panel = getattr(filing, "panel", None)
    if panel is None or actor.user is None or not actor.has_role(Role.EXPERT):
        return False
    if filing.state != State.IN_REVIEW:
        return False
    return bool(panel.assignments.filter(expert__user_id=actor.user_id, conflict=False).exists())


def _is_submitted(actor: Actor, filing: Filing) -> bool:
    return filing.submitted_at is not None


submitted = Rule(_is_submitted, _("申报件尚未提交。"))
applicant = acts_for("applicant", *UNIT_ROLES)
applicant_signer = acts_for("applicant", Role.UNIT_ADMIN, Role.SIGNER).saying(
    _("只有申报单位的管理员或签字人可以办理。")
)
participant = Rule(_takes_part, _("只有参与申报的单位可以办理。"))


def recommends(path: str = "") -> Rule:
    """The actor holds the role that recommends in the programme of what stands at `path`, inside whose place it lies.

    It is the district's science bureau or the city's DRC.
    """

    def holds(actor: Actor, obj: Any) -> bool:
        matter = follow(obj, path)
        return matter is not None and actor.has_role(matter.spec.recommender)

    place = f"{path}.district" if path else "district"
    return Rule(holds, _("此事由推荐单位办理。")) & covers(place)


def recommender_roles(actor: Actor) -> list[Role]:
    """Which of the roles that recommend the actor holds where one acts now."""
    return [role for role in RECOMMENDERS if actor.has_role(role)]


district_officer = recommends().saying(_("此事由推荐区（市）的主管部门办理。"))
case_officer = officer_in("authority", Role.CASE_OFFICER, Role.DIVISION_HEAD).saying(
    _("此事由受理机关的经办人办理。")
)
division_head = officer_in("authority", Role.DIVISION_HEAD).saying(_("此事由受理机关的处室负责人办理。"))
authority_reader = officer_in("authority", *STAFF_READERS)
reviewer = Rule(_reviews, _("只有本件评审组的专家可以办理。"))
material_reader = Rule(_reads_material, _("评审期间，声明不存在利益冲突后方可查阅申报材料。"))


def _is_second_person(actor: Actor, filing: Filing) -> bool:
    """Not the one who made the open proposal."""
    open_one = filing.decisions.filter(result="open").first()
    return actor.user is not None and (open_one is None or open_one.proposed_by_id != actor.user_id)


def _is_disinterested(actor: Actor, filing: Filing) -> bool:
    """Holds no role in a unit that takes part, in whatever capacity one acts now."""
    if actor.user is None:
        return True
    units = filing.participants.exclude(standing__in=GONE).values("organisation_id")
    return not Membership.objects.filter(in_force(), user=actor.user, organisation__in=units).exists()


def _did_nothing_of(*names: str) -> Callable[[Actor, Filing], bool]:
    """By person, not by post: what somebody did for the same filing counts wherever one works now."""

    def test(actor: Actor, filing: Filing) -> bool:
        return actor.user is None or not filing.events.filter(actor=actor.user, name__in=names).exists()

    return test


def _did_not_review(actor: Actor, filing: Filing) -> bool:
    """Not one of the experts whose marks the decision rests on."""
    panel = getattr(filing, "panel", None)
    if panel is None or actor.user is None:
        return True
    mine = panel.assignments.filter(expert__user_id=actor.user_id)
    return not mine.exclude(standing=AssignmentState.CONFLICTED).exists()


disinterested = Rule(_is_disinterested, _("您在参与本次申报的单位任职，应当回避。"))
not_submitter = Rule(_did_nothing_of("submit", "resubmit"), _("本件由您代表申报单位提交，须由他人办理。"))
not_recommender = Rule(_did_nothing_of("recommend"), _("本件由您推荐，须由他人办理。"))
not_reviewer = Rule(_did_not_review, _("您是本件评审组的专家，须由他人办理。"))
uninvolved = disinterested & not_submitter & not_recommender & not_reviewer
"""Applying, recommending, reviewing and deciding are different people (by person, not by account or post)."""
second_person = Rule(_is_second_person, _("拟定与审定须由两人办理：拟定人不能审定自己的意见。"))
staff_reader = submitted & (authority_reader | district_officer)
case_reader = applicant | staff_reader | material_reader
"""Who reads the whole case: its answers, files and timeline."""
viewer = case_reader | participant | reviewer
"""Who may know that the filing exists at all; for everybody else it is a 404."""

may_recommend = district_officer & disinterested & not_submitter
may_examine = case_officer & uninvolved
may_decide = division_head & second_person & uninvolved
may_assign = division_head & disinterested
may_see_assignment = has_role(Role.CASE_OFFICER, Role.DIVISION_HEAD, Role.AUDITOR)
may_arrange = has_role(Role.DIVISION_HEAD).saying(_("此事由处室负责人办理。"))
"""Who arranges the work of the acting bureau: districts, contacts, absences of others."""
has_work = has_role(Role.CASE_OFFICER, Role.DIVISION_HEAD, *RECOMMENDERS)
"""Whose work somebody else may have to cover."""
may_write_note = submitted & (case_officer | district_officer)
may_answer_objection = case_officer & uninvolved
may_read_reviews = officer_in("authority", Role.CASE_OFFICER, Role.DIVISION_HEAD, Role.AUDITOR).saying(
    _("评审专家及其意见只供受理机关查阅。")
)


may_propose_template = has_role(Role.CASE_OFFICER, Role.DIVISION_HEAD).saying(
    _("文书文本由受理机关的经办人或者处室负责人修改。")
)
may_publish_template = officer_in("authority", Role.DIVISION_HEAD).saying(
    _("文书文本由处室负责人发布。")
) & other_person("proposed_by")
may_withdraw_template = officer_in("authority", Role.DIVISION_HEAD).saying(
    _("只有提出人或者处室负责人可以撤回。")
) | (officer_in("authority", Role.CASE_OFFICER) & is_person("proposed_by")).saying(
    _("只有提出人或者处室负责人可以撤回。")
)
cancellation_reader = (
    acts_for("entity.lead", *UNIT_ROLES)
    | officer_in("entity.authority", *STAFF_READERS)
    | recommends("entity")
)
"""Who reads the papers of a cancellation: the unit that leads, the authority's staff, the district."""


def may_read_section(actor: Actor, filing: Filing, *, owner: Participant | None) -> bool:
    """A participant reads the applicant's sections and its own, never another member's own section.

    What a unit had written that declined or was taken off is nobody's: it was never handed in.
    """
    if owner is not None and owner.standing in GONE:
        return False
    if case_reader(actor, filing):
        return True
    place = _own_place(actor, filing)
    if place is None:
        return False
    return owner is None or owner.pk == place.pk or place.role == ParticipantRole.LEAD


def may_read_file(actor: Actor, attachment: Any) -> bool:
    """A file is read by whoever may read the section it belongs to; one never handed in, by its unit alone."""
    filing, owner = attachment.filing, attachment.participant
    if not may_read_section(actor, filing, owner=owner):
        return False
    if attachment.removed_at is None or _was_handed_in(attachment):
        return True
    unit = filing.applicant_id if owner is None else owner.organisation_id
    return bool(unit == actor.organisation_id)


def _was_handed_in(attachment: Any) -> bool:
    """Whether a version was made between its arrival and its removal."""
    span = (attachment.created_at, attachment.removed_at)
    return bool(attachment.filing.versions.filter(created_at__range=span).exists())


# what every participant may read; what asks for more or refuses is between the applicant and the office
READ_BY_PARTICIPANTS = ("certificate", "acceptance", "decision")


def may_read_paper(actor: Actor, paper: Any) -> bool:
    """The applicant and the office read every paper of a filing, participants some; an expert none."""
    if paper.filing is None:
        return cancellation_reader(actor, paper.cancellation)
    filing = paper.filing
    if applicant(actor, filing) or staff_reader(actor, filing):
        return True
    return paper.kind in READ_BY_PARTICIPANTS and participant(actor, filing)


def is_editable(filing: Filing) -> bool:
    """Answers move only in the draft and, where pinned, in correction."""
    return filing.state in (State.DRAFT, State.IN_CORRECTION)
