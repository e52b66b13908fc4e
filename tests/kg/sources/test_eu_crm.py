"""World supply shares of the EU study, on a table written for the purpose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.report import Severity
from kg.sources.eu_crm import import_eu_crm
from kg.sources.eu_study import element_groups


def facts_of(path: Path) -> dict[str, dict[str, str]]:
    """The shares by identifier; the import must be without errors."""
    tables, report = import_eu_crm([path])
    assert report.ok, list(report.lines())
    return {row["id"]: dict(row) for row in tables["eu-crm-2023-shares"][1]}


def test_a_share_is_an_average_and_says_so(eu_file: Callable[..., Path]) -> None:
    gallium = facts_of(eu_file())["gallium-processing-share-CHN-2020-eu-crm-2023"]
    assert (gallium["share"], gallium["year"], gallium["period_start"], gallium["period_end"]) == (
        "100.0",
        "2020",
        "2016",
        "2020",
    )
    assert gallium["note"] == "Average of about 2016-2020."
    assert gallium["stated"] == "100.0%"


def test_less_than_is_a_bound(eu_file: Callable[..., Path]) -> None:
    kosovo = facts_of(eu_file())["eu-2023-light-rare-earths-processing-share-XKX-2020-eu-crm-2023"]
    assert (kosovo["share"], kosovo["high"], kosovo["status"]) == ("", "0.1", "bound")
    assert kosovo["flag"] == "<0.1%"


def test_identical_lines_of_rare_earths_are_told_once_of_their_group(
    eu_file: Callable[..., Path],
) -> None:
    facts = facts_of(eu_file())
    told_of = {row["substance"] for row in facts.values()}
    assert {
        "eu-2023-light-rare-earths",
        "eu-2023-heavy-rare-earths",
        "eu-2023-extraction-rare-earths",
        "dysprosium-terbium",
        "scandium",
    } <= told_of
    assert not told_of & {"neodymium", "samarium", "dysprosium", "terbium", "yttrium"}
    light = facts["eu-2023-light-rare-earths-processing-share-CHN-2020-eu-crm-2023"]
    assert light["share"] == "85.0"
    assert (
        "cerium, lanthanum, neodymium, praseodymium, samarium: a figure of the group"
        in (light["note"])
    )


def test_a_rare_earth_with_a_line_of_its_own_has_no_group_that_fits(
    eu_file: Callable[..., Path],
) -> None:
    path = eu_file()
    text = path.read_text("cp1252")
    assert "Neodymium,P,China,85.0%" in text
    path.write_text(
        text.replace("Neodymium,P,China,85.0%", "Neodymium,P,China,84.0%"), encoding="cp1252"
    )
    tables, report = import_eu_crm([path])
    assert tables == {}
    (error,) = [found for found in report.problems if found.severity is Severity.ERROR]
    assert "cerium, lanthanum, praseodymium, samarium at stage processing" in error.message


def test_groups_of_the_shipped_table_are_the_ones_found(eu_file: Callable[..., Path]) -> None:
    _, report = import_eu_crm([eu_file()], groups={"rare-earths": element_groups()["rare-earths"]})
    assert sum(found.severity is Severity.ERROR for found in report.problems) == 4


def test_what_is_no_mineral_is_left_out_by_name(eu_file: Callable[..., Path]) -> None:
    _, report = import_eu_crm([eu_file()])
    assert report.counts["rows left out: Natural rubber, not a mineral"] == 1
    assert report.counts["rows left out: Hydrogen, not a mineral"] == 2


def test_every_row_is_accounted_for(eu_file: Callable[..., Path]) -> None:
    tables, report = import_eu_crm([eu_file(["Gold", "E", "Brasilia", "1%", "1.0"])])
    counts = dict(report.counts)
    read = counts.pop("rows read")
    assert sum(counts.values()) == read
    assert counts["rows reported and not used"] == 1
    assert counts["rows used"] == len(tables["eu-crm-2023-shares"][1])


def test_misspelt_names_are_reported_and_used_only_where_certain(
    eu_file: Callable[..., Path],
) -> None:
    path = eu_file(["Gold", "E", "Turkyie", "1%", "1.0"], ["Gold", "E", "Brasilia", "1%", "1.0"])
    facts = facts_of(path)
    assert facts["gold-mining-share-TUR-2020-eu-crm-2023"]["share"] == "1"
    assert not any("BRA" in name for name in facts)
    _, report = import_eu_crm([path])
    said = [problem.message for problem in report.problems]
    assert "'Turkyie' is misspelt." in said
    assert "The country 'Brasilia' is not known." in said


def test_shares_that_do_not_make_a_hundred_are_a_warning(eu_file: Callable[..., Path]) -> None:
    _, report = import_eu_crm([eu_file(["Tin", "P", "Peru", "4%", "1.0"])])
    (warning,) = report.problems
    assert "tin, stage P, add up to 104.0 instead of 100" in warning.message
    assert warning.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["Gold", "E", "Peru", "lots", "1.0"], "The share 'lots' cannot be read"),
        (["Gold", "E", "Peru", "101%", "1.0"], "The share '101%' cannot be read"),
        (["Kryptonite", "E", "Peru", "1%", "1.0"], "'Kryptonite' at stage 'E' is not known"),
        (["Gold", "E", "China", "1%", "1.0"], "China stands twice"),
        (["Gold", "E", "Peru"], "3 cells instead of 5"),
    ],
)
def test_a_spoilt_row_refuses_the_file(
    eu_file: Callable[..., Path], row: list[str], words: str
) -> None:
    tables, report = import_eu_crm([eu_file(row)])
    assert tables == {}
    assert any(words in problem.message for problem in report.problems)


def test_a_cut_file_and_a_wrong_encoding_are_refused(eu_file: Callable[..., Path]) -> None:
    path = eu_file()
    path.write_bytes(b"\n".join(path.read_bytes().split(b"\n")[:60]) + b"\n")
    tables, report = import_eu_crm([path])
    assert tables == {}
    assert any("is missing" in problem.message for problem in report.problems)
    _, report = import_eu_crm([eu_file(["Gold", "E", "Türkiye", "1%", "1.0"], encoding="utf-8")])
    assert "is UTF-8" in report.problems[0].message
