"""The test database as it is after migrating and loading the law, and the way back to it.

Django empties every table after a transactional test. Here the law and the other reference data must
survive, and the audit tables refuse TRUNCATE by trigger. So the rows of the beginning are kept in a second
schema, and after such a test everything is emptied and copied back in one transaction, with triggers and
foreign keys at rest. The triggers themselves stay in force during the tests.
"""

from django.db import OperationalError, connection

SCHEMA = "pristine"
ATTEMPTS = 5

_columns: dict[str, str] = {}
_tables: list[str] = []


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


def restore() -> None:
    """Empty every table and copy the kept rows back. Sequences run on: no test may count on an id."""
    statements = ["SET LOCAL session_replication_role = replica", "SET LOCAL lock_timeout = '20s'"]
    statements.append(f"TRUNCATE {', '.join(_tables)}")
    for table, columns in _columns.items():
        statements.append(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {SCHEMA}.{table}")
    whole = "BEGIN;" + ";".join(statements) + ";COMMIT"
    for attempt in range(1, ATTEMPTS + 1):
        with connection.cursor() as cursor:
            try:
                cursor.execute(whole)
                return
            except OperationalError:
                # A worker that is still running a task may hold what TRUNCATE waits for, and the other way round.
                cursor.execute("ROLLBACK")
                if attempt == ATTEMPTS:
                    raise
