"""A union without conditions of its own: declared by what differs, the rest is that of every network."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliances.network import after, common, facts, profile, report_sections, rooms, sections
from filings import standard_variants as standard
from filings.programmes import Owner, Procedure, Programme, Section, Words

MECHANISMS = {
    "decision": _("决策和议事机制"),
    "membership": _("成员加入、退出和调整机制"),
}
ENCOURAGED = {"sharing": _("资源共建共享机制")}


def union_sections(basic: type[forms.Form], clauses: tuple[str, ...]) -> tuple[Section, ...]:
    """Basic facts, charter, mechanisms, each member's will."""
    return (
        Section("basic", _("基本信息"), basic, _("叫什么、做什么、由谁联系。"), clauses=clauses),
        Section(
            "charter",
            _("章程和运行办法"),
            sections.CharterForm,
            _("各方的权利义务。各成员单位将确认本页内容。"),
            shared=True,
        ),
        Section(
            "mechanisms",
            _("运行机制"),
            sections.mechanisms_form(MECHANISMS, ENCOURAGED),
            _("各成员单位将确认本页内容。"),
            shared=True,
        ),
        Section(
            "member",
            _("成员单位意愿"),
            sections.MemberForm,
            _("由每家成员单位自行填写和确认。"),
            owner=Owner.PARTICIPANT,
        ),
    )


def union(*, asked: tuple[Section, ...], **declared: Any) -> Programme:
    """The programme of a union; `declared` is what differs, `asked` its sections."""
    given: dict[str, Any] = {
        "sections": asked,
        "conditions": (),
        "procedure": Procedure(review=False, limits=standard.LIMITS),
        "criteria": (),
        "facts": facts.of_filing,
        "entity_facts": facts.of_entity,
        "profile": profile.writer(MECHANISMS | ENCOURAGED),
        "entity_profile": profile.shower(MECHANISMS | ENCOURAGED),
        "public_profile": profile.public,
        "max_months_key": common.MONTHS,
        "variants": standard.every_action(
            change=standard.change(asked, members=True, own_affair=True),
            renew=standard.renewal(asked, members=True, review=False, label=_("续期备案")),
            annual_report=standard.annual_report(report_sections.REPORT, prefill=report_sections.prefill),
            exit=standard.exit_(),
        ),
        "roles": common.ROLES,
        "role_kinds": common.ROLE_KINDS,
        "role_labels": common.ROLE_LABELS,
        "lead_kinds": common.LEAD_KINDS,
        "rooms": rooms.of_union,
        "public_rooms": rooms.public,
        "after_applied": after.nothing_more,
        "family": "network",
        "family_label": _("联盟和共同体"),
        "words": Words(lead=_("牵头单位"), thing=_("联盟")),
    }
    return Programme(**given | declared)
