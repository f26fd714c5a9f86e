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
