"""The unit's own report in a round of `tests.makers.evaluation`, by the services of the spine."""

from __future__ import annotations

from core.actor import Actor
from filings.enums import Action
from filings.models import Entity, Filing
from filings.services import aftercare, drafting, submission
from tests.makers import after
from tests.makers import filings as people
from tests.makers.evaluation import Cast

ACTION = Action.SELF_ASSESSMENT


def begin(me: Actor, cast: Cast, entity: Entity | None = None) -> Filing:
    """A draft of the lead, for the first entity of the cast unless said otherwise."""
    which = after.again(entity or cast.entity)
    return people.fresh(aftercare.start(actor=me, entity=which, action=ACTION))


def fill(me: Actor, filing: Filing) -> Filing:
    """Every answer; figures where none was prefilled are explained."""
    for section in filing.spec.applicant_sections:
        answers = dict(filing.content.get(section.key, {}))
        for name in section.form.base_fields:
            if name.endswith("_text"):
                answers[name] = "按协议分工执行，有记录。"
            elif name.endswith("_value"):
                answers.setdefault(name, "3")
            elif name.endswith("_target"):
                answers.setdefault(name, "4")
        if section.key == "self_summary":
            answers = {"summary": "按计划运行。", "problems": "场地不足。", "next_steps": "扩建。"}
        if section.key == "self_declaration":
            answers = {"truthful": True, "head": "负责人", "reporter": "填报人", "phone": "0533-0000000"}
        drafting.save_section(actor=me, filing=filing, section=section.key, data=answers, strict=True)
    return people.fresh(filing)


def hand_in(me: Actor, cast: Cast, entity: Entity | None = None) -> Filing:
    """Filled and submitted."""
    filing = fill(me, begin(me, cast, entity))
    submission.submit(actor=me, filing=filing)
    return people.fresh(filing)
