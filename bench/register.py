"""register: the public register, page and API, at 10,000 entities and at the large size."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlencode

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.db.models import Count
from django.test import RequestFactory

from bench.measure import Result
from bench.site import BASE, Site, Size, meter
from filings.models import RegisterPeriod
from portal.scale import seeding

GROWTH = 1.5
PAGE, API = "/register/", "/api/v1/public/register/"
# of one character and of two, in many names and in few; long; none
WORDS = ("海", "氢", "院", "海洋", "孵化", "封装", "深海作业装备", "智能 海洋", "不存在")
PAST = "2024-06-30"


class Visitor(Site):
    """Somebody without an account."""

    def __init__(self) -> None:
        self.cookies, self.handler, self.factory = "", WSGIHandler(), RequestFactory()


def large() -> int:
    """The size asked for in the environment."""
    return int(os.environ.get("BENCH_ENTITIES", "100000"))


def fill(entities: int) -> None:
    """Entities of every kind, a unit for every fifty."""
    units = max(entities // 50, 40)
    seeding.fill(organisations=units, filings=0, entities=0, recorded=entities, say=print)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _most(field: str) -> str:
    """The commonest value of a facet."""
    rows = RegisterPeriod.objects.values_list(field).annotate(n=Count("pk")).order_by("-n", field)
    return str(rows[0][0])


def _last(query: dict[str, str], wanted: int) -> int:
    """The page wanted, or the last there is."""
    rows = RegisterPeriod.objects.filter(until=None, **query)[: wanted * 25].count()
    return max(rows // 25, 1)


def questions() -> dict[str, dict[str, Any]]:
    """What is asked of both lists: every filter alone, those of the target together, the past, words, later pages."""
    kind, district, industry = _most("kind"), _most("district__code"), _most("industry")
    city, level = _most("city__code"), _most("level")
    first = {"kind": kind, "status": "valid"}
    together = {"kind": kind, "level": level, "district": district, "status": "valid"}
    return {
        "no filter": {},
        "kind": {"kind": kind},
        "level": {"level": level},
        "city": {"district": city},
        "district": {"district": district},
        "industry": {"industry": industry},
        "status valid": {"status": "valid"},
        "status expired": {"status": "expired"},
        "status merged": {"status": "merged"},
        "kind, level, district, status": together,
        "the same in the past": {**together, "on": PAST},
        "level and industry, national": {"level": "national", "industry": industry},
        "page 40": {"page": _last({}, 40)},
        "page 8 of a kind": {"page": _last({"kind": kind}, 8), "kind": kind},
        **{f"words {word}": {"q": word} for word in WORDS},
        "words 海洋 with kind and status": {"q": "海洋", **first},
    }


def sample(size: Size) -> dict[str, dict[str, Any]]:
    """Milliseconds of CPU, application and database, of every question; the median of the rounds."""
    visitor, clock, found = Visitor(), meter(), {}
    for name, query in questions().items():
        for kind, address in (("page", PAGE), ("API", API)):
            path = f"{address}?{urlencode(query)}"
            visitor.fetch(path)
            rounds = sorted(sum(clock.of(visitor.get(path), size.calls)) for _round in range(size.pairs))
            split = clock.of(visitor.get(path), size.calls)
            found[f"{kind}: {name}"] = {
                "seconds": rounds[len(rounds) // 2],
                "database": split[1],
                "queries": visitor.queries(path),
            }
    return found


def compared(small: dict[str, Any], big: dict[str, Any], entities: int, size: Size) -> list[Result]:
    """A line for each question."""
    return [
        Result(
            "register",
            name,
            f"itself at {BASE:,} entities, now {entities:,}",
            big[name]["seconds"],
            small[name]["seconds"],
            big[name]["seconds"] / small[name]["seconds"],
            f"≤ {GROWTH:g}×",
            big[name]["seconds"] / small[name]["seconds"] <= GROWTH,
            size.pairs,
            {"queries": big[name]["queries"], "database ms": round(big[name]["database"] * 1000, 1)},
        )
        for name in big
    ]


def run(size: Size) -> list[Result]:
    entities, base = large(), min(BASE, large())
    fill(base)
    small = sample(size)
    fill(entities)
    return compared(small, sample(size), entities, size)
