"""What the rows of a load are held against: the bureau's places and kinds, and what is on the register already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q

from accounts.enums import OrganisationState
from accounts.models import District, Membership, Organisation
from accounts.permissions import lies_in
from core.errors import Invalid
from filings.models import Entity
from filings.programmes import Programme, all_programmes
from filings.services.drafting import authority_of
from filings.services.register_load.tables import words

#: So many keys are asked for at once.
ASKED = 20_000

UNIT_FIELDS = (
    "credit_code", "id", "name", "kind", "size_class", "district_id", "titles", "address", "contact_name",
    "contact_phone", "state",
)  # fmt: skip
ENTITY_FIELDS = (
    "id", "code", "kind", "name", "level", "lead_id", "industry", "district_id", "valid_from", "valid_until",
    "standing", "ended_on", "end_reason", "origin", "confirmed_at", "authority_id", "lead__credit_code",
)  # fmt: skip


@dataclass
class Ground:
    """For one bureau; everything is read once."""

    authority: Organisation

    @cached_property
    def districts(self) -> dict[int, District]:
        """Every place by its number."""
        return {place.pk: place for place in District.objects.select_related("parent", "maps_to")}

    @cached_property
    def inside(self) -> set[int]:
        """Numbers of the places in the bureau's jurisdiction."""
        own = self.districts[self.authority.jurisdiction_id or 0]
        return {pk for pk, place in self.districts.items() if lies_in(place, own)}

    @cached_property
    def places(self) -> dict[str, int]:
        """{name or code: number}; a bare name that two places have is only understood where one is inside."""
        found: dict[str, int] = {}
        bare: dict[str, list[int]] = {}
        for pk, place in self.districts.items():
            names = {place.code, place.full_label, place.path_label}
            found |= words((pk, name) for name in names if name)
            bare.setdefault(place.label, []).append(pk)
        for name, pks in bare.items():
            ours = [pk for pk in pks if pk in self.inside] or pks
            if len(ours) == 1:
                found |= words([(ours[0], name)])
        return {name: pk for name, pk in found.items() if not name.isdigit() or len(name) == 6}

    @cached_property
    def programmes(self) -> dict[str, Programme]:
        """{kind: programme} of the kinds this bureau registers."""
        return {spec.entity_kind: spec for spec in all_programmes() if self._decides(spec)}

    def _decides(self, spec: Programme) -> bool:
        try:
            return authority_of(spec.place, spec.department).pk == self.authority.pk
        except Invalid:
            return False

    def units(self, codes: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Units that are here already, by credit code."""
        found = {}
        for part in _parts(codes):
            for row in Organisation.objects.filter(credit_code__in=part).values(*UNIT_FIELDS):
                row["approved"] = row["state"] == OrganisationState.APPROVED
                found[row["credit_code"]] = row
        return found

    def peopled(self, pks: Iterable[int]) -> set[int]:
        """Those of the units that somebody belongs to or has ever belonged to: they keep their facts themselves."""
        found: set[int] = set()
        for part in _parts(pks):
            found.update(
                Membership.objects.filter(organisation__in=part).values_list("organisation_id", flat=True)
            )
        return found

    def entities(self, codes: Iterable[str], names: Iterable[str]) -> list[dict[str, Any]]:
        """Entities of any bureau with one of the codes, and those of this one with one of the names."""
        found: dict[int, dict[str, Any]] = {}
        for part in _parts(codes):
            rows = Entity.objects.filter(code__in=part).values(*ENTITY_FIELDS)
            found |= {row["id"]: row for row in rows}
        for part in _parts(names):
            rows = Entity.objects.filter(Q(authority=self.authority, name__in=part)).values(*ENTITY_FIELDS)
            found |= {row["id"]: row for row in rows}
        return list(found.values())


def _parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    found = sorted(set(values))
    for start in range(0, len(found), ASKED):
        yield found[start : start + ASKED]
