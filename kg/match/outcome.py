"""What a run writes: facilities, their places, identities, doubtful pairs, names of companies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.facts.package import Package
from kg.match.companies import CompanyNames, find_companies
from kg.match.identities import ALONE, Group, Identities, Identity, identify
from kg.match.review import TABLE as REVIEW
from kg.match.review import Review, renewed
from kg.match.site import Cells, Site, read_sites, rows
from kg.sources.fact_tables import FactRow, FactTables, write_tables

SITES, PLACES, IDENTITIES, COMPANIES = (
    "sites", "site-locations", "site-identities", "company-names",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """The tables of a run, and what a reader wants to know of it."""

    tables: FactTables
    counts: Mapping[str, int]

    def write(self, folder: Path) -> list[Path]:
        """Write the tables: all of them or none."""
        return write_tables(self.tables, folder)


def match(package: Package, folder: Path) -> Outcome:
    """Match all records of sites of a package.

    ``folder`` holds the tables of an earlier run: identities and decisions there stand.
    """
    sites = read_sites(package)
    review = Review.read(folder)
    found = identify(sites, _known(package), review.decisions)
    companies = find_companies(package, sites.values(), review.companies)
    led = _leading(package, found, sites)
    open_ = renewed(review, found.doubts, companies.doubtful)
    placed = {c["facility"] for c in rows(package.table("facility-locations")) if c["latitude"]}
    tables: dict[str, tuple[str, list[FactRow]]] = {
        SITES: ("sites", [_facility(g, led[g.facility], companies) for g in _sorted(found)]),
        PLACES: ("facility-locations", list(_places(found, led, placed))),
        IDENTITIES: ("site-identities", [_identity(found.rows[r]) for r in sorted(found.rows)]),
        REVIEW: (REVIEW, [open_.rows[id_] for id_ in sorted(open_.rows)]),
        COMPANIES: (COMPANIES, list(_companies(companies))),
    }
    return Outcome(tables, _counts(found, open_, companies))


def _known(package: Package) -> dict[str, Identity]:
    if IDENTITIES not in package.tables:
        return {}
    return {
        cells["record"]: Identity(
            cells["record"],
            cells["facility"],
            cells["rule"],
            cells["reasons"],
            cells["distance_km"],
            cells["decided_by"],
        )
        for cells in rows(package.table(IDENTITIES))
    }


def _leading(package: Package, found: Identities, sites: Mapping[str, Site]) -> dict[str, Site]:
    """Facility -> the record that speaks for it: that of the earlier run, if it is still there."""
    earlier: Mapping[str, str] = {}
    if SITES in package.tables:
        earlier = {cells["id"]: cells["record"] for cells in rows(package.table(SITES))}
    led: dict[str, Site] = {}
    for group in found.groups:
        if group.records:
            record = sites.get(earlier.get(group.facility, ""))
            led[group.facility] = record if record in group.records else group.leading
    return led


def _sorted(found: Identities) -> list[Group]:
    """The facilities that the curated table does not have, by id."""
    groups = [group for group in found.groups if group.curated is None]
    return sorted(groups, key=lambda group: group.facility)


def _facility(group: Group, record: Site, companies: CompanyNames) -> FactRow:
    cells = record.cells
    return {
        "id": group.facility,
        "operator": companies.ids.get(cells["operator_words"].strip(), ""),
        "record": record.id,
        **{
            name: cells[name]
            for name in ("name", "kind", "country", "status", "stages", "source_ids")
        },
    }


def _places(found: Identities, led: Mapping[str, Site], placed: set[str]) -> Iterator[FactRow]:
    """One point for each facility that has none: of the leading record, if it is exact."""
    for group in sorted(found.groups, key=lambda group: group.facility):
        pointed = [site for site in group.records if site.point is not None]
        if group.facility in placed or not pointed:
            continue
        first = led[group.facility]
        record = min(
            pointed,
            key=lambda s: (s.cells["precision"] != "site", s is not first, -s.year, s.id),
        )
        yield _place(group.facility, record.cells)


def _place(facility: str, cells: Cells) -> FactRow:
    return {
        "id": f"location-{facility}",
        "facility": facility,
        **{
            name: cells[name]
            for name in ("latitude", "longitude", "precision", "region", "source_ids", "locator")
        },
    }


def _identity(row: Identity) -> FactRow:
    return {
        "record": row.record,
        "facility": row.facility,
        "rule": row.rule,
        "reasons": row.reasons,
        "distance_km": row.distance,
        "decided_by": row.decided_by,
    }


def _companies(companies: CompanyNames) -> Iterator[FactRow]:
    for one in companies.sure:
        yield {
            "words": one.words,
            "company": one.company,
            "rule": one.rule,
            "records": str(one.records),
        }


def _counts(found: Identities, review: Review, companies: CompanyNames) -> dict[str, int]:
    rules = Counter(row.rule for row in found.rows.values())
    return {
        "records": len(found.rows),
        "facilities with a record": sum(1 for group in found.groups if group.records),
        "curated facilities with a record": sum(
            1 for group in found.groups if group.curated and group.records
        ),
        "facilities of several records": sum(1 for g in found.groups if len(g.sites) > 1),
        "records without a second one": rules[ALONE],
        **{f"records by {rule}": n for rule, n in sorted(rules.items()) if rule != ALONE},
        "doubtful pairs to decide": len(review.open),
        "pairs decided by experts": len(review.rows) - len(review.open),
        "names of companies": len(companies.sure),
    }
