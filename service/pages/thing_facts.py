"""What is said of a thing and by whom, read from the graph for its page and its documents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    serialize,
)

from kg.engines.engine import Engine, Lane, Query, QueryError
from kg.namespaces import DCT, GRAPH, OWL, PREFIXES, PROV, QUDT, RDF, RDFS, SKOS, XSD, shorten
from service.spool import AnswerTooLargeError

#: Values of one property that a page shows, and things that refer to this one by one property.
SHOWN_VALUES = 20
SHOWN_REFERENCES = 10
#: Properties that a page shows, each way.
SHOWN_PROPERTIES = 150
#: Statements that a document with the named graphs holds at most.
MAXIMUM_QUADS = 50_000

#: Things whose labels are asked for in one query, which may not be too long.
_AT_ONCE = 500

_DERIVED = f"{GRAPH}derived/"
#: How things are named, the best first.
_NAMING = (f"{RDFS}label", f"{SKOS}prefLabel", f"{DCT}title")
_DESCRIBING = (f"{SKOS}definition", f"{DCT}description", f"{RDFS}comment")
#: Properties that read better by other words than their names.
_SPOKEN = {
    f"{RDF}type": "is a",
    f"{RDFS}label": "label",
    f"{RDFS}seeAlso": "see also",
    f"{SKOS}prefLabel": "name",
    f"{SKOS}altLabel": "other name",
    f"{SKOS}notation": "code",
    f"{SKOS}exactMatch": "exact match",
    f"{SKOS}closeMatch": "close match",
    f"{DCT}isPartOf": "part of",
    f"{PROV}wasDerivedFrom": "derived from",
    f"{QUDT}numericValue": "value",
    f"{QUDT}unit": "unit",
}
_FIRST = (f"{RDF}type",)
_LAST = (f"{PROV}wasDerivedFrom",)

Binding = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a property, or a thing that refers to this one.

    ``text`` is to be read; ``iri`` is empty for a literal, ``name`` the prefixed name of a thing
    whose label is shown. ``graphs`` are the named graphs that hold the statement.
    """

    text: str
    iri: str = ""
    name: str = ""
    datatype: str = ""
    language: str = ""
    graphs: tuple[str, ...] = ()

    @property
    def inferred(self) -> bool:
        """True where no source states it: it was derived by the build."""
        return bool(self.graphs) and all(graph.startswith(_DERIVED) for graph in self.graphs)


@dataclass(frozen=True, slots=True)
class Property:
    """A property with the first of its values; ``total`` counts them all."""

    iri: str
    label: str
    values: tuple[Value, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of a thing, and what refers to it."""

    iri: str
    label: str
    language: str
    description: str
    said: tuple[Property, ...]
    references: tuple[Property, ...]

    @property
    def types(self) -> tuple[Value, ...]:
        """The classes of the thing that a source states, or else all of them."""
        classes = next((p.values for p in self.said if p.iri == f"{RDF}type"), ())
        found = [c for c in classes if not c.iri.startswith(OWL)]
        return tuple([c for c in found if not c.inferred] or found)


def rows(engine: Engine, text: str, lane: Lane = Lane.LIGHT) -> list[Binding]:
    """The solutions of a query of our own, with their terms as SPARQL JSON has them."""
    with engine.query(Query(text, lane=lane)) as answer:
        content = answer.read()
    try:
        found: list[Binding] = json.loads(content)["results"]["bindings"]
    except (ValueError, RecursionError):
        raise QueryError("The engine gave an answer that cannot be read.") from None
    return found


def known(engine: Engine, iri: str) -> bool:
    """Whether anything is said of a thing, or refers to it, or is in a graph of that name."""
    thing = _node(iri)
    text = (
        f"ASK {{ {{ {thing} ?p ?o }} UNION {{ GRAPH ?g {{ {thing} ?p ?o }} }} "
        f"UNION {{ ?s ?p {thing} }} UNION {{ GRAPH ?g {{ ?s ?p {thing} }} }} "
        f"UNION {{ GRAPH {thing} {{ ?s ?p ?o }} }} }}"
    )
    with engine.query(Query(text)) as answer:
        return bool(json.loads(answer.read())["boolean"])


def read_facts(engine: Engine, iri: str) -> Facts:
    """Read what a page shows of a thing. Raises what :meth:`Engine.query` raises."""
    said = _properties(engine, iri, "{0} {1} ?value", SHOWN_VALUES)
    references = _properties(engine, iri, "?value {1} {0}", SHOWN_REFERENCES)
    label, language = _best(said, _NAMING)
    description, _ = _best(said, _DESCRIBING)
    return Facts(
        iri=iri,
        label=label or shorten(iri),
        language=language,
        description=description,
        said=tuple(said),
        references=tuple(references),
    )


def _node(iri: str) -> str:
    """An IRI as a query holds it; raises ``ValueError`` for what is none."""
    return str(NamedNode(iri))


def _properties(engine: Engine, iri: str, pattern: str, shown: int) -> list[Property]:
    """The properties of one way, with their first values; ``pattern`` says which way."""
    thing = _node(iri)
    every = pattern.format(thing, "?property")
    sizes = {
        row["property"]["value"]: int(row["size"]["value"])
        for row in rows(
            engine,
            f"SELECT ?property (COUNT(DISTINCT ?value) AS ?size) WHERE {{ {_anywhere(every)} }} "
            f"GROUP BY ?property ORDER BY ?property LIMIT {SHOWN_PROPERTIES}",
        )
        if "property" in row
    }
    if not sizes:
        return []
    parts = []
    for name in sizes:
        one = pattern.format(thing, _node(name))
        parts.append(
            f"{{ {{ SELECT DISTINCT ?value WHERE {{ {_anywhere(one)} }} LIMIT {shown} }} "
            f"OPTIONAL {{ GRAPH ?graph {{ {one} }} }} BIND({_node(name)} AS ?property) }}"
        )
    found = rows(engine, f"SELECT ?property ?value ?graph WHERE {{ {' UNION '.join(parts)} }}")
    named = [*sizes, *(row["value"]["value"] for row in found if row["value"]["type"] == "uri")]
    labels = _labels(engine, named)
    return sorted(
        (
            Property(
                iri=name,
                label=_SPOKEN.get(name) or labels.get(name) or shorten(name),
                values=_values([r for r in found if r["property"]["value"] == name], labels),
                total=size,
            )
            for name, size in sizes.items()
        ),
        key=_place,
    )


def _place(one: Property) -> tuple[bool, bool, bool, str, str]:
    """Where a property stands: its classes first, then what sources state, then what follows."""
    inferred = all(value.inferred for value in one.values)
    return one.iri not in _FIRST, one.iri in _LAST, inferred, one.label.casefold(), one.iri


def _anywhere(pattern: str) -> str:
    """A pattern in the default graph or in any named one."""
    return f"{{ {pattern} }} UNION {{ GRAPH ?where {{ {pattern} }} }}"


def _values(found: Iterable[Binding], labels: Mapping[str, str]) -> tuple[Value, ...]:
    graphs: dict[tuple[str, str, str, str], set[str]] = {}
    for row in found:
        term = row["value"]
        text = _text(term)
        language, datatype = term.get("xml:lang", ""), term.get("datatype", "")
        key = (term["type"], text, datatype, language)
        graphs.setdefault(key, set())
        if "graph" in row:
            graphs[key].add(row["graph"]["value"])
    values = []
    for (kind, text, datatype, language), where in graphs.items():
        iri = text if kind == "uri" else ""
        label = labels.get(iri, "") if iri else ""
        values.append(
            Value(
                text=label or (shorten(iri) if iri else text),
                iri=iri,
                name=shorten(iri) if label else "",
                datatype="" if datatype == f"{XSD}string" else datatype,
                language=language,
                graphs=tuple(sorted(where)),
            )
        )
    return tuple(sorted(values, key=lambda v: (v.inferred, v.text.casefold(), v.iri)))


def _text(term: Mapping[str, Any]) -> str:
    if term["type"] == "triple":
        return " ".join(_text(term["value"][p]) for p in ("subject", "predicate", "object"))
    return f"_:{term['value']}" if term["type"] == "bnode" else str(term["value"])


def _labels(engine: Engine, iris: Sequence[str]) -> dict[str, str]:
    """English labels, else those of no language, else any."""
    distinct = [_node(iri) for iri in dict.fromkeys(iris)]
    # Each way of naming is a pattern of its own, which the engine looks up thing by thing.
    ways = " UNION ".join(
        f"{{ {where} BIND({_node(naming)} AS ?naming) }}"
        for naming in _NAMING
        for where in (
            f"?thing {_node(naming)} ?label",
            f"GRAPH ?graph {{ ?thing {_node(naming)} ?label }}",
        )
    )
    found = [
        row
        for start in range(0, len(distinct), _AT_ONCE)
        for row in rows(
            engine,
            "SELECT DISTINCT ?thing ?naming ?label WHERE { "
            f"VALUES ?thing {{ {' '.join(distinct[start : start + _AT_ONCE])} }} "
            f"OPTIONAL {{ {ways} }} FILTER(isLiteral(?label)) }}",
        )
    ]
    best: dict[str, tuple[tuple[int, int, str], str]] = {}
    for row in found:
        text = str(row["label"]["value"])
        rank = (
            _rank(row["label"].get("xml:lang", "")),
            _NAMING.index(row["naming"]["value"]),
            text,
        )
        iri = row["thing"]["value"]
        if iri not in best or rank < best[iri][0]:
            best[iri] = (rank, text)
    return {iri: text for iri, (_, text) in best.items()}


def _rank(language: str) -> int:
    return 0 if language.lower().startswith("en") else 1 if not language else 2


def _best(said: Sequence[Property], names: Sequence[str]) -> tuple[str, str]:
    """The first value of the first of these properties, English before others."""
    for name in names:
        values = [v for p in said if p.iri == name for v in p.values if not v.iri]
        if values:
            first = min(values, key=lambda v: _rank(v.language))
            return first.text, first.language
    return "", ""


# With their graphs


def quads_of(engine: Engine, iri: str) -> list[Quad]:
    """Every statement with the thing as its subject, in the graph that holds it, with those of
    nameless nodes in it.

    Raises :class:`~service.spool.AnswerTooLargeError` beyond :data:`MAXIMUM_QUADS`.
    """
    thing = _node(iri)
    own = f"{thing} ?property ?value"
    below = f"{thing} ?link ?subject . ?subject ?property ?value"
    found = rows(
        engine,
        "SELECT DISTINCT ?graph ?subject ?property ?value WHERE { "
        f"{{ GRAPH ?graph {{ {own} }} BIND({thing} AS ?subject) }} UNION "
        f"{{ GRAPH ?graph {{ {below} FILTER(isBlank(?subject)) }} }} UNION "
        f"{{ {own} FILTER NOT EXISTS {{ GRAPH ?any {{ {own} }} }} BIND({thing} AS ?subject) }} "
        f"UNION {{ {below} FILTER(isBlank(?subject)) "
        f"FILTER NOT EXISTS {{ GRAPH ?any {{ ?subject ?property ?value }} }} }} "
        f"}} LIMIT {MAXIMUM_QUADS + 1}",
        Lane.OPEN,
    )
    if len(found) > MAXIMUM_QUADS:
        raise AnswerTooLargeError(
            f"More than {MAXIMUM_QUADS:,} statements are made about it.",
            remedy="Take it as Turtle or N-Triples, or ask the endpoint for a part.",
        )
    return [
        Quad(
            _term(row["subject"]),
            _term(row["property"]),
            _term(row["value"]),
            _term(row["graph"]) if "graph" in row else DefaultGraph(),
        )
        for row in found
    ]


def _term(term: Mapping[str, Any]) -> Any:
    """A term of SPARQL JSON as one of pyoxigraph."""
    value = term["value"]
    if term["type"] == "uri":
        return NamedNode(value)
    if term["type"] == "bnode":
        return BlankNode(value)
    if term["type"] == "triple":
        return Triple(*(_term(value[part]) for part in ("subject", "predicate", "object")))
    if "xml:lang" in term:
        return Literal(value, language=term["xml:lang"])
    datatype = term.get("datatype")
    return Literal(value, datatype=NamedNode(datatype)) if datatype else Literal(value)


def write_quads(quads: Sequence[Quad], media_type: str) -> bytes:
    """Quads as TriG or N-Quads, in an order that is always the same."""
    target = RdfFormat.from_media_type(media_type)
    ordered = sorted(quads, key=lambda q: (str(q.graph_name), str(q)))
    prefixes = dict(PREFIXES) if target == RdfFormat.TRIG else None
    return serialize(ordered, format=target, prefixes=prefixes) or b""
