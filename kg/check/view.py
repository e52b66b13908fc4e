"""The default graph of a store as rdflib sees it, with nothing copied that nobody asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store
from rdflib import Graph, URIRef
from rdflib.store import Store as RdflibStore
from rdflib.term import Node

from kg.check.terms import oxigraph_term, rdflib_term

_Pattern: TypeAlias = tuple[Any, Any, Any]
_Found: TypeAlias = tuple[tuple[Node, Node, Node], Iterator[Graph]]


_GRAPH = DefaultGraph()


class StoreView(RdflibStore):
    """A store of pyoxigraph that rdflib reads from; it must not change meanwhile.

    Each lookup is answered by the store once and then remembered. Where nearly everything will be
    looked up, reading all values of a property at once is three times as quick: ``ahead`` are the
    IRIs of such properties. What is found does not depend on them. ``graph`` is its one graph.
    """

    # Without these two pyshacl does not take it; there is one graph, whoever asks.
    context_aware = True
    graph_aware = True

    def __init__(self, store: Store, ahead: Collection[str] = ()) -> None:
        super().__init__()
        self._store = store
        self._known: dict[object, Node] = {}
        self._found: dict[_Pattern, list[tuple[Node, Node, Node]]] = {}
        self.graph = Graph(self)
        self._graphs = (self.graph,)
        self._ahead = {URIRef(name): self._values(name) for name in sorted(ahead)}

    def triples(
        self,
        triple_pattern: _Pattern,
        context: Graph | None = None,  # noqa: ARG002
    ) -> Iterator[_Found]:
        """Give the triples that fit a pattern, in which ``None`` is anything."""
        subject, predicate, value = triple_pattern
        if subject is not None and value is None and predicate in self._ahead:
            for each in self._ahead[predicate].get(subject, ()):
                yield (subject, predicate, each), iter(self._graphs)
            return
        found = self._found.get(triple_pattern)
        if found is None:
            found = self._found[triple_pattern] = list(self._look_up(subject, predicate, value))
        for triple in found:
            yield triple, iter(self._graphs)

    def __len__(self, context: Graph | None = None) -> int:
        """1 for a store that holds anything: pyshacl asks at each node, and counting is slow."""
        return int(next(self._store.quads_for_pattern(None, None, None, _GRAPH), None) is not None)

    def _values(self, predicate: str) -> dict[Node, list[Node]]:
        values: dict[Node, list[Node]] = {}
        for quad in self._store.quads_for_pattern(None, NamedNode(predicate), None, _GRAPH):
            values.setdefault(self._term(quad.subject), []).append(self._term(quad.object))
        return values

    def _look_up(
        self, subject: Node | None, predicate: Node | None, value: Node | None
    ) -> Iterator[tuple[Node, Node, Node]]:
        try:
            about = None if subject is None else oxigraph_term(subject)
            named = None if predicate is None else oxigraph_term(predicate)
            held = None if value is None else oxigraph_term(value)
        except ValueError:  # what is no IRI stands in no store
            return
        if isinstance(about, Literal) or isinstance(named, BlankNode | Literal):
            return
        for quad in self._store.quads_for_pattern(about, named, held, _GRAPH):
            yield self._term(quad.subject), self._term(quad.predicate), self._term(quad.object)

    def _term(self, term: Any) -> Node:
        found = self._known.get(term)
        if found is None:
            found = self._known[term] = rdflib_term(term)
        return found
