"""What a programme calls things on pages and in letters; the spine never writes them itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

LEAD, MEMBERS, ACT, FOUNDING, THING = _("牵头单位"), _("成员单位"), _("备案"), _("组建备案"), _("主体")


@dataclass(frozen=True)
class Words:
    """One programme's words; those of the consortium where it gives none."""

    lead: Any = LEAD
    members: Any = MEMBERS
    act: Any = ACT  # what the authority does: 备案, 认定, 登记
    founding: Any = FOUNDING  # what a founding is called
    thing: Any = THING  # what stands on the register, as in 本联合体

    def saying(self, text: Any) -> Any:
        """`say`, put off until somebody reads it: for labels of a declaration."""
        return _said(self, text)

    def say(self, text: Any, **more: Any) -> str:
        """A sentence with `%(lead)s`, `%(members)s`, `%(act)s`, `%(founding)s`, `%(thing)s` and what `more` names."""
        said = str(text)
        if "%(" not in said:
            return said
        own = {name: str(getattr(self, name)) for name in ("lead", "members", "act", "founding", "thing")}
        return said % (own | more)


_said = lazy(lambda words, text: words.say(text), str)
