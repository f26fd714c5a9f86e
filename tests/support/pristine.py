"""The test database as it is after migrating and loading the law, and the way back to it.

Django empties every table after a transactional test. Here the law and the other reference data must
survive, and the audit tables refuse it by trigger. So the rows of the beginning are kept in a second schema, and
after such a test what has changed is emptied and copied back in one transaction, with triggers and foreign keys at
rest. The triggers themselves stay in force during the tests. Rows are deleted, not truncated: a truncated table is a
dozen new files, and there are some hundred and sixty tables of which a test fills few.
"""

from django.db import OperationalError, connection, transaction

SCHEMA = "pristine"
ATTEMPTS = 5

_columns: dict[str, str] = {}
_tables: list[str] = []
_written: dict[str, str] = {}


def _query(sql: str, *values: object) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _columns_of(table: str) -> str:
    rows = _query(
        "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass"
        " AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        table,
    )
    return ", ".join(name for (name,) in rows)


def columns_of(table: str) -> str:
    """The columns of a table that are written, not generated."""
    if table not in _written:
        _written[table] = _columns_of(table)
    return _written[table]


def kept() -> bool:
    """Whether there is a beginning to return to."""
    return bool(_tables)


def filled() -> frozenset[str]:
    """Tables that hold rows from the beginning."""
    return frozenset(_columns)


def keep() -> None:
    """Copy every row of the freshly prepared database aside."""
    rows = _query("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
    _tables[:] = [name for (name,) in rows]
    _columns.clear()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in _tables:
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
            if cursor.fetchone()[0]:
                cursor.execute(f"CREATE TABLE {SCHEMA}.{table} AS TABLE {table}")
                _columns[table] = _columns_of(table)


def _changed() -> list[str]:
    """Tables that are not as they were: filled where nothing was, or with other rows than were kept."""
    filled = [f"SELECT '{t}' WHERE EXISTS (SELECT FROM {t})" for t in _tables if t not in _columns]
    differ = [
        f"SELECT '{t}' WHERE {_digest(t)} IS DISTINCT FROM {_digest(f'{SCHEMA}.{t}')}" for t in _columns
    ]
    return [name for (name,) in _query(" UNION ALL ".join(filled + differ))]


def _digest(table: str) -> str:
    return f"(SELECT sum(hashtextextended(row::text, 0)) FROM {table} AS row)"


def _put_back() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # A worker that still writes, or holds rows to write, is waited for; whatever it wrote is seen below.
        cursor.execute("SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '20s'")
        cursor.execute(f"LOCK TABLE {', '.join(_tables)} IN EXCLUSIVE MODE")
        for table in _changed():
            cursor.execute(f"DELETE FROM {table}")
            if table in _columns:
                columns = _columns[table]
                cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {SCHEMA}.{table}")


def restore() -> None:
    """Every table as it was kept. Sequences run on: no test may count on an id."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _put_back()
            return
        except OperationalError:
            # A worker may hold what this waits for, and the other way round.
            if attempt == ATTEMPTS:
                raise
