"""What the documents point to is there: files, pictures, commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

ROOT = settings.BASE_DIR
PAGES = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")])
FILE = re.compile(r"`((?:\.ci|[a-z]+)/[\w./-]+)`")
LINK = re.compile(r"\]\(([^)#:]+)\)")
COMMAND = re.compile(r"(?:manage\.py|\./run manage) ([a-z_]+)")
# written as examples of what somebody may add, or made at work
INVENTED = ("alliances/pilot_ring.py", "auth/token")
TOP = {path.name for path in ROOT.iterdir()}
READMES = ("README.md", "README.zh-CN.md")
OURS = {"load_policy", "load_demo", "demo_clock", "verify_audit", "create_api_token"}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_files_and_links(page: Path) -> None:
    text = page.read_text("utf-8")
    named = {
        name for name in FILE.findall(text) if name.split("/")[0] in TOP and not name.startswith(INVENTED)
    }
    lost = {name for name in named if not (ROOT / name).exists()}
    lost |= {name for name in LINK.findall(text) if not (page.parent / name).exists()}
    assert not lost


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_commands(page: Path) -> None:
    known = set(get_commands())
    assert set(COMMAND.findall(page.read_text("utf-8"))) <= known
    assert known >= OURS


def test_both_readmes_show_the_same_commands_accounts_and_pictures() -> None:
    english, chinese = (
        re.findall(r"`([^`\n]+)`|/([\w-]+\.png)", (ROOT / name).read_text("utf-8")) for name in READMES
    )
    assert english == chinese


def test_the_accounts_shown_exist_in_the_demo() -> None:
    people = yaml.safe_load((ROOT / "fixtures/demo/people.yaml").read_text("utf-8"))
    known = {row["username"] for part in ("users", "experts") for row in people[part]}
    table = (ROOT / "README.md").read_text("utf-8").split("## Demo accounts", 1)[1].split("**A walk", 1)[0]
    named = {
        name for line in table.splitlines() if line.startswith("| `") for name in re.findall(r"`(\w+)`", line)
    }
    assert len(named) > 20
    assert named <= known
