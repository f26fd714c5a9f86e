"""Claims as they stand: what one asks, what it is computed from now, and those an actor may list. No writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.actor import Actor
from core.errors import Invalid, Problem
from filings.enums import Action, EntityState
from filings.models import Entity, Filing
from filings.models.filing import ENDS_UNHAPPILY
from subsidies.conditions import newly
from subsidies.enums import COUNTS, AwardState, Kind
from subsidies.facts import BadFact
from subsidies.facts import read as read_fact
from subsidies.models import Award
from subsidies.selectors import computing
from subsidies.selectors.computing import Evaluated, kept
from subsidies.selectors.measures import Known
from subsidies.selectors.payload import Claim, read_payload
from subsidies.selectors.quotes import entry_of
from subsidies.space import identity
from subsidies.stacking import ONCE, Entry
from subsidies.terms import Terms

PROGRAMME = "support_claim"
OFFICERS = ("set_amount", "rate", "grade")
BOOLS = {"yes": True, "no": False}
#: Square metres, and a payment of the province that is matched: each is supported once.
NAMED = ("space", "payment")


def claims() -> QuerySet[Filing]:
    """Every claim."""
    return Filing.objects.filter(programme=PROGRAMME, action=Action.CLAIM)


def claimable(terms: Terms) -> bool:
    """Whether a claim of it is received here at all: taxes and what another level pays are not."""
    return terms.kind not in (Kind.TAX, Kind.REFERENCE)


def matter(filing: Filing) -> Mapping[str, Any]:
    """Its section `claim`, with measure and district chosen at the start."""
    found: Mapping[str, Any] = filing.content.get("claim") or {}
    return found


def payload(filing: Filing, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The claim as a quote takes it; `given`: facts an officer states."""
    said = matter(filing)
    facts = {
        name: BOOLS.get(value, value)
        for name, value in filing.content.get("facts", {}).items()
        if value not in (None, "")
    }
    stated = {
        name: value for name, value in (given or {}).items() if name in OFFICERS and value not in (None, "")
    }
    row = {
        "ref": filing.receipt_number or str(_("本次")),
        "measure": said.get("measure", ""),
        "organisation": filing.applicant.credit_code,
        "district": said.get("district", ""),
        "entity": filing.entity.code if filing.entity else "",
        "facts": facts | stated,
    }
    return {"date": said.get("on") or "", "claims": [row]}


def read(filing: Filing, given: Mapping[str, Any] | None = None) -> tuple[Claim, date]:
    """The claim, read. Raises Invalid with the sections and fields it is about."""
    try:
        on, found = read_payload(payload(filing, given))
    except Invalid as error:
        raise Invalid([placed(problem) for problem in error.problems]) from None
    return found[0], on


def placed(problem: Problem) -> Problem:
    """A problem of the payload at the field of the claim it is about."""
    path = problem.field.removeprefix("claims.0.")
    field = {"date": "claim.on", "measure": "claim.on", "district": "claim.on"}.get(path, path)
    return Problem(problem.code, problem.message, field, problem.clause)


def named(filing: Filing) -> dict[str, str]:
    """What it names that is supported once, `space` and `payment`, in one form however it is written."""
    said = matter(filing)
    found = {name: identity(str(said.get(name) or "")) for name in NAMED}
    return {name: text for name, text in found.items() if text}


def asked(filing: Filing, given: Mapping[str, Any] | None = None, *, public: bool = False) -> dict[str, Any]:
    """All that the amount follows from, as it is kept with the award. Raises Invalid for what cannot be read.

    `public`: as the unit may know it, without earlier awards that are only proposed. `given`: what an officer
    states. An amount is a fact of some kinds; of those without a figure it is recorded.
    """
    amount = (given or {}).get("set_amount")
    others = {name: value for name, value in (given or {}).items() if name != "set_amount"}
    claim, on = read(filing, others)
    if amount not in (None, "") and "set_amount" in claim.terms.facts:
        claim, on = read(filing, given)
    own = entry_of(claim, on, [])
    found: dict[str, Any] = {"claim": kept(claim, on), "earlier": list(_earlier(filing, own, public=public))}
    found |= named(filing)
    if amount not in (None, "") and claim.terms.kind in computing.RECORDED:
        found["recorded"] = f"{_amount(amount, claim):.2f}"
    return found


def _amount(text: Any, claim: Claim) -> Decimal:
    try:
        value: Decimal = read_fact("set_amount", str(text))
    except BadFact as bad:
        raise Invalid.one(
            bad.code, bad.message, "set_amount", claim.terms.law.cite(claim.terms.key)
        ) from None
    return value


def _earlier(filing: Filing, own: Entry, *, public: bool) -> Iterable[dict[str, Any]]:
    """Awards that may matter, each with its claim and what it was granted."""
    for award in earlier(filing, public=public):
        claim, on = computing.revived(award.asked["claim"])
        entry = entry_of(claim, on, [])
        if own.entity and entry.entity == own.entity:
            entry.organisation = own.organisation
        if computing.related(own, entry):
            row = {"award": award.pk, "sha256": award.sha256, "claim": award.asked["claim"]}
            yield row | {"paid": f"{award.amount:.2f}"}


def earlier(filing: Filing, *, public: bool = False) -> QuerySet[Award]:
    """Awards of the same unit or the same entity that count already, of any district and year.

    `public`: only those that were put on notice or decided.
    """
    same = Q(organisation=filing.applicant_id)
    if filing.entity_id is not None:
        same |= Q(entity=filing.entity_id)
    rows = Award.objects.filter(same, state__in=COUNTS).exclude(claim=filing.pk)
    if public:
        rows = rows.filter(Q(state=AwardState.DECIDED) | Q(claim__noticed_at__isnull=False))
    return rows.order_by("pk")


def evaluate(
    filing: Filing, given: Mapping[str, Any] | None = None, *, public: bool = False
) -> tuple[dict[str, Any], Evaluated]:
    """`asked` and what comes out of it, as things stand now. Raises Invalid."""
    row = asked(filing, given, public=public)
    if not row["claim"]["here"]:
        said = _("该项支持的依据不适用于所填地区。")
        raise Invalid.one("not_here", said, "claim.on", cited(row))
    return row, computing.computed(row)


def cited(row: Mapping[str, Any]) -> str:
    """The clause of the measure, of what was kept."""
    claim, _on = computing.revived(row["claim"])
    return claim.terms.law.cite(claim.terms.key)


def award_of(filing: Filing) -> Award | None:
    """The award of a claim that counts or counted; None before a proposal and after one that came to nothing."""
    return Award.objects.filter(claim=filing.pk).exclude(state=AwardState.RELEASED).first()


def obstacles(filing: Filing) -> Iterable[Problem]:
    """Why a claim cannot be handed in, each with its clause."""
    try:
        row, found = evaluate(filing)
    except Invalid as error:
        yield from error.problems
        return
    claim, on = computing.revived(row["claim"])
    clause = cited(row)
    if on > clock.today():
        yield Problem("future", _("事项日期不能晚于今天。"), "claim.on", clause)
    if not claimable(claim.terms):
        yield Problem("not_claimed_here", _("该项不由本门户受理申领。"), "claim.on", clause)
    yield from found.problems
    yield from newly(claim.terms, claim.facts, clock.today())
    yield from _doubles(filing, row, clause)
    yield from _unnamed(filing, claim, clause)
    name = str(filing.content.get("payee", {}).get("account_name") or "")
    if name and name.strip() != filing.applicant.name:
        yield Problem("payee", _("账户名称须与申领单位名称一致。"), "payee.account_name")


def _unnamed(filing: Filing, claim: Claim, clause: str) -> Iterable[Problem]:
    """What is given once for an entity is claimed for it by name: a claim without it would be another matter."""
    data = claim.terms.data
    bound = data.get("once_per") in ONCE or data.get("cap_group") or "payment" in named(filing)
    if filing.entity_id is not None or not bound:
        return
    rows = Entity.objects.filter(lead=filing.applicant_id, standing=EntityState.REGISTERED)
    own = rows.filter(kind__in=data.get("entity", ())).first()
    if own is not None:
        said = _("该项按登记主体享受，请选择本单位的登记主体（如“%(name)s”）重新申领。")
        yield Problem("entity", said % {"name": own.name}, "claim.on", clause)


def _doubles(filing: Filing, row: Mapping[str, Any], clause: str) -> Iterable[Problem]:
    """The unit's or the entity's own other claim for the same thing, or square metres an award was decided for.

    What another unit only says of the same square metres stops nobody: it is shown to the officer (`rivals`).
    """
    if other := next((one for one in same(filing, "space") if _is_own(filing, one)), None):
        said = _("同一面积只支持一次：已有申领 %(number)s 填写了同一处用房。")
        yield Problem("same_space", said % {"number": number_for(filing, other)}, "claim.space", clause)
    elif _holds_space(row, filing):
        said = _("同一面积只支持一次：该处用房已有核定的补助。")
        yield Problem("same_space", said, "claim.space", clause)
    paid = (one for one in same(filing, "payment") if _is_own(filing, one))
    if other := next((one for one in paid if matter(one).get("measure") == row["claim"]["measure"]), None):
        said = _("同一笔省级补助只配套一次：已有申领 %(number)s。")
        yield Problem("same_payment", said % {"number": number_for(filing, other)}, "claim.payment", clause)
    if not named(filing) and (other := _same_matter(filing, row)):
        said = _("同一事项已有一件申领（%(number)s），不重复申领。") % {"number": other.receipt_number}
        yield Problem("same_matter", said, "claim.on", clause)


def standing_beside(filing: Filing) -> QuerySet[Filing]:
    """Other claims that were handed in and came to something or may yet."""
    rows = claims().exclude(pk=filing.pk).exclude(state__in=ENDS_UNHAPPILY)
    return rows.filter(submitted_at__isnull=False).exclude(award__state=AwardState.REVOKED)


def same(filing: Filing, name: str) -> list[Filing]:
    """Those of them that name the same `space` or `payment`, whoever's."""
    text = named(filing).get(name)
    if text is None:
        return []
    rows = standing_beside(filing).filter(**{f"content__claim__{name}__isnull": False})
    return [
        other for other in rows.select_related("applicant").order_by("pk") if named(other).get(name) == text
    ]


def rivals(filing: Filing) -> list[Filing]:
    """For officers: claims of others that name the same square metres."""
    return [other for other in same(filing, "space") if not _is_own(filing, other)]


def _is_own(filing: Filing, other: Filing) -> bool:
    same_entity = filing.entity_id is not None and filing.entity_id == other.entity_id
    return same_entity or filing.applicant_id == other.applicant_id


def number_for(filing: Filing, other: Filing) -> str:
    """The number of another claim; whose it is stays between the office and another unit."""
    return str(other.receipt_number if other.applicant_id == filing.applicant_id else _("（另一件）"))


def _holds_space(row: Mapping[str, Any], filing: Filing) -> bool:
    decided = Award.objects.filter(state=AwardState.DECIDED).exclude(claim=filing.pk)
    return "space" in row and decided.filter(asked__space=row["space"]).exists()


def _same_matter(filing: Filing, row: Mapping[str, Any]) -> Filing | None:
    mine = standing_beside(filing).filter(applicant=filing.applicant_id, entity=filing.entity_id)
    mine = mine.filter(content__claim__measure=row["claim"]["measure"])
    facts = filing.content.get("facts", {})
    return mine.filter(content__claim__on=row["claim"]["date"], content__facts=facts).first()


@dataclass(frozen=True)
class Standing:
    """What a page says of a claim's amount: estimated before a proposal, kept after it."""

    asked: Mapping[str, Any]
    result: Mapping[str, Any]
    amount: Decimal
    award: Award | None
    evaluated: Evaluated | None = None


def standing(filing: Filing, *, staff: bool) -> Standing | None:
    """The award where there is one, else the estimate; None where it cannot be computed yet.

    A unit reads what is proposed once it is public.
    """
    award = award_of(filing)
    if award is not None and (staff or filing.noticed_at is not None or award.state != AwardState.PROPOSED):
        return Standing(award.asked, award.result, award.amount, award)
    try:
        row, found = evaluate(filing, public=not staff)
    except Invalid:
        return None
    return Standing(row, found.result, found.amount, None, found)


def eligible_entities(actor: Actor, known: Known) -> list[Entity]:
    """Entities on the register that the actor's unit leads, of the kinds a measure is for; all kinds where it names none."""
    kinds = known.terms_to_show(clock.today())[0].data.get("entity", ())
    rows = Entity.objects.filter(lead=actor.organisation_id, standing=EntityState.REGISTERED)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return list(rows.order_by("name_key"))
