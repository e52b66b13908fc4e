"""Every release that is beside the checkout gives exactly the tables that are shipped."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kg.shipped import facts_dir
from kg.sources.account import account_of
from kg.sources.fact_tables import table_text
from kg.sources.importer import Importer
from kg.sources.registry import IMPORTERS
from tests.kg.sources.conftest import OFFICIAL

TABLES = facts_dir() / "tables"
SHIPPED = [importer for importer in IMPORTERS if importer.shipped]
OWN = [importer for importer in IMPORTERS if not importer.shipped]


def release(importer: Importer) -> list[Path]:
    """The official files of an importer; skips where they are not."""
    files = importer.official_files(OFFICIAL)
    if not files:
        pytest.skip(f"the official files of {importer.name} are not beside the checkout")
    return files


@pytest.mark.parametrize("importer", SHIPPED, ids=lambda importer: importer.name)
def test_shipped_tables_and_their_account_are_a_fresh_import(importer: Importer) -> None:
    tables, report = importer.read(release(importer))
    assert report.ok, list(report.lines())
    assert set(tables) == set(importer.tables)
    for name, (schema, rows) in tables.items():
        shipped = (TABLES / f"{name}.csv").read_bytes()
        assert table_text(schema, rows).encode() == shipped, f"{name} is stale: import it again"
    with (TABLES / "imports.csv").open(encoding="utf-8", newline="") as file:
        account = [row for row in csv.DictReader(file) if row["importer"] == importer.name]
    fresh = sorted(account_of(importer.name, report), key=lambda row: row["id"])
    assert account == fresh


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda importer: importer.name)
def test_every_row_of_every_file_is_accounted_for(importer: Importer) -> None:
    files = release(importer)
    _, report = importer.read(files)
    assert len(report.files) == len(files)
    for file, counts in report.files.items():
        rest = {what: number for what, number in counts.items() if what != "rows read"}
        assert counts["rows read"] == sum(rest.values()) > 0, file


@pytest.mark.parametrize("importer", OWN, ids=lambda importer: importer.name)
def test_figures_that_may_not_be_passed_on_are_not_shipped(importer: Importer) -> None:
    shipped = {path.stem for path in TABLES.glob("*.csv")}
    assert shipped.isdisjoint(importer.tables)
