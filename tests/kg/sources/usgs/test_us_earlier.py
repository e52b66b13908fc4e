"""The files of the United States in the releases 2022 to 2025, on small ones of their form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.report import Report, Severity
from kg.sources import PlaceNames
from kg.sources.usgs.release import Release
from kg.sources.usgs.us_earlier import read_cell, read_salient
from kg.sources.usgs.values import ParsedValue, UnreadableValue

FIXTURES = Path(__file__).parents[1] / "fixtures"
Facts = dict[str, dict[str, str]]


def read(year: int, *files: Path) -> tuple[Facts, Report]:
    """The facts of files by identifier, without the end that names the release."""
    report = Report("test")
    given_files = files or tuple((FIXTURES / f"usgs-mcs-{year}" / "salient").glob("*.csv"))
    tables = read_salient(given_files, Release(year), PlaceNames({}), report)
    rows = tables[f"usgs-mcs-{year}-us"][1]
    return {row["id"].removesuffix(f"-usgs-mcs{year}"): dict(row) for row in rows}, report


def said(report: Report, words: str) -> list[str]:
    """Places of the problems whose message has these words."""
    return [problem.place for problem in report.problems if words in problem.message]


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., Path]:
    """A file of the fixture with words replaced, everywhere or in the header alone."""

    def edit(name: str, old: str, new: str) -> Path:
        (path,) = FIXTURES.rglob(name)
        text = path.read_text("utf-8-sig")
        assert old in text
        copy = tmp_path / name
        copy.write_text(text.replace(old, new), encoding="utf-8-sig")
        return copy

    return edit


def test_a_cell_becomes_a_figure_of_its_series_and_year() -> None:
    facts, _ = read(2022)
    assert facts["gallium-imports-USA-2019-metal"] == {
        "id": "gallium-imports-USA-2019-metal-usgs-mcs2022",
        "substance": "gallium",
        "measure": "imports",
        "item": "Metal",
        "area": "USA",
        "year": "2019",
        "period_start": "",
        "period_end": "",
        "value": "5500",
        "low": "",
        "high": "",
        "unit": "kilogram",
        "status": "measured",
        "flag": "",
        "stated": "5500",
        "note": "",
        "source_ids": "usgs-mcs2022-data",
        "locator": "gallium_mcs2022-galli_salient.csv",
    }


def test_the_last_year_is_estimated_as_the_book_heads_it() -> None:
    facts, _ = read(2022)
    assert facts["gallium-imports-USA-2021-metal"]["status"] == "estimated"
    assert facts["gallium-exports-USA-2021"]["status"] == "not-available"


def test_every_cell_is_counted() -> None:
    facts, report = read(2024)
    assert report.counts["rows read"] == 5 * (15 + 8)
    assert report.counts["rows used"] == len(facts) == 5 * (14 + 8) - 1
    assert report.counts["rows left out: United States, an empty column"] == 5
    assert report.counts["rows reported and not used"] == 1


def test_a_shifted_header_is_read_by_what_stands_below_it_and_said() -> None:
    facts, report = read(2024)
    cryolite = facts["fluorspar-imports-USA-2019-cryolite"]
    assert (cryolite["value"], cryolite["unit"]) == ("21", "thousand-tonnes")
    assert cryolite["note"] == "The column of the file is headed Consump_All_kt."
    assert facts["fluorspar-import-reliance-USA-2019"]["value"] == "100"
    assert "mcs2024-fluor_salient.csv:1:Consump_All_kt" in said(report, "imports: Cryolite")


def test_a_name_that_says_another_unit_is_said() -> None:
    facts, report = read(2023)
    assert facts["lead-apparent-consumption-USA-2018"]["unit"] == "thousand-tonnes"
    assert said(report, "The name says tonne") == ["mcs2023-lead_salient.csv:1:Consump_t"]


def test_less_than_half_a_unit_is_a_bound() -> None:
    facts, _ = read(2023)
    lead = facts["lead-imports-USA-2018-lead-in-concentrates"]
    assert (lead["status"], lead["low"], lead["high"], lead["value"]) == ("bound", "0", "0.5", "")


def test_only_shipments_from_a_stockpile_are_negative() -> None:
    facts, _ = read(2023)
    assert facts["niobium-stockpile-shipments-USA-2018"]["value"] == "-70"
    facts, report = read(2024)
    assert "tellurium-exports-USA-2020" not in facts
    assert said(report, "negative") == ["mcs2024-tellu_salient.csv:3:Exports_t"]


def test_a_price_of_nothing_is_no_price() -> None:
    facts, report = read(2025)
    assert not [name for name in facts if name.startswith("iodine-price-USA-2024")]
    assert said(report, "price of 0") == ["mcs2025-iodin_salient.csv:6:Price_Crude_CIF_dkg"]


def test_columns_of_one_name_are_told_by_their_order() -> None:
    facts, _ = read(2025)
    assert facts["iodine-apparent-consumption-USA-2020"]["status"] == "withheld"
    assert facts["iodine-reported-consumption-USA-2020"]["value"] == "3700"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("MCS2025,Iodine,2022", "MCS2025,Iodine,2023", "not the five before 2025"),
        ("MCS2025", "MCS2024", "do not all say"),
        ("MCS2025,Iodine,2022", "MCS2025,Bromine,2022", "several commodities"),
        ("Iodine", "Unobtainium", "is not known"),
        ("Exports_t", "Sent_abroad_t", "missing: Exports_t; not known: Sent_abroad_t"),
        ("Imports_t,", "Imports_t,Consump_t,", "has not the 12 cells"),
        ("Consump_t,Consump_t", "Consump_t,", "missing: Consump_t 2"),
        ("DataSource", "Publisher", "columns are not those"),
        ("4500", "many", "'many' cannot be read"),
        ("4500", '"4500', "not CSV"),
    ],
)
def test_a_file_that_is_not_as_it_was_released_is_an_error(
    old: str, new: str, words: str, edited: Callable[..., Path]
) -> None:
    _, report = read(2025, edited("mcs2025-iodin_salient.csv", old, new))
    assert not report.ok
    assert said(report, words), list(report.lines())


def test_an_empty_cell_is_reported_and_does_not_stop_the_import(
    edited: Callable[..., Path],
) -> None:
    _, report = read(2025, edited("mcs2025-iodin_salient.csv", "4500", ""))
    assert report.ok
    assert said(report, "The cell is empty")


def test_a_table_of_the_world_under_the_name_of_statistics_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "mcs2024-cobal_salient.csv"
    path.write_text("Source,Country,Type,Prod_t_2022\nMCS2024,Peru,Mine,5\n", "utf-8-sig")
    facts, report = read(2024, path)
    assert facts == {}
    assert report.ok
    assert report.counts["rows left out: world production in the place of statistics"] == 1


def test_a_file_that_is_given_twice_is_an_error(tmp_path: Path) -> None:
    (path,) = FIXTURES.rglob("mcs2025-iodin_salient.csv")
    copy = tmp_path / "copy_of_mcs2025-iodin_salient.csv"
    copy.write_bytes(path.read_bytes())
    _, report = read(2025, path, copy)
    assert not report.ok
    assert said(report, "already")


def test_files_that_are_not_given_are_named() -> None:
    _, report = read(2022)
    (problem,) = [found for found in report.problems if "not given" in found.message]
    assert problem.severity is Severity.WARNING
    assert problem.message.startswith("11 files with statistics of the United States")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12,300", ParsedValue("measured", value="12300", stated="12,300")),
        ("−88", ParsedValue("measured", value="-88", stated="−88")),
        ("e150", ParsedValue("estimated", value="150", flag="e150", stated="e150")),
        (">50%", ParsedValue("bound", low="50", flag=">50%", stated=">50%")),
        (
            "Less than one-half unit",
            ParsedValue(
                "bound",
                low="0",
                high="0.5",
                flag="Less than one-half unit",
                stated="Less than one-half unit",
            ),
        ),
        (
            "Less than 50,000\xa0tons",
            ParsedValue(
                "qualitative", flag="Less than 50,000 tons", stated="Less than 50,000 tons"
            ),
        ),
        ("E", ParsedValue("qualitative", flag="E", stated="E")),
    ],
)
def test_the_forms_of_a_cell(cell: str, expected: ParsedValue) -> None:
    assert read_cell(cell) == expected


@given(st.text(max_size=12))
def test_any_cell_is_read_or_refused_and_never_gives_a_figure_that_is_not_there(cell: str) -> None:
    parsed = read_cell(cell)
    if isinstance(parsed, UnreadableValue):
        assert parsed.reason
    elif parsed.value and parsed.value != "0":
        assert parsed.value.lstrip("-") in cell.replace(",", "")


@given(st.integers(0, 10**9), st.sampled_from(["", "−", "-", "e"]))
def test_a_whole_number_keeps_its_value(number: int, sign: str) -> None:
    parsed = read_cell(f"{sign}{number:,}")
    assert isinstance(parsed, ParsedValue)
    assert int(parsed.value) == (-number if sign in {"−", "-"} else number)
