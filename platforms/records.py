"""Kinds of records as declarations: which table, which fields a host fills in, which columns a list shows.

Forms, lists, workbooks and the API follow from here; what a kind adds up to is in `platforms.arithmetic`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from platforms.models import (
    Contract,
    Edition,
    ForumProject,
    Instrument,
    Record,
    Service,
    Space,
    Stay,
    Team,
    Tenant,
)
from platforms.types import PlatformType


@dataclass(frozen=True)
class RecordKind:
    """`fields` are asked and exported in this order; `columns` are those of the list."""

    key: str
    label: Any
    model: type[Record]
    fields: tuple[str, ...]
    columns: tuple[str, ...]
    lead: Any = ""
    clause: str = ""
    needs: str = ""  # kind of record that must be there first
    inner: str = ""  # name of the field that points to a record of that kind

    def field(self, name: str) -> models.Field[Any, Any]:
        found: models.Field[Any, Any] = self.model._meta.get_field(name)  # type: ignore[assignment]
        return found

    def column_label(self, name: str) -> str:
        return str(self.field(name).verbose_name)


KINDS: dict[str, RecordKind] = {
    kind.key: kind
    for kind in (
        RecordKind(
            "space",
            _("孵化用房"),
            Space,
            (
                "construction",
                "name",
                "built_area",
                "usable_area",
                "dedicated_area",
                "accepted_on",
                "document_number",
            ),
            ("construction", "built_area", "dedicated_area", "accepted_on", "document_number"),
            _("每一处验收的用房登记一行；新建、改建、扩建分别登记，同一面积不重复。"),
            "elig_inc_space_qualified",
        ),
        RecordKind(
            "tenant",
            _("在孵企业（团队）"),
            Tenant,
            (
                "kind",
                "name",
                "credit_code",
                "field",
                "area",
                "entered_on",
                "graduated_on",
                "left_on",
                "high_tech_on",
                "came_from",
            ),
            ("kind", "entered_on", "graduated_on", "left_on", "high_tech_on", "came_from"),
            _("入驻、毕业、迁出和认定高新技术企业都在这里登记日期，毕业率由此计算。"),
            "incubation_chain_four_stage",
        ),
        RecordKind(
            "instrument",
            _("共享仪器"),
            Instrument,
            ("name", "model", "network_number", "original_value", "location", "joined_on", "left_on"),
            ("network_number", "original_value", "location", "joined_on", "left_on"),
            _("加入省大型科学仪器设备协作共用网的仪器。"),
            "elig_inst_network",
        ),
        RecordKind(
            "service",
            _("对外服务"),
            Service,
            (
                "item",
                "instrument",
                "client",
                "client_code",
                "client_size",
                "same_group",
                "through_network",
                "contract_number",
                "invoice_number",
                "amount",
                "served_on",
                "paid_on",
            ),
            ("client", "client_size", "amount", "served_on", "invoice_number", "paid_on"),
            _("按合同和发票逐笔登记；关联方的服务和未收款的服务也登记，但不计入年度服务额。"),
            "obl_inst_open",
            inner="instrument",
        ),
        RecordKind(
            "contract",
            _("技术合同"),
            Contract,
            ("mode", "title", "number", "provider", "receiver", "amount", "signed_on"),
            ("mode", "number", "receiver", "amount", "signed_on"),
            _("自主研发、外部引进、联合开发、转移转化、合同交易五种方式并举，签订后跟踪落实。"),
            "mech_transform_tracking",
        ),
        RecordKind(
            "team",
            _("进站团队"),
            Team,
            (
                "category",
                "talents",
                "members",
                "field",
                "tasks",
                "agreed_days",
                "started_on",
                "ended_on",
            ),
            ("talents", "members", "agreed_days", "started_on", "ended_on"),
            _("只登记类别、人数和任务，不登记姓名。"),
            "mech_workstation_model",
        ),
        RecordKind(
            "stay",
            _("在站工作"),
            Stay,
            ("team", "starts_on", "days", "people", "work"),
            ("team", "days", "people", "work"),
            _("院士、人才团队实质性参与以在站工作天数为据。"),
            "elig_workstation_participation",
            needs="team",
            inner="team",
        ),
        RecordKind(
            "edition",
            _("论坛届次"),
            Edition,
            ("name", "held_on", "venue", "theme", "partners", "participants"),
            ("held_on", "venue", "theme", "participants"),
            "",
            "reg_forum_projects",
        ),
        RecordKind(
            "project",
            _("签约项目"),
            ForumProject,
            ("edition", "name", "parties", "amount", "signed_on", "landing_place"),
            ("parties", "amount", "signed_on", "standing", "next_on"),
            _("签约后由主管部门跟踪，直至落地。"),
            "obl_forum_followup",
            needs="edition",
            inner="edition",
        ),
    )
}


def of_type(kind: PlatformType) -> tuple[RecordKind, ...]:
    """The kinds of records a platform of this type keeps."""
    return tuple(KINDS[key] for key in kind.traits.records)
