"""Mixed claims over every measure of Zibo that computes an amount, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

CITY = "370300"
DAY = "2021-06-30"
DISTRICTS = ("370302", "370303", "370304", "370305", "370306", "370321", "370322", "370323", "3703GX")
GRADES = ("excellent", "good", "pass", "fail")
#: A chunk is asked as one payload.
CHUNK = 200


def _money(rng: Random, most: int) -> str:
    """Yuan with fen, sometimes without."""
    fen = rng.randrange(100, most * 100)
    return f"{fen // 100}.{fen % 100:02d}" if rng.random() < 0.7 else str(fen // 100)


def _area(rng: Random) -> str:
    return f"{rng.randrange(20, 16_000)}.{rng.randrange(100):02d}"


def _graded(most: int) -> Callable[[Random], dict[str, Any]]:
    def facts(rng: Random) -> dict[str, Any]:
        return (
            {"grade": rng.choice(GRADES)}
            if rng.random() < 0.8
            else {"set_amount": str(rng.randrange(1, most))}
        )

    return facts


def _space(**more: str) -> Callable[[Random], dict[str, Any]]:
    def facts(rng: Random) -> dict[str, Any]:
        given: dict[str, Any] = {"area": _area(rng), **more}
        if rng.random() < 0.2:
            given["paid_before"] = _money(rng, 600_000)
        return given

    return facts


def _instruments(rng: Random) -> dict[str, Any]:
    given = {"service_total": _money(rng, 4_000_000)}
    if rng.random() < 0.5:
        given["rate"] = f"0.{rng.randrange(1, 31):02d}"
    return given


def _voucher(rng: Random) -> dict[str, Any]:
    cost = rng.randrange(1_000, 400_000)
    size = rng.choice(("medium", "small", "micro", "team"))
    return {
        "provincial_subsidy": str(cost * rng.randrange(20, 70) // 100),
        "actual_cost": f"{cost}.37",
        "size_class": size,
    }


#: measure → what a claim of it states
FACTS: dict[str, Callable[[Random], dict[str, Any]]] = {
    "sub_platform_national": lambda rng: {"level": "national"},
    "sub_platform_provincial": lambda rng: {"level": "provincial", "approval_date": "2021-03-01"},
    "sub_community_upgrade": _graded(10_000_000),
    "sub_ptsp_service": _graded(1_000_000),
    "sub_incubator_space_new": _space(),
    "sub_incubator_space_renovated": _space(construction_kind="renovation"),
    "sub_incubator_national": _graded(2_000_000),
    "sub_incubator_provincial": _graded(500_000),
    "sub_maker_national": lambda rng: {"level": "national", "recognition_date": "2021-02-01"},
    "sub_maker_provincial": lambda rng: {"level": "provincial"},
    "sub_maker_demonstration": lambda rng: {"selected": True},
    "sub_usp_provincial": lambda rng: {"provincial_subsidy": _money(rng, 1_000_000)},
    "sub_usp_national": lambda rng: {"provincial_subsidy": _money(rng, 3_000_000)},
    "sub_instrument_sharing": _instruments,
    "sub_innovation_voucher_match": _voucher,
    "sub_tti_national_demo": _graded(2_000_000),
    "sub_tti_performance": _graded(500_000),
    "sub_whole_relocation": lambda rng: {"set_amount": str(rng.randrange(100_000_000, 300_000_000))},
    "sub_rd_headquarters": _graded(50_000_000),
}


def claims(count: int, seed: int = 2021) -> list[dict[str, Any]]:
    """So many claims of the quote's payload, each of a unit of its own."""
    rng, names = Random(seed), list(FACTS)
    return [
        {
            "ref": str(n + 1),
            "measure": (name := rng.choice(names)),
            "organisation": f"9137{n:014d}",
            "district": rng.choice(DISTRICTS),
            "facts": FACTS[name](rng),
        }
        for n in range(count)
    ]
