"""What came of one test."""

from __future__ import annotations

from dataclasses import dataclass

from tests.w3c.manifests import Case
from tests.w3c.tables import Match


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a test passed, and how or why not."""

    case: Case
    match: Match
    reason: str = ""

    @property
    def passed(self) -> bool:
        """True where the answer is the expected one, exactly or by the value of numbers."""
        return self.match is not Match.NO


def passed(case: Case, match: Match = Match.EXACT) -> Verdict:
    """The verdict on a test that went as expected."""
    return Verdict(case, match)


def failed(case: Case, reason: object) -> Verdict:
    """The verdict on a test that did not."""
    return Verdict(case, Match.NO, str(reason))
