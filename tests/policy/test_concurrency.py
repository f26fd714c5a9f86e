"""Two publishers at once: one wins, one is told. The control takes the locks away and shows the race."""

import threading
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection

from core.errors import Invalid, NotNow, PortalError, Stale
from core.workflow import Workflow
from policy.models import Change, ParameterValue
from policy.services.changes import publish_change
from tests.makers.accounts import act, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Any) -> list[Any]:
    """Results or refusals of calls started together, each on its own connection."""
    barrier, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index: int, call: Any) -> None:
        try:
            barrier.wait(timeout=10)
            results[index] = call()
        except PortalError as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def test_two_publishers_of_one_change(propose: Any, director: Any, bureau: Any) -> None:
    change, second = propose(), make_user("division_head", bureau)
    results = at_once(
        lambda: publish_change(actor=act(director), change=change),
        lambda: publish_change(actor=act(second), change=change),
    )
    assert sorted(type(result).__name__ for result in results) == ["Change", "NotNow"]
    assert ParameterValue.objects.filter(parameter__key="fil_cons_validity").count() == 2


def test_two_changes_of_one_parameter(propose: Any, director: Any, bureau: Any) -> None:
    first, other = propose(), propose(value=24)
    second = make_user("division_head", bureau)
    results = at_once(
        lambda: publish_change(actor=act(director), change=first),
        lambda: publish_change(actor=act(second), change=other),
    )
    won = [result for result in results if isinstance(result, Change)]
    told = [result for result in results if isinstance(result, (Stale, Invalid))]
    assert len(won) == len(told) == 1
    rows = list(ParameterValue.objects.filter(parameter__key="fil_cons_validity").order_by("valid_from"))
    assert len(rows) == 2
    assert rows[0].valid_until is not None
    assert rows[0].valid_until < rows[1].valid_from


def test_control_without_the_row_lock_both_pass_the_state_check(
    propose: Any, director: Any, bureau: Any, monkeypatch: Any
) -> None:
    change, second = propose(), make_user("division_head", bureau)
    barrier = threading.Barrier(2)

    def unlocked(self: Workflow, obj: Any) -> Any:
        row = type(obj)._default_manager.get(pk=obj.pk)
        with suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=10)
        return row

    monkeypatch.setattr(Workflow, "_locked", unlocked)
    results = at_once(
        lambda: publish_change(actor=act(director), change=change),
        lambda: publish_change(actor=act(second), change=change),
    )
    # Nobody is told that the change was decided already; what saves the law is the next line of defence.
    assert not any(isinstance(result, NotNow) for result in results)
    assert ParameterValue.objects.filter(parameter__key="fil_cons_validity").count() == 2
