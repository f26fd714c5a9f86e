"""What must hold before a transition: each guard returns every reason it finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.errors import Problem
from filings.conditions import Judgement
from filings.enums import (
    FOUNDS,
    SETS_VALIDITY,
    AssignmentState,
    CheckValue,
    CorrectionState,
    Outcome,
    ParticipantRole,
    ParticipantState,
    State,
    Strength,
)
from filings.fields import missing_answers
from filings.models import Cancellation, Filing
from filings.periods import add_months
from filings.selectors import ladder
from filings.selectors.changing import absorbed_agree
from filings.selectors.lifecycle import obstacles
from filings.selectors.reading import active_participants, judgements, law_for, live_attachments
from filings.words import LEAD

Data = Mapping[str, Any]


def answers_complete(filing: Filing, actor: Actor, data: Data) -> Iterable[Problem]:
    """Every required answer and file of the applicant's sections is there."""
    files = {(a.section, a.field) for a in live_attachments(filing) if a.participant_id is None}
    for section in filing.spec.applicant_sections:
        for name, message in missing_answers(section.form, filing.content.get(section.key, {})):
            yield Problem("missing", f"{section.title}：{message}", f"{section.key}.{name}")
        for name, field in section.files.items():
            if field.required and (section.key, name) not in files:
                text = _("%(section)s：请上传“%(label)s”") % {"section": section.title, "label": field.label}
                yield Problem("missing", text, f"{section.key}.{name}")


def entity_allows(filing: Filing, actor: Actor, data: Data) -> Iterable[Problem]:
    """What concerns an entity is still possible for it today, and holds what its variant asks."""
    variant = filing.spec.variant
    if filing.entity is None:
        yield from _not_barred(filing)
        yield from ladder.level_fits_kind(filing)
        yield from ladder.document_of_skipped(filing, "")
        for guard in variant.guards if variant else ():
            yield from guard(filing)
        return
    yield from obstacles(filing.entity, filing.action, period=filing.period, besides=filing)
    for guard in variant.guards if variant else ():
        yield from guard(filing)


# what also stands in the way when a filing takes effect; a renewal asked for in its window is decided when it is
STILL_ASKED = ("ended", "bureau_at_work", "cancellation_open", "expired", "not_lead", "overtaken")


def entity_allows_now(filing: Filing, actor: Actor, data: Data) -> Iterable[Problem]:
    """When it takes effect, the entity is still on the register, as is what merges into it, and nobody is heard."""
    if filing.entity is None:
        return
    for problem in obstacles(filing.entity, filing.action, period=filing.period, besides=filing):
        if problem.code in STILL_ASKED:
            yield problem
    yield from absorbed_agree(filing)


def applies_now(filing: Filing, actor: Actor, data: Data) -> Iterable[Problem]:
    """What takes effect when it is recorded is still possible then."""
    variant = filing.spec.variant
    if variant is not None and variant.applies:
        yield from entity_allows_now(filing, actor, data)


def _not_barred(filing: Filing) -> Iterable[Problem]:
    """A lead whose filing of this kind was cancelled may have to wait (amb_cancel_procedure: 0 months by default)."""
    law = law_for(filing)
    months = int((law.reading("filing.cancel_procedure") or {}).get("reapply_bar_months") or 0)
    if filing.action not in FOUNDS or not months:
        return
    cancelled = Cancellation.objects.filter(
        entity__lead=filing.applicant, entity__kind=filing.spec.entity_kind, state="confirmed"
    )
    last = cancelled.order_by("-decided_on").first()
    if last is None or last.decided_on is None:
        return
    free = add_months(last.decided_on, months)
    if clock.today() < free:
        words = _("贵单位牵头的“%(name)s”已被取消%(act)s资格，自 %(day)s 起可以重新申报")
        if filing.spec.words.lead != LEAD:
            words = _("以贵单位为%(lead)s的“%(name)s”已被取消%(act)s资格，自 %(day)s 起可以重新申报")
        day = free.isoformat()
        yield Problem("barred", filing.spec.say(words, name=last.entity.name, day=day), "", last.clause)


def members_confirmed(filing: Filing, actor: Actor, data: Data) -> Iterable[Problem]:
    """No invited unit is still silent and no confirmation was voided; the lead declares by submitting."""
    for place in active_participants(filing):
        if place.role == ParticipantRole.LEAD or place.standing == ParticipantState.CONFIRMED:
            continue
        words = (
            _("“%(name)s”确认的内容已被修改，需重新确认")
            if place.standing == ParticipantState.VOIDED
            else _("“%(name)s”尚未确认")
        )
        clause = law_for(filing).cite(filing.spec.members_condition)
        yield Problem("unconfirmed_member", words % {"name": place.organisation.name}, "members", clause)


def _as_problem(found: Judgement) -> Problem:
    text = f"{found.label}：{found.message}"
    if found.strength == Strength.IN_PRINCIPLE:
        text += str(_("。如确有特殊情况，请写明理由"))
    return Problem(found.condition, text, found.fields[0] if found.fields else "", found.clause)


def conditions_allow_submission(filing: Filing, actor: Actor, data: Data) -> Iterable[Problem]:
    """No condition stands in the way; who has not confirmed is said by `members_confirmed`, unit by unit."""
    for found in judgements(filing):
        silent_members = found.condition == filing.spec.members_condition and "members" in found.fields
        if found.blocks_submission and not silent_members:
            yield _as_problem(found)


def corrections_answered(filing: Filing, actor: Actor, data: Data) -> Iterable[Problem]:
    for item in filing.corrections.filter(standing=CorrectionState.OPEN):
        text = _("第 %(n)s 项补正尚未答复：%(message)s") % {"n": item.number, "message": item.message}
        yield Problem("open_correction", text, f"{item.section}.{item.field}".rstrip("."))


def corrections_closed(filing: Filing, actor: Actor, data: Data) -> Iterable[Problem]:
    for item in filing.corrections.exclude(standing=CorrectionState.CLOSED):
        text = _("第 %(n)s 项补正尚未核销") % {"n": item.number}
        yield Problem("open_correction", text, f"{item.section}.{item.field}".rstrip("."))


def return_has_items(filing: Filing, actor: Actor, data: Data) -> Iterable[Problem]:
    """A return names its items; a second return says why they were not in the first, complete notice."""
    if "items" not in data:
        return
    if not data["items"]:
        yield Problem("items_required", _("请至少写明一项补正要求"), "items")
    if filing.corrections.exists() and not data["comment"]:
        yield Problem(
            "second_return",
            _("补正要求应一次性告知。再次退回须写明理由"),
            "comment",
            str(_("《中华人民共和国行政许可法》第三十二条（参照）")),
        )


def checks_done(filing: Filing, actor: Actor, data: Data) -> Iterable[Problem]:
    """Every line of the check list is decided; what failed in principle has the applicant's reason, nothing else failed."""
    known = {j.condition: j for j in judgements(filing)}
    for line in filing.checks.all():
        found, anchor = known.get(line.item), f"check-{line.item}"
        label = found.label if found else line.item
        if not line.verdict:
            yield Problem("check_open", _("审查项“%(label)s”尚未核验") % {"label": label}, anchor)
        elif line.verdict == CheckValue.FAIL:
            reason = (found.waiver or {}).get("applicant_reason") if found else ""
            if found is None or found.strength == Strength.HARD or not reason:
                text = _("审查项“%(label)s”不符合") % {"label": label}
                yield Problem("check_failed", text, anchor, law_for(filing).cite(line.item))


def all_scored(filing: Filing, actor: Actor, data: Data) -> Iterable[Problem]:
    """Everybody not in conflict has scored, and the panel is still large enough."""
    panel = filing.panel
    working = panel.assignments.exclude(standing=AssignmentState.CONFLICTED)
    for row in working.exclude(standing=AssignmentState.SCORED).select_related("expert__user"):
        yield Problem("unscored", _("专家“%(name)s”尚未完成评分") % {"name": row.expert}, "panel")
    least = int(law_for(filing).value("procedure.panel_size"))
    if working.count() < least:
        yield Problem("panel_small", _("未回避的专家少于 %(n)s 人，请补抽") % {"n": least}, "panel")


def conditions_allow_proposal(filing: Filing, actor: Actor, data: Data) -> Iterable[Problem]:
    """No condition stands in the way; the officer's word on the check list weighs as much as the machine's count."""
    failed = set(filing.checks.filter(result=CheckValue.FAIL).values_list("item", flat=True))
    for found in judgements(filing):
        judged = replace(found, met=False) if found.condition in failed else found
        if judged.blocks_proposal:
            said = (
                _("审查清单记为不符合") if found.met is not False and judged is not found else found.message
            )
            text = f"{found.label}：{said}"
            if found.strength == Strength.IN_PRINCIPLE:
                text += str(_("；须由经办人写明理由同意例外"))
            yield Problem(found.condition, text, "waivers", found.clause)


def months_allowed(filing: Filing, actor: Actor, data: Data) -> Iterable[Problem]:
    """The validity chosen lies within the law's longest; a proposal that leaves the dates alone chooses none."""
    if "months" not in data or filing.action not in SETS_VALIDITY:
        return
    law = law_for(filing)
    longest = filing.spec.longest(law)
    months = data["months"]
    if not longest:
        if months not in (None, "", 0):
            yield Problem("months", _("这一类别长期有效，不填有效期"), "months")
        return
    if not isinstance(months, int) or isinstance(months, bool) or months < 1:
        yield Problem("months", _("请填写有效期（月），为 1 至 %(n)s 的整数") % {"n": longest}, "months")
    elif months > longest:
        text = _("有效期 %(months)s 个月超过上限：不得超过 %(n)s 个月") % {"months": months, "n": longest}
        yield Problem("months", text, "months", law.cite(filing.spec.max_months_key))


def notice_over(filing: Filing, actor: Actor, data: Data) -> Iterable[Problem]:
    """The notice ran its working days and every objection is answered."""
    notice = filing.notices.filter(closed_at=None).first()
    if notice is None:
        yield Problem("no_notice", _("公示已经结束"), "notice")
        return
    if clock.today() <= notice.ends_on:
        yield Problem(
            "notice_running",
            _("公示期至 %(day)s 止，尚未届满") % {"day": notice.ends_on.isoformat()},
            "notice",
        )
    waiting = notice.objections.filter(answered_at=None).count()
    if waiting:
        yield Problem("open_objection", _("还有 %(n)s 件异议未答复") % {"n": waiting}, "objections")


def notice_closed(filing: Filing, actor: Actor, data: Data) -> Iterable[Problem]:
    """Nothing is issued while the notice is open, an objection waits, or after one was upheld."""
    if filing.notices.filter(closed_at=None).exists():
        yield Problem("notice_running", _("公示尚未结束，不能发文"), "notice")
    if filing.notices.filter(objections__outcome=Outcome.UPHELD).exists():
        yield Problem("objection_upheld", _("有异议成立，不能发文"), "objections")
    if filing.notices.filter(objections__isnull=False, objections__answered_at=None).exists():
        yield Problem("open_objection", _("还有异议未答复，不能发文"), "objections")


def document_follows_notice(filing: Filing, actor: Actor, data: Data) -> Iterable[Problem]:
    """What takes effect with the document cannot do so before it was decided and its notice had run."""
    day, last = data.get("document_date"), filing.notices.order_by("-ends_on").first()
    if day is None:
        return
    if last is not None and day <= last.ends_on:
        text = _("发文日期应在公示期满（%(day)s）之后") % {"day": last.ends_on.isoformat()}
        yield Problem("document_date", text, "document_date")
    elif filing.confirmed_at and day < clock.local(filing.confirmed_at).date():
        text = _("发文日期不能早于审定之日（%(day)s）")
        decided = clock.local(filing.confirmed_at).date().isoformat()
        yield Problem("document_date", text % {"day": decided}, "document_date")


def waivers_confirmed_by_another(filing: Filing, actor: Actor, data: Data) -> Iterable[Problem]:
    """Deciding confirms the exceptions too, and nobody confirms an exception of one's own."""
    for found in filing.waivers.filter(granted_at__isnull=False):
        if actor.user is not None and found.granted_by_id == actor.user_id:
            condition = filing.spec.condition(found.condition)
            label = str(condition.label) if condition else found.condition
            text = _("“%(label)s”的例外由您同意，须由另一人复核") % {"label": label}
            yield Problem("two_people", text, "waivers", law_for(filing).cite(found.condition))


# acts that make somebody one of those who handled a case, whoever it is assigned to afterwards
HANDLING = ("start_examination", "return_for_correction", "accept", "open_review", "close_review", "propose")


def _handled(filing: Filing, actor: Actor) -> bool:
    if filing.assigned_to_id == actor.user_id:
        return True
    return filing.events.filter(actor=actor.user, name__in=HANDLING).exists()


def refusal_needs_two(filing: Filing, actor: Actor, data: Data) -> Iterable[Problem]:
    """Who handled the case does not also refuse it; on notice it takes an upheld objection that somebody else answered.

    What was confirmed is refused only where its entity has ended meanwhile or cannot have it any more.
    """
    if filing.state == State.REVIEWED and actor.user is not None and _handled(filing, actor):
        yield Problem("two_people", filing.spec.say(_("经办与不予%(decided)s须由两人办理")), "comment")
    if filing.state not in (State.CONFIRMED, State.ON_NOTICE) or any(entity_allows_now(filing, actor, data)):
        return
    if filing.state == State.CONFIRMED:
        yield Problem(
            "confirmed", filing.spec.say(_("已审定同意，没有情况变化，不能不予%(decided)s")), "comment"
        )
        return
    upheld = [o for n in filing.notices.all() for o in n.objections.all() if o.outcome == Outcome.UPHELD]
    if not upheld:
        yield Problem(
            "no_upheld_objection", filing.spec.say(_("公示期间只有异议成立才能不予%(decided)s")), "objections"
        )
    elif actor.user is not None and all(o.answered_by_id == actor.user_id for o in upheld):
        yield Problem("two_people", filing.spec.say(_("答复异议与不予%(decided)s须由两人办理")), "objections")
