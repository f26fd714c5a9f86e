"""The rules of the house as functions over modules. Each returns what breaks it, in words."""

import ast
from collections.abc import Iterator

from tests.support.tree import FLOORS, Module

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
LONGEST_VIEW_METHOD = 20
HTTP_METHODS = {"get", "post", "put", "patch", "delete"}
CLOCK = "core.clock"
CLOCK_CALLS = {
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("timezone", "localtime"),
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
}
STATE_KEEPERS = ("core.workflow", "core.jobs")

# Inside an app, from the bottom up. A module that is named after none of these stands as high as the
# highest module of its app that it imports (so a programme, which gathers rules, stands with the models).
LAYERS: tuple[tuple[str, ...], ...] = (
    ("enums", "fields"),
    ("conditions",),
    ("models",),
    ("permissions",),
    ("selectors",),
    ("workflow",),
    ("services",),
    ("forms", "filters", "serializers", "presentation", "templatetags"),
    ("views", "api", "admin", "tasks", "management", "urls", "api_urls", "apps"),
)
LAYER_OF = {name: height for height, names in enumerate(LAYERS) for name in names}
FLOOR_OF = {app: depth for depth, floor in enumerate(FLOORS) for app in floor}


def _places(modules: list[Module]) -> dict[str, Module]:
    return {module.name: module for module in modules}


def _target(name: str, known: dict[str, Module]) -> str | None:
    """The module that an imported name belongs to."""
    while name:
        if name in known:
            return name
        name = name.rpartition(".")[0]
    return None


def upward_imports(modules: list[Module]) -> list[str]:
    """Imports of an app that stands higher, or beside."""
    found = []
    for module in modules:
        for name, line in module.imports():
            app = name.split(".")[0]
            if app not in FLOOR_OF or app == module.app:
                continue
            if FLOOR_OF[app] <= FLOOR_OF[module.app]:
                found.append(f"{module.path}:{line} imports {name}: {app} is not below {module.app}")
    return found


def _graph(modules: list[Module]) -> dict[str, dict[str, int]]:
    """Module → modules of the same app it imports → line. A package and its own parts count as one."""
    known = _places(modules)
    graph: dict[str, dict[str, int]] = {name: {} for name in known}
    for module in modules:
        for name, line in module.imports():
            target = _target(name, known)
            if target is None or known[target].app != module.app or target == module.name:
                continue
            if "." in target:
                graph[module.name].setdefault(target, line)
    return graph


def _own_layer(name: str) -> int | None:
    for part in name.split(".")[1:]:
        if part in LAYER_OF:
            return LAYER_OF[part]
    return None


def _height(name: str, graph: dict[str, dict[str, int]], seen: frozenset[str] = frozenset()) -> int:
    own = _own_layer(name)
    if own is not None or name in seen:
        return own or 0
    return max((_height(target, graph, seen | {name}) for target in graph[name]), default=0)


def layer_breaks(modules: list[Module]) -> list[str]:
    """Imports inside an app that go from a lower layer to a higher one."""
    graph, known = _graph(modules), _places(modules)
    found = []
    for name, targets in graph.items():
        own = _own_layer(name)
        if own is None:
            continue
        for target, line in targets.items():
            if _height(target, graph) > own:
                found.append(f"{known[name].path}:{line} imports {target}, which stands higher")
    return found


def _import_time_graph(modules: list[Module]) -> dict[str, set[str]]:
    known = _places(modules)
    graph: dict[str, set[str]] = {name: set() for name in known}
    for module in modules:
        for node in module.tree.body:
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            for name in names:
                target = _target(name, known)
                # A package that gathers its parts, and a part that asks for a sibling through the package
                # in full, are one thing; only a way back between two files is a cycle.
                if (
                    target
                    and target != module.name
                    and not (module.is_package and target.startswith(module.name))
                ):
                    graph[module.name].add(target)
    return graph


def cycles(modules: list[Module]) -> list[str]:
    """Rings of modules that import each other while being imported."""
    graph = _import_time_graph(modules)
    done: set[str] = set()
    found: list[str] = []

    def visit(name: str, way: list[str]) -> None:
        if name in way:
            found.append(" → ".join([*way[way.index(name) :], name]))
            return
        if name in done:
            return
        for target in sorted(graph[name]):
            visit(target, [*way, name])
        done.add(name)

    for name in sorted(graph):
        visit(name, [])
    return found


def _assigned_targets(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        yield node.target


def _writes_state(node: ast.AST) -> bool:
    if any(
        isinstance(target, ast.Attribute) and target.attr == "state" for target in _assigned_targets(node)
    ):
        return True
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name) and node.func.id == "setattr" and len(node.args) > 1:
        return isinstance(node.args[1], ast.Constant) and node.args[1].value == "state"
    is_update = isinstance(node.func, ast.Attribute) and node.func.attr in ("update", "update_or_create")
    return is_update and any(keyword.arg == "state" for keyword in node.keywords)


def state_writes(modules: list[Module]) -> list[str]:
    """Places beside the executor that write a state: assignment, setattr, queryset update."""
    return [
        f"{module.path}:{node.lineno} writes a state"  # type: ignore[attr-defined]
        for module in modules
        if not module.name.startswith(STATE_KEEPERS)
        for node in ast.walk(module.tree)
        if _writes_state(node)
    ]


def _functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _view_methods(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    if "views" not in module.name.split("."):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and part.name in HTTP_METHODS:
                    yield part


def oversized(modules: list[Module]) -> list[str]:
    """Files, functions and view methods beyond their limits."""
    found = []
    for module in modules:
        lines = len(module.text.splitlines())
        if lines > LONGEST_FILE:
            found.append(f"{module.path}: {lines} lines")
        for function in _functions(module):
            if _length(function) > LONGEST_FUNCTION:
                found.append(f"{module.path}:{function.lineno} {function.name}: {_length(function)} lines")
        for method in _view_methods(module):
            if _length(method) > LONGEST_VIEW_METHOD:
                found.append(f"{module.path}:{method.lineno} view {method.name}: {_length(method)} lines")
    return found


def other_clocks(modules: list[Module]) -> list[str]:
    """Questions for the time that go past core.clock."""
    found = []
    for module in modules:
        if module.name == CLOCK:
            continue
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Attribute):
                continue
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if (name, node.attr) in CLOCK_CALLS:
                found.append(f"{module.path}:{node.lineno} {name}.{node.attr}")
    return found


def _says_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Pass):
        return True
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return statement.value.value is ... or isinstance(statement.value.value, str)
    return isinstance(statement, ast.Raise) and "NotImplementedError" in ast.dump(statement)


def _is_protocol(node: ast.ClassDef) -> bool:
    return any("Protocol" in ast.dump(base) for base in node.bases)


def stubs(modules: list[Module]) -> list[str]:
    """Functions that do nothing yet. The methods of a Protocol are its declaration, not stubs."""
    found = []
    for module in modules:
        declared = {
            part
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ClassDef) and _is_protocol(node)
            for part in node.body
        }
        for function in _functions(module):
            decorators = ast.dump(ast.List(elts=function.decorator_list, ctx=ast.Load()))
            if function in declared or "overload" in decorators or "abstractmethod" in decorators:
                continue
            if all(_says_nothing(statement) for statement in function.body):
                found.append(f"{module.path}:{function.lineno} {function.name} is a stub")
    return found
