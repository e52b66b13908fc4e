"""BACI, the reconciled world trade of CEPII: flows of critical materials, 2022 and 2024.

CEPII (https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37), BACI HS17, version
202601, Etalab Open Licence 2.0, as the Critical Materials Atlas cut it out: 30 codes of the
Harmonized System 2017. ``baci_<year>.csv`` has exporter, importer, code and value in dollars;
``baci_trade_2024_with_quantity.csv`` has the same flows of 2024 in thousand dollars with tonnes.
The two are compared flow by flow and shipped once: the value of one, the tonnes of the other.

CEPII reconciles what the exporter and the importer reported, so every figure is an estimate. Flows
below one million dollars are added up, one row for each code and year, so that nothing is lost.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

from kg.report import Problem, Report, Severity
from kg.shipped import facts_dir
from kg.sources.fact_tables import FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import header_of, read_official_csv

SOURCE = "cepii-baci-202601"
TABLE = "trade-flows"
VALUE_COLUMNS = ("i", "j", "cmd", "value")
QUANTITY_COLUMNS = (
    "year",
    "exporter",
    "exporter_name",
    "importer",
    "importer_name",
    "hs6",
    "material",
    "value_kusd",
    "qty_t",
)
#: Dollars from which a flow is told for itself.
LEAST = Decimal(1_000_000)
#: Areas of BACI that are no country, as its file of codes names them.
NO_COUNTRY = {"S19": "Other Asia, nes"}
_YEAR_FILE = re.compile(r"baci_(?P<year>20[0-9]{2})\.csv", re.ASCII)
_FIGURE = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_CODE = re.compile(r"[0-9]{6}", re.ASCII)
#: Dollars by which a thousand dollars times 1,000 misses a whole number in the extract.
_BINARY_REST = Decimal("0.001")


class Key(NamedTuple):
    """Exporter and importer as BACI codes them, and the code of the goods."""

    exporter: str
    importer: str
    heading: str


class Quantity(NamedTuple):
    """A row of the file with quantities: dollars, tonnes as spelled (may be empty), its line."""

    dollars: Decimal
    tonnes: str
    line: int


def known_codes(tables: Path | None = None) -> tuple[frozenset[str], frozenset[str]]:
    """Identifiers of the shipped places and tariff headings."""
    folder = tables or facts_dir() / "tables"

    def ids(name: str) -> frozenset[str]:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return frozenset(row["id"] for row in csv.DictReader(file))

    return ids("places"), ids("tariff-headings")


def whole_dollars(cell: str) -> Decimal | None:
    """The value of a cell in whole dollars, or ``None`` where it is no such value.

    BACI states thousand dollars with three decimals. The extract multiplied them by 1,000 in
    binary arithmetic, which left rests such as 65034.00000000001.

    >>> whole_dollars("65034.00000000001"), whole_dollars("0.5")
    (Decimal('65034'), None)
    """
    if not _FIGURE.fullmatch(cell):
        return None
    stated = Decimal(cell)
    try:
        whole = stated.quantize(Decimal(1), ROUND_HALF_EVEN)
    except InvalidOperation:
        return None
    return whole if abs(stated - whole) < _BINARY_REST else None


def import_baci(files: Sequence[Path]) -> tuple[FactTables, Report]:
    """Read the flows of every year given; the tables are empty when there is an error."""
    report = Report("import baci")
    quantities: dict[str, tuple[Path, dict[Key, Quantity], RowLedger]] = {}
    years: dict[str, Path] = {}
    for path in files:
        match = _YEAR_FILE.fullmatch(path.name)
        if header_of(path) == QUANTITY_COLUMNS or "quantity" in path.name:
            _read_quantities(path, quantities, report)
        elif match and match["year"] not in years:
            years[match["year"]] = path
        else:
            report.add(
                Problem(
                    path.name,
                    "The file is none of BACI, or its year is given twice.",
                    "Give baci_<year>.csv, and the file with quantities.",
                )
            )
    if not years:
        report.add(Problem("baci", "No year is given.", "Give baci_2022.csv or baci_2024.csv."))
    facts: list[dict[str, str]] = []
    for year, path in sorted(years.items()):
        facts.extend(_year(path, year, quantities.pop(year, None), report))
    for path, _, ledger in quantities.values():
        report.add(
            Problem(path.name, "The values of its year are missing.", "Give baci_<year>.csv too.")
        )
        ledger.leave_out("the file of its year is not given")
    return ({TABLE: ("trade-flows", facts)} if report.ok else {}), report


def _read_quantities(
    path: Path, found: dict[str, tuple[Path, dict[Key, Quantity], RowLedger]], report: Report
) -> None:
    found_in = Report(path.name)
    rows = read_official_csv(path, QUANTITY_COLUMNS, "utf-8-sig", found_in)
    garbled = len(found_in.problems) if found_in.ok else 0
    if garbled:
        # Only names of countries, which the extract added to the codes of BACI.
        report.add(
            Problem(
                path.name,
                f"{garbled} names of countries hold garbled letters.",
                "Nothing to do: the codes beside them are read, not the names.",
                severity=Severity.WARNING,
            )
        )
    else:
        for problem in found_in.problems:
            report.add(problem)
    if not rows:
        return
    year = rows[0]["year"]
    ledger = RowLedger(path.name, report, read=len(rows))
    flows: dict[Key, Quantity] = {}
    for row in rows:
        key = Key(row["exporter"], row["importer"], row["hs6"])
        value, tonnes = row["value_kusd"], row["qty_t"]
        dollars = whole_dollars(str(Decimal(value) * 1000)) if _FIGURE.fullmatch(value) else None
        if dollars is None or (tonnes and not _FIGURE.fullmatch(tonnes)):
            ledger.refuse(
                row.line,
                f"The value {value!r} or the quantity {tonnes!r} cannot be read.",
                "Both are plain numbers; the quantity may be empty.",
                column="value_kusd" if dollars is None else "qty_t",
            )
        elif row["year"] != year or year in found or key in flows:
            ledger.refuse(row.line, "The flow or its year stands twice.", "Give each year once.")
        else:
            flows[key] = Quantity(dollars, tonnes, row.line)
    found.setdefault(year, (path, flows, ledger))


def _year(
    path: Path,
    year: str,
    quantities: tuple[Path, dict[Key, Quantity], RowLedger] | None,
    report: Report,
) -> list[dict[str, str]]:
    """The facts of one year: flows in the order of their codes, then what is left of each code."""
    rows = read_official_csv(path, VALUE_COLUMNS, "utf-8-sig", report)
    if rows is None:
        return []
    ledger = RowLedger(path.name, report, read=len(rows))
    places, headings = known_codes()
    flows: dict[Key, Decimal] = {}
    for row in rows:
        key = Key(row["i"], row["j"], row["cmd"])
        dollars = whole_dollars(row["value"])
        strange = [
            column
            for column, cell, known in (
                ("i", key.exporter, places | NO_COUNTRY.keys()),
                ("j", key.importer, places | NO_COUNTRY.keys()),
                ("cmd", key.heading, headings),
            )
            if cell not in known
        ]
        if dollars is None or strange or key in flows or not _CODE.fullmatch(key.heading):
            ledger.refuse(
                row.line,
                f"The flow {', '.join(key)}, {row['value']!r} cannot be placed, or stands twice.",
                "Places are codes of the table places, goods of the table tariff-headings; the "
                "value is whole dollars.",
                column="value" if dollars is None else next(iter(strange), "cmd"),
            )
            continue
        flows[key] = dollars
        if dollars < LEAST:
            ledger.leave_out(f"{year}: flow below 1,000,000 dollars, in the sum of its code")
        else:
            ledger.use()
    tonnes = _compared(flows, quantities, year, ledger) if quantities else {}
    ledger.close()
    return [*_flows(flows, tonnes, path, year), *_remainders(flows, tonnes, path, year)]


def _compared(
    flows: Mapping[Key, Decimal],
    quantities: tuple[Path, dict[Key, Quantity], RowLedger],
    year: str,
    values: RowLedger,
) -> Mapping[Key, str]:
    """Tonnes by flow, after each value was found alike in both files."""
    path, stated, ledger = quantities
    for key, quantity in stated.items():
        if flows.get(key) != quantity.dollars:
            ledger.refuse(
                quantity.line,
                f"The value of {', '.join(key)} is not that of {values.file}.",
                "Take both files from one version of BACI.",
                column="value_kusd",
            )
        elif flows[key] < LEAST:
            ledger.leave_out(f"{year}: flow below 1,000,000 dollars, in the sum of its code")
        else:
            ledger.use()
    for key in flows.keys() - stated.keys():
        values.report.add(
            Problem(path.name, f"The flow {', '.join(key)} is missing.", "Download it again.")
        )
    ledger.close()
    return {key: quantity.tonnes for key, quantity in stated.items()}


def _flows(
    flows: Mapping[Key, Decimal], tonnes: Mapping[Key, str], path: Path, year: str
) -> Iterable[dict[str, str]]:
    for key in sorted(flows, key=lambda key: (key.heading, key.exporter, key.importer)):
        if flows[key] < LEAST:
            continue
        exporter, importer = (
            "NES" if end in NO_COUNTRY else end for end in (key.exporter, key.importer)
        )
        words = [
            f"{side} {NO_COUNTRY[end]}, which is no country."
            for side, end in (("From", key.exporter), ("To", key.importer))
            if end in NO_COUNTRY
        ]
        yield {
            **_common(path, year, key.heading),
            "id": f"flow-{key.exporter}-{key.importer}-{key.heading}-{year}-{SOURCE}",
            "kind": "flow",
            "exporter": exporter,
            "importer": importer,
            "value": str(flows[key]),
            "quantity": tonnes.get(key, ""),
            "quantity_unit": "tonne" if tonnes.get(key) else "",
            "note": " ".join(words),
        }


def _remainders(
    flows: Mapping[Key, Decimal], tonnes: Mapping[Key, str], path: Path, year: str
) -> Iterable[dict[str, str]]:
    """What the small flows of each code come to, so that flows and remainder are all there is."""
    small: dict[str, list[Key]] = defaultdict(list)
    for key in flows:
        if flows[key] < LEAST:
            small[key.heading].append(key)
    for heading, keys in sorted(small.items()):
        weighed = [tonnes[key] for key in keys if tonnes.get(key)]
        note = f"Sum of {len(keys)} flows below one million dollars each."
        if weighed:
            note += f" The quantity is that of {len(weighed)} of them."
        yield {
            **_common(path, year, heading),
            "id": f"flow-rest-{heading}-{year}-{SOURCE}",
            "kind": "remainder",
            "exporter": "OTHER",
            "importer": "OTHER",
            "value": str(sum((flows[key] for key in keys), Decimal(0))),
            "quantity": str(sum(map(Decimal, weighed), Decimal(0))) if weighed else "",
            "quantity_unit": "tonne" if weighed else "",
            "flows": str(len(keys)),
            "note": note,
        }


def _common(path: Path, year: str, heading: str) -> dict[str, str]:
    return {
        "heading": heading,
        "year": year,
        "unit": "usd",
        "status": "estimated",
        "source_ids": SOURCE,
        "locator": f"{path.name}, code {heading} of the Harmonized System 2017",
    }


BACI = Importer(
    name="baci",
    summary="CEPII BACI, version 202601: baci_2022.csv, baci_2024.csv and the quantities of 2024.",
    folder="baci-extract",
    files=("baci_20??.csv", "baci_trade_20??_with_quantity.csv"),
    tables=(TABLE,),
    read=import_baci,
)
