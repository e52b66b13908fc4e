"""What the isolation of the embedded engine costs, on synthetic data of several sizes.

Run as ``python benchmarks/engine.py [TRIPLES ...]`` (default 10000 100000 1000000). Reported for
each size: time to publish and to start; a light query (one subject, JSON) in this process and
through the pool, medians of interleaved rounds, their ratio and what the pool adds; the time from
stopping a query until the replacement of its process is there; memory of the zygote, and what a
worker has of its own; reading from disk: the light query, and moving to another snapshot, alone and
with the first query behind it.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pyoxigraph import QueryResultsFormat, RdfFormat, Store

from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import Query
from kg.engines.gate import check_query
from kg.engines.settings import PoolSettings
from kg.snapshot import Snapshot, publish

_ROUNDS = 40
_QUERIES = 25  # a round; interleaved so that noise of the machine hits all alike
_REPLACEMENTS = 9
_MOVES = 20


def write_quads(path: Path, triples: int) -> None:
    """Things with two labels and four links each, in seven named graphs."""
    things = triples // 6
    lines = []
    for i in range(triples):
        graph = f"<https://w3id.org/critmat/graph/s{i % 7}>"
        subject = f"<https://w3id.org/critmat/id/t{i // 6}>"
        if i % 3:
            target = f"<https://w3id.org/critmat/id/t{(i * 7919) % things}>"
            lines.append(
                f"{subject} <https://w3id.org/critmat/ontology#p{i % 6}> {target} {graph} .\n"
            )
        else:
            label = "<http://www.w3.org/2000/01/rdf-schema#label>"
            lines.append(f'{subject} {label} "thing {i}"@en {graph} .\n')
    lines.sort()
    path.write_text("".join(lines), encoding="utf-8")


def milliseconds(action: Callable[[], object]) -> float:
    """Mean time of an action over the queries of a round."""
    start = time.perf_counter()
    for _ in range(_QUERIES):
        action()
    return (time.perf_counter() - start) / _QUERIES * 1000


def resident(pid: int, field: str) -> float:
    """A field of smaps_rollup in MiB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    return 0.0


def replacement(engine: EmbeddedEngine) -> float:
    """Milliseconds from stopping a query until as many engine processes are there again."""
    before = set(engine.pids())
    answer = engine.query(Query("SELECT * { ?a ?b ?c . ?d ?e ?f }"))
    start = time.perf_counter()
    answer.close()
    while len(set(engine.pids())) < len(before) or before == set(engine.pids()):
        time.sleep(0.000_5)
    return (time.perf_counter() - start) * 1000


def moving(snapshot: Snapshot, query: Query) -> dict[str, float]:
    """Read the snapshot from disk, and move between it and itself under another name."""
    other = replace(snapshot, id="another")
    with EmbeddedEngine(snapshot, PoolSettings(workers=2, light=1, from_disk=True)) as engine:
        engine.query(query).read()
        light = [milliseconds(lambda: engine.query(query).read()) for _ in range(_ROUNDS)]
        moves, reads = [], []
        for _ in range(_MOVES):
            start = time.perf_counter()
            engine.move_to(other if engine.snapshot_id == snapshot.id else snapshot)
            moved = time.perf_counter()
            engine.query(query).read()
            moves.append((moved - start) * 1000)
            reads.append((time.perf_counter() - start) * 1000)
            time.sleep(0.2)  # until the other processes have been replaced too
        return {
            "light_on_disk_ms": statistics.median(light),
            "move_ms": statistics.median(moves),
            "move_and_read_ms": statistics.median(reads),
        }


def measure(triples: int, folder: Path) -> dict[str, float]:
    """Measure one size."""
    quads = folder / f"{triples}.nq"
    write_quads(quads, triples)
    start = time.perf_counter()
    snapshot = publish([quads], folder / str(triples), critmat_version="benchmark")
    published = time.perf_counter() - start
    start = time.perf_counter()
    with EmbeddedEngine(snapshot, PoolSettings(workers=2)) as engine:
        started = time.perf_counter() - start
        store = Store()
        store.bulk_load(path=str(snapshot.data), format=RdfFormat.N_QUADS)
        text = "SELECT ?p ?o { <https://w3id.org/critmat/id/t42> ?p ?o }"
        query = Query(text)
        expected = store.query(text).serialize(format=QueryResultsFormat.JSON)
        assert engine.query(query).read() == expected
        inside, pooled, gate = [], [], []
        for _ in range(_ROUNDS):
            inside.append(
                milliseconds(lambda: store.query(text).serialize(format=QueryResultsFormat.JSON))
            )
            pooled.append(milliseconds(lambda: engine.query(query).read()))
            gate.append(milliseconds(lambda: check_query(text)))
        zygote, worker, *_ = engine.pids()
        figures = {
            "triples": triples,
            "publish_s": published,
            "start_s": started,
            "light_in_process_ms": statistics.median(inside),
            "light_pool_ms": statistics.median(pooled),
            "isolation_ms": statistics.median(p - i for p, i in zip(pooled, inside, strict=True)),
            "gate_ms": statistics.median(gate),
            "ratio": statistics.median(p / i for p, i in zip(pooled, inside, strict=True)),
            "zygote_mib": resident(zygote, "Rss"),
            "worker_own_mib": resident(worker, "Private_Dirty"),
        }
        times = [replacement(engine) for _ in range(_REPLACEMENTS)]
        figures["replacement_ms"] = statistics.median(times)
        figures["replacement_max_ms"] = max(times)
    figures |= moving(snapshot, query)
    return {name: round(value, 3) for name, value in figures.items()}


def main() -> None:
    """Measure each size named on the command line; one line of JSON for each."""
    sizes = [int(argument) for argument in sys.argv[1:]] or [10_000, 100_000, 1_000_000]
    with tempfile.TemporaryDirectory() as folder:
        for triples in sizes:
            print(json.dumps(measure(triples, Path(folder))), flush=True)


if __name__ == "__main__":
    main()
