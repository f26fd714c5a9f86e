"""What an expert sees and may do: declare first, score with reasons, never another expert."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from filings.enums import AssignmentState
from filings.models import Filing, ReviewAssignment
from filings.services import review
from tests.makers.accounts import act, make_user
from tests.makers.desk import browse, text
from tests.makers.filings import Case, drive, fresh, make_case, score_everything

pytestmark = pytest.mark.django_db

MATERIAL = "高端传感芯片依赖进口"


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def filing(case: Case) -> Filing:
    return drive(case, "in_review")


@pytest.fixture
def mine(filing: Filing) -> ReviewAssignment:
    found = filing.panel.assignments.select_related("expert__user").first()
    assert found is not None
    return found


def urls(filing: Filing) -> tuple[str, str, str]:
    return tuple(
        reverse(f"filings:{name}", args=[filing.pk]) for name in ("review", "review_declare", "review_score")
    )  # type: ignore[return-value]


def declare(client: Client, filing: Filing, conflict: str = "no", **more: Any) -> Any:
    return client.post(urls(filing)[1], {"conflict": conflict, **more})


def marks(filing: Filing, value: str = "80", why: str = "依据充分") -> dict[str, str]:
    data = {"opinion": "同意"}
    for criterion in filing.spec.criteria:
        data |= {f"{criterion.key}.value": value, f"{criterion.key}.rationale": why}
    return data


def test_list_shows_only_my_work(case: Case, filing: Filing, mine: ReviewAssignment) -> None:
    page = text(browse(mine.expert.user).get(reverse("filings:reviews")))
    assert str(filing) in page
    idle = make_user("expert", case.bureau)
    assert "没有待办的评审" in text(browse(idle).get(reverse("filings:reviews")))
    assert browse(idle).get(urls(filing)[0]).status_code == 404
    assert browse(case.applicant).get(reverse("filings:reviews")).status_code == 403
    assert browse(case.officer).get(urls(filing)[0]).status_code == 404


def test_material_is_closed_until_declared(case: Case, filing: Filing, mine: ReviewAssignment) -> None:
    client, page = browse(mine.expert.user), urls(filing)[0]
    before = text(client.get(page))
    assert MATERIAL not in before
    assert case.members[0].name in before
    early = client.post(urls(filing)[2], marks(filing))
    assert early.status_code == 403
    assert "请先声明" in text(early)
    assert client.post(urls(filing)[1], {}).status_code == 422
    assert declare(client, filing).status_code == 302
    assert MATERIAL in text(client.get(page))


def test_conflict_ends_the_work(filing: Filing, mine: ReviewAssignment) -> None:
    client = browse(mine.expert.user)
    assert declare(client, filing, "yes", note="曾任顾问")["Location"] == reverse("filings:reviews")
    mine.refresh_from_db()
    assert mine.standing == AssignmentState.CONFLICTED
    assert "已回避" in text(client.get(reverse("filings:reviews")))
    assert client.get(urls(filing)[0]).status_code == 404
    assert declare(client, filing).status_code == 404


def test_known_conflict_is_shown_and_refused(case: Case, filing: Filing, mine: ReviewAssignment) -> None:
    mine.expert.ties.create(organisation=case.members[0], kind="employed")
    client = browse(mine.expert.user)
    assert "登记信息显示您须回避" in text(client.get(urls(filing)[0]))
    refused = declare(client, filing)
    assert refused.status_code == 403
    assert "须回避" in text(refused)


def test_scoring_with_reasons(filing: Filing, mine: ReviewAssignment) -> None:
    client = browse(mine.expert.user)
    declare(client, filing)
    page = client.get(urls(filing)[0])
    assert "权重 20%" in text(page)
    assert client.post(urls(filing)[2], marks(filing)).status_code == 302
    mine.refresh_from_db()
    assert mine.standing == AssignmentState.SCORED
    assert "依据充分" in text(client.get(urls(filing)[0]))
    assert client.post(urls(filing)[2], marks(filing, "90")).status_code == 302
    assert {int(s.value) for s in mine.scores.all()} == {90}


@pytest.mark.parametrize("value", ["101", "-1", "viel", "", "80.123", "NaN", "1e9"])
def test_bad_mark_is_refused_and_nothing_typed_is_lost(
    filing: Filing, mine: ReviewAssignment, value: str
) -> None:
    client = browse(mine.expert.user)
    declare(client, filing)
    refused = client.post(urls(filing)[2], marks(filing, value, "写了很长的理由"))
    assert refused.status_code == 422
    assert text(refused).count("写了很长的理由") >= len(filing.spec.criteria)
    assert not mine.scores.exists()


def test_mark_without_reason_is_refused(filing: Filing, mine: ReviewAssignment) -> None:
    client = browse(mine.expert.user)
    declare(client, filing)
    refused = client.post(urls(filing)[2], marks(filing) | {"standing.rationale": "  "})
    assert refused.status_code == 422
    assert "请写评分理由" in text(refused)


def test_stale_page_does_not_overwrite(case: Case, filing: Filing, mine: ReviewAssignment) -> None:
    client = browse(mine.expert.user)
    declare(client, filing)
    version = client.get(urls(filing)[0]).context["mine"].version
    assert client.post(urls(filing)[2], marks(filing) | {"version": str(version)}).status_code == 302
    late = client.post(urls(filing)[2], marks(filing, "10", "旧页面") | {"version": str(version)})
    assert late.status_code == 409
    assert "旧页面" in text(late)
    assert {int(s.value) for s in mine.scores.all()} == {80}


def test_late_expert_is_told(filing: Filing, mine: ReviewAssignment, frozen: Any) -> None:
    review.declare(actor=act(mine.expert.user), filing=filing, conflict=False)
    frozen.move(days=60)
    assert "评审期限已过" in text(browse(mine.expert.user).get(urls(filing)[0]))


def test_nothing_moves_after_the_review_closed(case: Case, filing: Filing, mine: ReviewAssignment) -> None:
    score_everything(case, filing)
    review.close_review(actor=case.actor("officer"), filing=fresh(filing))
    client = browse(mine.expert.user)
    page = text(client.get(urls(filing)[0]))
    assert "评审已经结束" in page
    assert "保存评分" not in page
    refused = client.post(urls(filing)[2], marks(filing, "10", "太晚了"))
    assert refused.status_code == 409
    assert "太晚了" in text(refused)


def test_experts_never_see_each_other(case: Case, filing: Filing, mine: ReviewAssignment) -> None:
    score_everything(case, filing)
    others = [str(e) for e in case.experts if e.pk != mine.expert_id]
    client = browse(mine.expert.user)
    for address in (urls(filing)[0], reverse("filings:reviews")):
        shown = text(client.get(address))
        assert not any(name in shown for name in others)
    assert client.get(reverse("filings:desk_board", args=[filing.pk])).status_code == 404
