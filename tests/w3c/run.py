"""A run of the whole suite against a service that was started for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.serving import REPOSITORY, serving
from tests.w3c import graphs
from tests.w3c.client import Client
from tests.w3c.description import service_description
from tests.w3c.exchange import graph_store, protocol
from tests.w3c.judgement import Verdict
from tests.w3c.language import (
    query_evaluation,
    query_syntax,
    update_evaluation,
    update_syntax,
)
from tests.w3c.manifests import Case, DataSet, Suite

_JUDGES: dict[Suite, Callable[[Case, Client], Verdict]] = {
    Suite.QUERY: query_evaluation,
    Suite.QUERY_SYNTAX: query_syntax,
    Suite.UPDATE: update_evaluation,
    Suite.UPDATE_SYNTAX: update_syntax,
    Suite.RESULTS: query_evaluation,
    Suite.PROTOCOL: protocol,
    Suite.GRAPH_STORE: graph_store,
    Suite.DESCRIPTION: service_description,
}
#: Whose queries are asked of a data set that was put in place before.
_OVER_DATA = {Suite.QUERY, Suite.RESULTS}
#: One client sends everything here, and much of it is to fail.
_NO_BUDGETS = {"CRITMAT_CLIENT_SECONDS": "0", "CRITMAT_CLIENT_ERRORS": "0"} | {
    "CRITMAT_CLIENT_QUERIES": "0"
}
#: Bytes that the data of the suite never need.
_ROOM = 2**29


@contextmanager
def empty_service() -> Iterator[Client]:
    """``critmat serve --empty`` with updates, and a client that may do everything."""
    folder = tempfile.TemporaryDirectory(dir=_quick_folder())
    with folder as root, _service(Path(root) / "data") as client:
        yield client


def _quick_folder() -> Path | None:
    """A file system in memory, where there is one with room.

    Each of hundreds of small changes is made to last on the disk; what the suite asks does not
    depend on that, and other tests see to it.
    """
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM:
        return memory
    return None


@contextmanager
def _service(root: Path) -> Iterator[Client]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), **_NO_BUDGETS}
    critmat = [sys.executable, "-m", "service.cli"]
    command = [*critmat, "serve", "--empty", str(root), "--enable-updates"]
    with serving(command, environment=environment) as address:
        created = subprocess.run(
            [*critmat, "token", "create", "--data", str(root), "--role", "editor", "w3c"],
            env=environment, cwd=REPOSITORY, check=True, capture_output=True, text=True,
        )  # fmt: skip
        yield Client(address, created.stdout.split()[-1])


def offered(cases: Iterable[Case]) -> list[Case]:
    """The cases of what critmat offers."""
    return [case for case in cases if case.suite in _JUDGES]


def run(cases: Sequence[Case], client: Client) -> list[Verdict]:
    """Judge every case, those that only read first, each data set once."""
    verdicts = {}
    held: DataSet | None = None
    for case in sorted(cases, key=lambda case: (case.suite not in _OVER_DATA, repr(case.before))):
        if case.suite in _OVER_DATA:
            if held != case.before:
                client.prepare(graphs.as_update(case.before, case.edition))
            held = case.before
        verdicts[case.id] = _JUDGES[case.suite](case, client)
    return [verdicts[case.id] for case in cases]
