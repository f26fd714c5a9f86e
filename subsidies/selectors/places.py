"""Places a unit can be registered in, for forms. No writes."""

from __future__ import annotations

from accounts.models import District


def grouped() -> list[tuple[str, list[tuple[str, str]]]]:
    """Districts and zones under the name of their city. One query."""
    rows = District.objects.exclude(parent=None).select_related("parent").order_by("parent__code", "code")
    groups: dict[str, list[tuple[str, str]]] = {}
    for place in rows:
        if place.parent is not None and not place.parent.code.endswith("0000"):
            groups.setdefault(place.parent.label, []).append((place.code, place.label))
    return list(groups.items())
