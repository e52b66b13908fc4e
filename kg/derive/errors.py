"""What can go wrong while deriving."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from kg.errors import CritmatError


class UnreadableQuadsError(CritmatError):
    """A file that is no N-Quads, or cannot be opened."""

    title = "Unreadable quads"

    @classmethod
    def of(cls, path: Path, error: Exception, line: int | None = None) -> Self:
        """Name the file, the line where it is known, and what the parser said."""
        place = path.name if line is None else f"{path.name}, line {line}"
        return cls(f"{place}: {error}.", remedy="Give a file of N-Quads.")
