"""An empty writable service to fire at, and the process of it that answers HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.serving import REPOSITORY, free_port, wait_until_ready

#: Queries that never end are stopped soon; the budgets of a client are switched off.
_SETTINGS = {
    "CRITMAT_TIMEOUT": "2",
    "CRITMAT_MAX_TIMEOUT": "4",
    "CRITMAT_UPDATE_TIMEOUT": "5",
    "CRITMAT_ENGINE_MEMORY_MIB": "512",
    "CRITMAT_CLIENT_SECONDS": "0",
    "CRITMAT_CLIENT_ERRORS": "0",
    "CRITMAT_CLIENT_QUERIES": "0",
}


@dataclass(frozen=True, slots=True)
class UnderFire:
    """A running service: its address, a token that may change everything, its first process."""

    address: str
    token: str
    pid: int

    def front(self) -> tuple[int, ...]:
        """Process ids of what ``critmat serve`` started itself: the one that answers HTTP."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        return tuple(int(pid) for pid in children.split())


@contextmanager
def under_fire(folder: Path) -> Iterator[UnderFire]:
    """Serve an empty data set in ``folder``, which must not exist yet."""
    critmat = [sys.executable, "-m", "service.cli"]
    created = subprocess.run(
        [*critmat, "token", "create", "--data", str(folder), "--role", "editor"],
        cwd=REPOSITORY, check=True, capture_output=True, text=True,
    )  # fmt: skip
    port = free_port()
    environment = os.environ | _SETTINGS | {"CRITMAT_PORT": str(port)}
    log = folder.with_suffix(".log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*critmat, "serve", "--empty", str(folder), "--enable-updates"],
            env=environment, cwd=REPOSITORY, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until_ready(address, process)
            yield UnderFire(address, created.stdout.split()[-1], process.pid)
        finally:
            process.terminate()
            process.wait(timeout=20)
