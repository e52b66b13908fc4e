"""Figures of the shipped tables that were read by eye in the official files.

Each row of ``spot_checks/<importer>.csv`` names the file, the place in it as a reader finds it, and
what must stand in which cell of which table. They are independent of the importers' code.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from kg.shipped import facts_dir
from kg.sources.registry import IMPORTERS

CHECKS = Path(__file__).parent / "spot_checks"
COLUMNS = ["file", "place", "table", "row_id", "column", "expected"]
#: The least number of checks that an importer of shipped figures has, and that all have together.
LEAST_EACH, LEAST_IN_ALL = 5, 60


def checks() -> Iterator[tuple[str, dict[str, str]]]:
    """Importer and check, for each row of each file."""
    for path in sorted(CHECKS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            assert reader.fieldnames == COLUMNS, path.name
            yield from ((path.stem, row) for row in reader)


@cache
def shipped(table: str) -> dict[str, dict[str, str]]:
    """Rows of a shipped table by identifier."""
    with (facts_dir() / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    "check",
    [pytest.param(row, id=f"{name}: {row['row_id']} {row['column']}") for name, row in checks()],
)
def test_the_shipped_table_says_what_the_official_file_says(check: dict[str, str]) -> None:
    row = shipped(check["table"]).get(check["row_id"])
    assert row is not None, f"{check['table']} has no row {check['row_id']}"
    assert row[check["column"]] == check["expected"], f"see {check['file']}: {check['place']}"


def test_there_are_enough_checks_over_all_sources() -> None:
    counts = {importer.name: 0 for importer in IMPORTERS if importer.shipped}
    for name, _ in checks():
        counts[name] += 1
    assert min(counts.values()) >= LEAST_EACH, counts
    assert sum(counts.values()) >= LEAST_IN_ALL


def test_every_check_is_of_a_table_of_its_importer() -> None:
    tables = {importer.name: set(importer.tables) for importer in IMPORTERS}
    assert [row for name, row in checks() if row["table"] not in tables[name]] == []
