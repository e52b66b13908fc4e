"""A file of N-Quads or N-Triples: sorted lines, whole or not there at all."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterable, Iterator
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


def lines_beginning(path: Path, start: str) -> Iterator[str]:
    """Give the lines of a sorted file that begin with ``start``, found by halving.

    The order of code points is that of the bytes of UTF-8. Raises ``OSError``.
    """
    wanted = start.encode()
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            low, high = 0, len(content)
            while low < high:
                # The line that the middle lies in.
                begin = content.rfind(b"\n", 0, (low + high) // 2) + 1
                end = content.find(b"\n", begin) + 1 or len(content)
                if content[begin:end] < wanted:
                    low = end
                else:
                    high = begin
            while low < len(content):
                end = content.find(b"\n", low) + 1 or len(content)
                line = content[low:end]
                if not line.startswith(wanted):
                    return
                yield line.decode()
                low = end
