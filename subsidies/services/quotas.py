"""年度名额: so many awards of a measure a year, not one more; fewer than the least with a note."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.actor import Actor
from core.errors import NotNow, raise_if
from filings.texts import taken
from subsidies.models import Award, Budget, QuotaPlace, QuotaYear
from subsidies.permissions_money import budget_keeper
from subsidies.selectors.funding import quota_of

LIMITS = {"note": 300}
_TAKE = """
    UPDATE subsidies_quotayear SET used = used + 1, allowed = %s WHERE id = %s AND used < %s
"""


def take(award: Award) -> None:
    """The place of a proposal, where the law has a quota. NotNow when the year is used up. Again: nothing more.

    In the caller's transaction.
    """
    quota = quota_of(award)
    if quota is None or QuotaPlace.objects.filter(award=award).exists():
        return
    year, _made = QuotaYear.objects.get_or_create(
        measure=quota.measure,
        place=quota.place,
        year=quota.year,
        defaults={"allowed": quota.allowed, "least": quota.least},
    )
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [quota.allowed, year.pk, quota.allowed])
        if not cursor.rowcount:
            words = _("%(year)s 年名额为 %(n)s 个，已经用完")
            said = words % {"year": quota.year, "n": quota.allowed}
            raise NotNow.one("quota", said, clause=quota.clause)
    QuotaPlace.objects.create(quota=year, award=award)


def give_back(award: Award) -> None:
    """The place of what came to nothing. In the caller's transaction."""
    place = QuotaPlace.objects.filter(award=award).first()
    if place is None:
        return
    place.delete()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE subsidies_quotayear SET used = used - 1 WHERE id = %s", [place.quota_id])


@transaction.atomic
def note(*, actor: Actor, budget: Budget, quota: QuotaYear, text: str) -> QuotaYear:
    """Why fewer were chosen in a year than the law plans for. Raises NotAllowed, NotNow when enough were, Invalid."""
    budget_keeper.require(actor, budget)
    row = QuotaYear.objects.select_for_update(of=("self",), no_key=True).get(pk=quota.pk)
    if not row.is_short:
        raise NotNow.one("enough", _("当年名额没有少于最少家数，不需要说明"))
    texts, found = taken({"note": text}, limits=LIMITS, required={"note": _("请写明少于最少家数的原因")})
    raise_if(found)
    row.note, row.noted_by, row.noted_at = texts["note"], actor.user, clock.now()
    row.save(update_fields=["note", "noted_by", "noted_at"])
    audit.record("quota.note", actor=actor, obj=row, detail={"note": row.note, "used": row.used})
    return row
