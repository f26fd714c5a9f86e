"""Stacking: what may not be enjoyed twice, whatever the order of the claims. Pure.

Claims are looked at in an order of their own (measure, amount, ref), so that the order in which they came
changes nothing. Amounts only go down here, each time by a line that names the rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.words import gettext as _
from subsidies.calculators.outcome import ZERO, Line, Outcome
from subsidies.enums import Status
from subsidies.terms import Facts, Terms, money

LIVE = (Status.COMPUTED, Status.PROPOSED)
#: once_per words under which a second claim of the same measure is the same matter
ONCE = frozenset({"platform_and_level", "platform_and_year", "community", "site"})
YEARLY = "platform_and_year"
GENERAL = "excl_general_no_overlap"
QUOTA = "rule_maker_quota"


@dataclass
class Entry:
    """One claim of the payload. `organisation` and `entity` are empty where nothing was stated."""

    ref: str
    terms: Terms
    facts: Facts
    outcome: Outcome
    organisation: str = ""
    entity: str = ""
    year: int = 0
    excluded_by: str | None = None

    @property
    def live(self) -> bool:
        """Whether it still pays something."""
        return self.outcome.status in LIVE

    @property
    def whose(self) -> tuple[str, str]:
        """Beneficiary and, where it was named, its entity on the register."""
        return self.organisation, self.entity

    @property
    def matter(self) -> tuple[str, str, str]:
        """Beneficiary and platform: the entity, or at least its type where none is named."""
        return *self.whose, "" if self.entity else str(self.facts.get("platform_type", ""))

    def cut(self, code: str, label: str, to: Decimal, key: str, reading: str = "") -> None:
        """Down to `to`, by a line that cites the rule or measure `key`."""
        clause = self.terms.law.clause(key)
        self.outcome = self.outcome.plus(Line(code, label, to - self.outcome.pays, clause, reading))

    def exclude(self, by: Entry, code: str, label: str, key: str, reading: str = "") -> None:
        """Down to nothing for the sake of another claim."""
        self.cut(code, label, ZERO, key, reading)
        self.outcome = self.outcome.plus(status=Status.EXCLUDED)
        self.excluded_by = by.ref

    def note(self, code: str, label: str, key: str, reading: str = "") -> None:
        """A line that changes nothing."""
        self.outcome = self.outcome.plus(Line(code, label, ZERO, self.terms.law.clause(key), reading))


def stack(entries: Iterable[Entry]) -> None:
    """Resolve everything, in place."""
    found = sorted(entries, key=_first)
    _shared_caps(found)
    _once(found)
    _levels(found)
    _groups(found)
    _overlaps(found)
    _quota(found)


def _first(entry: Entry) -> tuple[str, Decimal, str]:
    """The order of their own: measure, higher amount, ref."""
    return entry.terms.key, -entry.outcome.pays, entry.ref


def _by(entries: Iterable[Entry], key: Callable[[Entry], Hashable]) -> list[list[Entry]]:
    groups: dict[Hashable, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[key(entry)].append(entry)
    return [group for group in groups.values() if len(group) > 1]


def _shared_caps(entries: list[Entry]) -> None:
    """A ceiling over a life holds for the claims under it together (amb_space_cap_key, amb_space_mixed, amb_cap_period)."""
    for group in _by([e for e in entries if e.live and shares_cap(e)], cap_key):
        cap = max(entry.terms.figure("cap") for entry in group)
        left = cap - max(entry.facts.get("paid_before") or ZERO for entry in group)
        refs = "、".join(sorted(entry.ref for entry in group))
        for entry in group:
            room = max(left, ZERO)
            if entry.outcome.pays > room:
                said = _("%(refs)s 合并封顶 %(cap)s，余额 %(room)s") % {
                    "refs": refs,
                    "cap": money(cap),
                    "room": money(room),
                }
                reading = "amb_space_cap_key" if entry.terms.data.get("cap_group") else "amb_cap_period"
                entry.cut("shared_cap", said, room, entry.terms.key, reading)
            left -= entry.outcome.pays


def cap_key(entry: Entry) -> Hashable:
    """Whose ceiling it is, for the measure or for all of its group."""
    group = entry.terms.data.get("cap_group")
    apart = group is None or entry.terms.reading("subsidy.space_caps_separate")
    return (*entry.whose, entry.terms.key if apart else group)


def shares_cap(entry: Entry) -> bool:
    """Whether its ceiling is one over a life: of incubation space, or where a yearly one is read so."""
    if entry.terms.data.get("cap_group"):
        return bool(entry.terms.reading("subsidy.space_cap_key") == "incubator_and_kind")
    if "amb_cap_period" not in entry.terms.data.get("amb", ()):
        return False
    return bool(entry.terms.reading("subsidy.cap_period") == "platform_total")


def _once(entries: list[Entry]) -> None:
    """The same measure for the same matter once: the highest stays."""
    once = [e for e in entries if e.live and e.terms.data.get("once_per") in ONCE]
    for group in _by(once, once_key):
        kept, *others = sorted(group, key=_first)
        for other in others:
            said = _("与 %(ref)s 为同一事项，只享受一次") % {"ref": kept.ref}
            other.exclude(kept, "once", said, other.terms.key)


def once_key(entry: Entry) -> Hashable:
    """What a measure is enjoyed once for: the matter, in each year anew where the clause pays by the year."""
    yearly = entry.terms.data.get("once_per") == YEARLY
    return entry.terms.key, entry.matter, entry.year if yearly else 0


def _levels(entries: list[Entry]) -> None:
    """A higher level is paid in full, unless the reading deducts the award of the level below."""
    by_key: dict[Hashable, Entry] = {(e.terms.key, e.matter): e for e in reversed(entries) if e.live}
    for entry in entries:
        below = by_key.get((entry.terms.data.get("lower_level"), entry.matter))
        if not entry.live or below is None:
            continue
        if entry.terms.reading("subsidy.deduct_lower_level_award"):
            said = _("扣减低一级奖励（%(ref)s）%(amount)s") % {
                "ref": below.ref,
                "amount": money(below.outcome.pays),
            }
            left = max(entry.outcome.pays - below.outcome.pays, ZERO)
            entry.cut("level", said, left, entry.terms.key, "amb_level_upgrade")
        else:
            said = _("与低一级奖励（%(ref)s）分别按各级全额享受") % {"ref": below.ref}
            entry.note("level", said, entry.terms.key, "amb_level_upgrade")


def _groups(entries: list[Entry]) -> None:
    """就高不就低: of an exclusion group, per beneficiary and year, only the measure with the higher total."""
    grouped = [e for e in entries if e.live and e.terms.data.get("exclusive_group")]

    for group in _by(grouped, group_key):
        totals: dict[str, Decimal] = defaultdict(Decimal)
        for entry in group:
            totals[entry.terms.key] += entry.outcome.pays
        best = min(totals, key=lambda key: (-totals[key], key))
        if len(totals) == 1:
            continue
        winner = min((e for e in group if e.terms.key == best), key=_first)
        for entry in group:
            rule = entry.terms.data["exclusive_group"]
            if entry.terms.key == best:
                entry.note("stack", _("就高：同组各项中数额最高，享受本项"), rule, "amb_higher_of_scope")
                continue
            said = _("就高不就低：%(label)s共 %(high)s，高于本项共 %(low)s，本项不重复享受") % {
                "label": winner.terms.label,
                "high": money(totals[best]),
                "low": money(totals[entry.terms.key]),
            }
            if totals[best] == totals[entry.terms.key]:
                said = _("就高不就低：与%(label)s数额相同，只享受其一") % {"label": winner.terms.label}
            entry.exclude(winner, "higher_of", said, rule, "amb_higher_of_scope")


def group_key(entry: Entry) -> Hashable:
    """Within what the higher of a group is taken: the unit's year, or by another reading the matter's."""
    by_matter = entry.terms.reading("amb_higher_of_scope") == "matter"
    whose = entry.whose if by_matter else entry.organisation
    return entry.terms.data["exclusive_group"], whose, entry.year


def _overlaps(entries: list[Entry]) -> None:
    """避免交叉重复: several measures for one kind of entity in a year are warned of, or blocked where the reading says so."""
    live = [e for e in entries if e.live and e.terms.law.applies(GENERAL)]

    for group in _by(live, overlap_key):
        ranked = sorted(group, key=lambda e: (-e.outcome.pays, e.terms.key, e.ref))
        for at, entry in enumerate(ranked):
            _overlap(entry, ranked[:at], ranked[at + 1 :])


def overlap_key(entry: Entry) -> Hashable:
    """Measures for one kind of entity of one unit in one year."""
    return entry.whose, tuple(entry.terms.data.get("entity", ())), entry.year


def _overlap(entry: Entry, higher: list[Entry], lower: list[Entry]) -> None:
    stronger = [other for other in higher if other.live and not _related(entry, other)]
    blocking = next((other for other in stronger if action_of(entry, other) == "block"), None)
    if blocking is not None:
        said = _("避免交叉重复：同一年度同类主体已有 %(ref)s") % {"ref": blocking.ref}
        entry.exclude(blocking, "overlap", said, GENERAL, "amb_general_overlap")
        return
    others = stronger + [other for other in lower if not _related(entry, other)]
    warned = sorted(other.ref for other in others if action_of(entry, other) == "warn")
    if warned:
        said = _("提示：同一年度同类主体另有 %(refs)s，由经办人复核是否重复") % {"refs": "、".join(warned)}
        entry.note("overlap", said, GENERAL, "amb_general_overlap")


def action_of(one: Entry, other: Entry) -> str:
    """warn, block or ignore; amb_demo_stacking says more about demonstrations than the general rule does."""
    for entry in (one, other):
        if "amb_demo_stacking" in entry.terms.data.get("amb", ()):
            said = entry.terms.reading("subsidy.demo_stacking")
            if said != "different_years":
                return "ignore" if said == "always" else "block"
    return str(one.terms.reading("subsidy.overlap_action"))


def _related(one: Entry, other: Entry) -> bool:
    """Whether a narrower rule has already said what holds between two claims."""
    mine, its = one.terms.data, other.terms.data
    return (
        one.terms.key == other.terms.key
        or other.terms.key == mine.get("lower_level")
        or one.terms.key == its.get("lower_level")
        or (mine.get("cap_group") is not None and mine.get("cap_group") == its.get("cap_group"))
    )


def _quota(entries: list[Entry]) -> None:
    """A yearly quota is filled by selection, not by who comes first: what is beyond it is only pointed out."""
    for group in _by(
        [e for e in entries if e.live and e.terms.has("quota_max")], lambda e: (e.terms.key, e.year)
    ):
        most = int(group[0].terms.figure("quota_max"))
        if len(group) > most:
            said = _("提示：本次 %(n)s 家，超过每年 %(most)s 家名额，须经遴选") % {
                "n": len(group),
                "most": most,
            }
            for entry in group:
                entry.note("quota", said, QUOTA, "amb_quota_minimum")
