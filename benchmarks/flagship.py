"""How long the flagship question takes, and where the time goes.

The same question is put, in turn, to the engine in this process, to the pool of engine processes,
to ``/sparql``, to the JSON route and to the page of a running service; every round asks each of
them once, so that a slow moment of the machine hits all alike. Printed are median and 99th
percentile in milliseconds and the ratio of the medians to the engine in this process.

    python benchmarks/flagship.py [ROUNDS]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Store

from kg.build import build
from kg.engines.embedded import EmbeddedEngine, PoolSettings
from kg.engines.engine import Query
from kg.questions import Catalogue, bind_values
from tests.serving import free_port, wait_until_ready


def main(rounds: int) -> None:
    """Build, serve, measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        snapshot = build(Path(folder)).snapshot
        store = Store()
        store.bulk_load(path=str(snapshot.path / "data.nq"), format=RdfFormat.N_QUADS)
        engine = EmbeddedEngine(snapshot, PoolSettings(workers=2))
        question = Catalogue.load()["exposed-products"]
        text = bind_values(engine, question, {}).text
        port = free_port()
        service = subprocess.Popen(
            [sys.executable, "-m", "service.cli", "serve", "--port", str(port)],
            env={**os.environ, "CRITMAT_DATA": folder},
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_ready(address, service)
            measure(ways(store, engine, text, address), rounds)
        finally:
            service.terminate()
            service.wait()
            engine.close()


def ways(
    store: Store, engine: EmbeddedEngine, text: str, address: str
) -> dict[str, Callable[[], object]]:
    """Each way of asking, as a function without arguments."""

    def in_process() -> object:
        found = store.query(text)
        assert isinstance(found, QuerySolutions)
        return found.serialize(format=QueryResultsFormat.JSON)

    def pool() -> object:
        with engine.query(Query(text)) as answer:
            return answer.read()

    def get(path: str, accept: str) -> Callable[[], object]:
        request = Request(f"{address}{path}", headers={"Accept": accept})
        return lambda: urlopen(request).read()

    return {
        "engine in process": in_process,
        "engine pool": pool,
        "/sparql": get(f"/sparql?{urlencode({'query': text})}", "application/sparql-results+json"),
        "/questions/….json": get("/questions/exposed-products.json", "application/json"),
        "/questions/… page": get("/questions/exposed-products", "text/html"),
        "/health (no query)": get("/health", "application/json"),
    }


def measure(ways: dict[str, Callable[[], object]], rounds: int) -> None:
    """Ask in turn, then print median, 99th percentile and ratio of each way."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 5):
        for name, ask in ways.items():
            start = time.perf_counter()
            ask()
            if turn >= 5:  # the first rounds warm the caches
                times[name].append((time.perf_counter() - start) * 1000)
    base = statistics.median(times["engine in process"])
    print(f"{'':22}{'median ms':>10}{'p99 ms':>10}{'ratio':>8}   ({rounds} rounds)")
    for name, found in times.items():
        median = statistics.median(found)
        p99 = statistics.quantiles(found, n=100)[98]
        print(f"{name:22}{median:10.2f}{p99:10.2f}{median / base:8.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
