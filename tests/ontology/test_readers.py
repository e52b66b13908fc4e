"""Tools that people open the ontology with read the same number of triples from it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import owlready2
import pytest
from pyoxigraph import RdfFormat, Store
from rdflib import BNode, Graph

from kg.ontology import write_ontology_triples


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The ontology as one file, and how many triples were written."""
    path = tmp_path_factory.mktemp("merged") / "critmat.nt"
    return path, write_ontology_triples(path)


def test_rdflib_pyoxigraph_and_owlready2_read_the_same_triples(merged: tuple[Path, int]) -> None:
    path, written = merged
    by_rdflib = Graph().parse(path, format="nt")
    by_pyoxigraph = Store()
    by_pyoxigraph.bulk_load(path=str(path), format=RdfFormat.N_TRIPLES)
    world = owlready2.World()
    by_owlready2 = world.get_ontology(path.as_uri()).load(only_local=True)

    assert written > 4000
    assert len(by_rdflib) == len(by_pyoxigraph) == len(by_owlready2.graph) == written
    # Each by its text: owlready2 writes out the datatype of plain text. Beside what it read it has
    # one triple of its own in every world, about the ontology without a name.
    (own,) = (spelled(world.as_rdflib_graph()) - spelled(by_rdflib)).elements()
    assert own[0] == "http://anonymous"
    assert spelled(by_rdflib) <= spelled(world.as_rdflib_graph())
    world.close()


def spelled(graph: Graph) -> Counter[tuple[str, ...]]:
    """Triples by text and language; blank nodes are all alike."""
    return Counter(
        tuple(
            "_" if isinstance(term, BNode) else f"{term}{getattr(term, 'language', None) or ''}"
            for term in triple
        )
        for triple in graph
    )
