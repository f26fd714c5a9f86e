"""What a maker has made once is put back the next time, instead of being made again step by step.

Driving a filing through its services takes seconds, and hundreds of tests begin with one in the same state. So the
first call in a process runs, and the rows it left are kept; the same call from the same ground puts those rows back.

    @remembered
    def make_case(*, district="370212") -> Case: ...

Ground is the state of the database that is known exactly: as it was before the test, or as a remembered maker left
it with nothing written since. Whatever is in doubt (a patched attribute, an argument that nobody knows, rows written
in between) is made in full.
"""

from __future__ import annotations

import dataclasses
import functools
import io
import itertools
import pickle
from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import FunctionType, ModuleType
from typing import Any, TypeVar

import pytest
from django.conf import UserSettingsHolder, settings
from django.db import connection
from django.db.models import Model
from django.utils.functional import cached_property
from django.utils.translation import get_language

from core import clock, files
from core.models import StoredFile
from tests.support import pristine
from tests.support.frozen import Frozen

F = TypeVar("F", bound=Callable[..., Any])

KEPT = 300  # a hundred kilobytes each
PRISTINE = 0
MARK = "portal.remembered"
PLAIN = (str, int, float, bool, bytes, type(None), Decimal, date, datetime, time, timedelta)
LOOK = f"""
    SELECT '', pg_current_xact_id_if_assigned()::text, current_setting('{MARK}', true), 0
    UNION ALL
    SELECT relname, '', '', n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
    WHERE schemaname = 'public' AND n_tup_ins + n_tup_upd + n_tup_del > 0
"""


class Unknown(Exception):
    """An argument, or a circumstance, of which it cannot be said whether it is the same as before."""


@dataclasses.dataclass
class Kept:
    """What a call left: every table it (or its ground) changed, in full, and what it gave back."""

    number: int
    tables: dict[str, bytes]
    result: bytes
    moment: datetime
    on_commit: list[Any]
    files: list[str]


@dataclasses.dataclass
class Ground:
    """Where the transaction stands. `counts` are rows written so far by table; equal means that nothing was since."""

    number: int
    token: str
    base: dict[str, int]
    counts: dict[str, int]
    known: dict[int, tuple[str, Any, Any]] = dataclasses.field(default_factory=dict)

    def know(self, thing: Any, path: str) -> None:
        """Remember what a maker gave back, and its parts, by the place where it stands."""
        self.known[id(thing)] = (path, thing, _face(thing))
        for name, part in _parts(thing):
            if isinstance(part, (Model, list, tuple)) or dataclasses.is_dataclass(part):
                self.know(part, f"{path}.{name}")


_kept: OrderedDict[tuple[int, str], Kept] = OrderedDict()
_bytes: dict[str, bytes] = {}  # of kept files, by hash
_numbers = itertools.count(PRISTINE + 1)
_ground: Ground | None = None
patches: pytest.MonkeyPatch | None = None  # of the running test


def remembered(make: F) -> F:
    """See the module."""

    @functools.wraps(make)
    def call(*args: Any, **kwargs: Any) -> Any:
        if _in_a_test_that_rolls_back():
            return _call(make, args, kwargs)
        return make(*args, **kwargs)

    return call  # type: ignore[return-value]


def _in_a_test_that_rolls_back() -> bool:
    blocks = connection.atomic_blocks
    return (
        bool(blocks)
        and getattr(blocks[0], "_from_testcase", False)
        and not connection.needs_rollback
        and pristine.kept()
    )


def _call(make: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    ground = _stand()
    if ground is None:
        return make(*args, **kwargs)
    try:
        key = _key(ground, make, args, kwargs)
    except Unknown:
        return make(*args, **kwargs)
    held = _kept.get((ground.number, key))
    if held is not None:
        _kept.move_to_end((ground.number, key))
        return _put_back(ground, held, args, kwargs)
    before = clock.now()
    waiting = len(connection.run_on_commit)
    result = make(*args, **kwargs)
    clocks = [one for one in (*args, *kwargs.values()) if isinstance(one, Frozen)]
    if clocks or clock.now() == before:
        _keep(ground, key, result, connection.run_on_commit[waiting:])
    return result


def _look() -> tuple[str | None, str | None, dict[str, int]]:
    """The transaction's number once it has written, our mark in it, and rows written by table."""
    with connection.connection.cursor() as cursor:
        cursor.execute(LOOK)
        (_none, number, mark, _zero), *rows = cursor.fetchall()
    return number, mark, {name: count for name, _n, _m, count in rows}


def _stand() -> Ground | None:
    number, mark, counts = _look()
    if number is None:
        return Ground(PRISTINE, "", counts, counts)
    if _ground is not None and mark == _ground.token and counts == _ground.counts:
        return _ground
    return None


# --- the same call? ---


def _key(ground: Ground, make: Callable[..., Any], args: Any, kwargs: Any) -> str:
    given = [_word(ground, one) for one in args]
    given += [f"{name}={_word(ground, one)}" for name, one in sorted(kwargs.items())]
    around = (clock.now(), get_language(), _overrides(), _patched())
    return f"{make.__module__}.{make.__qualname__}({', '.join(given)}) {around!r}"


def _word(ground: Ground, thing: Any) -> str:
    if isinstance(thing, PLAIN):
        return repr(thing)
    if isinstance(thing, Frozen):
        return "clock"
    if id(thing) in ground.known:
        path, known, face = ground.known[id(thing)]
        if known is thing and face == _face(thing):
            return path
        raise Unknown
    if isinstance(thing, dict):
        return f"dict{[(_word(ground, key), _word(ground, one)) for key, one in thing.items()]}"
    if isinstance(thing, (list, tuple)):
        return f"list{[_word(ground, one) for one in thing]}"
    raise Unknown


def _parts(thing: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(thing, (list, tuple)):
        yield from ((str(number), one) for number, one in enumerate(thing))
    elif dataclasses.is_dataclass(thing):
        yield from ((field.name, getattr(thing, field.name)) for field in dataclasses.fields(thing))
    elif isinstance(thing, dict):
        yield from ((repr(key), one) for key, one in thing.items())


def _face(thing: Any) -> Any:
    """What changes when a test changes a thing in memory only."""
    if isinstance(thing, Model):
        names = [field.attname for field in thing._meta.concrete_fields]
        return repr([thing.__dict__.get(name) for name in names])
    return [id(part) for _name, part in _parts(thing)]


def _overrides() -> str:
    """Settings that the test has changed."""
    held, found = settings._wrapped, []
    while isinstance(held, UserSettingsHolder):
        found.append(repr(sorted((k, v) for k, v in vars(held).items() if k.isupper())))
        held = held.default_settings
    return "".join(found)


def _patched() -> list[str]:
    """What the test has replaced in modules, by functions that hold nothing; nothing is known of any other."""
    if patches is None:
        return []
    if patches._setitem or patches._savesyspath is not None or patches._cwd is not None:
        raise Unknown
    return [_replaced(target, name) for target, name, _before in patches._setattr]


def _replaced(target: Any, name: str) -> str:
    now = getattr(target, name, None)
    if not isinstance(target, ModuleType) or not isinstance(now, FunctionType):
        raise Unknown
    if now.__closure__ or now.__defaults__ or now.__kwdefaults__:
        raise Unknown
    code = now.__code__
    return f"{target.__name__}.{name}={code.co_filename}:{code.co_firstlineno} {code.co_code!r} {code.co_consts!r}"


# --- keeping and putting back ---


class _Pickler(pickle.Pickler):
    """What the ground knows is named, not copied; what a model has worked out is left to be worked out again."""

    def __init__(self, file: io.BytesIO, ground: Ground) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.ground = ground

    def persistent_id(self, obj: Any) -> str | None:
        known = self.ground.known.get(id(obj))
        return known[0] if known is not None and known[1] is obj else None

    def reducer_override(self, obj: Any) -> Any:
        if not isinstance(obj, Model):
            return NotImplemented
        worked_out = {
            name for name in vars(obj) if isinstance(getattr(type(obj), name, None), cached_property)
        }
        how, what, state = obj.__reduce__()
        return how, what, {name: value for name, value in state.items() if name not in worked_out}


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes, ground: Ground) -> None:
        super().__init__(io.BytesIO(data))
        self.places = {path: thing for path, thing, _face in ground.known.values()}

    def persistent_load(self, pid: Any) -> Any:
        return self.places[pid]


def _keep(ground: Ground, key: str, result: Any, on_commit: list[Any]) -> None:
    data = io.BytesIO()
    try:
        _Pickler(data, ground).dump(result)
    except (pickle.PicklingError, TypeError, AttributeError):
        return  # it holds something that lives in this test only
    _number, _mark, counts = _look()
    changed = [name for name, count in counts.items() if count != ground.base.get(name, 0)]
    tables = {name: _read(name) for name in changed}
    held = Kept(next(_numbers), tables, data.getvalue(), clock.now(), list(on_commit), _files(changed))
    _kept[ground.number, key] = held
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    _arrive(ground, held, result)


def _read(table: str) -> bytes:
    out = io.BytesIO()
    with connection.connection.cursor() as cursor:
        cursor.copy_expert(f"COPY (SELECT {pristine.columns_of(table)} FROM {table}) TO STDOUT", out)
    return out.getvalue()


def _files(changed: list[str]) -> list[str]:
    """Hashes of the stored files; a later test may sweep or damage their bytes, so these are kept as well."""
    if StoredFile._meta.db_table not in changed:
        return []
    with connection.connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT sha256 FROM {StoredFile._meta.db_table}")
        found = [name for (name,) in cursor.fetchall() if files.path_of(name).exists()]
    for name in found:
        if name not in _bytes:
            _bytes[name] = files.path_of(name).read_bytes()
    return found


def _write_again(name: str) -> None:
    place = files.path_of(name)
    if not place.exists() or place.read_bytes() != _bytes[name]:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        place.write_bytes(_bytes[name])


def _put_back(ground: Ground, held: Kept, args: Any, kwargs: Any) -> Any:
    stands = {name for name, count in ground.counts.items() if count != ground.base.get(name, 0)}
    full = stands | pristine.filled()
    with connection.connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        emptied = "; ".join(f"DELETE FROM {name}" for name in held.tables if name in full)
        if emptied:
            cursor.execute(emptied)
        for name, rows in held.tables.items():
            cursor.copy_expert(f"COPY {name} ({pristine.columns_of(name)}) FROM STDIN", io.BytesIO(rows))
        cursor.execute("SET LOCAL session_replication_role = origin")
    for name in held.files:
        _write_again(name)
    result = _Unpickler(held.result, ground).load()
    for one in (*args, *kwargs.values()):
        if isinstance(one, Frozen) and clock.now() != held.moment:
            one.at(held.moment - clock.offset())
    saved = set(connection.savepoint_ids)
    for _savepoints, function, robust in held.on_commit:
        connection.run_on_commit.append((saved, function, robust))
    _arrive(ground, held, result)
    return result


def _arrive(before: Ground, held: Kept, result: Any) -> None:
    """From here on the database is known to be as the call left it."""
    global _ground
    token = f"{held.number}"
    with connection.connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [MARK, token])
    counts = _look()[2]
    _ground = Ground(held.number, token, before.base, counts, dict(before.known))
    _ground.know(result, str(held.number))
