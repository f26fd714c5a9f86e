"""Who may: rules over (actor, object), each with the sentence a refused person reads.

    may_recommend = has_role(Role.DISTRICT_OFFICER) & covers("district")
    may_recommend(actor, filing)          -> bool
    may_recommend.refusal(actor, filing)  -> the sentence of the part that failed
    may_recommend.require(actor, filing)  -> None, or raises NotAllowed

Names in the factories (``"applicant"``, ``"lead.district"``) are attribute paths from the object; ``""`` is
the object itself.  A path that leads to None refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rules.predicates import Predicate

from accounts.enums import REGISTRANT, SEPARATED_ROLES, STAFF_ROLES, UNIT_ROLES, Role
from core.actor import Actor
from core.errors import NotAllowed

Sentence = str | Promise
Test = Callable[[Actor, Any], bool]


class Rule:
    """A named predicate with its sentence. Immutable; combine with ``&``, ``|`` and ``~``."""

    def __init__(
        self, test: Test | Predicate, sentence: Sentence, explain: Callable[..., Sentence] | None = None
    ) -> None:
        self.predicate = test if isinstance(test, Predicate) else Predicate(test)
        self.sentence = sentence
        self._explain = explain

    def __call__(self, actor: Actor, obj: Any = None) -> bool:
        return bool(self.predicate.test(actor, obj))

    def refusal(self, actor: Actor, obj: Any = None) -> Sentence:
        """Why this actor is refused; empty if not refused."""
        if self(actor, obj):
            return ""
        return self._explain(actor, obj) if self._explain else self.sentence

    def require(self, actor: Actor, obj: Any = None) -> None:
        """Raise :class:`NotAllowed` with the sentence unless the rule holds."""
        if not self(actor, obj):
            said = self.refusal(actor, obj) or _("您没有办理此事的权限。")
            raise NotAllowed.one("not_allowed", said)

    def saying(self, sentence: Sentence) -> Rule:
        """The same rule with its own sentence instead of those of its parts."""
        return Rule(self.predicate, sentence)

    def __and__(self, other: Rule) -> Rule:
        def explain(actor: Actor, obj: Any) -> Sentence:
            return self.refusal(actor, obj) or other.refusal(actor, obj)

        return Rule(self.predicate & other.predicate, _joined(" ", self, other), explain)

    def __or__(self, other: Rule) -> Rule:
        """A part without a sentence (the system) is no advice to a person and is left out."""
        either = self.predicate | other.predicate
        if self.is_silent or other.is_silent:
            told = self if other.is_silent else other
            return Rule(either, told.sentence, told._explain)
        return Rule(either, _joined(_("或者："), self, other))

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to tell a person."""
        return isinstance(self.sentence, str) and not self.sentence

    def __invert__(self) -> Rule:
        return Rule(~self.predicate, format_lazy("{}{}", _("以下情形不能办理："), self.sentence))

    def __repr__(self) -> str:
        return f"Rule({self.predicate.name})"


def _joined(word: Sentence, left: Rule, right: Rule) -> Promise:
    return format_lazy("{}{}{}", left.sentence, word, right.sentence)


def follow(obj: Any, path: str) -> Any:
    """The value at an attribute path, None where a step is missing or None."""
    for name in filter(None, path.split(".")):
        if obj is None:
            return None
        obj = getattr(obj, name, None)
    return obj


def _labels(roles: tuple[str, ...]) -> Sentence:
    def text() -> str:
        return "、".join(str(Role(role).label) for role in roles if role in Role.values)

    return lazy(text, str)()


def has_role(*roles: str) -> Rule:
    """The actor holds one of these roles in the organisation acted for."""

    def holds(actor: Actor, obj: Any) -> bool:
        return actor.has_role(*roles)

    return Rule(
        Predicate(holds, name=f"has_role({','.join(roles)})"),
        format_lazy("{}{}{}", _("此事由"), _labels(roles), _("办理。")),
    )


def acts_for(path: str = "", *roles: str) -> Rule:
    """The actor acts for the organisation at ``path``, in one of ``roles`` (default: in any)."""

    def same(actor: Actor, obj: Any) -> bool:
        organisation = follow(obj, path)
        if organisation is None or actor.organisation is None or not actor.roles:
            return False
        return bool(organisation.pk == actor.organisation_id) and (not roles or actor.has_role(*roles))

    sentence = _("只有该单位的人员可以办理。")
    if roles:
        return Rule(
            Predicate(same, name=f"acts_for({path})"),
            format_lazy("{}{}{}", _("只有该单位的"), _labels(roles), _("可以办理。")),
        )
    return Rule(Predicate(same, name=f"acts_for({path})"), sentence)


def officer_in(path: str, *roles: str) -> Rule:
    """The actor holds one of ``roles`` (default: any staff role) in the bureau at ``path``."""
    wanted = roles or tuple(sorted(STAFF_ROLES))

    def holds(actor: Actor, obj: Any) -> bool:
        bureau = follow(obj, path)
        return bureau is not None and bureau.pk == actor.organisation_id and actor.has_role(*wanted)

    words = (
        format_lazy("{}{}{}", _("此事由主管部门的"), _labels(roles), _("办理。"))
        if roles
        else _("此事由主管部门办理。")
    )
    return Rule(Predicate(holds, name=f"officer_in({path})"), words)


def is_staff_of(path: str) -> Rule:
    """The actor is staff of the bureau at ``path``, in whatever role."""
    return officer_in(path)


def covers(path: str) -> Rule:
    """The place at ``path`` (a District) lies in the jurisdiction of the bureau acted for."""

    def inside(actor: Actor, obj: Any) -> bool:
        place = follow(obj, path)
        bureau = actor.organisation
        if place is None or bureau is None or bureau.jurisdiction_id is None:
            return False
        return lies_in(place, bureau.jurisdiction)

    return Rule(Predicate(inside, name=f"covers({path})"), _("该地区不在您所在部门的管辖范围内。"))


def other_person(path: str) -> Rule:
    """The actor is not the person at ``path``: the second of two persons."""

    def differs(actor: Actor, obj: Any) -> bool:
        person = follow(obj, path)
        return actor.user is not None and (person is None or person.pk != actor.user_id)

    return Rule(Predicate(differs, name=f"other_person({path})"), _("须由另一人办理：提出人不能自己确认。"))


def is_person(path: str) -> Rule:
    """The actor is the person at ``path``."""

    def same(actor: Actor, obj: Any) -> bool:
        person = follow(obj, path)
        return person is not None and actor.user is not None and person.pk == actor.user_id

    return Rule(Predicate(same, name=f"is_person({path})"), _("只有本人可以办理。"))


def lies_in(place: Any, jurisdiction: Any) -> bool:
    """Whether a District lies in another (or is it); a zone also lies in the district it maps to."""
    seen = set()
    queue = [place]
    while queue:
        here = queue.pop()
        if here is None or here.pk in seen:
            continue
        if here.pk == jurisdiction.pk:
            return True
        seen.add(here.pk)
        queue += [here.parent, here.maps_to]
    return False


def _simple(test: Test, name: str, sentence: Sentence) -> Rule:
    return Rule(Predicate(test, name=name), sentence)


is_authenticated = _simple(lambda actor, obj: actor.is_authenticated, "is_authenticated", _("请先登录。"))
is_system = _simple(lambda actor, obj: actor.is_system, "is_system", "")
is_unit_member = _simple(
    lambda actor, obj: actor.has_role(*UNIT_ROLES), "is_unit_member", _("此事由已通过登记审核的单位办理。")
)
is_staff = _simple(lambda actor, obj: actor.has_role(*STAFF_ROLES), "is_staff", _("此页面供工作人员使用。"))
is_administrator = _simple(
    lambda actor, obj: actor.has_role(*SEPARATED_ROLES),
    "is_administrator",
    _("此页面供系统、安全和审计管理员使用。"),
)
anybody = _simple(lambda actor, obj: True, "anybody", "")
nobody = _simple(lambda actor, obj: False, "nobody", _("此事不对任何人开放。"))

may_administer_unit = acts_for("", Role.UNIT_ADMIN)
may_review_registration = (
    has_role(Role.CASE_OFFICER, Role.DIVISION_HEAD, Role.DISTRICT_OFFICER) & covers("district")
) | is_system
may_look_after_registration = acts_for("", Role.UNIT_ADMIN, REGISTRANT) | is_system
may_claim = _simple(
    lambda actor, obj: obj is not None and obj.is_unclaimed,
    "may_claim",
    _("该单位已有管理员，请联系本单位管理员发送邀请。"),
)
# A unit's own people keep its facts and figures; an officer of the place may correct them.
may_edit_profile = acts_for("", Role.UNIT_ADMIN, REGISTRANT) | may_review_registration
may_edit_figures = acts_for("", Role.UNIT_ADMIN, Role.FILLER) | may_review_registration
may_correct_approved_facts = may_review_registration.saying(
    _("单位名称、类别和注册地已经审核，如需更正请联系所在地科技主管部门。")
)
may_propose_roles = has_role(Role.SYSADMIN)
may_publish_roles = has_role(Role.SECADMIN)
may_decide_role_change = may_publish_roles & other_person("proposed_by") & covers("organisation.jurisdiction")
may_see_roles = has_role(Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR)
may_see_people = may_see_roles
