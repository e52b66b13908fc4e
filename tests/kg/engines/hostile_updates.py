"""Updates that would end, block or bloat a process, as those of ``hostile_queries`` do."""

from __future__ import annotations

from collections.abc import Callable

from tests.kg.engines.hostile_queries import ENDLESS as QUERIES
from tests.kg.engines.hostile_queries import SHAPES as SHAPES_OF_QUERIES

_DEEP = (48, 96, 1_000)


def _where(shape: str) -> tuple[Callable[[int], str], tuple[int, int, int]]:
    """The shape of a query in the WHERE of an update."""
    text, sizes = SHAPES_OF_QUERIES[shape]
    return (lambda n: "INSERT { <x:a> <x:b> 1 } WHERE " + text(n).removeprefix("ASK")), sizes


_TERM = "<<( <x:a> <x:b> "
_OF_QUERIES = ("functions", "exists", "braces", "minus", "sum")
#: Shape: text for a size; sizes at half of the gate's limit, near the limit, and ten times it.
SHAPES: dict[str, tuple[Callable[[int], str], tuple[int, int, int]]] = {
    **{f"where {shape}": _where(shape) for shape in _OF_QUERIES},
    "data brackets": (lambda n: f"INSERT DATA {{ <x:a> <x:b> {'[ <x:c> ' * n}1{']' * n} }}", _DEEP),
    "data lists": (lambda n: f"INSERT DATA {{ <x:a> <x:b> {'(' * n}1{')' * n} }}", _DEEP),
    "data triple terms": (
        lambda n: f"INSERT DATA {{ <x:a> <x:b> {_TERM * (n // 2)}1{' )>>' * (n // 2)} }}",
        (48, 96, 2_000),
    ),
    "template": (
        lambda n: f"INSERT {{ {'<x:a> <x:b> 1 . ' * (n - 10)} }} WHERE {{}}", (1_000, 1_950, 20_000)
    ),
    "many modifications": (
        lambda n: "DELETE {} INSERT {} WHERE {};" * (n // 4 - 1), (1_000, 1_950, 20_000)
    ),
}  # fmt: skip

#: They work or grow without end, even where there are no data.
ENDLESS = f"INSERT {{ <x:a> <x:b> ?n }} WHERE {{ {{ {QUERIES['cross product']} }} }}"
BOMB = (
    "INSERT { <x:a> <x:b> ?a28 } WHERE { BIND('aaaaaaaaaaaaaaaa' AS ?a0)"
    + "".join(f" BIND(CONCAT(?a{i}, ?a{i}) AS ?a{i + 1})" for i in range(28))
    + "}"
)
