"""Experts of a whole round: one panel for all, replaced where a conflict forbids it; the board; ended together."""

import pytest
from django.urls import reverse

from core.errors import Invalid, NotAllowed, NotNow
from evaluation.models import RoundEvent
from evaluation.selectors.panels import overview
from evaluation.selectors.report_facts import _remarks
from evaluation.services import panels
from evaluation.services.packing import case
from evaluation.services.rounds import act as step
from filings.enums import Action
from filings.models import ReviewAssignment
from filings.services import aftercare, examination, review, submission
from tests.evaluation.test_self_assessment import fill
from tests.makers import after
from tests.makers import evaluation as make
from tests.makers import filings as people
from tests.makers import panels as made
from tests.makers.accounts import act, as_person, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make.make_cast(2, kind="innovation_consortium")


@pytest.fixture
def pool(cast):
    return made.experts(cast, 6)


@pytest.fixture
def row(cast, pool, frozen):
    """A round in the data check, both self-assessments checked."""
    opened = make.open_round(make.round_of(cast), cast)
    for entity in cast.entities:
        me = act(make_user("unit_admin", entity.lead), entity.lead)
        filing = aftercare.start(actor=me, entity=after.again(entity), action=Action.SELF_ASSESSMENT)
        submission.submit(actor=me, filing=fill(me, people.fresh(filing)))
        examination.start(actor=cast.officer, filing=people.fresh(filing))
        examination.accept(actor=cast.officer, filing=people.fresh(filing))
    return make.close_reports(opened, cast, frozen)


def cases(row):
    return [one.filing for one in row.entities.order_by("entity__code").select_related("filing")]


def on(filing):
    return set(filing.panel.assignments.values_list("expert_id", flat=True))


def test_everybody_is_judged_by_the_same_experts(cast, row, pool):
    done = panels.open_panels(actor=cast.officer, round=row, seed="2026")
    assert len(done.done) == 2 and not done.refused and not done.replaced
    first, second = cases(row)
    assert on(first) == on(second) == {expert.pk for expert in done.experts}
    assert len(done.experts) == 5
    assert done.experts == sorted(
        (e for e in pool if e.pk in review.draw([one.pk for one in pool], 5, "2026")), key=lambda e: e.pk
    )
    event = RoundEvent.objects.get(round=row, name="panels_opened")
    assert "2026" in event.text


def test_who_has_a_conflict_is_replaced_by_draw_in_that_case_alone(cast, row, pool):
    """The first named expert works for the lead of the first case; the one not named takes the place there."""
    first, second = cases(row)
    pool[0].employer = first.applicant
    pool[0].save()
    named = [expert.user.username for expert in pool[:5]]
    done = panels.open_panels(actor=cast.officer, round=row, experts=named)
    [stood] = done.replaced
    assert (stood.filing, stood.expert, stood.by) == (first, pool[0], pool[5])
    assert stood.why and done.seed
    assert on(first) == {e.pk for e in pool[1:]}
    assert on(second) == {e.pk for e in pool[:5]}


def test_nobody_left_to_draw_refuses_that_case_and_no_other(cast, row, pool):
    first, second = cases(row)
    for expert in pool[:2]:
        expert.employer = first.applicant
        expert.save()
    done = panels.open_panels(actor=cast.officer, round=row, experts=[str(e.pk) for e in pool[:5]])
    assert [filing for filing, _why in done.refused] == [first]
    assert done.done == [second]
    assert not hasattr(people.fresh(first), "panel")


@pytest.mark.parametrize("given", [{"experts": ["nobody"]}, {"experts": []}])
def test_a_bad_choice_is_told(cast, row, pool, given):
    for expert in pool[:2]:
        expert.is_active = False
        expert.save()
    with pytest.raises(Invalid):
        panels.open_panels(actor=cast.officer, round=row, **given)


def test_only_those_who_run_the_round_and_only_then(cast, row):
    with pytest.raises(NotAllowed):
        panels.open_panels(actor=act(make_user("unit_admin")), round=row)
    with pytest.raises(Invalid):  # a second time nobody waits
        panels.open_panels(actor=cast.officer, round=row)
        panels.open_panels(actor=cast.officer, round=row)
    step(actor=cast.officer, round=row, name="stop", comment="调整评价安排")
    with pytest.raises(NotNow):
        panels.close_panels(actor=cast.officer, round=row)


def test_the_board_shows_who_stands_apart(cast, row, pool):
    panels.open_panels(actor=cast.officer, round=row, experts=[str(e.pk) for e in pool[:5]])
    first, second = cases(row)
    for expert, value in zip(pool[:5], ("80", "82", "78", "80", "55"), strict=True):
        made.mark_as(cast, first, expert, value)
    made.mark_as(cast, second, pool[0], "70")
    review.declare(actor=act(pool[1].user, cast.bureau), filing=second, conflict=True, note="合作项目")
    found = overview(row)
    one, two = found.lines
    assert (str(one.mean), str(one.spread), one.wide, one.waiting) == ("75.00", "27.00", True, 0)
    assert [cell.apart for _pk, cell in sorted(one.cells.items())] == [False, False, False, False, True]
    assert (str(two.mean), two.waiting, two.cells[pool[1].pk].aside) == ("70.00", 3, True)
    assert (found.marked, found.places, found.apart) == (6, 9, 1)
    assert str(found.means[pool[0].pk]) == "75.00"


def test_the_board_costs_the_same_however_many_experts(cast, row, pool, django_assert_max_num_queries):
    panels.open_panels(actor=cast.officer, round=row, seed="1")
    row.refresh_from_db()
    with django_assert_max_num_queries(12):
        overview(row)


def test_closing_ends_what_is_complete_and_tells_the_rest(cast, row, pool):
    panels.open_panels(actor=cast.officer, round=row, seed="1")
    first, second = cases(row)
    made.mark(cast, first, "80")
    done = panels.close_panels(actor=cast.officer, round=row)
    assert done.done == [first]
    [(left, why)] = done.refused
    assert left == second and "尚未完成评分" in why
    assert people.fresh(first).state == "filed"
    subject = row.entities.get(filing=first)
    assert subject.inputs["values"]["M3"]["value"] == "80.0000"
    made.mark(cast, second, "90")
    assert panels.close_panels(actor=cast.officer, round=row).done == [second]


# --- pages ---


def test_pages_of_the_officer(cast, row, pool):
    client = as_person(cast.officer.user)
    board = reverse("evaluation:panels", args=[row.code])
    assert "组织评审（2 件）" in client.get(board).content.decode()
    form = client.get(reverse("evaluation:panels_open", args=[row.code]))
    assert "须回避 0 件" in form.content.decode()
    key = form.context["form_key"]
    answer = client.post(
        reverse("evaluation:panels_open", args=[row.code]), {"seed": "7", "form_key": key}, follow=True
    )
    assert "已组织 2 件，抽取种子 7" in answer.content.decode()
    for filing in cases(row):
        made.mark(cast, filing, "60")
    page = client.get(board).content.decode()
    assert "60.00" in page and str(pool[0]) in page + "".join(map(str, pool))
    form = client.get(reverse("evaluation:panels_close", args=[row.code]))
    key = form.context["form_key"]
    answer = client.post(reverse("evaluation:panels_close", args=[row.code]), {"form_key": key}, follow=True)
    assert "已结束 2 件" in answer.content.decode()


def test_an_auditor_reads_the_board_without_names(cast, row, pool):
    panels.open_panels(actor=cast.officer, round=row, seed="1")
    client = as_person(make_user("auditor", cast.bureau))
    page = client.get(reverse("evaluation:panels", args=[row.code])).content.decode()
    assert "专家 1" in page
    assert not any(str(expert) in page for expert in pool)
    whole = client.get(reverse("evaluation:round", args=[row.code])).content.decode()
    assert "组织专家评审" in whole
    assert not any(str(expert) in whole for expert in pool)
    told = case.items(row.entities.select_related("round__scheme", "entity__lead", "filing").first())
    packed = b"".join(data for _path, data in told if isinstance(data, bytes)).decode()
    assert "组织专家评审" in packed
    assert not any(str(expert) in packed for expert in pool)
    assert client.get(reverse("evaluation:panels_open", args=[row.code])).status_code == 403
    stranger = as_person(make_user("case_officer"))
    assert stranger.get(reverse("evaluation:panels", args=[row.code])).status_code in (403, 404)


def test_a_remark_names_nobody_of_the_panel(cast, row, pool):
    """Neither who wrote it nor a colleague who wrote nothing."""
    panels.open_panels(actor=cast.officer, round=row, experts=[str(e.pk) for e in pool[:5]])
    first = cases(row)[0]
    talks, silent = (one.expert for one in first.panel.assignments.order_by("pk")[:2])
    for number, one in enumerate(first.panel.assignments.order_by("pk")):
        made.mark_as(cast, first, one.expert, "80")
        words = f"{talks}同意{silent}的意见。" if number == 0 else ""
        ReviewAssignment.objects.filter(pk=one.pk).update(opinion=words)
    said = _remarks(row.entities.select_related("filing"))[first.entity_id]
    assert said == ["（专家）同意（专家）的意见。"]


def test_an_expert_saves_and_goes_on(cast, row, pool):
    panels.open_panels(actor=cast.officer, round=row, experts=[str(e.pk) for e in pool[:5]])
    first, second = cases(row)
    me = act(pool[0].user, cast.bureau)
    for filing in (first, second):
        review.declare(actor=me, filing=filing, conflict=False)
    client = as_person(pool[0].user)
    url = reverse("filings:review", args=[first.pk])
    page = client.get(url)
    assert "保存并评下一件" in page.content.decode()
    mine = ReviewAssignment.objects.get(panel__filing=first, expert=pool[0])
    body = {"M3.value": "80", "M3.rationale": "好", "M4.value": "80", "M4.rationale": "好"}
    body |= {"version": mine.version, "next": "1", "form_key": page.context["form_key"]}
    answer = client.post(reverse("filings:review_score", args=[first.pk]), body)
    assert answer.url == reverse("filings:review", args=[second.pk])
    assert "保存并评下一件" not in client.get(answer.url).content.decode()  # nothing else waits
