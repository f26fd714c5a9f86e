"""Claims of support, driven through the real services.

case = make_claim_case()                                       # bureau of Zibo, a unit of 张店区 with an incubator, people
claim = start(case, "sub_incubator_space_new", area="8000", space="鲁(2026)淄博市不动产权第0001号")
claim = drive(case, claim, "proposed", frozen)                 # submitted | accepted | proposed | … | filed
"""

from __future__ import annotations

import datetime
import itertools
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organisation, User
from core import clock
from core.actor import Actor
from filings.enums import CheckValue, State
from filings.models import Entity, Filing
from filings.services import decision, drafting, examination, issue, notice, saving, submission
from subsidies.models import Award, Budget
from subsidies.services import claims
from tests.makers import filings as make
from tests.makers import money
from tests.makers.accounts import act, make_bureau, make_organisation, make_user
from tests.makers.papers import pdf_bytes
from tests.makers.register import make_entity
from tests.support.remembered import remembered

DAY = datetime.date(2026, 2, 20)
_spaces = itertools.count(1)


@dataclass
class ClaimCase:
    """A bureau, a unit with an entity, and their people."""

    unit: Organisation
    bureau: Organisation
    entity: Entity
    applicant: User
    officer: User
    director: User

    def actor(self, who: str) -> Actor:
        """Actor of `applicant`, `officer` or `director`."""
        home = self.unit if who == "applicant" else self.bureau
        return act(getattr(self, who), home)


@remembered
def make_claim_case(
    kind: str = "incubator",
    *,
    level: str = "provincial",
    district: str = "370303",
    place: str = "370300",
    **facts: Any,
) -> ClaimCase:
    """A unit of a district with an entity of a kind on the register, and the bureau of the city."""
    bureau = make_bureau(place)
    if not Budget.objects.filter(payer=bureau, year=clock.today().year).exists():
        money.make_budget(money.desk_of(bureau), amount="100000000", year=clock.today().year)
    unit = make_organisation(district=district, contact_name="测试联系人", contact_phone="0533-0000000")
    entity = make_entity(
        kind, level=level, lead=unit, document_date=DAY, document_number="鲁科字〔2026〕1号", **facts
    )
    return ClaimCase(
        unit,
        bureau,
        entity,
        make_user("unit_admin", unit),
        make_user("case_officer", bureau),
        make_user("division_head", bureau),
    )


@remembered
def start(
    case: ClaimCase,
    measure: str,
    *,
    on: datetime.date | None = DAY,
    entity: Entity | str | None = "own",
    complete: bool = True,
    **facts: Any,
) -> Filing:
    """A draft with everything filled in that its measure asks for."""
    actor, number = case.actor("applicant"), next(_spaces)
    space = facts.pop("space", f"第{number}号楼")
    payment = facts.pop("payment", f"鲁财教指〔2026〕{number}号")
    subject = case.entity if entity == "own" else entity
    filing = claims.start(actor=actor, measure=measure, entity=subject, facts=facts, on=on)
    if complete:
        fill(case, filing, space=space, payment=payment)
    return make.fresh(filing)


def fill(case: ClaimCase, filing: Filing, *, space: str = "", payment: str = "") -> None:
    """The sections a unit fills in itself, and the proof."""
    actor = case.actor("applicant")
    known = {"space": space, "payment": payment, "request": "申请专项支持，用于设备更新。"}
    fields = filing.spec.section("claim").form.base_fields  # type: ignore[union-attr]
    content: dict[str, Any] = {
        "claim": {name: value for name, value in known.items() if name in fields},
        "declaration": dict.fromkeys(("truthful", "not_elsewhere", "consent"), True),
    }
    if filing.spec.section("payee"):
        content["payee"] = {"bank": "某某银行淄博张店支行", "account_number": "3700 0000 0000 1234"}
    content = {key: values for key, values in content.items() if values}
    saving.save_content(actor=actor, filing=filing, content=content, version=None)
    upload = SimpleUploadedFile("证明材料.pdf", pdf_bytes(), content_type="application/pdf")
    drafting.attach(actor=actor, filing=filing, section="evidence", field="proof", upload=upload)


STEPS = (
    State.SUBMITTED,
    State.IN_EXAMINATION,
    State.ACCEPTED,
    State.PROPOSED,
    State.CONFIRMED,
    State.ON_NOTICE,
    State.FILED,
)


@remembered
def drive(case: ClaimCase, filing: Filing, to: str, frozen: Any = None, **award: Any) -> Filing:
    """From where it is to a state. `award`: what the officer states at the proposal."""
    officer, director = case.actor("officer"), case.actor("director")
    acts: dict[str, Any] = {
        State.SUBMITTED: lambda: submission.submit(actor=case.actor("applicant"), filing=make.fresh(filing)),
        State.IN_EXAMINATION: lambda: examination.start(actor=officer, filing=make.fresh(filing)),
        State.ACCEPTED: lambda: accept(case, filing),
        State.PROPOSED: lambda: decision.propose(actor=officer, filing=make.fresh(filing), award=award),
        State.CONFIRMED: lambda: decision.confirm(actor=director, filing=make.fresh(filing)),
        State.ON_NOTICE: lambda: notice.publish(actor=officer, filing=make.fresh(filing)),
        State.FILED: lambda: issued(case, filing, frozen),
    }
    now = make.fresh(filing).state
    begin = 0 if now == State.DRAFT else STEPS.index(State(now)) + 1
    for step in STEPS[begin : STEPS.index(State(to)) + 1]:
        acts[step]()
    return make.fresh(filing)


def accept(case: ClaimCase, filing: Filing) -> None:
    """Every line of the check list passed."""
    officer = case.actor("officer")
    for line in make.fresh(filing).checks.all():
        examination.record_check(
            actor=officer, filing=make.fresh(filing), item=line.item, result=CheckValue.PASS, note=""
        )
    examination.accept(actor=officer, filing=make.fresh(filing))


def issued(case: ClaimCase, filing: Filing, frozen: Any) -> None:
    """The notice run out and closed, then the document."""
    make.run_out_notice(make.fresh(filing), frozen)
    notice.close(actor=case.actor("officer"), filing=make.fresh(filing))
    issue.issue(actor=case.actor("officer"), filing=make.fresh(filing))


@remembered
def decided(case: ClaimCase, measure: str, frozen: Any, *, award: Any = None, **facts: Any) -> Award:
    """A claim from nothing to its decided award."""
    filing = drive(case, start(case, measure, **facts), State.FILED, frozen, **(award or {}))
    return Award.objects.get(claim=filing)


def today() -> datetime.date:
    """The day of the test."""
    return clock.today()
