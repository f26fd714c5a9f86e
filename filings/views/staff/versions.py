"""r3: what changed between any two submissions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from filings.models import FilingVersion
from filings.views.staff.base import DeskView, desk_crumbs
from filings.views.staff.parts import differences


def _asked(raw: str | None, rows: list[FilingVersion], default: FilingVersion) -> FilingVersion:
    """The version with this number; the default for a number there is not."""
    return next((row for row in rows if str(row.number) == raw), default)


class DiffView(DeskView):
    """`?from=1&to=2`, in either direction; by default the last against the one before."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.case(pk)
        rows = list(filing.versions.select_related("created_by"))
        old = _asked(request.GET.get("from"), rows, rows[max(len(rows) - 2, 0)])
        new = _asked(request.GET.get("to"), rows, rows[-1])
        context = {
            "filing": filing,
            "crumbs": desk_crumbs(filing, _("版本比较")),
            "versions": rows,
            "old": old,
            "new": new,
            "changes": differences(filing.spec, old.snapshot, new.snapshot),
            "old_title": _("第 %(n)s 次提交") % {"n": old.number},
            "new_title": _("第 %(n)s 次提交") % {"n": new.number},
        }
        template = "filings/staff/diff_print.html" if "print" in request.GET else "filings/staff/diff.html"
        return self.page(template, context)
