"""The shipped facts are in order."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.facts import Package, check_package, load_package
from kg.namespaces import GRAPH, GRAPH_CATALOGUE, PREFIXES
from kg.populate import PopulateSummary
from kg.report import Report, Severity


@pytest.fixture(scope="module")
def package() -> Package:
    return load_package()


@pytest.fixture(scope="module")
def report(package: Package) -> Report:
    return check_package(package)


def test_there_are_no_errors(report: Report) -> None:
    errors = [str(p) for p in report.problems if p.severity is Severity.ERROR]
    assert not errors, "\n".join(errors[:50])


def test_nothing_is_left_unchecked(package: Package, report: Report) -> None:
    """Every file in the folders is named by the package, and every table has rows."""
    used = {t.file for t in package.tables.values()} | {
        t.schema.file for t in package.tables.values()
    }
    there = {
        f"{kind}/{file.name}"
        for kind in ("tables", "schemas")
        for file in (package.folder / kind).iterdir()
    }
    assert there == used
    assert report.counts["tables"] == len(package.tables)
    assert all(next(table.rows(), None) is not None for table in package.tables.values())


def test_every_table_and_field_says_what_it_is(package: Package) -> None:
    silent = [
        f"{table.schema.file}:{field.name}"
        for table in package.tables.values()
        for field in table.schema.fields
        if not field.title
    ]
    assert not silent
    assert all(table.title and table.description for table in package.tables.values())


def test_every_graph_is_that_of_a_source(
    package: Package, shipped_quads: tuple[Path, PopulateSummary]
) -> None:
    sources = {row["id"] for row in package.table("sources").rows()}
    out, summary = shipped_quads
    assert set(summary.by_source) <= {*sources, GRAPH_CATALOGUE.removeprefix(GRAPH)}
    assert summary.quads == sum(summary.by_source.values()) == out.read_bytes().count(b"\n")


def test_the_quads_are_well_formed(shipped_quads: tuple[Path, PopulateSummary]) -> None:
    out, summary = shipped_quads
    store = ox.Store()
    store.bulk_load(path=str(out), format=ox.RdfFormat.N_QUADS)
    assert len(store) == summary.quads
    without_source = """
        SELECT ?record WHERE { GRAPH ?g { ?record a ?class }
            FILTER(?g != graph:catalogue && ?class != cm:Citation)
            FILTER NOT EXISTS { GRAPH ?g { ?record prov:wasDerivedFrom ?citation } }
            FILTER NOT EXISTS { GRAPH ?g { ?r cm:supplyPosition ?record } }
            FILTER NOT EXISTS { GRAPH ?g { ?r geo:hasGeometry ?record } } }
        """
    found = store.query(without_source, prefixes=dict(PREFIXES))
    assert [str(row[0]) for row in found] == []  # type: ignore[union-attr, index]
