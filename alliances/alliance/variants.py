"""What may be asked of an alliance on the register: its own changes are only recorded, the rest is decided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliances.alliance import facts
from alliances.alliance.report_sections import REPORT, prefill
from alliances.alliance.sections import SECTIONS
from core.errors import Problem
from filings import standard_variants as standard
from filings.models import EntityLink
from filings.selectors.changing import change_guards
from filings.selectors.reading import law_for

if TYPE_CHECKING:
    from filings.models import Filing


def cluster_is_free(filing: Filing) -> Iterator[Problem]:
    """A change is only recorded and no officer can note an exception: another cluster must have no alliance yet."""
    code = str(filing.content.get("basic", {}).get("cluster") or "")
    rows = EntityLink.objects.filter(kind=EntityLink.Kind.ALLIANCE_OF, source=filing.subject, until=None)
    if not code or rows.filter(target__code=code).exists():
        return
    found, law = facts.gather(filing), law_for(filing)
    free = str(law.reading("alliance.unique_per_cluster")) == "free"
    if found["alliances_in_cluster"] and not free:
        words = gettext("“%(cluster)s”已有联盟，不能以变更方式改为对应该集群")
        clause = law.cite("elig_all_one_per_cluster")
        yield Problem("cluster_taken", words % {"cluster": found["cluster"]}, "basic.cluster", clause)


VARIANTS = standard.every_action(
    change=standard.change(
        SECTIONS,
        members=True,
        own_affair=True,
        guards=(change_guards, cluster_is_free),
        summary=_(
            "成员加入、退出，理事长单位、章程和机制的调整是联盟自己的事务：由理事长单位写明理由和生效日期，登记机关只作记载。"
        ),
        prepare=(_("调整理由和生效日期"), _("章程有改动的，新的管理及运行办法（PDF）")),
        clause="fil_all_members_dynamic",
    ),
    renew=standard.renewal(
        SECTIONS,
        members=True,
        review=False,
        label=_("续期备案"),
        summary=_("登记有效期届满前申请续期。带入现有内容和在册成员，更新后由各成员单位重新确认。"),
    ),
    annual_report=standard.annual_report(
        REPORT,
        prefill=prefill,
        summary=_("年度任务、成果、成员和研发投入已按平时登记预填，请核对并说明。"),
        prepare=(_("各成员单位的研发投入和主营业务收入"), _("四项年度任务的佐证")),
        clause="eva_alliance",
    ),
    exit=standard.exit_(
        label=_("撤销"),
        summary=_("联盟自行撤销。撤销后登记名录保留撤销记录。"),
        prepare=(_("各成员单位同意撤销的文件（PDF）"),),
        clause="mech_all_establish_revoke",
    ),
)
