"""What is there already: the shipped facts and ontology that an expert's material is added to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.facts import Package
from kg.facts.records import Reading, read_file
from kg.facts.vocabulary import Vocabulary, load_vocabulary
from kg.namespaces import CM, OWL, RDF

_TYPE = f"<{RDF}type>"


@dataclass(frozen=True, slots=True)
class Baseline:
    """The shipped package, its quads (``asserted``) and the quads of the ontology (``schema``).

    All names are IRIs without angle brackets: ``terms`` are what the ontology speaks about,
    ``kinds`` their types there, ``things`` the subjects of the facts, ``graphs`` the named graphs.
    ``rows`` are the tables as read, by name.
    """

    package: Package
    rows: Mapping[str, Reading]
    vocabulary: Vocabulary | None
    ontology: Path
    asserted: Path
    schema: Path
    terms: frozenset[str]
    kinds: Mapping[str, frozenset[str]]
    things: frozenset[str]
    graphs: frozenset[str]

    @classmethod
    def read(cls, package: Package, ontology: Path, asserted: Path, schema: Path) -> Baseline:
        """Read the names out of the quads that :mod:`kg.populate` and :mod:`kg.ontology` wrote."""
        kinds: dict[str, set[str]] = {}
        for subject, predicate, value, _ in statements(schema):
            if subject.startswith("<"):
                of_subject = kinds.setdefault(subject[1:-1], set())
                if predicate == _TYPE:
                    of_subject.add(value[1:-1])
        things: set[str] = set()
        graphs: set[str] = set()
        for subject, _, _, graph in statements(asserted):
            things.add(subject)
            graphs.add(graph)
        return cls(
            package=package,
            rows={
                name: read_file(table.path, table.file) for name, table in package.tables.items()
            },
            vocabulary=load_vocabulary(ontology),
            ontology=ontology,
            asserted=asserted,
            schema=schema,
            terms=frozenset(kinds),
            kinds={name: frozenset(of_name) for name, of_name in kinds.items()},
            things=frozenset(name[1:-1] for name in things),
            graphs=frozenset(name[1:-1] for name in graphs if name),
        )

    def declares(self, iri: str) -> bool:
        """True for a term whose meaning the shipped ontology fixes: its own classes, properties
        and concepts, and ontologies; terms that it only borrows are nobody's to protect."""
        return iri in self.terms and (iri.startswith(CM) or f"{OWL}Ontology" in self.kinds[iri])

    def statements_about(self, subjects: Collection[str]) -> dict[str, set[tuple[str, str]]]:
        """Property and value, as in N-Triples, of everything that is shipped about some IRIs."""
        wanted = {f"<{iri}>" for iri in subjects}
        found: dict[str, set[tuple[str, str]]] = {}
        for path in (self.asserted, self.schema):
            for subject, predicate, value, _ in statements(path):
                if subject in wanted:
                    found.setdefault(subject[1:-1], set()).add((predicate, value))
        return found


def statements(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """Subject, predicate, object and graph of each line of N-Quads that critmat wrote itself;
    the graph is empty in the default graph."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield split(line)


def split(line: str) -> tuple[str, str, str, str]:
    r"""The four terms of a line of canonical N-Quads.

    >>> split('<a> <b> "c d" <g> .\n')
    ('<a>', '<b>', '"c d"', '<g>')
    >>> split('<a> <b> "c <d>" .\n')
    ('<a>', '<b>', '"c <d>"', '')
    """
    subject, predicate, rest = line[:-3].split(" ", 2)
    value, _, graph = rest.rpartition(" ")
    if value and graph[:1] in "<_" and '"' not in graph:
        return subject, predicate, value, graph
    return subject, predicate, rest, ""
