"""What a document adds to the ontology: named and defined, free of contradictions, inside the
profiles, and with axioms that the build can follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from kg.derive.axioms import Skipped, read_axioms
from kg.errors import CritmatError
from kg.extension.baseline import Baseline
from kg.extension.documents import TYPE, Document
from kg.namespaces import CM, OWL, PREFIXES, RDF, RDFS, SKOS, shorten
from kg.quad_file import write_sorted
from kg.report import Problem, Severity

_TERMS = {
    f"{OWL}Class": "class", f"{RDFS}Class": "class", f"{OWL}ObjectProperty": "property",
    f"{OWL}DatatypeProperty": "property", f"{OWL}AnnotationProperty": "property",
    f"{RDF}Property": "property",
}  # fmt: skip
_LABELS = frozenset({f"{RDFS}label", f"{SKOS}prefLabel"})
_DEFINITIONS = frozenset(
    {f"{SKOS}definition", f"{RDFS}comment", "http://purl.obolibrary.org/obo/IAO_0000115"}
)
_BORROWED = tuple(
    namespace for namespace in PREFIXES.values() if namespace not in (CM, OWL, RDF, RDFS)
)
_OUTSIDE_RULES = "Outside OWL 2 RL"
_IMPORTS = f"{OWL}imports"
_OWN_ONTOLOGY = "https://w3id.org/critmat/ontology"


def check_additions(
    documents: Sequence[Document], baseline: Baseline, schema: Path, work: Path
) -> Iterator[Problem]:
    """Check everything that documents add to the ontology; ``schema`` is the shipped ontology and
    the additions together, ``work`` a folder for what the reasoner is given.

    Terms are looked at first. The reasoner and the profile checker are only asked where some
    document has axioms, since starting them takes seconds.
    """
    adding = [document for document in documents if document.schema]
    for document in adding:
        yield from _terms(document, baseline)
        yield from _materialised(document)
        yield from _imports(document)
    adding = [document for document in adding if _has_axioms(document)]
    if not adding:
        return
    yield from _reasoned(adding, baseline, work)
    yield from _without_rule(adding, baseline, schema)


def _reasoned(adding: Sequence[Document], baseline: Baseline, work: Path) -> Iterator[Problem]:
    """What HermiT and the profile checker say, in the names and lines of the files given."""
    # Java's bridge takes a second to import, which other material need not wait for.
    from kg.check.owl import check_owl  # noqa: PLC0415

    files = {_triples(document, baseline, number, work): document
             for number, document in enumerate(adding, start=1)}  # fmt: skip
    try:
        report = check_owl(baseline.ontology, extra=list(files))
    except CritmatError as error:
        yield Problem(_all(adding), error.message, error.remedy)
        return
    documents = {path.name: document for path, document in files.items()}
    for problem in report.problems:
        message = problem.message
        if message.startswith(_OUTSIDE_RULES):
            continue  # the build itself says below which axioms it cannot follow
        for name, document in documents.items():
            message = message.replace(f"[{name}]", f"[{document.file.shown}]")
        document_of = documents.get(problem.file)
        if document_of is None:
            where = f"{_all(adding)} with the shipped ontology"
            yield replace(problem, file=where, message=message, row=None)
        else:
            yield replace(
                problem,
                file=document_of.file.shown,
                message=message,
                row=_line_of_name(document_of, message),
            )


def _line_of_name(document: Document, message: str) -> int | None:
    """The line of the first term of a document that a message names."""
    named = (
        (message.find(shorten(q.subject.value)), -len(q.subject.value), q.subject.value)
        for q in document.schema
        if isinstance(q.subject, NamedNode)
    )
    found = sorted({one for one in named if one[0] >= 0})
    return document.line_of(NamedNode(found[0][2])) if found else None


def _has_axioms(document: Document) -> bool:
    """True if it says more of the ontology than what it is called."""
    ontologies = {
        q.subject
        for q in document.schema
        if q.predicate == TYPE and str(q.object) == f"<{OWL}Ontology>"
    }
    return any(q.subject not in ontologies for q in document.schema)


def _all(documents: Iterable[Document]) -> str:
    return ", ".join(document.file.shown for document in documents)


def _terms(document: Document, baseline: Baseline) -> Iterator[Problem]:
    """Every term of the expert's own has a label and a definition."""
    said: dict[str, set[str]] = {}
    kinds: dict[str, str] = {}
    for quad in document.schema:
        if isinstance(quad.subject, NamedNode):
            name = quad.subject.value
            said.setdefault(name, set()).add(quad.predicate.value)
            if quad.predicate == TYPE and isinstance(quad.object, NamedNode):
                kinds.setdefault(name, _TERMS.get(quad.object.value, ""))
    for name, kind in kinds.items():
        borrowed = any(name.startswith(namespace) for namespace in PREFIXES.values())
        if not kind or borrowed or name in baseline.terms:
            continue
        for what, properties, remedy in (
            ("label", _LABELS, 'Add rdfs:label with a language, such as "export plant"@en.'),
            (
                "definition",
                _DEFINITIONS,
                "Add skos:definition (or rdfs:comment) with one sentence that says what belongs to "
                "it and what does not.",
            ),
        ):
            if not said[name] & properties:
                yield document.problem(
                    f"the {kind} {shorten(name)} has no {what}", remedy, NamedNode(name)
                )


def _materialised(document: Document) -> Iterator[Problem]:
    """A term that asks to be written would stop all the others, which do not ask."""
    for quad in document.schema:
        if quad.predicate.value == f"{CM}materialise" and str(quad.object).startswith('"true"'):
            yield document.problem(
                "cm:materialise true would keep the build from writing what nobody marks so",
                "Leave it out: what follows for your own classes and properties is written.",
                quad.subject,
                quad.predicate,
            )


def _imports(document: Document) -> Iterator[Problem]:
    for quad in document.schema:
        if quad.predicate.value != _IMPORTS or not isinstance(quad.object, NamedNode):
            continue
        if not quad.object.value.startswith(_OWN_ONTOLOGY):
            problem = document.problem(
                f"it imports {quad.object.value}, which is not fetched",
                "Give that ontology as a file of its own as well, if it is needed.",
                quad.object,
            )
            yield replace(problem, severity=Severity.WARNING)


def _triples(document: Document, baseline: Baseline, number: int, work: Path) -> Path:
    """The additions of a document as a file of triples, without imports.

    What a term is annotated with by a vocabulary that everybody knows, such as dct:modified, is
    declared here: programs leave that out.
    """
    path = work / f"{number}-{document.file.slug}.nt"
    quads = [q for q in document.schema if q.predicate.value != _IMPORTS]
    declared = {q.subject.value for q in quads if isinstance(q.subject, NamedNode)}
    annotating = {
        q.predicate.value
        for q in quads
        if q.predicate.value.startswith(_BORROWED) and q.predicate.value not in baseline.terms
    }
    lines = {f"{q.triple} .\n" for q in quads}
    lines |= {f"<{name}> {TYPE} <{OWL}AnnotationProperty> .\n" for name in annotating - declared}
    write_sorted(lines, path)
    return path


def _without_rule(
    documents: Sequence[Document], baseline: Baseline, schema: Path
) -> Iterator[Problem]:
    """Axioms from which something would follow, and which the build cannot follow."""
    before = Counter(_key(skipped) for skipped in read_axioms(baseline.schema).skipped)
    for skipped in read_axioms(schema).skipped:
        if before[_key(skipped)]:
            before[_key(skipped)] -= 1
        elif skipped.derives:
            document, line = _place(documents, skipped.subject)
            yield replace(_told(skipped), file=document.file.shown, row=line)


def _told(skipped: Skipped) -> Problem:
    if skipped.construct == "owl:equivalentClass" and "right side" in skipped.reason:
        return Problem(
            "",
            f"of {skipped.subject} only the members are derived, not what follows from being one: "
            f"{skipped.reason}",
            "This is usual for a class that is defined by what its members have.",
            severity=Severity.NOTE,
        )
    return Problem(
        "",
        f"the axiom {skipped.construct} of {skipped.subject} has no rule: {skipped.reason}",
        "Reasoners such as HermiT follow it; the build does not, so no members or links come from "
        "it. docs/derivation.md lists what it follows.",
        severity=Severity.WARNING,
    )


def _key(skipped: Skipped) -> tuple[str, str, str]:
    return skipped.subject, skipped.construct, skipped.reason


def _place(documents: Sequence[Document], subject: str) -> tuple[Document, int | None]:
    def speaks(quad: Quad) -> bool:
        return isinstance(quad.subject, NamedNode) and shorten(quad.subject.value) == subject

    for document in documents:
        quad = next(filter(speaks, document.schema), None)
        if quad is not None:
            return document, document.line_of(quad.subject)
    return documents[0], None
