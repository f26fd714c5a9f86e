"""A register is brought in whole or not at all, once however often, and only by two people of its bureau."""

import datetime

import pytest

from accounts.models import Membership, Organisation
from core import clock, jobs
from core.errors import NotAllowed, NotNow, Stale
from core.models import AuditEntry
from filings.enums import EntityOrigin
from filings.models import Duty, Entity, EntityLevel, EntityMember, HistoryLine, LoadStage, RegisterPeriod
from filings.services.register_load import loads
from tests.makers import loads as make
from tests.makers.accounts import act, make_bureau, make_organisation, make_user
from tests.makers.register import make_entity

pytestmark = pytest.mark.django_db


def book(**given) -> bytes:
    return make.workbook(
        units=[
            make.unit_row(1),
            make.unit_row(2),
            make.unit_row(3, kind="高等院校", size_class=None, titles=None),
        ],
        entities=[make.entity_row(1), make.entity_row(2, code=None, **given)],
        members=[
            make.member_row(1, 2),
            make.member_row(1, 3, role="高校院所", since=make.DAY, until=datetime.date(2025, 1, 1)),
            make.member_row(2, 3, entity="第2创新联合体", role="高校院所"),
        ],
    )


def test_a_register_comes_in_whole() -> None:
    officer, head = make.people()
    load = make.load(book(), officer, head)
    assert load.stage == LoadStage.LOADED
    assert load.summary == {
        "organisations": {"rows": 3, "new": 3, "changed": 0, "unchanged": 0},
        "entities": {"rows": 2, "new": 2, "changed": 0, "unchanged": 0},
        "members": {"rows": 3, "new": 3, "changed": 0, "unchanged": 0},
    }
    unit = Organisation.objects.get(credit_code=make.code(1))
    assert (unit.state, unit.district.code, unit.size_class, unit.titles) == (
        "approved", "370212", "medium", ["high_tech", "specialised"],
    )  # fmt: skip
    assert unit.sort_key == "lao shan di 1 cai liao you xian gong si"
    entity = Entity.objects.get(code="QD-OLD-00001")
    assert (entity.origin, entity.lead, entity.authority) == (
        EntityOrigin.LOAD,
        unit,
        make.bureau_of(officer),
    )
    assert (entity.valid_from, entity.valid_until, entity.district) == (
        make.DAY, datetime.date(2027, 5, 6), unit.district,
    )  # fmt: skip
    assert "联合" in entity.grams
    assert [
        (m.organisation.credit_code, m.role, m.since, m.until) for m in entity.members.order_by("id")
    ] == [
        (make.code(1), "lead", make.DAY, None),
        (make.code(2), "other_member", make.DAY, None),
        (make.code(3), "academic", make.DAY, datetime.date(2025, 1, 1)),
    ]
    assert [step.level for step in entity.level_steps.all()] == ["municipal"]
    assert [line.kind for line in entity.history.all()] == ["loaded"]
    assert [p.status for p in RegisterPeriod.objects.filter(entity=entity).order_by("since")] == [
        "valid",
        "expired",
    ]
    other = Entity.objects.get(name="第2创新联合体")
    assert other.code.startswith("QD-")
    assert other.code.endswith("-2024-0001")
    written = AuditEntry.objects.get(action="register_load.written")
    assert written.after == load.file.sha256
    assert written.user_id == head.pk


def test_the_same_file_again_changes_nothing_and_a_corrected_one_what_it_corrects() -> None:
    officer, head = make.people()
    make.load(book(), officer, head)
    before = list(Entity.objects.values_list("pk", "code", "registered_at"))
    again = make.load(book(), officer, head)
    assert again.counts() == {"rows": 8, "new": 0, "changed": 0, "unchanged": 8}
    assert list(Entity.objects.values_list("pk", "code", "registered_at")) == before
    changed = make.load(book(valid_until=datetime.date(2026, 5, 6)), officer, head)
    assert changed.summary["entities"] == {"rows": 2, "new": 0, "changed": 1, "unchanged": 1}
    assert Entity.objects.get(name="第2创新联合体").valid_until == datetime.date(2026, 5, 6)
    assert EntityMember.objects.count() == 5
    assert EntityLevel.objects.count() == HistoryLine.objects.count() == 2


def test_nothing_is_written_before_a_second_person_confirms() -> None:
    officer, head = make.people()
    load = make.upload(book(), officer)
    assert load.stage == LoadStage.READY
    assert not Entity.objects.exists()
    for who in (
        officer,
        make_user("division_head", make_bureau("370300")),
        make_user("case_officer", make_bureau()),
    ):
        with pytest.raises(NotAllowed):
            loads.confirm(actor=act(who), load=load)
    own = make.upload(book(), head)
    with pytest.raises(NotAllowed, match="上传人不能自己确认"):
        loads.confirm(actor=act(head), load=own)
    with pytest.raises(Stale):
        loads.confirm(actor=act(head), load=load, round_=7)
    loads.confirm(actor=act(head), load=load, round_=1)
    with pytest.raises(NotNow):
        loads.confirm(actor=act(head), load=load)
    with pytest.raises(NotNow):
        loads.withdraw(actor=act(officer), load=load)


def test_a_writing_that_fails_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    officer, head = make.people()
    load = make.upload(book(), officer)
    loads.confirm(actor=act(head), load=load)
    with monkeypatch.context() as broken:
        broken.setattr("filings.services.register_load.writing._Writer.members", _dies)
        jobs.run_pending()
    assert not Entity.objects.exists()
    assert not Organisation.objects.filter(credit_code=make.code(1)).exists()
    load.refresh_from_db()
    assert load.stage == LoadStage.WRITING
    jobs.retry(load.job, actor=act(head))
    jobs.run_pending()
    load.refresh_from_db()
    assert load.stage == LoadStage.LOADED
    jobs.run(load.job.pk)
    assert Entity.objects.count() == 2


def _dies(_writer) -> None:
    raise RuntimeError("power cut")


def test_what_was_confirmed_is_what_is_written() -> None:
    """The register moved on between the look and the writing: it is looked at again instead."""
    officer, head = make.people()
    load = make.upload(book(), officer)
    loads.confirm(actor=act(head), load=load)
    make_organisation(credit_code=make.code(2), name="抢先登记的公司")
    jobs.run_pending()
    load.refresh_from_db()
    assert (load.stage, load.round, load.confirmed_by) == (LoadStage.READY, 2, None)
    assert not Entity.objects.exists()
    loads.confirm(actor=act(head), load=load)
    jobs.run_pending()
    assert Entity.objects.count() == 2


def test_a_units_own_facts_stay_its_own() -> None:
    officer, head = make.people()
    unit = make_organisation(credit_code=make.code(1), name="自己登记的公司", district="370212")
    make_user("unit_admin", unit)
    load = make.load(book(), officer, head)
    assert load.summary["organisations"] == {"rows": 3, "new": 2, "changed": 0, "unchanged": 1}
    unit.refresh_from_db()
    assert unit.name == "自己登记的公司"
    lead = Entity.objects.get(code="QD-OLD-00001")
    assert lead.lead == unit
    (duty,) = Duty.objects.filter(entity=lead)
    assert (duty.kind, duty.scope, duty.organisation) == ("confirm_entry", f"entry:{lead.pk}", unit)
    assert duty.due_at > clock.now()
    assert not Membership.objects.filter(organisation__credit_code=make.code(2)).exists()


def test_a_load_corrects_only_what_a_load_brought() -> None:
    officer, _head = make.people()
    unit = make_organisation(credit_code=make.code(1), district="370212")
    make_entity(
        "innovation_consortium",
        lead=unit,
        code="QD-OLD-00001",
        name="申报来的联合体",
        authority=make.bureau_of(officer),
    )
    load = make.upload(book(), officer)
    assert load.error_count == 3
    assert {error[0] for error in load.errors} == {"登记主体", "成员"}
    assert "经申报办理" in load.errors[0][3]


def test_numbers_skip_those_that_are_taken() -> None:
    officer, head = make.people()
    make.load(make.workbook([make.unit_row(1)], [make.entity_row(1, code=None)]), officer, head)
    first = Entity.objects.get()
    stem = first.code[:-4]
    rows = [make.entity_row(n, code=None, lead=make.code(1)) for n in (2, 3)]
    rows.append(make.entity_row(4, code=f"{stem}0002", lead=make.code(1)))
    make.load(make.workbook([make.unit_row(1)], rows), officer, head)
    names = dict(Entity.objects.values_list("name", "code"))
    assert [names[f"第{n}创新联合体"][-4:] for n in (1, 2, 3, 4)] == ["0001", "0003", "0004", "0002"]


def test_withdrawn_and_looked_at_again() -> None:
    officer, head = make.people()
    load = make.upload(make.workbook([], [make.entity_row(1)]), officer)
    assert (load.stage, load.error_count) == (LoadStage.FAULTY, 1)
    make_organisation(credit_code=make.code(1), district="370212")
    loads.recheck(actor=act(officer), load=load)
    jobs.run_pending()
    load.refresh_from_db()
    assert (load.stage, load.round) == (LoadStage.READY, 2)
    loads.withdraw(actor=act(officer), load=load)
    with pytest.raises(NotNow):
        loads.confirm(actor=act(head), load=load)
    with pytest.raises(NotNow):
        loads.recheck(actor=act(officer), load=load)


def test_progress_is_shown_while_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    monkeypatch.setattr(loads, "TELL_SECONDS", 0)
    monkeypatch.setattr(jobs.Running, "beside", lambda self, share, text="": told.append((share, text)))
    officer, head = make.people()
    make.load(book(), officer, head)
    shares = [share for share, _text in told]
    assert shares == sorted(shares)
    assert shares[0] < 5
    assert 95 <= shares[-1] <= 98
    assert {"正在写入单位", "正在写入登记主体", "正在写入成员"} <= {text for _share, text in told}
