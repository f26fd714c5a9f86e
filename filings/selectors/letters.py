"""What a letter says of its case: the words in force, the values of the merge fields, who signs. No writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from core import clock
from core.actor import Actor
from filings import programmes
from filings.enums import SETS_VALIDITY, Action, ParticipantRole
from filings.letters.merge import Value, Words, day
from filings.letters.shipped import shipped
from filings.models import Cancellation, Certificate, Decision, Entity, Filing, LetterTemplate, PaperKind
from filings.programmes import Owner, Programme
from filings.selectors import ladder
from filings.selectors.decided import decision_words
from filings.selectors.reading import active_participants, law_for
from filings.words import LEAD

K = PaperKind
_FOLLOW_UP = gettext_lazy(
    "请你单位%(together)s按照申报内容做好后续工作；有关情况发生变化的，及时通过本平台报告。"
)


@dataclass(frozen=True)
class Case:
    """What one letter is about: values by key of the catalogue, addressee, signing office, whose words."""

    authority: Organisation
    office: Organisation
    to: str
    is_sample: bool
    act: str  # what the authority does in this programme: 备案, 认定
    values: dict[str, Value] = field(default_factory=dict)


def versions(authority: Organisation, kind: str) -> QuerySet[LetterTemplate]:
    """Every version an authority has had of a kind, newest first."""
    rows = LetterTemplate.objects.filter(authority=authority, kind=kind)
    return rows.select_related("proposed_by", "published_by").order_by("-version")


def in_force(authority: Organisation, kind: str) -> LetterTemplate | None:
    """The newest published version; None while the words shipped with the portal hold."""
    return versions(authority, kind).filter(published_at__isnull=False).first()


def open_proposal(authority: Organisation, kind: str) -> LetterTemplate | None:
    return versions(authority, kind).filter(published_at=None, withdrawn_at=None).first()


def before(template: LetterTemplate) -> LetterTemplate | None:
    """The version that was in force when this one was proposed; None for the words shipped."""
    rows = versions(template.authority, template.kind).filter(
        version__lt=template.version, published_at__isnull=False
    )
    return rows.first()


def words_of(template: LetterTemplate | None, kind: str) -> Words:
    """The words of a version; those shipped for None."""
    if template is None:
        return shipped()[kind]
    return Words(template.title, template.body, template.version)


def words_in_force(authority: Organisation, kind: str) -> Words:
    return words_of(in_force(authority, kind), kind)


# --- values ------------------------------------------------------------------------------------


def of_filing(kind: str, filing: Filing, actor: Actor, extra: Mapping[str, Any]) -> Case:
    """A letter about a filing. A district's refusal to recommend is signed by the district, all else by the authority."""
    recommender = _recommender(kind, filing, actor)
    office = recommender if kind == K.NOT_RECOMMENDED and recommender else filing.authority
    unit, spec = filing.applicant, filing.spec
    values: dict[str, Any] = {
        "unit": unit.name,
        "credit_code": unit.credit_code,
        "matter": _matter(filing),
        "action": spec.decided_word(),
        "act": str(spec.words.act),
        "lead_as": lead_as(spec),
        "members": str(spec.words.members),
        "title": filing.title,
        "receipt": filing.receipt_number or "",
        "programme": str(spec.label),
        "submitted_on": _local(filing.submitted_at),
        "basis": law_for(filing).cite(_rule(filing)),
        "authority": filing.authority.name,
        "recommender": recommender.name if recommender else "",
        "signed_on": clock.today(),
        "phone": office.contact_phone,
    }
    if kind in (K.ACCEPTANCE, K.DECISION, K.REFUSAL):
        values["accepted_on"] = _local(filing.accepted_at) or (
            clock.today() if kind == K.ACCEPTANCE else None
        )
    if kind == K.DECISION:
        values |= _decided(filing, extra)
    act = str(spec.words.act)
    return Case(filing.authority, office, unit.name, unit.is_sample, act, values | dict(extra))


def _local(moment: Any) -> date | None:
    return clock.local(moment).date() if moment else None


def _recommender(kind: str, filing: Filing, actor: Actor) -> Organisation | None:
    """The district's bureau: the one that acts now, or the one that recommended."""
    if kind == K.NOT_RECOMMENDED:
        return actor.organisation
    event = filing.events.filter(name="recommend").select_related("organisation").last()
    return event.organisation if event else None


def _matter(filing: Filing) -> str:
    """创新联合体组建备案; a report names its year."""
    words = f"{filing.spec.label}{filing.spec.action_label(filing.action)}"
    return f"{words}（{filing.period}）" if filing.period else words


def lead_as(spec: Programme) -> str:
    """How the unit stands to its entity, as in 你单位牵头的: 牵头, 作为依托单位."""
    return str(_("牵头")) if spec.words.lead == LEAD else spec.say(_("作为%(lead)s"))


def lasts(until: date | None) -> str:
    """有效期至2029年4月19日, or 长期有效."""
    return _("有效期至%(day)s") % {"day": day(until)} if until else _("长期有效")


def _rule(filing: Filing) -> str:
    """Catalogue id of the clause a letter of this action rests on."""
    spec = filing.spec
    rules = {Action.RENEW: spec.renewal_rule, Action.ANNUAL_REPORT: spec.report_rule}
    return rules.get(Action(filing.action)) or spec.register_rule


def _decided(filing: Filing, extra: Mapping[str, Any]) -> dict[str, Any]:
    """What the register holds once the filing is applied; before, what is known from the page (`extra`)."""
    made = filing.decisions.filter(result=Decision.Result.CONFIRMED).order_by("decided_at").last()
    entity, spec = filing.entity, filing.spec
    paper = _certificate(filing, entity)
    start, until = _validity(filing, paper)
    found: dict[str, Any] = {
        "entity": entity.name if entity else filing.title,
        "registration": entity.code if entity else None,
        "certificate": paper.number if paper else None,
        "valid_from": start,
        "valid_until": until,
        "signed_on": extra.get("signed_on") or (made.document_date if made else None) or clock.today(),
    } | {key: extra[key] for key in ("valid_from", "valid_until") if extra.get(key)}
    if filing.action in SETS_VALIDITY:
        endless = not spec.longest(law_for(filing))
    else:
        endless = start is not None and until is None
    said = decision_words(filing, found, open_ended=endless)
    if endless:
        found["valid_until"] = _("长期")
    if paper is None and filing.action not in SETS_VALIDITY:
        found["certificate"] = _("不另发证书")
    together = _("会同各%(members)s") if programmes.get(spec.key).has_members else ""
    return found | {
        "decision": said,
        "follow_up": spec.say(_FOLLOW_UP, together=spec.say(together)),
    }


def _validity(filing: Filing, paper: Certificate | None) -> tuple[date | None, date | None]:
    """First and last day as far as they are known: of the certificate, else of the entity or its approval document."""
    if paper is not None:
        return paper.valid_from, paper.valid_until
    if filing.action in SETS_VALIDITY:
        return None, None
    if filing.entity is not None:
        return filing.entity.valid_from, filing.entity.valid_until
    given = ladder.approval(filing)
    return (given.dated, given.valid_until) if given else (None, None)


def _certificate(filing: Filing, entity: Entity | None) -> Certificate | None:
    """The one made with this filing, else the last of the entity; none is foretold for a filing that will make one."""
    own = Certificate.objects.filter(filing=filing).first()
    if own is not None or entity is None or filing.action in SETS_VALIDITY:
        return own
    return entity.certificates.order_by("valid_until", "pk").last()


def of_cancellation(kind: str, case: Cancellation, extra: Mapping[str, Any]) -> Case:
    """A letter about the cancellation of a filing, to the unit that leads now."""
    entity, spec = case.entity, case.entity.spec
    ground = spec.ground(case.ground)
    paper = entity.certificates.order_by("valid_until", "pk").last()
    values: dict[str, Any] = {
        "unit": entity.lead.name,
        "credit_code": entity.lead.credit_code,
        "programme": str(spec.label),
        "act": str(spec.words.act),
        "lead_as": lead_as(spec),
        "members": str(spec.words.members),
        "basis": case.clause,
        "entity": entity.name,
        "registration": entity.code,
        "certificate": paper.number if paper else _("不另发证书"),
        "valid_from": entity.valid_from,
        "valid_until": entity.valid_until or _("长期"),
        "validity": lasts(entity.valid_until),
        "authority": entity.authority.name,
        "signed_on": case.decided_on or clock.today(),
        "phone": entity.authority.contact_phone,
        "cause": str(ground.label) if ground else case.ground,
        "facts": case.reason,
        "hearing_until": case.hearing_until,
    }
    if kind == K.HEARING:
        values |= {"hearing_days": case.hearing_days, "signed_on": clock.today()}
    else:
        values["weighed"] = case.weighed
    if kind == K.CANCELLATION:
        values |= {"cancelled_on": case.decided_on, "cancelling": _cancelling(entity, paper)}
    if kind == K.NOT_CANCELLED:
        values["reason"] = case.decision
    sample = entity.is_sample or entity.lead.is_sample
    act = str(spec.words.act)
    return Case(entity.authority, entity.authority, entity.lead.name, sample, act, values | dict(extra))


def _cancelling(entity: Entity, paper: Certificate | None) -> str:
    """What is cancelled; what was put on record from a document of others has no certificate."""
    text = _("取消“%(entity)s”的%(act)s资格，%(act)s证书（证书编号：%(certificate)s）同时失效。")
    if paper is None:
        text = _("取消“%(entity)s”的%(act)s资格。")
    return entity.spec.say(text, entity=entity.name, certificate=paper.number if paper else "")


def item_lines(filing: Filing, items: Iterable[Mapping[str, Any]]) -> list[str]:
    """Correction items as the letter lists them: place and what is wanted.

    An item is {"section", "field", "message", "participant": Participant, its id or None}.
    """
    people = {p.pk: p for p in active_participants(filing)}
    found = []
    for one in items:
        section = filing.spec.section(str(one["section"]))
        if section is None:
            continue
        place = one.get("participant")
        person = people.get(int(getattr(place, "pk", place))) if place else None
        words = {"unit": person.organisation.name if person else "", "section": section.title}
        where = _("“%(section)s”") % words
        if section.owner is Owner.PARTICIPANT and person and person.role != ParticipantRole.LEAD:
            where = _("%(unit)s填写的“%(section)s”") % words
        if one.get("field"):
            where = _("%(where)s的“%(field)s”") % {
                "where": where,
                "field": section.field_label(str(one["field"])),
            }
        found.append(f"{where}：{one['message']}")
    return found
