"""The data quality report of the shipped facts; figures that change with each release are not
asserted."""

from __future__ import annotations

import pytest

from kg.facts import load_package
from kg.quality import QualityReport, measure


@pytest.fixture(scope="module")
def report() -> QualityReport:
    return measure(load_package())


def test_each_row_of_an_official_file_is_accounted_for(report: QualityReport) -> None:
    assert report.files
    assert [(file.importer, file.file) for file in report.files if file.lost] == []
    assert [file for file in report.files if sum(file.kinds.values()) != file.left_out] == []


def test_the_groups_of_the_eu_study_that_do_not_add_up(report: QualityReport) -> None:
    """Of the ten that are known, hydrogen and roundwood are no minerals and are left out. Iron ore,
    antimony and manganese come to more than 103 only with every ``<0.1%`` at its upper end."""
    found = {
        whole.whole: (whole.least, whole.most)
        for whole in report.wholes
        if whole.table == "eu-crm-2023-shares"
    }
    assert set(found) == {
        "borates, processing, 2020",
        "nickel, mining, 2020",
        "nickel, processing, 2020",
        "titanium, processing, 2020",
        "vanadium, processing, 2020",
    }
    assert found["vanadium, processing, 2020"] == (88.7, 88.7)
    assert found["titanium, processing, 2020"] == (92.0, 92.0)
    assert found["nickel, mining, 2020"] == (90.9, 91.3)


@pytest.mark.parametrize("substance", ["iron-ore", "antimony", "manganese"])
def test_bounds_at_their_upper_end_do_not_make_a_whole_wrong(substance: str) -> None:
    parts = [
        row
        for row in load_package().table("eu-crm-2023-shares").rows()
        if (row["substance"], row["stage"]) == (substance, "processing")
    ]
    figures = sum(float(str(row["share"])) for row in parts if row["share"] is not None)
    bounds = sum(float(str(row["high"])) for row in parts if row["share"] is None)
    assert figures == pytest.approx(100, abs=0.2)
    assert figures + bounds > 103


def test_the_uses_of_indium_in_the_eu_study_come_to_90(report: QualityReport) -> None:
    [uses] = [whole for whole in report.wholes if whole.table == "eu-crm-2023-uses"]
    assert (uses.whole, uses.least, uses.most) == ("indium, EU, 2023, use", 90.0, 90.0)


def test_import_sources_of_the_usgs_add_up(report: QualityReport) -> None:
    package = load_package()
    assert "wholes" in package.table("usgs-mcs-2026-import-sources").descriptor
    assert [w for w in report.wholes if w.table == "usgs-mcs-2026-import-sources"] == []


def test_tables_of_single_figures_name_no_wholes() -> None:
    """Leading producers and major import sources are not all that there are."""
    tables = load_package().tables
    partial = [name for name in tables if name.endswith("-leading-producers")]
    partial += [name for name, t in tables.items() if "in their order" in t.title]
    assert partial
    assert [name for name in ("shares", *partial) if "wholes" in tables[name].descriptor] == []


def test_every_source_is_of_a_kind_and_most_are_named_by_rows(report: QualityReport) -> None:
    assert all(source.kind for source in report.sources)
    unused = [source.source for source in report.sources if not source.rows]
    assert len(unused) < len(report.sources) / 100, unused


def test_no_place_lies_in_another_country(report: QualityReport) -> None:
    places = report.places
    assert places.elsewhere == ()
    assert places.inside + places.near + places.at_sea == places.points
    assert places.points >= places.with_point > 6_000
