"""A small tax-benefit system for OpenFisca-core with the same measures, over whole fen. Run as a script of its own.

It runs in an environment of its own (`.venv/peers`), because the portal neither needs nor ships OpenFisca. One JSON line
in, one out: `load` figures and claims, then `vector` over the first N at once, or `cases` with one case per claim.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import YEAR
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PERIOD, PPM = "2021", 1_000_000
INPUTS = (
    "measure", "area", "paid_before", "set_amount", "grade", "provincial_subsidy",
    "service_total", "rate", "actual_cost", "county",
)  # fmt: skip
Claim = build_entity(key="claim", plural="claims", label="One claim", is_person=True)


def _half_up(product: Any, divisor: int) -> Any:
    return (2 * product + divisor) // (2 * divisor)


def _formula(kinds: Mapping[str, list[int]], bands: list[int]) -> Callable[..., Any]:
    """The amount in fen: a table of figures looked up by the measure's number, then one case for each kind."""
    numbers = [number for of_kind in kinds.values() for number in of_kind]

    def formula(claim: Any, period: Any, parameters: Any) -> Any:
        at = parameters(period)
        measure = claim("measure", period)

        def figure(name: str) -> Any:
            table = numpy.zeros(max(numbers) + 1, dtype=numpy.int64)
            for number in numbers:
                node = at[f"m{number}"]
                table[number] = int(node[name]) if name in node._children else 0
            return table[measure]

        def of(kind: str) -> Any:
            return numpy.isin(measure, kinds[kind])

        given, cap = claim("set_amount", period), figure("cap")
        shares = numpy.array(bands, dtype=numpy.int64)[claim("grade", period)]
        capped = numpy.where(given >= 0, given, _half_up(cap * shares, PPM))
        space = _half_up(claim("area", period) * figure("unit_price"), 10_000) * 100
        left = numpy.maximum(cap - claim("paid_before", period), 0)
        space = numpy.minimum(numpy.minimum(space, cap), left)
        rate, most = claim("rate", period), figure("rate_cap")
        shared = _half_up(claim("service_total", period) * numpy.where(rate >= 0, rate, most), PPM)
        matched = _half_up(claim("provincial_subsidy", period) * figure("rate"), PPM)
        excepted = _half_up(claim("actual_cost", period) * figure("exception_rate"), PPM)
        matched = numpy.where(claim("county", period) & (figure("exception_rate") > 0), excepted, matched)
        return numpy.select(
            [of("fixed"), of("capped"), of("per_unit"), of("capped_rate"), of("match"), of("floor")],
            [figure("amount"), capped, space, shared, matched, given],
        )

    return formula


def system(figures: Mapping[str, Any], kinds: Mapping[str, list[int]], bands: list[int]) -> TaxBenefitSystem:
    """The system; integers are 64 bits wide, because a fen of a ceiling does not fit into 32."""
    made = TaxBenefitSystem([Claim])
    shared = {"entity": Claim, "definition_period": YEAR, "value_type": int, "label": ""}
    for name in INPUTS:
        made.add_variable(type(name, (Variable,), dict(shared)))
    made.add_variable(type("amount", (Variable,), shared | {"formula": _formula(kinds, bands)}))
    for variable in made.variables.values():
        variable.dtype = numpy.int64
    data = {
        node: {name: {"values": {"2020-01-01": {"value": value}}} for name, value in held.items()}
        for node, held in figures.items()
    }
    made.parameters = ParameterNode("", data=data)
    return made


class Peer:
    """What was loaded, and the two ways of asking."""

    def load(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        self.system = system(asked["figures"], asked["kinds"], asked["bands"])
        self.claims = asked["claims"]
        self.arrays = {
            name: numpy.array([row[name] for row in self.claims], dtype=numpy.int64) for name in INPUTS
        }
        return {}

    def vector(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """All claims at once from arrays that stand ready."""
        count = asked["count"]
        simulation = SimulationBuilder().build_default_simulation(self.system, count=count)
        for name, values in self.arrays.items():
            simulation.set_input(name, PERIOD, values[:count])
        return self._answer(simulation.calculate("amount", PERIOD), asked)

    def cases(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """One case per claim, from what was stated, as its web API takes them."""
        rows = self.claims[: asked["count"]]
        stated = {
            f"c{at}": {name: {PERIOD: row[name]} for name in INPUTS} | {"amount": {PERIOD: None}}
            for at, row in enumerate(rows)
        }
        simulation = SimulationBuilder().build_from_entities(self.system, {"claims": stated})
        return self._answer(simulation.calculate("amount", PERIOD), asked)

    def _answer(self, amounts: Any, asked: Mapping[str, Any]) -> dict[str, Any]:
        found = {"total": int(amounts.sum())}
        return found | {"amounts": [int(one) for one in amounts]} if asked.get("all") else found


def main() -> None:
    peer = Peer()
    for text in sys.stdin:
        asked = json.loads(text)
        print(json.dumps(getattr(peer, asked["do"])(asked)), flush=True)


if __name__ == "__main__":
    main()
