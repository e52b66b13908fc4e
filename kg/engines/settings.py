"""Settings of the embedded engine, in one place, read once."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from kg.engines.gate import GateLimits

MIB = 1024 * 1024


def _processors() -> int:
    return max(2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)


def _half_of_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """How many engine processes there are and what each query may use.

    Times are in seconds, memory is in bytes.
    """

    #: Engine processes for queries of any kind, and so queries at a time.
    workers: int = field(default_factory=_processors)
    #: Processes more, which queries from outside (``Lane.OPEN``) never get. A long query of our
    #: own does not count among them, so there may for a while be twice as many.
    light: int = 0
    #: Time for a query that names none, and the most that one may name. Waiting counts.
    timeout: float = 30.0
    max_timeout: float = 60.0
    #: Memory that a query may take beyond what the process had when it began.
    memory: int = 1536 * MIB
    #: Snapshots that need more than this in memory are read from their store on disk.
    store_budget: int = field(default_factory=_half_of_memory)
    #: Read every snapshot from its store on disk, so that moving to another takes milliseconds.
    from_disk: bool = False
    #: A query that has run for this time gets less of the processor. While others wait it counts
    #: as long: it goes on beside the others, in a process more, as long as there are no more than
    #: so many; else it is stopped.
    patience: float = 0.5
    long_queries: int = 2
    #: Queries that may wait for a free process before new ones are turned away.
    queue: int = 64
    #: Queries that a process answers before a fresh one takes its place.
    recycle_after: int = 10_000
    #: Time to load the snapshot at the start.
    start_timeout: float = 600.0
    #: What the text of a query, and that of an update, may have at most.
    gate: GateLimits = field(default_factory=GateLimits)
    update_gate: GateLimits = field(default_factory=lambda: GateLimits(size=4 * MIB))

    def __post_init__(self) -> None:
        if (
            min(self.workers, self.recycle_after) < 1
            or min(self.queue, self.long_queries, self.light) < 0
        ):
            raise ValueError(
                "workers and recycle_after must be at least 1, queue, light and long_queries at "
                "least 0"
            )
        if min(self.timeout, self.max_timeout, self.start_timeout, self.patience) <= 0:
            raise ValueError("times must be positive")
