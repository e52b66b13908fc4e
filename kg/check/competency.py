"""Competency questions: what the ontology must answer over a known graph, and what it must refuse.

A question is one SPARQL file. Its leading comment says what is asked and what must come out; the
file runs as it stands in any SPARQL tool. ::

    # question: Which elements of this world are light rare earths?
    # module: substances
    # needs: cm:LightRareEarthElement, cm:memberOf
    # expect:
    #   ?element         | ?symbol
    #   cmd:neodymium    | "Nd"
    PREFIX cm: <https://w3id.org/critmat/ontology#>
    SELECT ?element ?symbol WHERE { ?element a cm:LightRareEarthElement ; cm:symbol ?symbol }

``expect`` holds the whole answer, in any order (``expect in order`` where the order counts), or
``true`` or ``false`` for an ``ASK``. A cell is a prefixed name, an IRI in angle brackets, a literal
as in Turtle, a bare number (equal by value, whatever its datatype), or ``-`` where the variable has
no value. ``refuse`` takes the place of ``expect`` where the query must give no row or ``false``;
its text says which wrong conclusion is refused. ``needs`` names terms, and chains as
``cm:hasPart o cm:dependsOnSubstance -> cm:dependsOnSubstance``. A line is carried on by the next
one that begins with ``#`` and two spaces.

Whoever has questions of their own calls::

    run_competency(folder: Path, store: Store) -> Report

``folder`` is a folder of ``*.rq`` (folders below it too) or one file; ``store`` holds facts,
ontology and what was derived. Every file is reported by its name and line, all of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pyoxigraph import DefaultGraph, QueryBoolean, QuerySolutions, Store

from kg.check.comparison import Fault, fault_of_rows, fault_of_truth
from kg.check.expectation import Expectation, ExpectationError, Refusal, Table, read_row
from kg.errors import CritmatError
from kg.report import Problem, Report

#: The largest file that is read, in bytes, and the most rows that are read of an answer.
LARGEST_FILE = 200_000
MOST_ROWS = 10_000

_KEYS = ("question", "module", "needs", "expect", "expect in order", "refuse")
_KEY = re.compile(r"#[ \t]?([a-z]+(?: [a-z]+)*):[ \t]*(.*)")
_CARRIED_ON = re.compile(r"#(?:[ \t]{2,}|\t)(.+)")
#: What calls another server, also where an engine would first decode it.
_CALLS_OUT = re.compile(r"service|\\u", re.IGNORECASE)

_MERGE = "INSERT { ?s ?p ?o } WHERE { GRAPH ?graph { ?s ?p ?o } }"

_REMEDY_FORM = (
    "Begin the file with '# question: ...' and either '# expect:' with a table below it "
    "or '# refuse: ...'."
)


class CompetencyFileError(CritmatError):
    """A competency question that is not written as one; ``file`` and ``line`` say where."""

    title = "Bad competency question"

    def __init__(self, file: str, line: int, message: str, *, remedy: str = _REMEDY_FORM) -> None:
        super().__init__(f"{file}, line {line}: {message}", remedy=remedy)
        self.problem = Problem(file, message, remedy, row=line)


@dataclass(frozen=True, slots=True)
class CompetencyQuestion:
    """One question, as its file states it.

    ``id`` is the name of the file without its ending, ``line`` that of the expectation, from 1.
    ``expectation`` is a table, a truth value for an ``ASK``, or a refusal.
    """

    id: str
    file: str
    question: str
    module: str
    needs: tuple[str, ...]
    expectation: Expectation
    line: int
    query: str


def read_competency_question(path: Path, name: str | None = None) -> CompetencyQuestion:
    """Read one file; ``name`` is what messages call it (default: its name).

    Raises :class:`CompetencyFileError` with file and line, and ``OSError``.
    """
    name = name or path.name
    if path.stat().st_size > LARGEST_FILE:
        raise CompetencyFileError(
            name, 1, f"is larger than {LARGEST_FILE:,} bytes.", remedy="Ask several questions."
        )
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CompetencyFileError(
            name, 1, "is not written in UTF-8.", remedy="Save the file as UTF-8."
        ) from error
    header = _Header(name, text)
    if found := _CALLS_OUT.search(header.query):
        line = text.count("\n", 0, len(text) - len(header.query) + found.start()) + 1
        raise CompetencyFileError(
            name,
            line,
            "may call another server.",
            remedy="Leave out SERVICE, escapes such as \\u0041, and names with 'service' in them.",
        )
    line, expectation = header.expectation()
    return CompetencyQuestion(
        id=path.stem,
        file=name,
        question=header.text("question"),
        module=header.text("module", ""),
        needs=tuple(n for part in header.text("needs", "").split(",") if (n := part.strip())),
        expectation=expectation,
        line=line,
        query=text,
    )


def read_competency_folder(folder: Path) -> tuple[list[CompetencyQuestion], list[Problem]]:
    """Read the ``*.rq`` of a folder and those below, by name, or one file.

    Gives the questions that could be read, and a problem for each other file. Never raises for
    what a file holds.
    """
    questions: list[CompetencyQuestion] = []
    problems: list[Problem] = []
    paths = [folder] if folder.is_file() else sorted(folder.rglob("*.rq"))
    for path in paths:
        name = path.name if path == folder else path.relative_to(folder).as_posix()
        try:
            questions.append(read_competency_question(path, name))
        except CompetencyFileError as error:
            problems.append(error.problem)
        except OSError as error:
            problems.append(Problem(name, f"cannot be read: {error.strerror}."))
    return questions, problems


def run_competency(folder: Path, store: Store) -> Report:
    """Ask every question of a folder, or of one file, and compare each answer with what its file
    expects. ``store`` holds facts, ontology and what was derived; where its default graph is empty,
    it is filled with the triples of all named graphs first, as in a published snapshot.

    Each file that cannot be read and each answer that differs is one problem, with file and line.
    """
    questions, problems = read_competency_folder(folder)
    report = ask_competency(questions, store)
    for problem in problems:
        report.add(problem)
    return report


def ask_competency(questions: Iterable[CompetencyQuestion], store: Store) -> Report:
    """Ask questions that have been read; see :func:`run_competency`."""
    if next(store.quads_for_pattern(None, None, None, DefaultGraph()), None) is None:
        store.update(_MERGE)
    report = Report("competency")
    for question in questions:
        report.counts["questions"] += 1
        if isinstance(question.expectation, Refusal):
            report.counts["refusals"] += 1
        if fault := _ask(question, store):
            message, remedy = fault
            report.add(Problem(question.file, message, remedy, row=question.line))
    return report


class _Header:
    """The leading comment of a file: each key with its line and the lines that carry it on."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self._parts: dict[str, list[tuple[int, str]]] = {}
        key, length = "", 0
        for number, line in enumerate(text.splitlines(keepends=True), 1):
            if not line.startswith("#"):
                break
            length += len(line)
            if found := _CARRIED_ON.match(line):
                if key:
                    self._parts[key].append((number, found[1].strip()))
            elif found := _KEY.match(line):
                key = self._new(found[1], number)
                self._parts[key].append((number, found[2].strip()))
            else:
                key = ""
        self.query = text[length:]

    def _new(self, key: str, line: int) -> str:
        if key not in _KEYS:
            raise CompetencyFileError(
                self.file, line, f"has the unknown key {key!r}.",
                remedy=f"Known keys: {', '.join(_KEYS)}.",
            )  # fmt: skip
        if key in self._parts:
            raise CompetencyFileError(
                self.file, line, f"has the key {key!r} twice.", remedy="Leave one of them out."
            )
        self._parts[key] = []
        return key

    def text(self, key: str, default: str | None = None) -> str:
        """The words of a key, joined."""
        words = " ".join(text for _, text in self._parts.get(key, []) if text)
        if not words and default is None:
            raise CompetencyFileError(self.file, 1, f"has no {key}.")
        return words or default or ""

    def expectation(self) -> tuple[int, Expectation]:
        """What is expected, and the line where that begins."""
        given = [key for key in ("expect", "expect in order", "refuse") if key in self._parts]
        if len(given) != 1:
            raise CompetencyFileError(self.file, 1, "must either expect or refuse.")
        key = given[0]
        line, first = self._parts[key][0]
        if key == "refuse":
            return line, Refusal(self.text(key))
        if first in ("true", "false"):
            return line, first == "true"
        if first:
            raise CompetencyFileError(
                self.file,
                line,
                f"expects {first[:50]!r} on the line of the key.",
                remedy="Write true, false, or a table on the lines below.",
            )
        return line, self._table(self._parts[key][1:], line, ordered=key == "expect in order")

    def _table(self, lines: Sequence[tuple[int, str]], line: int, *, ordered: bool) -> Table:
        if len(lines) < 2:
            raise CompetencyFileError(
                self.file,
                line,
                "expects a table without rows.",
                remedy="Write the columns and at least one row below, or refuse an answer.",
            )
        columns = [cell.strip() for cell in lines[0][1].split("|")]
        for column in columns:
            if not re.fullmatch(r"\?\w+", column):
                raise CompetencyFileError(
                    self.file,
                    lines[0][0],
                    f"{column[:50]!r} is no variable.",
                    remedy="Begin the table with variables, such as ?element | ?symbol.",
                )
        rows = []
        for number, text in lines[1:]:
            try:
                row = read_row(text)
            except ExpectationError as error:
                raise CompetencyFileError(
                    self.file, number, error.message, remedy=error.remedy
                ) from error
            if len(row) != len(columns):
                raise CompetencyFileError(
                    self.file,
                    number,
                    f"has {len(row)} cells below {len(columns)} columns.",
                    remedy="Write one cell for each column; - where there is no value.",
                )
            rows.append(row)
        return Table(tuple(column[1:] for column in columns), tuple(rows), ordered)


def _ask(question: CompetencyQuestion, store: Store) -> Fault | None:
    """What is wrong with the answer, if anything."""
    try:
        answer = store.query(question.query)
        if isinstance(answer, QueryBoolean):
            return fault_of_truth(question.expectation, bool(answer))
        if isinstance(answer, QuerySolutions):
            names = [variable.value for variable in answer.variables]
            rows = [list(row) for row in islice(answer, MOST_ROWS)]
            return fault_of_rows(question.expectation, names, rows)
    except SyntaxError as error:
        return f"is no SPARQL: {_one_line(error)}", "Mend the query at that place."
    except (RuntimeError, ValueError, OSError) as error:
        return f"cannot be asked: {_one_line(error)}", "Mend the query."
    return "builds a graph.", "Ask with SELECT or ASK."


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
