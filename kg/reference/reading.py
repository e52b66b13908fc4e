"""Reading the reference from the snapshot that an engine answers from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode

from kg.engines.engine import Engine
from kg.namespaces import CM, CMD, DCT, GRAPH, OWL, PREFIXES, RDF, RDFS, SKOS, is_local_name
from kg.questions.things import solutions
from kg.reference.axioms import find_axioms
from kg.reference.expressions import Unknown, read_expression
from kg.reference.model import AxiomText, CodeList, Match, Module, Reference, Term, TermKind
from kg.reference.modules import ROOT, find_modules, home_of
from kg.reference.statements import Statements, read_statements
from kg.reference.words import English, Words, joined, local_words, plain

_KINDS = {
    f"{OWL}Class": TermKind.CLASS,
    f"{RDFS}Class": TermKind.CLASS,
    f"{OWL}ObjectProperty": TermKind.OBJECT_PROPERTY,
    f"{OWL}DatatypeProperty": TermKind.DATATYPE_PROPERTY,
    f"{OWL}AnnotationProperty": TermKind.ANNOTATION_PROPERTY,
    f"{SKOS}ConceptScheme": TermKind.CODE_LIST,
    f"{SKOS}Concept": TermKind.CODE,
}
_MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_STANDARD = tuple(iri for name, iri in PREFIXES.items() if name not in ("cm", "cmd", "graph"))


def read_reference(engine: Engine) -> Reference:
    """Read modules, terms, code lists and axioms of the snapshot.

    Two queries: the statements of the ontology, and the labels of the things that axioms name.
    """
    return make_reference(read_statements(engine), lambda iris: _labels(engine, iris))


def make_reference(
    statements: Statements, labels: Callable[[Sequence[str]], Mapping[str, str]]
) -> Reference:
    """Make the reference of statements; ``labels`` looks up things that are no terms."""
    terms = {term.iri: term for term in _terms(statements)}
    things = _things(statements, terms)
    outside = labels(things) if things else {}

    def name(iri: str) -> str:
        known = terms.get(iri)
        return known.label if known else outside.get(iri) or local_words(iri)

    english = English(name)
    axioms = tuple(find_axioms(statements, english))
    terms = {iri: _with_ends(term, statements, english) for iri, term in terms.items()}
    modules = find_modules(statements, terms.values())
    root = modules.pop(ROOT, Module(ROOT, "", "The ontology"))
    return Reference(
        root=root,
        modules=MappingProxyType({module.name: module for module in modules.values()}),
        terms=MappingProxyType(terms),
        lists=MappingProxyType(_lists(terms)),
        axioms=axioms,
        statements=statements,
        _about=_index((iri, axiom) for axiom in axioms for iri in axiom.about),
        _mentioning=_index((iri, axiom) for axiom in axioms for iri in sorted(axiom.mentions)),
    )


def _labels(engine: Engine, iris: Sequence[str]) -> dict[str, str]:
    values = " ".join(str(NamedNode(iri)) for iri in iris)
    rows = solutions(
        engine,
        f"""SELECT ?thing (MIN(STR(?said)) AS ?label) WHERE {{ VALUES ?thing {{ {values} }}
          ?thing <{RDFS}label> ?said FILTER(LANG(?said) IN ("", "en")) }} GROUP BY ?thing""",
    )
    return {row["thing"]: row["label"] for row in rows if "label" in row}


def _things(statements: Statements, terms: Mapping[str, Term]) -> list[str]:
    """The named individuals that axioms speak of and that are no terms."""
    values = {
        statement.object.value
        for statement in statements
        if isinstance(statement.object, NamedNode) and statement.object.value.startswith(CMD)
    }
    return sorted(values - set(terms))


def _terms(statements: Statements) -> Iterable[Term]:
    above = {
        s.object.value
        for s in statements.with_predicate(f"{RDFS}subClassOf")
        if isinstance(s.object, NamedNode)
    }
    for node in statements.subjects():
        types = [t.value for t in statements.named(node, f"{RDF}type")]
        kind = _kind(statements, node, types, above)
        if kind is not None and _shown(statements, node):
            yield _term(statements, node, kind, types)


def _shown(statements: Statements, node: NamedNode) -> bool:
    """True for terms of ours, and for those of others that an extension brings in."""
    iri = node.value
    if iri.startswith(CM):
        return is_local_name(iri.removeprefix(CM))
    if iri.startswith((CMD, GRAPH, *_STANDARD)):
        return False
    return bool(statements.texts(node, f"{RDFS}label") or statements.texts(node, _DEFINITION))


def _kind(
    statements: Statements, node: NamedNode, types: Sequence[str], above: set[str]
) -> TermKind | None:
    if f"{OWL}Ontology" in types:
        return None
    for iri, kind in _KINDS.items():
        if iri in types:
            return kind
    if statements.objects(node, f"{SKOS}inScheme") or statements.objects(node, _PREFERRED):
        return TermKind.CODE
    if node.value in above:
        return TermKind.CLASS
    return TermKind.INDIVIDUAL if types or statements.texts(node, f"{RDFS}label") else None


_DEFINITION = f"{SKOS}definition"
_PREFERRED = f"{SKOS}prefLabel"
_ABOVE = {
    TermKind.CLASS: f"{RDFS}subClassOf",
    TermKind.CODE: f"{SKOS}broader",
    TermKind.OBJECT_PROPERTY: f"{RDFS}subPropertyOf",
    TermKind.DATATYPE_PROPERTY: f"{RDFS}subPropertyOf",
    TermKind.ANNOTATION_PROPERTY: f"{RDFS}subPropertyOf",
}


def _term(statements: Statements, node: NamedNode, kind: TermKind, types: Sequence[str]) -> Term:
    labels = statements.texts(node, f"{RDFS}label") or statements.texts(node, _PREFERRED)
    label = labels[0] if labels else local_words(node.value).removeprefix("cm:")
    above = statements.named(node, _ABOVE[kind]) if kind in _ABOVE else []
    notes = [
        *statements.texts(node, f"{SKOS}scopeNote"),
        *statements.texts(node, f"{SKOS}note"),
        *statements.texts(node, f"{SKOS}historyNote"),
    ]
    orders = statements.texts(node, f"{CM}order")
    schemes = statements.named(node, f"{SKOS}inScheme")
    definitions = statements.texts(node, _DEFINITION) or statements.texts(node, f"{DCT}description")
    deprecated = statements.texts(node, f"{OWL}deprecated")
    return Term(
        iri=node.value,
        kind=kind,
        label=label,
        definition=" ".join(definitions),
        notes=tuple(notes),
        examples=tuple(statements.texts(node, f"{SKOS}example")),
        alternatives=tuple(t for t in statements.texts(node, f"{SKOS}altLabel") if t != label),
        comments=tuple(statements.texts(node, f"{RDFS}comment")),
        translations=_translations(statements, node, label),
        module=home_of(statements, node),
        graph=statements.about(node)[0].graph,
        types=tuple(t for t in types if t.startswith(CM) or t not in _KINDS),
        parents=tuple(n.value for n in above if n != node and n.value != f"{OWL}Thing"),
        matches=tuple(
            Match(relation, match.value)
            for relation in _MATCHES
            for match in statements.named(node, SKOS + relation)
        ),
        notation=next(iter(statements.texts(node, f"{SKOS}notation")), ""),
        order=_number(orders[0]) if orders else 0.0,
        scheme=schemes[0].value if schemes else "",
        deprecated="true" in deprecated or "1" in deprecated,
        replaced_by=tuple(n.value for n in statements.named(node, f"{DCT}isReplacedBy")),
    )


def _translations(
    statements: Statements, node: NamedNode, label: str
) -> tuple[tuple[str, str], ...]:
    found = {
        (literal.language, literal.value)
        for predicate in (_PREFERRED, f"{RDFS}label")
        for literal in statements.objects(node, predicate)
        if isinstance(literal, Literal) and literal.language and literal.value != label
    }
    return tuple(sorted((tag, text) for tag, text in found if tag != "en"))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _with_ends(term: Term, statements: Statements, english: English) -> Term:
    """The term with its domain and range, its inverses, and what is directly below it."""
    node = NamedNode(term.iri)
    below = (
        {
            s.subject.value
            for s in statements.with_predicate(_ABOVE[term.kind])
            if s.object == node and isinstance(s.subject, NamedNode) and s.subject != node
        }
        if term.kind in _ABOVE
        else set()
    )
    inverse = f"{OWL}inverseOf"
    inverses = {n.value for n in statements.named(node, inverse)} | {
        s.subject.value
        for s in statements.with_predicate(inverse)
        if s.object == node and isinstance(s.subject, NamedNode)
    }
    return replace(
        term,
        children=tuple(sorted(below)),
        domain=_end(statements, english, node, f"{RDFS}domain"),
        range=_end(statements, english, node, f"{RDFS}range"),
        inverses=tuple(sorted(inverses)),
    )


def _end(statements: Statements, english: English, node: NamedNode, predicate: str) -> Words:
    read = [read_expression(statements, value) for value in statements.objects(node, predicate)]
    found = [e for e in read if not isinstance(e, Unknown)]
    return joined(sorted((english.bare(e) for e in found), key=plain), "and")


def _lists(terms: Mapping[str, Term]) -> dict[str, CodeList]:
    by_scheme: dict[str, list[Term]] = {}
    for term in terms.values():
        if term.kind is TermKind.CODE and term.scheme in terms:
            by_scheme.setdefault(term.scheme, []).append(term)
    schemes = (t for t in terms.values() if t.kind is TermKind.CODE_LIST)
    return {
        scheme.iri: CodeList(
            scheme,
            tuple(sorted(by_scheme.get(scheme.iri, ()), key=lambda t: (t.order, t.label, t.iri))),
        )
        for scheme in sorted(schemes, key=lambda term: term.label.casefold())
    }


def _index(pairs: Iterable[tuple[str, AxiomText]]) -> dict[str, tuple[AxiomText, ...]]:
    found: dict[str, list[AxiomText]] = {}
    for iri, axiom in pairs:
        found.setdefault(iri, []).append(axiom)
    return {iri: tuple(dict.fromkeys(axioms)) for iri, axioms in found.items()}
