"""What must agree between code, templates, routes and migrations. Each rule returns what disagrees."""

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver

from tests.support.tree import Module

# Ideographs; Chinese punctuation alone needs no translator.
CHINESE = re.compile(r"[㐀-鿿\U00020000-\U000323af]")
GETTEXT = {
    "_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "npgettext", "pgettext",
    "pgettext_lazy", "npgettext_lazy",
}  # fmt: skip
# A line that ends in this comment holds data that is compared or stored, never shown as our own words.
DATA_MARK = "# data"

TEMPLATE_COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?%\}.*?\{%\s*endcomment\s*%\}", re.DOTALL)
BLOCK_TRANSLATE = re.compile(r"\{%\s*blocktranslate\b.*?%\}.*?\{%\s*endblocktranslate\s*%\}", re.DOTALL)
WRAPPED_TAG = re.compile(r"\{%\s*(?:translate|trans)\s.*?%\}", re.DOTALL)
WRAPPED_ARGUMENT = re.compile(r"""_\((?:"[^"]*"|'[^']*')\)""")
TEMPLATE_NAME = re.compile(r"""["']([\w./-]+\.(?:html|txt|svg|xml))["']""")

INLINE = {
    "style attribute": re.compile(r"<[a-zA-Z][^<>]*\sstyle\s*=", re.DOTALL),
    "event attribute": re.compile(r"<[a-zA-Z][^<>]*\son[a-z]+\s*=", re.DOTALL),
    "javascript: address": re.compile(r"""=\s*["']?\s*javascript:""", re.IGNORECASE),
    "style element": re.compile(r"<style\b(?![^>]*nonce)", re.IGNORECASE),
    "script without source": re.compile(
        r"<script\b(?![^>]*(?:\bsrc=|nonce=|application/json))", re.IGNORECASE
    ),
}
PDF_FOLDER = re.compile(r"(^|/)pdf/")

FORBIDDEN_IN_MIGRATIONS = re.compile(
    r"CREATE\s+EXTENSION|(?:Trigram|BTree\w+|Bloom|HStore|Unaccent|CITextE|CryptoE|Create)Extension"
    r"|CreateCollation|provider\s*=\s*[\"']?icu|[\w-]+-x-icu",
    re.IGNORECASE,
)
MIGRATION_NAME = re.compile(r"^\d{4}_(?!auto_)[a-z][a-z0-9_]+$")


# --- words -----------------------------------------------------------------------------------


def _docstrings(tree: ast.Module) -> set[ast.AST]:
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        # Strings that stand alone are documentation, also those below an attribute.
        found |= {part.value for part in body if isinstance(part, ast.Expr)}
    return found


def _is_gettext(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in GETTEXT


def _strings(node: ast.AST, skipped: set[ast.AST]) -> Iterator[ast.Constant]:
    """String constants outside gettext calls, whose own parts must be plain strings."""
    for child in ast.iter_child_nodes(node):
        if child in skipped:
            continue
        if _is_gettext(child):
            formatted = (part for part in ast.walk(child) if isinstance(part, ast.JoinedStr))
            for part in formatted:
                yield from _strings(part, skipped)
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child
        yield from _strings(child, skipped)


def bare_words(modules: list[Module]) -> list[str]:
    """Chinese in Python that no translator would ever see."""
    found = []
    for module in modules:
        lines = module.text.splitlines()
        for constant in _strings(module.tree, _docstrings(module.tree)):
            marked = any(DATA_MARK in line for line in lines[constant.lineno - 1 : constant.end_lineno])
            if CHINESE.search(constant.value) and not marked:
                found.append(f"{module.path}:{constant.lineno} {constant.value[:30]!r}")
    return found


def bare_template_words(templates: dict[str, str]) -> list[str]:
    """Chinese in templates outside translate and blocktranslate."""
    found = []
    for name, text in templates.items():
        rest = text
        for wrapped in (TEMPLATE_COMMENT, BLOCK_TRANSLATE, WRAPPED_TAG, WRAPPED_ARGUMENT):
            rest = wrapped.sub(lambda match: "\n" * match.group().count("\n"), rest)
        for number, line in enumerate(rest.splitlines(), 1):
            if CHINESE.search(line):
                found.append(f"{name}:{number} {line.strip()[:60]}")
    return found


# --- templates -------------------------------------------------------------------------------


def unused_templates(templates: dict[str, str], modules: list[Module], known: set[str]) -> list[str]:
    """Templates nobody names. `known` are names that Django or a package looks for by itself.

    A name made of parts (`"errors/%s.html"`) uses every template that fits.
    """
    sources = [module.text for module in modules] + list(templates.values())
    named = {name for text in sources for name in TEMPLATE_NAME.findall(text)}
    made = {
        re.compile(".+".join(re.escape(part) for part in re.split(r"\{[^}]*\}|%\w|%\(\w+\)\w", name)) + "$")
        for text in sources
        for name in re.findall(
            r"""["']([\w./-]*(?:\{[^}"']*\}|%\w|%\(\w+\)\w)[\w./-]*\.(?:html|txt))["']""", text
        )
    }
    return [
        name
        for name in templates
        if name not in named | known and not any(pattern.match(name) for pattern in made)
    ]


def inline_code(templates: dict[str, str]) -> list[str]:
    """Styles and scripts the content policy would refuse; PDFs have no content policy for <style>."""
    found = []
    for name, text in templates.items():
        text = TEMPLATE_COMMENT.sub("", text)
        for what, pattern in INLINE.items():
            if what == "style element" and PDF_FOLDER.search(name):
                continue
            if pattern.search(text):
                found.append(f"{name}: {what}")
    return found


# --- routes ----------------------------------------------------------------------------------


def routes(
    patterns: list[URLPattern | URLResolver], prefix: str = "", namespace: str = ""
) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Address, full name and view of every route."""
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, (namespace, pattern.namespace or "")))
            yield from routes(pattern.url_patterns, address, inner)
        else:
            yield address, ":".join(filter(None, (namespace, pattern.name or ""))), pattern.callback


def undeclared_routes(
    found: Iterator[tuple[str, str, Callable[..., Any]]], declared: Callable[[Any, str], object]
) -> list[str]:
    """Routes that do not say who may use them."""
    return [f"{address} ({name})" for address, name, view in found if declared(view, name) is None]


# --- migrations ------------------------------------------------------------------------------


def unfit_migrations(modules: list[Module]) -> list[str]:
    """Migrations without a name, and those that need what the embedded server does not have."""
    found = []
    for module in modules:
        name = module.name.rpartition(".")[2]
        if name == "migrations":
            continue
        if not MIGRATION_NAME.match(name):
            found.append(f"{module.path}: the name does not say what it does")
        for match in FORBIDDEN_IN_MIGRATIONS.finditer(module.text):
            found.append(f"{module.path}: {match.group()}")
    return found


def direct_mail(modules: list[Module]) -> list[str]:
    """Mail that does not leave by the outbox: there alone Django's mail may be imported."""
    return [
        f"{module.path}:{line} imports {name}"
        for module in modules
        for name, line in module.imports()
        if (name + ".").startswith(("django.core.mail.", "smtplib.")) and module.name != "core.outbox"
    ]
