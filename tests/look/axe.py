"""WCAG 2.2 AA by axe: `assert violations(page) == []` in any browser test."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Any) -> list[str]:
    """One line for each rule that is broken: its name, what it asks and the first places."""
    # Every rule runs; what passed is not described, which is most of what would be sent back.
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {rule['help']} | {' | '.join(node['html'][:120] for node in rule['nodes'][:3])}"
        for rule in found
    ]


def sideways(page: Any) -> int:
    """Pixels by which the page is wider than the window; a page never scrolls sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def small_targets(page: Any) -> list[str]:
    """Buttons, fields and links outside running text that are less than 24 px high or wide."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll(
                  'button, select, input:not([type=hidden]):not([type=checkbox]):not([type=radio]),' +
                  'nav a, .btn, .chip, summary, .bar a')]
                .filter(e => !e.closest('.keys') && e.offsetParent)
                .map(e => [e, e.getBoundingClientRect()])
                .filter(([e, r]) => r.width > 1 && (r.height < 23.5 || r.width < 23.5))
                .map(([e, r]) => `${e.outerHTML.slice(0, 90)} ${Math.round(r.width)}x${Math.round(r.height)}`)"""
        )
    )
