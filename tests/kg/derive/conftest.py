"""Small graphs in Turtle, and what is derived from them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse, serialize

from kg.derive import DeriveSummary, derive, infer
from kg.namespaces import GRAPH, shorten, sparql_prologue

PREFIXES = sparql_prologue().replace("PREFIX", "@prefix").replace(">\n", "> .\n")
SOURCE = NamedNode(f"{GRAPH}usgs-mcs2026")


def write_quads(turtle: str, path: Path, graph: NamedNode | DefaultGraph = SOURCE) -> Path:
    """Write Turtle, without its prefixes, as the N-Quads of one graph."""
    quads = (
        Quad(q.subject, q.predicate, q.object, graph)
        for q in parse(PREFIXES + turtle, RdfFormat.TURTLE)
    )
    path.write_bytes(serialize(quads, format=RdfFormat.N_QUADS) or b"")
    return path


def loaded_with(*files: Path) -> Store:
    """A store with the quads of some files."""
    store = Store()
    for path in files:
        store.bulk_load(path=str(path), format=RdfFormat.N_QUADS)
    return store


Inferred = set[tuple[str, str, str]]


@pytest.fixture
def infer_from(tmp_path: Path) -> Callable[[str, str], Inferred]:
    """What follows from facts and an ontology, as triples of prefixed names."""

    def run(facts: str, ontology: str) -> Inferred:
        lines, _ = infer(
            write_quads(facts, tmp_path / "facts.nq"),
            write_quads(ontology, tmp_path / "ontology.nq"),
        )
        quads = parse("".join(lines), RdfFormat.N_QUADS)
        return {
            (shorten(q.subject.value), shorten(q.predicate.value), shorten(q.object.value))
            for q in quads
        }

    return run


class Derived:
    """The derived graphs, with what they were derived from, ready to be asked."""

    def __init__(self, summary: DeriveSummary, store: Store) -> None:
        self.summary = summary
        self._store = store

    def rows(self, pattern: str) -> list[tuple[str, ...]]:
        """The solutions of a pattern over all graphs, sorted: its variables in order, as prefixed
        names and lexical forms."""
        names = list(dict.fromkeys(re.findall(r"\?(\w+)", pattern)))
        query = f"SELECT ?{' ?'.join(names)} WHERE {{ {pattern} }}"
        solutions = self._store.query(sparql_prologue() + query, use_default_graph_as_union=True)
        return sorted(tuple(shorten(row[name].value) for name in names) for row in solutions)

    def value(self, subject: str, predicate: str) -> str | None:
        """The one value that a subject has, or none."""
        rows = self.rows(f"{subject} {predicate} ?value")
        assert len(rows) < 2, rows
        return rows[0][0] if rows else None


@pytest.fixture
def derive_from(tmp_path: Path) -> Callable[..., Derived]:
    """Derive from facts; the ontology is the little that shares and exposures need."""

    def run(facts: str, ontology: str = SUPPLY) -> Derived:
        files = (
            write_quads(facts, tmp_path / "facts.nq"),
            write_quads(ontology, tmp_path / "ontology.nq"),
        )
        out = tmp_path / "derived.nq"
        summary = derive(*files, out)
        return Derived(summary, loaded_with(*files, out))

    return run


SUPPLY = """
cm:ComputedShare rdfs:subClassOf cm:ShareObservation .
cm:ProductionObservation rdfs:subClassOf cm:Observation .
cm:ShareObservation rdfs:subClassOf cm:Observation .
cm:stage-mining cm:coversStage cm:stage-mining .
cm:stage-processing cm:coversStage cm:stage-processing, cm:stage-refining, cm:stage-separation .
cm:stage-refining cm:coversStage cm:stage-refining, cm:stage-separation .
cm:stage-separation cm:coversStage cm:stage-separation .
cm:stage-magnet-making cm:coversStage cm:stage-magnet-making .
cm:stage-recycling cm:coversStage cm:stage-recycling .
"""
