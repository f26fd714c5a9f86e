"""The desk as a browser uses it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from filings.models import Filing
from tests.makers.filings import fresh


def browse(user: Any) -> Client:
    """A browser in which this person is logged in."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def case_url(filing: Filing, rest: str = "") -> str:
    return reverse("filings:desk_case", args=[filing.pk]) + rest


def act_url(filing: Filing, name: str) -> str:
    return reverse("filings:desk_act", args=[filing.pk, name])


def do(client: Client, filing: Filing, name: str, **data: Any) -> Any:
    """Post an act as its page would, from the newest version unless another is given."""
    data.setdefault("version", fresh(filing).version)
    return client.post(act_url(filing, name), data)
