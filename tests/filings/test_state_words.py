"""A state reads in the words of what is asked for: no recommendation is awaited where none is given."""

import pytest

from filings.enums import APPLICANT_LABELS, State
from filings.programmes import state_label


@pytest.mark.parametrize(
    ("action", "state", "staff", "unit"),
    [
        ("establish", "submitted", "待推荐", "已提交，等待区（市）推荐"),
        ("change", "submitted", "待推荐", "已提交，等待区（市）推荐"),
        ("annual_report", "submitted", "待受理", "已提交，等待形式审查"),
        ("exit", "submitted", "待受理", "已提交，等待形式审查"),
        ("establish", "accepted", "已受理", "已受理，等待评审"),
        ("change", "accepted", "已受理", "已受理，办理中"),
        ("renew", "confirmed", "已审定", "审定通过，等待公示"),
        ("change", "confirmed", "已审定", "审定通过，等待发文"),
        ("change", "filed", "已变更", "已变更"),
        ("annual_report", "filed", "已归档", "已归档"),
        ("renew", "filed", "已备案", "已备案"),
        ("establish", "rejected", "不予备案", "不予备案"),
        ("change", "rejected", "不予变更", "不予变更"),
        ("exit", "rejected", "不予退出", "不予退出"),
    ],
)
def test_staff_and_unit_read_what_fits_the_procedure(action, state, staff, unit):
    assert state_label("consortium", action, state, staff=True) == staff
    assert state_label("consortium", action, state, staff=False) == unit


@pytest.mark.parametrize("state", State.values)
def test_a_founding_reads_as_the_glossary_says(state):
    assert state_label("consortium", "establish", state, staff=True) == str(State(state).label)
    assert state_label("consortium", "establish", state, staff=False) == str(APPLICANT_LABELS[State(state)])
