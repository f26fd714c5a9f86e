"""Stylesheets for PDF: read from the app's own static files and put into the page."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.safestring import SafeString, mark_safe


@lru_cache(maxsize=32)
def _read(name: str) -> str:
    found = finders.find(f"css/{name}.css")
    path = Path(str(found)) if found else Path(settings.STATIC_ROOT) / "css" / f"{name}.css"
    return path.read_text(encoding="utf-8")


def inline(*names: str) -> SafeString:
    """``<style>`` with the named files of ``static/css``: ``inline("tokens", "pdf")``."""
    # Our own files, read from our own folders.
    return mark_safe(  # noqa: S308
        "<style>" + "\n".join(_read(str(name)) for name in names) + "</style>"
    )
