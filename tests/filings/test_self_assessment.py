"""An action of an app above the spine: extended to programmes, filed on occasions, tailored, reviewed for the record."""

from dataclasses import replace
from functools import lru_cache

import pytest
from django.urls import reverse

from core.errors import Invalid
from filings import programmes
from filings.enums import Action, State
from filings.models import Filing, IssuedDocument
from filings.owed import owed_in, scope_of
from filings.presentation.aftercare import next_steps, offer
from filings.presentation.entity_steps import of_unit
from filings.presentation.status import steps
from filings.programmes import Procedure, Variant
from filings.selectors.entity_page import Sight
from filings.selectors.lifecycle import law_of, obstacles
from filings.services import examination, submission
from filings.views.staff.parts import stepper
from filings.workflow import table
from tests.makers import after, occasions
from tests.makers import filings as make
from tests.makers.accounts import as_person

pytestmark = pytest.mark.django_db

ROUND = {"R-1": "2026 年度绩效评价"}
ACTION = Action.SELF_ASSESSMENT


@pytest.fixture
def asked(frozen, monkeypatch):
    """A consortium that one round asks for its self-assessment; the rounds can be changed."""
    case, entity = after.filed(frozen)
    rounds = dict(ROUND)
    occasions.offered(monkeypatch, rounds)
    return case, after.again(entity), rounds


def codes(entity, period=""):
    return [p.code for p in obstacles(entity, ACTION, period=period)]


def test_what_experts_review_for_the_record():
    rows = {t.name: t for t in table(False, True, False, False)}
    assert (rows["accept"].sources, rows["accept"].target) == ((State.IN_EXAMINATION,), State.ACCEPTED)
    assert (rows["record"].sources, rows["record"].target) == ((State.REVIEWED,), State.FILED)
    assert State.ACCEPTED not in rows["withdraw"].sources
    assert not rows.keys() & {"propose", "confirm", "reject", "issue", "publish_notice", "recommend"}


def test_an_app_above_gives_every_programme_an_action(monkeypatch):
    """Also those registered later; one that declares the action itself keeps its own, and an app may decline."""
    monkeypatch.setattr(programmes, "_registry", dict(programmes._registry))
    monkeypatch.setattr(programmes, "_extensions", {})
    monkeypatch.setattr(programmes, "_declared", lru_cache()(programmes._declared.__wrapped__))
    bare = replace(programmes.get("consortium"), variants={})
    ours = Variant(label="自评", sections=(), procedure=Procedure(review=False, decision=False))
    own = replace(ours, label="自有")
    monkeypatch.setitem(programmes._registry, "consortium", replace(bare, variants={ACTION: own}))
    monkeypatch.setitem(programmes._registry, "alliance", replace(programmes.get("alliance"), variants={}))
    programmes.extend(ACTION, lambda programme: ours if programme.registers else None)
    assert programmes.get("consortium", ACTION).variant.label == "自有"
    assert programmes.get("alliance", ACTION).variant is ours
    programmes.register(replace(bare, key="later", variants={}))
    assert programmes.get("later", ACTION).action == ACTION
    assert all(ACTION not in p.variants for p in programmes.declared() if not p.registers)


def test_it_is_filed_when_a_round_asks_for_it(asked):
    case, entity, rounds = asked
    assert codes(entity) == [] == codes(entity, "R-1")
    assert codes(entity, "R-9") == ["period"]
    rounds["R-2"] = "专项评价"
    assert codes(entity) == ["period"]  # which one?
    filing = after.start(case, entity, ACTION, "R-1")
    assert (filing.period, filing.content["round"]["code"]) == ("R-1", "R-1")
    assert codes(entity, "R-1") == ["already_open"]
    assert codes(entity) == []  # one is left
    rounds.clear()
    assert codes(entity) == ["no_occasion"]


def test_the_only_round_need_not_be_named_and_asks_once(asked):
    case, entity, _rounds = asked
    filing = after.start(case, entity, ACTION)
    assert filing.period == "R-1"
    with pytest.raises(Invalid) as refused:
        after.start(case, entity, ACTION)
    assert [p.code for p in refused.value.problems] == ["already_open"]
    submission.withdraw(actor=case.actor("applicant"), filing=filing, comment="重新整理")
    assert after.start(case, entity, ACTION, "R-1").pk != filing.pk


def test_what_is_asked_depends_on_the_round_its_content_names(asked):
    case, entity, _rounds = asked
    filing = make.fresh(after.start(case, entity, ACTION))
    assert [s.key for s in filing.spec.sections] == ["dim_M", "self_summary"]
    assert str(filing.spec.section("dim_M").title) == "数据（R-1）"
    assert filing.content["dim_M"] == {"M2": "3"}
    assert [c.key for c in filing.spec.criteria] == ["M3", "M4"]
    assert [c.key for c in programmes.get("consortium").criteria] != ["M3", "M4"]


def test_a_round_that_is_over_takes_no_more(asked):
    case, entity, rounds = asked
    filing = after.start(case, entity, ACTION)
    rounds.clear()
    with pytest.raises(Invalid) as refused:
        occasions.handed_in(case, filing)
    assert [p.code for p in refused.value.problems] == ["no_occasion"]


def test_from_the_unit_to_the_record(asked):
    """The officer checks the data, experts mark, the marks are recorded; no letter but the unit's own receipt."""
    case, entity, _rounds = asked
    filing = occasions.reviewed(case, after.start(case, entity, ACTION))
    assert filing.panel.result["total"] == "85.00"
    assert filing.staff_label == filing.applicant_label == "评分结束，待归档"
    owed = owed_in(scope_of(filing))
    assert [(o.kind, o.title) for o in owed] == [("examine", f"归档“{entity.name}（绩效自评）”")]
    examination.record(actor=case.actor("officer"), filing=filing)
    filing = make.fresh(filing)
    assert (filing.state, filing.staff_label) == ("filed", "已归档")
    assert owed_in(scope_of(filing)) == []
    assert {d.kind for d in filing.documents.all()} <= {IssuedDocument.Kind.RECEIPT}
    assert not entity.history.filter(filing=filing).exists()


def test_without_expert_indicators_what_was_checked_is_recorded(frozen, monkeypatch):
    case, entity = after.filed(frozen)
    occasions.offered(monkeypatch, ROUND, experts=False)
    filing = occasions.in_examination(case, after.start(case, entity, ACTION))
    examination.record(actor=case.actor("officer"), filing=filing)
    assert make.fresh(filing).state == "filed"
    assert [s["label"] for s in steps(make.fresh(filing))] == ["填写", "形式审查", "归档"]


def test_the_steps_it_takes(asked):
    case, entity, _rounds = asked
    filing = occasions.in_examination(case, after.start(case, entity, ACTION))
    assert [s["label"] for s in steps(filing)] == ["填写", "形式审查", "专家评审", "归档"]
    assert [str(s["label"]) for s in stepper(filing)] == ["提交", "形式审查", "受理", "专家评审", "归档"]


def test_a_variant_has_hooks_of_its_own(frozen, monkeypatch):
    case, entity = after.filed(frozen)
    seen = []
    on_act = {"submit": lambda filing, actor, given: seen.append(filing.period)}
    occasions.offered(monkeypatch, ROUND, on_act=on_act)
    occasions.handed_in(case, after.start(case, entity, ACTION))
    assert seen == ["R-1"]


def test_pages_offer_it_while_a_round_asks(asked):
    case, entity, rounds = asked
    me = case.actor("applicant")
    assert "绩效自评" in {s["label"] for s in of_unit(Sight(me, entity))}
    assert ACTION not in {s["action"] for s in next_steps(entity, [], law_of(entity))}
    assert offer(entity, ACTION)["occasions"] == ROUND
    client = as_person(case.applicant)
    url = reverse("filings:entity_start", args=[entity.code, ACTION])
    page = client.get(url).content.decode()
    assert "2026 年度绩效评价" in page and "评价轮次" in page
    answer = client.post(url, {"period": "R-1"})
    assert answer.status_code == 302, answer.content.decode()
    filing = Filing.objects.get(entity=entity, action=ACTION)
    assert client.get(reverse("filings:tasks", args=[filing.pk])).status_code == 200
    running = next(s for s in next_steps(entity, [filing], law_of(entity)) if s["action"] == ACTION)
    assert running["running"]
    rounds.clear()
    assert "绩效自评" not in {s["label"] for s in of_unit(Sight(me, entity))}


def test_a_program_starts_it(asked):
    case, entity, _rounds = asked
    client = as_person(case.applicant)
    body = {"programme": "consortium", "action": "self_assessment", "entity": entity.code}
    answer = client.post("/api/v1/filings/", body, "application/json", headers={"Idempotency-Key": "s-1"})
    assert answer.status_code == 201, answer.content
    assert (answer.json()["period"], answer.json()["action"]) == ("R-1", "self_assessment")
