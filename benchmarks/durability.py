"""What is lost when the writer process is killed, and how soon the next change is made.

Run as ``python benchmarks/durability.py [--quads 1000000] [--kills 200] [--increments 1000]``. Over
synthetic quads of that number, three threads write pairs of values and one replaces a graph of
20,000 quads, while the process is killed at random moments: in an update, in a load, in the
publication. Reported: changes that were acknowledged and are not there (lost), pairs and graphs of
which only a part is there (partial), changes that are there though they were refused (ghosts), and
the time from a kill to the next acknowledgement. Then eight threads count up one number, so many
times each: the sum must be exact. Before that, the time of a change of one quad.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from pyoxigraph import Store

from kg.errors import CritmatError
from kg.snapshot import open_snapshot, publish, verify
from kg.writer import ReplaceGraph, UpdateText, Writer, WriterSettings

_LOADED = 20_000  # quads of the graph that is replaced
_SINGLE = 50  # changes that are timed one by one
_WRITERS = 8
_COUNT = UpdateText(
    "DELETE { <x:n> <x:p> ?old } INSERT { <x:n> <x:p> ?new } "
    "WHERE { OPTIONAL { <x:n> <x:p> ?old } BIND (COALESCE(?old, 0) + 1 AS ?new) }"
)


def write_quads(path: Path, quads: int) -> None:
    """Sorted N-Quads in seven graphs; with the default graph they are twice as many."""
    path.write_text(
        "".join(
            sorted(
                f"<x:t{n // 6}> <x:p{n % 6}> <x:t{n * 7919 % quads}> <x:g{n % 7}> .\n"
                for n in range(quads // 2)
            )
        )
    )


class Record:
    """What the threads were told, while they write."""

    def __init__(self) -> None:
        self.pairs: set[int] = set()
        self.refused: Counter[str] = Counter()
        self.ghosts: set[int] = set()
        self.generation = 0
        self.acknowledged = 0
        self.stop = threading.Event()

    def write_pairs(self, writer: Writer, start: int) -> None:
        """Write one pair after the other."""
        for number in range(start, 10_000_000, 3):
            if self.stop.is_set():
                return
            pair = f"<x:first> <x:p> {number} . <x:second> <x:p> {number}"
            if self._apply(lambda pair=pair: writer.apply(UpdateText(f"INSERT DATA {{{pair}}}"))):
                self.pairs.add(number)
            else:
                self.ghosts.add(number)

    def replace_graph(self, writer: Writer, file: Path) -> None:
        """Replace a graph by its next generation."""
        for generation in range(1, 10_000_000):
            if self.stop.is_set():
                return
            file.write_text(
                "".join(
                    f"<x:s{n}> <x:p> {_number(generation)} <x:load> .\n" for n in range(_LOADED)
                )
            )
            if self._apply(lambda: writer.apply(ReplaceGraph("x:load", file))):
                self.generation = generation

    def _apply(self, change: Callable[[], object]) -> bool:
        try:
            change()
        except CritmatError as error:
            self.refused[error.title] += 1
            return False
        self.acknowledged += 1
        return True


def _number(value: int) -> str:
    return f'"{value}"^^<http://www.w3.org/2001/XMLSchema#integer>'


def numbers(root: Path, query: str) -> list[int]:
    """The first column of a query over the current snapshot."""
    store = Store.read_only(str(open_snapshot(root).store))
    return [int(row[0].value) for row in store.query(query)]  # type: ignore[union-attr]


def kill_again_and_again(writer: Writer, root: Path, folder: Path, kills: int) -> None:
    """Write and kill, then say what is there."""
    record = Record()
    ready = []
    moment = random.Random(1)  # noqa: S311 - spreads the kills
    with ThreadPoolExecutor(4) as threads:
        for start in range(3):
            threads.submit(record.write_pairs, writer, start)
        threads.submit(record.replace_graph, writer, folder / "load.nq")
        try:
            for _ in range(kills):
                time.sleep(moment.uniform(0, 0.6))
                before, began = record.acknowledged, time.perf_counter()
                for pid in writer.pids():
                    with suppress(ProcessLookupError):  # it is being replaced
                        os.kill(pid, signal.SIGKILL)
                while record.acknowledged == before:
                    time.sleep(0.001)
                ready.append(time.perf_counter() - began)
        finally:
            record.stop.set()
    first = set(numbers(root, "SELECT ?v { <x:first> <x:p> ?v }"))
    second = set(numbers(root, "SELECT ?v { <x:second> <x:p> ?v }"))
    load = numbers(root, "SELECT ?v { GRAPH <x:load> { ?s <x:p> ?v } }")
    whole = (set(load), len(load)) == ({record.generation}, _LOADED) if load else True
    print(f"{kills} kills, {record.acknowledged} changes acknowledged, refused {record.refused}")
    print(
        f"lost {len(record.pairs - first)}, partial {len(first ^ second) + (not whole)}, "
        f"ghosts {len(record.ghosts & first)}; the graph has {len(load):,} quads of generation "
        f"{set(load)}, acknowledged {record.generation}"
    )
    ready.sort()
    print(
        f"from the kill to the next change: median {statistics.median(ready):.2f} s, "
        f"longest {ready[-1]:.2f} s; undamaged: {verify(open_snapshot(root)).ok}"
    )


def count_up(writer: Writer, root: Path, increments: int) -> None:
    """Eight threads count up one number."""
    began = time.perf_counter()
    with ThreadPoolExecutor(_WRITERS) as threads:
        snapshots = {w.snapshot.id for w in threads.map(writer.apply, [_COUNT] * 8 * increments)}
    took = time.perf_counter() - began
    print(
        f"{_WRITERS} x {increments} increments give {numbers(root, 'SELECT ?v {<x:n> <x:p> ?v}')} "
        f"in {took:.1f} s, {_WRITERS * increments / took:.0f} a second, {len(snapshots)} snapshots"
    )


def main() -> None:
    """Measure all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--increments", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_quads(folder / "quads.nq", options.quads)
        root = folder / "root"
        publish([folder / "quads.nq"], root, critmat_version="benchmark")
        with Writer(root, WriterSettings(timeout=300), lambda _: None) as writer:
            times = []
            for n in range(_SINGLE):
                began = time.perf_counter()
                writer.apply(UpdateText(f"INSERT DATA {{ <x:one> <x:p> {n} }}"))
                times.append((time.perf_counter() - began) * 1000)
            times.sort()
            print(
                f"{options.quads:,} quads; one change: median {statistics.median(times):.0f} ms, "
                f"p95 {times[int(len(times) * 0.95)]:.0f} ms"
            )
            kill_again_and_again(writer, root, folder, options.kills)
            count_up(writer, root, options.increments)


if __name__ == "__main__":
    main()
