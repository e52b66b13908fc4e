"""An answer as RDF, in the W3C's vocabulary for result sets.

Each row is a ``rs:solution`` with one ``rs:binding`` for each column that it has a value for; the
value is the term that the query gave. So a list of sources is one literal, its IRIs joined by
blanks, as in every SPARQL tool; the same IRIs stand behind ``dct:source`` of the solution. Labels
of the things follow, so that the file can be read alone.

https://www.w3.org/2001/sw/DataAccess/tests/result-set#
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from kg.namespaces import CM, CMD, DCT, GRAPH, RDF, RDFS, XSD
from kg.questions.export.rows import RECORD
from kg.questions.run import Cell, ResultTable

RESULT_SET = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_PREFIXES = {"rs": RESULT_SET, "rdfs": RDFS, "dct": DCT, "xsd": XSD}
_PREFIXES |= {"cm": CM, "cmd": CMD, "graph": GRAPH}


def _term(name: str) -> NamedNode:
    return NamedNode(RESULT_SET + name)


_TYPE = NamedNode(f"{RDF}type")
_SET, _VARIABLES, _SOLUTION = _term("ResultSet"), _term("resultVariable"), _term("solution")
_SIZE, _INDEX, _BINDING = _term("size"), _term("index"), _term("binding")
_VARIABLE, _VALUE = _term("variable"), _term("value")
_LABEL, _SOURCE = NamedNode(f"{RDFS}label"), NamedNode(f"{DCT}source")
_INTEGER = NamedNode(f"{XSD}integer")


def turtle(table: ResultTable) -> str:
    """Give the answer as Turtle; the same answer gives the same text."""
    written = serialize(_triples(table), format=RdfFormat.TURTLE, prefixes=_PREFIXES)
    return (written or b"").decode()


def _triples(table: ResultTable) -> Iterator[Triple]:
    answer = BlankNode("answer")
    yield Triple(answer, _TYPE, _SET)
    yield Triple(answer, NamedNode(f"{DCT}title"), Literal(table.question.title, language="en"))
    if table.snapshot_id:
        yield Triple(answer, NamedNode(f"{DCT}identifier"), Literal(table.snapshot_id))
    yield Triple(answer, _SIZE, _number(len(table.rows)))
    names = {column.name: Literal(column.name) for column in table.columns}
    for name in names.values():
        yield Triple(answer, _VARIABLES, name)
    solutions = [BlankNode(f"row{number}") for number in range(1, len(table.rows) + 1)]
    for solution in solutions:
        yield Triple(answer, _SOLUTION, solution)
    labels: dict[str, str] = {}
    for number, (solution, row) in enumerate(zip(solutions, table.rows, strict=True), start=1):
        yield Triple(solution, _INDEX, _number(number))
        bindings = [(names[c.name], row[c.name]) for c in table.columns if c.name in row]
        nodes = [BlankNode(f"row{number}value{place}") for place in range(1, len(bindings) + 1)]
        for node in nodes:
            yield Triple(solution, _BINDING, node)
        for column in table.columns:
            cell = row.get(column.name)
            if cell is None:
                continue
            if column.role == "source":
                sources = cell.items or ((cell,) if cell.iri else ())
                yield from (Triple(solution, _SOURCE, NamedNode(s.iri)) for s in sources)
            if column.role != RECORD:
                labels |= {i.iri: i.text for i in cell.items or (cell,) if i.iri}
        for node, (name, cell) in zip(nodes, bindings, strict=True):
            yield Triple(node, _VARIABLE, name)
            yield Triple(node, _VALUE, _value(cell))
    for iri, label in sorted(labels.items()):
        yield Triple(NamedNode(iri), _LABEL, Literal(label))


def _value(cell: Cell) -> NamedNode | Literal:
    if cell.items:
        return Literal(" ".join(item.iri for item in cell.items))
    if cell.iri:
        return NamedNode(cell.iri)
    return (
        Literal(cell.text, datatype=NamedNode(cell.datatype))
        if cell.datatype
        else Literal(cell.text)
    )


def _number(count: int) -> Literal:
    return Literal(str(count), datatype=_INTEGER)
