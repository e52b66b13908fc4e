"""RDF documents of an expert: read safely, and parted into what is said of what.

A document may hold ontology (classes, properties, axioms), shapes, and facts, in any mix; Protégé
saves all three in one file. Facts go into the named graph that the document says, or into one of
the document's own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from kg.extension.material import MaterialFile
from kg.extension.parser import FAULTY
from kg.extension.syntax import syntax_of
from kg.namespaces import DCT, GRAPH, OWL, RDF, RDFS
from kg.report import Problem

#: Seconds that a document may take to parse.
TIME = 60.0
SH = "http://www.w3.org/ns/shacl#"
TYPE = NamedNode(f"{RDF}type")
_INDIVIDUAL = NamedNode(f"{OWL}NamedIndividual")
#: Types that make a subject part of the ontology.
_SCHEMA_TYPES = frozenset(
    {f"{RDFS}Class", f"{RDFS}Datatype", f"{RDF}Property", f"{RDFS}ContainerMembershipProperty"}
)
#: Properties that only speak of classes or properties, whatever the subject is said to be.
_SCHEMA_PROPERTIES = frozenset(
    {f"{RDFS}{name}" for name in ("subClassOf", "subPropertyOf", "domain", "range")}
    | {
        f"{OWL}{name}"
        for name in (
            "equivalentClass", "disjointWith", "disjointUnionOf", "hasKey", "equivalentProperty",
            "inverseOf", "propertyDisjointWith", "propertyChainAxiom",
        )
    }
)  # fmt: skip


#: Where an ontology says of which day it is, the first that does counts.
_DATES = ("modified", "issued", "date", "created")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Header:
    """What a document says of itself, where it is an ontology; empty where it does not.

    ``address`` is its IRI where that is a web address, ``date`` a day such as 2031-03-01.
    """

    title: str = ""
    publisher: str = ""
    address: str = ""
    date: str = ""


@dataclass(frozen=True)
class Document:
    """A document that could be parsed: its quads by what they are part of.

    ``schema`` (in ``graph``), ``shapes`` and ``facts`` have no quad in common. Statements that
    somebody is an ``owl:NamedIndividual`` are left out: they say nothing.
    """

    file: MaterialFile
    graph: NamedNode
    schema: tuple[Quad, ...] = ()
    shapes: tuple[Quad, ...] = ()
    facts: tuple[Quad, ...] = ()
    header: Header = field(default_factory=Header)

    @property
    def quads(self) -> tuple[Quad, ...]:
        """All quads that are kept."""
        return (*self.schema, *self.shapes, *self.facts)

    @cached_property
    def _text(self) -> list[str]:
        return self.file.data.decode("utf-8", "replace").splitlines()

    def line_of(self, *terms: object) -> int | None:
        """The line where the terms of a statement stand, as far as a search in the text tells:
        the first term is looked for first, the others from there on."""
        start: int | None = None
        for term in terms:
            found = self._find(term, start or 1)
            start = found or start
        return start

    def _find(self, term: object, start: int) -> int | None:
        """The first line from ``start`` on (else from the top) that holds a term."""
        for needle in _spellings(term):
            for low, high in ((start - 1, len(self._text)), (0, start - 1)):
                for number in range(low, high):
                    if needle.search(self._text[number]):
                        return number + 1
        return None

    def problem(self, message: str, remedy: str, *terms: object) -> Problem:
        """A problem of a statement, at the line where it stands."""
        return Problem(self.file.shown, message, remedy, row=self.line_of(*terms))


def _spellings(term: object) -> Iterable[re.Pattern[str]]:
    if isinstance(term, Literal):
        yield re.compile(re.escape(term.value.split("\n")[0]))
    elif isinstance(term, NamedNode):
        yield re.compile(re.escape(term.value) + r"(?![\w-])")
        local = re.split(r"[#/]", term.value)[-1] or term.value
        yield re.compile(rf"[:#/]{re.escape(local)}(?![\w-])")


def read_document(file: MaterialFile) -> Document | Problem:
    """Parse a document in a process of its own; a problem where it cannot be."""
    name = syntax_of(file)
    if isinstance(name, Problem):
        return name
    graph = NamedNode(f"{GRAPH}extension-{file.slug}")
    # Blank nodes of two documents, or of the shipped ontology, must never be taken for one.
    label = "x" + sha256(file.name.encode()).hexdigest()[:8]
    found = _parse(file, name, label)
    if isinstance(found, Problem):
        return found
    return _parted(file, graph, found)


def syntax_fault(file: MaterialFile) -> Problem | None:
    """What is wrong with the SPARQL of a question, if anything."""
    try:
        file.data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = file.data.count(b"\n", 0, error.start) + 1
        return Problem(file.shown, "the file is not UTF-8", "Save it as UTF-8.", row=row)
    found = _parse(file, "rq", "q")
    return found if isinstance(found, Problem) else None


def _parse(file: MaterialFile, name: str, label: str) -> list[Quad] | Problem:
    command = [sys.executable, "-m", "kg.extension.parser", name, label, str(os.getpid())]
    data = file.data.removeprefix(b"\xef\xbb\xbf")
    try:
        child = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=TIME,
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
    except subprocess.TimeoutExpired:
        return Problem(
            file.shown,
            f"the file takes more than {TIME:g} seconds to read",
            "Split it, and look for blank nodes that are all alike.",
        )
    if child.returncode == FAULTY:
        fault = json.loads(child.stderr)
        message, remedy = _in_words(fault["message"])
        return Problem(file.shown, message, remedy, row=fault["line"])
    if child.returncode != 0:
        return Problem(
            file.shown,
            "the file brings down the program that reads it: it is nested too deeply or too large",
            "Write it flatter, or split it.",
        )
    return list(parse(child.stdout, RdfFormat.N_QUADS))


def _in_words(message: str) -> tuple[str, str]:
    lowered = message.lower()
    if "relative iri" in lowered or "no scheme" in lowered or "base iri" in lowered:
        return (
            f"a relative IRI has nothing that it is relative to: {message}",
            "Begin the file with @base <https://...> (xml:base in RDF/XML), or write whole IRIs.",
        )
    return f"the file cannot be read: {message}", "Mend it at that place, or save it again."


def _parted(file: MaterialFile, graph: NamedNode, quads: list[Quad]) -> Document:
    """Part the quads: first by subjects with a name, then what hangs on them without one."""
    by_subject: dict[object, list[Quad]] = {}
    for quad in quads:
        if quad.predicate == TYPE and quad.object == _INDIVIDUAL:
            continue
        by_subject.setdefault(quad.subject, []).append(quad)
    shapes = _reach(by_subject, {s for s, of in by_subject.items() if any(map(_of_shape, of))})
    schema = _reach(by_subject, {s for s, of in by_subject.items() if any(map(_of_schema, of))})
    parts: dict[str, list[Quad]] = {"schema": [], "shapes": [], "facts": []}
    for subject, of_subject in by_subject.items():
        part = "shapes" if subject in shapes else "schema" if subject in schema else "facts"
        for q in of_subject:
            where = graph if part == "schema" or q.graph_name == DefaultGraph() else q.graph_name
            parts[part].append(Quad(q.subject, q.predicate, q.object, where))
    return Document(
        file=file,
        graph=graph,
        schema=tuple(parts["schema"]),
        shapes=tuple(parts["shapes"]),
        facts=tuple(parts["facts"]),
        header=_header(by_subject),
    )


def _of_shape(quad: Quad) -> bool:
    return quad.predicate.value.startswith(SH) or (
        quad.predicate == TYPE and _value(quad.object).startswith(SH)
    )


def _of_schema(quad: Quad) -> bool:
    value = _value(quad.object)
    if quad.predicate == TYPE:
        return value.startswith(OWL) or value in _SCHEMA_TYPES
    return quad.predicate.value in _SCHEMA_PROPERTIES


def _value(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _reach(by_subject: Mapping[object, list[Quad]], start: set[object]) -> set[object]:
    """The subjects and the blank nodes that hang on them, however deep."""
    reached, waiting = set(start), list(start)
    while waiting:
        for quad in by_subject.get(waiting.pop(), ()):
            if isinstance(quad.object, BlankNode) and quad.object not in reached:
                reached.add(quad.object)
                waiting.append(quad.object)
    return reached


def _header(by_subject: Mapping[object, list[Quad]]) -> Header:
    for subject, quads in by_subject.items():
        if not any(q.predicate == TYPE and _value(q.object) == f"{OWL}Ontology" for q in quads):
            continue
        said = {
            q.predicate.value: q.object.value
            for q in sorted(quads, key=str, reverse=True)
            if isinstance(q.object, Literal)
        }
        days = (said.get(f"{DCT}{name}", "")[:10] for name in _DATES)
        return Header(
            title=said.get(f"{DCT}title") or said.get(f"{RDFS}label", ""),
            publisher=said.get(f"{DCT}publisher") or said.get(f"{DCT}creator", ""),
            address=iri if (iri := _value(subject)).startswith(("http://", "https://")) else "",
            date=next((day for day in days if _DAY.fullmatch(day)), ""),
        )
    return Header()
