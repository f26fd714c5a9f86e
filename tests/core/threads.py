"""Several people at once: threads with database connections of their own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run all at once; the results in order, an exception in place of a result."""
    results: list[Any] = [None] * len(works)
    barrier = threading.Barrier(len(works))

    def run(place: int) -> None:
        try:
            barrier.wait(10)
            results[place] = works[place]()
        except Exception as error:  # noqa: BLE001 - what one of them met is a result
            results[place] = error
        finally:
            connection.close()

    started = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join(60)
    return results
