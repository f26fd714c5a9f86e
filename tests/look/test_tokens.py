"""Colours are fixed in one file and every pair that is used can be read."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CSS = ROOT / "static" / "css"
DECLARED = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6})")


def tokens(block: str = ":root") -> dict[str, str]:
    """Colour tokens of a block of tokens.css; the high-contrast block stands on the usual one."""
    text = (CSS / "tokens.css").read_text(encoding="utf-8")
    start = text.index(block + " {")
    return dict(DECLARED.findall(text[start : text.index("\n}", start)]))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT = [
    *((ink, ground) for ink in ("ink", "ink-2", "blue", "red", "amber") for ground in ("paper", "ground")),
    ("green", "paper"),
    ("green", "ground"),
    ("green-text", "green-tint"),
    ("amber", "amber-tint"),
    ("red", "red-tint"),
    ("blue", "blue-tint"),
    ("ink-2", "grey-tint"),
    ("ink", "mark-old"),
    ("ink", "mark-new"),
    ("paper", "blue"),
    ("paper", "blue-dark"),
    ("paper", "red"),
    ("paper", "green"),
]


@pytest.mark.parametrize(("front", "back"), TEXT)
@pytest.mark.parametrize("block", [":root", "html.contrast-high"])
def test_text_can_be_read(front: str, back: str, block: str) -> None:
    colours = tokens() | tokens(block)
    wanted = 4.5 if block == ":root" else 5.5
    assert contrast(colours[front], colours[back]) >= wanted


@pytest.mark.parametrize("back", ["paper", "ground", "grey-tint"])
def test_edges_of_controls_can_be_seen(back: str) -> None:
    assert contrast(tokens()["edge"], tokens()[back]) >= 3


def test_the_fixed_tokens_are_those_of_the_design() -> None:
    fixed = {
        "ink": "#1f2733",
        "ground": "#f4f6f9",
        "paper": "#ffffff",
        "line": "#d9dfe8",
        "blue": "#0f4c9c",
        "red": "#b3261e",
        "green": "#1b7f4b",
        "amber": "#8a5a00",
    }
    assert {name: tokens()[name] for name in fixed} == fixed


def test_no_colour_is_named_outside_the_tokens() -> None:
    """White on blue and the papers' hairlines are the exceptions; they are literal on purpose."""
    allowed = {"#fff", "#000", "#eee", "#333", "#767676"}
    for sheet in CSS.glob("*.css"):
        if sheet.name in ("tokens.css", "pdf.css", "reports.css", "api-docs.css"):
            continue
        found = set(re.findall(r"#[0-9a-fA-F]{3,6}\b", sheet.read_text(encoding="utf-8")))
        assert found <= allowed, (sheet.name, found - allowed)
