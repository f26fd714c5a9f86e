"""The register as rows and as one entity; used by the API for people who are logged in and for everybody."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.errors import Invalid, NotVisible, from_form
from filings.api.shown import day, unit
from filings.enums import CertificateState, EntityState
from filings.models import Certificate, Entity
from filings.selectors import register

ROW = (
    "code",
    "kind",
    "name",
    "level",
    "lead__credit_code",
    "lead__name",
    "industry",
    "district__code",
    "district__label",
    "valid_from",
    "valid_until",
    "standing",
    "ended_on",
    "is_sample",
)


class RegisterQuery(forms.Form):
    """`q`, `kind`, `industry`, `district`, `status` and the day `on` which the status is meant."""

    q = forms.CharField(required=False, max_length=60)
    kind = forms.CharField(required=False, max_length=40)
    industry = forms.CharField(required=False, max_length=60)
    district = forms.CharField(required=False, max_length=12)
    status = forms.ChoiceField(required=False, choices=[("", "")] + [(s, s) for s in register.STATUSES])
    on = forms.DateField(required=False, input_formats=["%Y-%m-%d"])


QUERIES = tuple(RegisterQuery.base_fields)


def found(data: Any) -> tuple[QuerySet[Entity], datetime.date]:
    """Entities that match the query string, and the day asked about; Invalid for what cannot be understood."""
    form = RegisterQuery(data)
    if not form.is_valid():
        raise Invalid(from_form(form.errors))
    asked = form.cleaned_data
    on = asked["on"] or clock.today()
    rows = register.search_entities(register.entities(), asked["q"])
    places = {"kind": "kind", "industry": "industry", "district": "district__code"}
    rows = rows.filter(**{path: asked[name] for name, path in places.items() if asked[name]})
    return (register.with_status(rows, asked["status"], on) if asked["status"] else rows), on


def entity_row(row: tuple[Any, ...], on: datetime.date) -> dict[str, Any]:
    """A line of the register from a tuple of `ROW`."""
    values = dict(zip(ROW, row, strict=True))
    shell = Entity(
        valid_from=values["valid_from"],
        valid_until=values["valid_until"],
        standing=EntityState(values["standing"]),
        ended_on=values["ended_on"],
    )
    return {
        "code": values["code"],
        "kind": values["kind"],
        "name": values["name"],
        "level": values["level"],
        "lead": unit(values["lead__credit_code"], values["lead__name"]),
        "industry": values["industry"],
        "district": {"code": values["district__code"], "name": values["district__label"]},
        "valid_from": day(values["valid_from"]),
        "valid_until": day(values["valid_until"]),
        "status": shell.status_on(on),
        "is_sample": values["is_sample"],
    }


def certificate(row: Certificate, on: datetime.date) -> dict[str, Any]:
    status = row.status_on(on)
    return {
        "number": row.number,
        "document_number": row.document_number,
        "document_date": day(row.document_date),
        "valid_from": day(row.valid_from),
        "valid_until": day(row.valid_until),
        "status": str(CertificateState(status)) if status in CertificateState.values else status,
    }


def entity(code: str, on: datetime.date | None = None) -> dict[str, Any]:
    """The public facts of one entity with members and certificates; NotVisible for an unknown code."""
    row = register.find_entity(code)
    if row is None:
        raise NotVisible.one("entity", _("登记簿中没有这个编号"))
    when = on or clock.today()
    values = tuple(
        getattr(getattr(row, name.partition("__")[0]), name.partition("__")[2])
        if "__" in name
        else getattr(row, name)
        for name in ROW
    )
    return entity_row(values, when) | {
        "authority": unit(row.authority.credit_code, row.authority.name),
        "members": [
            {
                "organisation": unit(m.organisation.credit_code, m.organisation.name),
                "role": m.role,
                "since": day(m.since),
                "until": day(m.until),
            }
            for m in row.members.all()
        ],
        "certificates": [certificate(c, when) for c in row.certificates.all()],
        "waivers": row.waivers,
    }
