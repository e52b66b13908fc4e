"""The statements of the ontology in the snapshot, with what an expert's extension adds to it.

They come through the engine as a table of results, so nothing but JSON is parsed here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.engines.engine import Engine, Query
from kg.errors import CritmatError
from kg.namespaces import GRAPH, GRAPH_ONTOLOGY, RDF, sparql_prologue

Node: TypeAlias = NamedNode | BlankNode | Literal
Subject: TypeAlias = NamedNode | BlankNode

_FIRST, _REST, _NIL = (NamedNode(RDF + name) for name in ("first", "rest", "nil"))
#: Nothing that a person wrote is nested deeper; what is, is cut there.
DEEPEST = 40


class UnreadableOntologyError(CritmatError):
    """The engine gave something that is no statement."""

    title = "Unreadable ontology"


@dataclass(frozen=True, slots=True)
class Statement:
    """One triple and the IRI of the graph that it stands in."""

    subject: Subject
    predicate: NamedNode
    object: Node
    graph: str


class Statements:
    """All statements, to be looked up by subject, by predicate and by object."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self.all = tuple(dict.fromkeys(statements))
        self._about: dict[Subject, list[Statement]] = {}
        self._objects: dict[tuple[Subject, NamedNode], list[Node]] = {}
        self._by_predicate: dict[NamedNode, list[Statement]] = {}
        for statement in self.all:
            key = (statement.subject, statement.predicate)
            self._about.setdefault(statement.subject, []).append(statement)
            values = self._objects.setdefault(key, [])
            if statement.object not in values:
                values.append(statement.object)
            self._by_predicate.setdefault(statement.predicate, []).append(statement)

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.all)

    def subjects(self) -> Iterator[NamedNode]:
        """Every subject that has a name, in the order of IRIs."""
        named = (subject for subject in self._about if isinstance(subject, NamedNode))
        return iter(sorted(named, key=lambda node: node.value))

    def about(self, subject: Subject) -> tuple[Statement, ...]:
        """The statements with this subject."""
        return tuple(self._about.get(subject, ()))

    def objects(self, subject: Subject, predicate: str) -> list[Node]:
        """The values of a property, in the order in which they came."""
        return self._objects.get((subject, NamedNode(predicate)), [])

    def named(self, subject: Subject, predicate: str) -> list[NamedNode]:
        """The values of a property that have a name, in the order of IRIs."""
        found = (n for n in self.objects(subject, predicate) if isinstance(n, NamedNode))
        return sorted(found, key=lambda node: node.value)

    def texts(self, subject: Subject, predicate: str, language: str = "en") -> list[str]:
        """The literals of a property in a language or in none; where there are none, in any."""
        literals = [n for n in self.objects(subject, predicate) if isinstance(n, Literal)]
        fitting = [n.value for n in literals if (n.language or language) == language]
        return sorted(fitting or [literal.value for literal in literals])

    def with_predicate(self, predicate: str) -> tuple[Statement, ...]:
        """The statements with this predicate."""
        return tuple(self._by_predicate.get(NamedNode(predicate), ()))

    def listed(self, head: Node) -> list[Node]:
        """The members of an RDF list; a broken or circular one ends where it breaks."""
        members: list[Node] = []
        seen: set[Node] = set()
        while isinstance(head, NamedNode | BlankNode) and head != _NIL and head not in seen:
            seen.add(head)
            members.extend(self._objects.get((head, _FIRST), [])[:1])
            rest = self._objects.get((head, _REST), [])
            head = rest[0] if rest else _NIL
        return members

    def closure(self, subjects: Iterable[Subject]) -> list[Statement]:
        """The statements about ``subjects`` and about the nameless nodes that they lead to."""
        found: dict[Statement, None] = {}
        waiting = list(subjects)
        seen: set[Subject] = set(waiting)
        while waiting:
            for statement in self._about.get(waiting.pop(), ()):
                found[statement] = None
                if isinstance(statement.object, BlankNode) and statement.object not in seen:
                    seen.add(statement.object)
                    waiting.append(statement.object)
        return list(found)


# Terms that an extension declares stand in graphs of its own; derived graphs repeat types only.
_QUERY = """
SELECT ?g ?s ?p ?o WHERE {
  { GRAPH <%(ontology)s> { ?s ?p ?o } BIND(<%(ontology)s> AS ?g) }
  UNION
  { { SELECT DISTINCT ?g ?s WHERE { %(declared)s } } GRAPH ?g { ?s ?p ?o } }
  UNION
  { { SELECT DISTINCT ?g WHERE { %(declared)s } }
    GRAPH ?g { ?s ?p ?o FILTER(ISBLANK(?s)) } }
}"""
_DECLARED = """
  VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty
    owl:Ontology skos:ConceptScheme skos:Concept }
  GRAPH ?g { ?s a ?kind }
  FILTER(?g != <%s> && !STRSTARTS(STR(?g), "%sderived/"))
"""


def read_statements(engine: Engine) -> Statements:
    """Read the ontology graph, and the terms that other graphs of the snapshot declare.

    Raises :class:`UnreadableOntologyError` for an answer that is no table of terms, and what
    :meth:`~kg.engines.engine.Engine.query` raises.
    """
    declared = _DECLARED % (GRAPH_ONTOLOGY, GRAPH)
    text = sparql_prologue() + _QUERY % {"ontology": GRAPH_ONTOLOGY, "declared": declared}
    with engine.query(Query(text)) as answer:
        data = answer.read()
    try:
        rows = json.loads(data)["results"]["bindings"]
        found = [_statement(row) for row in rows]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableOntologyError(
            "The engine's answer about the ontology is no table of statements.",
            remedy="Check the snapshot with critmat snapshot verify.",
        ) from error
    order = sorted(
        (s for s in found if s is not None), key=lambda s: (str(s.subject), str(s.object))
    )
    return Statements(order)


def _statement(row: dict[str, Any]) -> Statement | None:
    subject, value = _node(row["s"]), _node(row["o"])
    if subject is None or value is None or isinstance(subject, Literal):
        return None
    return Statement(subject, NamedNode(row["p"]["value"]), value, row["g"]["value"])


def _node(cell: dict[str, Any]) -> Node | None:
    """The term in a cell; nothing for a triple term, which no axiom holds."""
    kind, value = cell["type"], cell["value"]
    if kind == "uri":
        return NamedNode(value)
    if kind == "bnode":
        return BlankNode(value)
    if kind not in {"literal", "typed-literal"}:
        return None
    if language := cell.get("xml:lang"):
        return Literal(value, language=language)
    datatype = cell.get("datatype")
    return Literal(value, datatype=NamedNode(datatype)) if datatype else Literal(value)
