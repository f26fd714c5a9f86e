"""Storing: whole or absent, under the hash, read only by whom the kind says, never if the bytes changed."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from core import files
from core.actor import Actor
from core.errors import Invalid, NotVisible, Unavailable
from core.models import StoredFile
from tests.core import samples

ACTOR = Actor.system()


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.django_db
def test_the_same_bytes_lie_once() -> None:
    first = files.store(samples.pdf(), name="协议.pdf", actor=ACTOR, kind="test.one")
    second = files.store(
        SimpleUploadedFile("副本.pdf", samples.pdf()), actor=ACTOR, kind="test.two", owner=first
    )
    assert first.sha256 == second.sha256
    assert (second.name, second.owner_ref) == ("副本.pdf", f"core.storedfile:{first.pk}")
    assert len([place for place in files.root().rglob("*") if place.is_file()]) == 1
    assert files.read_checked(second) == samples.pdf()


@pytest.mark.django_db
def test_a_file_over_the_cap_is_refused_by_its_size(settings: Any) -> None:
    settings.FILE_MAX_BYTES = 2 << 20
    with pytest.raises(Invalid, match="2 MB"):
        files.store(b"x" * ((2 << 20) + 1), name="a.pdf", actor=ACTOR, kind="test.one")
    with pytest.raises(Invalid, match="1 MB"):
        files.store(b"x" * ((1 << 20) + 1), name="a.pdf", actor=ACTOR, kind="test.one", max_bytes=1 << 20)
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("damage", ["flip", "cut", "lose"])
def test_damaged_bytes_are_never_served(damage: str) -> None:
    stored = files.store_generated(b"%PDF-made-by-us", name="证书.pdf", actor=ACTOR, kind="test.one")
    place = files.path_of(stored.sha256)
    if damage == "lose":
        place.unlink()
    else:
        place.write_bytes(b"%PDF-made-by-uS" if damage == "flip" else b"%PDF")
    with pytest.raises(Unavailable):
        files.open_checked(stored)


@pytest.mark.django_db
def test_a_cut_file_is_written_again_when_it_comes_again() -> None:
    stored = files.store_generated(b"whole", name="a.pdf", actor=ACTOR, kind="test.one")
    files.path_of(stored.sha256).write_bytes(b"who")
    again = files.store_generated(b"whole", name="a.pdf", actor=ACTOR, kind="test.one")
    assert files.read_checked(again) == files.read_checked(stored) == b"whole"


@pytest.mark.django_db
def test_a_failed_write_leaves_nothing(monkeypatch: Any) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        files.store_generated(b"abc", name="a.pdf", actor=ACTOR, kind="test.one")
    assert not [place for place in files.root().rglob("*") if place.is_file()]
    assert not StoredFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_bytes_of_a_rolled_back_upload_are_swept_after_an_hour() -> None:
    kept = files.store_generated(b"kept", name="a.pdf", actor=ACTOR, kind="test.one")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lost = files.store_generated(b"lost", name="a.pdf", actor=ACTOR, kind="test.one")
        raise ZeroDivisionError
    assert files.sweep_orphans() == 0
    assert files.sweep_orphans(time.time() + 3700) == 1
    assert files.path_of(kept.sha256).exists()
    assert not files.path_of(lost.sha256).exists()


@pytest.mark.django_db
def test_only_the_reader_of_its_kind_opens_a_file(monkeypatch: Any) -> None:
    monkeypatch.setattr(files, "_readers", {})
    stored = files.store_generated(b"x", name="a.pdf", actor=ACTOR, kind="test.one")
    with pytest.raises(NotVisible):
        files.readable(ACTOR, stored.pk)

    def reader(actor: Actor, found: StoredFile) -> bool:
        return actor.has_role("officer")

    files.register_reader("test.one", reader)
    files.register_reader("test.one", reader)
    with pytest.raises(ValueError, match="already"):
        files.register_reader("test.one", lambda actor, found: True)
    assert files.readable(Actor(roles=frozenset({"officer"})), stored.pk) == stored
    with pytest.raises(NotVisible) as hidden:
        files.readable(Actor(), stored.pk)
    with pytest.raises(NotVisible) as unknown:
        files.readable(Actor(), "00000000-0000-4000-8000-000000000000")
    assert str(hidden.value) == str(unknown.value)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("组建协议（盖章）.pdf", "组建协议（盖章）.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\用户\\桌面\\方案.docx", "方案.docx"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("协议\u202efdp.exe", "协议fdp.exe"),
        ("\x00\x07.pdf", "未命名.pdf"),
        ("", "未命名"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("\ud800坏.pdf", "坏.pdf"),
    ],
)
def test_names_survive_as_far_as_they_are_harmless(given: str, shown: str) -> None:
    assert files.clean_name(given) == shown
