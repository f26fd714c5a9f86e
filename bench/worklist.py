"""P8 and P10: the officers' list beside a bare page, and how it grows with the number of filings."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.urls import reverse

from bench.measure import Result, pairs
from bench.site import Site, Size, meter

PAGE_TARGET, QUERIES = 8.0, 8
GROWTH, SEARCH, DEEP = 1.5, 20.0, 2.0
BARE = "/bench/bare/"
# in nearly every title or number, in many, in few, in none; one character; two words
TERMS = (
    "青岛",
    "创新联合体",
    "科技有限公司",
    "QD-SL",
    "传感",
    "海",
    "海洋药物",
    "崂山 传感",
    "明衡深海作业装备",
    "不存在的名称",
)
LAST_OFFERED = 50  # the list ends at a thousand; the API goes on


def plain() -> str:
    return reverse("filings:worklist") + "?tab=examination"


def filtered() -> str:
    return plain() + "&district=370212&industry=qd_ai&since=2024-01-01"


def run_page(size: Size) -> list[Result]:
    """P8: one tab, plain and filtered, beside the bare page; app CPU and number of queries."""
    site, clock, found = Site(), meter(), []
    for name, path in (("all tabs counted", plain()), ("four filters", filtered())):
        result = pairs(
            clock,
            site.get(path),
            site.get(BARE),
            calls=size.calls,
            peer_calls=size.calls * 4,
            count=size.pairs,
        )
        queries, bare = site.queries(path), site.queries(BARE)
        found.append(
            Result(
                "P8",
                f"worklist of {size.filings:,}, {name}",
                "a bare page with session and user, app CPU",
                result.ours[0],
                result.peer[0],
                result.app_ratio,
                f"≤ {PAGE_TARGET:g}×, ≤ {QUERIES} queries",
                result.app_ratio <= PAGE_TARGET and queries <= QUERIES,
                size.pairs,
                {
                    "queries": queries,
                    "bare page queries": bare,
                    "database ms": round(result.ours[1] * 1000, 1),
                },
            )
        )
    return found


def run_growth(size: Size, small: dict[str, float]) -> list[Result]:
    """P10 at the full size; `small` holds the seconds measured at the base size by `sample`."""
    site, clock = Site(), meter()
    large = sample(site, size)
    one, calls = plain(), max(size.calls // 4, 1)
    found = [
        _grown(f"worklist page, {size.base:,} → {size.filings:,}", large["page"], small["page"], size),
    ]
    terms = {q: sum(clock.of(site.get(_searched(q)), max(calls // 3, 1))) for q in TERMS}
    worst = max(terms, key=lambda q: terms[q])
    both = pairs(clock, site.get(_searched(worst)), site.get(one), calls=calls, count=size.pairs)
    found.append(_result(f"worst of ten search terms: {worst}", "the plain page", both, SEARCH, size))
    found[-1].notes = {q: f"{seconds * 1000:.0f} ms" for q, seconds in terms.items()}
    deep, first = f"{one}&page={LAST_OFFERED}", f"{one}&page=1"
    both = pairs(clock, site.get(deep), site.get(first), calls=calls, count=size.pairs)
    found.append(_result(f"worklist page {LAST_OFFERED} (the last offered)", "page 1", both, DEEP, size))
    api = reverse("api-filings")
    last = int(size.filings * 0.9 / 25)
    both = pairs(
        clock, site.get(f"{api}?page={last}"), site.get(f"{api}?page=1"), calls=calls, count=size.pairs
    )
    found.append(_result(f"API page {last:,}", "page 1", both, DEEP, size))
    return found


def sample(site: Site, size: Size) -> dict[str, float]:
    """CPU seconds of the plain page and its database part, the median of the rounds."""
    clock = meter()
    site.fetch(plain())
    rounds = sorted(clock.of(site.get(plain()), size.calls) for _round in range(size.pairs))
    app, database = rounds[len(rounds) // 2]
    return {"page": app + database, "database": database}


def _searched(term: str) -> str:
    return f"{reverse('filings:worklist')}?q={quote(term)}"


def _grown(work: str, large: float, small: float, size: Size) -> Result:
    ratio = large / small
    return Result(
        "P10",
        work,
        "itself at the smaller size",
        large,
        small,
        ratio,
        f"≤ {GROWTH:g}×",
        ratio <= GROWTH,
        size.pairs,
    )


def _result(work: str, beside: str, both: Any, target: float, size: Size) -> Result:
    return Result(
        "P10",
        work,
        beside,
        sum(both.ours),
        sum(both.peer),
        both.ratio,
        f"≤ {target:g}×",
        both.ratio <= target,
        size.pairs,
    )
