"""Settings: addresses of servers, and what production refuses to start with."""

import os
import subprocess
import sys

import pytest

from config.settings.servers import broker_address, cache_address, database
from tests.support.plugin import ROOT

GOOD = {
    "SECRET_KEY": "k3J9" * 4 + "abcdefghijklmnopqrstuvwxyz0123456789-_",
    "DATABASE_URL": "postgres://a:b@db/portal",
    "REDIS_URL": "redis://cache:6379",
    "ALLOWED_HOSTS": "portal.example",
}


def start_production(**changes: str) -> subprocess.CompletedProcess[str]:
    """Import the production settings in a process of their own."""
    environment = {"PATH": os.environ["PATH"], **GOOD, **changes}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings.production"
    code = "from django.conf import settings; print(settings.SESSION_COOKIE_SECURE, settings.CLOCK_MAY_MOVE)"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_production_starts_safe():
    assert start_production().stdout.split() == ["True", "False"]


@pytest.mark.parametrize(
    "changes",
    [
        {"SECRET_KEY": ""},
        {"SECRET_KEY": "short"},
        {"SECRET_KEY": "a" * 80},
        {"SECRET_KEY": "demo-only-not-a-secret-demo-only-not-a-secret-demo-only"},
        {"SECRET_KEY": "test-only-not-a-secret-test-only-not-a-secret-test-only"},
        {"DATABASE_URL": ""},
        {"REDIS_URL": ""},
        {"ALLOWED_HOSTS": ""},
    ],
    ids=lambda changes: "-".join(f"{k}={v[:9]}" for k, v in changes.items()),
)
def test_production_refuses(changes):
    result = start_production(**changes)
    assert result.returncode != 0
    assert "ImproperlyConfigured" in result.stderr
    assert next(iter(changes)) in result.stderr


def test_database_addresses():
    tcp = database("postgres://u:p%40w@h:5433/name?sslmode=require")
    assert (tcp["USER"], tcp["PASSWORD"], tcp["HOST"], tcp["PORT"]) == ("u", "p@w", "h", "5433")
    assert tcp["OPTIONS"] == {"sslmode": "require"}
    local = database("postgres://portal@/portal?host=/run/x")
    assert (local["HOST"], local["NAME"]) == ("/run/x", "portal")
    with pytest.raises(ValueError, match="postgres"):
        database("sqlite:///x")


@pytest.mark.parametrize(
    ("url", "cache", "broker"),
    [
        ("redis://h:1", "redis://h:1/3", "redis://h:1/3"),
        ("rediss://:p@h:1/9", "rediss://:p@h:1/3", "rediss://:p@h:1/3"),
        ("unix:///run/v.sock", "unix:///run/v.sock?db=3", "redis+socket:///run/v.sock?virtual_host=3"),
    ],
)
def test_redis_addresses(url, cache, broker):
    assert cache_address(url, 3) == cache
    assert broker_address(url, 3) == broker


def test_other_brokers_are_refused():
    with pytest.raises(ValueError, match="REDIS_URL"):
        broker_address("amqp://h", 0)
