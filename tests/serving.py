"""Starting a real server in a test, and ending it."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
#: All tests are one client to a server; those about budgets set some.
NO_BUDGETS = {f"CRITMAT_CLIENT_{what}": "0" for what in ("SECONDS", "ERRORS", "QUERIES")}


@contextmanager
def serving(
    command: Sequence[str | Path],
    data: Path | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path = REPOSITORY,
    seconds: float = 60,
) -> Iterator[str]:
    """Run a command that serves at ``CRITMAT_PORT``; give its address once it is ready.

    ``environment`` is by default ours with the checkout on the path, ``data`` the folder of the
    snapshots.
    """
    port = free_port()
    env = {**NO_BUDGETS, **(environment or {**os.environ, "PYTHONPATH": str(REPOSITORY)})}
    env |= {"CRITMAT_PORT": str(port)} | ({"CRITMAT_DATA": str(data)} if data else {})
    process = subprocess.Popen(list(command), env=env, cwd=folder)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(address, process, seconds)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(address: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Wait for ``/ready`` to say yes; fail at once when the process ends."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"the service ended with status {process.returncode}")
        try:
            with urllib.request.urlopen(f"{address}/ready", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail(f"the service was not ready within {seconds:g} s")
