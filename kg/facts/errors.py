"""The error of the fact tables."""

from __future__ import annotations

from kg.errors import CritmatError
from kg.report import Problem, Report


class FactsError(CritmatError):
    """The data package or one of its tables cannot be used.

    ``report`` holds every problem that was found, not only the first one.
    """

    exit_status = 1
    title = "The fact tables cannot be used"

    def __init__(self, message: str, *, remedy: str = "", report: Report | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.report = report if report is not None else Report("facts")

    @classmethod
    def of(cls, report: Report) -> FactsError:
        """One error for a whole report; its message is the first problem and how many more."""
        first: Problem = report.problems[0]
        more = len(report.problems) - 1
        tail = f" (and {more} more)" if more else ""
        return cls(f"{first.place}: {first.message}{tail}", remedy=first.remedy, report=report)
