"""A bureau's own schemes: copied, saved, proposed, published by another person, withdrawn."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.errors import Invalid, NotAllowed, NotNow, NotVisible, Stale
from core.models import AuditEntry
from evaluation import feeds
from evaluation.models import Scheme
from evaluation.scheme import editing
from evaluation.selectors import schemes as see
from evaluation.services import schemes
from tests.makers.schemes import Bureau, came_with, weight

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


def saved(bureau: Bureau, row: Scheme, tree: Any) -> Scheme:
    return schemes.save(actor=bureau.officer, row=row, tree=tree, edition=None)


def test_a_copy_is_a_draft_of_the_bureau(bureau: Bureau) -> None:
    origin = came_with("consortium")
    row = schemes.copy(actor=bureau.officer, row=origin)
    assert (row.authority, row.version, row.standing) == (bureau.office, 1, "draft")
    assert row.based_on == origin and row.tree == origin.tree and row.created_by == bureau.officer.user
    entry = AuditEntry.objects.get(action="scheme.copy")
    assert entry.object_id == str(row.pk)


def test_one_version_at_a_time(bureau: Bureau) -> None:
    bureau.draft()
    with pytest.raises(NotNow, match="正在编制"):
        bureau.draft()
    bureau.draft("incubator")


def test_the_database_keeps_one_open_version(bureau: Bureau) -> None:
    row = bureau.draft()
    with pytest.raises(IntegrityError, match="one_open_scheme"), transaction.atomic():
        Scheme.objects.create(
            key=row.key,
            version=9,
            authority=bureau.office,
            label="x",
            kinds=[],
            tree={},
            created_at=row.created_at,
        )


def test_who_may_write(bureau: Bureau) -> None:
    with pytest.raises(NotAllowed):
        schemes.copy(actor=bureau.auditor, row=came_with("consortium"))
    row = bureau.draft()
    for actor in (bureau.auditor, bureau.other):
        with pytest.raises(NotAllowed):
            schemes.save(actor=actor, row=row, tree=row.tree, edition=None)
        with pytest.raises(NotAllowed):
            schemes.propose(actor=actor, row=row, edition=None)
        with pytest.raises(NotAllowed):
            schemes.discard(actor=actor, row=row)


def test_who_may_see(bureau: Bureau) -> None:
    row = bureau.draft()
    assert see.get(bureau.auditor, row.pk) == see.get(bureau.head, row.pk) == row
    with pytest.raises(NotVisible):
        see.get(bureau.other, row.pk)
    with pytest.raises(NotVisible):
        see.get(bureau.officer, 10**9)
    assert see.get(bureau.other, came_with("consortium").pk)


def test_a_draft_may_be_unfinished_but_not_unreadable(bureau: Bureau) -> None:
    row = bureau.draft()
    tree = editing.with_weights(row.tree, {"M1": "6"})
    row = saved(bureau, row, editing.with_dimension(tree, "X", "新维度"))
    assert weight(row.tree, "M1") == "6" and row.edition == 2
    assert row.tree["dimensions"][-1] == {"code": "X", "name": "新维度", "indicators": []}
    with pytest.raises(Invalid, match="应填写数字"):
        saved(bureau, row, editing.with_weights(row.tree, {"M1": "六"}))
    wrong = deepcopy(row.tree) | {"surprise": 1}
    with pytest.raises(Invalid, match="surprise"):
        saved(bureau, row, wrong)


def test_ninety_nine_is_said_and_not_proposed(bureau: Bureau) -> None:
    row = bureau.draft()
    row = saved(bureau, row, editing.with_weights(row.tree, {"M1": "6"}))
    with pytest.raises(Invalid, match="权重合计为 99，应为 100，还差 1"):
        schemes.propose(actor=bureau.officer, row=row, edition=None)
    row.refresh_from_db()
    assert row.standing == "draft"


def test_equal_bounds_and_unknown_feeds_are_not_proposed(bureau: Bureau) -> None:
    row = bureau.draft()
    tree = deepcopy(row.tree)
    tree["dimensions"][1]["indicators"][2]["params"]["high"] = "3"
    tree["dimensions"][0]["indicators"][0]["feed"] = "moon.phases"
    row = saved(bureau, row, tree)
    with pytest.raises(Invalid) as refused:
        schemes.propose(actor=bureau.officer, row=row, edition=None)
    said = {problem.field: str(problem.message) for problem in refused.value.problems}
    assert said["dimensions.1.indicators.2.params.high"] == "上限与下限相等，无法计分"
    assert said["dimensions.0.indicators.0.feed"] == "没有“moon.phases”这个数据项"


def test_a_feed_of_other_kinds_is_not_proposed(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    row = bureau.draft()
    other = feeds.Feed("alliance.expos", "展会", "次", "register", lambda *_: {}, ("industry_alliance",))
    monkeypatch.setitem(feeds._feeds, "alliance.expos", other)
    tree = deepcopy(row.tree)
    tree["dimensions"][0]["indicators"][0]["feed"] = "alliance.expos"
    row = saved(bureau, row, tree)
    assert [problem.code for problem in see.problems_of(row.kinds, row.tree)] == ["feed"]


def test_two_people_publish(bureau: Bureau) -> None:
    row = bureau.draft()
    schemes.propose(actor=bureau.head, row=row, edition=1, note="首次发布")
    with pytest.raises(NotAllowed, match="须由另一人发布"):
        schemes.publish(actor=bureau.head, row=row)
    with pytest.raises(NotAllowed, match="处室负责人发布"):
        schemes.publish(actor=bureau.officer, row=row)
    row.refresh_from_db()
    assert row.note == "首次发布"
    with pytest.raises(NotNow):
        schemes.save(actor=bureau.officer, row=row, tree=row.tree, edition=None)


def test_the_database_wants_two_people(bureau: Bureau) -> None:
    row = bureau.draft()
    schemes.propose(actor=bureau.officer, row=row, edition=None)
    sql = "UPDATE evaluation_scheme SET standing = 'published', published_at = now(), published_by_id = %s WHERE id = %s"
    who = bureau.officer.user.pk
    with (
        pytest.raises(IntegrityError, match="scheme_two_people"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, [who, row.pk])
    with connection.cursor() as cursor:
        cursor.execute(sql, [bureau.head.user.pk, row.pk])


def test_published_is_frozen(bureau: Bureau) -> None:
    row = bureau.published()
    row.refresh_from_db()
    assert (row.standing, row.published_by) == ("published", bureau.head.user)
    with pytest.raises(NotNow, match="已发布的版本不能修改"):
        saved(bureau, row, row.tree)
    with pytest.raises(NotNow):
        schemes.discard(actor=bureau.officer, row=row)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Scheme.objects.filter(pk=row.pk).update(tree={})
    again = schemes.copy(actor=bureau.officer, row=row)
    assert again.version == 2 and again.based_on == row


def test_nothing_new_is_not_published_again(bureau: Bureau) -> None:
    again = schemes.copy(actor=bureau.officer, row=bureau.published())
    with pytest.raises(Invalid, match="完全相同"):
        schemes.propose(actor=bureau.officer, row=again, edition=None)


def test_stale_pages_overwrite_nothing(bureau: Bureau) -> None:
    row = bureau.draft()
    mine = editing.with_weights(row.tree, {"M1": "8", "M2": "3"})
    schemes.save(actor=bureau.officer, row=row, tree=mine, edition=1)
    with pytest.raises(Stale):
        schemes.save(actor=bureau.head, row=row, tree=row.tree, edition=1)
    with pytest.raises(Stale):
        schemes.propose(actor=bureau.officer, row=row, edition=1)
    row.refresh_from_db()
    assert weight(row.tree, "M1") == "8"


def test_what_was_not_read_is_not_published(bureau: Bureau) -> None:
    """The second person has the page open while the draft is taken back, changed and proposed again."""
    row = bureau.draft()
    row = saved(bureau, row, editing.with_weights(row.tree, {"M1": "6", "M2": "5"}))
    read = schemes.propose(actor=bureau.officer, row=row, edition=None).edition
    schemes.recall(actor=bureau.officer, row=row)
    saved(bureau, row, editing.with_weights(row.tree, {"M1": "1", "M2": "10"}))
    now = schemes.propose(actor=bureau.officer, row=row, edition=None).edition
    with pytest.raises(Stale):
        schemes.publish(actor=bureau.head, row=row, edition=read)
    assert schemes.publish(actor=bureau.head, row=row, edition=now).standing == "published"


def test_sent_back_with_a_reason_and_recalled(bureau: Bureau) -> None:
    row = bureau.draft()
    schemes.propose(actor=bureau.officer, row=row, edition=None)
    with pytest.raises(Invalid, match="请写明理由"):
        schemes.send_back(actor=bureau.head, row=row, comment=" ")
    row = schemes.send_back(actor=bureau.head, row=row, comment="产出权重偏低")
    assert (row.standing, row.reason, row.proposed_by) == ("draft", "产出权重偏低", None)
    row = schemes.propose(actor=bureau.officer, row=row, edition=None)
    assert row.reason == ""
    row = schemes.recall(actor=bureau.officer, row=row)
    assert row.standing == "draft"
    with pytest.raises(NotNow):
        schemes.publish(actor=bureau.head, row=row)
    said = list(
        AuditEntry.objects.filter(action__startswith="scheme.", object_id=str(row.pk))
        .order_by("pk")
        .values_list("action", flat=True)
    )
    assert said == ["scheme.copy", "scheme.propose", "scheme.send_back", "scheme.propose", "scheme.recall"]


def test_withdrawn_with_a_reason(bureau: Bureau) -> None:
    row = bureau.published()
    with pytest.raises(NotAllowed):
        schemes.withdraw(actor=bureau.officer, row=row, comment="不再适用")
    with pytest.raises(Invalid):
        schemes.withdraw(actor=bureau.head, row=row, comment="")
    row = schemes.withdraw(actor=bureau.head, row=row, comment="不再适用")
    assert (row.standing, row.reason) == ("withdrawn", "不再适用")
    with pytest.raises(NotNow):
        schemes.withdraw(actor=bureau.head, row=row, comment="再次")


def test_what_came_with_the_portal_belongs_to_nobody(bureau: Bureau) -> None:
    row = came_with("consortium")
    for act in (
        lambda: schemes.withdraw(actor=bureau.head, row=row, comment="x"),
        lambda: saved(bureau, row, row.tree),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_draft_is_discarded(bureau: Bureau) -> None:
    row = bureau.draft()
    schemes.discard(actor=bureau.officer, row=row)
    assert not Scheme.objects.filter(authority=bureau.office).exists()
    assert AuditEntry.objects.filter(action="scheme.discard").count() == 1


def test_words_around_the_table_are_kept_and_limited(bureau: Bureau) -> None:
    row = bureau.draft()
    words = schemes.Words(" 青岛市创新联合体评价 ", "青科字〔2026〕1号", "调整权重")
    row = schemes.save(actor=bureau.officer, row=row, tree=row.tree, edition=1, words=words)
    assert (row.label, row.source, row.note) == ("青岛市创新联合体评价", "青科字〔2026〕1号", "调整权重")
    with pytest.raises(Invalid):
        schemes.save(actor=bureau.officer, row=row, tree=row.tree, edition=2, words=schemes.Words(""))
    with pytest.raises(Invalid):
        schemes.save(actor=bureau.officer, row=row, tree=row.tree, edition=2, words=schemes.Words("x" * 121))


def test_the_model_says_two_people_in_words(bureau: Bureau) -> None:
    row = bureau.published()
    row.proposed_by = row.published_by
    with pytest.raises(ValidationError, match="须由另一人发布"):
        row.full_clean()
