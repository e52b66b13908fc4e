"""An extension: what an expert's material adds, as sorted quads beside the shipped ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import merge
from itertools import groupby
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.check import check_graph
from kg.check.competency import ask_competency, read_competency_question
from kg.errors import CritmatError
from kg.extension.additions import check_additions
from kg.extension.baseline import Baseline, statements
from kg.extension.documents import TYPE, Document, read_document
from kg.extension.material import Kind, Material, gather
from kg.extension.queries import check_questions
from kg.extension.shapes import check_shapes
from kg.extension.statements import Own, check_statements, iri_of
from kg.extension.tables import OwnTables, read_tables
from kg.facts import FactsError
from kg.namespaces import CM, DCT, GRAPH_CATALOGUE, RDFS, XSD, shorten
from kg.populate import populate
from kg.quad_file import write_sorted
from kg.report import Problem, Report, Severity

#: Told what is being done, as it begins.
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Extension:
    """What the material adds. All files are sorted N-Quads in the folder of the work.

    ``facts`` and ``schema`` are the expert's alone; ``all_facts`` and ``all_schema`` are those and
    the shipped ones together. ``shapes`` are files of the expert's own shapes. ``places``
    gives file and line of its things, by prefixed name. ``documents`` are those that could be
    parsed. ``complete`` is false where some facts could not be written, so that nothing can be said
    of the whole.
    """

    material: Material
    facts: Path
    schema: Path
    all_facts: Path
    all_schema: Path
    documents: tuple[Document, ...] = ()
    shapes: tuple[Path, ...] = ()
    by_table: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, tuple[str, int | None]] = field(default_factory=dict)
    complete: bool = True

    @property
    def adds(self) -> bool:
        """True if it states anything; material may also be shapes and questions alone."""
        return bool(self.facts.stat().st_size or self.schema.stat().st_size)

    def touched(self, baseline: Baseline) -> set[str]:
        """The nodes that its facts speak of: the expert's own, and shipped ones pointed at."""
        found: set[str] = set()
        for subject, _, value, _ in statements(self.facts):
            found.add(subject[1:-1])
            if value.startswith("<") and value[1:-1] in baseline.things:
                found.add(value[1:-1])
        return found

    def manifest(self) -> list[dict[str, object]]:
        """Name, kind, size in bytes and SHA-256 of each file, as a snapshot's manifest lists
        them."""
        return [
            {"name": f.name, "kind": str(f.kind), "bytes": len(f.data), "sha256": f.sha256}
            for f in self.material.files
        ]


def read_extension(
    paths: Sequence[Path], baseline: Baseline, work: Path, progress: Progress = lambda _: None
) -> tuple[Extension, Report]:
    """Read and check material, and write what it adds into the folder ``work``.

    The report holds every problem of every file; it says nothing yet of the material together
    with what is shipped: for that there are :func:`check_touched` and :func:`check_own`. Never
    raises for what stands in the files. The same files give the same quads.
    """
    extension, report = read_material(paths, baseline, work, progress)
    progress("checking what is added to the ontology")
    report.problems.extend(check_axioms(extension, baseline))
    report.problems = sorted(dict.fromkeys(report.problems), key=by_place)
    return extension, report


def check_axioms(extension: Extension, baseline: Baseline) -> list[Problem]:
    """Check what is added to the ontology, which takes seconds where a reasoner is needed."""
    folder = extension.facts.parent / "ontology"
    folder.mkdir()
    return list(check_additions(extension.documents, baseline, extension.all_schema, folder))


def read_material(
    paths: Sequence[Path], baseline: Baseline, work: Path, progress: Progress = lambda _: None
) -> tuple[Extension, Report]:
    """The first part of :func:`read_extension`: all but :func:`check_axioms`, problems unsorted."""
    report = Report("extension")
    progress("reading the files")
    material, problems = gather(paths)
    report.problems.extend(problems)
    report.counts["files"] = len(material.files)
    progress("checking the tables")
    work.mkdir(parents=True, exist_ok=True)
    (work / "tables").mkdir()
    tables = read_tables(material, baseline, work / "tables")
    report.problems.extend(tables.problems)
    report.counts["rows"] = tables.rows
    facts_of_tables, by_table, written = _populate(tables, work, report)
    progress("checking the documents")
    documents = list(_documents(material, report))
    subjects = {s[1:-1] for s, *_ in statements(facts_of_tables)}
    own = Own.of(documents, subjects)
    documents, problems = check_statements(documents, baseline, own)
    report.problems.extend(problems)
    for document in documents:
        report.problems.extend(_check_description(document, own))
    extension = Extension(
        material=material,
        facts=work / "facts.nq",
        schema=work / "schema.nq",
        all_facts=work / "all-facts.nq",
        all_schema=work / "all-schema.nq",
        documents=tuple(documents),
        shapes=tuple(_shapes(documents, work, report)),
        by_table=by_table,
        places=_places(tables, documents),
        complete=written and len(documents) == sum(1 for _ in material.of(Kind.DOCUMENT)),
    )
    _write(documents, facts_of_tables, extension, baseline, own)
    progress("checking the questions")
    report.problems.extend(check_questions(material, baseline.terms | own.terms))
    report.counts["triples"] = sum(len(set(d.quads)) for d in documents)
    return extension, report


def check_touched(extension: Extension, baseline: Baseline, store: Store) -> Report:
    """Let the shipped shapes look at the nodes that the extension touches.

    ``store`` holds all quads: the shipped ones, those of the extension, and what is derived.
    """
    focus = extension.touched(baseline)
    report = Report("extension")
    if focus:
        found = check_graph(store, baseline.ontology / "shapes", focus=focus)
        report.problems.extend(_at_place(problem, extension) for problem in found.problems)
    return report


def check_own(extension: Extension, store: Store) -> Report:
    """Let the expert's own shapes look at everything, and ask the competency questions.

    ``store`` holds all quads: the shipped ones, those of the extension, and what is derived.
    """
    report = Report("extension")
    for shapes in extension.shapes:
        try:
            found = check_graph(store, [shapes])
            report.problems.extend(_at_place(problem, extension) for problem in found.problems)
        except CritmatError as error:
            report.add(Problem(shapes.stem, error.message, error.remedy))
    questions = []
    for file in extension.material.of(Kind.COMPETENCY):
        try:
            questions.append(read_competency_question(file.path, file.shown))
        except CritmatError:
            continue  # told when the material was read
    report.problems.extend(ask_competency(questions, store).problems)
    return report


def _at_place(problem: Problem, extension: Extension) -> Problem:
    """A finding of a node, told at the row or line where the expert speaks of it."""
    if problem.file not in extension.places:
        return problem
    file, row = extension.places[problem.file]
    return replace(problem, file=file, row=row, message=f"{problem.file}: {problem.message}")


def _places(tables: OwnTables, documents: Iterable[Document]) -> dict[str, tuple[str, int | None]]:
    places: dict[str, tuple[str, int | None]] = {
        shorten(iri): place for iri, place in tables.places.items()
    }
    for document in documents:
        for quad in document.facts:
            iri = iri_of(quad.subject)
            if iri and shorten(iri) not in places:
                places[shorten(iri)] = document.file.shown, document.line_of(quad.subject)
    return places


def by_place(problem: Problem) -> tuple[int, str, int, str, str]:
    """The order of a report: errors first, then by file and row."""
    order = list(Severity)
    return (
        order.index(problem.severity),
        problem.file,
        problem.row or 0,
        problem.column or "",
        problem.message,
    )


def _documents(material: Material, report: Report) -> Iterator[Document]:
    graphs: dict[NamedNode, str] = {}
    for file in material.of(Kind.DOCUMENT):
        found = read_document(file)
        if isinstance(found, Problem):
            report.add(found)
            continue
        other = graphs.setdefault(found.graph, file.shown)
        if other != file.shown:
            report.add(
                Problem(
                    file.shown,
                    f"{other} has the same name, and both would speak in one named graph",
                    "Rename one of the two.",
                )
            )
        yield found


def _populate(
    tables: OwnTables, work: Path, report: Report
) -> tuple[Path, Mapping[str, int], bool]:
    """The quads of the tables; none of them where some cell cannot become RDF."""
    out = work / "of-tables.nq"
    try:
        summary = populate(tables.package, out, lookups=tables.lookups)
    except FactsError as error:
        if not any(problem.severity is Severity.ERROR for problem in tables.problems):
            report.problems.extend(
                replace(problem, row=tables.lines.get(problem.file, {}).get(problem.row or 0))
                for problem in error.report.problems
            )
        write_sorted((), out)
        return out, {}, False
    return out, summary.by_table, True


def _shapes(documents: Iterable[Document], work: Path, report: Report) -> Iterator[Path]:
    (work / "shapes").mkdir()
    for document in documents:
        if document.shapes:
            report.problems.extend(check_shapes(document))
            path = work / "shapes" / f"{document.file.slug}.ttl"
            write_sorted({f"{q.triple} .\n" for q in document.shapes}, path)
            yield path


def _write(
    documents: Sequence[Document],
    facts_of_tables: Path,
    extension: Extension,
    baseline: Baseline,
    own: Own,
) -> None:
    facts = [q for document in documents for q in document.facts]
    schema = [q for document in documents for q in document.schema]
    for document in documents:
        if document.facts or document.schema:
            facts.extend(_description(document, own))
    with facts_of_tables.open(encoding="utf-8") as of_tables:
        write_sorted({*(f"{q} .\n" for q in facts), *of_tables}, extension.facts)
    write_sorted({f"{q} .\n" for q in schema}, extension.schema)
    _join([baseline.asserted, extension.facts], extension.all_facts)
    _join([baseline.schema, extension.schema], extension.all_schema)


def _check_description(document: Document, own: Own) -> Iterator[Problem]:
    """A source is described: by the document, by a table, or by the header of the document."""
    header = document.header
    if not (document.facts or document.schema) or document.graph.value in own.described:
        return
    if not (header.address and header.date):
        yield Problem(
            document.file.shown,
            "the file does not say what it is and of which day, so it cannot be cited",
            "Say of its ontology (in Protégé: Active ontology): an IRI that begins with https://, "
            "and the annotation dct:modified with a day such as 2031-03-01; or describe "
            f"{shorten(document.graph.value)} as a cm:SourceRelease.",
        )


def _description(document: Document, own: Own) -> Iterator[Quad]:
    """What the catalogue says of the graph of a document that does not describe it itself."""
    header = document.header
    if document.graph.value in own.described or not (header.address and header.date):
        return
    title = Literal(header.title or f"Extension {document.file.name}", language="en")
    for predicate, value in (
        (TYPE, NamedNode(f"{CM}SourceRelease")),
        (NamedNode(f"{RDFS}label"), title),
        (NamedNode(f"{DCT}title"), title),
        (NamedNode(f"{DCT}publisher"), Literal(header.publisher or "Own material")),
        (NamedNode(f"{CM}sourceKind"), NamedNode(f"{CM}source-other")),
        (NamedNode(f"{CM}sourceUrl"), _typed(header.address, "anyURI")),
        (NamedNode(f"{CM}retrievedOn"), _typed(header.date, "date")),
    ):
        yield Quad(document.graph, predicate, value, NamedNode(GRAPH_CATALOGUE))


def _typed(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + datatype))


def _join(files: Sequence[Path], out: Path) -> None:
    """Sorted files as one, each line once."""
    handles = [path.open(encoding="utf-8") for path in files]
    try:
        with out.open("w", encoding="utf-8", newline="\n") as target:
            target.writelines(line for line, _ in groupby(merge(*handles)))
    finally:
        for handle in handles:
            handle.close()
