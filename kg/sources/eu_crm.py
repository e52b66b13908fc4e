"""Study on the Critical Raw Materials for the EU 2023: five files into fact tables.

European Commission, https://doi.org/10.2873/725585, CC BY 4.0. Each file has a module of its own:
shares of world supply (``eu_supply``), where the EU buys (``eu_sourcing``), uses and sectors
(``eu_uses``), the five assessments and the categories of materials (``eu_criticality``). Any of the
files can be given; what the study has and a file lacks is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kg.report import Problem, Report
from kg.sources import eu_criticality, eu_supply, eu_uses
from kg.sources.eu_criticality import assessment_facts, grouping_facts
from kg.sources.eu_sourcing import sourcing_facts
from kg.sources.eu_study import element_groups
from kg.sources.eu_supply import supply_facts
from kg.sources.eu_uses import use_facts
from kg.sources.fact_tables import FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, header_of, read_official_csv
from kg.sources.place_names import PlaceNames

Groups = Mapping[str, frozenset[str]]
_Read = Callable[[Sequence[OfficialRow], PlaceNames, Groups, RowLedger], FactTables]


def _supply(
    rows: Sequence[OfficialRow], places: PlaceNames, groups: Groups, ledger: RowLedger
) -> FactTables:
    return {"eu-crm-2023-shares": ("shares", supply_facts(rows, places, groups, ledger))}


def _sourcing(
    rows: Sequence[OfficialRow], places: PlaceNames, groups: Groups, ledger: RowLedger
) -> FactTables:
    facts = sourcing_facts(rows, places, groups, ledger)
    return {"eu-crm-2023-sourcing": ("sourcing-shares", facts)}


def _uses(rows: Sequence[OfficialRow], _: PlaceNames, __: Groups, ledger: RowLedger) -> FactTables:
    facts = use_facts(rows, ledger)
    return {
        "eu-crm-2023-uses": ("use-shares", facts.uses),
        "eu-crm-2023-sectors": ("sectors", facts.sectors),
        "eu-crm-2023-values-added": ("values-added", facts.values_added),
    }


def _assessments(
    rows: Sequence[OfficialRow], _: PlaceNames, __: Groups, ledger: RowLedger
) -> FactTables:
    facts = assessment_facts(rows, ledger)
    return {"eu-crm-2023-assessments": ("criticality-assessments", facts)}


def _groupings(
    rows: Sequence[OfficialRow], _: PlaceNames, groups: Groups, ledger: RowLedger
) -> FactTables:
    return {"eu-crm-2023-categories": ("categories", grouping_facts(rows, groups, ledger))}


#: Beginning of a file's name -> its columns, its encoding, and what reads it.
_FILES: Mapping[str, tuple[tuple[str, ...], str, _Read]] = {
    "fact_globalsupply": (eu_supply.COLUMNS, "cp1252", _supply),
    "fact_eusupply": (eu_supply.COLUMNS, "cp1252", _sourcing),
    "fact_materialuse": (eu_uses.COLUMNS, "cp1252", _uses),
    "dimension_crmsovertime": (eu_criticality.ASSESSMENT_COLUMNS, "utf-8-sig", _assessments),
    "dimension_screened": (eu_criticality.GROUPING_COLUMNS, "utf-8-sig", _groupings),
}


def import_eu_crm(
    files: Sequence[Path], places: PlaceNames | None = None, groups: Groups | None = None
) -> tuple[FactTables, Report]:
    """Read files of the study; the tables are empty when there is an error."""
    report = Report("import eu-crm")
    names, known = places or PlaceNames.shipped(), groups or element_groups()
    tables: dict[str, tuple[str, Sequence[Mapping[str, str]]]] = {}
    for path in files:
        kind = _kind_of(path)
        if kind is None:
            report.add(
                Problem(
                    path.name,
                    "This is none of the five files of the study.",
                    "Give fact_GlobalSupplyShares_and_t.csv, fact_EUSupplyShares_and_t.csv, "
                    "fact_MaterialUseShares.csv, dimension_CRMsOverTime.csv or "
                    "dimension_ScreenedMatGroupings.csv, with their names.",
                )
            )
            continue
        columns, encoding, read = _FILES[kind]
        rows = read_official_csv(path, columns, encoding, report)
        if rows is None:
            continue
        ledger = RowLedger(path.name, report, read=len(rows))
        read_tables = read(rows, names, known, ledger)
        ledger.close()
        for table, content in read_tables.items():
            if table in tables:
                report.add(Problem(path.name, "The file is given twice.", "Give it once."))
            tables[table] = content
    return (tables if report.ok else {}), report


def _kind_of(path: Path) -> str | None:
    """The file by the beginning of its name, or by columns that only one file has.

    World supply and EU supply have the same columns, so their names must tell them apart.
    """
    name = path.name.lower()
    by_name = next((kind for kind in _FILES if name.startswith(kind)), None)
    if by_name:
        return by_name
    header = header_of(path)
    fitting = [kind for kind, (columns, _, _) in _FILES.items() if header == columns]
    return fitting[0] if len(fitting) == 1 else None


EU_CRM = Importer(
    name="eu-crm",
    summary="EU study on critical raw materials 2023: shares of world supply, where the EU buys, "
    "uses and sectors, the five assessments, categories (fact_*.csv, dimension_*.csv).",
    folder="eu-crm-2023",
    files=("*.csv",),
    tables=(
        "eu-crm-2023-shares",
        "eu-crm-2023-sourcing",
        "eu-crm-2023-uses",
        "eu-crm-2023-sectors",
        "eu-crm-2023-values-added",
        "eu-crm-2023-assessments",
        "eu-crm-2023-categories",
    ),
    read=import_eu_crm,
)
