"""A file of N-Quads or N-Triples: sorted lines, whole or not there at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def write_sorted(lines: Iterable[str], out: Path) -> None:
    """Write lines, each with its line end, in the order of their code points.

    They are written beside the target, which is then replaced, so that nobody ever reads half a
    file, and a failure leaves the old one. Raises ``OSError``.
    """
    ordered = sorted(lines)
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(ordered)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
