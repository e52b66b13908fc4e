"""What the tests of the ontology share."""

from __future__ import annotations

import pytest
from rdflib import Graph

from kg.ontology import ontology_files


@pytest.fixture(scope="session")
def ontology() -> Graph:
    """All files of the ontology as rdflib reads them. Do not change it."""
    graph = Graph()
    for path in ontology_files():
        graph.parse(path, format="turtle")
    return graph
