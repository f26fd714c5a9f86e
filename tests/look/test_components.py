"""Components say the right thing for each state, and escape what people typed."""

from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string

from core.presentation import lamp

EVIL = "<script>alert(1)</script>"


def render(name: str, **context: Any) -> str:
    return render_to_string(f"components/{name}.html", context)


def condition(strength: str, met: bool | None, **more: Any) -> dict[str, Any]:
    return {"strength": strength, "met": met, "message": "条件", "clause": "建设方向1", **more}


@pytest.mark.parametrize(
    ("conditions", "state"),
    [
        ([condition("hard", True)], "ok"),
        ([condition("hard", True), condition("hard", False)], "bad"),
        ([condition("hard", False, waiver="理由")], "warn"),
        ([condition("in_principle", False)], "warn"),
        ([condition("hard", True), condition("hard", None)], "open"),
        ([condition("hard", True), condition("bonus", False), condition("advisory", False)], "ok"),
        ([], "open"),
    ],
)
def test_the_lamp_is_as_bad_as_its_worst_binding_condition(
    conditions: list[dict[str, Any]], state: str
) -> None:
    assert lamp.lamp(conditions).state == state


def test_the_lamp_puts_first_what_blocks() -> None:
    lines = lamp.lamp(
        [condition("hard", True), condition("in_principle", False), condition("hard", False)]
    ).lines
    assert [line.state for line in lines] == ["bad", "warn", "ok"]


def test_a_wish_that_is_not_met_counts_neither_as_met_nor_as_a_fault() -> None:
    light = lamp.lamp([condition("hard", True), condition("bonus", False)])
    assert light.state == "ok"
    assert (light.met, light.total) == (1, 2)


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        ({"state": "running", "days_left": 5}, "剩 5 个工作日"),
        ({"state": "soon", "days_left": 0}, "今日到期"),
        ({"state": "over", "days_over": 2}, "超期 2 个工作日"),
        ({"state": "paused"}, "暂停计时"),
        ({"state": "none"}, "无时限"),
    ],
)
def test_the_clock_speaks(clock: dict[str, Any], words: str) -> None:
    assert words in render("clock", clock=clock, line=True)


@pytest.mark.parametrize(
    ("name", "context"),
    [
        ("status", {"state": "draft", "label": EVIL}),
        ("lamp", {"conditions": [condition("hard", False, waiver=EVIL) | {"message": EVIL, "clause": EVIL}]}),
        ("timeline", {"events": [{"label": EVIL, "actor": EVIL, "detail": EVIL}]}),
        (
            "ticket",
            {"item": {"number": 1, "place": EVIL, "message": EVIL, "state": "answered", "answer": EVIL}},
        ),
        ("people", {"people": [{"name": EVIL, "role": EVIL, "organisation": EVIL, "contact": EVIL}]}),
        ("file", {"file": {"name": EVIL, "size": 1, "sha256": EVIL, "pk": 1}}),
        ("task_list", {"tasks": [{"label": EVIL, "state": "done", "hint": EVIL, "note": EVIL}]}),
        (
            "diff",
            {"changes": [{"label": EVIL, "kind": "changed", "what": "field", "old": EVIL, "new": EVIL}]},
        ),
        ("errors", {"problems": [{"message": EVIL, "field": EVIL, "clause": EVIL}]}),
        ("facts", {"facts": [{"label": EVIL, "value": EVIL, "clause": EVIL}]}),
        ("notice", {"kind": "info", "title": EVIL, "content": EVIL}),
        (
            "confirm",
            {
                "title": EVIL,
                "consequence": EVIL,
                "button": EVIL,
                "letter": {"title": EVIL, "to": EVIL, "paragraphs": [EVIL]},
                "action": "/",
            },
        ),
    ],
)
def test_what_people_typed_is_escaped(name: str, context: dict[str, Any]) -> None:
    html = render(name, **context)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


class Form(forms.Form):
    name = forms.CharField(label="名称", help_text="提示")
    note = forms.CharField(label="备注", required=False)
    kind = forms.ChoiceField(label="类型", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    fixed = forms.ChoiceField(label="产业", choices=[("a", "甲")], initial="a", disabled=True)


def test_a_field_ties_label_hint_error_and_control_together() -> None:
    form = Form({})
    html = render("field", field=form["name"])
    assert 'for="id_name"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_only_optional_fields_are_marked() -> None:
    form = Form()
    assert "选填" not in render("field", field=form["name"])
    assert "选填" in render("field", field=form["note"])
    form.is_draft = True  # type: ignore[attr-defined]
    assert "选填" not in render("field", field=form["note"])


def test_a_group_of_choices_is_a_fieldset_and_a_locked_field_is_text() -> None:
    assert "<legend" in render("field", field=Form({})["kind"])
    locked = render("field", field=Form()["fixed"])
    assert "甲" in locked
    assert "<select" not in locked


def test_errors_link_to_their_fields() -> None:
    html = render("errors", form=Form({}))
    assert 'href="#id_name"' in html
    assert 'role="alert"' in html
    assert render("errors", form=Form({"name": "x", "kind": "a"})).strip() == ""


def test_a_difference_without_changes_says_so() -> None:
    assert "没有变化" in render("diff", changes=[])


def test_pages_of_one_page_need_no_links() -> None:
    html = render("pagination", page=Paginator(range(3), 25).page(1))
    assert "共 3 条" in html
    assert "<a" not in html


def test_the_names_of_a_page_do_not_leak_into_its_fields() -> None:
    """Includes see the page's context: a page that calls an organisation `unit` must not print it as 万元."""
    html = render("field", field=Form()["name"], unit=object(), clause=object(), ticket=object())
    assert "object at" not in html
    assert "万元" in render("field", field=Form()["name"], unit="万元")
