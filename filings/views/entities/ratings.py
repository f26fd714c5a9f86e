"""评价结果: recorded by one person, looked at by another; what follows is said before anybody confirms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import NotNow, NotVisible
from filings import permissions_entity as may
from filings.enums import Grade
from filings.forms_entities import PlainForm, RatingForm, ReasonForm
from filings.models import Rating
from filings.presentation import entity as shown
from filings.selectors import entity_page
from filings.selectors.entities import get_visible
from filings.services import ratings
from filings.views.entities.base import EntitySheet, EntityView, crumbs, entity_url


class Record(EntitySheet):
    form_class = RatingForm
    success_message = gettext_lazy("已登记，由另一人复核后生效。")
    corrects: Rating | None = None

    def allow(self) -> None:
        may.entity_officer.require(self.actor, self.entity)

    def get_form_kwargs(self) -> dict[str, Any]:
        fixed = {"fixed_round": self.corrects.round} if self.corrects else {}
        return super().get_form_kwargs() | fixed

    def perform(self, form: forms.Form) -> Rating:
        given = form.cleaned_data | {"corrects": self.corrects}
        return ratings.record_rating(actor=self.actor, entity=self.entity, **given)

    def page_url(self) -> str:
        return entity_url(self.entity, "ratings")

    def around(self) -> dict[str, Any]:
        heading = _("更正评价结果") if self.corrects else _("登记评价结果")
        follows = [
            {"label": str(Grade(grade).label), "value": found["text"], "clause": found["clause"]}
            for grade in Grade.values
            if (found := shown.consequence(self.entity, grade)) is not None
        ]
        return {
            "heading": heading,
            "lead": self.entity.name,
            "consequence": _("登记后由另一人复核；复核前不生效、不公开。复核后，轮次、日期和等次公开。"),
            "facts": follows,
            "facts_heading": _("复核后的后果"),
            "button": _("提交复核"),
            "back": self.page_url(),
            "crumbs": crumbs(self.entity, (heading, "")),
        }


class Correct(Record):
    """A new row beside the one in force, which it replaces once confirmed."""

    def allow(self) -> None:
        super().allow()
        self.corrects = _rating(self.entity.ratings, self.kwargs["pk"])
        if not self.corrects.is_in_force:
            raise NotNow.one("not_in_force", _("只能更正已经生效的评价结果。"))

    def get_initial(self) -> dict[str, Any]:
        names = ("rated_on", "grade", "word", "score", "by_whom", "summary")
        return {name: getattr(self.corrects, name) for name in names}


def _rating(rows: Any, pk: int) -> Rating:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotVisible.one("rating", _("没有这个评价结果。"))
    return found  # type: ignore[no-any-return]


class OneRating(EntityView):
    """A rating with what confirming it leads to; an open one for staff only."""

    def get(self, request: HttpRequest, code: str, pk: int) -> HttpResponse:
        sight = entity_page.Sight(self.actor, get_visible(self.actor, code))
        row = _rating(entity_page.ratings(sight), pk)
        waits = shown.rating_state(row) == "pending"
        second = sight.is_head and row.recorded_by_id != self.actor.user_id
        context = {
            "entity": sight.entity,
            "sight": sight,
            "line": shown.rating_line(row, inside=sight.reads_inside),
            "rating": row,
            "waits": waits,
            "consequence": shown.consequence(sight.entity, row.grade) if waits else None,
            "may_decide": waits and second,
            "own": waits and sight.is_officer and row.recorded_by_id == self.actor.user_id,
            "may_correct": row.is_in_force and sight.is_officer,
            "crumbs": crumbs(sight.entity, (row.round, "")),
        }
        return render(request, "filings/entities/rating.html", context)


class _Decide(EntitySheet):
    rating: Rating

    def allow(self) -> None:
        may.entity_head.require(self.actor, self.entity)
        self.rating = _rating(self.entity.ratings, self.kwargs["pk"])
        if shown.rating_state(self.rating) != "pending":
            raise NotNow.one("decided", _("该评价结果已经复核。"))

    def page_url(self) -> str:
        return reverse("filings:rating", args=[self.entity.code, self.rating.pk])

    def _around(self, heading: str, **more: Any) -> dict[str, Any]:
        line = shown.rating_line(self.rating, inside=True)
        facts = [
            {"label": _("评价轮次"), "value": self.rating.round},
            {"label": _("评价日期"), "value": self.rating.rated_on.isoformat()},
            {"label": _("等次"), "value": line["word"]},
            {"label": _("得分"), "value": line["score"]},
            {"label": _("登记人"), "value": str(self.rating.recorded_by or "")},
        ]
        return {
            "heading": heading,
            "lead": self.entity.name,
            "button": heading,
            "facts": facts,
            "back": self.page_url(),
            "crumbs": crumbs(self.entity, (self.rating.round, self.page_url()), (heading, "")),
            **more,
        }


class Confirm(_Decide):
    form_class = PlainForm
    success_message = gettext_lazy("评价结果已生效，并在登记名录公开。")

    def perform(self, form: forms.Form) -> Rating:
        return ratings.confirm(actor=self.actor, rating=self.rating)

    def around(self) -> dict[str, Any]:
        follows = shown.consequence(self.entity, self.rating.grade)
        words = _("复核后评价结果生效，轮次、日期和等次在登记名录公开，不能撤回，只能更正。")
        return self._around(
            _("复核确认"),
            consequence=words,
            follows=[{"label": str(self.rating.get_grade_display()), **follows}] if follows else [],
            danger=self.rating.grade == Grade.FAIL,
        )


class Refuse(_Decide):
    form_class = ReasonForm
    success_message = gettext_lazy("未予确认，理由已记录；可以重新登记。")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "label": _("不予确认的理由"),
            "hint": _("登记人据此核实；只有工作人员可见。"),
        }

    def perform(self, form: forms.Form) -> Rating:
        return ratings.refuse(actor=self.actor, rating=self.rating, **form.cleaned_data)

    def around(self) -> dict[str, Any]:
        return self._around(_("不予确认"), consequence=_("该结果不生效、不公开，可以重新登记。"))
