"""The source tree as the architecture and consistency tests read it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# From the top down; those of one line never import each other.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("config",),
    ("portal",),
    ("evaluation",),
    ("subsidies",),
    ("alliances", "clusters", "platforms"),
    ("filings",),
    ("policy",),
    ("accounts",),
    ("core",),
)
APPS = [app for floor in FLOORS for app in floor]


@dataclass(frozen=True)
class Module:
    """One source file: dotted name, path inside the repository, text."""

    name: str
    path: str
    text: str
    is_package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text)

    @property
    def app(self) -> str:
        """The package at the root it belongs to."""
        return self.name.split(".")[0]

    def imports(self) -> Iterator[tuple[str, int]]:
        """Every imported name with its line, also those inside functions and under TYPE_CHECKING."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name, node.lineno
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    yield f"{node.module}.{alias.name}", node.lineno


def module(name: str, text: str) -> Module:
    """A module that exists only in a test."""
    return Module(name, name.replace(".", "/") + ".py", text)


def modules(*, migrations: bool = False) -> list[Module]:
    """Every Python file of the apps; migrations are written by a program and left out unless asked for."""
    found = []
    for app in APPS:
        for file in sorted((ROOT / app).rglob("*.py")):
            path = file.relative_to(ROOT)
            if ("migrations" in path.parts) != migrations:
                continue
            is_package = file.name == "__init__.py"
            parts = path.parent.parts if is_package else path.with_suffix("").parts
            found.append(Module(".".join(parts), str(path), file.read_text(encoding="utf-8"), is_package))
    return found


def templates() -> dict[str, str]:
    """Template name → text, of everything in templates/ and in the apps' own folders."""
    folders = [ROOT / "templates", *(ROOT / app / "templates" for app in APPS)]
    return {
        str(file.relative_to(folder)): file.read_text(encoding="utf-8")
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.suffix in (".html", ".txt", ".svg", ".xml")
    }
