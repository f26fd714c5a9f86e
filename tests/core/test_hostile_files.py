"""A file is taken only if it is what its name says and nothing in it runs, links, unpacks or hides."""

import io
import random
from collections.abc import Callable

import pytest
from PIL import Image

from core import files
from core.errors import Invalid
from core.inspection.verdict import CODES
from tests.core import samples
from tests.support.spent import at_most

SECONDS = 4.0


@pytest.mark.parametrize(("name", "data", "code"), samples.HOSTILE, ids=[row[0] for row in samples.HOSTILE])
def test_hostile_files_are_refused_with_a_reason(
    name: str, data: bytes | Callable[[], bytes], code: str
) -> None:
    data = data() if callable(data) else data
    with at_most(SECONDS), pytest.raises(Invalid) as refused:
        files.check(data, name=name, field="agreement")
    (problem,) = refused.value.problems
    assert (problem.code, problem.field) == (f"file_{code}", "agreement")
    assert str(problem.message).endswith("。")


@pytest.mark.parametrize(("name", "data", "mime"), samples.GOOD, ids=[row[0] for row in samples.GOOD])
def test_ordinary_files_are_taken(name: str, data: bytes, mime: str) -> None:
    assert files.check(data, name=name).mime == mime


def test_every_code_has_its_sentence() -> None:
    assert set(files.REASONS) - {"limits"} == CODES


def test_a_million_rows_are_read_in_time() -> None:
    sheet = samples.xlsx_with(
        {"xl/worksheets/sheet2.xml": samples.million_rows()[:14_000_000] + "</sheetData>"}
    )
    with at_most(SECONDS), pytest.raises(Invalid):
        # Cut in the middle of a row, hence damaged; found only at its end.
        files.check(sheet, name="大表.xlsx")


def test_a_picture_loses_its_place_and_keeps_its_side_up() -> None:
    checked = files.check(samples.located_jpeg(), name="现场.jpg")
    with Image.open(io.BytesIO(checked.data)) as cleaned:
        assert not cleaned.getexif()
        assert cleaned.size == (30, 40)
    assert b"37.5301N" not in checked.data


@pytest.mark.parametrize(
    "name", ["无扩展名", "脚本.svg", "网页.html", "程序.exe", "宏.docm", "旧.doc", "协议.pdf.exe", ""]
)
def test_other_types_are_named_as_such(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        files.check(b"x", name=name)
    assert refused.value.has("file_extension")
    assert "docx" in str(refused.value)


def test_a_field_may_take_fewer_types() -> None:
    with pytest.raises(Invalid) as refused:
        files.check(samples.picture(), name="a.png", allowed={"pdf"})
    assert "可上传：pdf" in str(refused.value)


def test_mutants_are_refused_or_taken_but_never_an_error() -> None:
    chance = random.Random(20260302)
    for _turn in range(60):
        name, data, _mime = chance.choice(samples.GOOD)
        mutant = bytearray(data)
        for _flip in range(chance.randint(1, 30)):
            mutant[chance.randrange(len(mutant))] = chance.randrange(256)
        try:
            files.check(bytes(mutant), name=name)
        except Invalid as refused:
            assert refused.problems[0].code.startswith("file_")


def test_a_child_that_takes_too_long_or_too_much_is_stopped() -> None:
    from core.child import Child, ChildFailed

    child = Child("tests.core.bad_child", megabytes=400, seconds=2)
    try:
        with pytest.raises(ChildFailed, match="time"):
            child.call({"do": "loop"})
        with pytest.raises(ChildFailed, match="time"):
            child.call({"do": "sleep"})
        with pytest.raises(ChildFailed, match="memory"):
            child.call({"do": "grow"})
        with pytest.raises(ChildFailed, match="died"):
            child.call({"do": "crash"})
        for forbidden in ("connect", "read", "write", "run"):
            with pytest.raises(ChildFailed, match="Error"):
                child.call({"do": forbidden})
        assert child.call({"do": "echo"}, [b"x" * 3_000_000])[1] == [b"x" * 3_000_000]
    finally:
        child.close()
