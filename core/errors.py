"""The few ways in which the portal says no, each with reasons a person can read.

Services raise these; ``core.http`` turns them into pages and partials and ``config.api`` into RFC 9457
answers.  Every error carries *all* the reasons that are known at once, never only the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Problem:
    """One reason: ``code`` for programs, ``message`` for people, ``clause`` where law is the reason."""

    code: str
    message: str | Promise
    field: str = ""
    clause: str = ""

    def as_dict(self) -> dict[str, str]:
        """Shape of ``errors`` in the API; ``clause`` only where there is one."""
        row = {"field": self.field, "code": self.code, "message": str(self.message)}
        if self.clause:
            row["clause"] = self.clause
        return row


class PortalError(Exception):
    """Base of every refusal; ``status`` is the HTTP status it becomes."""

    status: ClassVar[int] = 400
    title: ClassVar[str | Promise] = _("请求无法处理")

    def __init__(self, problems: Iterable[Problem] | Problem | str | Promise = ()) -> None:
        if isinstance(problems, Problem):
            problems = [problems]
        elif isinstance(problems, (str, Promise)):
            problems = [Problem("error", problems)]
        self.problems: list[Problem] = list(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "；".join(str(problem.message) for problem in self.problems) or str(self.title)

    @classmethod
    def one(cls, code: str, message: str | Promise, field: str = "", clause: str = "") -> Self:
        """The error with a single problem."""
        return cls([Problem(code, message, field, clause)])

    def has(self, code: str) -> bool:
        """Whether one of the problems has this code."""
        return any(problem.code == code for problem in self.problems)


class NotVisible(PortalError):
    """The object does not exist for this actor (404): the same answer as for a random id."""

    status = 404
    title = _("没有找到")


class NotAllowed(PortalError):
    """Visible, but not this actor's to do (403)."""

    status = 403
    title = _("您没有办理此事的权限")


class NotNow(PortalError):
    """Not possible in the present state (409)."""

    status = 409
    title = _("现在不能办理")


class Stale(PortalError):
    """Somebody else changed the object since this page was opened (409)."""

    status = 409
    title = _("内容已被他人更新")


class Invalid(PortalError):
    """What came in cannot be accepted (422), every reason listed."""

    status = 422
    title = _("有内容需要修改")


class TooLarge(PortalError):
    """The request is bigger than the portal takes (413)."""

    status = 413
    title = _("上传的内容过大")


class TooMany(PortalError):
    """Too many requests of this kind (429)."""

    status = 429
    title = _("请求过于频繁")


class Unavailable(PortalError):
    """A part of the portal does not answer at the moment (503)."""

    status = 503
    title = _("服务暂不可用")


def one(
    cls: type[PortalError], code: str, message: str | Promise, field: str = "", clause: str = ""
) -> PortalError:
    """``raise one(Invalid, "months", "…", clause="…")``: an error with a single problem."""
    return cls([Problem(code, message, field, clause)])


def raise_if(problems: Iterable[Problem], cls: type[PortalError] = Invalid) -> None:
    """Raise ``cls`` with all ``problems`` if there are any."""
    found = list(problems)
    if found:
        raise cls(found)


def from_form(errors: Any) -> list[Problem]:
    """Problems of a Django ``ErrorDict`` (form) or of a ``ValidationError`` with ``error_dict``."""
    data = errors.as_data() if hasattr(errors, "as_data") else errors.error_dict
    return [
        Problem(error.code or "invalid", " ".join(error.messages), "" if name == "__all__" else name)
        for name, found in data.items()
        for error in found
    ]
