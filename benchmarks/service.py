"""The service that a benchmark loads."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.serving import free_port, wait_until_ready

_STARTS_WITHIN = 600  # seconds; millions of triples are read
_STOPS_WITHIN = 30


@contextmanager
def service(data: Path, **settings: str) -> Iterator[tuple[str, int]]:
    """A service over the data folder; its address and process.

    It has its defaults but for ``settings``, whose names are those of the environment variables
    without ``CRITMAT_``.
    """
    port = free_port()
    given = {"LOG_FORMAT": "json", **settings}
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "serve", "--data", data, "--port", str(port)],
        env={**os.environ, **{f"CRITMAT_{name}": value for name, value in given.items()}},
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(address, process, _STARTS_WITHIN)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(timeout=_STOPS_WITHIN)
