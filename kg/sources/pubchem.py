"""Periodic table of PubChem: properties of the elements.

National Center for Biotechnology Information, public domain,
https://pubchem.ncbi.nlm.nih.gov/periodic-table/ (CSV, UTF-8, 118 rows). The units are those that
PubChem names: dalton, kelvin, grams per cubic centimetre, picometre, electronvolt, and no unit for
the electronegativity by Pauling. Symbol and number must be those of the table ``elements``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kg.report import Problem, Report, Severity
from kg.shipped import facts_dir
from kg.sources.fact_tables import FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, fold, read_official_csv

SOURCE = "pubchem-elements"
COLUMNS = (
    "AtomicNumber",
    "Symbol",
    "Name",
    "AtomicMass",
    "CPKHexColor",
    "ElectronConfiguration",
    "Electronegativity",
    "AtomicRadius",
    "IonizationEnergy",
    "ElectronAffinity",
    "OxidationStates",
    "StandardState",
    "MeltingPoint",
    "BoilingPoint",
    "Density",
    "GroupBlock",
    "YearDiscovered",
    "Period",
)
_FIGURE = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?", re.ASCII)
_ROUND_MASS = (
    "A whole number in the file: rounded, or the mass number of an isotope. Not for converting."
)


class Property(NamedTuple):
    """A column that is read: code of the property and of its unit."""

    code: str
    unit: str


#: The other columns (colour, configuration, states, block, discovery) are not read.
PROPERTIES: Mapping[str, Property] = {
    "AtomicMass": Property("atomic-mass", "dalton"),
    "MeltingPoint": Property("melting-point", "kelvin"),
    "BoilingPoint": Property("boiling-point", "kelvin"),
    "Density": Property("density", "gram-per-cubic-centimetre"),
    "Electronegativity": Property("electronegativity", "ratio"),
    "AtomicRadius": Property("atomic-radius", "picometre"),
    "IonizationEnergy": Property("ionization-energy", "electronvolt"),
    "ElectronAffinity": Property("electron-affinity", "electronvolt"),
}


class _Element(NamedTuple):
    """An element of the table ``elements``: its id and all its names, folded."""

    id: str
    number: str
    names: frozenset[str]


def shipped_elements() -> dict[str, _Element]:
    """The elements of critmat by symbol."""
    with (facts_dir() / "tables" / "elements.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["symbol"]: _Element(
                row["id"],
                row["atomic_number"],
                frozenset(fold(name) for name in (row["name"], *row["aliases"].split(";"))),
            )
            for row in csv.DictReader(file)
        }


def import_elements(files: Sequence[Path]) -> tuple[FactTables, Report]:
    """Read the periodic table; the tables are empty when there is an error."""
    report = Report("import elements")
    if len(files) != 1:
        report.add(Problem("elements", "One file is read.", "Give PubChemElements_all.csv."))
        return {}, report
    rows = read_official_csv(files[0], COLUMNS, "utf-8-sig", report)
    if rows is None:
        return {}, report
    ledger = RowLedger(files[0].name, report, read=len(rows))
    elements, seen = shipped_elements(), set[str]()
    facts: list[dict[str, str]] = []
    for row in rows:
        element = elements.get(row.text("Symbol"))
        if (
            element is None
            or element.number != row.text("AtomicNumber")
            or fold(row["Name"]) not in element.names
            or element.id in seen
        ):
            ledger.refuse(
                row.line,
                f"Number {row.text('AtomicNumber')!r}, symbol {row.text('Symbol')!r} and name "
                f"{row.text('Name')!r} are no element of the table elements, or stand twice.",
                "Check the file, or mend the table elements.",
                column="Symbol",
            )
            continue
        seen.add(element.id)
        _read_properties(row, element.id, facts, ledger)
    for missing in sorted(element.id for element in elements.values() if element.id not in seen):
        ledger.say(
            None,
            f"The element {missing} is missing.",
            "The file is cut off or was edited; download it again.",
            severity=Severity.ERROR,
        )
    ledger.close()
    return ({"element-properties": ("element-properties", facts)} if report.ok else {}), report


def _read_properties(
    row: OfficialRow, element: str, facts: list[dict[str, str]], ledger: RowLedger
) -> None:
    """Add a fact for each property that the row gives; an empty cell is not known."""
    for column in PROPERTIES:
        if row.text(column) and not _FIGURE.fullmatch(row.text(column)):
            ledger.refuse(
                row.line,
                f"{row.text(column)!r} is no number.",
                "Take the file as it was released.",
                column=column,
            )
            return
    ledger.use()
    for column, (code, unit) in PROPERTIES.items():
        stated = row.text(column)
        if stated:
            rounded = column == "AtomicMass" and float(stated).is_integer()
            facts.append(
                {
                    "id": f"{element}-{code}",
                    "element": element,
                    "property": code,
                    "value": stated,
                    "unit": unit,
                    "note": _ROUND_MASS if rounded else "",
                    "source_ids": SOURCE,
                }
            )


ELEMENTS = Importer(
    name="elements",
    summary="Periodic table of PubChem: mass, melting and boiling point, density and more.",
    folder="pubchem-elements",
    files=("PubChemElements_all.csv",),
    tables=("element-properties",),
    read=import_elements,
)
