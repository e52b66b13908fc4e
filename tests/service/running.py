"""A service as an operator runs it: a process with a port, options and something to say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from service.cli import command
from tests.serving import REPOSITORY, free_port, wait_until_ready

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(REPOSITORY), "CRITMAT_ENGINES": "2"}
COMMAND = (sys.executable, "-m", "service.cli")
#: A query that takes longer than anybody waits.
ENDLESS = "SELECT (COUNT(*) AS ?n) {{ {} }}".format(
    " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(900)))} }}" for n in range(3))
)


@dataclass(frozen=True, slots=True)
class Service:
    """A running service."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        """What it has printed so far."""
        return self.log.read_text(encoding="utf-8")

    def send(
        self, path: str, body: str, media_type: str = "application/sparql-query", token: str = ""
    ) -> tuple[int, bytes]:
        """POST a body; give the status and the answer."""
        headers = {"Content-Type": media_type}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(self.address + path, body.encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()

    def update(self, text: str, token: str) -> int:
        """Send an update; give the status."""
        return self.send("/update", text, "application/sparql-update", token)[0]

    def count(self) -> int:
        """The triples of the default graph."""
        status, answer = self.send("/sparql", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        assert status == 200, answer
        return int(json.loads(answer)["results"]["bindings"][0]["n"]["value"])

    def web_process(self) -> int:
        """The process id of the web process."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return int(children.split()[0])


@contextmanager
def running(
    log: Path, *options: str | Path, settings: Mapping[str, str] | None = None
) -> Iterator[Service]:
    """Run ``critmat serve`` with options, on a port of its own, until the context ends.

    ``settings`` are variables of the environment, such as ``CRITMAT_TIMEOUT``.
    """
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*COMMAND, "serve", f"--port={port}", *options],
            env=ENVIRONMENT | dict(settings or {}),
            stderr=output,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(address, process)
        yield Service(address, process, log)
    finally:
        process.terminate()
        process.wait(timeout=20)


def ending(*arguments: str | Path, seconds: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a ``critmat`` command that ends by itself."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def refused(root: Path, *options: str) -> str:
    """What ``critmat serve`` says when it refuses to start; it ends with an exit status."""
    ended = ending("serve", f"--data={root}", f"--port={free_port()}", *options)
    assert ended.returncode in (1, 2), ended.stderr
    assert "Traceback" not in ended.stderr
    return " ".join(ended.stderr.split())


def token(root: Path, role: str = "editor") -> str:
    """A new token for the data set under ``root``."""
    made = CliRunner().invoke(command(), ["token", "create", f"--role={role}", f"--data={root}"])
    assert made.exit_code == 0, made.output
    return made.stdout.splitlines()[-1]


def descendants(pid: int) -> list[int]:
    """Process ids below a process, as Linux tells them."""
    found = []
    for child in children(pid):
        found += [child, *descendants(child)]
    return found


def children(pid: int) -> list[int]:
    """Process ids right below a process; threads and processes may end while we look."""
    found: list[int] = []
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(FileNotFoundError, ProcessLookupError):
                found += map(int, (task / "children").read_text().split())
    return found


def alive(pid: int) -> bool:
    """True while a process runs."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def mounted(folder: Path, size: str) -> bool:
    """Mount a small disk of its own at ``folder``; false where this machine does not allow it."""
    folder.mkdir(parents=True, exist_ok=True)
    command: Sequence[str | Path] = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
