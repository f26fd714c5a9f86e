"""Commands an auditor runs."""

import pytest
from django.core.management import CommandError, call_command

from core import files, jobs
from filings.models import IssuedDocument
from tests.makers import filings as make

pytestmark = pytest.mark.django_db


def test_verify_report_finds_one_changed_byte(frozen, tmp_path, capsys):
    filing = make.drive(make.make_case(), "submitted", frozen)
    jobs.run_pending()
    paper = filing.documents.get(kind=IssuedDocument.Kind.RECEIPT)
    with files.open_checked(paper.stored) as handle:
        data = handle.read()
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(data)
    bad.write_bytes(data[:100] + bytes([data[100] ^ 1]) + data[101:])
    call_command("verify_report", str(good))
    assert paper.number in capsys.readouterr().out
    with pytest.raises(CommandError, match="altered"):
        call_command("verify_report", str(bad))
    with pytest.raises(CommandError, match="cannot read"):
        call_command("verify_report", str(tmp_path / "none.pdf"))


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (6, 1), (7, 2)])
def test_a_certificate_keeps_its_code_on_the_first_page(count, pages):
    """However long the names: beyond six members the list moves to an annex."""
    import io
    from types import SimpleNamespace

    import pypdf

    from core import clock, pdf

    code = "9f" * 20
    paper = SimpleNamespace(number="QD-LH-2026-0001", verification_code=code, issued_at=clock.now())
    data = {
        "kind": "青岛市创新联合体",
        "title": "青岛市智能传感与高端装备数字孪生协同创新联合体",
        "lead": "青岛明衡智能传感科技股份有限公司（演示单位）",
        "credit_code": "91370212MAXX00015H",
        "members": ["山东沐岩先进制造与智能装备研究院有限公司"] * count,
        "industry": "新一代信息技术",
        "valid_from": "2026-03-20",
        "valid_until": "2029-03-19",
        "months": 36,
        "document_number": "青科备〔2026〕1号",
        "document_date": "2026-03-20",
        "authority": "青岛市科学技术局",
        "clause": "《青岛市创新联合体组建工作指引》（据青岛日报报道）备案制度2",
    }
    context = {
        "document": paper,
        "data": data,
        "verification_url": f"http://x/{code}/",
        "qr": pdf.qr_svg(code),
    }
    found = pypdf.PdfReader(io.BytesIO(pdf.render("filings/pdf/certificate.html", context))).pages
    assert len(found) == pages
    assert code in found[0].extract_text().replace("\n", "")
