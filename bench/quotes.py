"""P1 to P3: what-if totals, many quotes with full lines, one estimate; beside OpenFisca-core and Decimal by hand."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench import by_hand
from bench.claims import CHUNK, CITY, DAY, FACTS, claims
from bench.measure import Meter, Result, pairs, same, with_children
from bench.site import Size, meter
from policy.law import law_on
from subsidies.calculators import calculate
from subsidies.enums import Kind
from subsidies.facts import read
from subsidies.selectors import measures
from subsidies.selectors.quotes import quote
from subsidies.terms import Terms, terms_of
from subsidies.whatif import Case, Overlay, compare

MANY, CASES = 100_000, 1_000
ON = date.fromisoformat(DAY)
GRADES = ("", "excellent", "good", "pass", "fail")
PPM = 1_000_000
PYTHON = Path(os.environ.get("BENCH_PEERS", ".venv/peers/bin/python"))
#: What the what-if changes: dearer space, a lower ceiling of the higher grade, less for instruments.
CHANGED = {
    "sub_incubator_space_new.unit_price": Decimal(120),
    "sub_maker_national.amount": Decimal(450_000),
    "sub_instrument_sharing.rate_cap": Decimal("0.30"),
    "sub_usp_provincial.rate": Decimal("0.25"),
}


def size() -> tuple[int, int]:
    """Claims of P2 and of the larger P1, claims of the case-by-case peer."""
    many = int(os.environ.get("BENCH_CLAIMS", str(MANY)))
    return many, min(CASES, many)


# --- the three sides ---


class Ours:
    """What the product does, on claims as they are stated."""

    def __init__(self) -> None:
        self.effective = {key: known.valid_from for key, known in measures.known().items()}

    def terms(self, claim: Mapping[str, Any]) -> Terms:
        return terms_of(claim["measure"], law_on(ON, claim["district"]), self.effective[claim["measure"]])

    def estimate(self, claim: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Facts as text in, lines with words and clauses out."""
        facts = {name: read(name, value) for name, value in claim["facts"].items()}
        return [line.as_dict() for line in calculate(self.terms(claim), facts).lines]

    def quotes(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Whole quotes: read, checked against conditions, computed, stacked, with assumptions and readings."""
        found: list[dict[str, Any]] = []
        for start in range(0, len(rows), CHUNK):
            found += quote({"date": DAY, "claims": rows[start : start + CHUNK]}).as_dict()["results"]
        return found

    def cases(self, rows: list[dict[str, Any]]) -> list[Case]:
        """As stored awards are read for a what-if."""
        return [
            Case(
                award=at,
                ref=row["ref"],
                measure=row["measure"],
                effective=self.effective[row["measure"]],
                on=ON,
                place=row["district"],
                facts={name: read(name, value) for name, value in row["facts"].items()},
                decided=Decimal(0),
                organisation=row["organisation"],
                unit=at // 3,
                district=row["district"],
            )
            for at, row in enumerate(rows)
        ]


def book() -> by_hand.Book:
    """Figures, labels and clauses for the side written by hand."""
    law, found = law_on(ON, CITY), measures.in_force(ON, CITY)
    terms = {key: found[key] for key in FACTS}
    return by_hand.Book(
        figures={key: row.value for key, row in law.items() if key.partition(".")[0] in terms},
        clauses={key: law.cite(key) for key in terms},
        labels={key: one.label for key, one in terms.items()},
        bases={key: str(one.data.get("base", "")) for key, one in terms.items()},
        bands={grade: Decimal(share) for grade, share in law.reading("subsidy.cap_bands").items()},
        counties=frozenset(terms["sub_innovation_voucher_match"].data["exceptions"][0]["jurisdictions"]),
        stacked={
            key: one.rule_clause("rule_stack_provincial").text for key, one in terms.items() if one.stacked
        },  # type: ignore[union-attr]
        exception=law.cite("rule_county_exception"),
    )


class OpenFisca:
    """The process of `bench.peer_openfisca`, with the figures of a law and claims in whole fen."""

    def __init__(self, figures: Mapping[str, Decimal], kinds: Mapping[str, Kind], book: by_hand.Book) -> None:
        if not PYTHON.exists():
            raise SystemExit(f"{PYTHON} is missing: ./run bench installs requirements/bench.txt there")
        self.numbers = {key: at for at, key in enumerate(FACTS)}
        self.book = book
        self.figures: dict[str, dict[str, int]] = {f"m{at}": {} for at in self.numbers.values()}
        for key, value in figures.items():
            measure, _dot, name = key.partition(".")
            if measure in self.numbers:
                shares = name in ("rate", "ratio", "rate_cap", "exception_rate")
                held = self.figures[f"m{self.numbers[measure]}"]
                held["rate" if name == "ratio" else name] = int(value * (PPM if shares else 100))
        self.kinds: dict[str, list[int]] = {}
        for key, at in self.numbers.items():
            self.kinds.setdefault(kinds[key].value, []).append(at)
        self.process = subprocess.Popen(
            [str(PYTHON), str(Path(__file__).with_name("peer_openfisca.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, do: str, **more: Any) -> dict[str, Any]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": do, **more}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())  # type: ignore[no-any-return]

    def load(self, rows: list[dict[str, Any]]) -> None:
        bands = [0, *(int(self.book.bands[grade] * PPM) for grade in GRADES[1:])]
        self.ask(
            "load",
            figures=self.figures,
            kinds=self.kinds,
            bands=bands,
            claims=[self._row(row) for row in rows],
        )

    def _row(self, claim: Mapping[str, Any]) -> dict[str, int]:
        facts = claim["facts"]

        def fen(name: str, missing: int = 0) -> int:
            return int(Decimal(facts[name]) * 100) if name in facts else missing

        return {
            "measure": self.numbers[claim["measure"]],
            "area": fen("area"),
            "paid_before": fen("paid_before"),
            "set_amount": fen("set_amount", -1),
            "grade": GRADES.index(facts.get("grade", "")),
            "provincial_subsidy": fen("provincial_subsidy"),
            "service_total": fen("service_total"),
            "rate": int(Decimal(facts["rate"]) * PPM) if "rate" in facts else -1,
            "actual_cost": fen("actual_cost"),
            "county": int(claim["district"] in self.book.counties),
        }

    def close(self) -> None:
        self.process.communicate()


def amount(lines: list[dict[str, Any]]) -> int:
    """Fen of some lines."""
    return sum(int(Decimal(line["amount"]) * 100) for line in lines)


# --- the cases ---


def run(how: Size) -> list[Result]:
    """P1, P2 and P3 on the same claims."""
    many, few = size()
    rows, ours, held = claims(many), Ours(), book()
    kinds = {key: ours.terms({"measure": key, "district": "370303"}).kind for key in FACTS}
    law = law_on(ON, CITY)
    plain = {key: row.value for key, row in law.items() if key.startswith("sub_")}
    present, changed = OpenFisca(plain, kinds, held), OpenFisca(plain | CHANGED, kinds, held)
    try:
        for peer in (present, changed):
            peer.load(rows)
        _alike(rows, ours, held, present)
        timer = meter()
        beside = Meter(
            *timer.extra, lambda: with_children(present.process.pid) + with_children(changed.process.pid)
        )
        return [
            *(
                _what_if(rows[:count], ours, (present, changed), beside, how)
                for count in sorted({many // 10, many})
            ),
            *_quotes(rows, few, ours, held, present, beside, how),
            _one(rows[:CASES], ours, held, timer, how),
        ]
    finally:
        present.close()
        changed.close()


def _alike(rows: list[dict[str, Any]], ours: Ours, held: by_hand.Book, peer: OpenFisca) -> None:
    """Every line of every claim, and every fen, before anything is timed."""
    lines = [by_hand.estimate(held, row) for row in rows]
    for row, by in zip(rows, lines, strict=True):
        same(ours.estimate(row), by, f"P2 {row['measure']}")
    quoted = [found["lines"] for found in ours.quotes(rows[:CHUNK])]
    # a quote of many also points out the yearly quota of demonstrations
    quoted = [[line for line in of_one if line["code"] != "quota"] for of_one in quoted]
    same(quoted, lines[:CHUNK], "P2 quotes")
    same([amount(by) for by in lines], peer.ask("vector", count=len(rows), all=True)["amounts"], "P1")
    few = min(CASES, len(rows))
    same([amount(by) for by in lines[:few]], peer.ask("cases", count=few, all=True)["amounts"], "P2 cases")


def _what_if(
    rows: list[dict[str, Any]], ours: Ours, peers: tuple[OpenFisca, OpenFisca], beside: Meter, how: Size
) -> Result:
    cases, overlay = ours.cases(rows), Overlay(CITY, CHANGED, {})

    def totals() -> tuple[Decimal, Decimal]:
        found = compare(cases, law_on, overlay).total
        return found.before, found.after

    def vector() -> tuple[Decimal, ...]:
        return tuple(Decimal(peer.ask("vector", count=len(rows))["total"]) / 100 for peer in peers)

    same(totals(), vector(), "P1 totals")
    found = pairs(beside, totals, vector, calls=1, count=how.pairs)
    return _result(
        "P1",
        f"what-if over {len(rows):,} claims: totals before and after",
        "OpenFisca-core vectorised over integers",
        found,
        1.0,
        how,
        len(rows),
        printed=True,
    )


def _quotes(
    rows: list[dict[str, Any]],
    few: int,
    ours: Ours,
    held: by_hand.Book,
    peer: OpenFisca,
    beside: Meter,
    how: Size,
) -> list[Result]:
    hand = pairs(
        beside,
        lambda: [ours.estimate(row) for row in rows],
        lambda: [by_hand.estimate(held, row) for row in rows],
        calls=1,
        count=how.pairs,
    )
    whole = pairs(
        beside,
        lambda: ours.quotes(rows),
        lambda: [by_hand.estimate(held, row) for row in rows],
        calls=1,
        count=how.pairs,
    )
    slow = pairs(
        beside,
        lambda: [ours.estimate(row) for row in rows[:few]],
        lambda: peer.ask("cases", count=few),
        calls=1,
        count=how.pairs,
    )
    return [
        _result(
            "P2",
            f"{len(rows):,} claims, facts in, cited lines out",
            "Decimal by hand, an equal trace",
            hand,
            1 / 0.7,
            how,
            len(rows),
        ),
        _result(
            "P2",
            f"{len(rows):,} whole quotes",
            "Decimal by hand, an equal trace",
            whole,
            1 / 0.7,
            how,
            len(rows),
            printed=True,
        ),
        _result(
            "P2",
            f"{few:,} claims, facts in, cited lines out",
            "OpenFisca-core, one case per claim, no trace",
            slow,
            1 / 20,
            how,
            few,
        ),
    ]


def _one(rows: list[dict[str, Any]], ours: Ours, held: by_hand.Book, timer: Meter, how: Size) -> Result:
    """One at a time: the mean over a thousand different ones."""

    def each(work: Callable[[dict[str, Any]], Any]) -> Callable[[], None]:
        def all_of_them() -> None:
            for row in rows:
                work(row)

        return all_of_them

    found = pairs(
        timer, each(ours.estimate), each(lambda row: by_hand.estimate(held, row)), calls=5, count=how.pairs
    )
    result = _result("P3", "one traced estimate", "Decimal by hand with a trace", found, 5.0, how, len(rows))
    result.ours, result.peer = result.ours / len(rows), result.peer / len(rows)
    return result


def _result(
    case: str,
    work: str,
    beside: str,
    found: Any,
    most: float,
    how: Size,
    count: int,
    *,
    printed: bool = False,
) -> Result:
    """`most` is the ratio of seconds that is allowed; speeds are printed beside."""
    ours, peer = sum(found.ours), sum(found.peer)
    speed = {"ours a second": f"{count / ours:,.0f}", "peer a second": f"{count / peer:,.0f}"}
    target = "printed" if printed else f"≤ {most:.3g}×"
    return Result(
        case, work, beside, ours, peer, found.ratio, target, printed or found.ratio <= most, how.pairs, speed
    )
