"""Material intensities of power technologies: tonnes of a material per gigawatt.

Table ``intensity_data.csv`` of https://github.com/PJGriff26/materials-demand (UTF-8, MIT), values
of the literature as two compilations give them: Liang, Kleijn, Tukker and van der Voet (2022) and
Wang and others (2023). The values of one pair of technology and material differ by design and
year: all are kept, nothing is averaged. A year of data after the publication is an outlook.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from kg.report import Problem, Report, Severity
from kg.sources.fact_tables import FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, fold, read_official_csv

COLUMNS = (
    "technology",
    "Material",
    "value",
    "source",
    "authors",
    "publish_year",
    "year_of_data",
)
#: The compilation as the file names it -> the table of sources.
SOURCES = {"liang_2022": "liang-2022", "wang_2023": "wang-2023"}
_NO_YEAR = "-1"
_MISSPELT = "gadium"
_FIGURE = re.compile(r"\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII)
_YEAR = re.compile(r"(19|20)\d\d", re.ASCII)


class _Names(NamedTuple):
    """What the words of the file stand for, from the tables of names beside this module."""

    products: dict[str, str]
    substances: dict[str, tuple[str, str]]


def _names() -> _Names:
    folder = Path(__file__).parent
    with (folder / "intensity_technologies.csv").open(encoding="utf-8", newline="") as file:
        products = {row["technology"]: row["product"] for row in csv.DictReader(file)}
    with (folder / "intensity_materials.csv").open(encoding="utf-8", newline="") as file:
        substances = {
            fold(row["material"]): (row["substance"], row["left_out"])
            for row in csv.DictReader(file)
        }
    return _Names(products, substances)


def import_material_intensity(files: Sequence[Path]) -> tuple[FactTables, Report]:
    """Read the values; the tables are empty when there is an error."""
    report = Report("import material-intensity")
    if len(files) != 1:
        report.add(Problem("material-intensity", "One file is read.", "Give intensity_data.csv."))
        return {}, report
    rows = read_official_csv(files[0], COLUMNS, "utf-8-sig", report)
    if rows is None:
        return {}, report
    ledger = RowLedger(files[0].name, report, read=len(rows))
    names = _names()
    facts: dict[str, dict[str, str]] = {}
    for row in rows:
        if fault := _fault(row, names):
            column, message, remedy = fault
            ledger.refuse(row.line, message, remedy, column=column)
            continue
        substance, left_out = names.substances[fold(row["Material"])]
        if fold(row["Material"]) == _MISSPELT:
            _refuse_misspelt(row, ledger)
            continue
        if left_out:
            ledger.leave_out(f"{row.text('Material')}, {left_out}")
            continue
        fact = _fact(row, names.products[row.text("technology")], substance)
        if fact["id"] in facts:
            # The file does not say whether these are two turbines or one that was typed twice.
            ledger.leave_out("the same value of the same work again")
        else:
            facts[fact["id"]] = fact
            ledger.use()
    ledger.close()
    table = list(facts.values())
    return ({"material-intensities": ("material-intensities", table)} if report.ok else {}), report


def _fault(row: OfficialRow, names: _Names) -> tuple[str, str, str] | None:
    """The first thing that is wrong with a row: column, message and remedy."""
    year = row.text("year_of_data")
    as_released = "Take the file as it was released."
    checks = (
        (
            row.text("technology") in names.products,
            "technology",
            f"The technology {row.text('technology')!r} is not known.",
            "Add it to kg/sources/intensity_technologies.csv.",
        ),
        (
            fold(row["Material"]) in names.substances,
            "Material",
            f"The material {row.text('Material')!r} is not known.",
            "Add it to kg/sources/intensity_materials.csv.",
        ),
        (
            row.text("source") in SOURCES,
            "source",
            f"The compilation {row.text('source')!r} is not known.",
            "Add it to the table sources and to SOURCES of the importer.",
        ),
        (
            _FIGURE.fullmatch(row.text("value")),
            "value",
            f"{row.text('value')!r} is no number.",
            as_released,
        ),
        (
            _YEAR.fullmatch(row.text("publish_year")) and row.text("authors"),
            "publish_year",
            "The work has no authors or no year.",
            as_released,
        ),
        (
            year == _NO_YEAR or _YEAR.fullmatch(year),
            "year_of_data",
            f"{year!r} is no year; {_NO_YEAR} means that none is given.",
            as_released,
        ),
    )
    return next(
        ((column, message, remedy) for fine, column, message, remedy in checks if not fine), None
    )


def _fact(row: OfficialRow, product: str, substance: str) -> dict[str, str]:
    authors, published = row.text("authors"), row.text("publish_year")
    year = "" if row.text("year_of_data") == _NO_YEAR else row.text("year_of_data")
    value = row.text("value")
    source = SOURCES[row.text("source")]
    outlook = bool(year) and year > published
    key = (
        product,
        substance,
        _slug(authors)[:40].strip("-"),
        published,
        year or "undated",
        value.replace(".", "p"),
        row.text("source")[0],
    )
    return {
        "id": "intensity-" + "-".join(key),
        "technology": row.text("technology"),
        "product": product,
        "substance": substance,
        "year": year,
        "value": value,
        "unit": "tonne-per-gigawatt",
        "status": "forecast" if outlook else "measured",
        "work": f"{authors.rstrip('.')} ({published})" if published not in authors else authors,
        "source_ids": source,
    }


def _refuse_misspelt(row: OfficialRow, ledger: RowLedger) -> None:
    """``Gadium`` stands only with CIGS cells, whose works have no gallium: it cannot be decided."""
    ledger.refuse(
        row.line,
        f"{row.text('Material')!r} is misspelt: gadolinium by the letters, gallium by the "
        "technology.",
        "Not used: look the value up in the work itself.",
        column="Material",
        severity=Severity.WARNING,
    )


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


MATERIAL_INTENSITY = Importer(
    name="material-intensity",
    summary="Material intensities of power technologies, values of the literature in t/GW.",
    folder="material-intensity",
    files=("intensity_data.csv",),
    tables=("material-intensities",),
    read=import_material_intensity,
)
