"""The main table of the Mineral Commodity Summaries 2026, which holds every chapter in one file.

World production, capacity and reserves, statistics of the United States and import sources stand
in its sections; each section has its own reader.
"""

from __future__ import annotations

from kg.sources.fact_tables import FactTables
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow
from kg.sources.place_names import PlaceNames
from kg.sources.usgs.release import FileKind, Release, one_file, with_most_of
from kg.sources.usgs.series import import_commodities, world_series
from kg.sources.usgs.us import read_import_sources, read_us
from kg.sources.usgs.us_items import us_items
from kg.sources.usgs.world import IMPORT_SOURCES, read_world

MAIN_COLUMNS = (
    "MCS chapter",
    "Section",
    "Commodity",
    "Country",
    "Statistics",
    "Statistics_detail",
    "Unit",
    "Year",
    "Value",
    "Notes",
    "Is critical mineral 2025",
    "Other notes",
)


def _read_main(
    rows: list[OfficialRow], release: Release, places: PlaceNames, ledger: RowLedger
) -> FactTables:
    world, us, sources = [], [], []
    for row in rows:
        section = row.text("Section")
        if section.startswith("World"):
            world.append(row)
        elif section.startswith("Salient Statistics"):
            us.append(row)
        elif section == IMPORT_SOURCES:
            sources.append(row)
        else:
            ledger.refuse(
                row.line,
                f"The section {section!r} is not known.",
                "A new section needs a new version of the importer.",
                column="Section",
            )
    return {
        release.table("production"): (
            "observations",
            read_world(world, world_series(), places, ledger),
        ),
        release.table("us"): ("us_statistics", read_us(us, us_items(), release, ledger)),
        release.table("import-sources"): (
            "import_sources",
            read_import_sources(sources, import_commodities(), places, ledger),
        ),
    }


MAIN_TABLE = FileKind(
    name="main table",
    tells=with_most_of(MAIN_COLUMNS),
    read=one_file(MAIN_COLUMNS, "cp1252", _read_main),
    tables=("production", "us", "import-sources"),
)
