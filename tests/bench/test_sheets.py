"""The measurements of workbooks run, on next to nothing, and compare the same work."""

import pytest

from bench import sheets
from bench.measure import table
from bench.site import Size
from filings.models import Entity

TINY = Size(filings=0, base=0, pairs=1, calls=1)


@pytest.mark.django_db
def test_a_list_goes_out_the_same_from_both() -> None:
    (result,) = sheets.run_out(TINY, count=100)
    assert result.case == "P6"
    assert "rows/s" in table([result])
    assert sheets.values(sheets.ours_out(7)) == sheets.values(sheets.bare_out(7))


@pytest.mark.django_db
def test_a_register_comes_in_and_leaves_nothing() -> None:
    (result,) = sheets.run_in(TINY, count=40)
    assert result.case == "P7"
    assert "calamine" in table([result])
    assert not Entity.objects.exists()
