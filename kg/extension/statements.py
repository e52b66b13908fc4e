"""What the triples of a document may say: names that exist, literals that are what they claim,
graphs that are the expert's own, and nothing that rewrites what is shipped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import BlankNode, Literal, NamedNode, Quad
from rdflib import Literal as RdflibLiteral
from rdflib import URIRef

from kg.extension.baseline import Baseline
from kg.extension.documents import TYPE, Document
from kg.facts.cells import KNOWN_DATATYPES, lexical_form
from kg.facts.schema import did_you_mean
from kg.namespaces import (
    CM,
    CMD,
    CMS,
    GRAPH,
    GRAPH_CATALOGUE,
    GRAPH_ONTOLOGY,
    GRAPH_QUESTIONS,
    OWL,
    PREFIXES,
    RDFS,
    SKOS,
    XSD,
    shorten,
)
from kg.report import Problem, Severity

#: Problems of one document that are listed; the rest is counted.
LISTED = 100
#: Schemes that an IRI may have. Others, such as javascript: or file:, do something when followed.
SCHEMES = frozenset({"http", "https", "urn", "mailto", "tag", "doi", "info", "geo", "tel"})
#: What only the shipped facts may say of a shipped thing.
_IDENTITY = frozenset(
    {f"{RDFS}label", f"{SKOS}prefLabel", f"{SKOS}definition", f"{OWL}sameAs",
     f"{OWL}differentFrom", f"{SKOS}notation"}
)  # fmt: skip
_FUNCTIONAL = f"{OWL}FunctionalProperty"
_XSD_NAMES = frozenset(
    f"{XSD}{name}"
    for name in (
        "string", "boolean", "decimal", "integer", "double", "float", "date", "time", "dateTime",
        "dateTimeStamp", "gYear", "gMonth", "gDay", "gYearMonth", "gMonthDay", "duration",
        "yearMonthDuration", "dayTimeDuration", "byte", "short", "int", "long", "unsignedByte",
        "unsignedShort", "unsignedInt", "unsignedLong", "positiveInteger", "nonNegativeInteger",
        "negativeInteger", "nonPositiveInteger", "hexBinary", "base64Binary", "anyURI", "language",
        "normalizedString", "token", "NMTOKEN", "Name", "NCName",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Own:
    """What the expert's material itself brings, by IRI: ``subjects`` are all that it says
    something of, ``terms`` those of its ontology, ``described`` the named graphs that it
    describes as sources."""

    subjects: frozenset[str]
    terms: frozenset[str]
    described: frozenset[str]

    @classmethod
    def of(cls, documents: Iterable[Document], table_subjects: Collection[str]) -> Own:
        """Collect the names; ``table_subjects`` are the IRIs that its tables speak of."""
        subjects, terms = set(table_subjects), set[str]()
        for document in documents:
            terms.update(iri_of(q.subject) for q in document.schema)
            subjects.update(iri_of(q.subject) for q in document.quads)
        for names in (subjects, terms):
            names.discard("")
        described = (name for name in subjects if name.startswith(GRAPH))
        return cls(frozenset(subjects), frozenset(terms), frozenset(described))


def check_statements(
    documents: Sequence[Document], baseline: Baseline, own: Own
) -> tuple[list[Document], list[Problem]]:
    """Check every statement; give the documents without what only repeats the shipped ontology."""
    shipped = baseline.statements_about(own.subjects)
    kept: list[Document] = []
    problems: list[Problem] = []
    for document in documents:
        schema = tuple(
            q for q in document.schema if _said(q) not in shipped.get(iri_of(q.subject), ())
        )
        kept.append(replace(document, schema=schema))
        found = list(_Checker(kept[-1], baseline, own, shipped).problems())
        problems.extend(found[:LISTED])
        if len(found) > LISTED:
            problems.append(
                Problem(
                    document.file.shown,
                    f"{len(found) - LISTED:,} more problems like these",
                    "Mend these first, then check again.",
                )
            )
    return kept, problems


def iri_of(term: object) -> str:
    """The IRI of a named node; empty for any other term."""
    return term.value if isinstance(term, NamedNode) else ""


def _said(quad: Quad) -> tuple[str, str]:
    return str(quad.predicate), str(quad.object)


class _Checker:
    """Goes through one document; each name is told once."""

    def __init__(
        self,
        document: Document,
        baseline: Baseline,
        own: Own,
        shipped: Mapping[str, set[tuple[str, str]]],
    ) -> None:
        self.document, self.baseline, self.own, self.shipped = document, baseline, own, shipped
        self._told: set[tuple[str, str]] = set()

    def problems(self) -> Iterator[Problem]:
        of_facts = set(self.document.facts)
        for quad in self.document.quads:
            yield from self._names(quad)
            if isinstance(quad.object, Literal):
                yield from self._literal(quad, quad.object)
            if iri_of(quad.subject):
                yield from self._redefinition(quad)
            if quad in of_facts:
                yield from self._fact(quad)

    def _once(self, kind: str, name: str) -> bool:
        mark = kind, name
        if mark in self._told:
            return False
        self._told.add(mark)
        return True

    def _problem(self, message: str, remedy: str, *terms: object) -> Problem:
        return self.document.problem(message, remedy, *terms)

    def _names(self, quad: Quad) -> Iterator[Problem]:
        """Schemes of IRIs, and names of critmat that do not exist."""
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if not isinstance(term, NamedNode):
                continue
            scheme = term.value.partition(":")[0].lower()
            if scheme not in SCHEMES and self._once("scheme", term.value):
                yield self._problem(
                    f"the IRI {term.value[:60]!r} begins with {scheme}:, which is refused",
                    "Use an IRI that begins with https:// or http://.",
                    quad.subject, term,
                )  # fmt: skip
        for term in (quad.predicate, quad.object, quad.subject):
            if not isinstance(term, NamedNode) or term.value in self.baseline.terms:
                continue
            if term.value.startswith((CM, CMS)) and self._once("term", term.value):
                yield self._unknown_term(term, quad)
        yield from self._undeclared(quad)

    def _unknown_term(self, term: NamedNode, quad: Quad) -> Problem:
        near = did_you_mean(shorten(term.value), map(shorten, self.baseline.terms))
        if term.value in self.own.terms and not near:
            remedy = (
                "Names that begin with cm: are critmat's. Give your own terms a namespace of your "
                "own, such as https://example.org/my-terms#."
            )
        else:
            remedy = f"Mend its spelling, or use a term of your own namespace.{near}"
        return self._problem(
            f"critmat has no term {shorten(term.value)}", remedy, quad.subject, term
        )

    def _undeclared(self, quad: Quad) -> Iterator[Problem]:
        """Properties and classes that nothing declares: no axiom and no page will know them."""
        used = [quad.predicate]
        if quad.predicate == TYPE and isinstance(quad.object, NamedNode):
            used.append(quad.object)
        for term in used:
            name = term.value
            borrowed = any(name.startswith(namespace) for namespace in PREFIXES.values())
            known = borrowed or name in self.baseline.terms or name in self.own.terms
            if not known and self._once("undeclared", name):
                kind = "property" if term is quad.predicate else "class"
                near = did_you_mean(name, self.own.terms)
                problem = self._problem(
                    f"nothing declares the {kind} {shorten(name)}",
                    f"Declare it with a label and a definition, or mend its spelling.{near}",
                    quad.subject, term,
                )  # fmt: skip
                yield replace(problem, severity=Severity.WARNING)

    def _literal(self, quad: Quad, literal: Literal) -> Iterator[Problem]:
        datatype = literal.datatype.value
        message = ""
        if datatype in KNOWN_DATATYPES:
            try:
                lexical_form(datatype, literal.value)
            except ValueError as error:
                message = str(error)
        elif datatype.startswith(XSD) and datatype not in _XSD_NAMES:
            message = f"{shorten(datatype)} is no datatype of XML Schema"
        elif datatype in _XSD_NAMES and (
            RdflibLiteral(literal.value, datatype=URIRef(datatype)).ill_typed
        ):
            message = f"{literal.value[:60]!r} is no {shorten(datatype)}"
        if "\0" in literal.value:
            message = "the text holds a NUL"
        if message:
            yield self._problem(
                f"{shorten(quad.predicate.value)}: {message}",
                "Mend the value or its datatype.",
                quad.subject, quad.predicate, literal,
            )  # fmt: skip

    def _redefinition(self, quad: Quad) -> Iterator[Problem]:
        """Statements that change what is shipped."""
        subject, predicate = iri_of(quad.subject), quad.predicate.value
        said = self.shipped.get(subject, set())
        if _said(quad) in said:
            return
        if self.baseline.declares(subject):
            yield self._problem(
                f"{shorten(subject)} is shipped, and this adds {shorten(predicate)} to it",
                "A shipped term keeps its meaning: say it of a class, property or concept of your "
                "own, such as a sub-class.",
                quad.subject, quad.predicate, quad.object,
            )  # fmt: skip
            return
        if subject not in self.baseline.things:
            return
        values = {value for name, value in said if name == str(quad.predicate)}
        new_type = predicate == TYPE.value and iri_of(quad.object) not in self.own.terms
        single = _FUNCTIONAL in self.baseline.kinds.get(predicate, ())
        if (
            new_type
            or predicate in _IDENTITY
            or (values and (single or isinstance(quad.object, Literal)))
        ):
            yield self._problem(
                f"{shorten(subject)} is shipped, and this gives it another "
                f"{shorten(predicate)}",
                "Nothing overwrites a shipped fact. Make a thing or record of your own, with your "
                "source; if the shipped fact is wrong, report it.",
                quad.subject, quad.predicate, quad.object,
            )  # fmt: skip

    def _fact(self, quad: Quad) -> Iterator[Problem]:
        for term in (quad.subject, quad.object, quad.graph_name):
            if isinstance(term, BlankNode) and self._once("blank", term.value):
                yield self._problem(
                    f"a thing or record has no name, near {shorten(quad.predicate.value)}",
                    "Give it an IRI, such as cmd:my-stake-1: everything in critmat can be named "
                    "and cited.",
                    quad.predicate, quad.object,
                )  # fmt: skip
        yield from self._graph(quad)
        yield from self._nothing_known(quad)

    def _graph(self, quad: Quad) -> Iterator[Problem]:
        graph = quad.graph_name
        if not isinstance(graph, NamedNode) or graph == self.document.graph:
            return
        name = graph.value
        if not self._once("graph", name):
            return
        theirs = name in self.baseline.graphs or name in self.baseline.things
        ours = (GRAPH_ONTOLOGY, GRAPH_CATALOGUE, GRAPH_QUESTIONS)
        kept = name in ours or name.startswith(f"{GRAPH}derived/")
        if theirs or kept:
            yield self._problem(
                f"the statements stand in the named graph {shorten(name)}, which is "
                f"{'the one of a shipped source' if theirs else 'written by the build'}",
                "Only a source itself speaks in its graph: use one of your own, such as "
                "graph:my-survey-2031.",
                graph, quad.subject,
            )  # fmt: skip
        elif not name.startswith(GRAPH):
            yield self._problem(
                f"the named graph {name} is outside {GRAPH}",
                "Name it graph:<id of your source>, and describe that as a cm:SourceRelease.",
                graph, quad.subject,
            )  # fmt: skip
        elif name not in self.own.subjects:
            yield self._problem(
                f"nothing describes the source {shorten(name)}",
                "Describe it as a cm:SourceRelease, or add it to your sources.csv.",
                graph, quad.subject,
            )  # fmt: skip

    def _nothing_known(self, quad: Quad) -> Iterator[Problem]:
        """Things of critmat that are pointed at and that nobody says anything of."""
        term = quad.object
        if not isinstance(term, NamedNode) or not term.value.startswith((CMD, GRAPH)):
            return
        name = term.value
        if name in self.baseline.things or name in self.own.subjects:
            return
        if name in (self.document.graph.value,) or not self._once("thing", name):
            return
        near = did_you_mean(shorten(name), map(shorten, self._alike(name)))
        yield self._problem(
            f"nothing is said of {shorten(name)}",
            f"Mend its spelling, or describe it.{near}",
            quad.subject, quad.predicate, term,
        )  # fmt: skip

    def _alike(self, name: str) -> Iterator[str]:
        """Things whose names begin alike and are about as long: few enough to compare all."""
        start = name[: max(len(CMD), len(GRAPH) if name.startswith(GRAPH) else 0) + 2]
        for other in (*self.baseline.things, *self.own.subjects):
            if other.startswith(start) and abs(len(other) - len(name)) <= 3:
                yield other
