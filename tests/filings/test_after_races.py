"""Two at once after filing: the entity's lock decides; without it the database does."""

import pytest
from django.db import IntegrityError

from core.errors import PortalError
from filings.enums import FINAL_STATES
from filings.models import Filing
from filings.selectors import lifecycle
from filings.services import aftercare, membership, participation
from tests.core.threads import together
from tests.makers import after
from tests.makers import filings as make

pytestmark = pytest.mark.django_db(transaction=True)


def starting(case, entity, action="change", period=""):
    return lambda: aftercare.start(actor=case.actor("applicant"), entity=entity, action=action, period=period)


def open_changes(entity):
    return Filing.objects.filter(entity=entity, action="change").exclude(state__in=FINAL_STATES)


def test_two_starts_make_one_change(frozen):
    case, entity = after.filed(frozen)
    found = together(starting(case, entity), starting(case, entity))
    refused = [r for r in found if isinstance(r, PortalError)]
    assert len(refused) == 1 and refused[0].problems[0].code == "already_open"
    assert open_changes(entity).count() == 1


def test_without_the_question_the_database_still_keeps_one(frozen, monkeypatch):
    """The control: nobody asks what is open already, and the second draft is refused by the table itself."""
    case, entity = after.filed(frozen)
    monkeypatch.setattr(lifecycle, "open_filing", lambda *args: None)
    starting(case, entity)()
    with pytest.raises(IntegrityError, match="one_open_filing_of_a_kind"):
        starting(case, entity)()


def test_a_member_leaves_while_the_lead_takes_it_off(frozen):
    case, entity = after.filed(frozen)
    filing = after.start(case, entity, "change")
    place = filing.participants.get(organisation=case.members[0])

    def leave():
        return membership.leave(actor=case.member(0), entity=entity, reason="经营调整")

    def remove():
        return participation.remove(
            actor=case.actor("applicant"), filing=filing, participant=place, reason="合作结束"
        )

    found = together(leave, remove)
    assert not [r for r in found if isinstance(r, Exception) and not isinstance(r, PortalError)]
    place.refresh_from_db()
    assert not place.is_active
    gone = entity.members.get(organisation=case.members[0])
    assert gone.until is not None and gone.left_by_itself
    assert make.fresh(filing).participants.exclude(standing__in=("declined", "removed")).count() == 5
