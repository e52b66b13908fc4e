"""What became of each row of an official file: the counts that must add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from kg.report import Problem, Report, Severity


@dataclass(slots=True)
class RowLedger:
    """Counts the rows of one file and keeps the problems.

    Every row read ends in exactly one of three ways: used, reported (not used, with a problem),
    or left out by the name of its kind. A used row may still carry warnings.
    """

    file: str
    report: Report
    read: int = 0
    used: int = 0
    reported: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def use(self) -> None:
        """Count a row that became one or more facts."""
        self.used += 1

    def leave_out(self, kind: str) -> None:
        """Count a row of a kind that is not read, by the name of the kind."""
        self.left_out[kind] += 1

    def refuse(
        self,
        row: int,
        message: str,
        remedy: str,
        *,
        column: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Count a row that is not used and say why. An error stops the whole import."""
        self.reported += 1
        self.say(row, message, remedy, column=column, severity=severity)

    def say(
        self,
        row: int | None,
        message: str,
        remedy: str,
        *,
        column: str | None = None,
        severity: Severity = Severity.WARNING,
    ) -> None:
        """Report something that does not change what became of the row."""
        self.report.add(Problem(self.file, message, remedy, row, column, severity))

    @property
    def balanced(self) -> bool:
        """True when every row read has been accounted for exactly once."""
        return self.read == self.used + self.reported + self.left_out.total()

    def close(self) -> None:
        """Add the counts to the report; a row without an account is a fault of the importer."""
        counts = Counter(
            {
                "rows read": self.read,
                "rows used": self.used,
                "rows reported and not used": self.reported,
            }
        )
        for kind, number in sorted(self.left_out.items()):
            counts[f"rows left out: {kind}"] += number
        self.report.counts.update(counts)
        self.report.files.setdefault(self.file, Counter()).update(counts)
        if not self.balanced:
            rest = self.read - self.used - self.reported - self.left_out.total()
            self.say(
                None,
                f"{rest} rows are not accounted for.",
                "This is a fault of the importer; please report it with the file.",
                severity=Severity.ERROR,
            )
