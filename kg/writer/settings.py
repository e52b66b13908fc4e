"""Settings of the writer, in one place, read once."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class WriterSettings:
    """What a change may use. Times are in seconds, memory and sizes in bytes."""

    #: Memory that changes may take beyond what the writer process has with an open store.
    memory: int = 2048 * MIB
    #: Time for a change that names none. Waiting counts.
    timeout: float = 60.0
    #: Changes that may wait before new ones are turned away.
    queue: int = 256
    #: Changes that are published together at most.
    batch: int = 64
    #: The largest file of quads, as N-Quads, and the largest text of an update.
    largest_change: int = 512 * MIB
    #: Time for the disk to take a batch, and for a writer process to come up.
    commit_timeout: float = 60.0
    start_timeout: float = 60.0
    #: Written snapshots of each line that are kept, besides those in use.
    keep: int = 3

    def __post_init__(self) -> None:
        if min(self.queue, self.batch, self.keep, self.memory, self.largest_change) < 1:
            raise ValueError("queue, batch, keep, memory and largest_change must be at least 1")
        if min(self.timeout, self.commit_timeout, self.start_timeout) <= 0:
            raise ValueError("times must be positive")
