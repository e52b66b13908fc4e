"""Every shipped question gives the answers that its own file expects."""

from __future__ import annotations

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.questions import Catalogue, Question, ask
from kg.questions.question import Expectation

CASES = [(q, e) for q in Catalogue.load().values() for e in q.expect]


@pytest.mark.parametrize(("question", "expected"), CASES, ids=lambda v: getattr(v, "id", None))
def test_expected_answers(
    shipped_engine: EmbeddedEngine, question: Question, expected: Expectation
) -> None:
    rows = ask(shipped_engine, question, expected.params).rows
    found = [
        {name: cell.name or cell.text for name, cell in row.items() if not cell.items}
        for row in rows
    ]
    if expected.contains:
        assert any(expected.contains.items() <= row.items() for row in found)
    if expected.lacks:
        assert not any(expected.lacks.items() <= row.items() for row in found)


@pytest.mark.parametrize("question", Catalogue.load().values(), ids=lambda q: q.id)
def test_defaults_answer_at_once(shipped_engine: EmbeddedEngine, question: Question) -> None:
    assert ask(shipped_engine, question, {}).rows


@pytest.mark.parametrize("question", Catalogue.load().values(), ids=lambda q: q.id)
def test_the_file_as_it_stands_asks_what_its_defaults_ask(
    shipped_engine: EmbeddedEngine, question: Question
) -> None:
    from kg.questions import bind_values
    from kg.questions.things import solutions

    bound = bind_values(shipped_engine, question, {})
    assert solutions(shipped_engine, question.text) == solutions(shipped_engine, bound.text)
