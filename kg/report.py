"""One way of saying what is wrong in a file, where, and what to do about it.

Importers, the reader of fact tables and the checks all fill a :class:`Report`, which collects
everything before anything is said, and prints as text or as JSON.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How bad a problem is: only an error makes the step fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. ``row`` counts lines of the file from 1, the header being line 1."""

    file: str
    message: str
    remedy: str = ""
    row: int | None = None
    column: str | None = None
    severity: Severity = Severity.ERROR

    @property
    def place(self) -> str:
        """``file:row:column`` with the parts that are known."""
        parts = [self.file, *(str(part) for part in (self.row, self.column) if part is not None)]
        return ":".join(parts)

    def __str__(self) -> str:
        text = f"{self.place}: {self.severity}: {self.message}"
        return f"{text} -> {self.remedy}" if self.remedy else text


@dataclass(slots=True)
class Report:
    """Problems and counts of one step, such as rows read, used and reported.

    ``files`` has the same counts for each file that was read by itself, by its name.
    """

    step: str
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    files: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, problem: Problem) -> None:
        """Keep a problem."""
        self.problems.append(problem)

    def extend(self, other: Report) -> None:
        """Take over the counts and problems of another report."""
        self.counts.update(other.counts)
        self.problems.extend(other.problems)
        for name, counts in other.files.items():
            self.files.setdefault(name, Counter()).update(counts)

    @property
    def ok(self) -> bool:
        """True while no problem is an error."""
        return not any(problem.severity is Severity.ERROR for problem in self.problems)

    def lines(self) -> Iterator[str]:
        """The report as lines of text, errors first, then counts."""
        order = list(Severity)
        yield from map(str, sorted(self.problems, key=lambda p: order.index(p.severity)))
        if self.counts:
            yield f"{self.step}: " + ", ".join(f"{n:,} {what}" for what, n in self.counts.items())

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON values, the same for the same input."""
        return {
            "step": self.step,
            "ok": self.ok,
            "counts": dict(self.counts),
            "files": {name: dict(counts) for name, counts in self.files.items()},
            "problems": [asdict(problem) for problem in self.problems],
        }

    def to_json(self) -> str:
        """The report as JSON text with a line end, the same for the same input."""
        return json.dumps(self.as_dict(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
