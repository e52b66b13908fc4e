"""What is handed to the reasoner: the files of the ontology, and files of facts or extensions.

Each file is read here, so that Java sees nothing but plain triples that were parsed before: no
imports, and with them no way to the network; no RDF/XML with entities; no relative IRIs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kg.errors import CritmatError
from kg.mappings import read_mapping_set
from kg.namespaces import CM, OWL, RDF, RDFS
from kg.ontology import OntologyError, mapping_files, ontology_files
from kg.report import Problem, Report, Severity
from kg.shipped import ontology_dir

#: A file of more megabytes is not read; the shipped facts as N-Triples have less than 30.
MOST_MEGABYTES = 200

_Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

_IMPORTS = NamedNode(f"{OWL}imports")
_TYPE = NamedNode(f"{RDF}type")
#: What a term may be declared as, by the name that the OWL API has for it.
_KINDS = {
    f"{OWL}Class": "Class",
    f"{OWL}ObjectProperty": "ObjectProperty",
    f"{OWL}DatatypeProperty": "DataProperty",
    f"{OWL}AnnotationProperty": "AnnotationProperty",
    f"{OWL}NamedIndividual": "NamedIndividual",
    f"{RDFS}Datatype": "Datatype",
}
#: How a file begins that is OWL, and no RDF.
_NO_RDF = (
    (re.compile(r"\s*<\?xml[^<]*(?:<![^<]*)*<Ontology\b"), "OWL/XML"),
    (re.compile(r"\s*(?:Prefix|Ontology)\s*\("), "the functional syntax of OWL"),
    (re.compile(r"\s*(?:Prefix|Ontology)\s*:"), "Manchester syntax"),
)
_SAVE_AS = "Save it as Turtle or RDF/XML; in Protégé: File, Save as."


@dataclass(frozen=True, slots=True)
class OwlDocument:
    """One file: its ``name`` in reports, whether it is part of the ontology, and what it says.

    ``triples`` is N-Triples without imports; blank nodes are named apart from those of other
    files. ``declares`` holds (kind, IRI) pairs such as ``("Class", "https://…#Mine")``.
    """

    name: str
    path: Path
    shipped: bool
    triples: str
    count: int
    declares: frozenset[tuple[str, str]]
    labels: tuple[tuple[str, str], ...]

    def line_of(self, iri: str) -> int | None:
        """The line, from 1, on which the file begins to speak of ``iri``; none if not found."""
        local = re.escape(re.split("[#/]", iri)[-1])
        # Whatever prefix the file has for it.
        name = rf"(?:<{re.escape(iri)}>|[\w-]*:{local}(?![\w-]))"
        about = rf'<[\w:]+\s+rdf:(?:about|ID)="[^"]*{local}"'
        subject = re.compile(rf"(?:^|\.)\s*(?:{name}|{about})")
        mention = re.compile(rf"(?<![\w:-])(?:{name}|{about})")
        lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        for pattern in (subject, mention):
            for number, line in enumerate(lines, 1):
                if pattern.search(line):
                    return number
        return None


def read_documents(
    folder: Path | None = None, extra: Sequence[Path] = ()
) -> tuple[list[OwlDocument], Report]:
    """Read the ontology in ``folder`` (default: the shipped one) and the files ``extra``.

    ``extra`` may be Turtle, RDF/XML, N-Triples, N-Quads, TriG or JSON-LD, by ending. Each one that
    cannot be read is a problem of the report; so is an import that is not among the files.

    Raises :class:`kg.ontology.OntologyError` and :class:`kg.mappings.MappingSetError` for the
    ontology itself.
    """
    folder = folder or ontology_dir()
    report = Report("reading")
    documents: list[OwlDocument] = []
    imports: list[tuple[str, str]] = []
    for path in ontology_files(folder):
        name = path.relative_to(folder).as_posix()
        try:
            triples = list(_parse(path, RdfFormat.TURTLE))
        except SyntaxError as error:
            raise OntologyError(
                f"{path.name}: {error}.", remedy="Mend the Turtle at that place."
            ) from error
        documents.append(_document(name, path, triples, number=len(documents), shipped=True))
    for path in mapping_files(folder):
        triples = _mapped(path)
        if triples:
            name = path.relative_to(folder).as_posix()
            documents.append(_document(name, path, triples, number=len(documents), shipped=True))
    for path in extra:
        found, problem = _read_extra(path)
        if problem:
            report.add(problem)
            continue
        imports += [(path.name, str(t.object)[1:-1]) for t in found if t.predicate == _IMPORTS]
        number = len(documents)
        documents.append(_document(path.name, path, found, number=number, shipped=False))
    known = {f"{CM.rstrip('#')}", *_headers(documents)}
    for name, target in imports:
        if target not in known and not target.startswith(f"{CM.rstrip('#')}/"):
            report.add(
                Problem(
                    name,
                    f"It imports <{target}>, which is not read: nothing is fetched from the "
                    "network.",
                    remedy="Give a file with that ontology too, or leave the import out.",
                    severity=Severity.WARNING,
                )
            )
    return documents, report


def _parse(path: Path, syntax: RdfFormat) -> Iterator[Triple]:
    for quad in parse(path=str(path), format=syntax, base_iri=path.resolve().as_uri()):
        yield quad.triple


def _mapped(path: Path) -> list[Triple]:
    """The mappings of terms and codes, which are triples of the ontology."""
    return [
        Triple(NamedNode(row.subject), NamedNode(row.predicate), NamedNode(row.object))
        for row in read_mapping_set(path).rows
        if row.subject.startswith(CM)
    ]


def _read_extra(path: Path) -> tuple[list[Triple], Problem | None]:
    """The triples of a file from outside, or what is wrong with it."""
    try:
        return _parse_extra(path), None
    except _UnfitError as error:
        return [], Problem(path.name, error.message, remedy=error.remedy)
    except SyntaxError as error:
        return [], Problem(
            path.name,
            f"It does not parse: {error.msg}.",
            remedy="Mend the file at that place.",
            row=error.lineno,
            column=str(error.offset) if error.offset else None,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return [], Problem(
            path.name, f"It cannot be read: {reason}.", remedy="Give a file of RDF in UTF-8."
        )


class _UnfitError(CritmatError):
    """A file that is no RDF which OWL can take."""


def _parse_extra(path: Path) -> list[Triple]:
    if path.stat().st_size > MOST_MEGABYTES * 1_000_000:
        raise _UnfitError(
            f"It has more than {MOST_MEGABYTES} megabytes.",
            remedy="Check a part of it, or the snapshot with `critmat check`.",
        )
    with path.open(encoding="utf-8", errors="replace") as file:
        beginning = file.read(4096)
    for pattern, what in _NO_RDF:
        if pattern.match(beginning):
            raise _UnfitError(f"This is {what}, which critmat does not read.", remedy=_SAVE_AS)
    syntax = _syntax(path, beginning)
    if syntax is None:
        raise _UnfitError(
            f'The ending "{path.suffix}" is none of a format that critmat reads.',
            remedy="Give Turtle (.ttl), RDF/XML (.rdf, .owl) or N-Triples (.nt).",
        )
    triples = list(_parse(path, syntax))
    if any(isinstance(triple.object, Triple) for triple in triples):
        raise _UnfitError(
            "It has a statement about a statement (RDF 1.2), which OWL does not have.",
            remedy="Make the inner statement a record of its own, with an IRI.",
        )
    return triples


def _syntax(path: Path, beginning: str) -> RdfFormat | None:
    if path.suffix.lower() in (".owl", ".xml", ".rdf"):
        xml = beginning.lstrip("\ufeff \t\r\n").startswith(("<?xml", "<!", "<rdf:"))
        return RdfFormat.RDF_XML if xml else RdfFormat.TURTLE
    return RdfFormat.from_extension(path.suffix.lower().lstrip("."))


def _headers(documents: Sequence[OwlDocument]) -> Iterator[str]:
    pattern = re.compile(rf"^<([^>]+)> <{RDF}type> <{OWL}Ontology> \.$", re.MULTILINE)
    for document in documents:
        yield from pattern.findall(document.triples)


def _document(
    name: str, path: Path, triples: Sequence[Triple], *, number: int, shipped: bool
) -> OwlDocument:
    said = {t for t in triples if t.predicate != _IMPORTS}
    blank: dict[str, str] = {}

    def spell(term: _Term) -> str:
        if isinstance(term, BlankNode):
            return "_:" + blank.setdefault(term.value, f"d{number}x{len(blank)}")
        if isinstance(term, Literal):
            # The old parser on the other side loses escaped line ends.
            value = " ".join(term.value.splitlines()) if "\n" in term.value else term.value
            return str(
                Literal(value, language=term.language)
                if term.language
                else Literal(value, datatype=term.datatype)
            )
        return str(term)

    lines = [
        f"{spell(t.subject)} {t.predicate} {spell(t.object)} .\n" for t in triples if t in said
    ]
    return OwlDocument(
        name=name,
        path=path,
        shipped=shipped,
        triples="".join(dict.fromkeys(lines)),
        count=len(said),
        declares=frozenset(
            (_KINDS[t.object.value], t.subject.value)
            for t in said
            if t.predicate == _TYPE
            and isinstance(t.object, NamedNode)
            and isinstance(t.subject, NamedNode)
            and t.object.value in _KINDS
        ),
        labels=tuple(
            (t.subject.value, t.object.value)
            for t in triples
            if t.predicate.value == f"{RDFS}label"
            and isinstance(t.subject, NamedNode)
            and isinstance(t.object, Literal)
            and t.object.language in (None, "en")
        ),
    )
