"""A run over a small package: identities, facilities, decisions, and runs after it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.errors import CritmatError, NotFoundError
from kg.facts import load_package
from kg.match.cli import match as command
from kg.match.outcome import match
from kg.match.review import Review
from tests.kg.match.small_sites import Row, record, write_sites

HILL = record("atlas-1", "Red Hill")
HILL_TOO = record("survey-1", "Redhill mine", (10.01, 20.0), status="closed")
FAR = record("survey-2", "Red Hill", (10.2, 20.0))
LAKE = record("atlas-9", "Blue Lake mine", (50.001, -90.0), country="CAN")


def run(folder: Path, *records: Row) -> dict[str, list[Row]]:
    """Match the records; the tables as they are in the folder then."""
    write_sites(folder, *records)
    outcome = match(load_package(folder), folder / "tables")
    outcome.write(folder / "tables")
    return {name: table(folder, name) for name in outcome.tables}


def table(folder: Path, name: str) -> list[Row]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def facilities(folder: Path, *records: Row) -> dict[str, str]:
    """Record -> facility."""
    return {row["record"]: row["facility"] for row in run(folder, *records)["site-identities"]}


def test_two_records_of_one_site_are_one_facility(tmp_path: Path) -> None:
    tables = run(tmp_path, HILL, HILL_TOO)

    (site,) = tables["sites"]
    assert (site["id"], site["record"], site["status"]) == ("site-survey-1", "survey-1", "closed")
    first, second = tables["site-identities"]
    assert (first["record"], first["rule"], first["distance_km"]) == (
        "atlas-1",
        "same-name",
        "1.11",
    )
    assert first["reasons"] == "name 100, 1.1 km, copper; with survey-1"
    assert second["facility"] == "site-survey-1"


def test_a_record_alone_is_a_facility_of_its_own(tmp_path: Path) -> None:
    tables = run(tmp_path, HILL)

    (row,) = tables["site-identities"]
    assert (row["facility"], row["rule"], row["reasons"]) == ("site-atlas-1", "alone", "")


def test_a_curated_facility_keeps_its_id_and_its_point(tmp_path: Path) -> None:
    tables = run(tmp_path, LAKE)

    assert tables["site-identities"][0]["facility"] == "blue-lake"
    assert tables["sites"] == []
    assert tables["site-locations"] == []


def test_the_record_that_a_curated_point_was_taken_from_is_of_it(tmp_path: Path) -> None:
    official = record("survey-s7", "Quite another name", (50, -90), "tin", country="CAN")

    (row,) = run(tmp_path, official)["site-identities"]

    assert (row["facility"], row["rule"]) == ("blue-lake", "official-point")


def test_each_facility_has_one_point_that_of_the_leading_record(tmp_path: Path) -> None:
    (place,) = run(tmp_path, HILL, HILL_TOO)["site-locations"]

    assert (place["id"], place["facility"]) == ("location-site-survey-1", "site-survey-1")
    assert (place["latitude"], place["source_ids"]) == ("10.01", "survey")


def test_an_exact_point_goes_before_that_of_a_town(tmp_path: Path) -> None:
    town = {**HILL_TOO, "precision": "locality"}

    (place,) = run(tmp_path, HILL, town)["site-locations"]

    assert (place["latitude"], place["precision"]) == ("10.0", "site")


def test_one_list_keeps_its_sites_apart(tmp_path: Path) -> None:
    other = record("atlas-2", "Red Hill", (10.03, 20.0))

    found = facilities(tmp_path, HILL, other, HILL_TOO)

    assert found["atlas-1"] != found["atlas-2"]
    assert found["survey-1"] == found["atlas-1"]  # The nearer of the two.


def test_what_was_decided_stays_when_records_arrive(tmp_path: Path) -> None:
    first = facilities(tmp_path, HILL)

    later = facilities(tmp_path, HILL, HILL_TOO)

    assert first == {"atlas-1": "site-atlas-1"}
    assert later == {"atlas-1": "site-atlas-1", "survey-1": "site-atlas-1"}
    assert table(tmp_path, "sites")[0]["record"] == "atlas-1"


def test_two_facilities_that_are_known_do_not_become_one_by_themselves(tmp_path: Path) -> None:
    bridge = record("survey-3", "Red Hill", (10.04, 20.0))
    facilities(tmp_path, HILL, record("atlas-5", "Redhill", (10.09, 20.0)))

    found = facilities(tmp_path, HILL, record("atlas-5", "Redhill", (10.09, 20.0)), bridge)

    assert found["atlas-1"] != found["atlas-5"]


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    first = run(tmp_path, HILL, HILL_TOO, FAR, LAKE)

    assert run(tmp_path, HILL, HILL_TOO, FAR, LAKE) == first


def test_the_order_of_the_records_does_not_matter(tmp_path: Path) -> None:
    one = run(tmp_path / "one", HILL, HILL_TOO, FAR, LAKE)
    other = run(tmp_path / "other", LAKE, FAR, HILL_TOO, HILL)

    assert one == other


def test_a_record_that_is_gone_takes_its_facility_along(tmp_path: Path) -> None:
    run(tmp_path, HILL, LAKE)

    assert facilities(tmp_path, LAKE) == {"atlas-9": "blue-lake"}
    assert table(tmp_path, "sites") == []


def test_a_doubtful_pair_is_put_before_an_expert(tmp_path: Path) -> None:
    (row,) = run(tmp_path, HILL, FAR)["match-review"]

    assert (row["id"], row["rule"], row["decision"]) == ("atlas-1--survey-2", "same-name-far", "")
    assert row["left_says"] == "Red Hill | mine | AUS | copper"


def test_an_expert_makes_two_records_one_facility(tmp_path: Path) -> None:
    run(tmp_path, HILL, FAR)
    decide(tmp_path, "--accept", "atlas-1--survey-2")

    tables = run(tmp_path, HILL, FAR)

    assert {row["facility"] for row in tables["site-identities"]} == {"site-atlas-1"}
    row = tables["site-identities"][1]
    assert (row["rule"], row["decided_by"]) == ("expert", "Ada")
    assert tables["match-review"][0]["decision"] == "same"


def test_an_expert_parts_what_the_rules_put_together(tmp_path: Path) -> None:
    run(tmp_path, HILL, HILL_TOO)
    decide(tmp_path, "--reject", "atlas-1--survey-1")

    tables = run(tmp_path, HILL, HILL_TOO)

    assert {row["facility"] for row in tables["site-identities"]} == {
        "site-atlas-1",
        "site-survey-1",
    }
    assert tables["match-review"][0]["decision"] == "other"
    assert tables["match-review"][0]["reviewer"] == "Ada"


def test_what_was_refused_is_not_asked_again(tmp_path: Path) -> None:
    run(tmp_path, HILL, FAR)
    decide(tmp_path, "--reject", "atlas-1--survey-2")

    assert [row["decision"] for row in run(tmp_path, HILL, FAR)["match-review"]] == ["other"]


def decide(folder: Path, option: str, pair: str) -> None:
    """Decide a pair on the command line."""
    arguments = ["review", "--facts", str(folder), option, pair, "--reviewer", "Ada"]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output


def test_a_decision_is_signed_and_about_a_pair_that_is_there(tmp_path: Path) -> None:
    run(tmp_path, HILL, FAR)
    review = Review.read(tmp_path / "tables")

    with pytest.raises(CritmatError, match="Nobody has signed"):
        review.decided("atlas-1--survey-2", "same", " ", "")
    with pytest.raises(NotFoundError, match="No pair 'x'"):
        review.decided("x", "same", "Ada", "")


def test_a_word_that_is_no_decision_is_refused(tmp_path: Path) -> None:
    run(tmp_path, HILL, FAR)
    path = tmp_path / "tables" / "match-review.csv"
    path.write_text(path.read_text().replace('copper",,,', 'copper",maybe,,'))

    with pytest.raises(CritmatError, match="is 'maybe'"):
        Review.read(tmp_path / "tables")


def test_the_terminal_asks_pair_by_pair(tmp_path: Path) -> None:
    run(tmp_path, HILL, FAR)

    result = CliRunner().invoke(
        command,
        ["review", "--facts", str(tmp_path)],
        input="Ada\nother\nTwo hills.\n",
        catch_exceptions=False,
    )

    assert "Red Hill | mine | AUS | copper" in result.output
    (row,) = table(tmp_path, "match-review")
    assert (row["decision"], row["reviewer"], row["note"]) == ("other", "Ada", "Two hills.")


def test_the_command_writes_the_tables_and_says_what_it_found(tmp_path: Path) -> None:
    write_sites(tmp_path, HILL, FAR, LAKE)

    result = CliRunner().invoke(command, ["--facts", str(tmp_path)], catch_exceptions=False)
    listed = CliRunner().invoke(command, ["open", "--facts", str(tmp_path)], catch_exceptions=False)

    assert "       3  records\n" in result.output
    assert "1 pairs are open." in listed.output
    assert len(table(tmp_path, "site-identities")) == 3


@pytest.mark.parametrize(
    ("words", "rule"),
    [("Hill Mining Ltd.", "same-name"), ("HMC", "same-name"), ("Hill Minings", None)],
)
def test_operators_in_words_become_companies_where_that_is_sure(
    tmp_path: Path, words: str, rule: str | None
) -> None:
    tables = run(tmp_path, {**HILL, "operator_words": words})

    assert [row["rule"] for row in tables["company-names"]] == ([rule] if rule else [])
    assert tables["sites"][0]["operator"] == ("hill-mining" if rule else "")


def test_a_company_of_a_like_name_is_a_doubt_that_an_expert_decides(tmp_path: Path) -> None:
    like = {**HILL, "operator_words": "Hill Minings"}
    (row,) = run(tmp_path, like)["match-review"]
    assert (row["rule"], row["left"], row["right"]) == (
        "company-name",
        "hill-mining",
        "Hill Minings",
    )
    decide(tmp_path, "--accept", row["id"])

    tables = run(tmp_path, like)

    assert [row["rule"] for row in tables["company-names"]] == ["reviewed"]
    assert tables["sites"][0]["operator"] == "hill-mining"
