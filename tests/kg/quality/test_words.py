"""The report as text for a terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.facts import load_package
from kg.quality import measure
from kg.quality.model import PlaceQuality, QualityReport
from kg.quality.words import RULES, STATUSES, lines, percent
from tests.kg.quality.invented_facts import write_facts

REPOSITORY = Path(__file__).resolve().parents[3]
HEADINGS = [
    "Figures by status",
    "Fact tables",
    "Sources by kind and age",
    "Official files",
    "Shares that do not add up to 100",
    "Coordinates",
    "Sites and facilities",
    "Rows that rest on news alone",
]


@pytest.fixture
def text(tmp_path: Path) -> list[str]:
    return list(lines(measure(load_package(write_facts(tmp_path)))))


def test_every_section_is_there_in_its_order(text: list[str]) -> None:
    assert [line for line in text[2:] if line and not line.startswith(" ")] == HEADINGS
    assert text[0] == "Data quality of 27 rows in 5 fact tables, from 4 sources"
    assert text[1] == "Ages are counted to 2026-03-15, when the last source was retrieved."


@pytest.mark.parametrize(
    "line",
    [
        "measured 6 50.0 % the source reports the figure as observed",
        "tin-shares 12 3 6 3 2 1",
        "imports (not in the graph) 9 0",
        "official 2 17 0 1 0 0 1 0",
        "No row names: unread.",
        "office 13 8 1 3",
        "a.csv 10 6 1 3",
        "office, b.csv: 1 rows are not accounted for.",
        "4 of 7 wholes are more than 3 points away.",
        "The tin-shares (tin-shares)",
        "zinc, mining, 2020: 90 to 94",
        "tin, mining, 2021: 42",
        "3 of 4 facilities have coordinates (75.0 %).",
        "Of 3 points 1 lie in their country, 0 within 25 km of it, 1 at sea, 1 elsewhere.",
        "swapped: AUS, its point lies in CZE",
        "same-name 2 same name, near, with a common substance",
        "2 doubtful pairs wait for an expert (critmat match review), 1 are decided.",
        "3 rows of 16 in these tables:",
        "facilities 1 4 25.0 %",
    ],
)
def test_the_lines_say_what_was_measured(text: list[str], line: str) -> None:
    assert line in [re.sub(r" +", " ", each).strip() for each in text]


def test_columns_stand_under_their_heads(text: list[str]) -> None:
    start = text.index("Official files") + 1
    table = text[start : start + 6]
    assert len({len(line) for line in table}) == 1, table


def test_no_line_ends_in_blanks(text: list[str]) -> None:
    assert all(line == line.rstrip() for line in text)


def test_nothing_measured_is_said_too() -> None:
    empty = QualityReport("", (), (), (), (), 0, PlaceQuality(0, 0, 0, 0, 0, 0, ()), {}, 0, 0)
    text = list(lines(empty))
    assert "  No table has figures." in text
    assert "  No official file was read." in text
    assert not any("Ages are counted" in line for line in text)


def test_a_small_part_is_not_nothing_and_a_large_one_not_all() -> None:
    assert [percent(part, 10_000) for part in (0, 1, 5_000, 9_999, 10_000)] == [
        "0.0 %", "< 0.1 %", "50.0 %", "> 99.9 %", "100.0 %",
    ]  # fmt: skip


def test_every_status_of_a_figure_that_a_table_may_have_is_explained() -> None:
    allowed = {
        status
        for table in load_package().tables.values()
        if (field := table.schema.field("status")) is not None
        and field.descriptor.get("propertyUrl") == "cm:status"
        for status in field.descriptor.get("constraints", {}).get("enum", ())
    }
    assert allowed
    assert allowed <= set(STATUSES)


def test_every_rule_that_puts_sites_together_is_explained() -> None:
    page = (REPOSITORY / "docs" / "identity.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \|", page, re.MULTILINE)
    rules = {rule for rule, sure in table if rule.count("-") and sure.strip()}
    assert {"same-name", "official-point"} <= rules
    assert {rule for rule in rules if rule not in _tables()} <= set(RULES)


def _tables() -> set[str]:
    return set(load_package().tables)
