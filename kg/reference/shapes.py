"""The SHACL shapes that the data must fit, in words.

https://www.w3.org/TR/shacl/; a SPARQL constraint is told by its message, its query is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from kg.errors import CritmatError
from kg.namespaces import PREFIXES, RDF, RDFS, shorten
from kg.reference.statements import DEEPEST, Node, Statement, Statements, Subject
from kg.reference.words import English, Ref, Words, article, joined, local_words
from kg.shipped import ontology_dir

SH = PREFIXES["sh"]
_TARGETS = {
    "targetClass": "every member of ",
    "targetSubjectsOf": "whatever has ",
    "targetObjectsOf": "whatever is the value of ",
    "targetNode": "",
}
_NODE_KINDS = {
    "IRI": "a thing with an IRI",
    "Literal": "a literal",
    "BlankNode": "a nameless node",
    "BlankNodeOrIRI": "a thing",
    "BlankNodeOrLiteral": "a nameless node or a literal",
    "IRIOrLiteral": "a thing with an IRI or a literal",
}
_BOUNDS = {
    "minInclusive": "at least {}",
    "maxInclusive": "at most {}",
    "minExclusive": "more than {}",
    "maxExclusive": "less than {}",
    "minLength": "at least {} characters long",
    "maxLength": "at most {} characters long",
    "pattern": "written like {}",
}
_COMPARED = {
    "lessThan": "less than the value of ",
    "lessThanOrEquals": "at most the value of ",
    "equals": "the same as the value of ",
    "disjoint": "other than the value of ",
}


class UnreadableShapesError(CritmatError):
    """A file of shapes that is no Turtle."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that must hold: of which property, what, and what to do where it does not."""

    path: Words
    words: Words
    message: str = ""
    remedy: str = ""
    severity: str = "Violation"
    query: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape: whom it is for, and what must hold of them. ``file`` is its module's name."""

    iri: str
    label: str
    description: str
    targets: Words
    requirements: tuple[Requirement, ...]
    file: str
    severity: str = "Violation"
    remedy: str = ""

    @property
    def name(self) -> str:
        """The prefixed name."""
        return shorten(self.iri)

    @property
    def local(self) -> str:
        """What stands behind the prefix."""
        return self.name.rpartition(":")[2]


def read_shapes(name: Callable[[str], str], folder: Path | None = None) -> tuple[Shape, ...]:
    """Read every shape of a folder, the shipped ones by default; ``name`` gives labels of terms.

    Raises :class:`UnreadableShapesError` for a file that does not parse.
    """
    folder = folder or ontology_dir() / "shapes"
    found: list[Shape] = []
    for path in sorted(folder.glob("*.ttl")):
        try:
            quads = list(parse(path=path, format=RdfFormat.TURTLE))
        except SyntaxError as error:
            raise UnreadableShapesError(
                f"{path.name}: {error}.", remedy="Mend the Turtle at that place."
            ) from error
        statements = Statements(
            Statement(q.subject, q.predicate, q.object, path.stem) for q in quads
        )
        found.extend(_Reader(statements, name, path.stem).shapes())
    return tuple(found)


class _Reader:
    def __init__(self, statements: Statements, name: Callable[[str], str], file: str) -> None:
        self._all = statements
        self._english = English(name)
        self._file = file

    def shapes(self) -> Iterator[Shape]:
        for node in self._all.subjects():
            typed = NamedNode(f"{SH}NodeShape") in self._all.objects(node, f"{RDF}type")
            aimed = any(self._all.objects(node, SH + target) for target in _TARGETS)
            if typed or aimed:
                yield self._shape(node)

    def _shape(self, node: NamedNode) -> Shape:
        label = self._text(node, f"{RDFS}label", f"{SH}name")
        return Shape(
            iri=node.value,
            label=label or shorten(node.value).rpartition(":")[2],
            description=self._text(node, f"{SH}description", f"{RDFS}comment"),
            targets=self._targets(node),
            requirements=tuple(self._requirements(node, (), 0)),
            file=self._file,
            severity=self._severity(node, "Violation"),
            remedy=self._remedy(node),
        )

    def _text(self, node: Subject, *predicates: str) -> str:
        found = (t for predicate in predicates for t in self._all.texts(node, predicate))
        return next(iter(found), "")

    def _remedy(self, node: Subject) -> str:
        """The remedy, whatever namespace its property is in."""
        for statement in self._all.about(node):
            local = statement.predicate.value.replace("#", "/").rpartition("/")[2]
            if local == "remedy" and isinstance(statement.object, Literal):
                return statement.object.value
        return ""

    def _severity(self, node: Subject, otherwise: str) -> str:
        found = self._all.named(node, f"{SH}severity")
        return found[0].value.removeprefix(SH) if found else otherwise

    def _targets(self, node: NamedNode) -> Words:
        parts: list[Words] = []
        for target, lead in _TARGETS.items():
            for value in self._all.named(node, SH + target):
                parts.append((lead, self._english.ref(value.value)))
        if not parts and self._all.objects(node, f"{SH}target"):
            parts.append(("what its query finds",))
        return joined(parts, "and")

    def _requirements(self, node: Subject, path: Words, depth: int) -> Iterator[Requirement]:
        if depth > DEEPEST:
            return
        severity = self._severity(node, "Violation")
        own = joined(list(self._components(node, depth)), "and")
        if own:
            yield Requirement(
                path, own, self._text(node, f"{SH}message"), self._remedy(node), severity
            )
        for constraint in self._all.objects(node, f"{SH}sparql"):
            if isinstance(constraint, NamedNode | BlankNode):
                message = self._text(constraint, f"{SH}message") or self._text(node, f"{SH}message")
                yield Requirement(
                    path,
                    (),
                    message,
                    self._remedy(constraint) or self._remedy(node),
                    severity,
                    self._text(constraint, f"{SH}select", f"{SH}ask"),
                )
        read = [
            (self._path(prop, 0), prop)
            for prop in self._all.objects(node, f"{SH}property")
            if isinstance(prop, NamedNode | BlankNode)
        ]
        for words, prop in sorted(read, key=lambda pair: str(pair[0])):
            yield from self._requirements(prop, words, depth + 1)

    def _path(self, shape: Subject, depth: int) -> Words:
        for path in self._all.objects(shape, f"{SH}path"):
            return self._path_words(path, depth)
        return ()

    def _path_words(self, path: Node, depth: int) -> Words:
        if isinstance(path, NamedNode):
            return (self._english.ref(path.value),)
        if not isinstance(path, BlankNode) or depth > DEEPEST:
            return ("a path",)
        steps = self._all.listed(path)
        if steps:
            return self._strung([self._path_words(step, depth + 1) for step in steps], ", then ")
        for head in self._all.objects(path, f"{SH}alternativePath"):
            options = [self._path_words(option, depth + 1) for option in self._all.listed(head)]
            return joined(options, "or")
        for modifier, said in (
            ("inversePath", "the reverse of "),
            ("zeroOrMorePath", "any number of times "),
            ("oneOrMorePath", "once or more "),
            ("zeroOrOnePath", "at most once "),
        ):
            for inner in self._all.objects(path, SH + modifier):
                return (said, *self._path_words(inner, depth + 1))
        return ("a path",)

    def _strung(self, parts: Sequence[Words], between: str) -> Words:
        words: list[str | Ref] = []
        for place, part in enumerate(parts):
            words.extend((between, *part) if place else part)
        return tuple(words)

    def _components(self, node: Subject, depth: int) -> Iterator[Words]:
        """Each constraint of a shape in a few words."""
        yield from self._counts(node)
        for kind in self._all.named(node, f"{SH}datatype"):
            yield (article(local_words(kind.value)),)
        for kind in self._all.named(node, f"{SH}class"):
            yield self._english.noun_of(kind.value)
        for kind in self._all.named(node, f"{SH}nodeKind"):
            yield (_NODE_KINDS.get(kind.value.removeprefix(SH), "a node"),)
        for name, said in _BOUNDS.items():
            for value in self._all.objects(node, SH + name):
                yield (said.format(value.value),)
        for name, said in _COMPARED.items():
            for value in self._all.named(node, SH + name):
                yield (said, self._english.ref(value.value))
        for head in self._all.objects(node, f"{SH}in"):
            values = [(self._english.node(member),) for member in self._all.listed(head)]
            yield ("one of ", *joined(values, "or"))
        for value in self._all.objects(node, f"{SH}hasValue"):
            yield ("with the value ", self._english.node(value))
        if self._true(node, "uniqueLang"):
            yield ("not two in the same language",)
        if self._true(node, "closed"):
            yield ("no other properties than these",)
        for other in self._all.named(node, f"{SH}node"):
            yield ("fitting the shape ", shorten(other.value))
        yield from self._combined(node, depth)

    def _combined(self, node: Subject, depth: int) -> Iterator[Words]:
        for name, conjunction in (("or", "or"), ("and", "and"), ("xone", "or else")):
            for head in self._all.objects(node, SH + name):
                options = [
                    self._alternative(option, depth + 1) for option in self._all.listed(head)
                ]
                lead = "exactly one of these: " if name == "xone" else ""
                yield (lead, *joined([o for o in options if o], conjunction))
        for other in self._all.objects(node, f"{SH}not"):
            yield ("not ", *self._alternative(other, depth + 1))

    def _alternative(self, node: Node, depth: int) -> Words:
        """A shape inside another in a few words."""
        if isinstance(node, Literal) or depth > DEEPEST:
            return ()
        parts = list(self._components(node, depth + 1))
        if path := self._path(node, 0):
            parts = [("“", *path, "” ", *joined(parts, "and"))]
        for prop in self._all.objects(node, f"{SH}property"):
            parts.append(self._alternative(prop, depth + 1))
        if isinstance(node, NamedNode) and not parts:
            parts.append(("fitting the shape ", shorten(node.value)))
        return joined([part for part in parts if part], "and")

    def _counts(self, node: Subject) -> Iterator[Words]:
        least = next(iter(self._all.texts(node, f"{SH}minCount")), "")
        most = next(iter(self._all.texts(node, f"{SH}maxCount")), "")
        if least and least == most:
            yield ("exactly one" if least == "1" else f"exactly {least}",)
        elif most == "0":
            yield ("none",)
        else:
            if least and least != "0":
                yield ("at least one" if least == "1" else f"at least {least}",)
            if most:
                yield ("at most one" if most == "1" else f"at most {most}",)

    def _true(self, node: Subject, name: str) -> bool:
        return "true" in self._all.texts(node, SH + name)
