"""Refusals reach people with every reason, programs as problem details, and nobody learns more than that."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core import files
from core.actor import Actor
from core.models import AuditEntry, StoredFile
from tests.core import samples, site

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.site")]

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture(autouse=True)
def _own_site(settings: Any, tmp_path: Path) -> None:
    settings.MIDDLEWARE = site.MIDDLEWARE
    settings.MEDIA_ROOT = tmp_path
    settings.CSRF_FAILURE_VIEW = "core.http.csrf_failure"


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, headers={"X-Person": "7"})


@pytest.mark.parametrize(
    ("kind", "status"), [("hidden", 404), ("forbidden", 403), ("now", 409), ("stale", 409), ("invalid", 422)]
)
def test_a_page_lists_every_reason_and_its_clause(client: Client, kind: str, status: int) -> None:
    answer = client.post(f"/refuse/{kind}/", {"name": "写了很久的内容", "password": "canary-password"})
    text = answer.content.decode()
    assert answer.status_code == status
    assert "第一条原因&lt;b&gt;。" in text
    assert "第二条原因。" in text
    assert "canary-password" not in text
    entry = AuditEntry.objects.get(action="request.refused")
    assert (entry.result, entry.user_id, entry.request_id) == ("refused", 7, answer["X-Request-ID"])
    assert entry.detail["codes"] == ["first", "second"]


def test_programs_get_problem_details(client: Client) -> None:
    answer = client.post("/api/refuse/invalid/")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "name", "code": "first", "message": "第一条原因<b>。", "clause": "《指引》备案制度2"},
        {"field": "", "code": "second", "message": "第二条原因。"},
    ]


def test_htmx_gets_a_part_not_a_page(client: Client) -> None:
    answer = client.post("/refuse/now/", headers={"HX-Request": "true", "X-Person": "7"})
    assert answer.status_code == 409
    assert "第一条原因" in answer.content.decode()


def test_strangers_wrong_addresses_are_not_audited() -> None:
    client = Client(raise_request_exception=False)
    assert client.get("/refuse/hidden/").status_code == 404
    assert client.get("/refuse/forbidden/").status_code == 403
    assert list(AuditEntry.objects.values_list("detail__status", flat=True)) == [403]


@pytest.mark.parametrize(
    "address", ["/page/", "/nowhere/", "/refuse/now/", "/boom/", "/api/boom/", "/api/x/"]
)
def test_headers_and_number_are_on_every_answer(client: Client, address: str) -> None:
    answer = client.get(address)
    assert {name: answer[name] for name in HEADERS} == HEADERS
    assert len(answer["X-Request-ID"]) == 32
    assert answer["Cache-Control"] == "private, no-cache"


def test_a_number_from_outside_is_kept_if_it_is_one(client: Client) -> None:
    assert client.get("/page/", headers={"X-Request-ID": "abc-12345"})["X-Request-ID"] == "abc-12345"
    for bad in ("short", "x" * 100, "a b c d e f g", "<script>alert"):
        assert client.get("/page/", headers={"X-Request-ID": bad})["X-Request-ID"] != bad


@pytest.mark.parametrize("address", ["/boom/", "/api/boom/"])
def test_an_error_of_ours_says_nothing_about_us(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 500
    assert "canary" not in answer.content.decode()
    assert "系统出错" in answer.content.decode() or answer.json()["status"] == 500


def test_a_form_without_its_token_is_explained() -> None:
    client = Client(enforce_csrf_checks=True, headers={"X-Person": "7"})
    answer = client.post("/page/", {"comment": "写了很久的意见"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()
    assert AuditEntry.objects.get().detail["codes"] == ["csrf"]


# --- uploads ---


def test_a_file_over_the_cap_costs_its_own_field_only(client: Client, settings: Any) -> None:
    settings.FILE_MAX_BYTES = 1 << 20
    big = SimpleUploadedFile("大.pdf", b"%PDF-1.7" + b"x" * (3 << 20))
    answer = client.post("/upload/", {"text": "已填内容", "file": big})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "超过 1 MB" in text
    assert not StoredFile.objects.exists()


def test_what_is_over_the_cap_is_not_kept(settings: Any) -> None:
    from core.uploads import CappedUploadHandler

    settings.FILE_MAX_BYTES = 100_000
    handler = CappedUploadHandler()
    handler.new_file("file", "a.pdf", "application/pdf", None)
    passed = [handler.receive_data_chunk(b"x" * 65536, 0) for _ in range(10)]
    assert [chunk is None for chunk in passed] == [False] + [True] * 9
    refused = handler.file_complete(655360)
    assert refused is not None
    assert (refused.size, refused.read()) == (655360, b"")


class _Body:
    """A gigabyte that counts how much of it was read."""

    def __init__(self, size: int) -> None:
        self.left, self.taken = size, 0

    def read(self, size: int = -1) -> bytes:
        part = min(self.left, size)
        self.left -= part
        self.taken += part
        return b"x" * part

    readline = read


def test_a_gigabyte_is_refused_before_it_is_parsed(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("core.middleware.LINGER_SECONDS", 0.0)
    body = _Body(1 << 30)
    answer = client.generic(
        "POST",
        "/upload/",
        content_type="multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": str(1 << 30), "wsgi.input": body},
    )
    assert answer.status_code == 413
    assert "单个文件不能超过 20 MB" in answer.content.decode()
    assert body.taken == 0


def test_a_long_text_body_is_refused_too(client: Client) -> None:
    answer = client.post("/api/refuse/now/", data="x" * (6 << 20), content_type="application/json")
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["code"] == "too_large"


def test_an_honest_upload_is_stored(client: Client) -> None:
    pdf = SimpleUploadedFile("组建协议.pdf", samples.pdf())
    answer = client.post("/upload/", {"text": "好", "file": pdf})
    assert answer.status_code == 200
    assert StoredFile.objects.get().created_by_id == 7


# --- downloads ---


@pytest.fixture
def stored(monkeypatch: Any, settings: Any) -> StoredFile:
    monkeypatch.setattr(files, "_readers", {"test.one": lambda actor, found: actor.user_id == 7})
    return files.store_generated(samples.pdf(), name="组建 协议.pdf", actor=Actor.system(), kind="test.one")


def test_a_download_is_an_attachment_in_a_sandbox_and_audited(client: Client, stored: StoredFile) -> None:
    answer = client.get(f"/files/{stored.pk}/")
    assert b"".join(answer.streaming_content) == samples.pdf()  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%BB%84")
    assert answer["Content-Security-Policy"].startswith("sandbox;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    entry = AuditEntry.objects.get(action="file.download")
    assert (entry.object_id, entry.user_id) == (str(stored.pk), 7)


@pytest.mark.parametrize(
    ("mime", "inline"), [("application/pdf", True), ("image/png", True), ("text/html", False)]
)
def test_only_pdf_and_pictures_open_in_the_page(
    client: Client, stored: StoredFile, mime: str, inline: bool
) -> None:
    StoredFile.objects.update(mime=mime)
    answer = client.get(f"/files/{stored.pk}/?inline=1")
    answer.close()
    assert answer["Content-Disposition"].startswith("inline" if inline else "attachment")
    assert answer["Content-Type"] == mime
    assert ("sandbox" in answer["Content-Security-Policy"]) == (mime != "application/pdf")


def test_no_right_and_no_file_are_the_same(stored: StoredFile) -> None:
    other = Client(headers={"X-Person": "8"})
    hidden, unknown = other.get(f"/files/{stored.pk}/"), other.get(f"/files/{uuid.uuid4()}/")
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.content.replace(str(stored.pk).encode(), b"").count(b"<") == unknown.content.count(b"<")
    stranger = Client()
    for address in (f"/files/{stored.pk}/", f"/files/{uuid.uuid4()}/"):
        answer = stranger.get(address)
        assert (answer.status_code, "next=/files/" in answer["Location"]) == (302, True)


def test_changed_bytes_are_not_served(client: Client, stored: StoredFile) -> None:
    files.path_of(stored.sha256).write_bytes(b"%PDF-other")
    answer = client.get(f"/files/{stored.pk}/")
    assert answer.status_code == 503
    assert "校验值不一致" in answer.content.decode()


def test_nothing_is_changed_through_the_door(client: Client, stored: StoredFile) -> None:
    assert client.post(f"/files/{stored.pk}/").status_code == 405


def test_addresses_of_clients_are_believed_only_from_our_own_proxies(settings: Any) -> None:
    from django.test import RequestFactory

    from core.http import client_ip

    request = RequestFactory().get(
        "/", headers={"X-Forwarded-For": "6.6.6.6, 5.5.5.5"}, REMOTE_ADDR="10.0.0.1"
    )
    assert client_ip(request) == "10.0.0.1"
    settings.TRUSTED_PROXIES = 1
    assert client_ip(request) == "5.5.5.5"
    settings.TRUSTED_PROXIES = 3
    assert client_ip(request) == "10.0.0.1"


def test_log_lines_cannot_be_forged() -> None:
    import logging

    from core.logs import RequestIdFilter

    record = logging.LogRecord("x", 30, "", 0, "login of %s", ("a\r\nERROR forged\x1b[2J",), None)
    assert RequestIdFilter().filter(record)
    assert record.getMessage() == "login of a\\x0d\\x0aERROR forged\\x1b[2J"
