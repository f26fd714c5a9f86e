"""Code, templates, routes and migrations agree. Every rule is shown to fail on a small example."""

from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.urls import get_resolver, path

from accounts.access import declared
from tests.support import consistency as rules
from tests.support.tree import module, modules, templates

# Looked up by Django itself, not by our code.
BY_DJANGO = {"400.html", "403.html", "404.html", "500.html", "403_csrf.html"}


def none(broken: list[str]) -> None:
    """Say everything at once, not the first that pytest would show."""
    assert not broken, "\n" + "\n".join(broken)


def names_of_packages() -> set[str]:
    """Templates of installed packages that ours replace by bearing their name."""
    found = set()
    for package in ("allauth", "django.forms", "rest_framework", "drf_spectacular"):
        spec = find_spec(package)
        folder = Path(spec.origin).parent / "templates"
        found |= {str(file.relative_to(folder)) for file in folder.rglob("*.*")}
    return found


def test_every_template_is_used() -> None:
    none(rules.unused_templates(templates(), modules(), BY_DJANGO | names_of_packages()))


def test_every_word_in_python_can_be_translated() -> None:
    none(rules.bare_words(modules()))


def test_every_word_in_templates_can_be_translated() -> None:
    none(rules.bare_template_words(templates()))


def test_no_template_carries_styles_or_scripts() -> None:
    none(rules.inline_code(templates()))


def test_every_route_says_who_may_use_it() -> None:
    found = list(rules.routes(get_resolver().url_patterns))
    assert len(found) > 10
    none(rules.undeclared_routes(iter(found), declared))


def test_migrations_are_named_and_plain() -> None:
    none(rules.unfit_migrations(modules(migrations=True)))


def test_all_mail_leaves_by_the_outbox() -> None:
    none(rules.direct_mail(modules()))


@pytest.mark.parametrize(
    "source",
    ["from django.core.mail import send_mail", "from django.core import mail", "import smtplib"],
)
def test_mail_beside_the_outbox_is_seen(source: str) -> None:
    assert rules.direct_mail([module("accounts.services.mail", source)])
    assert not rules.direct_mail([module("core.outbox", source)])


@pytest.mark.parametrize(
    ("source", "bad"),
    [
        ("x = '您好'", True),
        ("x = f'{y}您好'", True),
        ("x = _(f'{y}您好')", True),
        ("x = _('您好')", False),
        ("x = '您好'  # data", False),
        ("def f():\n    '''您好'''\n", False),
        ("x = _('%(n)s 件') % {'n': '您好'}", True),
        ("x = '；'.join(y)", False),
    ],
)
def test_bare_words_are_seen(source: str, bad: bool) -> None:
    assert bool(rules.bare_words([module("core.money", source)])) is bad


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("<p>您好</p>", True),
        ("{% translate '您好' %}", False),
        ("{% blocktranslate with n=n %}您好{{ n }}{% endblocktranslate %}", False),
        ("{% include 'x.html' with title=_('您好') %}", False),
        ("{% include 'x.html' with title='您好' %}", True),
        ("{# 您好 #}", False),
    ],
)
def test_bare_template_words_are_seen(text: str, bad: bool) -> None:
    assert bool(rules.bare_template_words({"x.html": text})) is bad


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("<p style='color:red'>", True),
        ("<a onclick='x()'>", True),
        ("<style>p{}</style>", True),
        ("<script>x()</script>", True),
        ("<script nonce='{{ n }}' src='x.js'></script>", False),
        ("<p class='style'>on=1", False),
    ],
)
def test_inline_code_is_seen(text: str, bad: bool) -> None:
    assert bool(rules.inline_code({"x.html": text})) is bad
    assert not rules.inline_code({"x/pdf/y.html": "<style>p{}</style>"})


def test_unused_template_is_seen() -> None:
    page = module("portal.views", "name = 'portal/home.html'; error = f'errors/{code}.html'")
    held = {"portal/home.html": "{% include 'x/part.html' %}", "x/part.html": "", "errors/404.html": ""}
    assert rules.unused_templates(held, [page], set()) == []
    assert rules.unused_templates({**held, "x/left.html": ""}, [page], set()) == ["x/left.html"]


def test_undeclared_route_is_seen() -> None:
    def view(request: object) -> None: ...

    def open_view(request: object) -> None: ...

    open_view.access = "public"
    found = rules.routes([path("a/", view, name="a"), path("b/", open_view, name="b")])
    assert rules.undeclared_routes(found, declared) == ["a/ (a)"]


@pytest.mark.parametrize(
    ("name", "text", "bad"),
    [
        ("0002_auto_20260101_0000", "", True),
        ("0002_append_only", "", False),
        ("0002_search", "operations = [TrigramExtension()]", True),
        ("0002_search", "RunSQL('create extension pg_trgm')", True),
        ("0002_sort", "db_collation='zh-x-icu'", True),
    ],
)
def test_unfit_migration_is_seen(name: str, text: str, bad: bool) -> None:
    made = SimpleNamespace(name=f"core.migrations.{name}", path=f"core/migrations/{name}.py", text=text)
    assert bool(rules.unfit_migrations([made])) is bad
