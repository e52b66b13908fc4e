"""Tables of an expert's own: added to the shipped ones, every fault told by file, row, column."""

from __future__ import annotations

import json

import pytest

from kg.extension.baseline import statements
from tests.kg.extension.conftest import MINE, SOURCES, Reader, only

HEADER = "id,name,kind,country,status,elements,source_ids\n"


def test_rows_may_point_at_shipped_things_and_at_ones_own(read: Reader) -> None:
    extension, problems = read({"sources.csv": SOURCES, "my-facilities.csv": MINE})
    assert not problems
    triples = {(s, p, o) for s, p, o, _ in statements(extension.facts)}
    north_hill = "<https://w3id.org/critmat/id/north-hill>"
    assert (
        north_hill,
        "<https://w3id.org/critmat/ontology#locatedIn>",
        "<https://w3id.org/critmat/id/FIN>",
    ) in triples
    graphs = {graph for s, _, _, graph in statements(extension.facts) if s == north_hill}
    assert graphs == {"<https://w3id.org/critmat/graph/survey-2031>"}


def test_a_shipped_source_may_be_cited(read: Reader) -> None:
    _, problems = read({"facilities.csv": MINE.replace("survey-2031", "usgs-mcs2026-data")})
    assert not problems


def test_columns_may_be_left_out_and_stand_in_any_order(read: Reader) -> None:
    table = "source_ids,country,kind,name,id\nsurvey-2031,FIN,mine,North Hill mine,north-hill\n"
    extension, problems = read({"sources.csv": SOURCES, "facilities.csv": table})
    assert not problems
    assert any("north-hill" in subject for subject, *_ in statements(extension.facts))


def test_a_required_column_that_is_missing_is_named(read: Reader) -> None:
    _, problems = read({"sources.csv": SOURCES, "facilities.csv": "id,name,kind,source_ids\n"})
    assert ("country", 1) in {(problem.column, problem.row) for problem in problems}


def test_an_unknown_column_gets_a_hint(read: Reader) -> None:
    _, problems = read({"sources.csv": SOURCES, "facilities.csv": MINE.replace("status", "statos")})
    problem = only(problems)
    assert (problem.row, problem.column) == (1, "statos")
    assert "'status'" in problem.remedy


def test_an_id_that_is_shipped_is_refused_with_the_way_out(read: Reader) -> None:
    _, problems = read(
        {"sources.csv": SOURCES, "facilities.csv": MINE.replace("north-hill", "mountain-pass-mine")}
    )
    problem = only(problems)
    assert (problem.row, problem.column) == (2, "id")
    assert "facilities" in problem.message
    assert "my-mountain-pass-mine" in problem.remedy


def test_the_id_of_a_company_cannot_become_a_mine(read: Reader) -> None:
    """An id names one thing in all tables."""
    _, problems = read(
        {"sources.csv": SOURCES, "facilities.csv": MINE.replace("north-hill", "albemarle")}
    )
    assert "companies" in only(problems).message


def test_one_id_in_two_files_of_ones_own_is_refused(read: Reader) -> None:
    _, problems = read({"sources.csv": SOURCES, "a-facilities.csv": MINE, "b-facilities.csv": MINE})
    assert "a-facilities.csv row 2" in only(problems).message


def test_a_source_that_is_shipped_is_refused(read: Reader) -> None:
    _, problems = read({"sources.csv": SOURCES.replace("survey-2031", "usgs-mcs2026-data")})
    assert "exists already" in only(problems).message


def test_everything_is_told_at_once(read: Reader) -> None:
    bad = HEADER + (
        "North Hill,x,mine,FIN,development,neodymium,survey-2031\n"
        "b,x,mines,FIN,development,neodymium,survey-2031\n"
        "c,x,mine,Finland,development,neodymum,survey-2031\n"
        "d,x,mine,FIN,development,neodymium,\n"
    )
    _, problems = read({"sources.csv": SOURCES, "facilities.csv": bad, "stakes.csv": "id\nx\n"})
    places = {
        (problem.file.rpartition("/")[2], problem.row, problem.column) for problem in problems
    }
    assert {
        ("facilities.csv", 2, "id"),
        ("facilities.csv", 3, "kind"),
        ("facilities.csv", 4, "country"),
        ("facilities.csv", 4, "elements"),
        ("facilities.csv", 5, "source_ids"),
        ("stakes.csv", 1, "holder"),
    } <= places
    assert all(problem.remedy for problem in problems)


def test_lines_are_those_of_the_file_where_a_cell_has_several(read: Reader) -> None:
    table = (
        "id,name,kind,country,note,source_ids\n"
        'a,x,mine,FIN,"two\nlines",survey-2031\n'
        "b,x,mine,Finland,,survey-2031\n"
    )
    _, problems = read({"sources.csv": SOURCES, "facilities.csv": table})
    assert only(problems).row == 4


@pytest.mark.parametrize("sign", [";", "\t"])
def test_other_signs_between_cells_are_told(sign: str, read: Reader) -> None:
    _, problems = read({"facilities.csv": MINE.replace(",", sign)})
    problem = only(problems)
    assert "parted by" in problem.message
    assert "commas" in problem.remedy


def test_what_windows_adds_is_no_fault(read: Reader) -> None:
    data = b"\xef\xbb\xbf" + MINE.replace("\n", "\r\n").encode()
    _, problems = read({"sources.csv": SOURCES, "facilities.csv": data})
    assert not problems


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (MINE.encode("utf-16"), "NUL"),
        (MINE.replace("North", "Nörd").encode("latin-1"), "not UTF-8"),
        (MINE.encode().replace(b"North", b"No\0rth"), "NUL"),
        (b"", "no header"),
        (HEADER.encode(), "no rows"),
        (HEADER.replace("name", "id").encode() + b"a,b,c,d,e,f,g\n", "twice"),
        ((HEADER + "a,b\n").encode(), "too few"),
        ((HEADER + 'a,"open\n').encode(), "not CSV"),
        ((HEADER + "a," + "x" * 200_000 + ",mine,FIN,,,s\n").encode(), "not CSV"),
        (MINE.replace("North Hill mine", "=HYPERLINK(1)").encode(), "formula"),
        (MINE.replace("North Hill mine", "#REF!").encode(), "error of the spreadsheet"),
        (MINE.replace("FIN", "javascript:alert(1)").encode(), "not in the table places"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_file_is_a_report_and_never_a_crash(data: bytes, words: str, read: Reader) -> None:
    _, problems = read({"sources.csv": SOURCES, "facilities.csv": data})
    assert any(words in problem.message for problem in problems), list(map(str, problems))


def test_an_address_that_is_a_script_is_refused(read: Reader) -> None:
    _, problems = read(
        {"sources.csv": SOURCES.replace("https://example.org/survey", "javascript:alert(1)")}
    )
    assert any(problem.column == "url" for problem in problems)


def test_a_name_that_fits_no_table_lists_the_tables(read: Reader) -> None:
    _, problems = read({"facilites.csv": MINE})
    problem = only(problems)
    assert "facilities" in problem.remedy
    assert "Did you mean 'facilities'?" in problem.remedy


def test_the_longest_name_of_a_table_counts(read: Reader) -> None:
    """my-facility-capacities.csv holds capacities of facilities."""
    _, problems = read({"my-facility-capacities.csv": "id\nx\n"})
    assert "facility" in {problem.column for problem in problems}


def test_a_data_package_says_which_table_a_file_is(read: Reader) -> None:
    descriptor = {"resources": [{"name": "x", "path": "hills.csv", "schema": "facilities"}]}
    _, problems = read(
        {"sources.csv": SOURCES, "hills.csv": MINE, "datapackage.json": json.dumps(descriptor)}
    )
    assert not problems


def test_a_data_package_may_bring_a_schema_of_its_own(read: Reader) -> None:
    schema = {
        "primaryKey": "id",
        "aboutUrl": "cmd:{id}",
        "sources": "source_ids",
        "fields": [
            {"name": "id", "type": "string", "constraints": {"required": True}},
            {"name": "mine", "propertyUrl": "rdfs:seeAlso", "valueUrl": "cmd:{mine}",
             "references": {"resources": ["facilities"]}},
            {"name": "source_ids", "separator": ";", "constraints": {"required": True}},
        ],
    }  # fmt: skip
    resources = [{"name": "permits", "path": "permits.csv", "schema": schema}]
    files = {
        "sources.csv": SOURCES,
        "permits.csv": "id,mine,source_ids\npermit-1,mountain-pass-mine,survey-2031\n",
        "datapackage.json": json.dumps({"resources": resources}),
    }
    extension, problems = read(files)
    assert not problems
    assert any("permit-1" in subject for subject, *_ in statements(extension.facts))


@pytest.mark.parametrize(
    "descriptor",
    ["{", '{"a": 1}', '{"resources": [{"path": "../../etc/passwd"}]}',
     '{"resources": [{"path": "facilities.csv", "schema": "facilitys"}]}', "[" * 100_000],
)  # fmt: skip
def test_a_broken_data_package_is_reported(descriptor: str, read: Reader) -> None:
    _, problems = read(
        {"sources.csv": SOURCES, "facilities.csv": MINE, "datapackage.json": descriptor}
    )
    assert any(problem.file.endswith("datapackage.json") for problem in problems)
