"""Rules between the cells of a row: each broken once, told by cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kg.facts.small_package import (
    GOOD,
    HEADER,
    check,
    check_output,
    write_package,
)


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("o1,CHN,,2024,,,,bound,usgs-2026", "share", "the status is bound, but there is no bound"),
        (
            "o1,CHN,,2024,,7,,bound,usgs-2026",
            "share",
            "the status is bound, but there is a value (7)",
        ),
        (
            "o1,CHN,,2024,,,,measured,usgs-2026",
            "share",
            "the status is measured, but there is no figure",
        ),
        ("o1,CHN,,2024,,7,9,measured,usgs-2026", "share", "low (9) is more than share (7)"),
        ("o1,CHN,,1024,,7,,measured,usgs-2026", "year", "the year 1024 is outside 1700 to 2100"),
        ("o1,CHN,,2024,,NaN,,measured,usgs-2026", "share", "'NaN' is no figure"),
        ("o1,CHN,AUS;,2024,,7,,measured,usgs-2026", "buyers", "the list has an empty item"),
        ("o 1,CHN,,2024,,7,,measured,usgs-2026", "id", "'o 1' cannot be part of an identifier"),
        (",CHN,,2024,,7,,measured,usgs-2026", "id", "the cell is empty, but"),
        (
            "o1,CHN,,2024,,7,,mesured,usgs-2026",
            "status",
            "'mesured' is not one of the allowed values",
        ),
        ("citation-1,CHN,,2024,,7,,measured,usgs-2026", "id", "the id 'citation-1' begins with"),
    ],
)
def test_rules_between_cells(tmp_path: Path, row: str, column: str, message: str) -> None:
    problems = check_output(tmp_path, HEADER + row + "\n")
    told = [p for p in problems if p.message.startswith(message)]
    assert [(p.file, p.row, p.column) for p in told] == [("output.csv", 2, column)], problems
    assert told[0].remedy


SITES = {
    "primaryKey": "id",
    "aboutUrl": "cmd:{id}",
    "sources": "source_ids",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "name", "type": "string", "constraints": {"unique": True}},
        {"name": "latitude", "type": "number"},
        {"name": "longitude", "type": "number"},
        {
            "name": "opened",
            "type": "string",
            "propertyUrl": "cm:validFrom",
            "datatype": "partial-date",
        },
        {
            "name": "closed",
            "type": "string",
            "propertyUrl": "cm:validUntil",
            "datatype": "partial-date",
        },
        {"name": "page", "type": "string", "propertyUrl": "cm:sourceUrl", "datatype": "anyURI"},
        {"name": "source_ids", "type": "string", "separator": ";"},
    ],
}


def check_sites(folder: Path, *rows: str) -> list[str]:
    """The problems of a table of sites with places, dates and addresses."""
    lines = "id,name,latitude,longitude,opened,closed,page,source_ids\n" + "\n".join(rows) + "\n"
    write_package(folder, {"sources": GOOD["sources"], "sites": lines}, {"sites": SITES})
    return [f"{p.row}:{p.column}: {p.message}" for p in check(folder)]


def test_places_dates_and_addresses_in_order(tmp_path: Path) -> None:
    rows = [
        "a,A,-28.9,122.5,1957,2001-04,https://example.org/a,usgs-2026",
        "b,B,90,-180,2001-04-09,2001,,usgs-2026",
        "c,C,,,2001-04-09,2001-04,,usgs-2026;iea-2025",
    ]
    assert check_sites(tmp_path, *rows) == []


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (
            "a,A,122.5,-28.9,,,,usgs-2026",
            "latitude: the latitude 122.5 is outside -90 to 90 degrees",
        ),
        ("a,A,0,181,,,,usgs-2026", "longitude: the longitude 181 is outside -180 to 180 degrees"),
        ("a,A,,,2002,2001-04,,usgs-2026", "closed: 2001-04 is before 2002"),
        ("a,A,,,2001-13,,,usgs-2026", "opened: '2001-13' is not a date; write 2025, 2025-04 or"),
        ("a,A,,,1066,,,usgs-2026", "opened: the year 1066 is outside 1700 to 2100"),
        ("a,A,,,,,javascript:x,usgs-2026", "page: 'javascript:x' is not a web address"),
        ("a, A,,,,,,usgs-2026", "name: ' A' has spaces at its ends"),
        ("a,A,,,,,,usgs-2026;usgs-2026", "source_ids: the list names 'usgs-2026' twice"),
        ("a,A,,,,,,", "source_ids: the row names no source"),
    ],
)
def test_places_dates_and_addresses_out_of_order(tmp_path: Path, row: str, problem: str) -> None:
    problems = check_sites(tmp_path, row)
    assert len(problems) == 1, problems
    assert problems[0].startswith(f"2:{problem}")


def test_a_unique_column_that_is_not_the_key(tmp_path: Path) -> None:
    rows = ["a,A,,,,,,usgs-2026", "b,A,,,,,,usgs-2026"]
    assert check_sites(tmp_path, *rows) == ["3:name: 'A' stands in row 2 as well"]
