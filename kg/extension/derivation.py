"""Deriving in a process of its own, while this one has other things to do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.derive import derive

_PROGRAM = (
    "import sys; from pathlib import Path; from kg.derive import derive; "
    "derive(*map(Path, sys.argv[1:]))"
)


@contextmanager
def derived_meanwhile(asserted: Path, schema: Path, out: Path) -> Iterator[Callable[[], Path]]:
    """Begin to derive; what is given waits for the end and gives ``out``.

    The file is the one that :func:`kg.derive.derive` writes, and waiting raises what that raises.
    The process is gone when the block is left.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(asserted), str(schema), str(out)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "PYTHONSAFEPATH": "1",
        },
    )

    def wait() -> Path:
        if process.wait() != 0:
            derive(asserted, schema, out)  # here, where the reason can be told
        return out

    try:
        yield wait
    finally:
        process.kill()
        process.wait()
