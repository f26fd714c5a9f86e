"""The audit log: written with the change, never changed, chained without forks, tampering found exactly."""

from collections import Counter
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from core import anchors, audit
from core.actor import Actor
from core.models import AuditEntry, AuditSeal
from tests.core.threads import together

SYSTEM = Actor.system("request-1")


def _entries(count: int) -> list[AuditEntry]:
    return [audit.record("test.act", actor=SYSTEM, detail={"n": n, "文": "字"}) for n in range(count)]


@pytest.mark.django_db
def test_an_entry_says_who_what_when_and_from_where() -> None:
    actor = Actor(roles=frozenset({"b", "a"}), ip="10.0.0.1", request_id="r" * 100)
    entry = audit.record("thing.do", actor=actor, obj=_entries(1)[0], detail={"x": 1}, after="f" * 64)
    entry.refresh_from_db()
    assert entry.roles == ["a", "b"]
    assert (entry.object_type, entry.result, entry.ip) == ("core.auditentry", "ok", "10.0.0.1")
    assert len(entry.request_id) == 64
    assert entry.at.tzinfo is not None


@pytest.mark.django_db
def test_text_no_database_can_hold_is_cleaned_not_lost() -> None:
    entry = audit.record("thing.do", actor=SYSTEM, detail={"a": "x\x00y\ud800", "b": ["line\r\nbreak"]})
    entry.refresh_from_db()
    assert entry.detail == {"a": "xy?", "b": ["line\r\nbreak"]}


@pytest.mark.django_db(transaction=True)
def test_entry_and_change_stand_or_fall_together() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.record("thing.do", actor=SYSTEM)
        raise ZeroDivisionError
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["core_auditentry", "core_auditseal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_every_change(table: str, statement: str) -> None:
    _entries(2)
    audit.seal_pending()
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    assert AuditEntry.objects.count() == AuditSeal.objects.count() == 2


@pytest.mark.django_db
def test_the_orm_is_refused_as_well() -> None:
    entry = _entries(1)[0]
    entry.action = "other"
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.delete()


@pytest.mark.django_db
def test_sealing_is_complete_and_may_be_repeated() -> None:
    _entries(7)
    assert audit.seal_pending() == 7
    assert audit.seal_pending() == 0
    assert audit.head().position == 7
    assert audit.verify() is None


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_sealers_do_not_fork_the_chain() -> None:
    def write() -> None:
        for n in range(12):
            with transaction.atomic():
                audit.record("test.act", actor=SYSTEM, detail={"n": n})
            if n % 3 == 0:
                audit.seal_pending()

    assert together(*[write] * 32) == [None] * 32
    assert audit.verify() is None
    assert AuditSeal.objects.count() == 32 * 12
    assert max(Counter(AuditSeal.objects.values_list("previous", flat=True)).values()) == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_two_sealers_take_one_place(monkeypatch: Any) -> None:
    """The race the advisory lock prevents; the unique constraints are the second line."""
    _entries(300)
    monkeypatch.setattr(audit, "_lock_chain", lambda: None)
    results = together(*[audit.seal_pending] * 6)
    assert any(isinstance(result, IntegrityError) for result in results)


def _superuser(*statements: str) -> None:
    """What somebody does who can switch triggers off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)


def _set(column: str, value: str) -> Callable[[int], list[str]]:
    return lambda pk: [f"UPDATE core_auditentry SET {column} = {value} WHERE id = {pk}"]


EDITS = {
    "moment": _set("at", "at + interval '1 microsecond'"),
    "user": _set("user_id", "42"),
    "organisation": _set("organisation_id", "42"),
    "roles": _set("roles", "'[\"director\"]'"),
    "address": _set("ip", "'1.2.3.4'"),
    "request": _set("request_id", "'x'"),
    "action": _set("action", "'test.other'"),
    "object type": _set("object_type", "'x.y'"),
    "object": _set("object_id", "'9'"),
    "detail": _set("detail", "detail || '{\"n\": 99}'"),
    "before": _set("before", "'a'"),
    "after": _set("after", "'a'"),
    "result": _set("result", "'refused'"),
    "column borders": _set("action", "'test.ac', object_type = 't'"),
    "entry deleted": lambda pk: [f"DELETE FROM core_auditentry WHERE id = {pk}"],
    "digest": lambda pk: [f"UPDATE core_auditseal SET digest = repeat('a', 64) WHERE entry_id = {pk}"],
    "previous": lambda pk: [f"UPDATE core_auditseal SET previous = repeat('b', 64) WHERE entry_id = {pk}"],
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("place", [0, 4, 8])
def test_every_edit_is_found_where_it_was_made(edit: str, place: int) -> None:
    entries = _entries(9)
    audit.seal_pending()
    _superuser(*EDITS[edit](entries[place].pk))
    broken = audit.verify()
    assert broken is not None
    assert (broken.position, broken.entry_id) == (place + 1, entries[place].pk)


@pytest.mark.django_db(transaction=True)
def test_an_entry_removed_with_its_seal_leaves_a_hole() -> None:
    entries = _entries(9)
    audit.seal_pending()
    pk = entries[4].pk
    _superuser(
        f"DELETE FROM core_auditseal WHERE entry_id = {pk}", f"DELETE FROM core_auditentry WHERE id = {pk}"
    )
    broken = audit.verify()
    assert broken is not None
    assert broken.position == 5


@pytest.mark.django_db(transaction=True)
def test_exchanged_entries_are_found() -> None:
    first, second = _entries(9)[3:5]
    audit.seal_pending()
    _superuser(
        f"UPDATE core_auditseal SET entry_id = -1 WHERE entry_id = {first.pk}",
        f"UPDATE core_auditseal SET entry_id = {first.pk} WHERE entry_id = {second.pk}",
        f"UPDATE core_auditseal SET entry_id = {second.pk} WHERE entry_id = -1",
    )
    broken = audit.verify()
    assert broken is not None
    assert broken.position == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attack", ["cut", "seal again"])
def test_an_anchor_kept_elsewhere_finds_a_cut_or_renewed_chain(
    attack: str, settings: Any, tmp_path: Path
) -> None:
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "anchors" / "audit.jsonl")
    entries = _entries(9)
    assert anchors.write() == anchors.last() == audit.head()
    assert anchors.write() is None
    last = entries[-1].pk
    if attack == "cut":
        _superuser(
            f"DELETE FROM core_auditseal WHERE entry_id = {last}",
            f"DELETE FROM core_auditentry WHERE id = {last}",
        )
    else:
        _superuser(
            "DELETE FROM core_auditseal", f"UPDATE core_auditentry SET ip = '1.1.1.1' WHERE id = {last}"
        )
    assert audit.verify() is None
    broken = audit.verify(anchors.last())
    assert broken is not None
    assert broken.position == 9


@pytest.mark.django_db(transaction=True)
def test_the_command_seals_and_names_the_first_broken_entry() -> None:
    entries = _entries(3)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "3 entries" in out.getvalue()
    _superuser(*EDITS["action"](entries[1].pk))
    with pytest.raises(CommandError, match=f"position 2, entry {entries[1].pk}"):
        call_command("verify_audit", stdout=out)
