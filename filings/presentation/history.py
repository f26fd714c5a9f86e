"""沿革 in words: one sentence for each line of an entity's history."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Level
from filings.enums import HistoryKind as K
from filings.models import Entity, EntityLink, Filing, HistoryLine

# lines whose label is the programme's own word
LABELS = {
    K.REGISTERED: gettext_lazy("%(act)s登记"),
    K.RENEWED: gettext_lazy("%(renewal)s"),
    K.LEAD_CHANGED: gettext_lazy("变更%(lead)s"),
    K.CANCELLED: gettext_lazy("取消%(act)s资格"),
}


def lines(entity: Entity, *, until: datetime.date, public: bool = True) -> list[dict[str, Any]]:
    """The history up to a day, oldest first: [{"on", "kind", "label", "text"}]; `public` leaves out what is not."""
    rows = entity.history.filter(on__lte=until)
    if public:
        rows = rows.filter(public=True)
    found = [_told(row, entity) for row in rows]
    if entity.ended_on is None and entity.valid_until is not None and entity.valid_until < until:
        text = _("有效期至 %(day)s") % {"day": entity.valid_until.isoformat()}
        day = entity.valid_until + datetime.timedelta(days=1)
        found.append({"on": day, "kind": "expired", "label": entity.spec.say(_("%(act)s到期")), "text": text})
    return sorted(found, key=lambda line: line["on"])


def of_filing(filing: Filing) -> list[dict[str, Any]]:
    """What an approved filing did to its entity, in the same words."""
    entity = filing.subject
    return [_told(row, entity) for row in filing.history.filter(entity=entity)]


def _told(row: HistoryLine, entity: Entity) -> dict[str, Any]:
    return {
        "on": row.on,
        "kind": row.kind,
        "label": entity.spec.say(LABELS.get(K(row.kind), K(row.kind).label)),
        "text": _sentence(row.kind, row.data, entity),
    }


def _sentence(kind: str, data: Mapping[str, Any], entity: Entity) -> str:
    if kind == K.PLAN_CHANGED:
        return "、".join(str(title) for title in data.get("sections", ()))
    if kind == K.WAIVED:
        condition = entity.spec.condition(str(data.get("condition", "")))
        label = str(condition.label) if condition else ""
        return _("%(condition)s：%(reason)s") % {"condition": label, "reason": data.get("reason", "")}
    patterns = {
        K.REGISTERED: _("登记编号 %(code)s"),
        K.RENEWED: _("有效期 %(from)s 至 %(until)s"),
        K.RENAMED: _("由“%(from)s”更名为“%(to)s”"),
        K.LEAD_CHANGED: _("由“%(from)s”变更为“%(to)s”"),
        K.JOINED: _("“%(unit)s”加入"),
        K.LEFT: _("“%(unit)s”退出"),
        K.REPORTED: _("%(period)s 年度"),
        K.RATED: _("%(round)s：%(word)s"),
        K.ABSORBED: _("“%(name)s”（%(code)s）并入"),
        K.MERGED: _("并入“%(into)s”（%(code)s）"),
        K.EXITED: _("自愿退出%(act)s"),
        K.CANCELLED: _("%(ground)s（%(clause)s）"),
        K.RECORDED: _("登记编号 %(code)s，批复 %(number)s（%(by)s）"),
        K.UPGRADED: _("%(from)s → %(to)s，批复 %(number)s（%(by)s）"),
        K.LOADED: _("登记编号 %(code)s"),
    }
    if kind == K.LINKED:
        label = EntityLink.Kind(data.get("kind", EntityLink.Kind.PART_OF)).label
        return f"{label}：{data.get('name', '')}（{data.get('code', '')}）"
    if kind == K.UPGRADED:
        data = {**data, **{end: Level(data[end]).label for end in ("from", "to") if data.get(end)}}
    pattern = patterns.get(K(kind), "")
    known = {name: data.get(name, "") for name in ("code", "from", "until", "to", "unit", "period")}
    known |= {name: data.get(name, "") for name in ("round", "word", "name", "into", "ground", "clause")}
    known |= {name: data.get(name, "") for name in ("number", "by")}
    return entity.spec.say(pattern, **known) if pattern else ""
