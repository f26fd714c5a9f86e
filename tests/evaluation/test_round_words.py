"""What the pages of rounds say: buttons with words, heads that fit their columns, states, reports, what jobs did."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from core import clock, jobs
from core.errors import NotAllowed
from evaluation.presentation import figures
from evaluation.reporting.paper import Paper
from evaluation.selectors.report_facts import earlier
from evaluation.services import report_archive, rounds
from filings.services import ratings
from tests.makers import evaluation as make
from tests.makers.accounts import act, as_person, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make.make_cast(2)


@pytest.fixture
def officer(cast):
    return as_person(cast.officer.user)


@pytest.fixture
def finished(cast, frozen, monkeypatch):
    monkeypatch.setattr(Paper, "render", lambda self: b"%PDF-1.7\n" + self.attachments["result.json"])
    row = make.open_round(make.round_of(cast), cast)
    row = make.close_reports(row, cast, frozen)
    make.figures(row, cast)
    make.scored(row, cast)
    return make.confirmed(row, cast)


def shown(client, name, *args):
    answer = client.get(reverse(f"evaluation:{name}", args=args))
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def buttons(page):
    """The words on the buttons of the page's own forms."""
    main = page.split("<main")[-1]
    return [
        re.sub(r"<[^>]+>", "", found).strip() for found in re.findall(r"<button[^>]*>(.*?)</button>", main)
    ]


def test_every_form_of_a_round_has_a_word_on_its_button(cast, officer):
    row = make.round_of(cast)
    entity = cast.entity.pk
    assert buttons(shown(officer, "round_edit", row.code)) == ["保存"]
    assert buttons(shown(officer, "leave_out", row.code, entity)) == ["不纳入本次评价"]
    make.open_round(row, cast)
    assert buttons(shown(officer, "round_extend", row.code)) == ["调整日程"]
    page = shown(officer, "round_act", row.code, "stop")
    assert buttons(page) == ["终止评价"]
    assert "终止的理由" in page
    assert "不登记任何等次" in page


def test_no_mark_is_chosen_beforehand(cast, officer):
    row = make.open_round(make.round_of(cast), cast)
    subject = row.entities.first()
    page = shown(officer, "mark", row.code, subject.pk)
    assert '<option value="" selected>请选择</option>' in page
    answer = officer.post(reverse("evaluation:mark", args=[row.code, subject.pk]), {"reason": "核查通报"})
    assert answer.status_code == 422
    assert not subject.marks.exists()


def test_who_is_left_out_stands_below_a_head_that_says_why(cast, officer):
    row = make.round_of(cast)
    rounds.leave_out(actor=cast.officer, round=row, entity_id=cast.entity.pk, reason="正在整改，本次不评")
    make.open_round(row, cast)
    page = officer.get(reverse("evaluation:subjects", args=[row.code]) + "?tab=left_out").content.decode()
    assert "不纳入的原因" in page
    assert "缺数据指标" not in page
    assert "正在整改，本次不评" in page


def test_a_finished_round_offers_its_reports_and_packs_them(finished, officer):
    page = shown(officer, "round", finished.code)
    assert "总报告（PDF）" in page
    assert "共 3 份（含总报告），已生成 3 份" in page
    assert "总报告（PDF）" in shown(officer, "results", finished.code)
    officer.post(reverse("evaluation:round_archive", args=[finished.code]))
    jobs.run_pending()
    page = shown(officer, "round", finished.code)
    assert "下载全部报告（zip）" in page
    stored = report_archive.order(actor=make_head(finished), round=finished).result["file"]
    answer = officer.get(reverse("core:file", args=[stored]))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:2] == b"PK"


def make_head(row):
    return act(row.confirmed_by, row.authority)


def test_an_agency_gets_no_archive_of_all_results(finished, officer):
    agency = make_organisation("other", district="370303")
    finished.agency = agency
    finished.save(update_fields=["agency"])
    me = act(make_user("unit_admin", agency), agency)
    with pytest.raises(NotAllowed):
        report_archive.order(actor=me, round=finished)
    officer.post(reverse("evaluation:round_archive", args=[finished.code]))
    jobs.run_pending()
    stored = report_archive.order(actor=make_head(finished), round=finished).result["file"]
    assert as_person(me.user).get(reverse("core:file", args=[stored])).status_code == 404


def test_the_monitor_says_for_which_round_and_what_came_of_it(finished, officer, cast):
    page = shown(officer, "monitor")
    assert finished.name in page
    assert f"{finished.name}，{cast.entity.name}" in page
    assert f"{finished.name}，总报告" in page
    assert "已登记 2 个主体" in page
    assert "已登记 0 / 2" not in page
    assert "正在计分" not in page


def test_a_report_looks_back_from_its_round_and_not_at_what_came_later(finished, cast, frozen):
    entity = finished.entities.order_by("pk")[0].entity
    frozen.move(days=40)
    ratings.conclude(
        proposed_by=act(finished.proposed_by, finished.authority),
        confirmed_by=make_head(finished),
        entity=entity,
        round="later",
        rated_on=clock.today(),
        grade="good",
        word="良好",
        score=Decimal("80.00"),
        by_whom="bureau",
        summary="later",
    )
    assert earlier([entity.pk], finished) == {}
    finished.confirmed_at = clock.now()
    assert [one["round"] for one in earlier([entity.pk], finished)[entity.pk]] == ["later"]


def test_a_figure_that_was_not_gathered_yet_says_so(cast):
    row = make.open_round(make.round_of(cast), cast)
    subject = row.entities.first()
    subject.inputs = {}
    rows = [one for part in figures.dimensions(subject) for one in part["rows"]]
    assert {one["missing"] for one in rows} == {"尚未汇集数据"}


def test_points_are_printed_as_in_the_report(finished, officer):
    subject = finished.entities.first()
    page = shown(officer, "subject", finished.code, subject.pk)
    cells = re.findall(r'data-label="(?:得分|失分)">([^<]+)<', page)
    assert cells
    assert all(re.fullmatch(r"-?\d+\.\d\d|—", text) for text in cells)
