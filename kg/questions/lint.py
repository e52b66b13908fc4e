"""What could be better in question files that can be asked: rules for authors, with every finding
of every file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kg.namespaces import XSD, expand
from kg.questions.binding import ANY, TODAY, ParameterError, Term, candidate_iris, literal
from kg.questions.catalogue import question_files
from kg.questions.metadata import KeyPath, Metadata
from kg.questions.question import Parameter, ParameterType, Question, QuestionFileError
from kg.questions.reading import read, read_theme
from kg.questions.slots import DataBlock
from kg.questions.starting_file import PLACEHOLDER
from kg.questions.structure import QueryText
from kg.report import Problem
from kg.sparql import tokens

_NUMBERS = frozenset(f"{XSD}{name}" for name in ("integer", "decimal", "double"))
#: A term that stands for a slot whose content cannot be read.
_UNREADABLE = Literal("unreadable")


def lint(paths: Sequence[Path]) -> tuple[int, list[Problem]]:
    """Look at files, and at folders with question files in them.

    Gives the number of question files and what is wrong with them, in order of file and line.
    Raises :class:`~kg.errors.NotFoundError` for a path without questions.
    """
    files = [file for path in paths for file in question_files(path)]
    problems: list[Problem] = []
    for folder in sorted({file.parent for file in files}):
        problems += _theme(folder)
    first: dict[str, Path] = {}
    for file in files:
        found = read(file)
        problems += found.problems
        if found.question is not None and found.metadata is not None:
            problems += _question(found.metadata, found.question)
        other = first.setdefault(file.stem, file)
        if other != file:
            problems.append(
                Problem(str(file), f"{other} has the same name.", "Give the file another name.")
            )
    return len(files), sorted(problems, key=lambda p: (p.file, p.row or 0, p.column or ""))


def _theme(folder: Path) -> Iterator[Problem]:
    try:
        read_theme(folder)
    except QuestionFileError as error:
        yield Problem(str(folder / "theme.yaml"), error.message, error.remedy)


def _question(metadata: Metadata, question: Question) -> Iterator[Problem]:
    query = QueryText.of(question.text)
    for key in ("description", "missing"):
        if not getattr(question, key):
            yield metadata.problem((key,), "this key is missing.", "Write a sentence or two.")
    for path, text in _texts(metadata.texts, ()):
        if PLACEHOLDER in text:
            yield metadata.problem(path, "this still stands as in the starting file.", "Write it.")
    for parameter in question.params.values():
        yield from _default(metadata, parameter)
        yield from _slots(metadata, parameter, query)
    yield from _clock(metadata, query)
    yield from _expectations(metadata, question)


def _texts(value: object, key: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, child in value.items():
            yield from _texts(child, (*key, name))
    elif isinstance(value, list):
        for i, child in enumerate(value):
            yield from _texts(child, (*key, i))


def _default(metadata: Metadata, parameter: Parameter) -> Iterator[Problem]:
    """The default is a value that may be given."""
    key: KeyPath = ("params", parameter.name, "default")
    low, high = parameter.minimum, parameter.maximum
    if low is not None and high is not None and low > high:
        yield metadata.problem(
            ("params", parameter.name, "min"), f"{low:g} is more than max, {high:g}.", "Swap them."
        )
    if len(parameter.default) > 1 and not parameter.multiple:
        yield metadata.problem(key, "these are several values.", "Write 'multiple: true'.")
    if ANY in parameter.default and not parameter.optional:
        yield metadata.problem(key, "any is no value here.", "Write 'optional: true'.")
    for problem in _misfits(parameter, parameter.default):
        yield metadata.problem(key, problem.message.partition(": ")[2], problem.remedy)


def _misfits(parameter: Parameter, values: Sequence[str]) -> Iterator[ParameterError]:
    """What is wrong with values, as far as it can be told without the graph."""
    if parameter.is_thing:
        return
    for value in values:
        if value != ANY:
            try:
                literal(parameter, value)
            except ParameterError as error:
                yield error


def _slots(metadata: Metadata, parameter: Parameter, query: QueryText) -> Iterator[Problem]:
    """Every slot holds the default, so that the file as it stands asks what the page asks."""
    for block in query.blocks:
        if block.slot != parameter.name:
            continue
        terms = _terms(block, query)
        if _are_the_default(parameter, terms):
            continue
        line = query.text.count("\n", 0, block.opening.start) + 1
        shown = " ".join("UNDEF" if term is None else str(term) for term in terms)
        yield metadata.problem(
            ("params", parameter.name, "default"),
            f"the slot in line {line} holds {shown}, the default is "
            f"{', '.join(parameter.default)}.",
            _how_to_write(parameter),
        )


def _clock(metadata: Metadata, query: QueryText) -> Iterator[Problem]:
    """The day of the clock without its time zone, which makes comparisons with plain days open."""
    found = list(tokens(query.text))
    for i, token in enumerate(found):
        words = [each.text for each in found[i : i + 3]]
        if words[:2] == ["xsd:date", "("] and words[2].upper() == "NOW":
            line = query.text.count("\n", 0, token.start) + 1
            yield Problem(
                str(metadata.path),
                "this day has a time zone, and days in the data have none.",
                "Write 'STRDT(SUBSTR(STR(NOW()), 1, 10), xsd:date)'.",
                line,
            )


def _how_to_write(parameter: Parameter) -> str:
    if parameter.default == (ANY,) or TODAY in parameter.default:
        return f"Write 'VALUES ?{parameter.name} {{ UNDEF }}'."
    if parameter.type is ParameterType.YEAR:
        return 'Write a year as "2024"^^xsd:gYear.'
    if parameter.is_thing:
        return "Write the same prefixed name in both places."
    return "Write the same value in both places."


def _terms(block: DataBlock, query: QueryText) -> tuple[Term, ...]:
    """What stands in a slot."""
    prologue = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in query.prefixes.items())
    inside = query.text[block.opening.start : block.closing.end]
    try:
        found = Store().query(f"{prologue} SELECT ?x WHERE {{ VALUES ?x {inside} }}")
    except (SyntaxError, ValueError):
        return (_UNREADABLE,)
    if not isinstance(found, QuerySolutions):
        return (_UNREADABLE,)
    terms = [solution["x"] for solution in found]
    return tuple(
        t if t is None or isinstance(t, NamedNode | Literal) else _UNREADABLE for t in terms
    )


def _are_the_default(parameter: Parameter, terms: Sequence[Term]) -> bool:
    if len(terms) != len(parameter.default):
        return False
    return all(
        _is_default(parameter, value, term)
        for value, term in zip(parameter.default, terms, strict=True)
    )


def _is_default(parameter: Parameter, value: str, term: Term) -> bool:
    is_today = parameter.type is ParameterType.DATE and value == TODAY
    if term is None or value == ANY or is_today:
        return term is None and (value == ANY or is_today)
    if value in parameter.special:
        return term == NamedNode(expand(parameter.special[value]))
    if parameter.is_thing:
        return term in candidate_iris(value)
    try:
        wanted = literal(parameter, value)
    except ParameterError:
        return True  # the default is what is wrong, and said to be
    if (
        parameter.type in (ParameterType.INTEGER, ParameterType.DECIMAL)
        and isinstance(term, Literal)
        and isinstance(wanted, Literal)
    ):
        return term.datatype.value in _NUMBERS and float(term.value) == float(wanted.value)
    return term == wanted


def _expectations(metadata: Metadata, question: Question) -> Iterator[Problem]:
    """Two expected answers, one of them not with the defaults, each worked out from a source."""
    if len(question.expect) < 2:
        yield metadata.problem(
            ("expect",), f"there are {len(question.expect)} expected answers.", "Give two or more."
        )
    if (
        question.params
        and question.expect
        and not any(
            _is_other(question, name, values)
            for expected in question.expect
            for name, values in expected.params.items()
        )
    ):
        yield metadata.problem(
            ("expect",), "all of them have the default values.", "Give one with other values."
        )
    for i, expected in enumerate(question.expect):
        if not expected.by:
            yield metadata.problem(
                ("expect", i, "by"), "this key is missing.",
                "Say how it was worked out from the source: file, rows, arithmetic.",
            )  # fmt: skip
        for name, values in expected.params.items():
            for problem in _misfits(question.params[name], values):
                said = problem.message.partition(": ")[2]
                yield metadata.problem(("expect", i, "params", name), said, problem.remedy)
        for name, parameter in question.params.items():
            if TODAY in parameter.default and name not in expected.params:
                yield metadata.problem(
                    ("expect", i, "params"), f"the answer changes with the day of {name}.",
                    f"Give a day, such as {name}: 2025-06-01.",
                )  # fmt: skip


def _is_other(question: Question, name: str, values: Sequence[str]) -> bool:
    return set(map(_bare, values)) != set(map(_bare, question.params[name].default))


def _bare(value: str) -> str:
    return re.sub(r"^cmd?:", "", value).casefold()
