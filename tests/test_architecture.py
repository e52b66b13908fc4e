"""How the house is laid out: which part may import which, how large a module is, what it says.

Imports are read from the source, those inside functions too, and so are the commands that
``kg.cli`` imports by name when they are called.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from kg.cli import COMMANDS

REPOSITORY = Path(__file__).resolve().parent.parent
MOST_LINES = 400
#: Names that do not say what is inside.
HOLLOW = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers"}

#: The floors of ``kg``, from the top. A part imports from its own floor or from one below it.
FLOORS = (
    ("cli", "build_cli", "check_cli", "ontology_cli", "snapshot_cli"),
    ("build", "extension", "renewal", "writer"),
    ("engines", "sources", "match", "populate", "questions", "explain", "reference"),
    ("derive", "check", "snapshot", "facts", "quality"),
    ("ontology", "ontology_metrics", "owl", "mappings", "console"),
    ("errors", "namespaces", "quad_file", "report", "shipped", "sparql"),
)


@cache
def modules() -> Mapping[str, Path]:
    """Every module of the code by its dotted name."""
    found = {}
    for path in (p for top in ("kg", "service") for p in (REPOSITORY / top).rglob("*.py")):
        parts = path.relative_to(REPOSITORY).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


def names_imported(module: str) -> Iterator[str]:
    """The dotted names that a module imports, in whatever place."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports by a relative name"
            assert node.module is not None
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
    if module == "kg.cli":
        yield from (place.partition(":")[0] for place in COMMANDS.values())


@cache
def imports(module: str) -> frozenset[str]:
    """The modules of ours that a module imports."""
    return frozenset(
        name if name in modules() else name.rpartition(".")[0]
        for name in names_imported(module)
        if name.partition(".")[0] in ("kg", "service")
    )


def part(module: str) -> str:
    """The part of the code that a module belongs to; the commands of a part are commands."""
    first, *rest = module.split(".")[1:]
    return "cli" if rest == ["cli"] else first


def floor(module: str) -> int:
    return next(number for number, parts in enumerate(FLOORS) if part(module) in parts)


def circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """One circle of a graph, or nothing."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


KG = [name for name in modules() if name.startswith("kg.")]


@pytest.mark.parametrize("module", ["kg", *KG])
def test_kg_knows_nothing_of_the_web(module: str) -> None:
    tops = {name.partition(".")[0] for name in names_imported(module)}
    assert not tops & {"service", "flask", "werkzeug", "jinja2", "granian"}


@pytest.mark.parametrize("module", KG)
def test_inside_kg_imports_go_downwards(module: str) -> None:
    upwards = {other for other in imports(module) if other != "kg" and floor(other) < floor(module)}
    assert not upwards


def test_only_the_build_the_extension_and_the_commands_know_several_steps() -> None:
    """An extension carries out the steps of the build on material that is not shipped, so that an
    expert sees what it changes; the build then takes it in. Nothing else joins steps."""
    steps = {"populate", "derive", "check", "snapshot"}
    known = {
        module: {part(other) for other in imports(module) if other != "kg"} & steps
        for module in KG
        if part(module) not in FLOORS[0]
    }
    joining = {part(module) for module, some in known.items() if len(some) > 1}
    assert joining == {"build", "extension"}


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert not circle({module: imports(module) - {module} for module in modules()})


@pytest.mark.parametrize("top", ["kg", "service"])
def test_no_part_imports_itself_by_way_of_others(top: str) -> None:
    parts: dict[str, set[str]] = {}
    for module in (name for name in modules() if name.startswith(f"{top}.")):
        others = {part(other) for other in imports(module) if other.startswith(f"{top}.")}
        parts.setdefault(part(module), set()).update(others - {part(module)})
    assert not circle(parts)


def test_a_circle_and_a_step_upwards_are_seen() -> None:
    assert circle({"a": ["b"], "b": ["c"], "c": ["a"]})
    assert floor("kg.derive.cli") == floor("kg.cli") < floor("kg.build") < floor("kg.derive.step")


def test_the_service_opens_no_store_itself() -> None:
    names = {
        name
        for module in modules()
        if module.startswith("service")
        for name in names_imported(module)
    }
    assert not {name for name in names if name.startswith("pyoxigraph.Store")}


@pytest.mark.parametrize("module", modules())
def test_a_module_is_one_noun_and_says_what_it_is(module: str) -> None:
    lines = modules()[module].read_text(encoding="utf-8").count("\n")
    assert lines <= MOST_LINES
    assert not set(module.split(".")) & HOLLOW
    assert ast.get_docstring(tree(module)), "the module has no docstring"
    assert not list(without_docstring(tree(module).body))


def without_docstring(body: Iterable[ast.stmt], inside: str = "") -> Iterator[str]:
    """Public functions, classes and methods that do not say what they are."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name.startswith("_"):
                continue
            name = f"{inside}{node.name}"
            if not ast.get_docstring(node):
                yield name
            if isinstance(node, ast.ClassDef):
                yield from without_docstring(node.body, f"{name}.")
