"""The words of letters: a closed list of fields, checked when saved, published by a second person."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import pytest
from django.urls import reverse

from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from filings.letters.catalogue import EVERY, FIELDS, Type, examples, fields_of
from filings.letters.compare import changes
from filings.letters.kinds import AFTER, SERIES
from filings.letters.merge import Words, merge, problems
from filings.letters.shipped import shipped
from filings.models import LETTERS, LetterTemplate, PaperKind
from filings.selectors.letters import in_force, words_in_force
from filings.services import letter_templates, letters
from filings.workflow import WORKFLOW
from tests.makers.accounts import act, make_bureau, make_organisation, make_user
from tests.makers.desk import browse, text
from tests.makers.filings import drive, make_case

K = PaperKind
BODY = "你单位提交的“{{申报件名称}}”（{{受理编号}}）予以受理。\n联系电话：{{联系电话}}。"


def filled(kind: str, body: str, **values: Any) -> tuple[str, ...]:
    known = examples(kind) | values
    return merge(kind, Words("标题", body), known, to="某单位", office="某局").paragraphs


# --- catalogue and merging (pure) --------------------------------------------------------------


def test_every_kind_is_shipped_sound_and_complete() -> None:
    assert set(shipped()) == set(LETTERS) == set(SERIES)
    assert len(set(SERIES.values())) == len(SERIES)
    for kind, words in shipped().items():
        assert problems(kind, words.title, words.body) == []
        assert merge(kind, words, examples(kind), to="某单位", office="某局").missing == ()


def test_the_catalogue_is_sound() -> None:
    assert len({f.name for f in FIELDS}) == len({f.key for f in FIELDS}) == len(FIELDS)
    types = {Type.TEXT: str, Type.LONG: str, Type.NUMBER: int, Type.LIST: list}
    for one in FIELDS:
        assert one.kinds and one.optional <= one.kinds and one.required <= one.kinds <= EVERY
        assert not one.optional & one.required
        assert isinstance(one.example, types.get(one.type, object))


def test_letters_follow_acts_that_exist() -> None:
    assert set(AFTER) <= {t.name for t in WORKFLOW}
    assert set(AFTER.values()) <= set(LETTERS)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("办理{{申报单位名}}", "第 1 行第 3 字：没有合并项“申报单位名”"),
        ("第一行\n请看{{补正项}}", "第 2 行第 3 字：这类文书没有合并项“补正项”"),
        ("{{申报单位|upper}}", "没有合并项“申报单位|upper”"),
        ("{{ 申报单位 }}", "没有合并项“ 申报单位 ”"),
        ("{{}}", "没有合并项“”"),
        ("{{{{申报单位}}}}", "花括号没有成对"),
        ("{{申报单位", "花括号没有成对"),
        ("申报单位}}", "花括号没有成对"),
        ("｛｛申报单位｝｝", "花括号没有成对"),
        ("{{申报\n单位}}", "花括号没有成对"),
        ("请{{申报单位}}联系{{联系电话}}", "第 1 行第 12 字：“联系电话”可能没有内容"),
        ("", "请填写正文"),
        ("字" * 6001, "正文不能超过 6000 字"),
    ],
)
def test_a_wrong_placeholder_is_refused_with_its_place(body: str, said: str) -> None:
    found = problems(K.ACCEPTANCE, "受理通知书", body)
    assert any(said in str(p.message) for p in found), [str(p.message) for p in found]


def test_titles_take_short_fields_only_and_some_fields_are_a_must() -> None:
    wrong = problems(K.CORRECTION, "{{补正项}}", "正文")
    assert {p.code for p in wrong} == {"not_in_title", "required_field"}
    assert {p.message.split("{{")[1] for p in wrong if p.code == "required_field"} == {
        "补正项}}",
        "补正期限}}",
    }
    assert "not_alone" in {p.code for p in problems(K.CORRECTION, "标题", "如下：{{补正项}}\n{{补正期限}}")}


def test_a_list_becomes_numbered_paragraphs_and_long_text_its_own() -> None:
    assert filled(K.CORRECTION, "如下：\n{{补正项}}\n完。", items=["甲", "乙\n丙"]) == (
        "如下：", "1.甲", "2.乙 丙", "完。",
    )  # fmt: skip
    assert filled(K.REFUSAL, "理由：{{理由}}特此。", reason="一\n\n 二 ") == ("理由：一", "二特此。")


def test_an_empty_optional_field_takes_its_paragraph_and_any_other_is_named() -> None:
    words = Words("标题", "一\n电话{{联系电话}}\n由{{申报单位}}于{{提交日期}}")
    got = merge(K.ACCEPTANCE, words, {"unit": "", "phone": ""}, to="", office="")
    assert got.paragraphs == ("一", "由（发出时确定）于（发出时确定）")
    assert got.missing == ("申报单位", "提交日期")


def test_values_are_put_in_once_and_as_they_are() -> None:
    evil = "{{受理编号}}<b>{% now %}"
    assert filled(K.ACCEPTANCE, "{{申报单位}}{{类别}}", unit=evil, programme="{{申报单位}}") == (
        f"{evil}{{{{申报单位}}}}",
    )


def test_a_value_nobody_declared_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        filled(K.ACCEPTANCE, "正文", items=["甲"])


def test_versions_are_compared_by_paragraph() -> None:
    found = changes(Words("甲", "一\n二\n三"), Words("乙", "一\n三\n四"))
    assert [(c.kind, c.old, c.new) for c in found] == [
        ("changed", "甲", "乙"), ("removed", "二", None), ("added", None, "四"),
    ]  # fmt: skip


# --- two people --------------------------------------------------------------------------------


class Office:
    """A bureau with an officer and two heads."""

    def __init__(self) -> None:
        self.bureau = make_bureau("370200")
        self.people = {
            "officer": make_user("case_officer", self.bureau),
            "head": make_user("division_head", self.bureau),
            "other": make_user("division_head", self.bureau),
        }

    def actor(self, who: str) -> Any:
        return act(self.people[who], self.bureau)

    def propose(self, who: str = "officer", body: str = BODY, **more: Any) -> LetterTemplate:
        return letter_templates.propose(
            actor=self.actor(who), kind=K.ACCEPTANCE, title="受理通知书", body=body, **more
        )


@pytest.fixture
def office(db: None) -> Office:
    return Office()


def test_nobody_publishes_ones_own_words(office: Office) -> None:
    mine = office.propose("head")
    with pytest.raises(NotAllowed):
        letter_templates.publish(actor=office.actor("head"), template=mine)
    with pytest.raises(NotAllowed):
        letter_templates.publish(actor=office.actor("officer"), template=mine)
    assert in_force(office.bureau, K.ACCEPTANCE) is None
    letter_templates.publish(actor=office.actor("other"), template=mine)
    assert words_in_force(office.bureau, K.ACCEPTANCE) == Words("受理通知书", BODY, 1)
    with pytest.raises(NotNow):
        letter_templates.publish(actor=office.actor("other"), template=mine)
    with pytest.raises(NotNow):
        letter_templates.withdraw(actor=office.actor("other"), template=mine)


def test_one_proposal_at_a_time_and_versions_go_on(office: Office) -> None:
    first = office.propose()
    with pytest.raises(NotNow):
        office.propose("head")
    letter_templates.withdraw(actor=office.actor("officer"), template=first)
    second = office.propose("head", f"{BODY}\n完。")
    assert second.version == 2
    with pytest.raises(NotAllowed):
        letter_templates.withdraw(actor=office.actor("officer"), template=second)
    stranger = act(make_user("division_head", other := make_bureau("370300")), other)
    with pytest.raises(NotVisible):
        letter_templates.publish(actor=stranger, template=second)


def test_wrong_or_unchanged_words_are_not_proposed(office: Office) -> None:
    with pytest.raises(Invalid, match="没有合并项“电话”"):
        office.propose(body="{{电话}}")
    words = shipped()[K.ACCEPTANCE]
    with pytest.raises(Invalid, match="没有可以提交的修改"):
        letter_templates.propose(
            actor=office.actor("officer"), kind=K.ACCEPTANCE, title=words.title, body=f"\n{words.body}  "
        )
    with pytest.raises(NotVisible):
        letter_templates.propose(actor=office.actor("officer"), kind="receipt", title="标题", body="正文")
    assert not LetterTemplate.objects.exists()


@pytest.mark.django_db
def test_letters_sent_keep_their_words_and_new_ones_take_the_new(frozen: Any) -> None:
    case = make_case()
    filing, officer = drive(case, "submitted", frozen), case.actor("officer")
    old = letters.send(kind=K.ACCEPTANCE, actor=officer, filing=filing)
    made = letter_templates.propose(actor=officer, kind=K.ACCEPTANCE, title="受理单", body=BODY)
    letter_templates.publish(actor=case.actor("director"), template=made)
    new = letters.send(kind=K.ACCEPTANCE, actor=officer, filing=filing)
    old.refresh_from_db()
    assert (old.data["title"], old.data["version"]) == ("受理通知书", 0)
    assert (new.data["title"], new.data["version"]) == ("受理单", 1)
    assert new.data["paragraphs"] == [f"你单位提交的“{filing.title}”（{filing.receipt_number}）予以受理。"]


# --- pages -------------------------------------------------------------------------------------


def at(name: str, *args: Any) -> str:
    return reverse(f"filings:{name}", args=args)


def test_words_are_looked_at_proposed_and_published_by_page(office: Office) -> None:
    officer, head = browse(office.people["officer"]), browse(office.people["head"])
    edit, kind = at("letter_template_edit", "acceptance"), at("letter_template", "acceptance")
    page = text(officer.get(edit))
    assert all(one.placeholder in page for one in fields_of(K.ACCEPTANCE))
    typed = {"title": "受理通知书", "body": BODY, "note": "写得更短"}
    wrong = officer.post(edit, typed | {"body": "写了一半{{申报}}", "preview": "1"})
    assert wrong.status_code == 422
    assert "没有合并项“申报”" in text(wrong) and "写了一半" in text(wrong)
    seen = officer.post(edit, typed | {"preview": "1"})
    assert "你单位提交的“青岛市智能传感创新联合体”（" in text(seen)
    assert not LetterTemplate.objects.exists()
    paper = officer.post(at("letter_template_pdf", "acceptance"), typed)
    assert "予以受理" in "".join(pypdf.PdfReader(io.BytesIO(paper.content)).pages[0].extract_text().split())
    assert officer.post(edit, typed).status_code == 302
    assert "待发布" in text(officer.get(at("letter_templates")))
    decide = at("letter_decide", "acceptance", 1)
    assert officer.post(decide, {"decision": "publish"}).status_code == 403
    assert "写得更短" in text(head.get(kind))
    assert head.post(decide, {"decision": "nothing"}).status_code == 422
    assert head.post(decide, {"decision": "publish"}).status_code == 302
    assert head.post(decide, {"decision": "publish"}).status_code == 409
    assert in_force(office.bureau, K.ACCEPTANCE).version == 1
    assert "写得更短" in text(head.get(at("letter_version", "acceptance", 1)))


def test_what_is_not_there_is_not_found(office: Office) -> None:
    officer = browse(office.people["officer"])
    office.propose()
    for url in (
        at("letter_template", "receipt"),
        at("letter_template_edit", "nothing"),
        at("letter_version", "acceptance", 2),
        at("letter_version", "acceptance", "9" * 30),
        f"{at('letter_template_pdf', 'acceptance')}?version=7",
    ):
        assert officer.get(url).status_code == 404
    assert officer.get(at("letter_decide", "acceptance", 1)).status_code == 405
    assert officer.get(at("letter_version", "acceptance", 0)).status_code == 200
    zibo = browse(make_user("case_officer", make_bureau("370300")))
    assert zibo.get(at("letter_version", "acceptance", 1)).status_code == 404
    unit = browse(make_user("unit_admin", make_organisation()))
    assert unit.get(at("letter_templates")).status_code in (403, 404)


def test_the_list_costs_the_same_however_many_versions(
    office: Office, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    officer = browse(office.people["officer"])
    officer.get(at("letter_templates"))
    with django_assert_max_num_queries(30) as few:
        officer.get(at("letter_templates"))
    for n in range(5):
        made = office.propose(body=f"{BODY}\n第{n}稿。")
        letter_templates.publish(actor=office.actor("head"), template=made)
    with django_assert_num_queries(len(few)):
        officer.get(at("letter_templates"))
