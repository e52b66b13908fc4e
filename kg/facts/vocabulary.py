"""What the ontology defines: its terms, its properties and their ranges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.facts.errors import FactsError
from kg.namespaces import CM, OWL, RDF, RDFS, XSD
from kg.report import Problem, Report

_TYPE = ox.NamedNode(f"{RDF}type")
_RANGE = ox.NamedNode(f"{RDFS}range")
_OBJECT_PROPERTY = f"{OWL}ObjectProperty"
_DATATYPE_PROPERTY = f"{OWL}DatatypeProperty"
_PROPERTY_KINDS = frozenset(
    {_OBJECT_PROPERTY, _DATATYPE_PROPERTY, f"{OWL}AnnotationProperty", f"{RDF}Property"}
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The terms of ontology files, by IRI.

    ``properties`` gives the kinds of each declared property; ``ranges`` the datatypes of those
    that have one; ``terms`` every IRI of critmat's namespace that some statement is about.
    """

    terms: frozenset[str]
    properties: Mapping[str, frozenset[str]]
    ranges: Mapping[str, frozenset[str]]

    def defines(self, iri: str) -> bool:
        """True if the ontology says something about a term; terms of others count as defined."""
        return not iri.startswith(CM) or iri in self.terms

    def is_object_property(self, iri: str) -> bool:
        """True if its values are things."""
        return _OBJECT_PROPERTY in self.properties.get(iri, ())

    def is_datatype_property(self, iri: str) -> bool:
        """True if its values are literals."""
        return _DATATYPE_PROPERTY in self.properties.get(iri, ())


def load_vocabulary(folder: Path) -> Vocabulary | None:
    """Read every Turtle file under a folder; ``None`` if there is none.

    Raises ``FactsError`` if a file is not Turtle.
    """
    files = sorted(folder.rglob("*.ttl")) if folder.is_dir() else []
    return read_vocabulary(files) if files else None


def read_vocabulary(files: Iterable[Path]) -> Vocabulary:
    """Read the terms of some Turtle files."""
    terms: set[str] = set()
    properties: dict[str, set[str]] = {}
    ranges: dict[str, set[str]] = {}
    for file in files:
        try:
            quads = list(ox.parse(path=str(file), format=ox.RdfFormat.TURTLE))
        except SyntaxError as error:
            problem = Problem(
                f"ontology/{file.name}",
                f"the file is not Turtle: {error}",
                "Mend it first; terms are not compared until then.",
                row=error.lineno,
            )
            raise FactsError.of(Report("ontology", problems=[problem])) from None
        for quad in quads:
            if not isinstance(quad.subject, ox.NamedNode):
                continue
            subject, value = quad.subject.value, quad.object
            if subject.startswith(CM):
                terms.add(subject)
            if not isinstance(value, ox.NamedNode):
                continue
            if quad.predicate == _TYPE and value.value in _PROPERTY_KINDS:
                properties.setdefault(subject, set()).add(value.value)
            elif quad.predicate == _RANGE and value.value.startswith(XSD):
                ranges.setdefault(subject, set()).add(value.value)
    return Vocabulary(
        terms=frozenset(terms),
        properties={iri: frozenset(kinds) for iri, kinds in properties.items()},
        ranges={iri: frozenset(kinds) for iri, kinds in ranges.items()},
    )
