"""The tests that are known to fail, with the reason of each: ``failures.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).with_name("failures.csv")

#: Why a test may fail, and what that is called on the page.
CAUSES = {"engine": "fault of the engine", "choice": "refused on purpose"}


@dataclass(frozen=True, slots=True)
class Failure:
    """A test that fails, and why. ``link`` leads to the engine's issue or to the specification."""

    test: str
    cause: str
    reason: str
    link: str


def recorded() -> dict[str, Failure]:
    """Every recorded failure by the id of its test."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {row["test"]: Failure(**row) for row in csv.DictReader(file)}
