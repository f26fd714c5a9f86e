"""A plan without errors is written: units, entities with their levels and members, lines of history. In one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from accounts.enums import OrganisationState
from accounts.models import Organisation
from accounts.pinyin import sort_keys
from core import clock
from core.actor import Actor
from core.numbering import next_numbers
from core.search import grams
from filings import programmes
from filings.enums import EntityOrigin, HistoryKind, ParticipantRole
from filings.models import Entity, EntityLevel, EntityMember, HistoryLine, RegisterLoad
from filings.services.register_load.copying import insert
from filings.services.register_load.entities import FACTS as ENTITY_FACTS
from filings.services.register_load.organisations import FACTS as UNIT_FACTS
from filings.services.register_load.plan import Plan

BATCH = 2_000
Told = Callable[[int, str], None]


def write(plan: Plan, *, load: RegisterLoad, actor: Actor, tell: Told) -> dict[str, Any]:
    """Write the plan in the caller's transaction. Returns the numbers of the entities it brought.

    `tell(percent, text)` hears how far it is.
    """
    if plan.found.total:
        raise ValueError("a plan with errors is never written")
    with connection.cursor() as cursor:
        # Each history trigger otherwise walks every foreign key that still waits to be checked.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    writer = _Writer(plan, load, actor, tell)
    writer.units()
    writer.entities()
    writer.members()
    return {"entities": writer.made, "numbered": writer.numbered}


@dataclass
class _Writer:
    plan: Plan
    load: RegisterLoad
    actor: Actor
    tell: Told

    def __post_init__(self) -> None:
        self.now, self.today = clock.now(), clock.today()
        self.made: list[int] = []
        self.numbered = 0
        self.unit_ids: dict[str, int] = {code: row["id"] for code, row in self.plan.units.known.items()}
        units, entities, members = self.plan.units, self.plan.entities, self.plan.members
        self.steps = [len(units.new), len(entities.new) * 3, len(members.new) + len(members.changed)]
        self.done = 0

    def _told(self, rows: int, text: str) -> None:
        self.done += rows
        self.tell(100 * self.done // max(1, sum(self.steps)), text)

    # --- units ---

    def units(self) -> None:
        """New units come without people; of the others only facts that nobody of their own keeps are corrected."""
        for part in parts(list(self.plan.units.new.items())):
            keys = sort_keys(facts["name"] for _code, facts in part)
            common = {
                "state": OrganisationState.APPROVED.value,
                "state_changed_at": self.now,
                "decided_at": self.now,
                "registered_at": self.now,
                "updated_at": self.now,
                "is_sample": self.load.authority.is_sample,
            }
            rows = [
                {"credit_code": code, "sort_key": key, **common, **facts}
                for (code, facts), key in zip(part, keys, strict=True)
            ]
            numbers = insert(Organisation, rows)
            self.unit_ids |= {row["credit_code"]: pk for row, pk in zip(rows, numbers, strict=True)}
            self._told(len(part), _("正在写入单位"))
        for part in parts(list(self.plan.units.changed.values())):
            self._correct_units(part)

    def _correct_units(self, part: Sequence[dict[str, Any]]) -> None:
        rows = Organisation.objects.in_bulk([facts["id"] for facts in part])
        for facts in part:
            row = rows[facts["id"]]
            for name in UNIT_FACTS:
                if facts[name] or name in ("name", "kind", "district_id"):
                    setattr(row, name, facts[name])
            row.updated_at = self.now
            row.version += 1
        for row, key in zip(rows.values(), sort_keys(row.name for row in rows.values()), strict=True):
            row.sort_key = key
        fields = [*UNIT_FACTS, "sort_key", "updated_at", "version"]
        Organisation.objects.bulk_update(rows.values(), fields, batch_size=BATCH)

    # --- entities ---

    def entities(self) -> None:
        self._number(self.plan.entities.new)
        lead_codes = {row["lead"] for row in self.plan.entities.new} | {
            row["lead"] for row in self.plan.entities.changed
        }
        self._find_units(lead_codes)
        self.lead_names = dict(
            row
            for part in parts(sorted({self.unit_ids[code] for code in lead_codes}))
            for row in Organisation.objects.filter(pk__in=part).values_list("pk", "name")
        )
        for part in parts(self.plan.entities.new):
            self._new_entities(part)
        for part in parts(self.plan.entities.changed):
            self._correct_entities(part)

    def _number(self, rows: Iterable[dict[str, Any]]) -> None:
        """Numbers for those without one of their own, in the order of the sheet, year by year."""
        waiting: dict[tuple[str, str, int], list[dict[str, Any]]] = {}
        for row in rows:
            if not row["code"]:
                spec = programmes.for_kind(row["kind"])
                waiting.setdefault((spec.city_code, spec.type_code, row["valid_from"].year), []).append(row)
        for (city, letters, year), unnumbered in sorted(waiting.items()):
            serials = free_serials(city, letters, year, len(unnumbered), {row["code"] for row in rows})
            for row, serial in zip(unnumbered, serials, strict=True):
                row["code"] = f"{city}-{letters}-{year}-{serial:04d}"
                self.numbered += 1

    def _find_units(self, codes: Iterable[str]) -> None:
        for part in parts(sorted(set(codes) - set(self.unit_ids))):
            rows = Organisation.objects.filter(credit_code__in=part)
            self.unit_ids |= dict(rows.values_list("credit_code", "pk"))

    def _described(self, part: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for row, key in zip(part, sort_keys(row["name"] for row in part), strict=True):
            lead = self.unit_ids[row["lead"]]
            yield {
                **{name: row[name] for name in ENTITY_FACTS},
                "code": row["code"] or row["old"]["code"],
                "lead_id": lead,
                "name_key": key,
                "grams": grams(row["name"], self.lead_names[lead], row["code"] or row["old"]["code"]),
            }

    def _new_entities(self, part: Sequence[dict[str, Any]]) -> None:
        common = {
            "authority_id": self.load.authority_id,
            "registered_at": self.now,
            "origin": EntityOrigin.LOAD.value,
            "is_sample": self.load.authority.is_sample,
        }
        with levels_follow():
            made = insert(Entity, [common | facts for facts in self._described(part)])
        for row, pk in zip(part, made, strict=True):
            row["id"] = pk
        self.made += made
        self._told(len(part), _("正在写入登记主体"))
        steps = [
            {"entity_id": row["id"], "level": row["level"], "since": row["valid_from"], **row["paper"]}
            for row in part
        ]
        insert(EntityLevel, steps)
        self._told(len(part), _("正在写入级别"))
        self._begin(part)
        self._told(len(part), _("正在写入登记主体"))

    def _begin(self, part: Sequence[dict[str, Any]]) -> None:
        """The lead as a member, and the first line of the history."""
        leads = [
            {
                "entity_id": row["id"],
                "organisation_id": self.unit_ids[row["lead"]],
                "role": ParticipantRole.LEAD.value,
                "since": row["valid_from"],
            }
            for row in part
        ]
        insert(EntityMember, leads)
        common = {
            "kind": HistoryKind.LOADED.value,
            "on": self.today,
            "recorded_at": self.now,
            "recorded_by_id": self.actor.user_id,
        }
        insert(
            HistoryLine, [{"entity_id": row["id"], "data": {"code": row["code"]}, **common} for row in part]
        )

    def _correct_entities(self, part: Sequence[dict[str, Any]]) -> None:
        rows = Entity.objects.select_for_update(of=("self",)).in_bulk([row["old"]["id"] for row in part])
        for row, facts in zip(part, self._described(part), strict=True):
            entity = rows[row["old"]["id"]]
            for name, value in facts.items():
                setattr(entity, name, value)
        fields = [*ENTITY_FACTS, "lead", "name_key", "grams"]
        fields = ["district" if name == "district_id" else name for name in fields]
        Entity.objects.bulk_update(rows.values(), fields, batch_size=BATCH)
        for row in part:
            row["id"] = row["old"]["id"]
            if row["step"]:
                facts = {"level": row["level"], "since": row["valid_from"], **row["paper"]}
                EntityLevel.objects.filter(pk=row["step"]["id"]).update(**facts)
            lead = EntityMember.objects.filter(entity=row["id"], role=ParticipantRole.LEAD, until=None)
            lead.update(organisation=self.unit_ids[row["lead"]], since=row["valid_from"])

    # --- members ---

    def members(self) -> None:
        rows = self.plan.members
        self._find_units({row["unit"] for row in (*rows.new, *rows.changed)})
        for part in parts(rows.new):
            insert(
                EntityMember,
                [
                    {
                        "entity_id": row["entity"].get("id") or row["entity"]["old"]["id"],
                        "organisation_id": self.unit_ids[row["unit"]],
                        **_place(row),
                    }
                    for row in part
                ],
            )
            self._told(len(part), _("正在写入成员"))
        for part in parts(rows.changed):
            for row in part:
                EntityMember.objects.filter(pk=row["id"]).update(**_place(row))
            self._told(len(part), _("正在写入成员"))


@contextmanager
def levels_follow() -> Iterator[None]:
    """Entities written here get their levels in the next statement, whose trigger derives the periods of both.

    A failure needs no undoing: the setting goes with what is rolled back, and with the transaction at the latest.
    """
    statement = "SELECT set_config('filings.levels_follow', %s, true)"
    with connection.cursor() as cursor:
        cursor.execute(statement, ["on"])
        yield
        cursor.execute(statement, [""])


def _place(row: dict[str, Any]) -> dict[str, Any]:
    reason = _("导入名录时已退出") if row["until"] else ""
    return {"role": row["role"], "since": row["since"], "until": row["until"], "left_reason": reason}


def parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The rows in batches."""
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def free_serials(city: str, letters: str, year: int, count: int, taken: set[str]) -> list[int]:
    """The next numbers of a series that no entity and no row of the file carries already."""
    found: list[int] = []
    while len(found) < count:
        fresh = list(next_numbers(f"certificate.{city}.{letters}", year, count - len(found)))
        codes = {f"{city}-{letters}-{year}-{serial:04d}": serial for serial in fresh}
        used = set(Entity.objects.filter(code__in=list(codes)).values_list("code", flat=True)) | taken
        found += [serial for code, serial in codes.items() if code not in used]
    return found
