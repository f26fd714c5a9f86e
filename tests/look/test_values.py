"""Values in words: dates, amounts, codes, states."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template

from core.presentation import states
from core.templatetags import ui


def render(text: str, **values: object) -> str:
    return Template("{% load ui %}" + text).render(Context(values))


def test_dates_have_one_form_in_text_and_one_in_tables() -> None:
    day = date(2026, 3, 1)
    late = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)
    assert ui.date_cn(day) == "2026年3月1日"
    assert ui.date_iso(day) == "2026-03-01"
    assert ui.datetime_cn(late) == "2026年3月2日 01:30"
    assert ui.datetime_iso(late) == "2026-03-02 01:30"
    assert ui.date_iso("2026-03-01") == "2026-03-01"
    assert ui.datetime_iso("2026-03-01T08:00:00+08:00") == "2026-03-01 08:00"


@pytest.mark.parametrize("value", [None, "", "no date", 7])
def test_no_date_is_nothing(value: object) -> None:
    assert ui.date_cn(value) == ui.date_iso(value) == ui.datetime_cn(value) == ui.datetime_iso(value) == ""


def test_amounts() -> None:
    assert ui.wan(Decimal("12345678.90")) == "1,234.57"
    assert ui.yuan("1234567.5") == "1,234,567.50"
    assert ui.number(Decimal("8000.00")) == "8,000"
    assert ui.percent(Decimal("0.05632")) == "5.6%"
    assert ui.wan(None) == ui.yuan("") == ui.number("x") == ui.percent(True) == ""
    assert ui.yuan(0) == "0.00"


def test_files_and_hashes() -> None:
    assert ui.filesize(512) == "0.5 KB"
    assert ui.filesize(1_912_832) == "1.8 MB"
    assert ui.digest("60303ae22b998861bce3") == "6030 3ae2 2b99"


def test_a_credit_code_is_in_groups_but_copies_whole() -> None:
    html = ui.credit_code("91370303MAXX00015H")
    assert html.count("<span>") == 4
    assert "".join(part.split("</span>")[0] for part in html.split("<span>")[1:]) == "91370303MAXX00015H"
    assert ui.credit_code("") == ""
    assert "&lt;b&gt;" in ui.credit_code("<b>")


def test_stored_values_are_words() -> None:
    assert ui.shown(True) == "是"
    assert ui.shown(["甲", "乙"]) == "甲、乙"
    assert ui.shown({"_id": "1", "任务": "封装"}) == "任务：封装"
    assert ui.shown({"name": "协议.pdf", "sha256": "0"}) == "协议.pdf"
    assert ui.shown([{"a": 1}, {"a": 2}]) == "a：1\na：2"
    assert ui.shown(None) == ui.shown([]) == ""
    assert ui.shown(0) == "0"


def test_every_state_of_the_procedure_has_a_shape_on_purpose() -> None:
    named = {state for group in states.TONES.values() for state in group}
    procedure = {
        "draft", "submitted", "recommended", "not_recommended", "in_examination", "in_correction", "accepted",
        "not_accepted", "in_review", "reviewed", "proposed", "confirmed", "on_notice", "objection", "filed",
        "rejected", "withdrawn", "registered", "exited", "cancelled", "expired",
    }  # fmt: skip
    assert procedure <= named


def test_no_state_has_two_shapes() -> None:
    every = [state for group in states.TONES.values() for state in group]
    assert len(every) == len(set(every))


def test_an_icon_is_hidden_unless_it_speaks() -> None:
    assert 'aria-hidden="true"' in render('{% icon "check" %}')
    spoken = render('{% icon "check" label %}', label='满足"')
    assert '<span class="visually-hidden">满足&quot;</span>' in spoken
