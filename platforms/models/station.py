"""Stations: teams by category and number, and their days on site. No names."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from filings.models.entity import history
from platforms.enums import TalentCategory
from platforms.models.base import Record, forward, struck_with_reason


@history
class Team(Record):
    """进站团队: category, number, tasks and the days agreed."""

    DAY = "started_on"

    category = models.CharField(_("人才类别"), max_length=12, choices=TalentCategory.choices)
    talents = models.PositiveSmallIntegerField(_("高层次人才（人）"))
    members = models.PositiveSmallIntegerField(_("团队人数（人）"))
    field = models.CharField(_("研究方向"), max_length=120)
    tasks = models.CharField(_("承担任务"), max_length=500, help_text=_("写类别、任务和指标，不写人员姓名"))
    agreed_days = models.PositiveSmallIntegerField(_("约定每年在站天数"))
    started_on = models.DateField(_("进站日期"))
    ended_on = models.DateField(_("出站日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("进站团队")
        ordering = ["-started_on", "-id"]
        constraints = (
            struck_with_reason("team"),
            forward("team_ends_after_start", "started_on", "ended_on", _("出站日期早于进站日期。")),
            models.CheckConstraint(
                name="team_has_talents",
                condition=Q(talents__gte=1) & Q(members__gte=F("talents")),
                violation_error_message=_("高层次人才至少 1 人，团队人数不少于高层次人才人数。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_category_display()} {self.field}"


@history
class Stay(Record):
    """在站工作: days on site and what was done. Person-days: days times people."""

    DAY = "starts_on"

    team = models.ForeignKey(Team, models.PROTECT, related_name="stays", verbose_name=_("团队"))
    starts_on = models.DateField(_("开始日期"))
    days = models.PositiveSmallIntegerField(_("在站天数"))
    people = models.PositiveSmallIntegerField(_("在站人数"))
    work = models.CharField(_("工作内容"), max_length=300)

    class Meta:
        verbose_name = _("在站工作")
        ordering = ["-starts_on", "-id"]
        constraints = (
            struck_with_reason("stay"),
            models.CheckConstraint(
                name="stay_has_days",
                condition=Q(days__gte=1, days__lte=366, people__gte=1),
                violation_error_message=_("在站天数为 1 至 366，在站人数至少 1 人。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.starts_on}"
