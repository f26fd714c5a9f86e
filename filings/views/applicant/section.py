"""One section, one topic, one page: fill in, upload, add and remove rows; saved as one writes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from accounts.stash import pop_stash
from core.errors import NotVisible
from filings.models import Filing
from filings.programmes import Section
from filings.selectors.editing import writer_of
from filings.views.applicant.base import UnitView, is_htmx
from filings.views.applicant.section_page import Sheet, earlier_input
from filings.views.applicant.section_save import Attempt, where_next


class SectionPage(UnitView):
    """`save`, `continue`, `upload`, `remove_file`, `rows_add` and `<table>-drop` are buttons of one form."""

    refills = True

    def sheet(self, pk: int, key: str) -> Sheet:
        filing = self.visible(pk)
        section = filing.spec.section(key)
        if section is None:
            raise NotVisible.one("section", _("没有这个填写页"))
        return Sheet(filing, section, writer(self.request, filing, section))

    def get(self, request: HttpRequest, pk: int, key: str) -> HttpResponse:
        sheet = self.sheet(pk, key)
        lost = pop_stash(request) if sheet.open_names else None
        offer, found = earlier_input(sheet, self.actor, lost)
        offer.blank_rows = request.GET.get("add", "")
        context = sheet.context(offer) | {"restored": lost is not None, "differences": found}
        return self.page("section", context)

    def post(self, request: HttpRequest, pk: int, key: str) -> HttpResponse:
        sheet = self.sheet(pk, key)
        request.typed_labels = {n: f.label for n, f in sheet.section.form.base_fields.items()}  # type: ignore[attr-defined]
        attempt = Attempt(sheet, self.actor, request.POST, request.FILES)
        attempt.run()
        if is_htmx(request):
            return self.page("section_saved", attempt.partial(), status=attempt.status)
        if attempt.status != 200:
            return self.page("section", attempt.context(), status=attempt.status)
        said, url = where_next(sheet, request.POST)
        if said:
            messages.success(request, said)
        return HttpResponseRedirect(url)


def writer(request: HttpRequest, filing: Filing, section: Section) -> Any:
    """Whose section it is here: None for the applicant's, else the unit's own place.

    A member reads the applicant's sections where it confirms them, not on the page where they are written.
    """
    place = writer_of(filing, section, request.actor)  # type: ignore[attr-defined]
    if place is not None:
        place.filing = filing
    return place
