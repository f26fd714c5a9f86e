"""The example of docs/adding-a-programme.md works as it is printed there."""

from __future__ import annotations

import re
import shutil
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from core import clock
from core.errors import Invalid
from filings import programmes
from filings.models import Entity, EntityMember
from filings.selectors.lifecycle import report_years
from filings.services import aftercare, confirming, drafting, membership, participation, standing, submission
from tests.makers.accounts import act, make_bureau, make_organisation, make_user
from tests.makers.duties import make_entity
from tests.makers.papers import pdf_bytes

pytestmark = pytest.mark.django_db

PAGE = settings.BASE_DIR / "docs/adding-a-programme.md"
BLOCK = re.compile(r"^```(yaml|python)\n# (\S+?)(?:,[^\n]*)?\n(.*?)^```$", re.S | re.M)
BASIC = {"name": "青岛市示例中试协作组", "line": "百吨级中试线，每周开放两天。"}


def blocks(kind: str) -> dict[str, str]:
    """File named in the first line → the block."""
    return {name: text for found, name, text in BLOCK.findall(PAGE.read_text("utf-8")) if found == kind}


@pytest.fixture
def law(tmp_path: Path) -> None:
    """The law in force, with the page's additions."""
    shutil.copytree(settings.BASE_DIR / "fixtures", tmp_path, dirs_exist_ok=True)
    for name, text in blocks("yaml").items():
        path = tmp_path / Path(name).relative_to("fixtures")
        content = yaml.safe_load(path.read_text("utf-8"))
        for key, more in yaml.safe_load(text).items():
            content[key] = {**content[key], **more} if isinstance(more, dict) else [*content[key], *more]
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    call_command("load_policy", fixtures=tmp_path, verbosity=0)


@pytest.fixture
def ring(law: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[programmes.Programme]:
    """The printed declaration, registered for one test."""
    module = types.ModuleType("pilot_ring")
    code = compile(blocks("python")["alliances/pilot_ring.py"], "pilot_ring.py", "exec", dont_inherit=True)
    exec(code, module.__dict__)
    monkeypatch.setattr(programmes, "_registry", dict(programmes._registry))
    programmes.register(module.PROGRAMME)
    yield module.PROGRAMME
    programmes._declared.cache_clear()


@pytest.fixture
def people() -> dict[str, Any]:
    make_bureau("370200")
    make_bureau("370212")
    lead = make_organisation("enterprise", district="370212")
    units = [make_organisation("enterprise"), make_organisation("university")]
    return {
        "lead": act(make_user("unit_admin", lead), lead),
        "members": [act(make_user("unit_admin", unit), unit) for unit in units],
    }


def draft(people: dict[str, Any]) -> Any:
    filing = drafting.start(actor=people["lead"], programme="pilot_ring")
    drafting.save_section(actor=people["lead"], filing=filing, section="basic", data=BASIC, strict=True)
    paper = SimpleUploadedFile("协议.pdf", pdf_bytes("协议"), "application/pdf")
    drafting.attach(actor=people["lead"], filing=filing, section="basic", field="agreement", upload=paper)
    return filing


def test_from_draft_to_submitted(ring: programmes.Programme, people: dict[str, Any]) -> None:
    filing = draft(people)
    for member, role in zip(people["members"], ("chain_enterprise", "academic"), strict=True):
        code = member.organisation.credit_code
        place = participation.invite(actor=people["lead"], filing=filing, code=code, role=role)
        need = {"need": "每年三批次中试。"}
        drafting.save_section(actor=member, filing=filing, section="member", data=need, strict=True)
        confirming.confirm(actor=member, filing=filing, participant=place)
    done = submission.submit(actor=people["lead"], filing=filing)
    done.refresh_from_db()
    assert done.state == "submitted"
    assert done.title == BASIC["name"]
    assert done.due_at is not None
    assert {p["role"] for p in done.versions.get().snapshot["participants"].values()} == {
        "lead",
        "chain_enterprise",
        "academic",
    }


def test_its_law_binds_with_its_clause(ring: programmes.Programme, people: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        submission.submit(actor=people["lead"], filing=draft(people))
    [problem] = refused.value.problems
    assert problem.code == "elig_ring_members"
    assert problem.clause == "《中试协作组备案办法（示例）》第二条"
    assert "不少于 2 家" in problem.message


def test_pages_and_api_know_it(ring: programmes.Programme, people: dict[str, Any], client: Any) -> None:
    filing = draft(people)
    client.force_login(people["lead"].user)
    assert "中试协作组" in client.get("/filings/").content.decode()
    for page in ("tasks", "sections/basic", "members", "check"):
        assert client.get(f"/filings/{filing.pk}/{page}/").status_code == 200, page
    assert client.get("/filings/programmes/pilot_ring/").status_code == 200
    told = client.get("/api/v1/programmes/pilot_ring/").json()
    assert told["sections"]["basic"]["required"] == ["name", "line"]
    assert told["procedure"]["longest_validity_months"] == 24
    assert {rule["condition"] for rule in told["rules"]} == {"elig_ring_lead", "elig_ring_members"}


@pytest.fixture
def registered(ring: programmes.Programme, people: dict[str, Any]) -> Entity:
    """A ring on the register, with its two members."""
    units = [people["lead"], *people["members"]]
    entity = make_entity(units[0].organisation, name="青岛市示例中试协作组")
    Entity.objects.filter(pk=entity.pk).update(kind=ring.entity_kind)
    for who, role in zip(units, ("lead", "chain_enterprise", "academic"), strict=True):
        EntityMember.objects.create(
            entity=entity, organisation=who.organisation, role=role, since=entity.valid_from
        )
    return standing.refresh(Entity.objects.get(pk=entity.pk))


def test_a_change_begins_with_the_members_in_force(
    registered: Entity, people: dict[str, Any], client: Any
) -> None:
    filing = aftercare.start(actor=people["lead"], entity=registered, action="change")
    assert [s.key for s in filing.spec.sections] == ["change", "basic", "member", "lead_change"]
    assert set(filing.participants.values_list("role", flat=True)) == {"lead", "chain_enterprise", "academic"}
    client.force_login(people["lead"].user)
    assert client.get(f"/filings/{filing.pk}/tasks/").status_code == 200
    told = client.get("/api/v1/programmes/pilot_ring/").json()
    assert [v["action"] for v in told["variants"]] == [
        "change",
        "annual_report",
        "exit",
        "self_assessment",  # of the evaluation, which gives it to every programme
    ]
    with pytest.raises(Invalid) as refused:
        aftercare.start(actor=people["lead"], entity=registered, action="renew")
    assert [p.code for p in refused.value.problems] == ["action"]


def test_it_reports_its_year_and_may_end(registered: Entity, people: dict[str, Any], client: Any) -> None:
    lead = people["lead"]
    [year, *_rest] = report_years(registered, clock.today())
    report = aftercare.start(actor=lead, entity=registered, action="annual_report", period=str(year))
    answers = {"summary": "全年开放。", "results": "中试 12 批次。", "next_year": "扩大开放。"}
    drafting.save_section(actor=lead, filing=report, section="report", data=answers, strict=True)
    submission.submit(actor=lead, filing=report)
    report.refresh_from_db()
    assert report.state == "submitted"
    client.force_login(lead.user)
    page = client.get(f"/filings/entities/{registered.code}/").content.decode()
    assert "年度报告" in page
    assert aftercare.start(actor=lead, entity=registered, action="exit").action == "exit"


def test_a_member_that_leaves_turns_the_lamp_red_with_a_duty(
    registered: Entity, people: dict[str, Any]
) -> None:
    assert registered.lamp == "green"
    membership.leave(actor=people["members"][0], entity=registered, reason="不再需要中试。")
    after = Entity.objects.get(pk=registered.pk)
    assert after.lamp == "red"
    [found] = after.unmet
    assert found["clause"] == "《中试协作组备案办法（示例）》第二条"
    duty = after.duties.get(kind="rectify", standing="open")
    assert duty.organisation == people["lead"].organisation
    assert clock.local(duty.due_at).date() > clock.today()


def test_every_file_the_page_names_exists() -> None:
    text = PAGE.read_text("utf-8")
    invented = {"alliances/pilot_ring.py"}
    named = set(re.findall(r"`([a-z]+/[\w/-]+\.(?:py|yaml|md|csv))`", text)) | set(blocks("yaml"))
    assert {name for name in named - invented if not (settings.BASE_DIR / name).exists()} == set()
