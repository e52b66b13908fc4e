"""Records broken for each target of a shape: what is asked of several kinds is broken in each.

``broken.csv`` breaks one record for each part of a shape. Where a shape looks at several kinds of
things, by targets of its own or by node shapes that refer to it, the same is done here to a record
of each kind, one that the shape does not look at for another reason. ``targets.csv`` lists them:
shape, class and record. A shape that is to look at one more kind of things gets one more row.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from pyoxigraph import NamedNode, Store
from rdflib import URIRef

from kg.check import ShapeSet
from kg.check.shapes import TARGET_PATTERNS
from kg.namespaces import PREFIXES, expand, shorten
from tests.ontology.shapes.broken import Broken, read_broken

FILE = Path(__file__).parent / "targets.csv"
_CLASS = f"{PREFIXES['sh']}targetClass"
#: Numbers of copies begin here, so that none has the name of one in ``broken.csv``.
FIRST = 10_000


@dataclass(frozen=True, slots=True)
class Target:
    """One target of a shape, all three by IRI; ``kind`` is such as ``sh:targetClass``."""

    shape: str
    kind: str
    value: str

    @property
    def name(self) -> str:
        """Shape and target as prefixed names."""
        return f"{shorten(self.shape)} {shorten(self.value)}"


def targets(shapes: ShapeSet) -> list[Target]:
    """Every class that a shape with a name looks at, sorted; rules have examples of their own."""
    rules = {rule.shape.iri for rule in shapes.rules}
    return sorted(
        (
            Target(str(shape), _CLASS, str(value))
            for shape, value in shapes.core.subject_objects(URIRef(_CLASS))
            if isinstance(shape, URIRef) and str(shape) not in rules
        ),
        key=lambda target: (target.shape, target.value),
    )


def broken_for_targets(store: Store) -> Iterator[tuple[Target, list[Broken]]]:
    """For each row of ``targets.csv``, the ways to break a copy of its record."""
    rows: dict[str, list[Broken]] = {}
    for row in read_broken():
        rows.setdefault(row.shape, []).append(_on_any_record(row, store))
    numbers = count(FIRST)
    with FILE.open(encoding="utf-8", newline="") as file:
        for listed in csv.DictReader(file):
            target = Target(expand(listed["shape"]), _CLASS, expand(listed["class"]))
            ways = rows.get(listed["shape"], [])
            yield (
                target,
                [replace(way, number=next(numbers), record=listed["record"]) for way in ways],
            )


def only_reached(store: Store, target: Target, others: list[Target]) -> str | None:
    """The first record, as a prefixed name, that one target leads to and no other."""
    pattern = TARGET_PATTERNS[target.kind].format(target.value)
    excluded = " ".join(
        f"FILTER NOT EXISTS {{ {TARGET_PATTERNS[other.kind].format(other.value)} }}"
        for other in others
    )
    found = store.query(f"SELECT DISTINCT ?this {{ {pattern} {excluded} }}")
    records = (row["this"] for row in found)  # type: ignore[union-attr]
    names = (shorten(r.value) for r in records if isinstance(r, NamedNode))
    return min((name for name in names if not name.startswith("http")), default=None)


def _on_any_record(row: Broken, store: Store) -> Broken:
    """A second value is a value too many only where there is a first: bring both."""
    if row.breaks != "maxCount" or not row.given:
        return row
    about = NamedNode(expand(row.record)), NamedNode(expand(row.property))
    values = sorted(str(quad.object) for quad in store.quads_for_pattern(*about, None))
    return replace(row, without="*", given=" , ".join([row.given, *values]))
