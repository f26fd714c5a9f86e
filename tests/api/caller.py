"""A program that talks to the portal: `Caller(user).post("filings/", {...})`."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Organisation, User
from tests.makers.accounts import PASSWORD

ROOT = "/api/v1/"


class Answer:
    """Status, headers and parsed body."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status: int = response.status_code
        self.text: str = response.content.decode()
        is_json = "json" in response.get("Content-Type", "")
        self.body: Any = json.loads(self.text) if self.text and is_json else None

    def ok(self, *statuses: int) -> Any:
        """The body of a success; fails with the reasons otherwise."""
        assert self.status in (statuses or (200, 201, 204)), (self.status, self.text[:2000])
        return self.body

    @property
    def codes(self) -> list[str]:
        return [found["code"] for found in self.body["errors"]]

    @property
    def fields(self) -> list[str]:
        return [found["field"] for found in self.body["errors"]]

    def __repr__(self) -> str:
        return f"<{self.status} {self.text[:300]}>"


class Caller:
    """Calls with a token, JSON in and out; without a user, nobody."""

    def __init__(self, user: User | None = None, organisation: Organisation | None = None) -> None:
        self.client = Client()
        self.headers: dict[str, str] = {}
        if user is not None:
            given = {"username": user.username, "password": PASSWORD}
            token = self.post("auth/token/", given).ok(200)["token"]
            self.headers["Authorization"] = f"Token {token}"
        if organisation is not None:
            self.headers["X-Organisation"] = organisation.credit_code

    def call(self, method: str, path: str, data: Any = None, **headers: str) -> Answer:
        extra = {} if data is None else {"data": json.dumps(data), "content_type": "application/json"}
        response = self.client.generic(
            method,
            path if path.startswith("/") else ROOT + path,
            headers={**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}},
            **extra,
        )
        return Answer(response)

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, **headers)

    def post(self, path: str, data: Any = None, **headers: str) -> Answer:
        return self.call("POST", path, {} if data is None else data, **headers)

    def patch(self, path: str, data: Any, **headers: str) -> Answer:
        return self.call("PATCH", path, data, **headers)

    def upload(self, path: str, *, name: str, content: bytes, **fields: str) -> Answer:
        file = SimpleUploadedFile(name, content, "application/pdf")
        return Answer(self.client.post(ROOT + path, {**fields, "file": file}, headers=self.headers))

    def raw(
        self, path: str, content: bytes, content_type: str, method: str = "POST", **headers: str
    ) -> Answer:
        response = self.client.generic(
            method,
            ROOT + path,
            data=content,
            content_type=content_type,
            headers={**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}},
        )
        return Answer(response)
