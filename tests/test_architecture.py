"""The house keeps its shape. Every rule is shown to fail on a small house that breaks it."""

import pytest

from tests.support import architecture as rules
from tests.support.tree import module, modules

TREE = modules()
LONG_FUNCTION = "def f():\n" + "    x = 1\n" * 50


def test_the_tree_is_read() -> None:
    assert {"core.clock", "config.urls"} <= {found.name for found in TREE}


@pytest.mark.parametrize(
    "rule",
    [
        rules.upward_imports,
        rules.layer_breaks,
        rules.cycles,
        rules.state_writes,
        rules.oversized,
        rules.other_clocks,
        rules.stubs,
    ],
    ids=lambda rule: rule.__name__,
)
def test_house(rule) -> None:
    broken = rule(TREE)
    assert not broken, "\n" + "\n".join(broken)


def control(rule, **sources: str) -> list[str]:
    return rule([module(name.replace("__", "."), text) for name, text in sources.items()])


def test_upward_import_is_seen_even_inside_a_function() -> None:
    assert control(rules.upward_imports, core__money="def f():\n    from filings.models import Filing\n")
    assert control(rules.upward_imports, alliances__models="from platforms import models")
    assert not control(rules.upward_imports, filings__models="from core.money import yuan")


def test_layers_are_seen_also_through_a_module_without_a_layer() -> None:
    below = {
        "filings__models": "from filings.services.filing import start\n",
        "filings__services__filing": "",
    }
    assert control(rules.layer_breaks, **below)
    through = {
        "filings__conditions": "from filings.helper import x\n",
        "filings__helper": "from filings.models import Filing\n",
        "filings__models": "",
    }
    assert control(rules.layer_breaks, **through)
    down = {"filings__views": "from filings.models import Filing\n", "filings__models": ""}
    assert not control(rules.layer_breaks, **down)


def test_cycle_is_seen() -> None:
    ring = {"core__a": "from core.b import x", "core__b": "from core import c", "core__c": "import core.a"}
    assert control(rules.cycles, **ring)
    assert not control(rules.cycles, core__a="from core.b import x", core__b="")


@pytest.mark.parametrize(
    "source",
    [
        "filing.state = 'filed'",
        "filing.state, x = 'filed', 1",
        "setattr(filing, 'state', 'filed')",
        "Filing.objects.filter(pk=1).update(state='filed')",
    ],
)
def test_state_written_beside_the_executor_is_seen(source: str) -> None:
    assert control(rules.state_writes, filings__services__filing=source)
    assert not control(rules.state_writes, core__workflow=source)


def test_sizes_are_seen() -> None:
    assert control(rules.oversized, core__money="x = 1\n" * 401)
    assert control(rules.oversized, core__money=LONG_FUNCTION)
    method = "class V:\n    def get(self):\n" + "        x = 1\n" * 20
    assert control(rules.oversized, filings__views__case=method)
    assert not control(rules.oversized, filings__models=method)


@pytest.mark.parametrize(
    "call", ["timezone.now()", "date.today()", "datetime.datetime.now()", "dt.date.today"]
)
def test_other_clock_is_seen(call: str) -> None:
    assert control(rules.other_clocks, filings__models=f"x = {call}")
    assert not control(rules.other_clocks, core__clock=f"x = {call}")


def test_stub_is_seen() -> None:
    assert control(rules.stubs, core__money="def f():\n    pass")
    assert control(rules.stubs, core__money="def f():\n    '''Later.'''\n    raise NotImplementedError('x')")
    assert not control(rules.stubs, core__money="class P(Protocol):\n    def f(self) -> int: ...")
