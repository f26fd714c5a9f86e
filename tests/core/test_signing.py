"""Signed papers: made with a key of the test, validated, and refused after one changed byte."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from core import pdf
from core.signing import KeyFileSigner, seal_of, signer
from tests.core import keys

PAGE = "<!doctype html><html lang='zh-CN'><head><title>报告</title></head><body><p>绩效评价报告</p></body></html>"


@pytest.fixture(scope="module")
def plain() -> bytes:
    return pdf.render_html(PAGE, attachments={"figures.json": b"{}"})


@pytest.fixture(scope="module")
def signed(plain: bytes, tmp_path_factory: Any) -> tuple[bytes, bytes]:
    place, certificate = keys.make(tmp_path_factory.mktemp("key"))
    return KeyFileSigner(place).sign(plain, reason="出具评价报告", place="青岛"), certificate


def test_without_a_key_nothing_is_signed(settings: Any, plain: bytes) -> None:
    settings.SIGNING_KEY_FILE = ""
    assert signer() is None
    assert seal_of(plain) is None
    assert seal_of(b"no pdf at all") is None


@pytest.mark.parametrize(
    ("kind", "password"), [("p12", ""), ("p12", "口令 1"), ("pem", ""), ("pem", "secret")]
)
def test_both_kinds_of_key_file_sign(
    settings: Any, tmp_path: Path, plain: bytes, kind: str, password: str
) -> None:
    place, certificate = keys.make(tmp_path, kind=kind, password=password)
    settings.SIGNING_KEY_FILE, settings.SIGNING_KEY_PASSWORD = str(place), password
    found = signer()
    assert found is not None
    document = found.sign(plain, reason="出具评价报告", place="青岛")
    assert document.startswith(plain)
    seal = seal_of(document, roots=(certificate,))
    assert seal is not None and seal.holds and seal.trusted
    assert seal.subject == keys.NAME


def test_where_an_event_loop_runs_it_signs_all_the_same(plain: bytes, tmp_path: Path) -> None:
    place, _certificate = keys.make(tmp_path)

    async def within() -> bytes:
        return KeyFileSigner(place).sign(plain, reason="出具评价报告", place="青岛")

    # apart: a browser of an earlier test keeps a loop in this thread
    with ThreadPoolExecutor(1) as pool:
        seal = seal_of(pool.submit(asyncio.run, within()).result())
    assert seal is not None and seal.holds


def test_an_unknown_certificate_is_intact_but_not_trusted(
    signed: tuple[bytes, bytes], tmp_path: Path
) -> None:
    _place, stranger = keys.make(tmp_path)
    seal = seal_of(signed[0], roots=(stranger,))
    assert seal is not None and seal.holds and not seal.trusted


def test_one_changed_byte_breaks_the_signature_wherever_it_is(
    signed: tuple[bytes, bytes], plain: bytes
) -> None:
    document, certificate = signed
    places = [*Random(6).sample(range(len(plain)), 120), len(plain) // 2, len(plain) - 2]
    for place in places:
        changed = document[:place] + bytes([document[place] ^ 1]) + document[place + 1 :]
        seal = seal_of(changed, roots=(certificate,))
        assert seal is None or not seal.holds, place


def test_what_is_added_after_the_signature_is_seen(signed: tuple[bytes, bytes], tmp_path: Path) -> None:
    document, certificate = signed
    place, _other = keys.make(tmp_path)
    seal = seal_of(document + b"\n% added\n", roots=(certificate,))
    assert seal is None or not seal.covers_all
    with pytest.raises(Exception, match=r"(?i)docmdp|permi|already|field"):
        KeyFileSigner(place).sign(document, reason="x", place="y")


def test_a_key_that_cannot_be_used_says_so(settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_KEY_FILE = str(tmp_path / "none.p12")
    with pytest.raises(ImproperlyConfigured, match="SIGNING_KEY_FILE"):
        signer()
    (tmp_path / "bad.p12").write_bytes(b"rubbish")
    settings.SIGNING_KEY_FILE = str(tmp_path / "bad.p12")
    with pytest.raises(ImproperlyConfigured, match="SIGNING_KEY_FILE"):
        signer()
    place, _certificate = keys.make(tmp_path, password="right")
    settings.SIGNING_KEY_FILE, settings.SIGNING_KEY_PASSWORD = str(place), "wrong"
    with pytest.raises(ImproperlyConfigured, match="SIGNING_KEY_FILE"):
        signer()
