"""What the pages read from the graph, remembered as long as the snapshot is the same."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Generic, TypeVar

from kg.engines.engine import Engine
from kg.questions import Option, Parameter, Question, ResultTable, ask
from kg.questions.binding import Term
from kg.questions.options import Offer, offered
from kg.questions.things import solutions
from service.parameters import Parameters

Row = dict[str, str]
_Found = TypeVar("_Found")
#: No values for other parameters.
NOTHING: Mapping[str, Sequence[Term]] = MappingProxyType({})

#: What is remembered at most: lists that pages show, and answers of questions.
REMEMBERED_LISTS = 256
REMEMBERED_ANSWERS = 64
#: Cells of all remembered answers together, so that many large answers fill no memory: some 200
#: bytes each. An answer of 16,000 rows is remembered while its pages are turned.
REMEMBERED_CELLS = 400_000


@cache
def page_query(name: str) -> str:
    """The text of a query in ``service/pages/queries``."""
    return (files("service.pages") / "queries" / f"{name}.rq").read_text(encoding="utf-8")


class Memory(Generic[_Found]):
    """Remembers what was found last. Safe to use from many threads.

    It holds ``size`` things at most, which together weigh no more than ``weight``.
    """

    def __init__(
        self,
        size: int,
        weight: float = math.inf,
        weigh: Callable[[_Found], float] = lambda _: 0,
    ) -> None:
        self.size, self.weight = size, weight
        self._weigh = weigh
        self._found: OrderedDict[tuple[str, ...], tuple[_Found, float]] = OrderedDict()
        self._held = 0.0
        self._lock = threading.Lock()

    def once(self, key: tuple[str, ...], find: Callable[[], _Found]) -> _Found:
        """Give what is remembered, or find it and remember it; what alone is too heavy is not.

        Two threads may find the same thing at the same time; on one snapshot it is the same.
        """
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key][0]
        found = find()
        weight = self._weigh(found)
        if weight <= self.weight:
            with self._lock:
                self._forget(key)
                self._found[key] = (found, weight)
                self._held += weight
                while len(self._found) > self.size or self._held > self.weight:
                    self._forget(next(iter(self._found)))
        return found

    def _forget(self, key: tuple[str, ...]) -> None:
        if key in self._found:
            self._held -= self._found.pop(key)[1]


def cells(table: ResultTable) -> int:
    """How much of the memory an answer takes."""
    return sum(len(row) + sum(len(cell.items) for cell in row.values()) for row in table.rows)


class Reading:
    """Asks the engine for what pages show. Nothing but our own queries goes through here."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._rows = Memory[Sequence[Row]](REMEMBERED_LISTS)
        self._offers = Memory[Offer](REMEMBERED_LISTS)
        self._answers = Memory[ResultTable](REMEMBERED_ANSWERS, REMEMBERED_CELLS, cells)

    def rows(self, text: str) -> Sequence[Row]:
        """The solutions of a query, as plain strings; unbound variables are left out."""
        key = (self.engine.snapshot_id, text)
        return self._rows.once(key, lambda: tuple(solutions(self.engine, text)))

    def page(self, name: str) -> Sequence[Row]:
        """The solutions of the page query with this name."""
        return self.rows(page_query(name))

    def options(
        self,
        parameter: Parameter,
        given: Mapping[str, Sequence[Term]] = NOTHING,
        search: str = "",
        limit: int | None = None,
    ) -> Sequence[Option]:
        """What to offer for a parameter, by the values ``given`` for those it depends on."""
        wanted = {name: tuple(given[name]) for name in parameter.depends if name in given}
        kind = (parameter.type, parameter.of, parameter.among, repr(parameter.special))
        asked = (repr(parameter.values), repr(parameter.depends), repr(sorted(wanted.items())))
        key = (self.engine.snapshot_id, *kind, *asked)
        offer = self._offers.once(key, lambda: offered(self.engine, parameter, wanted))
        return offer.search(search, limit)

    def answer(self, question: Question, values: Parameters, day: str = "") -> ResultTable:
        """The answer of a question; raises what :func:`kg.questions.ask` raises.

        ``day`` is the day of asking where the answer hangs on it.
        """
        key = (self.engine.snapshot_id, question.text, repr(sorted(values.items())), day)
        return self._answers.once(key, lambda: ask(self.engine, question, values))
