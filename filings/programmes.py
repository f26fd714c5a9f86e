"""Programmes register themselves here: declarations only, in `AppConfig.ready()` of their app.

A programme says what is asked (sections), what must hold (conditions), which steps decide it
(procedure) and what its approval writes on the register (`profile`). The spine does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import Level, Role
from filings.conditions import Condition, LawLike
from filings.enums import (
    ACT_LABELS,
    APPLICANT_LABELS,
    DECIDED_LABELS,
    DECIDED_WORDS,
    FOUNDS,
    OWN_ACT_LABELS,
    SKIPPED_LABELS,
    Action,
    ParticipantRole,
    State,
)
from filings.hooks import Hooks
from filings.sections import Owner, Section, basic_industry, basic_name
from filings.variants import Criterion, Procedure, Variant
from filings.words import ACT, Words

if TYPE_CHECKING:
    from filings.models import Entity, Filing

SCIENCE = "science_technology"
PLATFORMS = "platform"  # the family of the platform types
# who recommends, in short and in full
RECOMMENDER_WORDS = {
    Role.DISTRICT_OFFICER: (_("区（市）"), _("区（市）科技主管部门")),
    Role.MUNICIPAL_DRC: (_("市发展改革部门"), _("市发展改革部门")),
}


@dataclass(frozen=True)
class Ground:
    """A ground on which a filing may be cancelled, with the rule it cites."""

    key: str
    label: Any
    rule: str  # catalogue id
    needs_rating: bool = False  # only with a failed evaluation in force
    needs_condition: bool = False  # names the unmet condition, which is cited too


@dataclass(frozen=True)
class Room:
    """Pages of a programme's own about one entity, linked from the entity's page: statistics, projects, records."""

    label: Any
    url: str
    note: Any = ""  # how many, what is due


@dataclass(frozen=True)
class Programme:
    key: str
    label: Any
    title_label: Any  # what the thing to be founded is called in letters
    entity_kind: str  # catalogue entity type id
    type_code: str  # the type letters of the certificate number
    place: str  # jurisdiction of the authority, GB/T 2260
    city_code: str  # letters of the city in numbers
    sections: tuple[Section, ...]
    conditions: tuple[Condition, ...]
    procedure: Procedure
    criteria: tuple[Criterion, ...]
    facts: Callable[[Filing], dict[str, Any]]
    profile: Callable[[Entity, Filing], Any]  # writes the typed profile when a filing is applied
    name_of: Callable[[dict[str, Any]], str] = basic_name  # content -> name of the thing
    industry_of: Callable[[dict[str, Any]], str] = basic_industry
    max_months_key: str = ""  # the law's parameter for the longest validity; without it, or at 0, none ends
    max_months_setting: str = ""  # the reading that says whether exceptions shorten or keep it
    lead_condition: str = ""  # cited where a unit of the wrong kind wants to start
    members_condition: str = ""  # cited where a member has not confirmed; judged once, by member
    register_rule: str = ""  # cited on the public page of an entity
    industry_field: tuple[str, str] = ("basic", "industry")  # section and field that name the industry
    variants: dict[Action, Variant] = field(default_factory=dict)
    action: Action = Action.ESTABLISH  # the one this declaration stands for
    variant: Variant | None = None
    standing_conditions: tuple[str, ...] = ()  # those an entity on the register must go on meeting
    entity_facts: Callable[..., dict[str, Any]] | None = None  # (entity, day, without) -> facts of those
    entity_profile: Callable[[Entity], list[dict[str, Any]]] | None = (
        None  # what an entity's page shows of it
    )
    grounds: tuple[Ground, ...] = ()  # on which a filing may be cancelled
    renewal_rule: str = ""  # cited where a renewal is too early or too late
    report_rule: str = ""  # cited for the annual report
    priority_rule: str = ""  # cited where the best grade gives priority
    visit_rule: str = ""  # the law's months between two visits of the bureau; without it none are owed
    roles: tuple[ParticipantRole, ...] = (ParticipantRole.CHAIN_ENTERPRISE, ParticipantRole.ACADEMIC)
    role_kinds: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # role -> organisation kinds it takes
    lead_kinds: tuple[str, ...] = ()  # kinds of unit that may start one
    summary: Any = ""
    prepare: tuple[Any, ...] = ()  # what to have at hand before starting
    unit_facts: Callable[[Any], dict[str, Any]] | None = None  # facts a unit alone decides, before a draft
    unit_conditions: tuple[str, ...] = ()  # the conditions those facts settle
    words: Words = field(default_factory=Words)
    role_labels: dict[str, Any] = field(
        default_factory=dict
    )  # role -> what it is called here, else its label
    applied_for: bool = True  # off: nobody applies here, an approval document is recorded
    department: str = (
        SCIENCE  # of the bureau that decides; where it has no bureau, the science bureau of the place
    )
    recommender: Role = Role.DISTRICT_OFFICER  # who recommends: the lead's district, or the city's DRC
    family: str = ""  # programmes of one family stand together on lists: `platform`
    family_label: Any = ""
    group: Any = ""  # heading inside a family: the stage of the chain
    levels: tuple[str, ...] = (Level.MUNICIPAL,)  # that an entity of this kind can have, from low to high
    level_of: Callable[[dict[str, Any]], str] | None = (
        None  # content -> level asked for; the lowest without it
    )
    public_profile: Callable[[Entity, Any], list[dict[str, Any]]] | None = (
        None  # (entity, day) as entity_profile
    )
    rooms: Callable[[Entity, Any], Iterable[Room]] | None = None  # (entity, actor) -> pages of its own
    public_rooms: Callable[[Entity, Any], Iterable[Room]] | None = None  # (entity, day)
    after_applied: Callable[[Entity, Filing], Any] | None = None  # links to others on the register
    hooks: Hooks = field(default_factory=Hooks)  # what it does in a way of its own

    @property
    def registers(self) -> bool:
        """Whether it brings something onto the register; a claim of support does not."""
        return bool(self.entity_kind)

    @property
    def actions(self) -> tuple[Action, ...]:
        """What may be filed: the foundings, and what its variants allow on the register."""
        return ((Action.ESTABLISH,) if self.applied_for else ()) + tuple(self.variants)

    @property
    def foundings(self) -> tuple[Action, ...]:
        return tuple(action for action in self.actions if action in FOUNDS)

    def level(self, content: dict[str, Any]) -> str:
        """The level a filing asks for."""
        asked = self.level_of(content) if self.level_of else ""
        return asked or self.levels[0]

    def role_label(self, role: str) -> str:
        """What a unit in a role is called here."""
        if role in self.role_labels:
            return str(self.role_labels[role])
        return str(self.words.lead if role == ParticipantRole.LEAD else ParticipantRole(role).label)

    def action_label(self, action: str) -> str:
        """What an action is called here: 组建备案, 平台认定, 到期延续."""
        if action == Action.ESTABLISH:
            return str(self.words.founding)
        whole = _registry.get(self.key, self)
        found = whole.variants.get(Action(action))
        return str(found.label if found is not None else Action(action).label)

    def renewal_label(self) -> str:
        """What the next validity is called here: 重新备案, 到期延续."""
        return self.action_label(Action.RENEW)

    def decided_word(self) -> str:
        """What is decided on, as in 拟定…意见, 不予… and …决定书: 备案, 认定, 变更, 登记."""
        if self.action == Action.ESTABLISH:
            return str(self.words.act)
        return str(DECIDED_WORDS.get(self.action) or self.action_label(self.action))

    def act_label(self, name: str, label: Any) -> str:
        """What an act of the workflow is called for what is asked: 拟定认定意见, 不予变更; else its own label."""
        own = OWN_ACT_LABELS.get((self.action, name))
        return self.say(own or ACT_LABELS.get(name, label))

    def say(self, text: Any, **more: Any) -> str:
        """A sentence in this programme's words: those of `Words`, and `%(kind)s`, `%(renewal)s`, `%(decided)s`,
        `%(recommender)s` (区（市）) and `%(recommender_office)s` (区（市）科技主管部门).
        """
        if "%(" not in str(text):
            return str(text)
        own = {"kind": self.label, "renewal": self.renewal_label(), "decided": self.decided_word()}
        short, office = RECOMMENDER_WORDS[self.recommender]
        own |= {"recommender": short, "recommender_office": office}
        return self.words.say(text, **(own | more))

    def ground(self, key: str) -> Ground | None:
        return next((g for g in self.grounds if g.key == key), None)

    def section(self, key: str) -> Section | None:
        return next((s for s in self.sections if s.key == key), None)

    @property
    def applicant_sections(self) -> tuple[Section, ...]:
        return tuple(s for s in self.sections if s.owner is Owner.APPLICANT)

    @property
    def participant_sections(self) -> tuple[Section, ...]:
        return tuple(s for s in self.sections if s.owner is Owner.PARTICIPANT)

    @property
    def has_members(self) -> bool:
        """Whether member units have a part in it: something of their own to write, or something to confirm."""
        return bool(self.participant_sections or self.shared_sections)

    @property
    def shared_sections(self) -> tuple[Section, ...]:
        return tuple(s for s in self.sections if s.shared)

    def longest(self, law: LawLike) -> int:
        """The longest validity in months: the clause's figure, and the bureau's reading of it if that is shorter.

        0 where the law sets no end: what is on the register stays there until it is changed.
        """
        figure = int(law.value(self.max_months_key, 0) or 0) if self.max_months_key else 0
        return min(figure, int(law.reading(self.max_months_setting))) if self.max_months_setting else figure

    def industries(self) -> dict[str, str]:
        """Industries a filing may name today: key to label."""
        key, name = self.industry_field
        section = self.section(key)
        field_ = section.form.base_fields.get(name) if section else None
        return {str(k): str(v) for k, v in getattr(field_, "choices", ()) if k}

    def condition(self, key: str) -> Condition | None:
        return next((c for c in self.conditions if c.key == key), None)


Extension = Callable[[Programme], Variant | None]

_registry: dict[str, Programme] = {}
_extensions: dict[Action, Extension] = {}


def register(programme: Programme) -> None:
    if programme.procedure.review and sum(c.weight for c in programme.criteria) != 100:
        raise ValueError(f"weights of {programme.key} do not add up to 100")
    _registry[programme.key] = replace(programme, variants=_worded(programme))
    for action, variant_for in _extensions.items():
        _extend(programme.key, action, variant_for)
    _declared.cache_clear()


def extend(action: Action, variant_for: Extension) -> None:
    """Give every programme an action that an app above it looks after; those registered later get it too.

    `variant_for(programme)` makes the variant; with None a programme goes without. One that declares the action
    itself keeps its own.
    """
    _extensions[action] = variant_for
    for key in _registry:
        _extend(key, action, variant_for)
    _declared.cache_clear()


def _extend(key: str, action: Action, variant_for: Extension) -> None:
    programme = _registry[key]
    made = variant_for(programme) if action not in programme.variants else None
    if made is not None:
        _registry[key] = replace(programme, variants=programme.variants | {action: made})


def _worded(programme: Programme) -> dict[Action, Variant]:
    """The variants with the programme's words in the sections that all programmes share."""
    return {
        action: replace(one, sections=tuple(section.worded(programme) for section in one.sections))
        for action, one in programme.variants.items()
    }


def get(key: str, action: str = Action.ESTABLISH) -> Programme:
    """The programme as declared for an action. KeyError for an unknown programme or action."""
    return _registry[key] if action == Action.ESTABLISH else _declared(key, Action(action))


def resolve(key: str, content: Mapping[str, Any] | None = None) -> str:
    """The key meant: a programme's own, or that of its family together with the type its content names.

    `platform` with `{"basic": {"type": "incubator"}}` means `incubator`. What means nothing comes back as it was.
    """
    if key in _registry:
        return key
    basic = (content or {}).get("basic")
    named = basic.get("type") if isinstance(basic, Mapping) else None
    found = _registry.get(named) if isinstance(named, str) else None
    return found.key if found is not None and found.family == key else key


def state_label(key: str, action: str, state: str, *, staff: bool) -> str:
    """A state of a filing in the words of what it asks for: 已变更, and no 待推荐 where nobody recommends."""
    decided = DECIDED_LABELS.get((Action(action), State(state)))
    if decided is not None:
        return get(key, action).say(decided)
    act = _registry[key].words.act
    if act != ACT and state in (State.FILED, State.REJECTED):
        words = _("已%(act)s") if state == State.FILED else _("不予%(act)s")
        return str(words % {"act": act})
    spec = get(key, action)
    step, for_staff, for_unit = SKIPPED_LABELS.get(State(state), ("", "", ""))
    if step and not getattr(spec.procedure, step):
        return str(for_staff if staff else for_unit)
    if state == State.SUBMITTED and not staff and spec.recommender != Role.DISTRICT_OFFICER:
        return spec.say(_("已提交，等待%(recommender)s推荐"))
    return str(State(state).label if staff else APPLICANT_LABELS[State(state)])


@lru_cache(maxsize=256)
def _declared(key: str, action: Action) -> Programme:
    whole = _registry[key]
    own = whole.variants[action]
    return replace(
        whole,
        action=action,
        variant=own,
        sections=own.sections,
        procedure=own.procedure,
        conditions=whole.conditions if own.judged else (),
        summary=own.summary or whole.summary,
        prepare=own.prepare,
        hooks=whole.hooks if own.hooks is None else own.hooks,
    )


def for_kind(entity_kind: str) -> Programme:
    """The programme that registers entities of a kind. KeyError for a kind nobody leads."""
    for programme in _registry.values():
        if programme.entity_kind == entity_kind:
            return programme
    raise KeyError(entity_kind)


def all_programmes() -> Iterable[Programme]:
    """Those that bring something onto the register."""
    return tuple(p for p in _registry.values() if p.registers)


def declared() -> Iterable[Programme]:
    """Every programme under which something can be filed."""
    return tuple(_registry.values())


def sent_straight() -> dict[Action, list[str]]:
    """By action the programmes in which nobody recommends: submitted, such a filing waits at the bureau."""
    found: dict[Action, list[str]] = {}
    for p in _registry.values():
        for action in p.actions:
            if not get(p.key, action).procedure.recommendation:
                found.setdefault(action, []).append(p.key)
    return found


def passed_on_by(roles: Iterable[str]) -> list[str]:
    """Programmes whose applications are recommended by one of these roles."""
    wanted = set(roles)
    return [p.key for p in _registry.values() if p.recommender in wanted]


def kinds_passed_on_by(roles: Iterable[str]) -> list[str]:
    """Kinds of entity of those programmes."""
    return [_registry[key].entity_kind for key in passed_on_by(roles) if _registry[key].registers]


def choices() -> list[tuple[str, str]]:
    return [(p.key, str(p.label)) for p in _registry.values()]
