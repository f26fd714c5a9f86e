"""Who is told what, and when: one sentence and one address each, nothing sensitive. In the caller's transaction.

Legal clocks are urgent kinds (`deadline`, `hearing`) and are mailed at once; the rest waits for the day's digest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import notices
from accounts.enums import UNIT_ROLES
from accounts.services import notify
from core import clock
from core.actor import Actor
from filings.enums import Action
from filings.models import Cancellation, Entity, Filing, Participant, Rating, Waiver
from filings.owed import owed_in, scope_of
from filings.selectors import recipients

CASE, DEADLINE, HEARING, ENTITY, INVITED = "case", "deadline", "hearing", "entity", "invited"


def register_kinds() -> None:
    """The kinds of message, as a person may set them. Called when the app is ready."""
    kind = notices.Kind
    notices.register(kind(CASE, gettext_lazy("申报件的办理进展")))
    notices.register(kind(INVITED, gettext_lazy("成员邀请和确认"), roles=UNIT_ROLES))
    notices.register(kind(ENTITY, gettext_lazy("登记主体的变化")))
    notices.register(
        kind(DEADLINE, gettext_lazy("限期办理的事项"), urgent=True, recheck=lambda m: bool(owed_in(m.about)))
    )
    notices.register(kind(HEARING, gettext_lazy("陈述申辩和取消备案"), urgent=True))


def _unit_url(filing: Filing) -> str:
    return reverse("filings:open", args=[filing.pk])


def _desk_url(filing: Filing) -> str:
    return reverse("filings:desk_case", args=[filing.pk])


def _entity_url(entity: Entity) -> str:
    return reverse("filings:entity", args=[entity.code])


def _tell(kind: str, to: Iterable[Any], title: str, url: str, about: Any, organisation: Any = None) -> None:
    notify.tell(
        kind=kind, to=list(to), title=title, url=url, about=scope_of(about), organisation=organisation
    )


Sentence = Callable[[], str]
# act -> (kind, sentence) for the applicant's people; %(name)s is the filing's title
TO_APPLICANT: dict[str, tuple[str, Sentence]] = {
    "not_recommend": (CASE, lambda: _("“%(name)s”未获推荐")),
    "start_examination": (CASE, lambda: _("“%(name)s”开始形式审查")),
    "return_for_correction": (DEADLINE, lambda: _("“%(name)s”需要补正，请在期限内提交")),
    "accept": (CASE, lambda: _("“%(name)s”已受理")),
    "not_accept": (CASE, lambda: _("“%(name)s”不予受理")),
    "reject": (CASE, lambda: _("“%(name)s”的申请未获同意")),
    "publish_notice": (CASE, lambda: _("“%(name)s”进入公示")),
    "issue": (CASE, lambda: _("“%(name)s”已发文")),
    "record": (CASE, lambda: _("“%(name)s”%(action)s已归档")),
}
# where the act is another one for what is asked
TO_APPLICANT_OWN: dict[tuple[Action, str], tuple[str, Sentence]] = {
    (Action.SELF_ASSESSMENT, "start_examination"): (CASE, lambda: _("“%(name)s”的自评数据开始核验")),
    (Action.SELF_ASSESSMENT, "accept"): (CASE, lambda: _("“%(name)s”的自评数据已核验，提请专家评分")),
}
# act -> sentence for those who have to act next
TO_NEXT: dict[str, Sentence] = {
    "submit": lambda: _("“%(name)s”已提交，请办理"),
    "recommend": lambda: _("“%(name)s”已推荐，请受理"),
    "resubmit": lambda: _("“%(name)s”已交回补正材料，请审查"),
    "propose": lambda: _("“%(name)s”的意见已拟定，请审定"),
    "confirm": lambda: _("“%(name)s”已审定同意，请继续办理"),
    "send_back": lambda: _("“%(name)s”的意见被退回重拟"),
    "withdraw": lambda: _("“%(name)s”已由单位撤回"),
}


def _next_people(filing: Filing, name: str) -> list[Any]:
    if name == "submit" and filing.spec.procedure.recommendation:
        return recipients.district_officers_of(filing)
    if name == "propose":
        return recipients.heads_of(filing.authority)
    return recipients.officers_of(filing)


def after_transition(filing: Filing, name: str, actor: Actor) -> None:
    """What a transition makes known, to the applicant and to whoever acts next; never to the one who did it."""
    words = {"name": filing.title or str(filing), "action": filing.spec.action_label(filing.action)}
    told = TO_APPLICANT_OWN.get((Action(filing.action), name)) or TO_APPLICANT.get(name)
    if told is not None:
        kind, sentence = told
        _tell(
            kind,
            recipients.of_unit(filing.applicant),
            sentence() % words,
            _unit_url(filing),
            filing,
            filing.applicant,
        )
    if name == "open_review":
        panel = filing.panel.assignments.select_related("expert__user")
        url = reverse("filings:reviews")
        _tell(DEADLINE, [a.expert.user for a in panel], _("您有一件申报待评审"), url, filing)
    if name in TO_NEXT and not (name == "withdraw" and filing.submitted_at is None):
        people = [u for u in _next_people(filing, name) if u.pk != actor.user_id]
        _tell(CASE, people, TO_NEXT[name]() % words, _desk_url(filing), filing, filing.authority)
    if name == "issue":
        people = recipients.participants_of(filing)
        _tell(CASE, people, TO_APPLICANT["issue"][1]() % words, _unit_url(filing), filing)


def invited(place: Participant) -> None:
    """A unit is asked to take part."""
    title = _("邀请贵单位参与“%(name)s”，请填写并确认") % {"name": place.filing.title or str(place.filing)}
    people = recipients.of_unit(place.organisation)
    _tell(INVITED, people, title, _unit_url(place.filing), place.filing, place.organisation)


def taken_off(place: Participant) -> None:
    """A member of an entity learns that the lead proposes to go on without it."""
    entity = place.filing.subject
    title = _("“%(name)s”的变更拟不再列贵单位为成员") % {"name": entity.name}
    people = recipients.of_unit(place.organisation)
    _tell(INVITED, people, title, _entity_url(entity), place.filing, place.organisation)


def confirmation_voided(place: Participant) -> None:
    """What a unit confirmed has been changed; it has to look again."""
    title = _("“%(name)s”中贵单位确认的内容已修改，请重新确认") % {"name": place.filing.title}
    people = recipients.of_unit(place.organisation)
    _tell(INVITED, people, title, _unit_url(place.filing), place.filing, place.organisation)


def member_left(entity: Entity, unit: str) -> None:
    """Lead and bureau learn of a member's exit."""
    title = _("“%(unit)s”退出“%(name)s”") % {"unit": unit, "name": entity.name}
    _to_both(ENTITY, entity, title, entity)


def _to_both(kind: str, entity: Entity, title: str, about: Any) -> None:
    _tell(kind, recipients.of_unit(entity.lead), title, _entity_url(entity), about, entity.lead)
    _tell(kind, recipients.contacts_of(entity), title, _entity_url(entity), about, entity.authority)


def waiver_asked(entity: Entity, waiver: Waiver) -> None:
    title = _("“%(name)s”申请例外，请办理") % {"name": entity.name}
    _tell(ENTITY, recipients.contacts_of(entity), title, _entity_url(entity), entity, entity.authority)


def waiver_granted(entity: Entity, waiver: Waiver) -> None:
    title = _("“%(name)s”的例外待复核") % {"name": entity.name}
    people = [u for u in recipients.heads_of(entity.authority) if u.pk != waiver.granted_by_id]
    _tell(ENTITY, people, title, _entity_url(entity), entity, entity.authority)


def waiver_decided(entity: Entity, granted: bool) -> None:
    words = _("“%(name)s”的例外已同意") if granted else _("“%(name)s”的例外未获同意")
    people = recipients.of_unit(entity.lead)
    _tell(ENTITY, people, words % {"name": entity.name}, _entity_url(entity), entity, entity.lead)


def rated(rating: Rating) -> None:
    """Members learn that a result is there, not what it is."""
    words = _("“%(name)s”的评价结果已公布") if rating.corrects_id is None else _("“%(name)s”的评价结果已更正")
    title = words % {"name": rating.entity.name}
    people = recipients.members_of(rating.entity, clock.today())
    _tell(ENTITY, people, title, _entity_url(rating.entity), rating.entity)


def rating_recorded(rating: Rating) -> None:
    entity = rating.entity
    title = _("“%(name)s”的评价结果待复核") % {"name": entity.name}
    people = [u for u in recipients.heads_of(entity.authority) if u.pk != rating.recorded_by_id]
    _tell(ENTITY, people, title, _entity_url(entity), entity, entity.authority)


def _hearing_url(row: Cancellation) -> str:
    return reverse("filings:cancellation", args=[row.pk])


def _to_lead(row: Cancellation, title: str) -> None:
    lead = row.entity.lead
    _tell(HEARING, recipients.of_unit(lead), title, _hearing_url(row), row, lead)


def cancellation_served(row: Cancellation) -> None:
    _to_lead(row, _("“%(name)s”收到事先告知书，请在期限内陈述申辩") % {"name": row.entity.name})


def hearing_moved(row: Cancellation) -> None:
    _to_lead(row, _("“%(name)s”的陈述申辩期已恢复计时，请查看截止日期") % {"name": row.entity.name})


def hearing_prolonged(row: Cancellation) -> None:
    """A change of the calendar gave the hearing more days."""
    _to_lead(row, _("“%(name)s”的陈述申辩期因节假日安排顺延，请查看截止日期") % {"name": row.entity.name})


def clock_moved(filing: Filing) -> None:
    """A change of the calendar gave the unit, or the public, more days."""
    title = _("“%(name)s”的期限因节假日安排顺延，请查看截止日期") % {"name": filing.title or str(filing)}
    people = recipients.of_unit(filing.applicant)
    _tell(CASE, people, title, _unit_url(filing), filing, filing.applicant)


def views_stated(row: Cancellation) -> None:
    title = _("“%(name)s”已陈述申辩，请查阅") % {"name": row.entity.name}
    people = recipients.contacts_of(row.entity)
    _tell(CASE, people, title, _hearing_url(row), row, row.entity.authority)


def cancelled(row: Cancellation) -> None:
    title = row.entity.spec.say(_("“%(name)s”的%(act)s已作出决定，请查看决定书"), name=row.entity.name)
    people = recipients.members_of(row.entity, clock.today())
    _tell(HEARING, people, title, _entity_url(row.entity), row)


def not_cancelled(row: Cancellation) -> None:
    _to_lead(row, row.entity.spec.say(_("“%(name)s”的取消%(act)s程序已终止"), name=row.entity.name))
