"""Tables of solutions: read from each format, and compared as SPARQL means them.

The readers are this file's own, so that what the service writes is not read by what wrote it.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Context, InvalidOperation
from enum import StrEnum
from typing import Any
from xml.etree import ElementTree

import pyoxigraph
from rdflib import Graph, Namespace, URIRef
from rdflib.term import Node

XSD = "http://www.w3.org/2001/XMLSchema#"
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
_SRX = "{http://www.w3.org/2005/sparql-results#}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_DIRECTION = "{http://www.w3.org/2005/11/its}dir"
#: What a triple term consists of, in this order.
PARTS = ("subject", "predicate", "object")

_WHOLE = {
    XSD + name
    for name in (
        "integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger",
        "nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort",
        "unsignedByte",
    )
}  # fmt: skip
_BINARY = {XSD + "double", XSD + "float"}
#: More digits than any decimal that an engine calculates with.
_DIGITS = Context(prec=100)
_BOOLEANS = {"0": "false", "1": "true", "false": "false", "true": "true"}


class Match(StrEnum):
    """How an answer fits what is expected."""

    NO = "no"
    #: Once numbers and booleans of one datatype count as equal where their values are, such as
    #: 2 and 2.0, or 0 and false.
    BY_VALUE = "by value"
    EXACT = "exact"


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """An RDF term; ``kind`` is ``iri``, ``blank``, ``literal``, ``triple``, or ``text`` in a CSV.

    ``parts`` are the subject, predicate and object of a triple term, which has no value.
    """

    kind: str
    value: str
    datatype: str = ""
    language: str = ""
    direction: str = ""
    parts: tuple[Term, ...] = ()

    @classmethod
    def of(cls, term: Any) -> Term:
        """A term that the parser read."""
        if isinstance(term, pyoxigraph.NamedNode):
            return cls("iri", term.value)
        if isinstance(term, pyoxigraph.BlankNode):
            return cls("blank", term.value)
        if isinstance(term, pyoxigraph.Triple):
            return triple(*map(cls.of, (term.subject, term.predicate, term.object)))
        direction = term.direction.value if term.direction else ""
        return literal(term.value, term.datatype.value, term.language or "", direction)


Row = Mapping[str, Term]


@dataclass(frozen=True, slots=True)
class Table:
    """What SELECT or ASK gave; ``boolean`` is ``None`` for a SELECT.

    ``ordered`` is true where the order of the rows means something.
    """

    variables: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    boolean: bool | None = None
    ordered: bool = False


def literal(value: str, datatype: str = "", language: str = "", direction: str = "") -> Term:
    """A literal; a plain one has the datatype ``xsd:string``, a language has no capitals."""
    if language:
        return Term("literal", value, "", language.lower(), direction)
    return Term("literal", value, datatype or XSD + "string")


def triple(subject: Term, predicate: Term, value: Term) -> Term:
    """A triple term."""
    return Term("triple", "", parts=(subject, predicate, value))


def read_xml(content: bytes) -> Table:
    """SPARQL Query Results XML Format."""
    root = ElementTree.fromstring(content)  # noqa: S314 - ours, or the W3C's own
    if root.tag != f"{_SRX}sparql":
        raise ValueError(f"<{root.tag}> is no SPARQL result")
    boolean = root.find(f"{_SRX}boolean")
    if boolean is not None:
        return Table(boolean={"true": True, "false": False}[(boolean.text or "").strip()])
    results = root.find(f"{_SRX}results")
    if results is None:
        raise ValueError("neither <boolean> nor <results>")
    return Table(
        tuple(v.attrib["name"] for v in root.iterfind(f"{_SRX}head/{_SRX}variable")),
        tuple(
            {b.attrib["name"]: _xml_term(b[0]) for b in result.iterfind(f"{_SRX}binding")}
            for result in results.iterfind(f"{_SRX}result")
        ),
    )


def _xml_term(element: ElementTree.Element) -> Term:
    text = element.text or ""
    if element.tag == f"{_SRX}uri":
        return Term("iri", text.strip())
    if element.tag == f"{_SRX}bnode":
        return Term("blank", text.strip())
    if element.tag == f"{_SRX}literal":
        language, direction = element.get(_LANG, ""), element.get(_DIRECTION, "")
        return literal(text, element.get("datatype", ""), language, direction)
    if element.tag == f"{_SRX}triple":
        if [child.tag for child in element] != [_SRX + part for part in PARTS]:
            raise ValueError("<triple> holds other elements than its three parts")
        return triple(*(_xml_term(child[0]) for child in element))
    raise ValueError(f"<{element.tag}> is no term")


def read_json(content: bytes) -> Table:
    """SPARQL Query Results JSON Format."""
    document = json.loads(content)
    if "boolean" in document:
        if not isinstance(document["boolean"], bool):
            raise ValueError("boolean is neither true nor false")
        return Table(boolean=document["boolean"])
    return Table(
        tuple(document["head"]["vars"]),
        tuple(
            {name: _json_term(term) for name, term in row.items()}
            for row in document["results"]["bindings"]
        ),
    )


def _json_term(term: Mapping[str, Any]) -> Term:
    if term["type"] in {"literal", "typed-literal"}:
        tag = term.get("xml:lang", ""), term.get("its:dir", "")
        return literal(term["value"], term.get("datatype", ""), *tag)
    if term["type"] == "triple":
        return triple(*(_json_term(term["value"][part]) for part in PARTS))
    return Term({"uri": "iri", "bnode": "blank"}[term["type"]], term["value"])


def read_tsv(content: bytes) -> Table:
    """SPARQL 1.1 Query Results TSV Format, whose terms are those of Turtle."""
    head, *lines = content.decode("utf-8").removesuffix("\n").split("\n")
    variables = tuple(name.removeprefix("?") for name in head.split("\t"))
    rows = []
    for line in lines:
        cells = line.split("\t")
        if len(cells) != len(variables):
            raise ValueError(f"{len(cells)} cells for {len(variables)} variables: {line!r}")
        rows.append({v: _turtle_term(c) for v, c in zip(variables, cells, strict=True) if c})
    return Table(variables, tuple(rows))


def _turtle_term(text: str) -> Term:
    if text.startswith("_:"):
        return Term("blank", text[2:])
    (quad,) = pyoxigraph.parse(f"<x:s> <x:p> {text} .", pyoxigraph.RdfFormat.TURTLE)
    return Term.of(quad.object)


def read_csv(content: bytes) -> Table:
    """SPARQL 1.1 Query Results CSV Format: texts only, as the format loses what they were."""
    lines = list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))
    variables = tuple(lines[0])
    return Table(
        variables,
        tuple(
            {v: _csv_term(cell) for v, cell in zip(variables, line, strict=True) if cell}
            for line in lines[1:]
        ),
    )


def _csv_term(cell: str) -> Term:
    return Term("blank", cell[2:]) if cell.startswith("_:") else Term("text", cell)


def read_result_set(graph: Graph) -> Table:
    """A result written as RDF, in the vocabulary of the W3C's first test suite."""
    (node,) = graph.subjects(None, RS.ResultSet)
    boolean = graph.value(node, RS.boolean)
    if boolean is not None:
        return Table(boolean=str(boolean) == "true")
    solutions = list(graph.objects(node, RS.solution))
    numbered = [(graph.value(solution, RS["index"]), solution) for solution in solutions]
    ordered = bool(solutions) and all(number is not None for number, _ in numbered)
    if ordered:
        numbered.sort(key=lambda pair: int(str(pair[0])))
    return Table(
        tuple(map(str, graph.objects(node, RS.resultVariable))),
        tuple(_bindings(graph, solution) for _, solution in numbered),
        ordered=ordered,
    )


def _bindings(graph: Graph, solution: Node) -> Row:
    return {
        str(graph.value(binding, RS.variable)): _rdf_term(graph.value(binding, RS.value))
        for binding in graph.objects(solution, RS.binding)
    }


def _rdf_term(node: Any) -> Term:
    if isinstance(node, URIRef):
        return Term("iri", str(node))
    if not hasattr(node, "datatype"):
        return Term("blank", str(node))
    return literal(str(node), str(node.datatype or ""), node.language or "")


#: How each ending of a file, and each media type, is read.
READERS: Mapping[str, Callable[[bytes], Table]] = {
    ".srx": read_xml,
    ".srj": read_json,
    ".tsv": read_tsv,
    ".csv": read_csv,
    "application/sparql-results+xml": read_xml,
    "application/sparql-results+json": read_json,
    "text/tab-separated-values": read_tsv,
    "text/csv": read_csv,
}


def compare(expected: Table, found: Table) -> Match:
    """Whether two tables say the same: same variables, same rows as often, whatever blank nodes
    are called; in the same order where the expected one is ordered."""
    if expected.boolean is not None or found.boolean is not None:
        return Match.EXACT if expected.boolean is found.boolean else Match.NO
    if Counter(expected.variables) != Counter(found.variables):
        return Match.NO
    if _same_rows(expected.rows, found.rows, expected.ordered):
        return Match.EXACT
    same = _same_rows(_by_value(expected.rows), _by_value(found.rows), expected.ordered)
    return Match.BY_VALUE if same else Match.NO


def _by_value(rows: Sequence[Row]) -> list[Row]:
    return [{name: by_value(term) for name, term in row.items()} for row in rows]


def by_value(term: Term) -> Term:
    """The same term for all literals of one datatype and value; other terms as they are.

    In a CSV, which has no datatypes, whatever looks like a number is one.
    """
    if term.kind == "triple":
        return replace(term, parts=tuple(map(by_value, term.parts)))
    if term.kind not in {"literal", "text"}:
        return term
    text = spelling(term.value, term.datatype or XSD + "double")
    return term if text is None else replace(term, value=text)


def spelling(text: str, datatype: str) -> str | None:
    """One spelling for each value of a numeric datatype or boolean, ``None`` for anything else."""
    try:
        if datatype in _WHOLE:
            return str(int(text))
        if datatype in _BINARY:
            binary = float(text.replace("INF", "inf"))
            return "NaN" if math.isnan(binary) else repr(binary)
        if datatype == XSD + "decimal":
            value = _DIGITS.create_decimal(text)
            return format(value.normalize(_DIGITS), "f") if value else "0"
        return _BOOLEANS[text] if datatype == XSD + "boolean" else None
    except (ValueError, InvalidOperation, KeyError):
        return None


def _same_rows(expected: Sequence[Row], found: Sequence[Row], ordered: bool) -> bool:
    if len(expected) != len(found):
        return False
    if not ordered and Counter(map(_shape, expected)) != Counter(map(_shape, found)):
        return False
    return _pair(list(expected), list(found), {}, {}, ordered)


def _shape(row: Row) -> frozenset[tuple[str, Term]]:
    """A row without the names of its blank nodes."""
    return frozenset((name, _nameless(term)) for name, term in row.items())


def _nameless(term: Term) -> Term:
    if term.kind == "blank":
        return Term("blank", "")
    return replace(term, parts=tuple(map(_nameless, term.parts))) if term.parts else term


def _blank_nodes(term: Term) -> Iterator[str]:
    """The names of blank nodes in a term, in its order."""
    if term.kind == "blank":
        yield term.value
    for part in term.parts:
        yield from _blank_nodes(part)


def _pair(
    expected: list[Row],
    found: list[Row],
    there: dict[str, str],
    back: dict[str, str],
    ordered: bool,
) -> bool:
    """Find for each row its partner, so that blank nodes stand for one another one to one."""
    if not expected:
        return True
    first, rest = expected[0], expected[1:]
    # A row without blank nodes has the same partners whatever else is chosen: one try is enough.
    free = any(name for term in first.values() for name in _blank_nodes(term))
    for position in range(1 if ordered else len(found)):
        for new_there, new_back in _renamed(first, found[position], there, back):
            others = found[:position] + found[position + 1 :]
            if _pair(rest, others, new_there, new_back, ordered):
                return True
            if not free:
                return False
    return False


def _renamed(
    one: Row, other: Row, there: dict[str, str], back: dict[str, str]
) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    if _shape(one) != _shape(other):
        return
    there, back = dict(there), dict(back)
    for name, term in one.items():
        for own, partner in zip(_blank_nodes(term), _blank_nodes(other[name]), strict=True):
            if there.setdefault(own, partner) != partner:
                return
            if back.setdefault(partner, own) != own:
                return
    yield there, back
