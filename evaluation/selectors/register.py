"""What the register says of an evaluated entity: the rating of its round and what corrected it. No writes."""

from __future__ import annotations

from evaluation.models import RoundEntity
from filings.models import Rating


def ratings_of(subject: RoundEntity) -> list[Rating]:
    """The rating of the round and what corrected it, the first one first."""
    found, rating = [], subject.rating
    while rating is not None:
        found.append(rating)
        rating = rating.superseded_by
    return found


def in_force(subject: RoundEntity | None) -> Rating | None:
    """The rating of the round as it stands, after every correction of it."""
    found = ratings_of(subject) if subject is not None else []
    return found[-1] if found else None
