"""What a measure asks of one matter: facts with where each comes from, and what is missing. Pure.

Only what data can say is judged here. What an expert or an officer has to judge stays an assumption of the quote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Level
from filings.enums import Grade
from policy.book import Citation
from subsidies.conditions import TYPES, WINDOW, contradictions, why_not_new
from subsidies.enums import SpaceKind
from subsidies.facts import FACTS, FactKind
from subsidies.holdings import Held, Step, Subject
from subsidies.terms import Terms, money, plain

#: from low to high (catalogue `levels`)
RANKS: tuple[str, ...] = (Level.DISTRICT, Level.MUNICIPAL, Level.PROVINCIAL, Level.NATIONAL)
ATTEST = "attest"


class LackKind(StrEnum):
    """What kind of thing is missing: says what would meet it."""

    LEVEL = "level"
    WINDOW = "window"
    BENEFICIARY = "beneficiary"
    VALID = "valid"
    UPGRADE = "upgrade"
    ORIGIN = "origin"
    SPACE = "space"
    SELECTED = "selected"
    PAYMENT = "payment"
    COST = "cost"
    SIZE = "size"
    NETWORK = "network"
    SERVICE = "service"
    SERVED = "served"
    GRADE = "grade"
    ATTEST = "attest"


#: What a unit records or states itself, and nobody else sees.
RECORDED = frozenset(
    {
        LackKind.SPACE,
        LackKind.SELECTED,
        LackKind.PAYMENT,
        LackKind.COST,
        LackKind.NETWORK,
        LackKind.SERVICE,
        LackKind.SERVED,
    }
)


@dataclass(frozen=True)
class Lack:
    """One condition that is not met: the id it has in the law, what is missing, what would meet it, its clause."""

    kind: LackKind
    key: str
    said: str
    remedy: str
    clause: Citation | None


@dataclass(frozen=True)
class FactFrom:
    """A fact and where it was read."""

    name: str
    value: Any
    source: str


@dataclass
class Case:
    """One measure and one matter (none: the unit itself), being looked at."""

    terms: Terms
    held: Held
    on: date
    subject: Subject | None = None
    facts: list[FactFrom] = field(default_factory=list)
    lacks: list[Lack] = field(default_factory=list)
    step: Step | None = None
    dropped: bool = False

    @property
    def about(self) -> Subject:
        """The matter; only asked where there is one."""
        if self.subject is None:
            raise LookupError(self.terms.key)
        return self.subject

    @property
    def condition(self) -> str:
        """The condition the measure names first, else the measure."""
        return next(iter(self.terms.requires), self.terms.key)

    @property
    def values(self) -> dict[str, Any]:
        """The facts as a quote takes them."""
        return {fact.name: fact.value for fact in self.facts}

    def state(self, name: str, value: Any, source: str) -> None:
        """A fact, if the measure takes it."""
        if name in self.terms.facts and value not in (None, ""):
            self.facts.append(FactFrom(name, value, source))

    def lack(self, kind: LackKind, said: str, remedy: str, key: str = "") -> None:
        """One thing missing, with the clause of its condition."""
        key = key or self.condition
        if not self.held.is_private and kind in RECORDED:
            said = _("公开信息中查不到，登录或者填写后核对：%(said)s") % {"said": said}
        clause = self.terms.law.clause(key) or self.terms.clause()
        self.lacks.append(Lack(kind, key, said, remedy, clause))


def level_word(level: str) -> str:
    """`省级`."""
    return str(Level(level).label)


# --- what each event asks ---


def _recognised(case: Case) -> None:
    """New at a level: approved at it, in time."""
    terms, about = case.terms, case.about
    wanted = str(terms.data["level"])
    case.step = about.step(wanted)
    if case.step is None:
        _next_rung(case, wanted)
        return
    source = _of_register(about, case.step)
    case.state("level", wanted, source)
    case.state("platform_type", about.kind, _("登记名录"))
    for name in ("approval_date", "recognition_date"):
        case.state(name, case.step.day, source)
    if late := why_not_new(terms, case.step.day, case.on):
        day = case.step.day.isoformat()
        said = _("%(day)s 获批，%(why)s") % {"day": day, "why": late}
        window = first_day(terms, case.on).isoformat()
        remedy = _("在 %(first)s 及以后新获批的，方可申领。") % {"first": window}
        case.lack(LackKind.WINDOW, said, remedy)


def first_day(terms: Terms, on: date) -> date:
    """The first day an approval may have been given to be new today (amb_newly)."""
    window: Mapping[str, Any] = terms.reading(WINDOW)
    first = date(on.year - window["years_back"], 1, 1)
    return max(first, terms.effective) if window["after_document_valid_from"] else first


def last_day(terms: Terms, day: date) -> date:
    """The last day on which an approval of a day is still new (amb_newly)."""
    return date(day.year + terms.reading(WINDOW)["years_back"], 12, 31)


def _next_rung(case: Case, wanted: str) -> None:
    """Only the level that comes next is near; what stands above it already is neither."""
    about = case.about
    planned = not about.level and about.planned_level == wanted
    if not planned and (not about.level or RANKS.index(wanted) != RANKS.index(about.level) + 1):
        case.dropped = True
        return
    have = level_word(about.level) if about.level else _("已列入培育库，尚未获批")
    words = {"level": level_word(wanted), "have": have}
    said = _("尚未获批%(level)s（现为%(have)s）。") % words
    remedy = _("取得%(level)s批复（认定）文件，并在登记名录登记批复文号和日期。") % words
    case.lack(LackKind.LEVEL, said, remedy)


def _of_register(about: Subject, step: Step) -> str:
    paper = "，".join(part for part in (step.document_number, step.day.isoformat()) if part)
    return _("登记名录级别沿革（%(paper)s）") % {"paper": paper} if about.code else _("本次填写")


def _upgraded(case: Case) -> None:
    """A community that grew out of an alliance; an alliance that has not become one yet."""
    about, wanted = case.about, case.terms.law.value(case.condition)
    if about.kind == wanted:
        if about.succeeded:
            case.dropped = True
            return
        said = _("联盟尚未升级为市级创新创业共同体。")
        case.lack(LackKind.UPGRADE, said, _("由联盟申请认定市级共同体，登记后即可申领。"))
        return
    _graded(case)
    if wanted in about.before:
        case.state("upgraded_from", wanted, _("登记名录：前身"))
        return
    case.lack(
        LackKind.ORIGIN,
        _("登记名录中没有该共同体由联盟升级而来的记录。"),
        _("由原联盟升级的，申请补记前身联盟。"),
    )


def _graded(case: Case) -> None:
    if case.about.grade:
        case.state("grade", case.about.grade, _("评价结果：%(round)s") % {"round": case.about.grade_round})


def _built(case: Case) -> None:
    """Accepted space of the kinds the measure pays for."""
    kinds = case.terms.data.get("construction_kinds") or (SpaceKind.NEW.value,)
    areas = {kind: case.about.areas[kind] for kind in kinds if case.about.areas.get(kind)}
    if not areas:
        words = "、".join(str(SpaceKind(kind).label) for kind in kinds)
        said = _("没有登记已验收的%(kinds)s孵化用房。") % {"kinds": words}
        remedy = _("在平台台账登记%(kinds)s用房，附验收或者测绘报告。") % {"kinds": words}
        case.lack(LackKind.SPACE, said, remedy)
        return
    source = _("平台台账：孵化用房") if case.about.code else _("本次填写")
    case.state("area", sum(areas.values(), Decimal(0)), source)
    if len(areas) == 1:
        case.state("construction_kind", next(iter(areas)), source)


def _selected(case: Case) -> None:
    if case.about.selected:
        case.state("selected", True, _("本次填写"))
        return
    said = _("没有入选当年示范的记录。")
    case.lack(LackKind.SELECTED, said, _("参加当年遴选并入选，凭遴选结果申领。"))


def _paid(case: Case) -> None:
    """What the province paid, or for shared instruments what was served."""
    terms, about = case.terms, case.subject
    if "service_total" in terms.facts:
        _shared(case)
        return
    if about is not None and about.level != terms.data.get("level", about.level):
        case.dropped = True
        return
    own = about.provincial_subsidy if about is not None else None
    paid = own if own is not None else case.held.stated.get("provincial_subsidy")
    case.state("size_class", case.held.size_class, _("单位信息"))
    if not paid:
        said = _("没有%(what)s的记录。") % {"what": terms.data["base"]}
        remedy = _("省级补助到账后，凭拨付文件和到账凭证填写到账金额。")
        if terms.facts.get("actual_cost"):
            remedy = _("省级补助到账后，凭拨付文件和到账凭证填写到账金额和实际发生费用。")
        case.lack(LackKind.PAYMENT, said, remedy)
        return
    case.state("provincial_subsidy", paid, _("本次填写"))
    cost = case.held.stated.get("actual_cost")
    case.state("actual_cost", cost, _("本次填写"))
    if terms.facts.get("actual_cost") and cost is None:
        said = _("所在地区按实际费用计算，没有实际费用的记录。")
        case.lack(LackKind.COST, said, _("填写实际发生费用，附合同和发票。"))


def _shared(case: Case) -> None:
    about = case.about
    if about.instruments == 0:
        said = _("没有在省协作共用网的仪器。")
        case.lack(LackKind.NETWORK, said, _("在平台台账登记仪器及其省协作共用网编号。"))
    if not about.service_total:
        said = _("本年度没有可以计入的对外服务。")
        case.lack(LackKind.SERVICE, said, _("在平台台账登记经共用网完成、已收款的对外服务。"), case.terms.key)
        return
    source = _("平台台账：对外服务") if about.code else _("本次填写")
    case.state("service_total", about.service_total, source)


def _evaluated(case: Case) -> None:
    """The year's evaluation passed, and small firms served where anything is known of them."""
    about = case.about
    if about.served == 0:
        said = _("本年度没有服务中小微企业的记录。")
        key = next((one for one in case.terms.requires if one.endswith("_service")), "")
        case.lack(LackKind.SERVED, said, _("在平台台账登记为中小微企业提供的服务。"), key)
    if about.grade and about.grade != Grade.FAIL:
        _graded(case)
        return
    said = _("最近一次评价不合格。") if about.grade else _("没有年度绩效评价结果。")
    case.lack(LackKind.GRADE, said, _("参加年度绩效评价并达到合格以上。"), case.terms.key)


def _plain(case: Case) -> None:
    """Without an event: only a grade the clause names, and what has to be attested."""
    wanted = case.terms.data.get("needs_grade")
    if wanted and case.about.grade != wanted:
        word = Grade(wanted).label
        said = _("最近一次评价不是%(word)s。") if case.about.grade else _("还没有评价为%(word)s的结果。")
        remedy = _("在绩效评价中取得%(word)s。")
        case.lack(LackKind.GRADE, said % {"word": word}, remedy % {"word": word}, case.terms.key)
    if case.subject is not None:
        _graded(case)
    for key in case.terms.requires:
        asked = case.terms.law.item(key).data.get("operator") if case.terms.law.applies(key) else ""
        if asked == ATTEST and key not in case.held.attested:
            label = case.terms.law.item(key).label
            said = _("没有“%(label)s”的说明。") % {"label": label}
            case.lack(LackKind.ATTEST, said, _("属于这种情形的，向主管部门说明并附证明文件。"), key)


EVENTS: dict[str, Callable[[Case], None]] = {
    "new_approval": _recognised,
    "new_recognition": _recognised,
    "recognition": _recognised,
    "upgrade": _upgraded,
    "construction_completed": _built,
    "annual_selection": _selected,
    "annual_evaluation": _evaluated,
    "provincial_payment": _paid,
}
#: a contradiction of a stated fact, in the words of what is missing
CONTRADICTED = {
    "size_class": LackKind.SIZE,
    "upgraded_from": LackKind.ORIGIN,
    "platform_type": LackKind.LEVEL,
}


def judge(case: Case) -> Case:
    """Facts and lacks of one case."""
    EVENTS.get(case.terms.data.get("event", ""), _plain)(case)
    if case.dropped:
        return case
    if case.subject is not None and not case.subject.is_valid:
        said = _("登记已过有效期。")
        case.lack(LackKind.VALID, said, _("办理重新备案（续期）后申领。"), case.terms.key)
    known = {lack.kind for lack in case.lacks}
    for problem in contradictions(case.terms, case.values, case.on):
        kind = CONTRADICTED.get(problem.field.removeprefix("facts."))
        if kind is not None and kind not in known:
            case.lack(kind, str(problem.message), _remedy(kind), problem.code)
    return case


def _remedy(kind: LackKind) -> str:
    if kind is LackKind.SIZE:
        return _("单位规模调整为中型、小型、微型后，在单位信息中更新。")
    return _("以登记名录为准；名录有误的，申请更正。")


def in_words(fact: FactFrom, names: Mapping[str, str]) -> str:
    """A fact's value as people read it, beside its source."""
    value, known = fact.value, FACTS[fact.name]
    if isinstance(value, Decimal):
        return money(value) if known.kind is FactKind.MONEY else f"{plain(value)} {known.unit}".strip()
    if isinstance(value, date):
        return value.isoformat()
    return str(dict(known.choices).get(value) or names.get(str(value), value))


def kinds_of(terms: Terms) -> frozenset[str]:
    """The kinds of entity a measure is for; for platform awards those that the reading names (amb_platform_award_scope)."""
    if "platform_type" in terms.facts:
        return frozenset(terms.reading(TYPES))
    return frozenset(terms.data.get("entity", ()))


def lacks_of_beneficiary(case: Case, mine: frozenset[str], names: Callable[[str], str]) -> Iterator[Lack]:
    """None where the matter, its unit or what it belongs to is among those the clause pays."""
    allowed = frozenset(case.terms.data.get("beneficiary", ()))
    about = case.about
    if not allowed or "platform" in allowed or allowed & (mine | {about.kind} | about.linked):
        return
    words = "、".join(names(key) for key in case.terms.data["beneficiary"])
    said = _("支持对象为%(who)s，登记的单位不在其中。") % {"who": words}
    remedy = _("由%(who)s作为依托单位登记或者共建的，方可申领。") % {"who": words}
    clause = case.terms.clause()
    yield Lack(LackKind.BENEFICIARY, case.terms.key, said, remedy, clause)
