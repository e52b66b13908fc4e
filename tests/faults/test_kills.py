"""Kill -9 of every kind of process while changes are made, loaded and published.

What was acknowledged is there, what was refused is not, nothing is there by half; and the service
answers again by itself, or, where the process that watches was killed, once it is started again.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

from kg.snapshot import list_snapshots, verify
from service.audit import read_audit
from tests.service.running import Service, alive, children, descendants, running, token
from tests.service.writable import WritableServer
from tests.serving import NO_BUDGETS, wait_until_ready

#: How often each kind is killed in one life of the service. A web process that dies twice within
#: five seconds ends the service, so there the deaths lie apart.
KILLS = {"engine": 3, "zygote": 2, "writer": 3}
LIVES = 2
LINES = 40  # of the document


def command_of(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def processes(service: Service, kind: str) -> list[int]:
    """The processes of a kind."""
    web = service.web_process()
    if kind == "web":
        return [web]
    below = descendants(web)
    if kind == "writer":
        return [pid for pid in below if "kg.writer.process" in command_of(pid)]
    zygotes = [pid for pid in children(web) if "zygote" in command_of(pid)]
    if kind == "zygote":
        return zygotes
    return [pid for zygote in zygotes for pid in descendants(zygote)]


class Load:
    """Clients that change the data, and what they were told."""

    def __init__(self) -> None:
        self.done: set[int] = set()
        self.refused: set[int] = set()
        self.unknown: set[int] = set()
        #: Versions of the document, in the order in which they were sent.
        self.versions: list[tuple[int, bool | None]] = []
        self._numbers = iter(range(1, 10**9))
        self._lock = threading.Lock()

    @contextmanager
    def on(self, client: WritableServer) -> Iterator[None]:
        stop = threading.Event()
        with ThreadPoolExecutor(4) as threads:
            jobs = [threads.submit(self._repeat, self._pair, client, stop) for _ in range(3)]
            jobs.append(threads.submit(self._repeat, self._document, client, stop))
            try:
                yield
            finally:
                stop.set()
            for job in jobs:
                job.result()

    def _repeat(
        self, work: Callable[[WritableServer, int], bool | None], client: WritableServer,
        stop: threading.Event,
    ) -> None:  # fmt: skip
        while not stop.is_set():
            with self._lock:
                number = next(self._numbers)
            if work(client, number) is None:
                time.sleep(0.05)  # nobody is there just now

    def _pair(self, client: WritableServer, number: int) -> bool | None:
        """Put a number into two graphs, in two operations of one request."""
        one, other = (
            f"INSERT DATA {{ GRAPH <x:{g}> {{ <x:s> <x:p> {number} }} }}" for g in ("one", "other")
        )
        told = outcome(lambda: client.update(f"{one} ; {other}").status)
        {True: self.done, False: self.refused, None: self.unknown}[told].add(number)
        return told

    def _document(self, client: WritableServer, number: int) -> bool | None:
        """Replace a graph by a document of which every line bears the same number."""
        text = "".join(f"<x:{line}> <x:version> {number} .\n" for line in range(LINES))
        told = outcome(
            lambda: client.send(
                "PUT", "/graph-store?graph=x:document", text, role="editor",
                media_type="text/turtle",
            ).status
        )  # fmt: skip
        self.versions.append((number, told))
        return told


def outcome(send: Callable[[], int]) -> bool | None:
    """Whether a change was made; ``None`` where no answer came."""
    try:
        status = send()
    except (OSError, http.client.HTTPException):
        return None
    # 507: an engine process that is killed is taken for one that the system killed for its memory.
    assert status in {200, 201, 204, 502, 503, 504, 507}, status
    return status < 300


def numbers(client: WritableServer, graph: str, predicate: str) -> list[int]:
    query = f"SELECT ?v {{ GRAPH <x:{graph}> {{ ?s <x:{predicate}> ?v }} }}"
    reply = client.send("GET", "/sparql?" + urlencode({"query": query, "format": "json"}))
    assert reply.status == 200, reply.body
    return [int(row["v"]["value"]) for row in json.loads(reply.body)["results"]["bindings"]]


def check(client: WritableServer, load: Load) -> None:
    """What holds whenever nobody is changing anything."""
    one = set(numbers(client, "one", "p"))
    assert one == set(numbers(client, "other", "p"))
    assert load.done <= one <= load.done | load.unknown
    lines = numbers(client, "document", "version")
    assert len(lines) == LINES
    (version,) = set(lines)
    last = max(number for number, told in load.versions if told)
    assert version == last or (version, None) in load.versions
    assert version >= last
    logged = {entry.text.rpartition(" ")[0]: entry.outcome for entry in read_audit(client.root)}
    assert len(logged) >= len(load.done)


def until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def test_kills(tmp_path: Path) -> None:
    root = tmp_path / "data"
    load = Load()
    moment = random.Random(11)  # noqa: S311 - spreads the kills
    for _ in range(LIVES):
        with running(
            tmp_path / "log", f"--empty={root}", "--enable-updates", settings=NO_BUDGETS
        ) as service:
            if not (root / "access").exists():
                editor = token(root)
            client = WritableServer(service.address, root, {"editor": editor})
            if load.done:
                check(client, load)
            with load.on(client):
                until(lambda: bool(load.done) and bool(load.versions), "no change was made")
                plan = [kind for kind, times in KILLS.items() for _ in range(times)]
                moment.shuffle(plan)
                for kind in ["web", *plan]:
                    time.sleep(moment.uniform(0, 0.15))
                    victims = processes(service, kind)
                    for pid in moment.sample(victims, min(1, len(victims))):
                        with suppress(ProcessLookupError):
                            os.kill(pid, signal.SIGKILL)
                    if kind == "web":
                        wait_until_ready(service.address, service.process)
                    before = len(load.done)
                    until(lambda before=before: len(load.done) > before, f"no change after {kind}")
            wait_until_ready(service.address, service.process)
            check(client, load)
            with load.on(client):
                time.sleep(moment.uniform(0.1, 0.3))
                # The process that watches: with it everything ends.
                below = descendants(service.process.pid)
                service.process.kill()
                service.process.wait()
                until(lambda below=below: not any(map(alive, below)), "something has survived")
    with running(
        tmp_path / "log", f"--data={root}", "--enable-updates", settings=NO_BUDGETS
    ) as service:
        client = WritableServer(service.address, root, {"editor": editor})
        check(client, load)
        assert client.update("INSERT DATA { GRAPH <x:end> { <x:s> <x:p> 1 } }").status == 204
    # What the dead left behind is swept away, and the last service leaves nothing.
    assert not [p.name for p in (root / "snapshots").iterdir() if p.name.startswith(".")]
    assert not list(root.glob(".working-*"))
    assert all(verify(snapshot).ok for snapshot in list_snapshots(root))
    assert len(load.done) > 10 * LIVES
