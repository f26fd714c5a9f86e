"""The run of an evaluation and the one written by hand say the same, on next to nothing."""

import pytest

from bench import evaluation, evaluation_by_hand
from bench.measure import table
from bench.site import Size
from evaluation.models import Run
from evaluation.scheme import problems

TINY = Size(filings=0, base=0, pairs=1, calls=1)


@pytest.mark.django_db
def test_a_run_says_what_is_written_by_hand_and_leaves_nothing() -> None:
    first, second = evaluation.run(TINY, counts=(20, 60))
    assert (first.case, second.case) == ("P4", "P4")
    assert "entities/s" in table([first, second])
    assert not Run.objects.exists()


def test_the_scheme_has_twenty_indicators_and_may_be_used() -> None:
    assert len(evaluation_by_hand.TABLE) == 20
    assert problems(evaluation_by_hand.SCHEME) == []
