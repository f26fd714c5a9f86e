"""What a remembered maker puts back is what it made; in doubt it makes it again."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Organisation, User
from core import clock, files
from core.actor import Actor
from core.models import AuditEntry, StoredFile
from tests.makers.accounts import make_organisation, make_user
from tests.support import order
from tests.support.remembered import remembered

pytestmark = pytest.mark.django_db
TWICE = pytest.mark.parametrize("time", ["first", "second"])
_made: list[str] = []
_rows: dict[str, Any] = {}


@remembered
def unit(name: str) -> Organisation:
    _made.append(name)
    return make_organisation(name=name)


@remembered
def colleague(of: Organisation, frozen: Any = None) -> tuple[User, Organisation]:
    _made.append(f"colleague of {of.name}")
    if frozen is not None:
        frozen.move(days=3)
    transaction.on_commit(lambda: _made.append("committed"))
    return make_user("unit_admin", of), of


@remembered
def letter(text: str) -> StoredFile:
    _made.append(text)
    return files.store_generated(text.encode(), name="函.pdf", actor=Actor.system(), kind="test")


def made(name: str) -> int:
    return _made.count(name)


def same(name: str, value: Any) -> bool:
    """As it was the first time."""
    return bool(_rows.setdefault(name, value) == value)


@TWICE
def test_rows_and_what_was_given_back_are_the_same(time: str) -> None:
    first = unit("甲")
    assert made("甲") == 1
    assert Organisation.objects.get(name="甲") == first and first.district.code == "370212"
    assert same("甲", list(Organisation.objects.order_by("pk").values()))
    assert same("audit", list(AuditEntry.objects.order_by("pk").values()))


@TWICE
def test_one_goes_on_from_another_with_its_clock_and_its_callbacks(
    time: str, frozen: Any, django_capture_on_commit_callbacks: Any
) -> None:
    lead, before = unit("乙"), clock.now()
    with django_capture_on_commit_callbacks(execute=True):
        user, of = colleague(lead, frozen)
    assert made("colleague of 乙") == 1
    assert of is lead and user.memberships.get().organisation == lead
    assert (clock.now() - before).days == 3
    assert made("committed") == (1 if time == "first" else 2)


def test_rows_written_in_between_stay() -> None:
    other = make_organisation(name="别的")
    count = made("甲")
    unit("甲")
    assert made("甲") == count + 1
    assert Organisation.objects.filter(pk=other.pk).exists()


def test_a_change_in_memory_only_is_noticed() -> None:
    lead = unit("丙")
    lead.name = "改了"
    colleague(lead)
    lead.name = "丙"
    assert made("colleague of 改了") == 1
    assert made("colleague of 丙") == 0


def test_what_was_rolled_back_is_made_again() -> None:
    with transaction.atomic():
        unit("丁")
        transaction.set_rollback(True)
    again = unit("丁")
    assert made("丁") == 2
    assert Organisation.objects.get(name="丁") == again


@TWICE
def test_a_replacement_that_holds_something_is_not_trusted(
    time: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[str] = []
    monkeypatch.setattr("tests.makers.accounts._trade", lambda kind: str(held.append(kind)))
    before = made("戊")
    unit("戊")
    assert made("戊") == before + 1


@pytest.mark.parametrize("months", [1, 2, 1])
def test_other_settings_are_another_call(months: int, settings: Any) -> None:
    settings.FILE_MAX_BYTES = months
    unit("己")
    _rows.setdefault("己", set()).add(months)
    assert made("己") == len(_rows["己"])


@TWICE
def test_triggers_are_in_force_after_rows_were_put_back(time: str) -> None:
    unit("庚")
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)


@pytest.mark.parametrize("then", ["swept", "damaged", "as it was"])
def test_bytes_of_files_are_put_back_too(then: str) -> None:
    stored = letter("辛")
    assert made("辛") == 1
    assert files.read_checked(stored) == "辛".encode()
    if then == "swept":
        files.path_of(stored.sha256).unlink()
    else:
        files.path_of(stored.sha256).write_bytes(b"x")


class Item:
    """As much of a test as the order asks for."""

    def __init__(self, file: str, browser: bool) -> None:
        self.nodeid, self.browser = f"{file}::test", browser

    def get_closest_marker(self, name: str) -> bool:
        return self.browser and name == "e2e"


def test_files_stay_together_and_browsers_stand_between_the_others() -> None:
    files = {
        "a.py": (1, False),
        "b.py": (3, False),
        order.FIRST: (1, False),
        "x.py": (1, True),
        "y.py": (2, True),
    }
    items: Any = [Item(name, browser) for name, (count, browser) in files.items() for _ in range(count)]
    shown = [item.nodeid.partition("::")[0] for item in order.by_length(items)]
    assert list(dict.fromkeys(shown)) == [order.FIRST, "y.py", "b.py", "x.py", "a.py"]
    assert sorted(shown) == sorted(item.nodeid.partition("::")[0] for item in items)
