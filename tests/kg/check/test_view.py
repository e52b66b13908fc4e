"""What rdflib sees of a store, compared with a graph of its own."""

from __future__ import annotations

from itertools import product

import pytest
from pyoxigraph import RdfFormat, Store
from rdflib import BNode, Graph, Literal, URIRef

from kg.check.terms import rdflib_term
from kg.check.view import StoreView

TURTLE = """
<x:a> <x:p> <x:b>, <x:c>, "text", "Text"@en, 1, 1.0 .
<x:b> <x:p> <x:b> ; <x:q> "2030-01-01"^^<http://www.w3.org/2001/XMLSchema#date>, "text"@en-gb .
<x:c> <x:q> _:n . _:n <x:p> <x:a> ; <x:q> "a \\"quoted\\" line\\n" .
"""


@pytest.fixture
def store() -> Store:
    store = Store()
    store.load(TURTLE, RdfFormat.TURTLE)
    return store


@pytest.mark.parametrize("ahead", [(), ("x:p",), ("x:p", "x:q", "x:none")])
def test_every_lookup_finds_what_a_copy_has(store: Store, ahead: tuple[str, ...]) -> None:
    seen = StoreView(store, ahead).graph
    copy = Graph()
    for quad in store:
        copy.add((rdflib_term(quad.subject), rdflib_term(quad.predicate), rdflib_term(quad.object)))
    assert len(copy) == len(store) > 10
    for triple, mask in product(copy, product((True, False), repeat=3)):
        subject, predicate, value = (
            term if given else None for term, given in zip(triple, mask, strict=True)
        )
        for _ in range(2):  # a lookup that is remembered gives the same
            found = list(seen.triples((subject, predicate, value)))
            assert set(found) == set(copy.triples((subject, predicate, value)))
            assert len(found) == len(set(found))


def test_what_can_be_no_such_part_of_a_triple_is_not_found(store: Store) -> None:
    graph = StoreView(store, ("x:p",)).graph
    for pattern in (
        (Literal("text"), URIRef("x:q"), None),
        (None, BNode("n"), None),
        (URIRef("no IRI"), None, None),
        (None, URIRef("x:p"), URIRef("no IRI")),
    ):
        assert list(graph.triples(pattern)) == []


def test_it_is_true_where_there_is_anything(store: Store) -> None:
    assert StoreView(store).graph
    assert not StoreView(Store()).graph


def test_rdflib_may_ask_it_queries(store: Store) -> None:
    graph = StoreView(store, ("x:q",)).graph
    rows = graph.query("SELECT ?s ?v { ?s <x:p>/<x:q> ?v FILTER(datatype(?v) = ?d) VALUES ?d "
                       "{ <http://www.w3.org/2001/XMLSchema#date> } }")  # fmt: skip
    assert sorted(str(row[0]) for row in rows) == ["x:a", "x:b"]
