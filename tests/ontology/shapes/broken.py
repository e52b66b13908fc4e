"""Records of the invented world, each broken in one way: ``broken.csv``.

A row names a shape, the part of it that is broken, a record of the world, and what is done to a
copy of that record: of ``property``, the values ``without`` (``*`` for all) are taken away and the
values ``with`` are given. Where no property stands, the copy loses its IRI.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store, parse

from kg.namespaces import CMD, expand, sparql_prologue

FILE = Path(__file__).parent / "broken.csv"
_PREFIXES = sparql_prologue().replace("PREFIX", "@prefix").replace(">\n", "> .\n")


@dataclass(frozen=True, slots=True)
class Broken:
    """One row; ``number`` makes the name of the copy."""

    number: int
    shape: str
    breaks: str
    record: str
    property: str
    without: str
    given: str

    @property
    def copy(self) -> NamedNode | BlankNode:
        """The node of the copy."""
        name = f"broken-{self.number}"
        return NamedNode(CMD + name) if self.property else BlankNode(name)

    def write(self, store: Store) -> None:
        """Put the copy into the store."""
        record = NamedNode(expand(self.record))
        copied = [
            Quad(self.copy, quad.predicate, quad.object, quad.graph_name)
            for quad in store.quads_for_pattern(record, None, None, None)
        ]
        assert copied, f"{self.record} is not in the world"
        gone = {str(q.predicate.value) for q in copied if self.without == "*"} & {
            expand(self.property) if self.property else ""
        }
        store.extend(quad for quad in copied if quad.predicate.value not in gone)
        if self.given:
            text = f"{_PREFIXES} {self.copy} {self.property} {self.given} ."
            store.extend(parse(text, RdfFormat.TURTLE))


def read_broken() -> list[Broken]:
    """Read ``broken.csv``."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [
            Broken(
                number,
                row["shape"],
                row["breaks"],
                row["record"],
                row["property"],
                row["without"],
                row["with"],
            )
            for number, row in enumerate(csv.DictReader(file), start=2)
        ]
