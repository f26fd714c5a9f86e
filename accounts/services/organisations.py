"""Units: registration, its decision, facts and yearly figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import credit_code, pinyin, selectors, workflow
from accounts import permissions as may
from accounts.enums import (
    REGISTRABLE_KINDS,
    FigureKind,
    FigureOrigin,
    OrganisationKind,
    OrganisationState,
    Role,
    Title,
)
from accounts.models import District, Membership, Organisation, OrganisationFigure, User
from accounts.services import mail, memberships, users
from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotVisible, Problem, Stale, raise_if

# What the unit itself may change of its facts.
PROFILE_FIELDS = (
    "name", "kind", "size_class", "district", "industry_code", "address", "titles",
    "contact_name", "contact_phone", "contact_email",
)  # fmt: skip
# What an officer's approval was given for; after it only an officer of the place may change it.
APPROVED_FIELDS = ("name", "kind", "district")


@dataclass(frozen=True)
class Person:
    """The person who registers a unit; ``password`` only for a new account."""

    name: str
    email: str
    phone: str
    password: str


def register_organisation(
    *, actor: Actor, facts: Mapping[str, Any], person: Person | None = None
) -> Organisation:
    """A unit asks to be registered; an officer of its place decides. Raises Invalid with every
    problem at once.

    ``facts``: credit_code and PROFILE_FIELDS, ``district`` as District. A logged-in actor becomes the unit's
    administrator; otherwise ``person`` gets a new account, or, where the e-mail already has one, an
    invitation to it, and the answer is the same.  A unit that an officer brought in and that nobody has ever
    belonged to is claimed: it keeps what was brought in, and waits for the officer like a new one.
    """
    code = credit_code.normalise(str(facts.get("credit_code", "")))
    found = credit_code.problems(code) + _fact_problems(facts)
    held = Organisation.objects.filter(credit_code=code).first()
    if not found and held is not None and not may.may_claim(actor, held):
        text = _("该单位已登记。请联系本单位管理员发送邀请；不清楚管理员是谁时，可联系所在地科技主管部门。")
        found.append(Problem("already_registered", text, "credit_code"))
    if actor.user is None:
        found += _person_problems(person)
    raise_if(found)
    with transaction.atomic():
        unit = _insert(code, facts, OrganisationState.PENDING) if held is None else _claimed(actor, held)
        audit.record("registration.submit", actor=actor, obj=unit, detail={"credit_code": code})
        _give_to_registrant(actor, unit, person)
        _tell_officers(unit)
    return unit


def create_organisation(
    *, actor: Actor, credit_code: str, approved: bool = True, **facts: Any
) -> Organisation:
    """A bureau, or sample data: without a registration. By the system only. Raises NotAllowed, Invalid."""
    from accounts import credit_code as codes

    may.is_system.require(actor)
    code = codes.normalise(credit_code)
    raise_if(codes.problems(code) + _fact_problems(facts, by_system=True))
    state = OrganisationState.APPROVED if approved else OrganisationState.PENDING
    with transaction.atomic():
        unit = _insert(code, facts, state)
        audit.record("organisation.create", actor=actor, obj=unit, detail={"credit_code": code})
    return unit


def approve(
    *, actor: Actor, organisation: Organisation, comment: str = "", version: int | None = None
) -> Organisation:
    """An officer of the place approves a registration. Raises NotNow, NotAllowed, Stale."""
    return workflow.REGISTRATION.perform(
        organisation, "approve", actor=actor, comment=comment, version=version, effect=_tell_unit
    )


def reject(
    *, actor: Actor, organisation: Organisation, comment: str, version: int | None = None
) -> Organisation:
    """An officer of the place refuses a registration with a reason.

    Raises NotNow, NotAllowed, Stale, Invalid.
    """
    return workflow.REGISTRATION.perform(
        organisation, "reject", actor=actor, comment=comment, version=version, effect=_tell_unit
    )


def resubmit(
    *, actor: Actor, organisation: Organisation, facts: Mapping[str, Any], version: int
) -> Organisation:
    """A refused unit corrects its facts and asks again; the credit code stays."""
    with transaction.atomic():
        update_profile(actor=actor, organisation=organisation, facts=facts, version=version)
        return workflow.REGISTRATION.perform(
            organisation, "resubmit", actor=actor, effect=lambda unit, *rest: _tell_officers(unit)
        )


def update_profile(
    *, actor: Actor, organisation: Organisation, facts: Mapping[str, Any], version: int | None = None
) -> Organisation:
    """Change facts of a unit. Raises NotAllowed, Stale, Invalid.

    Its administrators change all but what the approval was given for; that is corrected by an officer of
    its place.
    """
    with transaction.atomic():
        unit = _locked(organisation)
        if version is not None and version != unit.version:
            raise Stale.one("stale", _("您打开页面之后，单位信息已被他人更新，请核对最新内容后再保存。"))
        changes = _changes(unit, facts)
        _require_right_to_change(actor, unit, changes)
        raise_if(_fact_problems({**_facts_of(unit), **facts}, by_system=unit.is_bureau))
        if not changes:
            return unit
        for name in changes:
            setattr(unit, name, facts[name])
        unit.sort_key = pinyin.sort_key(unit.name)
        unit.version += 1
        unit.updated_at = clock.now()
        unit.save()
        audit.record("organisation.update", actor=actor, obj=unit, detail=changes)
    return unit


def set_figures(
    *, actor: Actor, organisation: Organisation, year: int, values: Mapping[str, Mapping[str, Any]]
) -> list[OrganisationFigure]:
    """Figures of one year: ``{kind: {"value": Decimal | None, "origin": key, "note": text}}``; None removes.

    By the unit, or by an officer of its place (origin 主管部门核定). Raises NotAllowed, Invalid.
    """
    may.may_edit_figures.require(actor, organisation)
    raise_if(_figure_problems(actor, year, values))
    with transaction.atomic():
        unit = _locked(organisation)
        before = {figure.kind: figure for figure in unit.figures.filter(year=year)}
        detail = {}
        for kind, given in values.items():
            change = _set_figure(actor, unit, year, kind, given, before.get(kind))
            if change:
                detail[kind] = change
        if detail:
            audit.record("organisation.figures", actor=actor, obj=unit, detail={"year": year, **detail})
    return list(unit.figures.filter(year=year))


def _claimed(actor: Actor, held: Organisation) -> Organisation:
    """The unit back before an officer, who looks at who speaks for it. Raises Invalid for who comes second."""
    unit = _locked(held)
    if not may.may_claim(actor, unit):
        raise Invalid.one("already_registered", _("该单位刚刚已被登记。"), "credit_code")
    return workflow.REGISTRATION.perform(unit, "claim", actor=actor)


def _locked(organisation: Organisation) -> Organisation:
    found = Organisation.objects.select_for_update(of=("self",)).filter(pk=organisation.pk).first()
    if found is None:
        raise NotVisible()
    return found


def _insert(code: str, facts: Mapping[str, Any], state: str) -> Organisation:
    allowed = (*PROFILE_FIELDS, "jurisdiction", "level", "department", "is_sample")
    values = {name: facts[name] for name in allowed if name in facts}
    decided = None if state == OrganisationState.PENDING else clock.now()
    unit = Organisation(
        credit_code=code,
        sort_key=pinyin.sort_key(str(facts["name"])),
        state=state,
        decided_at=decided,
        **values,
    )
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:
        raise Invalid.one("already_registered", _("该单位刚刚已被登记。"), "credit_code") from error
    return unit


def _give_to_registrant(actor: Actor, unit: Organisation, person: Person | None) -> None:
    if actor.user is not None:
        memberships.grant(actor=actor, user=actor.user, organisation=unit, role=Role.UNIT_ADMIN)
    elif person is not None:
        _give_to_newcomer(actor, unit, person)


def _give_to_newcomer(actor: Actor, unit: Organisation, person: Person) -> None:
    """A new account; for an e-mail that has one already, an invitation to it."""
    email = person.email.strip().lower()
    if User.objects.filter(email=email).exists() or User.objects.filter(username__iexact=email).exists():
        memberships.invite_owner(actor=actor, organisation=unit, email=email, name=person.name)
        return
    user = users.new_user(
        username=email, email=email, name=person.name, phone=person.phone, password=person.password
    )
    audit.record("user.create", actor=actor, obj=user, detail={"username": email})
    memberships.grant(actor=actor, user=user, organisation=unit, role=Role.UNIT_ADMIN)


def _fact_problems(facts: Mapping[str, Any], by_system: bool = False) -> list[Problem]:
    found = []
    if not str(facts.get("name", "")).strip():
        found.append(Problem("required", _("请填写单位名称。"), "name"))
    kinds = OrganisationKind.values if by_system else [kind.value for kind in REGISTRABLE_KINDS]
    if facts.get("kind") not in kinds:
        found.append(Problem("kind", _("请选择单位类别。"), "kind"))
    if not isinstance(facts.get("district"), District):
        found.append(Problem("required", _("请选择注册地。"), "district"))
    if facts.get("kind") == OrganisationKind.ENTERPRISE and not facts.get("size_class") and not by_system:
        found.append(Problem("required", _("请选择企业规模。"), "size_class"))
    unknown = [title for title in facts.get("titles", ()) if title not in Title.values]
    if unknown:
        found.append(Problem("titles", _("没有这种资质称号。"), "titles"))
    return found


def _person_problems(person: Person | None) -> list[Problem]:
    """Not whether the e-mail is taken: the answer must not tell."""
    if person is None:
        return [Problem("required", _("请填写管理员信息。"), "person_name")]
    found = []
    if not person.name.strip():
        found.append(Problem("required", _("请填写姓名。"), "person_name"))
    candidate = User(username=person.email, email=person.email, name=person.name, phone=person.phone)
    return found + users.password_problems(person.password, candidate, "password")


def _facts_of(unit: Organisation) -> dict[str, Any]:
    return {name: getattr(unit, name) for name in PROFILE_FIELDS}


def _changes(unit: Organisation, facts: Mapping[str, Any]) -> dict[str, Any]:
    """{field: {"from", "to"}} of what differs, only fields that may be changed at all."""
    found = {}
    for name in PROFILE_FIELDS:
        if name in facts and facts[name] != getattr(unit, name):
            found[name] = {"from": _plain(getattr(unit, name)), "to": _plain(facts[name])}
    return found


def _plain(value: Any) -> Any:
    return value.code if isinstance(value, District) else value


def _require_right_to_change(actor: Actor, unit: Organisation, changes: Mapping[str, Any]) -> None:
    if unit.is_approved and any(name in changes for name in APPROVED_FIELDS):
        may.may_correct_approved_facts.require(actor, unit)
    else:
        may.may_edit_profile.require(actor, unit)


def _figure_problems(actor: Actor, year: int, values: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    found = []
    if not 1990 <= year <= clock.today().year:
        found.append(Problem("year", _("年度应在 1990 年至今年之间。"), "year"))
    for kind, given in values.items():
        if kind not in FigureKind.values:
            found.append(Problem("kind", _("没有这项指标。"), kind))
            continue
        value = given.get("value")
        if value is not None and (not isinstance(value, Decimal) or not value.is_finite() or value < 0):
            found.append(Problem("value", _("请填写不小于 0 的数字。"), kind))
        elif value is not None and value >= Decimal(10) ** 16:
            found.append(Problem("value", _("数值过大，请检查单位是否有误。"), kind))
        if value is not None and given.get("origin") not in FigureOrigin.values:
            found.append(Problem("origin", _("请选择数据来源。"), f"{kind}_origin"))
        if given.get("origin") == FigureOrigin.OFFICER and not actor.is_system and not may.is_staff(actor):
            found.append(Problem("origin", _("“主管部门核定”只能由主管部门填写。"), f"{kind}_origin"))
    return found


def _set_figure(
    actor: Actor,
    unit: Organisation,
    year: int,
    kind: str,
    given: Mapping[str, Any],
    old: OrganisationFigure | None,
) -> dict[str, Any] | None:
    """Write one figure; what changed, or None.

    A figure an officer has confirmed is not overwritten by the unit.
    """
    value, origin, note = given.get("value"), given.get("origin", ""), str(given.get("note", ""))[:200]
    if old is not None and (old.value, old.origin, old.note) == (value, origin, note):
        return None
    if old is None and value is None:
        return None
    if (
        old is not None
        and old.origin == FigureOrigin.OFFICER
        and not may.is_staff(actor)
        and not actor.is_system
    ):
        text = _("%(label)s已由主管部门核定，如需更正请联系主管部门。") % {"label": FigureKind(kind).label}
        raise Invalid.one("confirmed", text, kind)
    if value is None:
        unit.figures.filter(year=year, kind=kind).delete()
    else:
        OrganisationFigure.objects.update_or_create(
            organisation=unit,
            year=year,
            kind=kind,
            defaults={
                "value": value, "origin": origin, "note": note,
                "recorded_by": actor.user, "recorded_at": clock.now(),
            },
        )  # fmt: skip
    return {
        "from": str(old.value) if old else None,
        "to": None if value is None else str(value),
        "origin": origin,
    }


def _tell_officers(unit: Organisation) -> None:
    roles = (Role.CASE_OFFICER, Role.DISTRICT_OFFICER)
    covering = selectors.bureaus_covering(unit.district)
    own = covering.filter(jurisdiction=unit.district)
    bureaus = own if own.exists() else covering
    addresses: Iterable[str] = User.objects.filter(
        pk__in=Membership.objects.filter(
            selectors.in_force(), organisation__in=bureaus, role__in=roles
        ).values("user_id")
    ).values_list("email", flat=True)
    mail.send("registration_waiting", to=list(addresses), subject=_("有新的单位登记待审核"), unit=unit)


def _tell_unit(unit: Any, transition: Any, actor: Actor, data: Mapping[str, Any]) -> None:
    addresses = [person.email for person in selectors.people_with_role(unit, Role.UNIT_ADMIN)]
    approved = unit.is_approved
    subject = _("单位登记已通过审核") if approved else _("单位登记未通过审核")
    mail.send(
        "registration_decided",
        to=addresses or [unit.contact_email],
        subject=subject,
        unit=unit,
        approved=approved,
        reason=data["comment"],
        day=clock.today(),
    )
