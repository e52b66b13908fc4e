"""The ontology in numbers: terms, axioms by kind, what lacks a definition, and what checks it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg.mappings import read_mapping_set
from kg.namespaces import CM, OWL, RDF, RDFS, SKOS
from kg.ontology import mapping_files, ontology_dataset
from kg.shipped import ontology_dir

#: So many terms that lack something are named.
SHOWN = 12
_SHACL = "http://www.w3.org/ns/shacl#"
_Node = NamedNode | BlankNode | Literal | Triple
_TYPE = NamedNode(f"{RDF}type")
_KINDS = {
    f"{OWL}Class": "classes",
    f"{OWL}ObjectProperty": "object properties",
    f"{OWL}DatatypeProperty": "datatype properties",
    f"{OWL}AnnotationProperty": "annotation properties",
}
#: Axioms that are one triple each.
_SIMPLE = {
    f"{RDFS}subPropertyOf": "sub-property",
    f"{OWL}propertyChainAxiom": "property chain",
    f"{RDFS}domain": "domain",
    f"{RDFS}range": "range",
    f"{OWL}disjointWith": "disjoint classes",
}
_CHARACTERISTICS = {
    f"{OWL}{name}Property": name.lower()
    for name in ("Transitive", "Symmetric", "Asymmetric", "Reflexive", "Irreflexive", "Functional")
} | {f"{OWL}InverseFunctionalProperty": "inverse functional"}


@dataclass(frozen=True, slots=True)
class OntologyMetrics:
    """Tables of numbers by name: each row is what is counted, and how many there are.

    ``missing`` lists own terms and codes by what they lack, such as a definition.
    """

    tables: Mapping[str, Mapping[str, int]]
    missing: Mapping[str, tuple[str, ...]]

    def to_markdown(self) -> str:
        """All tables as Markdown, and the terms that lack something by name."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        for title, rows in self.tables.items():
            yield f"| {title} | number |"
            yield "| --- | ---: |"
            yield from (f"| {what} | {number:,} |" for what, number in rows.items())
            yield ""
        for what, terms in self.missing.items():
            more = [f"and {len(terms) - SHOWN} more"] if len(terms) > SHOWN else []
            yield f"Without {what}: " + (", ".join([*terms[:SHOWN], *more]) or "none")


def ontology_metrics(folder: Path | None = None) -> OntologyMetrics:
    """Count what is in ``folder`` (default: the shipped ontology).

    Raises what :func:`kg.ontology.ontology_dataset` raises, and :class:`SyntaxError` for shapes
    that do not parse.
    """
    folder = folder or ontology_dir()
    graph = _Graph(ontology_dataset(folder))
    terms = _own(graph, _KINDS)
    codes = _own(graph, [f"{OWL}NamedIndividual", f"{SKOS}Concept", f"{SKOS}ConceptScheme"])
    more = [f"{SKOS}example", f"{SKOS}scopeNote"]
    return OntologyMetrics(
        tables={
            "terms": dict(_terms(graph)),
            "axioms": dict(sorted(Counter(_axioms(graph)).items())),
            "labels": dict(_labels(graph)),
            "checks": dict(_checks(folder)),
            "mappings to": dict(_mappings(folder)),
        },
        missing={
            "a label": _without(terms + codes, graph, [f"{RDFS}label"]),
            "a definition": _without(terms + codes, graph, [f"{SKOS}definition"]),
            "an example or a note, of classes and properties": _without(terms, graph, more),
            "an example or a note, of codes": _without(codes, graph, more),
        },
    )


class _Graph:
    """The triples of the ontology, to be looked up."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.triples = [quad.triple for quad in quads]
        self._objects: dict[tuple[_Node, str], list[_Node]] = {}
        for triple in self.triples:
            key = (triple.subject, triple.predicate.value)
            self._objects.setdefault(key, []).append(triple.object)

    def objects(self, subject: _Node, predicate: str) -> list[_Node]:
        return self._objects.get((subject, predicate), [])

    def of_type(self, iri: str) -> list[_Node]:
        return [t.subject for t in self.triples if t.predicate == _TYPE and _iri(t.object) == iri]

    def list_length(self, node: _Node) -> int:
        length = 0
        while rest := self.objects(node, f"{RDF}rest"):
            node, length = rest[0], length + 1
        return length


def _iri(node: _Node) -> str:
    return node.value if isinstance(node, NamedNode) else ""


def _is_own(node: _Node) -> bool:
    return _iri(node).startswith(CM)


def _terms(graph: _Graph) -> Iterator[tuple[str, int]]:
    for kind, name in _KINDS.items():
        members = [node for node in graph.of_type(kind) if isinstance(node, NamedNode)]
        own = sum(map(_is_own, members))
        yield name, own
        yield f"{name} of other vocabularies", len(members) - own
    schemes = graph.of_type(f"{SKOS}ConceptScheme")
    yield "code lists", len(schemes)
    codes = {
        t.subject
        for t in graph.triples
        if t.predicate.value == f"{SKOS}inScheme" and t.object in schemes
    }
    yield "codes", len(codes)
    others = set(graph.of_type(f"{OWL}NamedIndividual")) - codes - set(schemes)
    yield "other individuals", len(others)
    yield "triples", sum(1 for t in graph.triples if t.predicate.value != f"{OWL}imports")


def _axioms(graph: _Graph) -> Iterator[str]:
    """The kind of each axiom."""
    for triple in graph.triples:
        predicate, subject = triple.predicate.value, triple.subject
        if predicate in _SIMPLE:
            yield _SIMPLE[predicate]
        elif predicate == f"{OWL}inverseOf" and isinstance(subject, NamedNode):
            yield "inverse"
        elif predicate == f"{OWL}equivalentClass":
            yield "defined class" if isinstance(triple.object, BlankNode) else "same class"
        elif predicate == f"{RDFS}subClassOf":
            yield _sub_class(subject, triple.object)
        elif triple.predicate == _TYPE and _iri(triple.object) in _CHARACTERISTICS:
            yield _CHARACTERISTICS[_iri(triple.object)]
        elif _iri(triple.object) == f"{OWL}AllDisjointClasses":
            members = graph.list_length(graph.objects(subject, f"{OWL}members")[0])
            yield from ("disjoint classes" for _ in combinations(range(members), 2))


def _sub_class(narrow: _Node, wide: _Node) -> str:
    if isinstance(narrow, BlankNode):
        return "defined class"
    return "sub-class of a description" if isinstance(wide, BlankNode) else "sub-class"


def _labels(graph: _Graph) -> Iterator[tuple[str, int]]:
    languages = Counter(
        t.object.language or "no language"
        for t in graph.triples
        if t.predicate.value in {f"{RDFS}label", f"{SKOS}prefLabel"}
        and isinstance(t.object, Literal)
        and _is_own(t.subject)
    )
    yield from sorted(languages.items())


def _checks(folder: Path) -> Iterator[tuple[str, int]]:
    kinds: Counter[str] = Counter()
    for path in sorted((folder / "shapes").glob("*.ttl")):
        for quad in parse(path=str(path), format=RdfFormat.TURTLE):
            if quad.predicate.value == f"{_SHACL}property":
                kinds["constraints on a property"] += 1
            elif quad.predicate.value == f"{_SHACL}sparql":
                kinds["constraints by a query"] += 1
            elif quad.predicate == _TYPE and _iri(quad.object) == f"{_SHACL}NodeShape":
                kinds["shapes"] += 1
    for kind in ("shapes", "constraints on a property", "constraints by a query"):
        yield kind, kinds[kind]
    yield "competency questions", len(list((folder / "competency").glob("*.rq")))
    yield "patterns", len(list((folder / "patterns").glob("*/README.md")))


def _mappings(folder: Path) -> Iterator[tuple[str, int]]:
    """Mappings by the prefix that the mapping set gives to the outside vocabulary."""
    found: Counter[str] = Counter()
    for path in mapping_files(folder):
        table = read_mapping_set(path)
        for row in table.rows:
            fits = [
                (len(namespace), prefix)
                for prefix, namespace in table.prefixes.items()
                if row.object.startswith(namespace)
            ]
            found[max(fits)[1] if fits else "without a prefix"] += 1
    yield from sorted(found.items())


def _own(graph: _Graph, kinds: Iterable[str]) -> list[NamedNode]:
    """Terms of this ontology that are of one of the kinds, by name."""
    found = {node for kind in kinds for node in graph.of_type(kind) if _is_own(node)}
    return sorted((n for n in found if isinstance(n, NamedNode)), key=lambda node: node.value)


def _without(
    terms: Iterable[NamedNode], graph: _Graph, predicates: Iterable[str]
) -> tuple[str, ...]:
    """The terms that have none of the predicates."""
    wanted = list(predicates)
    return tuple(
        f"cm:{term.value.removeprefix(CM)}"
        for term in terms
        if not any(graph.objects(term, predicate) for predicate in wanted)
    )
