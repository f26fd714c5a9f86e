"""The register as a file says exactly what the page says, on all its pages, and nothing else."""

import csv
import datetime
import hashlib
import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import xlsx
from filings.models import Entity
from portal import exports
from portal.selectors import register
from portal.views import exports as views
from tests.makers.accounts import make_organisation
from tests.makers.register import end_entity, make_entity

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 3, 2)


def filled(count: int = 30) -> list[Entity]:
    lead = make_organisation(district="370212", name="=牵头单位公司")
    made = [make_entity("innovation_consortium", lead=lead, name=f"第{n}创新联合体") for n in range(count)]
    end_entity(made[0], "exited", DAY - datetime.timedelta(days=10))
    return made


def lines(answer) -> tuple[list[list[str]], str, bytes]:
    """Rows of the csv, its last line, the bytes before that."""
    data = b"".join(answer.streaming_content)
    body, _mark, last = data.rpartition(b"# ")
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig")))), last.decode(), body


def test_csv_holds_all_pages_and_says_what_it_is() -> None:
    filled()
    answer = Client().get("/register/export/csv/")
    assert answer["Content-Disposition"] == 'attachment; filename="register-2026-03-02.csv"'
    rows, last, body = lines(answer)
    assert rows[0] == [str(column.label) for column in register.COLUMNS]
    assert len(rows) == 31
    assert "截至 2026-03-02，共 30 行。" in last
    assert hashlib.sha256(body).hexdigest() in last
    assert rows[1][[c.key for c in register.COLUMNS].index("lead")] == "'=牵头单位公司"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "status=valid",
        "status=exited",
        "q=第7创新",
        "on=2026-02-10",
        "kind=innovation_consortium",
        "district=370300",
    ],
)
def test_page_csv_and_xlsx_agree(query: str) -> None:
    filled(28)
    client = Client()
    names = []
    for page in (1, 2):
        shown = client.get(f"/register/?{query}&page={page}").content.decode()
        names += re.findall(r'<a href="/register/[^"/]+/[^"]*">([^<]+)</a>', shown)
    rows, _last, body = lines(client.get(f"/register/export/csv/?{query}"))
    at = [column.key for column in register.COLUMNS].index("name")
    assert [row[at] for row in rows[1:]] == list(dict.fromkeys(names))
    data = b"".join(client.get(f"/register/export/xlsx/?{query}").streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = list(book.worksheets[0].iter_rows(values_only=True))
    assert cells[0][0].startswith("截至 2026-0")
    assert [row[at] for row in cells[2:]] == [row[at] for row in rows[1:]]
    assert hashlib.sha256(body).hexdigest() in book["说明"]["A2"].value
    ours = xlsx.read(data, max_rows=100, max_columns=20)[0].rows[2:]
    assert [str(value or "") for row in ours for value in row] == [
        value.removeprefix("'") for row in rows[1:] for value in row
    ]


def test_only_public_columns_leave() -> None:
    keys = {column.key for column in register.COLUMNS}
    entity = filled(1)[0]
    assert keys <= set(register.public_row(entity, DAY))
    assert not keys & {"id", "officer", "contact_phone", "grams"}


def test_a_longer_list_is_offered_as_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    filled(5)
    monkeypatch.setattr(exports, "MOST_IN_XLSX", 3)
    answer = Client().get("/register/export/xlsx/")
    assert answer.status_code == 409
    assert "请下载 csv" in answer.content.decode()
    fewer = Client().get("/register/export/xlsx/?status=exited")
    assert fewer.status_code == 200
    assert b"".join(fewer.streaming_content)[:2] == b"PK"


def test_how_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "HOURLY", 2)
    client = Client()
    answers = [client.get("/register/export/csv/") for _turn in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    for answer in answers[:2]:
        b"".join(answer.streaming_content)
    assert "使用数据接口" in answers[2].content.decode()


def test_other_formats_are_not_there() -> None:
    assert Client().get("/register/export/pdf/").status_code == 404
    assert Client().post("/register/export/csv/").status_code == 405


def test_queries_do_not_grow_with_rows_and_the_first_piece_comes_at_once() -> None:
    counts = []
    for more in (3, 40):
        filled(more)
        with CaptureQueriesContext(connection) as seen:
            pieces = list(exports.as_csv(register.Query(), DAY))
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert pieces[0] == b"\xef\xbb\xbf"
    assert next(exports.as_csv(register.Query(), DAY)) == pieces[0]


def test_the_page_links_to_both() -> None:
    filled(1)
    page = Client().get("/register/?status=exited").content.decode()
    assert 'href="/register/export/csv/?status=exited"' in page
    assert 'href="/register/export/xlsx/?status=exited"' in page
