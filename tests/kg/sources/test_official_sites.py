"""Mines, plants and deposits in the files that the publishers issued, where these are there."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from kg.report import Report
from kg.shipped import facts_dir
from kg.sources.fact_tables import FactTables, table_text
from kg.sources.icmm import ICMM
from kg.sources.importer import Importer
from kg.sources.nrcan import NRCAN
from kg.sources.usgs.major_deposits import USGS_MAJOR_DEPOSITS
from kg.sources.usgs.pp1802 import USGS_PP1802

Official = Callable[[str], Path]
#: Importer and, of its rows: read, used, reported.
COUNTS = {
    ICMM: (8508, 5188, 24),
    NRCAN: (291, 289, 0),
    USGS_PP1802: (2121, 2110, 1),
    USGS_MAJOR_DEPOSITS: (3168 + 5001 + 961 + 39, 2994 + 5001, 31),
}


@cache
def imported(importer: Importer, folder: Path) -> tuple[FactTables, Report]:
    return importer.read([folder / name for name in sorted(names(importer))])


def names(importer: Importer) -> list[str]:
    return ["nrcan_sync_2026-06-24.json"] if importer is NRCAN else list(importer.files)


def read(importer: Importer, official: Official) -> tuple[FactTables, Report]:
    paths = [official(f"{importer.folder}/{name}") for name in names(importer)]
    return imported(importer, paths[0].parent)


@pytest.mark.parametrize("importer", COUNTS, ids=lambda importer: importer.name)
def test_the_shipped_table_is_a_fresh_import(importer: Importer, official: Official) -> None:
    tables, report = read(importer, official)
    assert report.ok, list(report.lines())
    for name, (schema, rows) in tables.items():
        shipped = (facts_dir() / "tables" / f"{name}.csv").read_bytes()
        assert table_text(schema, rows).encode() == shipped, f"{name} is stale: import it again"


@pytest.mark.parametrize("importer", COUNTS, ids=lambda importer: importer.name)
def test_every_row_of_the_release_is_accounted_for(importer: Importer, official: Official) -> None:
    counts = dict(read(importer, official)[1].counts)
    assert (
        counts["rows read"],
        counts["rows used"],
        counts["rows reported and not used"],
    ) == COUNTS[importer]
    assert counts.pop("rows read") == sum(counts.values())


def test_ten_thousand_sites_have_a_point(official: Official) -> None:
    rows = [row for imp in COUNTS for _, some in read(imp, official)[0].values() for row in some]
    assert sum(bool(row["latitude"] and row["longitude"]) for row in rows) > 10_000


def test_the_only_points_in_the_wrong_country_of_the_icmm_are_those_of_australia(
    official: Official,
) -> None:
    """From 20.5 to 25.4 degrees south the release says New Caledonia where it means Australia."""
    _, report = read(ICMM, official)
    wrong = [problem.message for problem in report.problems if " lies in " in problem.message]
    assert len(wrong) == 24
    assert all("lies in AUS, not in NCL" in message for message in wrong)


@pytest.mark.parametrize(
    ("importer", "sites"),
    [(ICMM, 15 - 1), (NRCAN, 14), (USGS_PP1802, 52), (USGS_MAJOR_DEPOSITS, 90 - 2)],
)
def test_sites_of_rare_earths(importer: Importer, sites: int, official: Official) -> None:
    """Sites said to have "lanthanides", "REE" or "rare earth elements".

    Bamboo Creek in Australia is said to be in New Caledonia; Pebane and Cat Khanh lie elsewhere.
    """
    ((_, rows),) = read(importer, official)[0].values()
    assert sum("rare-earths" in row["substances"].split(";") for row in rows) == sites
