"""Puts the cases in order: what needs the small database first, then fill it up, then the rest."""

from __future__ import annotations

import os

from django.core.management import call_command

from bench import api, cluster, evaluation, pdf, quotes, register, sheets, worklist
from bench.measure import PAIRS, Result
from bench.site import BASE, Site, Size, fill


def size() -> Size:
    """The sizes asked for in the environment."""
    filings = int(os.environ.get("BENCH_FILINGS", "100000"))
    return Size(filings, min(BASE, filings), int(os.environ.get("BENCH_PAIRS", str(PAIRS))), 12)


def run(cases: list[str], how: Size) -> list[Result]:
    """Results in the order of the cases."""
    found: list[Result] = []
    print("preparing …", flush=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_policy", verbosity=0)
    if {"P1", "P2", "P3"} & set(cases):
        print("P1, P2, P3 …", flush=True)
        found += quotes.run(how)
    if "P4" in cases:
        print("P4 …", flush=True)
        found += evaluation.run(how)
    if "P5" in cases:
        print("P5 …", flush=True)
        found += pdf.run(how)
    for case, sheet in (("P6", sheets.run_out), ("P7", sheets.run_in)):
        if case in cases:
            print(f"{case} …", flush=True)
            found += sheet(how)
    if "cluster" in cases:
        print("cluster …", flush=True)
        found += cluster.run(how)
    if "register" in cases:
        print("register …", flush=True)
        found += register.run(how)
    if not {"P8", "P9", "P10"} & set(cases):
        return found
    small: dict[str, float] = {}
    if "P10" in cases:
        fill(how.base)
        small = worklist.sample(Site(), how)
    fill(how.filings)
    for case, work in (("P8", worklist.run_page), ("P9", api.run)):
        if case in cases:
            print(f"{case} …", flush=True)
            found += work(how)
    if "P10" in cases:
        print("P10 …", flush=True)
        found += worklist.run_growth(how, small)
    return found
