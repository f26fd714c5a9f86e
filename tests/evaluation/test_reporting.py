"""Reports as data and as paper: what they say, what they carry, and that they can be shown."""

from __future__ import annotations

import copy
import io
import json
from typing import Any

import pypdf
import pytest

from core.canonical import canonical_json, sha256
from core.xlsx import read
from evaluation.reporting import entity_report, round_report
from evaluation.reporting.paper import FIGURES, WORKBOOK, paper
from evaluation.scheme.words import method
from tests.makers.evaluation_reports import entity_data, round_data, scheme

CODE, URL = "9f" * 20, "http://portal.example/verify/" + "9f" * 20 + "/"
pytestmark = pytest.mark.django_db


def opened(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def text_of(found: pypdf.PdfReader) -> str:
    return "".join("".join(page.extract_text() for page in found.pages).split())


@pytest.fixture(scope="module")
def entity_paper(django_db_blocker: Any) -> bytes:
    with django_db_blocker.unblock():
        return paper("entity", entity_data(), code=CODE, url=URL).render()


@pytest.fixture(scope="module")
def round_paper(django_db_blocker: Any) -> bytes:
    with django_db_blocker.unblock():
        return paper("round", round_data(), code=CODE, url=URL).render()


# --- data --------------------------------------------------------------------------------------


def test_every_indicator_says_value_source_points_and_loss() -> None:
    report = entity_report(entity_data())
    assert len(report.lines) == 16
    assert sum(line.weight for line in report.lines) == 100
    for line in report.lines:
        assert line.points + line.lost == line.weight
        assert line.source and line.method and line.value
    assert report.base + report.bonus - report.deduction == report.total
    missing = next(line for line in report.lines if line.code == "R5")
    assert (missing.state, missing.value) == ("missing", "缺失")
    assert "催报两次" in missing.reason


def test_what_would_reach_the_next_grade_is_said() -> None:
    report = entity_report(entity_data())
    assert report.next_word == "优秀"
    assert "距“优秀”还差" in report.conclusion[0]
    assert [line.gain for line in report.gains] == sorted((line.gain for line in report.gains), reverse=True)
    assert next(line for line in report.lines if line.code == "R1").reach_text == "≥10%"
    assert next(line for line in report.lines if line.code == "M3").reach_text == "—"


def test_a_veto_comes_first() -> None:
    data = entity_data()
    data["inputs"]["vetoes"] = ["forged"]
    data["marks"] = [{"kind": "veto", "key": "forged", "reason": "协议签章系伪造"}]
    data["outcome"] |= {"veto": ["forged"], "grade": "fail", "word": "不合格"}
    report = entity_report(data)
    assert report.tone == "bad"
    assert "一票否决" in report.conclusion[0] and "不合格" in report.conclusion[0]
    assert not any("还差" in sentence for sentence in report.conclusion)
    assert report.standing == "一票否决"
    assert report.of_kind("veto")[0].reason == "协议签章系伪造"


def test_what_stands_above_is_said_or_why_nothing_does() -> None:
    data = entity_data()
    assert entity_report(data).standing == "高一等次：优秀"
    data["reach"]["next"] = None
    assert "受名额或者位次限制" in entity_report(data).standing
    data["outcome"] |= {"grade": "excellent", "word": "优秀"}
    assert entity_report(data).standing == "最高等次"


def test_weight_that_moved_is_shown_beside_the_weight_of_the_scheme() -> None:
    data = entity_data()
    data["inputs"]["values"]["M2"] = {"not_applicable": "本期未满一年"}
    data["outcome"]["indicators"]["M2"] |= {"weight": "0", "points": "0", "lost": "0", "score": "0"}
    data["outcome"]["indicators"]["M1"] |= {"weight": "8.3333"}
    lines = {line.code: line for line in entity_report(data).lines}
    assert not lines["M2"].counts and lines["M2"].value == "不适用"
    assert lines["M1"].moved and (lines["M1"].weight_text, lines["M1"].nominal_text) == ("8.33", "7")


@pytest.mark.parametrize(
    ("indicator", "said"),
    [
        ({"method": "efficacy", "params": {"low": "3", "high": "8"}}, "60＋40×（实际值－不允许值）"),
        (
            {"method": "efficacy", "direction": "down", "unit": "%", "params": {"low": "10", "high": "30"}},
            "不允许值 30%，满意值 10%；比不允许值更差的沿直线减到 0 分",
        ),
        ({"method": "efficacy", "params": {"low": "p10", "high": "p90"}}, "同组近三年第 90 百分位"),
        ({"method": "target", "params": {"cap": "1.2"}}, "最高 120 分"),
        ({"method": "levels", "params": {"table": [{"from": "1", "points": "3"}], "full": "4"}}, "达到 1 得 3"),
        (
            {"method": "step", "params": {"steps": [{"from": "50", "points": "5", "per": "1", "increment": "0.1", "cap": "10"}]}},
            "达到 50 得 5，每增 1 加 0.1，至多 10",
        ),
        ({"method": "count", "params": {"full": "4"}, }, "达到 4 得满分"),
        ({"method": "minmax"}, "极差标准化"),
        ({"method": "rank"}, "排名百分位"),
        ({"method": "boolean"}, "是否达标"),
        ({"method": "expert"}, "平均值"),
        ({"method": "points", "params": {"full": "7"}}, "得分÷7×100"),
    ],
)  # fmt: skip
def test_every_method_is_explained(indicator: dict[str, Any], said: str) -> None:
    assert said in method(indicator)


def test_a_round_counts_grades_districts_and_moves() -> None:
    report = round_report(round_data())
    assert sum(grade.count for grade in report.grades) == report.count == 24
    assert sum(place.count for place in report.districts) == 24
    assert report.moves.up + report.moves.down + report.moves.same + report.moves.new == 24
    assert len(report.moves.rows) == report.moves.up + report.moves.down
    assert report.least <= report.median <= report.best
    assert [place.mean for place in report.districts] == sorted(
        (p.mean for p in report.districts), reverse=True
    )


def test_a_long_ranking_goes_on_in_the_workbook() -> None:
    data = round_data(430)
    report = round_report(data)
    assert (len(report.printed), report.unprinted) == (200, 230)
    sheets = read(paper("round", data).attachments[WORKBOOK], max_rows=1000, max_columns=30)
    assert len([row for row in sheets[0].rows if str(row[0]).isdigit() or isinstance(row[0], float)]) == 430


def test_a_round_without_entities_is_still_a_report() -> None:
    report = round_report(round_data(0))
    assert (report.count, report.scores.columns, report.moves.known) == (0, (), False)


def test_the_same_data_gives_the_same_report() -> None:
    data = entity_data()
    kept = copy.deepcopy(data)
    assert entity_report(data) == entity_report(json.loads(canonical_json(data)))
    assert data == kept


# --- paper -------------------------------------------------------------------------------------


def test_the_paper_says_what_the_issue_asks_for(entity_paper: bytes) -> None:
    text = text_of(opened(entity_paper))
    report = entity_report(entity_data())
    for said in (
        report.title,
        "评〔2026〕3号",
        "良好",
        str(report.total),
        "3/12",
        "演示数据",
        "获国家级科学技术奖项",
        "年度报告没有填报",
        "68.40",
        "不具专家姓名",
        "建议尽快补齐中试验证环节",
        "备案制度5",
        "四舍五入",
        "3f" * 32,
        CODE,
    ):
        assert "".join(said.split()) in text, said
    for line in report.lines:
        assert f"{line.code}{line.name}".replace(" ", "")[:12] in text
        assert line.points_text in text and line.lost_text in text


@pytest.mark.parametrize("kind", ["entity", "round"])
def test_a_report_has_two_to_six_pages_with_their_number_and_code(kind: str, request: Any) -> None:
    found = opened(request.getfixturevalue(f"{kind}_paper"))
    assert 2 <= len(found.pages) <= 6
    for number, page in enumerate(found.pages, 1):
        text = "".join(page.extract_text().split())
        assert f"第{number}页，共{len(found.pages)}页" in text
        assert CODE in text


def test_the_round_says_ranking_districts_exclusions_and_sensitivity(round_paper: bytes) -> None:
    text = text_of(opened(round_paper))
    for said in (
        "评价总报告",
        "未纳入评价的主体",
        "不在有效期",
        "分数线敏感度",
        "分区域情况",
        "等次上升",
        "例外事项",
        "640万元",
    ):
        assert said in text, said
    assert text.count("QD-LH-2024-00") >= 24


@pytest.mark.parametrize("kind", ["entity", "round"])
def test_the_paper_is_an_archive_file_with_tags_and_embedded_fonts(kind: str, request: Any) -> None:
    found = opened(request.getfixturevalue(f"{kind}_paper"))
    root: Any = found.trailer["/Root"]
    assert b'pdfaid:part="3"' in root["/Metadata"].get_data()
    assert "/StructTreeRoot" in root and root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]
    seen = set()
    for page in found.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
            seen.add(str(inner["/BaseFont"]))
    assert any("Noto" in name and "CJK" in name for name in seen)
    assert all("Noto" in name for name in seen), seen


def test_the_paper_carries_its_figures_to_the_byte(entity_paper: bytes) -> None:
    found = opened(entity_paper)
    data = entity_data()
    figures = canonical_json(data).encode()
    assert found.attachments[FIGURES] == [figures]
    assert sha256(figures) in text_of(found)
    names = {sheet.title for sheet in read(found.attachments[WORKBOOK][0], max_rows=100, max_columns=30)}
    assert {"概要", "指标", "历次评价"} <= names
    names = found.trailer["/Root"]["/AF"]  # type: ignore[index]
    assert {item.get_object()["/AFRelationship"] for item in names} == {"/Data"}


def test_a_preview_says_so_on_every_page() -> None:
    found = opened(paper("entity", entity_data(number="", issued_on="")).render())
    for page in found.pages:
        assert "预览，未编号" in page.extract_text()
    assert "核验码" not in text_of(found)


def test_a_correction_names_what_it_replaces() -> None:
    data = entity_data(replaces={"number": "评〔2026〕2号", "reason": "O3 数据经复核更正"})
    text = text_of(opened(paper("entity", data, code=CODE, url=URL).render()))
    assert "更正并替代评〔2026〕2号" in text and "O3数据经复核更正" in text


def test_few_dimensions_are_bars_and_many_indicators_still_print() -> None:
    tree = scheme()
    tree["dimensions"] = tree["dimensions"][:2]
    report = entity_report(entity_data(scheme=tree))
    assert report.radar.axes == () and len(report.dimension_bars.bars) == 2
    found = opened(paper("entity", entity_data(scheme=tree), code=CODE, url=URL).render())
    assert "各维度计分" in text_of(found)
