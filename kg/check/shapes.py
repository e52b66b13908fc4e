"""Shapes as files: plain SHACL (https://www.w3.org/TR/shacl/), read and split in two.

The core part goes to pyshacl. SPARQL constraints of shapes with plain targets are kept apart as
:class:`SetRule`: one query finds every offending node at once, where pyshacl asks once a node.
Whatever reaches for the network or runs code (SERVICE, JavaScript) is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, parse
from rdflib import RDF, RDFS, BNode, Graph, URIRef
from rdflib.collection import Collection as RdfList
from rdflib.namespace import SH
from rdflib.term import Node

from kg.check.terms import rdflib_term
from kg.errors import CritmatError
from kg.namespaces import CMS, shorten
from kg.report import Severity
from kg.shipped import ontology_dir
from kg.sparql import TokenKind, tokens

REMEDY = URIRef(f"{CMS}remedy")

#: The nodes that each kind of target stands for, as a SPARQL pattern to be filled with its IRI.
TARGET_PATTERNS: Mapping[str, str] = {
    str(SH.targetClass): f"?this <{RDF.type}>/<{RDFS.subClassOf}>* <{{}}>",
    str(SH.targetSubjectsOf): "?this <{}> ?any",
    str(SH.targetObjectsOf): "?any <{}> ?this",
    str(SH.targetNode): "VALUES ?this {{ <{}> }}",
}

_TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
_WORDS = (SH.name, SH.description, SH.message, SH.severity, SH.order, SH.group, RDFS.label)
_SEVERITIES = {SH.Violation: Severity.ERROR, SH.Warning: Severity.WARNING, SH.Info: Severity.NOTE}
#: Forbidden in SPARQL constraints by the standard, and the first two would leave this machine.
_FORBIDDEN = frozenset({"SERVICE", "LOAD", "MINUS", "VALUES", "FROM"})
_FOREIGN = frozenset({"js", "jsFunctionName", "jsLibrary", "jsLibraryURL", "rule", "target"})


class ShapesError(CritmatError):
    """A file of shapes that cannot be read, or a shape that cannot be used."""

    title = "Bad shapes"


@dataclass(frozen=True, slots=True)
class ShapeInfo:
    """What a shape says of itself: what must hold, what is wrong where it does not, how bad that
    is, what to do, and the name of its file. ``iri`` is that of the nearest shape that has one."""

    iri: str
    must: str
    message: str
    severity: Severity
    remedy: str
    file: str

    @property
    def name(self) -> str:
        """The prefixed name."""
        return shorten(self.iri)


@dataclass(frozen=True, slots=True)
class SetRule:
    """A SPARQL constraint of a shape; ``targets`` are the shape's targets by kind."""

    shape: ShapeInfo
    message: str
    select: str
    prologue: str
    targets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShapeSet:
    """The shapes of some files: the core part as a graph, the SPARQL part as rules.

    ``said`` has what every shape says, ``infos`` only those with an IRI, by it.
    """

    core: Graph
    rules: tuple[SetRule, ...]
    said: Mapping[Node, ShapeInfo]

    @property
    def infos(self) -> dict[str, ShapeInfo]:
        """The shapes that have an IRI, by it."""
        return {str(node): info for node, info in self.said.items() if isinstance(node, URIRef)}


def in_focus(focus: Collection[str] | None) -> str:
    """A SPARQL pattern that leaves of all nodes those in focus; empty where all are.

    Raises ``ValueError`` for what is no IRI.
    """
    if focus is None:
        return ""
    return f"VALUES ?this {{ {' '.join(str(NamedNode(iri)) for iri in sorted(focus))} }} "


def shape_files(paths: Path | Sequence[Path] | None = None) -> list[Path]:
    """Give the Turtle files of files and folders, by name in each folder (default: shipped ones).

    Raises :class:`ShapesError` for a folder without any.
    """
    if paths is None:
        paths = [ontology_dir() / "shapes"]
    found: list[Path] = []
    for path in [paths] if isinstance(paths, Path) else paths:
        files = sorted(path.glob("*.ttl")) if path.is_dir() else [path]
        if not files:
            raise ShapesError(
                f"There are no shapes (*.ttl) in {path}.",
                remedy="Give a file of shapes, or a folder such as ontology/shapes.",
            )
        found += files
    return found


def read_shapes(paths: Path | Sequence[Path] | None = None) -> ShapeSet:
    """Read the shapes of files and folders (default: the shipped ones).

    Raises :class:`ShapesError` with the file, and the line or the shape, for what is no Turtle,
    holds no shape, or may not be used.
    """
    graph = Graph()
    files: dict[Node, str] = {}
    for path in shape_files(paths):
        for subject, predicate, value in _triples(path):
            graph.add((subject, predicate, value))
            files.setdefault(subject, path.name)
    shapes = _shapes(graph)
    if not shapes:
        names = ", ".join(sorted({path.name for path in shape_files(paths)}))
        raise ShapesError(
            f"{names}: there is no shape.", remedy="Declare one: cms:my-shape a sh:NodeShape."
        )
    _refuse_foreign(graph, files)
    said = {node: _info(graph, node, files) for node in shapes if node in files}
    rules = tuple(_take_rules(graph, files))
    _simplify(graph)
    return ShapeSet(graph, rules, said)


def _triples(path: Path) -> Iterator[tuple[Node, URIRef, Node]]:
    try:
        for quad in parse(path=path, format=RdfFormat.TURTLE, rename_blank_nodes=True):
            predicate = URIRef(quad.predicate.value)
            yield rdflib_term(quad.subject), predicate, rdflib_term(quad.object)
    except SyntaxError as error:
        raise ShapesError(
            f"{path.name}: {error}.", remedy="Mend the Turtle at that place."
        ) from error
    except OSError as error:
        raise ShapesError(
            f"{path.name} cannot be read: {error.strerror}.", remedy="Give a file of shapes."
        ) from error


def _shapes(graph: Graph) -> set[Node]:
    """Every node that stands where a shape stands."""
    found: set[Node] = set()
    for kind in (SH.NodeShape, SH.PropertyShape):
        found.update(graph.subjects(RDF.type, kind))
    for predicate in (SH.property, SH.node, SH["not"], SH.qualifiedValueShape):
        found.update(graph.objects(None, predicate))
    for predicate in (SH["or"], SH["and"], SH.xone):
        for head in graph.objects(None, predicate):
            found.update(_listed(graph, head))
    for predicate in _TARGETS:
        found.update(graph.subjects(predicate, None))
    return found


def _listed(graph: Graph, head: Node) -> list[Node]:
    try:
        return list(RdfList(graph, head))
    except ValueError as error:
        raise ShapesError(
            f"A list of a shape runs in a circle: {error}.", remedy="Write lists as ( a b c )."
        ) from error


def _owner(graph: Graph, node: Node) -> str | None:
    """The nearest node with an IRI that leads to a blank node."""
    seen = {node}
    while isinstance(node, BNode):
        above = next((s for s in graph.subjects(None, node) if s not in seen), None)
        if above is None:
            return None
        seen.add(above)
        node = above
    return str(node)


def _text(graph: Graph, node: Node, *predicates: URIRef) -> str:
    for predicate in predicates:
        for value in sorted(graph.objects(node, predicate), key=str):
            return str(value)
    return ""


def _info(graph: Graph, node: Node, files: Mapping[Node, str]) -> ShapeInfo:
    owner = URIRef(_owner(graph, node) or str(node))
    severity = graph.value(node, SH.severity, default=SH.Violation)
    if not isinstance(severity, URIRef) or severity not in _SEVERITIES:
        raise ShapesError(
            f"{files[node]}, {shorten(owner)}: {severity} is no severity.",
            remedy="Write sh:Violation, sh:Warning or sh:Info.",
        )
    return ShapeInfo(
        str(owner),
        _text(graph, node, SH.description, SH.message, SH.name),
        _text(graph, node, SH.message, SH.description, SH.name),
        _SEVERITIES[severity],
        _text(graph, node, REMEDY) or _text(graph, owner, REMEDY),
        files[node],
    )


def _refuse_foreign(graph: Graph, files: Mapping[Node, str]) -> None:
    """Refuse what is not plain SHACL or would run code or leave this machine."""
    for subject, predicate, value in graph:
        local = str(predicate).removeprefix(str(SH)) if str(predicate).startswith(str(SH)) else ""
        place = f"{files.get(subject, 'a file')}, {shorten(_owner(graph, subject) or '')}"
        if local in _FOREIGN:
            raise ShapesError(
                f"{place}: sh:{local} is not used here.",
                remedy="Say it with a core constraint or with sh:sparql.",
            )
        if local in {"select", "ask"}:
            words = {
                token.text.upper()
                for token in tokens(str(value))
                if token.kind in {TokenKind.WORD, TokenKind.PREFIXED_NAME}
            }
            if forbidden := sorted(words & _FORBIDDEN):
                raise ShapesError(
                    f"{place}: {forbidden[0]} may not stand in the query of a shape.",
                    remedy="Use FILTER NOT EXISTS for MINUS and FILTER(?x IN (...)) for VALUES.",
                )


def _take_rules(graph: Graph, files: Mapping[Node, str]) -> Iterator[SetRule]:
    """Take the SPARQL constraints of node shapes with targets out of the graph.

    Those of property shapes, and of shapes that others refer to, stay for pyshacl.
    """
    referred = set(graph.objects(None, SH.node)) | set(graph.objects(None, SH.property))
    for shape, constraint in sorted(graph.subject_objects(SH.sparql), key=str):
        targets = [(str(p), str(t)) for p in _TARGETS for t in graph.objects(shape, p)]
        deactivated = any(
            str(graph.value(node, SH.deactivated)) == "true" for node in (shape, constraint)
        )
        if not isinstance(shape, URIRef) or not targets or shape in referred:
            continue
        select = graph.value(constraint, SH.select)
        if select is None:
            raise ShapesError(
                f"{files[shape]}, {shorten(str(shape))}: its sh:sparql has no sh:select.",
                remedy="Write sh:select with a query that selects $this.",
            )
        graph.remove((shape, SH.sparql, constraint))
        if not deactivated:
            message = _text(graph, constraint, SH.message) or _text(graph, shape, SH.message)
            yield SetRule(
                _info(graph, shape, files),
                message or _text(graph, shape, SH.description),
                str(select),
                _prologue(graph, constraint, f"{files[shape]}, {shorten(str(shape))}"),
                tuple(sorted(targets)),
            )


def _simplify(graph: Graph) -> None:
    """Write the shapes in the way that pyshacl is quickest with; they mean the same.

    A property shape below a node shape is validated once for each node, one with targets of its
    own once for all of them: so targets are handed down. What a shape says in words goes: pyshacl
    reads all of it again at every node.
    """
    referred = {
        shape
        for predicate in (SH.node, SH["not"], SH.qualifiedValueShape, SH.property, RDF.first)
        for shape in graph.objects(None, predicate)
    }
    for shape, prop in list(graph.subject_objects(SH.property)):
        targets = [(p, t) for p in _TARGETS for t in graph.objects(shape, p)]
        if targets and shape not in referred and (shape, SH.deactivated, None) not in graph:
            graph.remove((shape, SH.property, prop))
            for predicate, target in targets:
                graph.add((prop, predicate, target))
    for predicate in (*_WORDS, REMEDY):
        graph.remove((None, predicate, None))


_PREFIX = re.compile(r"[A-Za-z][\w-]*")


def _prologue(graph: Graph, constraint: Node, place: str) -> str:
    lines = []
    for header in graph.objects(constraint, SH.prefixes):
        for declared in graph.objects(header, SH.declare):
            prefix = str(graph.value(declared, SH.prefix))
            namespace = str(graph.value(declared, SH.namespace))
            if not _PREFIX.fullmatch(prefix) or re.search(r'[<>"{}|^`\\\s]', namespace):
                raise ShapesError(
                    f"{place}: the prefix {prefix!r} is not declared as one.",
                    remedy="Give sh:declare a sh:prefix and a sh:namespace.",
                )
            lines.append(f"PREFIX {prefix}: <{namespace}>\n")
    return "".join(sorted(lines))
