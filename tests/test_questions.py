"""Every shipped question gives the answers that its own file expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.questions import Catalogue, Cell, Question, ask, bind_values, offered, read_question
from kg.questions.question import Expectation, Parameter
from kg.questions.starting_file import starting_file
from kg.questions.things import resolve, solutions

QUESTIONS = list(Catalogue.load().values())
CASES = [pytest.param(q, e, id=f"{q.id}-{i}") for q in QUESTIONS for i, e in enumerate(q.expect, 1)]
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.id)


def agrees(row: Mapping[str, Cell], expected: Mapping[str, str]) -> bool:
    """Whether a row has the values of an expectation, in all of its columns."""
    return all(_is(row.get(name), value) for name, value in expected.items())


def _is(cell: Cell | None, value: str) -> bool:
    """A thing is written as its prefixed name, a number in any way; the items of a list are
    parted by blanks and may stand in any order. An empty text is an empty cell."""
    if cell is None:
        return not value
    if cell.items:
        return {item.name for item in cell.items} == set(value.split())
    if (cell.name or cell.text) == value:
        return True
    try:
        return cell.number is not None and cell.number == float(value)
    except ValueError:
        return False


@pytest.mark.parametrize(("question", "expected"), CASES)
def test_expected_answers(
    shipped_engine: EmbeddedEngine, question: Question, expected: Expectation
) -> None:
    rows = ask(shipped_engine, question, expected.params).rows
    if expected.rows is not None:
        assert len(rows) == expected.rows
    if expected.contains:
        assert any(agrees(row, expected.contains) for row in rows)
    if expected.lacks:
        assert not any(agrees(row, expected.lacks) for row in rows)


@each_question
def test_defaults_answer_at_once(shipped_engine: EmbeddedEngine, question: Question) -> None:
    assert ask(shipped_engine, question, {}).rows


@each_question
def test_the_file_as_it_stands_asks_what_its_defaults_ask(
    shipped_engine: EmbeddedEngine, question: Question
) -> None:
    bound = bind_values(shipped_engine, question, {})
    asked = [in_order(question, solutions(shipped_engine, q)) for q in (question.text, bound.text)]
    assert asked[0] == asked[1]


def in_order(question: Question, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Rows with their lists in order: an engine joins the values of a group in any order."""
    lists = {column.name for column in question.columns if column.list}
    return [
        {name: " ".join(sorted(v.split())) if name in lists else v for name, v in row.items()}
        for row in rows
    ]


def things() -> Iterator[object]:
    for question in QUESTIONS:
        for parameter in question.params.values():
            if parameter.is_thing:
                yield pytest.param(question, parameter, id=f"{question.id}-{parameter.name}")


@pytest.mark.parametrize(("question", "parameter"), things())
def test_the_default_is_on_offer_and_every_option_can_be_asked(
    shipped_engine: EmbeddedEngine, question: Question, parameter: Parameter
) -> None:
    """With the defaults of the parameters that it depends on, and with those left open."""
    defaults = bind_values(shipped_engine, question, {}).terms
    offer = offered(shipped_engine, parameter, defaults).options
    assert offer
    iris = {option.iri for option in offer}
    assert {term.value for term in defaults[parameter.name] if term is not None} <= iris
    everything = offered(shipped_engine, parameter).options
    assert iris <= {option.iri for option in everything}
    words = [option.value for option in everything]
    assert len(set(words)) == len(words)
    for option in (everything[0], everything[len(everything) // 2], everything[-1]):
        [term] = resolve(shipped_engine, parameter, [option.value])
        assert term is not None and term.value == option.iri


@each_question
def test_no_column_is_always_empty(shipped_engine: EmbeddedEngine, question: Question) -> None:
    """Each column has a value: with the defaults, with all open that may be, or in one of the
    expected answers."""
    filled: set[str] = set()
    everything = {name: ("any",) for name, p in question.params.items() if p.optional}
    for params in [{}, everything, *(expected.params for expected in question.expect)]:
        for row in ask(shipped_engine, question, params).rows:
            filled |= set(row)
    assert {column.name for column in question.columns} <= filled


def test_a_starting_file_gives_the_answers_that_it_expects(
    shipped_engine: EmbeddedEngine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("own") / "my-question.rq"
    path.write_text(starting_file(str(path)), encoding="utf-8")
    question = read_question(path)
    assert len(question.expect) == 2
    for expected in question.expect:
        test_expected_answers(shipped_engine, question, expected)
    test_defaults_answer_at_once(shipped_engine, question)
    test_the_file_as_it_stands_asks_what_its_defaults_ask(shipped_engine, question)
