"""What the reference knows of the ontology, as immutable values."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kg.errors import NotFoundError
from kg.namespaces import CM, shorten
from kg.reference.statements import Statements
from kg.reference.words import Ref, Words, local_words, plain


class UnknownTermError(NotFoundError):
    """The ontology has no such term, module or code list."""


class TermKind(StrEnum):
    """What a term is; the value is how that reads."""

    CLASS = "class"
    OBJECT_PROPERTY = "object property"
    DATATYPE_PROPERTY = "datatype property"
    ANNOTATION_PROPERTY = "annotation property"
    CODE = "code"
    CODE_LIST = "code list"
    INDIVIDUAL = "individual"

    @property
    def is_property(self) -> bool:
        """True for each kind of property."""
        return self in _PROPERTIES


_PROPERTIES = {
    TermKind.OBJECT_PROPERTY,
    TermKind.DATATYPE_PROPERTY,
    TermKind.ANNOTATION_PROPERTY,
}


class AxiomKind(StrEnum):
    """What an axiom is for; the value is the keyword of Manchester syntax."""

    SUBCLASS = "SubClassOf"
    EQUIVALENT = "EquivalentTo"
    DISJOINT = "DisjointWith"
    SUBPROPERTY = "SubPropertyOf"
    CHAIN = "SubPropertyChain"
    INVERSE = "InverseOf"
    DOMAIN = "Domain"
    RANGE = "Range"
    CHARACTERISTIC = "Characteristics"
    KEY = "HasKey"


@dataclass(frozen=True, slots=True)
class AxiomText:
    """An axiom in words and in Manchester syntax.

    ``about`` are the terms that it says something of, ``mentions`` all that stand in it.
    ``derives`` is true where new triples follow, false for what can only be broken.
    """

    kind: AxiomKind
    words: Words
    formal: str
    about: tuple[str, ...]
    mentions: frozenset[str]
    derives: bool = True

    @property
    def text(self) -> str:
        """The words without references."""
        return plain(self.words)

    @property
    def is_tree(self) -> bool:
        """True where it only says that one named class is below another, as the tree shows."""
        return self.kind is AxiomKind.SUBCLASS and self.formal.count(" ") == 2


@dataclass(frozen=True, slots=True)
class Match:
    """A term of another vocabulary that means the same or nearly the same."""

    relation: str
    iri: str

    @property
    def name(self) -> str:
        """The matched term as a prefixed name where one of ours fits."""
        return shorten(self.iri)


@dataclass(frozen=True, slots=True)
class Term:
    """One term: a class, a property, a code, a code list or an individual.

    ``parents`` are the classes, properties or broader codes directly above it, ``children`` those
    directly below. ``domain`` and ``range`` are of properties, ``notation``, ``order`` and
    ``scheme`` of codes. ``translations`` are pairs of a language tag and a label.
    """

    iri: str
    kind: TermKind
    label: str
    definition: str = ""
    notes: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    translations: tuple[tuple[str, str], ...] = ()
    module: str = ""
    graph: str = ""
    types: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    domain: Words = ()
    range: Words = ()
    inverses: tuple[str, ...] = ()
    matches: tuple[Match, ...] = ()
    notation: str = ""
    order: float = 0.0
    scheme: str = ""
    deprecated: bool = False
    replaced_by: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The prefixed name, or the IRI where no prefix of ours fits."""
        return shorten(self.iri)

    @property
    def local(self) -> str:
        """What stands behind ``cm:``; for terms of others their whole name."""
        return self.iri.removeprefix(CM)

    @property
    def ours(self) -> bool:
        """True for terms in the namespace of critmat."""
        return self.iri.startswith(CM)

    @property
    def ref(self) -> Ref:
        """A reference to this term."""
        return Ref(self.iri, self.label)


@dataclass(frozen=True, slots=True)
class Module:
    """One ontology document: a module, a code list's file, or the whole.

    ``name`` is what stands behind the IRI of the whole; ``terms`` are those it defines.
    """

    iri: str
    name: str
    title: str
    description: str = ""
    version: str = ""
    version_iri: str = ""
    licence: str = ""
    creators: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    graph: str = ""


@dataclass(frozen=True, slots=True)
class CodeList:
    """A scheme with its codes in their order."""

    scheme: Term
    codes: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole ontology of one snapshot. Terms are keyed by IRI, modules by name."""

    root: Module
    modules: Mapping[str, Module]
    terms: Mapping[str, Term]
    lists: Mapping[str, CodeList]
    axioms: tuple[AxiomText, ...]
    statements: Statements
    _about: Mapping[str, tuple[AxiomText, ...]] = field(default_factory=dict)
    _mentioning: Mapping[str, tuple[AxiomText, ...]] = field(default_factory=dict)

    def axioms_about(self, iri: str) -> tuple[AxiomText, ...]:
        """The axioms that say something of a term."""
        return self._about.get(iri, ())

    def axioms_using(self, iri: str) -> tuple[AxiomText, ...]:
        """The axioms that a term stands in and that say something of others."""
        return tuple(a for a in self._mentioning.get(iri, ()) if iri not in a.about)

    def label(self, iri: str) -> str:
        """The label of a term, or its name where it has none."""
        term = self.terms.get(iri)
        return term.label if term else local_words(iri)

    def module(self, name: str) -> Module:
        """A module by name; raises :class:`UnknownTermError` with the nearest names."""
        if name not in self.modules:
            raise UnknownTermError(
                f"The ontology has no module {name[:80]!r}.",
                remedy=_nearest(name, self.modules, "There are"),
            )
        return self.modules[name]

    def code_list(self, name: str) -> CodeList:
        """A code list by the local name of its scheme, or the name of its file.

        Raises :class:`UnknownTermError` with the nearest names.
        """
        for found in self.lists.values():
            if name == found.scheme.local or found.scheme.module.endswith(f"/codes/{name}"):
                return found
        names = [found.scheme.local for found in self.lists.values()]
        raise UnknownTermError(
            f"The ontology has no code list {name[:80]!r}.",
            remedy=_nearest(name, names, "There are"),
        )

    def term(self, iri: str) -> Term:
        """A term by IRI; raises :class:`UnknownTermError` with the nearest names."""
        if iri not in self.terms:
            local = iri.removeprefix(CM)
            names = [term.local for term in self.terms.values()]
            raise UnknownTermError(
                f"The ontology has no term {shorten(iri)[:120]!r}.",
                remedy=_nearest(local, names, "All of them are listed at /ontology, such as"),
            )
        return self.terms[iri]

    def ancestors(self, iri: str) -> tuple[str, ...]:
        """The terms above a term, the nearest first; a circle ends where it closes."""
        found: dict[str, None] = {}
        waiting = list(self.terms[iri].parents) if iri in self.terms else []
        while waiting:
            above = waiting.pop(0)
            if above not in found and above != iri:
                found[above] = None
                waiting.extend(self.terms[above].parents if above in self.terms else ())
        return tuple(found)


def _nearest(wanted: str, names: Iterable[str], otherwise: str) -> str:
    by_lower: dict[str, list[str]] = {}
    for name in names:
        by_lower.setdefault(name.lower(), []).append(name)
    near = difflib.get_close_matches(wanted.lower()[:80], by_lower, n=3, cutoff=0.55)
    if near:
        return f"Did you mean {' or '.join(name for low in near for name in by_lower[low])}?"
    return f"{otherwise} {', '.join(same[0] for same in list(by_lower.values())[:8])}."
