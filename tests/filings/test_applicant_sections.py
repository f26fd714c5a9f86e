"""The page of a section: saving, rows, files, autosave, stale pages, locked fields, a lost session."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from filings.enums import ParticipantState, State
from filings.models import SectionDraft
from filings.services import drafting
from tests.makers import filings as make
from tests.makers.accounts import make_user
from tests.makers.papers import pdf_bytes, png_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make.make_case(experts=0)


@pytest.fixture
def filing(case):
    return make.start(case)


@pytest.fixture
def lead(client, case):
    client.force_login(case.applicant)
    return client


def address(filing, key, suffix=""):
    return reverse("filings:section", args=[filing.pk, key]) + suffix


def text(response):
    return response.content.decode()


def sheet(client, url):
    """The values a browser would send back from a page."""
    page = text(client.get(url))
    form = page[page.index("enctype=") :]
    data = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]+)"', tag)
        if not name or (kind and kind[1] == "file"):
            continue
        if kind and kind[1] == "checkbox" and "checked" not in tag:
            continue
        blank = "on" if kind and kind[1] == "checkbox" else ""
        data.setdefault(name[1], []).append(unescape(value[1]) if value else blank)
    for name, content in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL
    ):
        data[name] = [unescape(content)]
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        data[name] = [chosen[1] if chosen else ""]
    return data


def unescape(value):

    return html.unescape(value)


def test_a_page_saved_unchanged_changes_nothing_and_voids_nothing(lead, case, filing):
    make.invite_all(case, filing)
    make.confirm_all(case, filing)
    for key in ("tasks", "mechanisms", "agreement", "basic"):
        data = sheet(lead, address(filing, key))
        for name, values in data.items():
            data[name] = [v.replace("\n", "\r\n") for v in values]
        assert lead.post(address(filing, key), data | {"save": "1"}).status_code == 302, key
    states = set(filing.participants.exclude(role="lead").values_list("standing", flat=True))
    assert states == {ParticipantState.CONFIRMED}


def test_saving_keeps_what_is_right_and_offers_the_wrong_again(lead, filing):
    data = sheet(lead, address(filing, "basic"))
    data |= {"track": ["智能传感器"], "months": ["三十六"], "contact_email": ["不是邮箱"], "continue": ["1"]}
    page = lead.post(address(filing, "basic"), data)
    assert page.status_code == 422
    assert "三十六" in text(page)
    assert 'href="#id_months"' in text(page)
    assert make.fresh(filing).content["basic"]["track"] == "智能传感器"
    again = text(lead.get(address(filing, "basic")))
    assert "不是邮箱" in again
    assert 'href="#id_contact_email"' in again
    assert "填写中" in text(lead.get(reverse("filings:tasks", args=[filing.pk])))
    data |= {"months": ["36"], "contact_email": [""], "version": [], "base": []}
    assert lead.post(address(filing, "basic"), data).status_code == 302
    assert not SectionDraft.objects.exists()


def test_continue_goes_to_the_next_section(lead, filing):
    data = sheet(lead, address(filing, "basic")) | {"continue": "1"}
    assert lead.post(address(filing, "basic"), data).url == address(filing, "lead")
    data = sheet(lead, address(filing, "plan")) | {"continue": "1"}
    assert lead.post(address(filing, "plan"), data).url == reverse("filings:tasks", args=[filing.pk])


def test_rows_are_added_and_removed_without_script(lead, filing):
    data = sheet(lead, address(filing, "tasks")) | {"rows_add": "milestones"}
    answer = lead.post(address(filing, "tasks"), data)
    assert answer.url.endswith("?add=milestones#id_milestones-1")
    data = sheet(lead, answer.url.partition("#")[0])
    assert data["milestones-rows"] == ["2"]
    data |= {
        "milestones-1-task": "高精度传感芯片",
        "milestones-1-milestone": "中试",
        "milestones-1-due_on": "2028-01-31",
        "milestones-1-owner": "牵头单位",
        "save": "1",
    }
    lead.post(address(filing, "tasks"), data)
    assert [r["milestone"] for r in make.fresh(filing).content["tasks"]["milestones"]] == [
        "完成首批流片",
        "中试",
    ]
    data = sheet(lead, address(filing, "tasks")) | {"milestones-drop": "0"}
    lead.post(address(filing, "tasks"), data)
    assert [r["milestone"] for r in make.fresh(filing).content["tasks"]["milestones"]] == ["中试"]


def test_a_wrong_cell_is_marked_where_it_is(lead, filing):
    data = sheet(lead, address(filing, "tasks"))
    data |= {"tasks-0-funds": "很多", "tasks-0-ends_on": "2020-01-01", "save": "1"}
    page = lead.post(address(filing, "tasks"), data)
    assert page.status_code == 422
    assert "很多" in text(page)
    assert 'id="id_tasks-0-funds_error"' in text(page)
    assert "完成日期早于开始日期" in text(page)
    assert make.fresh(filing).content["tasks"]["tasks"][0]["funds"] == "12000000.00"


# --- files ---


def upload(client, filing, file, key="agreement", field="agreement", **more):
    data = sheet(client, address(filing, key)) | {"upload": field, field: file} | more
    return client.post(address(filing, key), data)


def test_a_good_file_is_kept_and_can_be_removed(lead, filing):
    answer = upload(lead, filing, SimpleUploadedFile("证明.png", png_bytes()), "lead", "proof")
    assert answer.status_code == 302
    page = text(lead.get(address(filing, "lead")))
    assert "证明.png" in page
    pk = filing.attachments.get(section="lead").pk
    data = sheet(lead, address(filing, "lead")) | {"remove_file": str(pk)}
    assert lead.post(address(filing, "lead"), data).status_code == 302
    assert lead.post(address(filing, "lead"), data | {"version": "", "base": ""}).status_code == 302
    assert "证明.png" not in text(lead.get(address(filing, "lead")))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("组建协议.pdf", b"MZ\x90\x00" + b"0" * 200, "文件内容与扩展名不符"),
        ("组建协议.exe", b"MZ\x90\x00", "不接受这种类型的文件"),
        ("组建协议.pdf", b"", "文件是空的"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_beside_its_field(lead, filing, name, content, words):
    before = filing.attachments.filter(removed_at=None).count()
    page = upload(lead, filing, SimpleUploadedFile(name, content), division="补充的分工说明")
    assert page.status_code == 422
    assert words in text(page)
    assert 'id="id_agreement_error"' in text(page)
    assert "补充的分工说明" in text(page)
    assert filing.attachments.filter(removed_at=None).count() == before
    assert make.fresh(filing).content["agreement"]["division"] == "补充的分工说明"


def test_a_file_over_the_limit_is_refused_with_the_rest_kept(lead, filing, settings):
    settings.FILE_MAX_BYTES = 200_000
    big = SimpleUploadedFile("组建协议.pdf", pdf_bytes() + b"%" * 300_000)
    page = upload(lead, filing, big, division="新的分工")
    assert page.status_code == 422
    assert "上限" in text(page)
    assert "新的分工" in text(page)


# --- autosave and stale pages ---


def test_autosave_answers_with_a_part(lead, filing):
    data = sheet(lead, address(filing, "basic")) | {"track": "柔性传感"}
    answer = lead.post(address(filing, "basic"), data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in text(answer)
    assert f'value="{make.fresh(filing).version}"' in text(answer)
    data |= {"months": "很久"}
    wrong = lead.post(address(filing, "basic"), data, headers={"HX-Request": "true"})
    assert wrong.status_code == 422
    assert "申请有效期" in text(wrong)


def test_a_colleague_on_another_section_is_no_conflict(lead, case, filing):
    data = sheet(lead, address(filing, "basic")) | {"track": "柔性传感", "save": "1"}
    drafting.save_section(
        actor=case.actor("applicant"),
        filing=filing,
        section="plan",
        data={"funding": "另行安排。"},
        strict=True,
    )
    assert lead.post(address(filing, "basic"), data).status_code == 302


def test_a_stale_page_keeps_both_and_offers_to_merge(lead, case, filing):
    url = address(filing, "basic")
    data = sheet(lead, url) | {"background": "我写的背景。", "save": "1"}
    changed = {"background": "同事写的背景。", "track": "同事改的赛道"}
    drafting.save_section(
        actor=case.actor("applicant"), filing=filing, section="basic", data=changed, strict=True
    )
    page = lead.post(url, data)
    assert page.status_code == 409
    assert "已被他人更新" in text(page)
    assert "同事写的背景。" in text(page)
    assert "我写的背景。" in text(page)
    # what this person did not touch has become the colleague's already
    assert 'value="同事改的赛道"' in text(page)
    assert make.fresh(filing).content["basic"]["background"] == "同事写的背景。"
    quick = lead.post(url, data, headers={"HX-Request": "true"})
    assert quick.status_code == 409
    merged = dict(re.findall(r'name="(version|base)"[^>]*value="([^"]*)"', text(page)))
    merged = {n: unescape(v) for n, v in merged.items()}
    sent = data | merged | {"track": "同事改的赛道"}
    assert lead.post(url, sent).status_code == 302
    now = make.fresh(filing).content["basic"]
    assert (now["background"], now["track"]) == ("我写的背景。", "同事改的赛道")


@pytest.mark.parametrize(("other", "status"), [("柔性传感", 302), ("同事改的赛道", 409)])
def test_an_autosave_still_on_its_way_is_no_conflict(lead, case, filing, monkeypatch, other, status):
    """It is written between our reading and the lock; what says the same is mine, what does not is shown."""
    url = address(filing, "basic")
    data = sheet(lead, url) | {"track": "柔性传感", "save": "1"}
    save, raced = drafting.save_section, []

    def after_another(**given):
        if not raced:
            raced.append(True)
            save(
                actor=case.actor("applicant"),
                filing=filing,
                section="basic",
                data={"track": other},
                strict=True,
            )
        return save(**given)

    monkeypatch.setattr(drafting, "save_section", after_another)
    assert lead.post(url, data).status_code == status
    assert raced
    assert make.fresh(filing).content["basic"]["track"] == other


def test_saving_twice_by_double_click_is_harmless(lead, filing):
    data = sheet(lead, address(filing, "basic")) | {"track": "柔性传感", "save": "1"}
    assert lead.post(address(filing, "basic"), data).status_code == 302
    assert lead.post(address(filing, "basic"), data).status_code == 302


def test_rubbish_in_the_hidden_fields_is_no_error_of_ours(lead, filing):
    data = sheet(lead, address(filing, "basic")) | {"base": "[1,2", "version": "x", "remove_file": "9" * 40}
    assert lead.post(address(filing, "basic"), data).status_code in (302, 409)
    data = sheet(lead, address(filing, "tasks")) | {"tasks-rows": "many", "rows_add": "nothing", "save": "1"}
    assert lead.post(address(filing, "tasks"), data).status_code in (302, 409, 422)
    assert lead.get(address(filing, "nothing")).status_code == 404


def test_what_a_lost_session_kept_is_offered_again(client, case, filing):
    client.force_login(case.applicant)
    url = address(filing, "basic")
    data = sheet(client, url) | {"background": "断线前写的内容。", "save": "1"}
    client.logout()
    answer = client.post(url, data, headers={"referer": f"http://testserver{url}"})
    assert answer.status_code == 302
    client.force_login(case.applicant)
    page = text(client.get(url))
    assert "断线前写的内容。" in page
    assert "已恢复登录失效前填写的内容" in page


# --- correction: only what is pinned opens ---


def test_in_correction_only_the_pinned_field_can_be_written(lead, case):
    filing = make.drive(case, State.IN_CORRECTION)
    url = address(filing, "tasks")
    page = text(lead.get(url))
    assert 'name="funding_note"' in page
    assert 'name="self_funds"' not in page
    assert "未列入补正要求，不能修改" in page
    assert "请写明各方出资到位时间" in page
    data = sheet(lead, url) | {"funding_note": "六月底前到位。", "self_funds": "1", "save": "1"}
    assert lead.post(url, data).status_code == 302
    now = make.fresh(filing).content["tasks"]
    assert (now["funding_note"], now["self_funds"]) == ("六月底前到位。", "15000000.00")
    closed = lead.post(address(filing, "plan"), {"funding": "改不了"})
    assert closed.status_code == 403
    assert "未列入补正要求" in text(closed)
    assert "改不了" in text(closed)


def test_after_submission_the_page_is_read_only(lead, case):
    filing = make.drive(case, State.SUBMITTED)
    page = text(lead.get(address(filing, "basic")))
    assert "申报件已提交，不能修改" in page
    assert 'name="save"' not in page
    late = lead.post(address(filing, "basic"), {"name": "太迟了"})
    assert late.status_code == 409
    assert "太迟了" in text(late)


def test_a_filler_may_write(client, case, filing):
    client.force_login(make_user("filler", case.lead))
    data = sheet(client, address(filing, "basic")) | {"track": "填报人写的", "save": "1"}
    assert client.post(address(filing, "basic"), data).status_code == 302
