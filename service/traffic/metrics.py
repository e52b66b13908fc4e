"""What is counted and measured, in the format of Prometheus.

No metric bears a client, an address or a text of a query: the labels have few values, whatever
strangers send.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from kg.engines.engine import Lane

#: Upper ends of the classes of the histograms, in seconds: from a page that is remembered to the
#: longest time that a query may be given.
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
#: Methods that are counted by name.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})

# Otherwise every series would have a second one that says when it began.
disable_created_metrics()  # type: ignore[no-untyped-call]

#: Which processes there are of a kind, by process id.
Processes = Callable[[], Iterable[int]]


class Metrics:
    """The metrics of one application, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "critmat_requests", "Requests that were answered.",
            ("route", "method", "status"), registry=self.registry,
        )  # fmt: skip
        self._request_seconds = Histogram(
            "critmat_request_seconds", "Time from the request to its answer.",
            ("route",), buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        self._queries = Counter(
            "critmat_queries", "Queries, updates and documents that engines were asked, by end.",
            ("lane", "work", "outcome"), registry=self.registry,
        )  # fmt: skip
        self._query_seconds = Histogram(
            "critmat_query_seconds", "Time that an engine spent on a query.",
            ("lane",), buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        self._waiting_seconds = Histogram(
            "critmat_query_waiting_seconds", "Time that a query waited for an engine.",
            ("lane",), buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        self._running = Gauge(
            "critmat_queries_running", "Queries that run or wait now.",
            ("lane",), registry=self.registry,
        )  # fmt: skip
        self._refused = Counter(
            "critmat_queries_refused", "Queries that did not begin since their client's budget was "
            "used up.", ("lane",), registry=self.registry,
        )  # fmt: skip
        self._slow = Counter(
            "critmat_slow_queries", "Queries that were written to the log of slow ones.",
            ("lane",), registry=self.registry,
        )  # fmt: skip
        for lane in Lane:
            self._running.labels(lane)
            self._refused.labels(lane)

    def watch(
        self,
        processes: Mapping[str, Processes],
        ready: Callable[[], bool],
        clients: Callable[[], int],
    ) -> None:
        """Show, at each look, the memory of processes by kind, whether the engine can answer, and
        how many clients have an account."""
        self.registry.register(_ProcessMemory(processes))
        Gauge(
            "critmat_engine_ready", "1 while a query can be answered.", registry=self.registry
        ).set_function(lambda: float(ready()))
        Gauge(
            "critmat_clients", "Clients that have an account.", registry=self.registry
        ).set_function(clients)

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answered request. ``route`` is its rule, not its address."""
        named = method if method in _METHODS else "other"
        self._requests.labels(route, named, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def begun(self, lane: Lane) -> None:
        """Count a query that has begun."""
        self._running.labels(lane).inc()

    def refused(self, lane: Lane) -> None:
        """Count a query that may not begin."""
        self._refused.labels(lane).inc()

    def ended(self, lane: Lane, work: str, outcome: str, waited: float, worked: float) -> None:
        """Count a query that has ended; times in seconds."""
        self._running.labels(lane).dec()
        self._queries.labels(lane, work, outcome).inc()
        self._waiting_seconds.labels(lane).observe(waited)
        self._query_seconds.labels(lane).observe(worked)

    def slow(self, lane: Lane) -> None:
        """Count a slow query."""
        self._slow.labels(lane).inc()

    def written(self, accept: str) -> tuple[bytes, str]:
        """All metrics as they are now and their media type: text, or OpenMetrics where wanted."""
        encode, media_type = choose_encoder(accept)
        return encode(self.registry), media_type


class _ProcessMemory(Collector):
    """Memory of our processes, read when somebody looks."""

    def __init__(self, processes: Mapping[str, Processes]) -> None:
        self._processes = processes

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """The families, without reading anything."""
        yield from self._families()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The families with what is there now."""
        count, memory = self._families()
        for kind, pids in self._processes.items():
            sizes = [proportional_memory(pid) for pid in pids()]
            there = [size for size in sizes if size is not None]
            count.add_metric([kind], len(there))
            memory.add_metric([kind], sum(there))
        yield from (count, memory)

    def _families(self) -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
        return (
            GaugeMetricFamily("critmat_processes", "Processes of the service.", labels=["kind"]),
            GaugeMetricFamily(
                "critmat_process_memory_bytes",
                "Memory of the processes; what several share is divided among them.",
                labels=["kind"],
            ),
        )


def proportional_memory(pid: int) -> int | None:
    """Bytes of memory of a process (PSS); ``None`` where it is gone or hides them."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return None
    for line in rollup.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return None


def web_process() -> tuple[int, ...]:
    """The process that this is."""
    return (os.getpid(),)
