"""Ontologies written for one test, read as the reference reads them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyoxigraph import RdfFormat, parse

from kg.namespaces import GRAPH_ONTOLOGY, PREFIXES
from kg.reference import Reference
from kg.reference.reading import make_reference
from kg.reference.statements import Statement, Statements

PROLOGUE = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
Read = Callable[..., Reference]


def statements_of(turtle: str, graph: str = GRAPH_ONTOLOGY) -> list[Statement]:
    """The statements of a Turtle text; every prefix of critmat may be used."""
    quads = parse(PROLOGUE + turtle, format=RdfFormat.TURTLE, rename_blank_nodes=True)
    return [Statement(q.subject, q.predicate, q.object, graph) for q in quads]


@pytest.fixture(scope="session")
def read() -> Read:
    """Read the reference of a Turtle text, and of what an extension adds in a graph of its own."""

    def reading(turtle: str, extension: str = "", **labels: str) -> Reference:
        found = statements_of(turtle)
        if extension:
            found += statements_of(extension, "https://w3id.org/critmat/graph/extension/mine")
        known = {PREFIXES["cmd"] + name.replace("_", "-"): text for name, text in labels.items()}
        return make_reference(Statements(found), lambda _: known)

    return reading
