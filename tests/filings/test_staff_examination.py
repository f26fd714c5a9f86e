"""Formal examination by form: check list, the one complete notice, two people at once."""

from __future__ import annotations

import pytest
from django.urls import reverse

from filings.enums import State
from filings.models import Filing
from filings.services import corrections, examination, submission
from tests.makers.desk import act_url, browse, case_url, do, text
from tests.makers.filings import (
    Case,
    check_everything,
    confirm_all,
    drive,
    fresh,
    make_case,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


# --- formal examination and corrections ------------------------------------------------------


def test_failed_check_needs_its_note_and_keeps_what_was_typed(case: Case) -> None:
    filing = drive(case, "in_examination")
    client, url = browse(case.officer), reverse("filings:desk_examination", args=[filing.pk])
    data = {
        "result-elig_cons_plan": "fail",
        "note-elig_cons_plan": "",
        "result-elig_cons_agreement": "pass",
        "note-elig_cons_agreement": "盖章齐全",
    }
    refused = client.post(url, data)
    assert refused.status_code == 422
    assert "不符合或者不适用的，请写明原因" in text(refused)
    line = next(row for row in refused.context["lines"] if row["item"] == "elig_cons_plan")
    assert line["result"] == "fail"
    assert filing.checks.get(item="elig_cons_agreement").note == "盖章齐全"
    assert client.post(url, {"result-elig_cons_plan": "perhaps"}).status_code == 422


def test_one_check_line_by_htmx(case: Case) -> None:
    filing = drive(case, "in_examination")
    client, url = browse(case.officer), reverse("filings:desk_examination", args=[filing.pk])
    data = {"only": "elig_cons_plan", "result-elig_cons_plan": "pass", "note-elig_cons_plan": "好"}
    part = client.post(url, data, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert 'id="check-elig_cons_plan"' in text(part)
    assert "<html" not in text(part)
    bad = client.post(
        url,
        data | {"result-elig_cons_plan": "fail", "note-elig_cons_plan": ""},
        headers={"HX-Request": "true"},
    )
    assert bad.status_code == 422
    assert "请写明原因" in text(bad)


def test_acceptance_lists_what_is_missing(case: Case) -> None:
    filing = drive(case, "in_examination")
    client = browse(case.officer)
    page = client.get(act_url(filing, "accept"))
    assert "现在还不能办理" in text(page)
    refused = do(client, filing, "accept")
    assert refused.status_code == 422
    assert "尚未核验" in text(refused)
    assert fresh(filing).state == State.IN_EXAMINATION


def _items(*rows: dict[str, str], **more: str) -> dict[str, str]:
    data = {"rows": str(len(rows)), **more}
    for number, row in enumerate(rows):
        data |= {f"item-{number}-{key}": value for key, value in row.items()}
    return data


BACKGROUND = {"target": "basic|background|", "message": "请补充市场需求数据"}


def test_return_is_composed_previewed_and_sent(case: Case) -> None:
    filing = drive(case, "in_examination")
    client, url = browse(case.officer), act_url(filing, "return_for_correction")
    first = client.get(url, {"at": ["basic|background|", "tasks|funding_note|"]})
    assert [row["target"].value() for row in first.context["form"].rows] == [
        "basic|background|",
        "tasks|funding_note|",
    ]
    stamp = {"target": "agreement|agreement|", "phrase": "stamp", "message": ""}
    seen = client.post(url, _items(BACKGROUND, stamp, preview="1", version=str(filing.version)))
    assert seen.status_code == 200
    items = [line for line in seen.context["letter"].paragraphs if line[:2] in ("1.", "2.")]
    assert len(items) == 2
    assert items[1].endswith("扫描件未加盖公章，请重新上传盖章件。")
    assert fresh(filing).state == State.IN_EXAMINATION
    sent = client.post(url, _items(BACKGROUND, stamp, version=str(filing.version)))
    assert sent.status_code == 302
    assert fresh(filing).state == State.IN_CORRECTION
    assert {c.field for c in filing.corrections.all()} == {"background", "agreement"}


def test_rows_of_the_composer_are_added_and_removed_without_script(case: Case) -> None:
    filing = drive(case, "in_examination")
    client, url = browse(case.officer), act_url(filing, "return_for_correction")
    more = client.post(url, _items(BACKGROUND, rows_add="1"))
    assert len(more.context["form"].rows) == 2
    assert "请补充市场需求数据" in text(more)
    fewer = client.post(url, _items({"target": "", "message": "weg"}, BACKGROUND, rows_remove="0"))
    assert len(fewer.context["form"].rows) == 1
    assert "weg" not in text(fewer)


def test_member_section_can_be_returned(case: Case) -> None:
    filing = drive(case, "in_examination")
    place = filing.participants.get(organisation=case.members[0])
    row = {"target": f"member|capability|{place.pk}", "message": "请说明中试条件"}
    assert do(browse(case.officer), filing, "return_for_correction", **_items(row)).status_code == 302
    assert filing.corrections.get().participant_id == place.pk


@pytest.mark.parametrize(
    "rows",
    [
        (),
        ({"target": "basic|background|", "message": ""},),
        ({"target": "", "message": "请补充"},),
        ({"target": "basic|nonsense|", "message": "请补充"},),
        ({"target": "member|capability|999999", "message": "请补充"},),
    ],
)
def test_incomplete_return_is_refused_and_kept(case: Case, rows: tuple[dict[str, str], ...]) -> None:
    filing = drive(case, "in_examination")
    refused = do(browse(case.officer), filing, "return_for_correction", **_items(*rows))
    assert refused.status_code == 422
    assert fresh(filing).state == State.IN_EXAMINATION
    for row in rows:
        assert row["message"] in text(refused)


def _resubmitted(case: Case) -> Filing:
    filing = drive(case, "in_correction")
    me = case.actor("applicant")
    for item in filing.corrections.all():
        value = f"新的{item.field}"
        corrections.answer(actor=me, filing=filing, correction_id=item.pk, text="已补充", value=value)
    confirm_all(case, filing)
    submission.resubmit(actor=me, filing=fresh(filing))
    return fresh(filing)


def test_after_resubmission_changes_are_shown_and_tickets_closed(case: Case) -> None:
    filing = _resubmitted(case)
    client = browse(case.officer)
    page = client.get(case_url(filing, "?compare=1"))
    assert len(page.context["material"].changes) == 2
    assert "新的background" in text(page)
    assert "高端传感芯片依赖进口" in text(page)
    for item in filing.corrections.all():
        url = reverse("filings:desk_correction_close", args=[filing.pk, item.pk])
        assert url in text(client.get(case_url(filing)))
        assert client.post(url).status_code == 302
        assert client.post(url).status_code == 409
    check_everything(case, filing)
    assert do(client, filing, "accept").status_code == 302


def test_second_return_needs_its_reason(case: Case) -> None:
    filing = _resubmitted(case)
    client = browse(case.officer)
    assert "再次退回须写明" in text(client.get(act_url(filing, "return_for_correction")))
    refused = do(client, filing, "return_for_correction", **_items(BACKGROUND))
    assert refused.status_code == 422
    assert "行政许可法" in text(refused)
    assert (
        do(client, filing, "return_for_correction", **_items(BACKGROUND), comment="新发现矛盾").status_code
        == 302
    )


def test_diff_in_both_directions_and_on_paper(case: Case) -> None:
    filing = _resubmitted(case)
    client, url = browse(case.officer), reverse("filings:desk_diff", args=[filing.pk])
    forward, back = client.get(url), client.get(url, {"from": "2", "to": "1"})
    assert {c["label"] for c in forward.context["changes"]} == {c["label"] for c in back.context["changes"]}
    assert forward.context["changes"][0]["new"] == back.context["changes"][0]["old"]
    assert client.get(url, {"from": "x", "to": "99"}).status_code == 200
    assert "base_print" not in text(client.get(url, {"print": "1"}))
    printed = text(client.get(reverse("filings:desk_print", args=[filing.pk])))
    assert filing.receipt_number in printed


# --- two people at once, stale pages, double clicks ------------------------------------------


def test_second_officer_reads_what_happened(case: Case) -> None:
    filing = drive(case, "recommended")
    late = browse(case.director)
    version = filing.version
    examination.start(actor=case.actor("officer"), filing=filing)
    refused = do(late, filing, "start_examination", version=version)
    assert refused.status_code == 409
    assert "已办理“开始形式审查”" in text(refused)
    assert str(case.officer) in text(refused)
    assert filing.events.filter(name="start_examination").count() == 1


def test_stale_page_is_told(case: Case) -> None:
    filing = drive(case, "in_examination")
    refused = do(
        browse(case.officer), filing, "not_accept", comment="理由写了很久", version=filing.version - 1
    )
    assert refused.status_code == 409
    assert "理由写了很久" in text(refused)
    assert fresh(filing).state == State.IN_EXAMINATION


def test_double_click_acts_once(case: Case) -> None:
    filing = drive(case, "recommended")
    client, url = browse(case.officer), act_url(filing, "start_examination")
    key = client.get(url).context["form_key"]
    data = {"form_key": key, "version": filing.version}
    assert client.post(url, data).status_code == 302
    again = client.post(url, data)
    assert again.status_code == 302
    assert filing.events.filter(name="start_examination").count() == 1
