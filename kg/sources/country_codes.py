"""Codes of countries: ISO 3166-1 and M49 of the United Nations, in the package of Datahub.

https://github.com/datasets/country-codes, PDDL 1.0 (CSV, UTF-8, 249 rows). The package writes the
M49 code without leading zeros. The table ``country-codes`` is for reference; what it says otherwise
than the table ``places`` is reported.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from kg.report import Problem, Report
from kg.shipped import facts_dir
from kg.sources.fact_tables import FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, fold, read_official_csv
from kg.sources.place_names import PlaceNames

SOURCE = "datahub-country-codes"
ALPHA_3, ALPHA_2, M49 = "ISO3166-1-Alpha-3", "ISO3166-1-Alpha-2", "M49"
NUMERIC, NAME = "ISO3166-1-numeric", "CLDR display name"
REGION, SUB_REGION = "Region Name", "Sub-region Name"
COLUMNS = (
    "FIFA",
    "Dial",
    "ISO3166-1-Alpha-3",
    "MARC",
    "is_independent",
    "ISO3166-1-numeric",
    "GAUL",
    "FIPS",
    "WMO",
    "ISO3166-1-Alpha-2",
    "ITU",
    "IOC",
    "DS",
    "UNTERM Spanish Formal",
    "Global Code",
    "Intermediate Region Code",
    "official_name_fr",
    "UNTERM French Short",
    "ISO4217-currency_name",
    "UNTERM Russian Formal",
    "UNTERM English Short",
    "ISO4217-currency_alphabetic_code",
    "Small Island Developing States (SIDS)",
    "UNTERM Spanish Short",
    "ISO4217-currency_numeric_code",
    "UNTERM Chinese Formal",
    "UNTERM French Formal",
    "UNTERM Russian Short",
    "M49",
    "Sub-region Code",
    "Region Code",
    "official_name_ar",
    "ISO4217-currency_minor_unit",
    "UNTERM Arabic Formal",
    "UNTERM Chinese Short",
    "Land Locked Developing Countries (LLDC)",
    "Intermediate Region Name",
    "official_name_es",
    "UNTERM English Formal",
    "official_name_cn",
    "official_name_en",
    "ISO4217-currency_country_name",
    "Least Developed Countries (LDC)",
    "Region Name",
    "UNTERM Arabic Short",
    "Sub-region Name",
    "official_name_ru",
    "Global Name",
    "Capital",
    "Continent",
    "TLD",
    "Languages",
    "Geoname ID",
    "CLDR display name",
    "EDGAR",
    "wikidata_id",
)
_CODES = {ALPHA_3: r"[A-Z]{3}", ALPHA_2: r"[A-Z]{2}", NUMERIC: r"\d{1,3}", M49: r"(\d{1,3})?"}


def shipped_places() -> dict[str, dict[str, str]]:
    """The countries of the table ``places`` by their alpha-3 code."""
    with (facts_dir() / "tables" / "places.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file) if row["kind"] == "country"}


def import_country_codes(
    files: Sequence[Path], places: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[FactTables, Report]:
    """Read the codes and compare them with ``places``; no tables when there is an error."""
    report = Report("import country-codes")
    if len(files) != 1:
        report.add(Problem("country-codes", "One file is read.", "Give country-codes.csv."))
        return {}, report
    rows = read_official_csv(files[0], COLUMNS, "utf-8-sig", report)
    if rows is None:
        return {}, report
    ledger = RowLedger(files[0].name, report, read=len(rows))
    known = shipped_places() if places is None else places
    names = PlaceNames.shipped()
    facts: dict[str, dict[str, str]] = {}
    for row in rows:
        bad = [
            column
            for column, form in _CODES.items()
            if not re.fullmatch(form, row.text(column), re.ASCII)
        ]
        if bad or not row.text(NAME) or row.text(ALPHA_3) in facts:
            column = bad[0] if bad else ALPHA_3
            ledger.refuse(
                row.line,
                f"{row.text(column)!r} is no code, the name is missing, or the code stands twice.",
                "Take the file as it was released.",
                column=column,
            )
            continue
        fact = _fact(row)
        facts[fact["id"]] = fact
        ledger.use()
        _compare(row, fact, known, names, ledger)
    for place in sorted(known.keys() - facts.keys()):
        ledger.say(
            None,
            f"The table places has {place}, which the file does not have.",
            "An area without an ISO code of its own is kept; otherwise the file is cut off.",
        )
    ledger.close()
    table = sorted(facts.values(), key=lambda fact: fact["id"])
    return ({"country-codes": ("country-codes", table)} if report.ok else {}), report


def _fact(row: OfficialRow) -> dict[str, str]:
    return {
        "id": row.text(ALPHA_3),
        "iso2": row.text(ALPHA_2),
        "m49": row.text(M49) and row.text(M49).zfill(3),
        "name": row.text(NAME),
        "region": row.text(REGION),
        "sub_region": row.text(SUB_REGION),
        "source_ids": SOURCE,
    }


def _compare(
    row: OfficialRow,
    fact: Mapping[str, str],
    known: Mapping[str, Mapping[str, str]],
    names: PlaceNames,
    ledger: RowLedger,
) -> None:
    """Report a code that ``places`` does not have or has otherwise."""
    place = known.get(fact["id"])
    if place is None:
        ledger.say(
            row.line,
            f"{fact['id']} ({fact['name']}) is not in the table places.",
            "Add it with its codes.",
            column=ALPHA_3,
        )
        return
    for column in ("iso2", "m49"):
        if place[column] != fact[column]:
            ledger.say(
                row.line,
                f"The {column} of {fact['id']} is {fact[column]!r} here and {place[column]!r} in "
                "the table places.",
                "Mend the table places, or wait for the next package.",
                column=M49 if column == "m49" else ALPHA_2,
            )
    other = names.find(fact["name"])
    if other not in (None, fact["id"]):
        ledger.say(
            row.line,
            f"The name {fold(fact['name'])!r} is {other} in the table places.",
            "Mend the aliases of the table places.",
            column=NAME,
        )


COUNTRY_CODES = Importer(
    name="country-codes",
    summary="Codes of countries (ISO 3166-1, M49), to check the table places against.",
    folder="country-codes",
    files=("country-codes.csv",),
    tables=("country-codes",),
    read=import_country_codes,
)
