"""Core constraints, checked by pyshacl (https://github.com/RDFLib/pySHACL), which looks into the
store through :class:`kg.check.view.StoreView`."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pyoxigraph import NamedNode, Store
from pyshacl import validate
from pyshacl.errors import ReportableRuntimeError
from rdflib import RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from kg.check.finding import Finding
from kg.check.shapes import TARGET_PATTERNS, ShapesError, ShapeSet, in_focus
from kg.check.view import StoreView
from kg.namespaces import shorten

_PATHS = (
    SH.path,
    SH.inversePath,
    SH.alternativePath,
    SH.zeroOrMorePath,
    SH.oneOrMorePath,
    SH.zeroOrOnePath,
    RDF.first,
    RDF.rest,
)
_COMPARED = (SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals)
_MISSING = SH.MinCountConstraintComponent
_TOO_MANY = SH.MaxCountConstraintComponent


def check_core(store: Store, shapes: ShapeSet, focus: Collection[str] | None) -> Iterator[Finding]:
    """Give the findings of the core constraints over the default graph of a store, at some nodes
    or, for ``None``, at all.

    Raises :class:`ShapesError` for a shape that pyshacl cannot use.
    """
    if focus is None:
        view = StoreView(store, ahead=properties_asked_for(shapes.core))
        yield from check_nodes(view, shapes.core, shapes)
        return
    for finding in check_nodes(StoreView(store), _narrowed(shapes.core, store, focus), shapes):
        if finding.node in focus:
            yield finding


def check_nodes(view: StoreView, core: Graph, shapes: ShapeSet) -> Iterator[Finding]:
    """Give the findings at the nodes that the targets in ``core`` stand for; ``shapes`` has what
    they say of themselves.

    Raises :class:`ShapesError` for a shape that pyshacl cannot use.
    """
    try:
        _, report, text = validate(
            view.graph,
            shacl_graph=core,
            inference="none",
            inplace=True,
            do_owl_imports=False,
            allow_warnings=False,
        )
    except (ReportableRuntimeError, NotImplementedError, RecursionError, ValueError) as error:
        message = getattr(error, "message", None) or str(error)
        raise ShapesError(
            f"A shape cannot be used: {message}.",
            remedy="Mend the shape; https://www.w3.org/TR/shacl/ says how each part is written.",
        ) from error
    if not isinstance(report, Graph):
        raise ShapesError(f"A shape cannot be used: {text}.", remedy="Mend the shape.")
    for result in report.objects(None, SH.result):
        yield _finding(report, result, shapes)


def with_targets_of(core: Graph, shapes: Collection[Node]) -> Graph:
    """The shapes with the targets of some of them only."""
    targeted = Graph()
    for subject, predicate, value in core:
        if str(predicate) not in TARGET_PATTERNS or subject in shapes:
            targeted.add((subject, predicate, value))
    return targeted


def _narrowed(core: Graph, store: Store, focus: Collection[str]) -> Graph:
    """The shapes with those of their targets that are in focus, one by one."""
    narrowed = Graph()
    only = in_focus(focus)
    for triple in core:
        narrowed.add(triple)
    for kind, pattern in TARGET_PATTERNS.items():
        for target in set(core.objects(None, URIRef(kind))):
            nodes = store.query(f"SELECT DISTINCT ?this {{ {only}{pattern.format(target)} }}")
            found = {row[0].value for row in nodes if isinstance(row[0], NamedNode)}  # type: ignore[union-attr]
            for shape in list(core.subjects(URIRef(kind), target)):
                narrowed.remove((shape, URIRef(kind), target))
                for iri in found:
                    narrowed.add((shape, SH.targetNode, URIRef(iri)))
    return narrowed


def properties_asked_for(core: Graph) -> set[str]:
    """The properties that shapes name, and so will ask for at every node that they are for."""
    found = {str(RDF.type), str(RDFS.subClassOf)}
    for predicate in (*_PATHS, *_COMPARED, SH.targetSubjectsOf, SH.targetObjectsOf):
        found.update(str(o) for o in core.objects(None, predicate) if isinstance(o, URIRef))
    return found


def _finding(report: Graph, result: Node, shapes: ShapeSet) -> Finding:
    info = shapes.said[report.value(result, SH.sourceShape) or BNode()]
    value = report.value(result, SH.value)
    component = report.value(result, SH.sourceConstraintComponent)
    node = report.value(result, SH.focusNode)
    said = info.message or str(report.value(result, SH.resultMessage) or "It does not fit")
    message = said.rstrip(".")
    if component == _MISSING:
        message += ": nothing is given"
    elif component == _TOO_MANY:
        message += ": several are given"
    elif value is not None and value != node:
        message += f", not {shorten(str(value)) if isinstance(value, URIRef) else value}"
    return Finding(
        info.iri,
        _plain(node),
        message,
        "" if value is None else _plain(value),
        info.severity,
        info.remedy,
    )


def _plain(term: Node | None) -> str:
    if isinstance(term, URIRef | Literal):
        return str(term)
    return f"_:{term}"
