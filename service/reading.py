"""What the pages read from the graph, remembered as long as the snapshot is the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from typing import Generic, TypeVar

from kg.engines.engine import Engine
from kg.questions import Option, Parameter, Question, ResultTable, ask, options
from kg.questions.things import solutions
from service.parameters import Parameters

Row = dict[str, str]
_Found = TypeVar("_Found")

#: What is remembered at most: lists that pages show, and answers of questions with few rows.
REMEMBERED_LISTS = 256
REMEMBERED_ANSWERS = 32
_FEW_ROWS = 500


@cache
def page_query(name: str) -> str:
    """The text of a query in ``service/pages/queries``."""
    return (files("service.pages") / "queries" / f"{name}.rq").read_text(encoding="utf-8")


class Memory(Generic[_Found]):
    """Remembers what was found last, up to a number of things. Safe to use from many threads."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._found: OrderedDict[tuple[str, ...], _Found] = OrderedDict()
        self._lock = threading.Lock()

    def once(
        self,
        key: tuple[str, ...],
        find: Callable[[], _Found],
        worth: Callable[[_Found], bool] | None = None,
    ) -> _Found:
        """Give what is remembered, or find it and remember it where it is worth that.

        Two threads may find the same thing at the same time; on one snapshot it is the same.
        """
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        found = find()
        if worth is None or worth(found):
            with self._lock:
                self._found[key] = found
                while len(self._found) > self.size:
                    self._found.popitem(last=False)
        return found


class Reading:
    """Asks the engine for what pages show. Nothing but our own queries goes through here."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._rows = Memory[Sequence[Row]](REMEMBERED_LISTS)
        self._options = Memory[Sequence[Option]](REMEMBERED_LISTS)
        self._answers = Memory[ResultTable](REMEMBERED_ANSWERS)

    def rows(self, text: str) -> Sequence[Row]:
        """The solutions of a query, as plain strings; unbound variables are left out."""
        key = (self.engine.snapshot_id, text)
        return self._rows.once(key, lambda: tuple(solutions(self.engine, text)))

    def page(self, name: str) -> Sequence[Row]:
        """The solutions of the page query with this name."""
        return self.rows(page_query(name))

    def options(self, parameter: Parameter) -> Sequence[Option]:
        """What to offer for a parameter."""
        special = repr(sorted(parameter.special.items()))
        key = (self.engine.snapshot_id, parameter.of, parameter.among, special)
        return self._options.once(key, lambda: options(self.engine, parameter))

    def answer(self, question: Question, values: Parameters) -> ResultTable:
        """The answer of a question; raises what :func:`kg.questions.ask` raises."""
        key = (self.engine.snapshot_id, question.text, repr(sorted(values.items())))
        return self._answers.once(
            key,
            lambda: ask(self.engine, question, values),
            worth=lambda table: len(table.rows) <= _FEW_ROWS,
        )
