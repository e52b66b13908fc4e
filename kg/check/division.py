"""The core constraints of all nodes, checked by one process for each processor.

Python checks with one processor only. So the shapes are divided among child processes by how much
there is to do for each; the children share the memory of the store and of what was read ahead.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess

from pyoxigraph import Store
from rdflib import Graph, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from kg.check.core import check_core, check_nodes, properties_asked_for, with_targets_of
from kg.check.finding import Finding
from kg.check.shapes import TARGET_PATTERNS, ShapesError, ShapeSet
from kg.check.view import StoreView
from kg.errors import CritmatError

#: More processes than this would need more memory than they save time.
MOST_PROCESSES = 4


class CheckerLostError(CritmatError):
    """A process that checked part of the shapes ended before it had answered."""

    title = "The check broke off"


@contextmanager
def core_findings(
    store: Store, shapes: ShapeSet, processes: int | None = None
) -> Iterator[Callable[[], list[Finding]]]:
    """Check the core constraints of all nodes meanwhile; the function waits for the findings.

    ``processes`` are as many as there are processors, unless given. The store may change inside
    the block: what is checked is what it held before. The function raises :class:`ShapesError`
    for a shape that pyshacl cannot use and :class:`CheckerLostError` for a process that was killed,
    as the system does where memory is short.
    """
    count = processes or min(len(os.sched_getaffinity(0)), MOST_PROCESSES)
    parts = divided(store, shapes.core, count)
    if len(parts) < 2:
        alone = list(check_core(store, shapes, None))
        yield lambda: alone
        return
    view = StoreView(store, ahead=properties_asked_for(shapes.core))
    # What exists now is never freed in a child, so its pages stay shared.
    gc.freeze()
    workers = [_start(view, core, shapes) for core in parts]
    gc.unfreeze()
    try:
        yield lambda: [finding for worker in workers for finding in _answer(*worker)]
    finally:
        for process, connection in workers:
            connection.close()
            process.kill()
            process.join()


def divided(store: Store, core: Graph, parts: int) -> list[Graph]:
    """The same shapes several times, each time with the targets of other shapes.

    Every target is in exactly one part. Shapes are dealt out by the number of their nodes and
    constraints, the largest first, to the part that has least to do.
    """
    loads: list[tuple[int, set[Node]]] = [(0, set()) for _ in range(parts)]
    weights = _weights(store, core)
    for shape in sorted(weights, key=lambda shape: (-weights[shape], str(shape))):
        at = min(range(parts), key=lambda number: (loads[number][0], number))
        loads[at] = (loads[at][0] + weights[shape], loads[at][1] | {shape})
    return [with_targets_of(core, shapes) for _, shapes in loads if shapes]


def _weights(store: Store, core: Graph) -> dict[Node, int]:
    """For each shape with targets, about how many single checks it asks for."""
    weights: dict[Node, int] = {}
    for kind, pattern in TARGET_PATTERNS.items():
        for shape, target in core.subject_objects(URIRef(kind)):
            nodes = store.query(f"SELECT DISTINCT ?this {{ {pattern.format(target)} }}")
            count = len(list(nodes))  # type: ignore[arg-type]
            constraints = 1 + len(list(core.objects(shape, SH.property)))
            weights[shape] = weights.get(shape, 0) + count * constraints
    return weights


_Worker = tuple[ForkProcess, Connection]


def _start(view: StoreView, core: Graph, shapes: ShapeSet) -> _Worker:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(theirs, view, core, shapes), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _work(connection: Connection, view: StoreView, core: Graph, shapes: ShapeSet) -> None:
    """What a child does: answer with findings, or with what is wrong with a shape."""
    try:
        connection.send(list(check_nodes(view, core, shapes)))
    except ShapesError as error:
        connection.send((error.message, error.remedy))


def _answer(process: ForkProcess, connection: Connection) -> Sequence[Finding]:
    try:
        answer = connection.recv()
    except EOFError:
        process.join()
        raise CheckerLostError(
            f"A process that checked shapes ended with status {process.exitcode}.",
            remedy="Where memory is short, close other programs and try again.",
        ) from None
    if isinstance(answer, tuple):
        message, remedy = answer
        raise ShapesError(message, remedy=remedy)
    return answer  # type: ignore[no-any-return]
