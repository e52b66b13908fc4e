"""The tests that are known to fail, with the reason of each.

``failures.csv`` is of the SPARQL 1.1 suite, ``failures-sparql12.csv`` of that of 1.2. None of our
own may fail.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from tests.w3c.manifests import SPARQL11, SPARQL12, Edition

_FILES = {SPARQL11: "failures.csv", SPARQL12: "failures-sparql12.csv"}

#: Why a test may fail, and what that is called on the page.
CAUSES = {"engine": "fault of the engine", "choice": "refused on purpose"}


@dataclass(frozen=True, slots=True)
class Failure:
    """A test that fails, and why. ``link`` leads to the engine's issue or to the specification."""

    test: str
    cause: str
    reason: str
    link: str


def recorded(edition: Edition = SPARQL11) -> dict[str, Failure]:
    """Every recorded failure of a suite by the id of its test."""
    if edition not in _FILES:
        return {}
    path = Path(__file__).with_name(_FILES[edition])
    with path.open(encoding="utf-8", newline="") as file:
        return {row["test"]: Failure(**row) for row in csv.DictReader(file)}
