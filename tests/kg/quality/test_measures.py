"""The data quality report of a small package, every number worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.facts import load_package
from kg.quality import QualityReport, measure
from kg.quality.groups import importer_files, source_kinds, table_wholes, unused_sources
from kg.quality.model import FileQuality, PlaceQuality, SourceQuality, WholeQuality
from tests.kg.quality.invented_facts import SHARES, TABLES, write_facts


@pytest.fixture
def report(tmp_path: Path) -> QualityReport:
    return measure(load_package(write_facts(tmp_path)))


def test_tables(report: QualityReport) -> None:
    tables = {table.table: table for table in report.tables}
    assert list(tables) == sorted(TABLES)
    shares = tables["tin-shares"]
    assert shares.title == "The tin-shares"
    assert (shares.rows, shares.sources) == (12, 3)
    assert shares.statuses == {"bound": 3, "estimated": 1, "measured": 6, "withheld": 2}
    assert {name for name, table in tables.items() if not table.in_graph} == {
        "imports", "match-review",
    }  # fmt: skip
    assert report.rows == 4 + 12 + 4 + 4 + 3


def test_the_status_of_a_facility_is_no_status_of_a_figure(report: QualityReport) -> None:
    assert [table.table for table in report.tables if table.statuses] == ["tin-shares"]
    assert list(report.statuses.items()) == [
        ("measured", 6), ("bound", 3), ("withheld", 2), ("estimated", 1),
    ]  # fmt: skip


def test_rows_rest_on_news_alone_when_no_other_kind_is_named(report: QualityReport) -> None:
    # b1 and b2 of the shares, and the facility in the ocean; d1 has the survey too.
    news = {table.table: table.on_news for table in report.tables if table.on_news}
    assert news == {"tin-shares": 2, "facilities": 1}
    assert report.on_news == 3


def test_ages_are_counted_to_the_last_day_on_which_a_source_was_retrieved(
    report: QualityReport,
) -> None:
    assert report.day == "2026-03-15"
    ages = {source.source: source.age for source in report.sources}
    assert ages == {"survey": 1, "daily": 0, "weekly": None, "unread": 10}


def test_ages_can_be_counted_to_another_day(tmp_path: Path) -> None:
    later = measure(load_package(write_facts(tmp_path)), date(2027, 2, 27))
    assert later.day == "2027-02-27"
    # The daily is a day short of a year.
    assert [s.age for s in later.sources if s.source in ("daily", "survey")] == [0, 2]


def test_without_days_there_are_no_ages(tmp_path: Path) -> None:
    sources = "id,title\nsurvey,Survey\n"
    found = measure(load_package(write_facts(tmp_path, {"sources": sources})))
    assert found.day == ""
    assert [source.age for source in found.sources] == [None]


def test_sources_by_what_names_them(report: QualityReport) -> None:
    sources = {source.source: source for source in report.sources}
    # Ten of the shares, three facilities, four locations.
    assert sources["survey"].rows == 10 + 3 + 4
    assert sources["daily"].rows == 3 + 1
    # Once beside the daily, once for a locality.
    assert sources["weekly"].rows == 1 + 1
    assert (sources["survey"].first_year, sources["survey"].last_year) == (2020, 2021)
    assert (sources["unread"].first_year, sources["unread"].rows) == (None, 0)
    assert [source.source for source in unused_sources(report.sources)] == ["unread"]


def test_sources_by_kind_and_age(report: QualityReport) -> None:
    official, news = source_kinds(report)
    assert (official.kind, official.rows, len(official.sources)) == ("official", 17, 2)
    assert {age: n for age, n in official.ages.items() if n} == {
        "1 year": 1,
        "10 years and more": 1,
    }
    assert (news.kind, news.rows) == ("news", 6)
    assert {age: n for age, n in news.ages.items() if n} == {"less than a year": 1, "no date": 1}


def test_official_files(report: QualityReport) -> None:
    bureau, office = importer_files(report)
    assert [(f.read, f.used, f.reported, f.left_out, f.lost) for f in office.files] == [
        (10, 6, 1, 3, 0), (3, 2, 0, 0, 1),
    ]  # fmt: skip
    assert (office.read, office.used, office.reported, office.left_out) == (13, 8, 1, 3)
    assert office.kinds == (("sand", 2), ("salt", 1))
    # A file of the same name that another importer read is another file.
    assert [(f.file, f.read) for f in bureau.files] == [("a.csv", 5)]


def test_wholes_that_do_not_add_up(report: QualityReport) -> None:
    found = {whole.whole: whole for whole in report.wholes}
    assert set(found) == {
        "tin, mining, 2020",  # 60, and what is of 2021 does not count
        "tin, mining, 2021",
        "zinc, mining, 2020",  # 90 and less than 4: at most 94
        "cobalt, mining, 2020",  # more than 103
    }
    assert found["zinc, mining, 2020"] == WholeQuality(
        "tin-shares", "zinc, mining, 2020", 2, 90, 94
    )
    # Silver has no figure, so nothing can be said.
    assert report.wholes_checked == 7


def test_wholes_that_may_add_up_are_not_listed(report: QualityReport) -> None:
    """Lead has a share that is withheld, gold one that is at least 20, iron is 101 to 104."""
    listed = " ".join(whole.whole for whole in report.wholes)
    assert not any(word in listed for word in ("lead", "gold", "iron"))


def test_those_farthest_from_100_come_first(report: QualityReport) -> None:
    [table] = table_wholes(report)
    assert table.title == "The tin-shares"
    assert [whole.whole.split(",")[0] for whole in table.wholes] == ["tin", "tin", "zinc", "cobalt"]
    assert [whole.most for whole in table.wholes] == [42, 60, 94, 104]


def test_a_table_that_names_no_wholes_is_not_looked_at(tmp_path: Path) -> None:
    found = measure(load_package(write_facts(tmp_path, wholes=None)))
    assert (found.wholes, found.wholes_checked) == ((), 0)


def test_places(report: QualityReport) -> None:
    places = report.places
    assert (places.facilities, places.with_point, places.points) == (4, 3, 3)
    assert (places.inside, places.near, places.at_sea) == (1, 0, 1)
    assert places.elsewhere == ("swapped: AUS, its point lies in CZE",)


def test_identities_and_doubtful_pairs(report: QualityReport) -> None:
    assert report.identities == {"alone": 1, "same-name": 2}
    assert (report.doubtful, report.decided) == (2, 1)


def test_a_package_of_other_tables_has_a_report_too(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text('{"resources": []}')
    empty = measure(load_package(tmp_path))
    assert (empty.rows, empty.tables, empty.places.facilities) == (0, (), 0)
    assert QualityReport.from_json(empty.to_json()) == empty


def test_the_report_comes_back_from_its_json(report: QualityReport) -> None:
    assert QualityReport.from_json(report.to_json()) == report


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"day": 1}', "[" * 100_000])
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        QualityReport.from_json(text)


def test_a_report_with_more_than_it_should_have_is_refused(report: QualityReport) -> None:
    with pytest.raises(ValueError, match="no data quality report"):
        QualityReport.from_json(report.to_json().replace('"on_news"', '"on_rumours"'))


SHARE = st.integers(min_value=0, max_value=60)


@given(st.lists(st.tuples(st.sampled_from(["x", "y", "z"]), SHARE), max_size=12))
def test_a_whole_is_listed_exactly_when_its_figures_miss_100(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[str, int]]
) -> None:
    rows = "".join(
        f"r{n},{of},m,2020,{share},,,measured,survey\n" for n, (of, share) in enumerate(parts)
    )
    text = SHARES.splitlines(keepends=True)[0] + rows
    folder = write_facts(tmp_path_factory.mktemp("facts"), {"tin-shares": text})
    found = measure(load_package(folder))
    sums: dict[str, int] = {}
    for of, share in parts:
        sums[of] = sums.get(of, 0) + share
    assert {w.whole.split(",")[0] for w in found.wholes} == {
        of for of, whole in sums.items() if abs(whole - 100) > 3
    }
    assert found.wholes_checked == len(sums)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(0, 9))))
def test_importers_add_up_to_their_files(counts: list[tuple[str, str, int]]) -> None:
    files = tuple(
        FileQuality(importer, f"{name}{n}", read, read, 0, 0, {})
        for n, (importer, name, read) in enumerate(counts)
    )
    report = _with(files=files)
    assert sum(importer.read for importer in importer_files(report)) == sum(n for *_, n in counts)
    assert sum(len(importer.files) for importer in importer_files(report)) == len(files)


@given(
    st.lists(st.tuples(st.sampled_from(["news", "official", ""]), st.none() | st.integers(0, 99)))
)
def test_each_source_is_in_one_kind_and_one_age(sources: list[tuple[str, int | None]]) -> None:
    listed = tuple(
        SourceQuality(f"s{n}", "", "", kind, "", age, "", n, None, None)
        for n, (kind, age) in enumerate(sources)
    )
    kinds = source_kinds(_with(sources=listed))
    assert sum(len(kind.sources) for kind in kinds) == len(listed)
    assert all(sum(kind.ages.values()) == len(kind.sources) for kind in kinds)
    assert [kind.rows for kind in kinds] == sorted((kind.rows for kind in kinds), reverse=True)


def _with(
    files: tuple[FileQuality, ...] = (), sources: tuple[SourceQuality, ...] = ()
) -> QualityReport:
    places = PlaceQuality(0, 0, 0, 0, 0, 0, ())
    return QualityReport("", (), sources, files, (), 0, places, {}, 0, 0)
