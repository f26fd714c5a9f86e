"""What the statistics tell the house in ``ClustersConfig.ready()``."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Jobs, duties, kinds of message, files, menu. Called once."""
    from accounts import notices
    from clusters import navigation_statistics
    from clusters.selectors import statistics_owed as owing
    from clusters.services import (
        statistics_half_year,
        statistics_periods,
        statistics_returns,
        statistics_uploads,
    )
    from core import files, jobs
    from filings import owed

    jobs.register(statistics_periods.JOB, statistics_periods.open_due)
    owed.register("clusterreturn", owing.return_owed, owing.returns_living, "clusters:return")
    owed.register("dispatchsheet", owing.dispatch_owed, owing.dispatches_living, "clusters:dispatch")
    owed.register("period", owing.period_owed, owing.periods_living, "clusters:half_year_start")
    jobs.register(statistics_half_year.JOB, statistics_half_year.run_job)
    files.register_reader(statistics_half_year.FILE_KIND, statistics_half_year.may_read_report)
    files.register_reader(statistics_uploads.FILE_KIND, statistics_uploads.may_read_workbook)
    notices.register(
        notices.Kind(statistics_returns.NOTICE, _("统计报表"), recheck=statistics_returns.still_matters)
    )
    navigation_statistics.register()
