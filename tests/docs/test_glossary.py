"""The tables of docs/glossary.md say what the code says."""

from __future__ import annotations

import re

from django.conf import settings

from accounts.enums import Role
from filings import enums
from filings.enums import APPLICANT_LABELS, PUBLIC_LABELS, State, Strength
from filings.workflow import WORKFLOW
from filings.workflow_cancellation import CANCELLATION

TEXT = (settings.BASE_DIR / "docs/glossary.md").read_text("utf-8")


def table(heading: str) -> list[list[str]]:
    """Cells of the rows under a heading, the head of the table left out."""
    part = TEXT.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip("`") for cell in row] for row in rows]


def test_states_with_their_three_labels() -> None:
    assert table("States of a filing") == [
        [s.value, str(s.label), str(APPLICANT_LABELS[s]), str(PUBLIC_LABELS.get(s, "—"))] for s in State
    ]


def test_actions_with_their_way() -> None:
    assert table("Actions") == [
        [t.name, str(t.label), ", ".join(str(s) for s in t.sources), str(t.target)] for t in WORKFLOW
    ]


def test_words_of_the_years_after() -> None:
    for name, words in table("The years after"):
        assert words == ", ".join(f"{w.value} {w.label}" for w in getattr(enums, name)), name
    assert table("Acts on a cancellation") == [
        [t.name, str(t.label), ", ".join(str(s) for s in t.sources), str(t.target)]
        for t in CANCELLATION.transitions
    ]


def test_roles_and_strengths() -> None:
    assert [row[:2] for row in table("Roles")] == [[r.value, str(r.label)] for r in Role]
    assert [row[:2] for row in table("Strength of a condition")] == [
        [s.value, str(s.label)] for s in Strength
    ]


def test_one_english_word_for_one_term() -> None:
    """No Chinese term stands in two rows of the first two tables."""
    terms = [
        line.split(" | ")[0].strip("| ")
        for heading in ("Things", "Procedure")
        for line in TEXT.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0].splitlines()
        if re.match(r"\| [^a-z-]", line) and "中文" not in line
    ]
    assert len(terms) > 50
    assert len(set(terms)) == len(terms)
