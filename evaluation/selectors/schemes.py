"""Which schemes there are for an authority. No writes."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from evaluation.enums import SchemeState
from evaluation.models import Scheme


def offered(authority: Organisation | None) -> QuerySet[Scheme]:
    """The newest published version of each key: the bureau's own before the one that came with the portal."""
    rows = Scheme.objects.filter(Q(authority=authority) | Q(authority=None), standing=SchemeState.PUBLISHED)
    first = rows.order_by("key", "authority", "-version").distinct("key").values("pk")
    return Scheme.objects.filter(pk__in=first).order_by("label", "key")


def in_force(authority: Organisation, key: str) -> Scheme | None:
    """The version that a new round of an authority applies."""
    return offered(authority).filter(key=key).first()
