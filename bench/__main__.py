"""`python -m bench [P1 P4 P5 P8 P9 P10 cluster register]`: run on throw-away servers, print a table, write .local/bench.json.

P1, P2 and P3 run together. BENCH_FILINGS, BENCH_ENTITIES, BENCH_CLAIMS (100000) and BENCH_EVALUATED (50000) are the large sizes,
BENCH_PAIRS (5) the number of alternating pairs.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from pathlib import Path

CASES = ("P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10", "cluster", "register")


def main(wanted: list[str]) -> int:
    """Run the cases named, or all. Misses are shown, not punished: the exit code is 0."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    if not os.environ.get("DATABASE_URL"):
        raise SystemExit("no database: use ./run bench")
    django.setup()

    from bench import runner
    from bench.measure import table

    chosen = [case for case in CASES if not wanted or case in wanted]
    results = runner.run(chosen, runner.size())
    print(table(results))
    machine = {"python": platform.python_version(), "cpus": os.cpu_count(), "load": os.getloadavg()}
    file = Path(".local") / "bench.json"
    file.parent.mkdir(exist_ok=True)
    answer = {"machine": machine, "results": [result.as_json() for result in results]}
    file.write_text(json.dumps(answer, ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"\nwritten to {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
