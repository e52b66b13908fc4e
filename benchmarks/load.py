"""Many heavy clients at once: do light queries still answer, and does everything come back?

    python -m benchmarks.load --data DIR [--clients 24] [--seconds 60] [--limit 10]

A service over the data folder is started with all its defaults, except that it believes the
addresses in ``X-Forwarded-For``, so that each client here is one to it. Before, memory is taken.
Then each heavy client sends one hopeless query after another, each of which may run for ``limit``
seconds: cross products that are counted, sorted or made distinct, paths over everything, texts
that double. Beside them three more clients ask light things, each waiting a tenth of a second
between two: a query, a question that must be computed, ``/ready``.

Printed as JSON: how the heavy ones ended and how long after their limit the latest did; times of
the light ones in milliseconds; memory (PSS, in MiB) before, at its highest, and five seconds after
the end. The exit status is 1 where a goal of the design is missed: light queries under 500 ms at
the 95th percentile and all of them right, every heavy one answered within its limit and one second,
memory within 256 MiB of where it began. The question is no light query where there are millions of
triples (it then takes seconds with nobody else there), so its times are told and not judged.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from benchmarks.memory import family_memory
from benchmarks.service import service

_DOUBLED = " ".join(f"BIND(CONCAT(?t{n}, ?t{n}) AS ?t{n + 1})" for n in range(28))
HEAVY = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c",
    "SELECT DISTINCT ?c ?f { ?a ?b ?c . ?d ?e ?f } LIMIT 1 OFFSET 900000000",
    "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b }",
    f'SELECT (STRLEN(?t28) AS ?n) {{ VALUES ?t0 {{ "12345678901234567890" }} {_DOUBLED} }}',
    "SELECT ?b (COUNT(?f) AS ?n) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?b",
)
_LIGHT_PAUSE = 0.1  # seconds
_AFTERWARDS = 5.0  # seconds
_LOOK = (
    2.0  # seconds; a look at a process with much memory takes a tenth of a second and holds it up
)


@dataclass(slots=True)
class Record:
    """What happened: times in seconds; of heavy queries, how long after their limit they ended."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    heavy: Counter[int] = field(default_factory=Counter)
    late: list[float] = field(default_factory=list)
    light: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    most: float = 0.0


def get(address: str, path: str, client: str, patience: float) -> tuple[int, bytes, float]:
    """Ask as a client with its own address; status (0: no answer), body and seconds."""
    line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=patience)
    began = time.monotonic()
    try:
        line.request("GET", path, headers={"X-Forwarded-For": client})
        response = line.getresponse()
        return response.status, response.read(), time.monotonic() - began
    except (OSError, http.client.HTTPException) as error:
        return 0, repr(error).encode(), time.monotonic() - began
    finally:
        line.close()


def heavy_client(
    address: str, number: int, limit: float, over: threading.Event, record: Record
) -> None:
    """Send hopeless queries, one after the other, until it is over."""
    for query in itertools.islice(itertools.cycle(HEAVY), number, None):
        if over.is_set():
            return
        path = f"/sparql?timeout={limit:g}&query={quote(query)}"
        status, _, seconds = get(address, path, f"198.51.100.{number}", limit + 30)
        with record.lock:
            record.heavy[status] += 1
            record.late.append(seconds - limit)
        if status in {429, 503}:
            over.wait(0.5)


def light_client(
    address: str, ask: Light, client: str, over: threading.Event, record: Record
) -> None:
    """Ask light things of one kind, one after the other."""
    for number in itertools.count():
        if over.wait(_LIGHT_PAUSE):
            return
        status, body, seconds = get(address, ask.path(number), client, 60)
        record.light.setdefault(ask.kind, []).append(seconds)
        if status != 200 or ask.holds not in body:
            record.wrong.append(f"{ask.kind}: {status} {body[:200]!r}")


@dataclass(frozen=True, slots=True)
class Light:
    """A kind of light request: the path of each, all of them different, and what answers hold."""

    kind: str
    path: Callable[[int], str]
    holds: bytes


_LABEL = (
    "SELECT ?l { <https://w3id.org/critmat/id/neodymium> "
    "<http://www.w3.org/2000/01/rdf-schema#label> ?l } #"
)
LIGHT = (
    Light("query", lambda n: f"/sparql?query={quote(f'{_LABEL}{n}')}", b"eodymium"),
    Light("question", lambda n: f"/questions/exposed-products.csv?threshold={n / 100}", b","),
    Light("ready", lambda _: "/ready", b"ready"),
)


def watch(pid: int, over: threading.Event, record: Record) -> None:
    """Remember the highest memory."""
    while not over.wait(_LOOK):
        record.most = max(record.most, family_memory(pid) / 2**20)


def run(address: str, pid: int, clients: int, seconds: float, limit: float) -> dict[str, object]:
    """Load the service and give what was measured."""
    record, over = Record(), threading.Event()
    for ask in LIGHT:
        get(address, ask.path(0), "203.0.113.100", 60)
    time.sleep(_AFTERWARDS)
    before = family_memory(pid) / 2**20
    heavy = [
        threading.Thread(target=heavy_client, args=(address, n, limit, over, record))
        for n in range(clients)
    ]
    others = [
        threading.Thread(target=light_client, args=(address, ask, f"203.0.113.{n}", over, record))
        for n, ask in enumerate(LIGHT)
    ]
    others.append(threading.Thread(target=watch, args=(pid, over, record)))
    for thread in (*heavy, *others):
        thread.start()
    time.sleep(seconds)
    over.set()
    for thread in (*heavy, *others):
        thread.join()
    time.sleep(_AFTERWARDS)
    return {
        "heavy": {str(status): count for status, count in sorted(record.heavy.items())},
        "heavy_latest_after_limit_s": round(max(record.late), 2),
        "light_ms": {kind: _quantiles(times) for kind, times in record.light.items()},
        "light_wrong": len(record.wrong),
        "examples": record.wrong[:5],
        "memory_mib": {
            "before": round(before),
            "most": round(record.most),
            "after": round(family_memory(pid) / 2**20),
        },
    }


def _quantiles(seconds: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=100) if len(seconds) > 1 else seconds * 99
    found = {f"p{p}": round(cuts[p - 1] * 1000, 1) for p in (50, 95, 99)}
    return {"requests": len(seconds), **found, "longest": round(max(seconds) * 1000, 1)}


def missed(found: dict[str, object]) -> list[str]:
    """The goals that were missed."""
    light, memory = found["light_ms"], found["memory_mib"]
    late, heavy = found["heavy_latest_after_limit_s"], found["heavy"]
    assert isinstance(light, dict) and isinstance(memory, dict) and isinstance(heavy, dict)
    assert isinstance(late, float)
    goals = {
        "light queries under 500 ms at p95": all(
            light[kind]["p95"] < 500 for kind in ("query", "ready")
        ),
        "light answers right": not found["light_wrong"],
        "heavy queries answered within limit + 1 s": late <= 1 and "0" not in heavy,
        "memory back to base + 256 MiB": memory["after"] <= memory["before"] + 256,
    }
    return [goal for goal, reached in goals.items() if not reached]


def main() -> int:
    """Read the options, run, print; give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--clients", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--limit", type=float, default=10.0)
    parser.add_argument("--threads", type=int, default=0, help="of the service; 0: its default")
    given = parser.parse_args()
    settings = {"TRUSTED_PROXIES": "1"} | ({"THREADS": str(given.threads)} if given.threads else {})
    with service(given.data, **settings) as (address, pid):
        found = run(address, pid, given.clients, given.seconds, given.limit)
    found["missed"] = missed(found)
    print(json.dumps(found, indent=2))
    return int(bool(found["missed"]))


if __name__ == "__main__":
    sys.exit(main())
