"""A long run under a light load: is every answer right, and does the memory stay where it is?

    python -m benchmarks.soak --data DIR [--rate 50] [--minutes 60] [--report FILE]
    python -m benchmarks.soak --data DIR --address http://127.0.0.1:8000 --pid PID

Without ``--address`` a service over the data folder is started, and ended afterwards. With it,
``--pid`` names the process of ``critmat serve``; memory is that of all processes below it (PSS,
so that what several share counts once). Requests begin at fixed moments, ``rate`` a second; a
slow answer delays none that follow, and its time counts from when it was due.

The mix: ``/sparql`` for what a thing has for a property, many things in turn, compared with the
lines of ``data.nq``; a page that is remembered; the CSV of a canned question; and the page again
with its ETag, which must give 304. Pages and CSV must stay the same to the byte.

A line goes out each minute, a JSON summary at the end. The exit status is 1 where an answer was
wrong or missing or the memory grew by 5 % or more.
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
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from benchmarks.memory import family_memory
from benchmarks.service import service

#: Connections; fewer than the queries that one client may send at the same time.
CONNECTIONS = 6
#: Things that are asked for in turn, and lines of ``data.nq`` between two of them.
THINGS = 500
_EVERY = 2_003
_SAMPLE = 10.0  # seconds between looks at the memory
_PAGE, _TABLE = "/", "/questions/exposed-products.csv"
_STRING = "http://www.w3.org/2001/XMLSchema#string"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    etag: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Ask:
    """A request and how to tell whether its reply is right."""

    kind: str
    path: str
    right: Callable[[Reply], bool]
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Record:
    """What happened so far. ``seconds`` by kind of request, ``memory`` as (second, MiB)."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    memory: list[tuple[float, float]] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)

    def add(self, kind: str, outcome: str, seconds: float, example: str = "") -> None:
        """Note one request."""
        with self.lock:
            self.outcomes[outcome] += 1
            self.seconds.setdefault(kind, []).append(seconds)
            if example and len(self.examples) < 20:
                self.examples.append(example)


class Client:
    """One connection that is kept."""

    def __init__(self, address: str) -> None:
        self.host = urlsplit(address).netloc
        self._connection = http.client.HTTPConnection(self.host, timeout=60)

    def get(self, path: str, headers: dict[str, str]) -> Reply:
        """Ask, over a new connection where the old one has ended; raises ``OSError``."""
        try:
            self._connection.request("GET", path, headers=headers)
            response = self._connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise OSError(repr(error)) from error
        return Reply(response.status, response.headers.get("ETag", ""), body)


def groups(file: Path) -> Iterator[tuple[str, str, frozenset[tuple[str, ...]]]]:
    """Subject, predicate and objects that the sorted N-Quads give them, evenly from all lines.

    Only objects whose spelling an engine keeps: IRIs and strings.
    """
    with file.open(encoding="utf-8") as lines:
        pairs = itertools.groupby(lines, key=lambda line: line.split(" ", 2)[:2])
        seen, due = 0, 0
        for (subject, _), some in pairs:
            some_lines = list(some)
            seen += len(some_lines)
            if seen < due or not subject.startswith("<"):
                continue
            quads = list(parse(input="".join(some_lines), format=RdfFormat.N_QUADS))
            found = {as_json(quad.object) for quad in quads}
            if all(found) and len(found) <= 50:
                due = seen + _EVERY
                predicate = quads[0].predicate
                yield subject[1:-1], str(predicate.value), frozenset(found)


def as_json(term: object) -> tuple[str, ...]:
    """The parts of a term that SPARQL results name; empty where its spelling may change."""
    if isinstance(term, NamedNode):
        return ("uri", term.value, "")
    if isinstance(term, Literal) and (term.language or term.datatype.value == _STRING):
        return ("literal", term.value, (term.language or "").lower())
    return ()


def thing_ask(subject: str, predicate: str, expected: frozenset[tuple[str, ...]]) -> Ask:
    """Ask the endpoint for the objects of a subject and a predicate."""

    def right(reply: Reply) -> bool:
        if reply.status != 200:
            return False
        rows = json.loads(reply.body)["results"]["bindings"]
        found = [
            (t["type"], t["value"], t.get("xml:lang", "").lower()) for t in (r["o"] for r in rows)
        ]
        return len(found) == len(expected) and set(found) == expected

    query = f"SELECT DISTINCT ?o {{ <{subject}> <{predicate}> ?o }}"
    accept = {"Accept": "application/sparql-results+json"}
    return Ask("sparql", f"/sparql?{urlencode({'query': query})}", right, accept)


def same_ask(kind: str, path: str, client: Client) -> Ask:
    """Ask for what must stay as it is now."""
    accept = {"Accept": "text/html,*/*"}
    first, again = client.get(path, accept), client.get(path, accept)
    if first.status != 200 or first.body != again.body or len(first.body) < 200:
        raise SystemExit(f"{path} is no good reference: {first.status}, {first.body[:200]!r}")
    return Ask(kind, path, lambda r: r.status == 200 and r.body == first.body, accept)


def unchanged_ask(path: str, client: Client) -> Ask:
    """Ask whether what we have is still good."""
    accept = {"Accept": "text/html,*/*"}
    tag = client.get(path, accept).etag
    if not tag:
        raise SystemExit(f"{path} has no ETag")
    return Ask(
        "304",
        path,
        lambda r: r.status == 304 and not r.body and r.etag == tag,
        {**accept, "If-None-Match": tag},
    )


def mix(address: str, data: Path) -> list[Ask]:
    """All requests, to be sent in turn: half of them queries."""
    client = Client(address)
    things = itertools.islice(groups(data / "current" / "data.nq"), THINGS)
    fixed = (
        same_ask("page", _PAGE, client),
        same_ask("csv", _TABLE, client),
        unchanged_ask(_PAGE, client),
    )
    asks = [ask for n, thing in enumerate(things) for ask in (thing_ask(*thing), fixed[n % 3])]
    if not asks:
        raise SystemExit(f"{data} holds nothing to ask for")
    return asks


def one(client: Client, ask: Ask, due: float, record: Record) -> None:
    """Send one request and judge its reply."""
    try:
        reply = client.get(ask.path, ask.headers)
    except OSError as error:
        record.add(ask.kind, "no answer", time.monotonic() - due, f"{ask.path}: {error}")
        return
    taken = time.monotonic() - due
    if ask.right(reply):
        record.add(ask.kind, "right", taken)
    else:
        outcome = "refused" if reply.status in {429, 503} else "wrong"
        example = f"{ask.path}: {reply.status} {reply.body[:300]!r}"
        record.add(ask.kind, outcome, taken, example)


def load(address: str, asks: list[Ask], rate: float, seconds: float, record: Record) -> None:
    """Send the requests in turn, each at its moment."""
    began = time.monotonic()
    numbers = itertools.count()

    def send() -> None:
        client = Client(address)
        while True:
            number = next(numbers)
            due = began + number / rate
            if due - began >= seconds:
                return
            time.sleep(max(0.0, due - time.monotonic()))
            one(client, asks[number % len(asks)], due, record)

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        for sending in [threads.submit(send) for _ in range(CONNECTIONS)]:
            sending.result()


def watch(pid: int, record: Record, over: threading.Event) -> None:
    """Look at the memory until it is over, and say each minute how things are."""
    began = time.monotonic()
    minutes = 0
    while not over.wait(_SAMPLE):
        now = time.monotonic() - began
        with record.lock:
            record.memory.append((now, family_memory(pid) / 2**20))
            so_far = dict(record.outcomes)
        if now >= (minutes + 1) * 60:
            minutes = int(now / 60)
            print(f"{minutes:4d} min  {record.memory[-1][1]:8.1f} MiB  {so_far}", flush=True)


def drift(memory: list[tuple[float, float]]) -> dict[str, float]:
    """Memory after the first tenth of the run, in which caches fill, and in the last tenth."""
    if len(memory) < 10:
        return {}
    tenth = max(1, len(memory) // 10)
    before = statistics.median(size for _, size in memory[tenth : 2 * tenth])
    after = statistics.median(size for _, size in memory[-tenth:])
    return {
        "early_mib": round(before, 1),
        "late_mib": round(after, 1),
        "most_mib": round(max(size for _, size in memory), 1),
        "drift_percent": round((after / before - 1) * 100, 2),
    }


def summary(record: Record, seconds: float) -> dict[str, object]:
    """All that was measured; times in milliseconds."""
    times = {}
    for kind, taken in record.seconds.items():
        cuts = statistics.quantiles(taken, n=100) if len(taken) > 1 else taken * 99
        times[kind] = {
            "requests": len(taken),
            **{f"p{p}": round(cuts[p - 1] * 1000, 1) for p in (50, 95, 99)},
            "longest": round(max(taken) * 1000, 1),
        }
    return {
        "minutes": round(seconds / 60, 2),
        "requests_per_second": round(sum(record.outcomes.values()) / seconds, 2),
        "outcomes": dict(record.outcomes),
        "milliseconds": times,
        "memory": drift(record.memory),
        "examples": record.examples,
    }


def run(address: str, pid: int, data: Path, rate: float, minutes: float) -> dict[str, object]:
    """Load the service and give the summary."""
    asks = mix(address, data)
    print(f"{len(asks)} requests in turn, {rate:g} a second, {minutes:g} minutes", flush=True)
    record = Record()
    over = threading.Event()
    watching = threading.Thread(target=watch, args=(pid, record, over))
    watching.start()
    began = time.monotonic()
    try:
        load(address, asks, rate, minutes * 60, record)
    finally:
        over.set()
        watching.join()
    return summary(record, time.monotonic() - began)


def main() -> int:
    """Read the options, run, print; give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--address", default="")
    parser.add_argument("--pid", type=int, default=0)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--report", type=Path)
    given = parser.parse_args()
    if given.address and not given.pid:
        parser.error("--address needs --pid")
    if given.address:
        found = run(given.address, given.pid, given.data, given.rate, given.minutes)
    else:
        with service(given.data) as (address, pid):
            found = run(address, pid, given.data, given.rate, given.minutes)
    text = json.dumps(found, indent=2)
    print(text)
    if given.report:
        given.report.write_text(text + "\n", encoding="utf-8")
    outcomes, memory = found["outcomes"], found["memory"]
    assert isinstance(outcomes, dict) and isinstance(memory, dict)
    return int(set(outcomes) != {"right"} or memory.get("drift_percent", 0.0) >= 5)


if __name__ == "__main__":
    sys.exit(main())
