"""Core's tests start from an empty log; the suite's database has the entries of loading the law."""

import pytest
from django.db import connection, transaction


@pytest.fixture(autouse=True)
def _empty_log(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("django_db") is None:
        return
    request.getfixturevalue("db")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM core_auditseal; DELETE FROM core_auditentry")
        # The end of the block would do it too, but a test inside a transaction has no such end.
        cursor.execute("SET LOCAL session_replication_role = origin")
