"""The calculator as people meet it: choose, state, read, print; a page for each measure."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.presentation.values import grouped
from subsidies.selectors import measures
from subsidies.views import calculator

pytestmark = pytest.mark.django_db
PAGE = "/subsidies/calculator/"
ASKED = {
    "m": ["sub_incubator_space_new", "sub_instrument_sharing", "sub_ptsp_service", "sub_whole_relocation"],
    "date": "2026-03-02",
    "district": "370303",
    "sub_incubator_space_new-area": "12,345.67",
    "sub_instrument_sharing-service_total": "1400000",
    "sub_ptsp_service-grade": "good",
    "go": "1",
}


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_every_measure_is_listed_with_its_rule_and_clause(client: Client) -> None:
    page = client.get(reverse("subsidies:measures")).content.decode()
    for key, one in measures.known().items():
        assert f'value="{key}"' in page
        assert reverse("subsidies:measure", args=[key]) in page
        assert one.label in page or "“" in one.label
    assert "每平方米 100 元，上限 100万元" in page
    zibo = client.get(reverse("subsidies:measures") + "?place=370300").content.decode()
    assert "sub_qd_talent" not in zibo and "sub_maker_national" in zibo
    assert client.get(reverse("subsidies:measures") + "?place=moon").status_code == 200


@pytest.mark.parametrize("path", ["/subsidies/", "/subsidies/?place=370200"])
def test_the_list_costs_a_constant_number_of_queries(client: Client, path: str) -> None:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as found:
        client.get(path)
    assert len(found) <= 8


def test_every_measure_has_its_page(client: Client) -> None:
    for key, one in measures.known().items():
        answer = client.get(reverse("subsidies:measure", args=[key]))
        assert answer.status_code == 200
        shown = text_of(answer)
        assert one.terms(one.valid_from).law.cite(key) in shown
        assert f"{reverse('policy:item', args=[key])}" in answer.content.decode()
    assert client.get("/subsidies/measures/sub_moon/").status_code == 404


def test_a_sheet_with_every_line_and_its_clause(client: Client) -> None:
    answer = client.get(PAGE, ASKED)
    assert answer.status_code == 200
    shown, html = text_of(answer), answer.content.decode()
    assert "测算结果仅供参考" in shown
    assert "新建孵化用房 12,345.67 平方米 × 100 元" in shown
    assert "超过上限 100万元 的部分" in shown
    assert "-234,567.00" in shown
    assert "本项不重复享受" in shown
    assert "1,700,000.00" in shown
    assert "不低于 1亿元" in shown
    assert reverse("policy:clause", args=["zb2020_43", "四(三)2"]) in html
    assert "符合条件的科技企业孵化器" in shown


def test_what_is_wrong_stands_beside_its_field(client: Client) -> None:
    answer = client.get(
        PAGE,
        {
            "m": "sub_incubator_space_new",
            "date": "2026-03-02",
            "sub_incubator_space_new-area": "-5",
            "go": "1",
        },
    )
    assert answer.status_code == 422
    assert 'id="id_sub_incubator_space_new-area_error"' in answer.content.decode()
    assert "不能为负数" in text_of(answer)
    missing = client.get(PAGE, {"m": "sub_incubator_space_new", "date": "2026-03-02", "go": "1"})
    assert "请填写孵化用房面积" in text_of(missing)
    early = client.get(PAGE, {"m": "sub_maker_national", "date": "2019-01-01", "go": "1"})
    assert early.status_code == 422
    assert "尚未施行" in text_of(early)
    assert client.get(PAGE, {"m": "sub_maker_national", "date": "soon", "go": "1"}).status_code == 422
    refused = client.get(
        PAGE,
        {
            "m": "sub_maker_national",
            "date": "2026-03-02",
            "sub_maker_national-level": "provincial",
            "go": "1",
        },
    )
    assert refused.status_code == 200
    assert "该项支持面向国家级，填写的是省级。" in text_of(refused)


def test_nothing_chosen_and_nothing_known(client: Client) -> None:
    for query in ("", "?m=sub_moon", "?go=1&date=2026-03-02"):
        answer = client.get(PAGE + query)
        assert "还没有选择支持措施" in text_of(answer)
    first = client.get(PAGE, {"m": "sub_maker_national"})
    assert first.status_code == 200 and "测算结果" not in text_of(first)


def test_the_paper_says_what_the_page_says(client: Client) -> None:
    answer = client.get(PAGE + "sheet.pdf", ASKED)
    assert answer["Content-Type"] == "application/pdf"
    paper = pypdf.PdfReader(io.BytesIO(answer.content))
    words = re.sub(r"\s+", "", "".join(page.extract_text() for page in paper.pages))
    assert "支持政策测算书" in words and "测算结果仅供参考" in words
    assert "（大写：人民币壹佰柒拾万元整）" in words
    figures = json.loads(paper.attachments["figures.json"][0])
    assert figures["total"] == "1700000.00"
    for result in figures["results"]:
        for line in result["lines"]:
            assert re.sub(r"\s+", "", grouped(line["label"])) in words
            assert re.sub(r"\s+", "", line["clause"]) in words
    assert client.get(PAGE + "sheet.pdf").status_code == 422


def test_papers_are_counted(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(calculator, "PDF_HOURLY", 0)
    assert client.get(PAGE + "sheet.pdf", ASKED).status_code == 429


def test_the_library_leads_to_the_measure(client: Client) -> None:
    for path in (
        reverse("policy:item", args=["sub_maker_national"]),
        reverse("policy:clause", args=["zb2020_43", "四(三)2"]),
    ):
        assert reverse("subsidies:measure", args=["sub_maker_national"]) in client.get(path).content.decode()
    assert reverse("subsidies:measures") in client.get("/").content.decode()
