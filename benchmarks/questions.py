"""How long each canned question takes in the engine, on the built graph and on ten times as much.

    python -m benchmarks.questions --data DIR [--times 10] [--rounds 9] [QUESTION ...]

The larger graph is the built one with copies beside it: in each copy every thing (``cmd:``) has
another name, while the ontology, the code lists and the names of sources are the same. So a
question about one thing has the same answer among ten times as many, and one about all things of a
kind has ten times the rows. Every question is asked with its defaults, in a process of its own that
is stopped after 30 seconds, beside a star query (all that is said of one thing); printed are rows,
medians in milliseconds, and their ratio to the star query of the same graph.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Store

from kg.questions import Catalogue
from kg.snapshot import data_root, open_snapshot

STAR = "SELECT ?p ?o { <https://w3id.org/critmat/id/f-35> ?p ?o }"
_THING = b"<https://w3id.org/critmat/id/"
#: Seconds until a question is given up.
_DEADLINE = 30.0


def load(quads: Path, times: int) -> Store:
    """The built graph in memory, ``times`` as large, named graphs included."""
    store = Store()
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "part.nq"
        for copy in range(times):
            name = _THING + (b"x%d-" % copy if copy else b"")
            with part.open("wb") as file, quads.open("rb") as lines:
                file.writelines(line.replace(_THING, name) for line in lines)
            store.bulk_load(path=str(part), format=RdfFormat.N_QUADS)
    return store


def timed(store: Store, text: str, rounds: int) -> tuple[int, float] | None:
    """Rows and the median of some runs in milliseconds; nothing where it takes too long."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _run(store, text, rounds, writing)
    os.close(writing)
    ready, _, _ = select.select([reading], [], [], _DEADLINE)
    answer = os.read(reading, 1000) if ready else b""
    os.close(reading)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if not answer:
        return None
    rows, milliseconds = json.loads(answer)
    return rows, milliseconds


def _run(store: Store, text: str, rounds: int, out: int) -> None:
    """In the child: ask, and write what came of it; never returns."""
    taken = []
    rows = 0
    for _ in range(rounds):
        start = time.perf_counter()
        found = store.query(text)
        assert isinstance(found, QuerySolutions)
        answer = found.serialize(format=QueryResultsFormat.JSON)
        taken.append((time.perf_counter() - start) * 1000)
        rows = rows or len(json.loads(answer or b"{}")["results"]["bindings"])
        if sum(taken) > _DEADLINE * 500:
            break
    os.write(out, json.dumps([rows, statistics.median(taken)]).encode())
    signal.pause()


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--data", type=Path)
    arguments.add_argument("--times", type=int, default=10)
    arguments.add_argument("--rounds", type=int, default=9)
    arguments.add_argument("questions", nargs="*", metavar="QUESTION")
    given = arguments.parse_args()
    catalogue = Catalogue.load()
    names = given.questions or list(catalogue)
    quads = open_snapshot(data_root(given.data)).data
    if quads is None:
        raise SystemExit("The snapshot has no quads to copy: build the graph anew.")
    found: dict[str, list[tuple[int, float] | None]] = {name: [] for name in ["", *names]}
    for times in dict.fromkeys([1, given.times]):
        start = time.perf_counter()
        with ThreadPoolExecutor(1) as apart:  # as the service loads them: see kg.engines.zygote
            store = apart.submit(load, quads, times).result()
        print(f"{len(store):,} quads loaded in {time.perf_counter() - start:.0f} s", flush=True)
        for name, measured in found.items():
            measured.append(timed(store, catalogue[name].text if name else STAR, given.rounds))
        del store
    print(
        f"\n{'question':28}{'rows':>8}{'ms':>10}{'x star':>8}   {given.times} x: rows, ms, x star"
    )
    for name, measured in found.items():
        line = f"{name or '(star query)':28}"
        for one, star in zip(measured, found[""], strict=True):
            if one is None or star is None:
                line += f"{'more than 30 s':>26}"
            else:
                line += f"{one[0]:8,}{one[1]:10.2f}{one[1] / star[1]:8.0f}"
        print(line)


if __name__ == "__main__":
    main()
