"""Mineral Commodity Summaries of the United States Geological Survey, one importer a release.

Data releases 2022 to 2026, public domain. Each release has its kinds of files
(``kg.sources.usgs.release``); a kind that is not read is left out by name.
"""

from __future__ import annotations

from kg.sources.importer import Importer
from kg.sources.usgs.critical_minerals import critical_list, leading_producers
from kg.sources.usgs.import_figure import IMPORT_FIGURE, RELIANCE_FIGURE
from kg.sources.usgs.main_table import MAIN_TABLE
from kg.sources.usgs.policy import EXPORT_CONTROLS, TRADE_AGREEMENTS
from kg.sources.usgs.release import FileKind, left_out, named, release_importer, with_columns
from kg.sources.usgs.us_changes import CHANGE_FILES
from kg.sources.usgs.us_earlier import SALIENT_FILES
from kg.sources.usgs.world_earlier import WORLD_FILES

#: What is said of the economy of the United States as a whole and of no substance.
ECONOMY = (
    left_out("figure 1, minerals in the economy", with_columns("Nonfuel_Mineral_Economic_Inputs")),
    left_out("figure 4, value by type", with_columns("commodity_category")),
    left_out("table 1, mineral industry", with_columns("Mine_Production_Metals_mil_dols")),
    left_out("table 2, mineral economy", with_columns("GDP_bil_dols")),
    left_out("table 3, value by State", with_columns("Principal_commodities")),
)
#: Prices, consumption and scrap by substance.
CHANGES = (CHANGE_FILES,)
#: Five years of statistics of the United States, one file for each commodity.
SALIENT = (SALIENT_FILES,)

#: Counts and shares of import sources, which stand by commodity in other files of their release.
_SOURCES_FIGURE = left_out("figure 3, major import sources", named("*_fig3_*.csv"))
_USES = left_out(
    "table 4, list and uses that the release 2025 repeats",
    named("*_critical_minerals_end_use.csv"),
)

#: The single files come last: the first kind that tells a file has it, and names are alike.
_SINGLE_FILES = (WORLD_FILES, *SALIENT)


def _earlier(year: int, what: str, *kinds: FileKind) -> Importer:
    """The importer of a release of 2022 to 2025 with the tables of the book that it has."""
    return release_importer(
        year,
        (*kinds, *_SINGLE_FILES),
        ("world/*.csv", "tables/*.csv", "salient/*.csv"),
        f"Mineral Commodity Summaries {year} of the USGS: {what}.",
    )


USGS_MCS_2022 = _earlier(2022, "world production and the United States, twelve commodities")
USGS_MCS_2023 = _earlier(
    2023,
    "world production, capacity and reserves, the United States, and import sources",
    IMPORT_FIGURE,
    _USES,
    _SOURCES_FIGURE,
    *ECONOMY,
)
USGS_MCS_2024 = _earlier(
    2024,
    "world production, capacity and reserves, the United States, import sources and leading "
    "producers",
    IMPORT_FIGURE,
    _USES,
    _SOURCES_FIGURE,
    leading_producers(2024),
    *CHANGES,
    *ECONOMY,
)
USGS_MCS_2025 = _earlier(
    2025,
    "world production, capacity and reserves, the United States, import sources, critical "
    "minerals and leading producers",
    IMPORT_FIGURE,
    _SOURCES_FIGURE,
    critical_list(2025),
    leading_producers(2025),
    *CHANGES,
    *ECONOMY,
)

USGS_MCS_2026 = release_importer(
    2026,
    (
        RELIANCE_FIGURE,
        _SOURCES_FIGURE,
        critical_list(2026),
        leading_producers(2026),
        *CHANGES,
        *ECONOMY,
        MAIN_TABLE,
        EXPORT_CONTROLS,
        TRADE_AGREEMENTS,
    ),
    ("MCS2026_*.csv",),
    "Mineral Commodity Summaries 2026 of the USGS: the main table "
    "(MCS2026_Commodities_Data.csv), export controls (T4), trade agreements (T5), critical "
    "minerals (T6) and leading producers (T7).",
)
