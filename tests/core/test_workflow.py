"""The executor: order of refusals, everything in one transaction, one winner."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from core import clock
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow, NotVisible, Problem, Stale
from core.models import AuditEntry
from core.workflow import Transition, Workflow
from tests.core import ticket
from tests.core.threads import together
from tests.core.ticket import Ticket

pytestmark = pytest.mark.django_db(transaction=True)

OFFICER = Actor(roles=frozenset({"officer"}), request_id="r-1")
STRANGER = Actor(roles=frozenset({"reader"}))


class Rule:
    """What accounts.permissions gives: a predicate with its sentence."""

    sentence = "只有承办人可以办理。"

    def __call__(self, actor: Actor, obj: Any) -> bool:
        return actor.has_role("officer")


def _needs_number(obj: Any, actor: Actor, data: Any) -> list[Problem]:
    return [] if data.get("number") else [Problem("number", "请填写编号。", "number", "《指引》备案制度1")]


def _no_short_words(obj: Any, actor: Actor, data: Any) -> list[Problem]:
    return [] if len(data["comment"]) > 3 else [Problem("short", "理由过短。", "comment")]


FLOW = Workflow(
    (
        Transition("take", ("waiting",), "taken", Rule(), label="受理"),
        Transition(
            "close", ("waiting", "taken"), "closed", Rule(), (_needs_number, _no_short_words), True, "办结"
        ),
    ),
    noun="ticket",
)


@pytest.fixture(autouse=True)
def _table() -> Iterator[None]:
    with ticket.table():
        yield


def test_a_move_writes_state_moment_version_stamp_and_entry() -> None:
    waiting = Ticket.objects.create()
    seen: list[str] = []

    def effect(obj: Any, transition: Transition, actor: Actor, data: Any) -> None:
        seen.append(f"{obj.state} {data['comment']} {data['number']}")

    closed = FLOW.perform(
        waiting, "close", actor=OFFICER, comment=" 办理完毕 ", data={"number": "1"}, effect=effect
    )
    closed.refresh_from_db()
    assert (closed.state, closed.version, closed.closed_at) == ("closed", 2, clock.now())
    assert closed.state_changed_at == clock.now()
    assert seen == ["closed 办理完毕 1"]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_id, entry.request_id) == ("ticket.close", str(closed.pk), "r-1")
    assert entry.detail == {"from": "waiting", "to": "closed", "comment": "办理完毕"}


def test_refusals_come_in_order_and_guards_together() -> None:
    thing = Ticket.objects.create(state="closed")
    with pytest.raises(NotNow, match="closed"):
        FLOW.perform(thing, "take", actor=STRANGER)
    thing = Ticket.objects.create()
    with pytest.raises(NotAllowed, match="只有承办人"):
        FLOW.perform(thing, "close", actor=STRANGER)
    with pytest.raises(Stale):
        FLOW.perform(thing, "close", actor=OFFICER, version=7)
    with pytest.raises(Invalid) as refused:
        FLOW.perform(thing, "close", actor=OFFICER, comment="  ", version=1)
    assert [problem.code for problem in refused.value.problems] == ["comment_required", "number", "short"]
    assert refused.value.problems[1].clause == "《指引》备案制度1"
    with pytest.raises(NotVisible):
        FLOW.perform(thing, "explode", actor=OFFICER)
    thing.refresh_from_db()
    assert (thing.state, thing.version, AuditEntry.objects.count()) == ("waiting", 1, 0)


def test_what_was_deleted_meanwhile_is_not_found() -> None:
    thing = Ticket.objects.create()
    Ticket.objects.all().delete()
    with pytest.raises(NotVisible):
        FLOW.perform(thing, "take", actor=OFFICER)


@pytest.mark.parametrize("broken", ["effect", "audit"])
def test_nothing_is_half_written(broken: str, monkeypatch: Any) -> None:
    thing = Ticket.objects.create()

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError(broken)

    if broken == "audit":
        monkeypatch.setattr("core.audit.record", fail)
    with pytest.raises(RuntimeError):
        FLOW.perform(thing, "take", actor=OFFICER, effect=fail if broken == "effect" else None)
    thing.refresh_from_db()
    assert (thing.state, thing.version, AuditEntry.objects.count()) == ("waiting", 1, 0)


def test_available_is_what_state_and_person_allow() -> None:
    thing = Ticket.objects.create()
    assert [row.name for row in FLOW.available(thing, OFFICER)] == ["take", "close"]
    assert FLOW.available(thing, STRANGER) == []
    assert [problem.code for problem in FLOW["close"].problems(thing, OFFICER)] == ["number", "short"]
    assert [row.name for row in FLOW.available(Ticket(state="taken"), OFFICER)] == ["close"]
    assert FLOW.states() == {"waiting", "taken", "closed"}


def test_a_table_names_each_transition_once() -> None:
    row = Transition("take", ("waiting",), "taken", Rule())
    with pytest.raises(ValueError, match="once"):
        Workflow((row, row))


def _race(thing: Ticket) -> list[Any]:
    def work(name: str) -> Any:
        def effect(obj: Any, transition: Transition, actor: Actor, data: Any) -> None:
            time.sleep(0.3)
            obj.winner = name
            obj.save(update_fields=["winner"])

        return lambda: FLOW.perform(thing, "take", actor=OFFICER, effect=effect)

    return together(work("first"), work("second"))


def test_of_two_who_decide_at_once_one_wins_and_one_is_told() -> None:
    thing = Ticket.objects.create()
    results = _race(thing)
    assert sorted(type(result).__name__ for result in results) == ["NotNow", "Ticket"]
    assert "可能已由他人办理" in str(next(result for result in results if isinstance(result, NotNow)))
    assert AuditEntry.objects.filter(action="ticket.take").count() == 1
    thing.refresh_from_db()
    assert thing.version == 2


def test_control_without_the_lock_both_win(monkeypatch: Any) -> None:
    def unlocked(self: Workflow, obj: Any) -> Any:
        found = type(obj).objects.get(pk=obj.pk)
        time.sleep(0.3)
        return found

    monkeypatch.setattr(Workflow, "_locked", unlocked)
    results = _race(Ticket.objects.create())
    assert [type(result).__name__ for result in results] == ["Ticket", "Ticket"]
    assert AuditEntry.objects.filter(action="ticket.take").count() == 2
