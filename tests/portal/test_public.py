"""What anybody sees without login, and what stays hidden."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import clock, files, jobs
from core.actor import Actor
from filings.models import IssuedDocument
from filings.services import notice as notices
from tests.makers import filings as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed(frozen):
    case = make.make_case()
    filing = make.drive(case, "filed", frozen)
    jobs.run_pending()
    return filing


def code_of(filing):
    return filing.documents.get(kind=IssuedDocument.Kind.CERTIFICATE).verification_code


def test_a_certificate_is_valid_today_and_not_past_its_end(client, filed):
    url = reverse("portal:verify", args=[code_of(filed)])
    today = client.get(url).content.decode()
    assert "有效" in today and filed.certificate.number in today
    past = filed.certificate.valid_until + datetime.timedelta(days=1)
    later = client.get(url, {"on": past.isoformat()}).content.decode()
    assert "已到期" in later


def test_a_code_we_did_not_issue(client, filed):
    answer = client.get(reverse("portal:verify", args=["0" * 40]))
    assert answer.status_code == 404
    assert "没有查到这份文书" in answer.content.decode()


def test_a_changed_byte_is_found(client, filed):
    paper = filed.documents.get(kind=IssuedDocument.Kind.CERTIFICATE)
    with files.open_checked(paper.stored) as handle:
        data = handle.read()
    url = reverse("portal:verify", args=[paper.verification_code])
    same = client.post(url, {"paper": SimpleUploadedFile("证书.pdf", data)}).content.decode()
    assert "与本平台出具的原件一致" in same
    changed = data[:-20] + bytes([data[-20] ^ 1]) + data[-19:]
    other = client.post(url, {"paper": SimpleUploadedFile("证书.pdf", changed)}).content.decode()
    assert "不一致" in other


def test_a_receipt_tells_nothing_of_the_case(client, filed):
    paper = filed.documents.get(kind=IssuedDocument.Kind.RECEIPT)
    page = client.get(reverse("portal:verify", args=[paper.verification_code])).content.decode()
    assert paper.number in page
    assert filed.title not in page and filed.applicant.name not in page


def test_the_register_as_of_a_day(client, filed):
    url = reverse("portal:register")
    assert filed.title in client.get(url).content.decode()
    assert filed.title in client.get(url, {"q": "智能传感", "status": "valid"}).content.decode()
    before = clock.today() - datetime.timedelta(days=1)
    assert filed.title not in client.get(url, {"on": before.isoformat()}).content.decode()
    past = filed.certificate.valid_until + datetime.timedelta(days=1)
    assert filed.title in client.get(url, {"on": past.isoformat(), "status": "expired"}).content.decode()


def test_wrong_filters_do_no_harm(client, filed):
    url = reverse("portal:register")
    for query in ({"on": "2026-02-30"}, {"kind": "x"}, {"page": "zz"}, {"q": "'%_"}, {"district": "9" * 40}):
        assert client.get(url, query).status_code == 200
    assert client.get(url, {"q": "\x00"}).status_code == 400


def test_the_entity_page_shows_no_contact(client, filed):
    page = client.get(reverse("portal:entity", args=[filed.entity.code])).content.decode()
    assert filed.applicant.name in page
    assert "测试联系人" not in page and "0532-0000000" not in page
    assert client.get(reverse("portal:entity", args=["QD-LH-1999-9999"])).status_code == 404


def test_anybody_may_object_and_stays_unnamed(client, frozen):
    case = make.make_case()
    filing = make.drive(case, "on_notice", frozen)
    url = reverse("portal:notice", args=[filing.notices.get().pk])
    empty = client.post(url, {"name": "", "contact": "", "text": "任务与已有项目重复"})
    assert empty.status_code == 422
    assert "任务与已有项目重复" in empty.content.decode()
    done = client.post(
        url, {"name": "某单位", "contact": "0532-0000001", "text": "任务与已有项目重复"}, follow=True
    )
    assert "异议已收到" in done.content.decode()
    objection = filing.notices.get().objections.get()
    notices.answer_objection(
        actor=case.actor("officer"),
        filing=filing,
        objection_id=objection.pk,
        outcome="dismissed",
        reply="经核实不重复。",
    )
    page = client.get(url).content.decode()
    assert "经核实不重复" in page and "某单位" not in page and "0532-0000001" not in page


def test_the_notice_counts_working_days_over_the_october_holiday(frozen):
    frozen.at(datetime.datetime(2026, 9, 28, 10, tzinfo=clock.SHANGHAI))
    case = make.make_case()
    filing = make.drive(case, "confirmed", frozen)
    notices.publish(actor=case.actor("officer"), filing=filing)
    # 29, 30 September; 8, 9 October; Saturday 10 October is a make-up working day
    assert filing.notices.get().ends_on == datetime.date(2026, 10, 10)


def test_after_the_notice_no_objection(frozen):
    from core.errors import NotNow

    case = make.make_case()
    filing = make.drive(case, "on_notice", frozen)
    make.run_out_notice(filing, frozen)
    with pytest.raises(NotNow):
        notices.object_to(
            actor=Actor.public(),
            notice_id=filing.notices.get().pk,
            name="某",
            contact="某",
            text="迟到的异议",
        )


def test_pages_answer(client, filed):
    for name in ("home", "notices", "verify_form", "statements", "register"):
        assert client.get(reverse(f"portal:{name}")).status_code == 200


def test_register_queries_do_not_grow(client, frozen, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    case = make.make_case()
    make.drive(case, "filed", frozen)
    url = reverse("portal:register")
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for number in range(3):
        make.drive(case, "filed", frozen, name=f"青岛市第{number}创新联合体")
    with CaptureQueriesContext(connection) as four:
        client.get(url)
    assert len(four) == len(one)
