"""Role × state × action against a golden table written by hand, and the 404 of everybody else."""

import csv
import datetime
from pathlib import Path

import pytest

from core.errors import NotVisible, PortalError
from filings import programmes
from filings.enums import State
from filings.models import Entity, Filing
from filings.permissions import viewer
from filings.selectors.filings import get_visible, visible_to
from filings.services import decision, examination, recommendation, submission
from filings.services.actions import ACTIONS, act
from filings.workflow import WORKFLOW, table, workflow_for, workflow_of
from tests.makers import accounts as people
from tests.makers import after, occasions
from tests.makers import filings as make

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).parents[1] / "golden"
ENDINGS = ("withdrawn", "not_recommended", "not_accepted", "rejected")


def golden(name: str) -> dict[str, dict[str, set[str]]]:
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8") as handle:
        rows = csv.DictReader(line for line in handle if not line.startswith("#"))
        return {row.pop("state"): {role: set(cell.split()) for role, cell in row.items()} for row in rows}


TABLE = golden("matrix")
REPORT = golden("matrix_report")
ASSESSMENT = golden("matrix_assessment")


def everybody(case: make.Case) -> dict[str, object]:
    """One actor of each column; the expert is one of the panel's."""
    unit, bureau = people.make_organisation(), case.bureau
    zibo = people.make_bureau("370300")
    shinan = people.make_bureau("370202")

    def staff(role: str, home: object) -> object:
        return people.act(people.make_user(role, home), home)

    return {
        "applicant": case.actor("applicant"),
        "filler": people.act(people.make_user("filler", case.lead), case.lead),
        "member": case.member(0),
        "outsider": people.act(people.make_user("unit_admin", unit), unit),
        "district": case.actor("district"),
        "other_district": staff("district_officer", shinan),
        "officer": case.actor("officer"),
        "director": case.actor("director"),
        "expert": people.act(case.experts[0].user, bureau),
        "auditor": staff("auditor", bureau),
        "finance": staff("finance", bureau),
        "zibo_officer": staff("case_officer", zibo),
    }


def reach(case: make.Case, state: str, frozen: object) -> Filing:
    if state not in ENDINGS:
        return make.drive(case, state, frozen)
    if state == "withdrawn":
        return submission.withdraw(actor=case.actor("applicant"), filing=make.start(case), comment="改期申报")
    if state == "not_recommended":
        filing = make.drive(case, "submitted", frozen)
        return recommendation.not_recommend(actor=case.actor("district"), filing=filing, comment="不符合布局")
    if state == "not_accepted":
        filing = make.drive(case, "in_examination", frozen)
        return examination.not_accept(actor=case.actor("officer"), filing=filing, comment="材料不实")
    filing = make.drive(case, "proposed", frozen)
    return decision.reject(actor=case.actor("director"), filing=filing, comment="任务与已备案联合体重复")


def test_the_table_names_every_state_and_every_action():
    assert set(TABLE) == set(State.values)
    assert named(TABLE) == {t.name for t in workflow_for(programmes.get("consortium"))}
    assert named(REPORT) == {t.name for t in workflow_for(programmes.get("consortium", "annual_report"))}
    assert named(ASSESSMENT) == {t.name for t in table(False, True, False, decision=False)}
    assert named(TABLE) | named(REPORT) == set(ACTIONS) == {t.name for t in WORKFLOW}


def named(found: dict[str, dict[str, set[str]]]) -> set[str]:
    return {action for row in found.values() for cell in row.values() for action in cell}


@pytest.mark.parametrize("state", list(TABLE))
def test_role_by_state_by_action(state, frozen):
    case = make.make_case()
    compare(case, Filing.objects.get(pk=reach(case, state, frozen).pk), TABLE[state])


def compare(case: make.Case, filing: Filing, row: dict[str, set[str]]) -> None:
    """What each role is offered is what its cell lists; whatever else it tries is refused and moves nothing."""
    state, found = filing.state, {}
    for role, actor in everybody(case).items():
        found[role] = {t.name for t in workflow_of(filing).available(filing, actor)}
        for name in set(ACTIONS) - row[role]:
            with pytest.raises(PortalError) as refused:
                act(
                    actor=actor,
                    filing=filing,
                    name=name,
                    payload={"comment": "理由", "months": 12, "items": []},
                )
            assert refused.value.status in (403, 404, 409), (role, name)
    assert found == row
    filing.refresh_from_db()
    assert filing.state == state


def reach_report(case: make.Case, entity: Entity, state: str) -> Filing:
    """An annual report driven to a state of its short procedure."""
    officer = case.actor("officer")
    filing = after.start(case, entity, "annual_report", "2026")
    if state == "withdrawn":
        return submission.withdraw(actor=case.actor("applicant"), filing=filing, comment="改日再报")
    if state == "draft":
        return filing
    after.fill_report(case, filing)
    filing = after.submit(case, filing)
    if state != "submitted":
        filing = examination.start(actor=officer, filing=filing)
    if state == "in_correction":
        item = {"section": "report_summary", "field": "summary", "message": "请补充"}
        examination.return_for_correction(actor=officer, filing=filing, items=[item])
    elif state == "not_accepted":
        examination.not_accept(actor=officer, filing=filing, comment="内容不实")
    elif state == "filed":
        examination.record(actor=officer, filing=filing)
    return filing


@pytest.mark.parametrize("state", list(REPORT))
def test_role_by_state_by_action_of_an_annual_report(state, frozen):
    case, entity = after.filed(frozen)
    after.later(frozen, datetime.date(2027, 1, 11))
    filing = Filing.objects.get(pk=reach_report(case, entity, state).pk)
    assert filing.state == state
    compare(case, filing, REPORT[state])


def reach_assessment(case: make.Case, filing: Filing, state: str) -> Filing:
    """A self-assessment that experts review, driven to a state of its procedure."""
    officer = case.actor("officer")
    if state == "withdrawn":
        return submission.withdraw(actor=case.actor("applicant"), filing=filing, comment="改日再报")
    if state == "in_correction":
        filing = occasions.in_examination(case, filing)
        item = {"section": "self_summary", "field": "summary", "message": "请补充"}
        return examination.return_for_correction(actor=officer, filing=filing, items=[item])
    if state == "not_accepted":
        filing = occasions.in_examination(case, filing)
        return examination.not_accept(actor=officer, filing=filing, comment="内容不实")
    if state == "accepted":
        return examination.accept(actor=officer, filing=occasions.in_examination(case, filing))
    if state == "filed":
        return examination.record(actor=officer, filing=occasions.reviewed(case, filing))
    ways = {
        "submitted": occasions.handed_in,
        "in_examination": occasions.in_examination,
        "in_review": occasions.in_review,
        "reviewed": occasions.reviewed,
    }
    return ways[state](case, filing) if state in ways else filing


@pytest.mark.parametrize("state", list(ASSESSMENT))
def test_role_by_state_by_action_of_a_self_assessment(state, frozen, monkeypatch):
    case, entity = after.filed(frozen)
    occasions.offered(monkeypatch, {"R-1": "2026 年度绩效评价"})
    filing = after.start(case, entity, "self_assessment")
    filing = Filing.objects.get(pk=reach_assessment(case, filing, state).pk)
    assert filing.state == state
    compare(case, filing, ASSESSMENT[state])


STRANGERS = ("outsider", "other_district", "zibo_officer")


@pytest.mark.parametrize("state", ["draft", "submitted", "in_review", "filed"])
def test_strangers_do_not_even_learn_that_it_exists(state, frozen):
    case = make.make_case()
    filing = make.drive(case, state, frozen)
    everyone = everybody(case)
    for role in STRANGERS:
        assert not viewer(everyone[role], filing)
        assert not visible_to(everyone[role]).filter(pk=filing.pk).exists()
        with pytest.raises(NotVisible) as real:
            get_visible(everyone[role], filing.pk)
        with pytest.raises(NotVisible) as random:
            get_visible(everyone[role], 987654321)
        assert [p.as_dict() for p in real.value.problems] == [p.as_dict() for p in random.value.problems]


def test_the_list_and_the_rule_agree(frozen):
    """Whoever a list shows a filing may open it, and the other way round."""
    for state in ("draft", "submitted", "in_review", "filed"):
        case = make.make_case()
        filing = make.drive(case, state, frozen)
        for role, actor in everybody(case).items():
            assert visible_to(actor).filter(pk=filing.pk).exists() == viewer(actor, filing), (state, role)


def test_the_proposer_cannot_confirm(frozen):
    case = make.make_case()
    filing = make.drive(case, "reviewed", frozen)
    decision.propose(actor=case.actor("director"), filing=filing, months=24)
    filing.refresh_from_db()
    assert not {t.name for t in WORKFLOW.available(filing, case.actor("director"))} & {"confirm", "reject"}
