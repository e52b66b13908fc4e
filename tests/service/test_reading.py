"""What pages read is found once for each snapshot."""

from __future__ import annotations

from pathlib import Path

from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import Answer, Query
from kg.questions import Catalogue
from service.reading import Memory, Reading, cells

QUESTIONS = Path(__file__).resolve().parent / "data" / "questions"


class Counting:
    """An engine that counts what it is asked, over another one."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        self.engine = engine
        self.snapshot_id = engine.snapshot_id
        self.asked = 0

    def query(self, query: Query) -> Answer:
        self.asked += 1
        return self.engine.query(query)

    def ready(self) -> bool:
        return True

    def close(self) -> None:
        pass


def test_nothing_is_asked_twice_of_one_snapshot(small_engine: EmbeddedEngine) -> None:
    engine = Counting(small_engine)
    reading = Reading(engine)
    question = Catalogue.load()["exposed-products"]
    first = reading.answer(question, {"threshold": ["60"]})
    parameter = question.params["element"]
    reading.options(parameter)
    reading.page("things")
    asked = engine.asked
    assert reading.answer(question, {"threshold": ["60"]}) is first
    reading.options(parameter)
    reading.page("things")
    assert engine.asked == asked

    engine.snapshot_id = "next"
    assert reading.answer(question, {"threshold": ["60"]}) is not first
    assert len(reading.answer(question, {"threshold": ["91"]}).rows) < len(first.rows)


def test_only_the_last_things_are_remembered() -> None:
    memory = Memory[str](2)
    for key in ("a", "b", "a", "c"):
        memory.once((key,), lambda key=key: key)
    assert memory.once(("a",), lambda: "found again") == "a"
    assert memory.once(("b",), lambda: "found again") == "found again"


def test_what_is_remembered_together_weighs_no_more_than_allowed() -> None:
    memory = Memory[str](9, weight=10, weigh=len)
    memory.once(("a",), lambda: "aaaa")
    memory.once(("b",), lambda: "bbbb")
    assert memory.once(("a",), lambda: "again") == "aaaa"
    memory.once(("c",), lambda: "cccc")
    assert memory.once(("a",), lambda: "again") == "aaaa"
    assert memory.once(("c",), lambda: "again") == "cccc"
    assert memory.once(("b",), lambda: "again") == "again"


def test_what_alone_is_too_heavy_is_not_remembered_and_drives_nothing_out() -> None:
    memory = Memory[str](9, weight=10, weigh=len)
    memory.once(("a",), lambda: "aaaa")
    memory.once(("b",), lambda: "far too heavy")
    assert memory.once(("b",), lambda: "again") == "again"
    assert memory.once(("a",), lambda: "again") == "aaaa"


def test_the_pages_of_a_large_answer_are_turned_without_asking_again(
    small_engine: EmbeddedEngine,
) -> None:
    engine = Counting(small_engine)
    reading = Reading(engine)
    question = Catalogue.load(QUESTIONS)["output"]
    table = reading.answer(question, {})
    assert len(table.rows) == 1000
    assert cells(table) > 10_000
    asked = engine.asked
    assert reading.answer(question, {}) is table
    assert engine.asked == asked
    assert reading.answer(question, {}, "2031-05-06") is not table
