"""Files as publishers issue them: small ones written here, and the real ones where they are."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from kg.report import Report
from kg.sources import PlaceNames, RowLedger
from kg.sources.usgs.main_table import MAIN_COLUMNS

SOURCES = Path(__file__).resolve().parents[3] / "kg" / "sources"
COUNTRIES = ("Australia", "Brazil", "China", "Other countries", "Turkey", "Burma", "India", "Peru")
OFFICIAL = Path(__file__).resolve().parents[4] / "shared" / "data"


def mapping(name: str) -> list[dict[str, str]]:
    """Rows of one of the mapping tables beside the importers."""
    with (SOURCES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_csv(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], encoding: str
) -> Path:
    """A CSV file with CRLF, as the publishers write them."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


@pytest.fixture
def places() -> PlaceNames:
    """The shipped names of places."""
    return PlaceNames.shipped()


@pytest.fixture
def ledger() -> RowLedger:
    """An empty ledger of a file."""
    return RowLedger("file.csv", Report("test"))


@pytest.fixture
def main_table(tmp_path: Path) -> Path:
    """A main table of the USGS release with every series, one row each, figures invented."""
    rows = []
    for number, series in enumerate(mapping("usgs/series")):
        # Series that differ in a qualifier only are about different countries.
        country = COUNTRIES[number % len(COUNTRIES)]
        if "rounded" in series["detail"]:
            country = "World total"
        row = _main_row("World Mine Production", series, country, "metric tons", ("2025", "1,000"))
        rows.append(row)
    for item in mapping("usgs/us_items"):
        unit = "percent" if item["statistic"] == "Net import reliance" else "dollars per kilogram"
        section = "Salient Statistics—United States"
        rows.append(_main_row(section, item, "United States", unit, ("2025", ">50")))
    for commodity in mapping("usgs/commodities"):
        named = {**commodity, "statistic": "Import sources 2021-2024", "detail": "All"}
        rows.append(_main_row("Import Sources", named, "China", "percent", ("2021–24", "60")))
    return write_csv(tmp_path / "MCS2026_Commodities_Data.csv", MAIN_COLUMNS, rows, "cp1252")


def _main_row(
    section: str, names: dict[str, str], country: str, unit: str, figure: tuple[str, str]
) -> list[str]:
    year, value = figure
    return [
        names["commodity"].upper(),
        section,
        names["commodity"],
        country,
        names["statistic"],
        names["detail"],
        unit,
        year,
        value,
        "Estimated.",
        "No",
        "",
    ]


@pytest.fixture
def eu_rows() -> list[list[str]]:
    """Every material and stage of the EU study: 100 % China, but a rare-earth pattern as in it."""
    rows = []
    for row in mapping("eu_materials"):
        material, stage = row["material"], row["stage_code"]
        lines = [("China", "100.0%")]
        if row["substance"] in {"lanthanum", "cerium", "praseodymium", "neodymium", "samarium"}:
            lines = [("China", "85.0%"), ("Malaysia", "15.0%"), ("Kosovo", "<0.1%")]
        if stage == "E" and row["substance"] in RARE_EXTRACTION:
            lines = [("China", "70.0%"), ("United States", "30.0%")]
        if stage == "E" and row["substance"] in {"dysprosium", "terbium"}:
            lines = [("China", "80.0%"), ("Myanmar", "20.0%")]
        if material == "Scandium":
            lines = [("China", "66.0%"), ("Russia", "34.0%")]
        rows += [[material, stage, country, share, "1.0"] for country, share in lines]
    return rows


RARE_EXTRACTION = {
    "lanthanum", "cerium", "praseodymium", "neodymium", "samarium", "europium", "gadolinium",
    "holmium", "erbium", "thulium", "ytterbium", "lutetium", "yttrium",
}  # fmt: skip


@pytest.fixture
def eu_file(tmp_path: Path, eu_rows: list[list[str]]) -> Callable[..., Path]:
    """Writes a table of world supply shares; rows given are added to those of the study."""

    def write(*more: list[str], encoding: str = "cp1252") -> Path:
        columns = ("Material", "Stage", "Country", "Share", "t")
        return write_csv(
            tmp_path / "fact_GlobalSupplyShares_and_t.csv", columns, [*eu_rows, *more], encoding
        )

    return write


@pytest.fixture(scope="session")
def official() -> Callable[[str], Path]:
    """Gives a real file by its path under the data folder; skips the test where it is not."""

    def find(name: str) -> Path:
        path = OFFICIAL / name
        if not path.is_file():
            pytest.skip(f"the official file {name} is not beside the checkout")
        return path

    return find
