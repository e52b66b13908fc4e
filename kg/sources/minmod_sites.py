"""Two sets of mineral sites that come in the form of MinMod: USMIN and Weng and others 2015.

USMIN is the mineral deposit database of the USGS for the United States (https://mrdata.usgs.gov/
deposit/): where a deposit is and what it holds. Weng, Jowitt, Mudd and Haque 2015
(https://doi.org/10.2113/econgeo.110.8.1925) list the rare-earth deposits of the world without
coordinates, and for some the ore and the grade of each element, figures of about 2014.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kg.report import Problem, Report, Severity
from kg.sources.deposit_resource import DepositResource
from kg.sources.fact_tables import FactRow, FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.minmod import ENTITIES, Amount, MinmodSite, read_entities, read_sites
from kg.sources.site_reader import SiteReader, deposit_precision
from kg.sources.site_record import SiteRecord, SiteSubstances, site_slug

_UNITS: Mapping[str, str] = {
    "million tonnes": "million-tonnes",
    "parts per million": "part-per-million",
}
_ENTITY_FILES = tuple(f"entities/{name}" for name in sorted(ENTITIES))
#: Makes the facts of the records of one set; it counts every record in the ledger.
_Facts = Callable[[Sequence[MinmodSite], RowLedger], FactTables]


class _Set(NamedTuple):
    """One set of records: file, name of the importer, how its records become facts."""

    file: str
    importer: str
    facts: _Facts


def _read(files: Sequence[Path], what: _Set) -> tuple[FactTables, Report]:
    report = Report(f"import {what.importer}")
    named = {path.name: path for path in files}
    for name in named.keys() - ENTITIES.keys() - {what.file}:
        report.add(Problem(name, "The file is not one of this import.", "Leave it away."))
    if what.file not in named:
        report.add(Problem(what.file, "The file of the records is missing.", f"Give {what.file}."))
    entities = read_entities(files, report)
    if entities is None or not report.ok:
        return {}, report
    sites = read_sites(named[what.file], entities, report)
    if sites is None:
        return {}, report
    ledger = RowLedger(what.file, report)
    ledger.read = len(sites)
    keys = Counter(site_slug(site.record_id) for site in sites)
    for key, times in keys.items():
        if times > 1:
            ledger.say(
                None,
                f"The record {key} stands {times} times.",
                "Take the file as it was released.",
                severity=Severity.ERROR,
            )
    tables = what.facts(sites, ledger)
    ledger.close()
    return (tables if report.ok else {}), report


def _substances(site: MinmodSite, ledger: RowLedger) -> tuple[str, ...] | None:
    """The substances of a site in scope; ``None`` where the record is accounted for."""
    words = list(dict.fromkeys(item.commodity for item in site.inventory))
    found, unknown = SiteSubstances.shipped().read(words)
    if unknown:
        ledger.refuse(
            site.number,
            f"{site.record_id}: {', '.join(unknown)} is not known.",
            "Add the words to kg/sources/site_substances.csv.",
            column="commodity",
        )
        return None
    if words and not found:
        ledger.leave_out(f"out of scope: {', '.join(words).casefold()}")
        return None
    return found


def _usmin_facts(sites: Sequence[MinmodSite], ledger: RowLedger) -> FactTables:
    rows = []
    reader = SiteReader(ledger)
    for site in sites:
        if not site.inventory:
            ledger.leave_out("no substance named")
            continue
        substances = _substances(site, ledger)
        if substances is None:
            continue
        point = reader.point(
            site.number, site.country, site.latitude, site.longitude, ("location", "location")
        )
        if point is None:
            continue
        ledger.use()
        name, *others = filter(None, (site.name, *site.aliases))
        record = SiteRecord(
            id=f"usmin-{site_slug(site.record_id)}",
            name=name,
            aliases=tuple(others),
            kind="deposit",
            country=point.country,
            region=site.region,
            latitude=point.latitude,
            longitude=point.longitude,
            precision=deposit_precision(name, point.latitude, point.longitude),
            substances=substances,
            substance_words="; ".join(item.commodity for item in site.inventory),
            deposit_type=site.deposit_type,
            source_ids=("usmin",),
            locator="records of sites",
        )
        rows.append(record.row())
    return {"usmin-sites": ("site-records", sorted(rows, key=lambda row: row["id"]))}


def _weng_facts(sites: Sequence[MinmodSite], ledger: RowLedger) -> FactTables:
    rows: list[FactRow] = []
    figures: list[FactRow] = []
    for site in sorted(sites, key=lambda site: site_slug(site.record_id)):
        substances = _substances(site, ledger)
        if substances is None:
            continue
        ledger.use()
        record = SiteRecord(
            id=f"weng-{site_slug(site.record_id)}",
            name=site.name,
            kind="deposit",
            country=site.country,
            region=site.region,
            # The article lists deposits of rare earths; without figures it names no element.
            substances=("rare-earths", *substances),
            substance_words="; ".join(item.commodity for item in site.inventory),
            deposit_type=site.deposit_type,
            source_ids=("weng-2015",),
            locator="records of sites",
        )
        rows.append(record.row())
        figures.extend(_weng_figures(record.id, site, ledger))
    return {
        "weng-2015-sites": ("site-records", rows),
        "weng-2015-resources": ("deposit-resources", figures),
    }


def _weng_figures(record: str, site: MinmodSite, ledger: RowLedger) -> list[FactRow]:
    """The ore, which is the same for each element, and the grade of each element."""
    graded = [item for item in site.inventory if item.grade and item.ore]
    if not graded:
        return []
    ores = {item.ore for item in graded}
    if len(ores) > 1 or len(graded) != len(site.inventory):
        ledger.say(
            site.number,
            f"{site.record_id} has several tonnages of ore, or elements without figures.",
            "A deposit has one tonnage of ore; look into the record.",
            severity=Severity.ERROR,
        )
        return []
    category = ", ".join(dict.fromkeys(name for item in graded for name in item.categories))
    found = SiteSubstances.shipped()
    elements = [found.find(item.commodity) or () for item in graded]
    ore = DepositResource(
        record=record,
        measure="ore",
        substances=tuple(element for ids in elements for element in ids),
        value=_value(graded[0].ore),
        unit=_unit(graded[0].ore, ledger),
        category=category,
        source="weng-2015",
        locator="records of sites",
    )
    grades = [
        DepositResource(
            record=record,
            measure="grade",
            substances=ids,
            value=_value(item.grade),
            unit=_unit(item.grade, ledger),
            category=category,
            source="weng-2015",
            locator="records of sites",
        )
        for item, ids in zip(graded, elements, strict=True)
    ]
    return [figure.row() for figure in (ore, *grades)]


def _value(amount: Amount | None) -> str:
    return str(amount.value) if amount else ""


def _unit(amount: Amount | None, ledger: RowLedger) -> str:
    words = amount.unit if amount else ""
    if words not in _UNITS:
        ledger.say(
            None,
            f"The unit {words!r} is not known.",
            "A new unit needs a new version of the importer.",
            column="unit",
            severity=Severity.ERROR,
        )
    return _UNITS.get(words, "")


_USMIN = _Set("usmin_deposits.json", "usmin", _usmin_facts)
_WENG = _Set("ree_resources_weng_2015.json", "weng-2015", _weng_facts)


def import_usmin(files: Sequence[Path]) -> tuple[FactTables, Report]:
    """Read the deposits of USMIN; the tables are empty when there is an error."""
    return _read(files, _USMIN)


def import_weng(files: Sequence[Path]) -> tuple[FactTables, Report]:
    """Read the rare-earth deposits of Weng and others; no tables when there is an error."""
    return _read(files, _WENG)


USMIN = Importer(
    name="usmin",
    summary="USMIN mineral deposits of the United States, as MinMod records.",
    folder="minmod",
    files=(_USMIN.file, *_ENTITY_FILES),
    tables=("usmin-sites",),
    read=import_usmin,
)
WENG_2015 = Importer(
    name="weng-2015",
    summary="Rare-earth deposits with ore and grades (Weng and others 2015), as MinMod records.",
    folder="minmod",
    files=(_WENG.file, *_ENTITY_FILES),
    tables=("weng-2015-sites", "weng-2015-resources"),
    read=import_weng,
)
