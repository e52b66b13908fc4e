"""The answers of the canned questions over two snapshots, and where they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path

from kg.engines.embedded import EmbeddedEngine, PoolSettings
from kg.errors import CritmatError
from kg.questions import Catalogue, ask
from kg.questions.question import Question
from kg.snapshot import Snapshot

#: An answer: what can be read in each row, by column.
Answer = Sequence[tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A question, asked with some values, whose answer is another one. ``values`` are as they
    would be written on the command line; without any, the defaults were taken. ``failed`` says why
    there is no answer any more."""

    question: str
    values: Mapping[str, Sequence[str]]
    rows_before: int
    rows_after: int
    come: Answer
    gone: Answer
    failed: str = ""

    @property
    def asked(self) -> str:
        """The question as it would be asked on the command line."""
        options = (f"--{name} {value}" for name, of in self.values.items() for value in of)
        return " ".join(("critmat ask", self.question, *options))


def changed_answers(
    before: Snapshot, after: Snapshot, folder: Path | None = None
) -> list[AnswerChange]:
    """Ask every question of the catalogue in ``folder`` (default: the shipped ones), with its
    defaults and with the values of its expected answers, of both snapshots.

    Rows are compared by what a reader sees, without the sources.
    """
    catalogue = Catalogue.load(folder)
    settings = PoolSettings(workers=1)
    changes = []
    with _engine(before, settings) as old, _engine(after, settings) as new:
        for question in catalogue.values():
            for values in _askings(question):
                change = _compare(question, values, old, new)
                if change is not None:
                    changes.append(change)
    return changes


def _engine(snapshot: Snapshot, settings: PoolSettings) -> AbstractContextManager[EmbeddedEngine]:
    return closing(EmbeddedEngine(snapshot, settings))


def _askings(question: Question) -> Iterator[Mapping[str, Sequence[str]]]:
    """The values that a question is asked with: none, and those of each expected answer."""
    seen: list[Mapping[str, Sequence[str]]] = [{}]
    for expectation in question.expect:
        if expectation.params not in seen:
            seen.append(expectation.params)
    yield from seen


def _compare(
    question: Question,
    values: Mapping[str, Sequence[str]],
    old: EmbeddedEngine,
    new: EmbeddedEngine,
) -> AnswerChange | None:
    before = Counter(_answer(old, question, values))
    try:
        after = Counter(_answer(new, question, values))
    except CritmatError as error:
        return AnswerChange(
            question.id, values, before.total(), 0, (), tuple(before), failed=error.message
        )
    if before == after:
        return None
    return AnswerChange(
        question.id,
        values,
        before.total(),
        after.total(),
        tuple((after - before).elements()),
        tuple((before - after).elements()),
    )


def _answer(
    engine: EmbeddedEngine, question: Question, values: Mapping[str, Sequence[str]]
) -> Answer:
    shown = [column.name for column in question.columns if not column.list]
    return [
        tuple((name, row[name].text) for name in shown if name in row)
        for row in ask(engine, question, values).rows
    ]
