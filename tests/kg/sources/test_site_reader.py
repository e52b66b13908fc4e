"""What every row of a file of sites goes through, whatever its publisher."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.report import Severity
from kg.shipped import facts_dir
from kg.sources import PlaceNames, RowLedger
from kg.sources.garbled import restored
from kg.sources.site_reader import SiteReader, deposit_precision
from kg.sources.site_record import SiteSubstances

SOURCES = Path(__file__).resolve().parents[3] / "kg" / "sources"
COLUMNS = ("lat", "lon")
WORDS = SiteSubstances({"Lanthanides": ("rare-earths",), "Copper": ("copper",), "Salt": ()})


@pytest.fixture
def reader(ledger: RowLedger, places: PlaceNames) -> SiteReader:
    return SiteReader(ledger, places, WORDS)


def test_commodities_become_substances(reader: SiteReader, ledger: RowLedger) -> None:
    assert reader.substances(2, ["lanthanides", "Salt", "COPPER"], "c") == ("rare-earths", "copper")
    assert not ledger.report.problems


def test_a_row_out_of_scope_is_left_out_by_name(reader: SiteReader, ledger: RowLedger) -> None:
    assert reader.substances(2, ["Salt"], "c") is None
    assert dict(ledger.left_out) == {"sites of salt and nothing in scope": 1}


def test_an_unknown_word_is_reported_and_the_others_are_used(
    reader: SiteReader, ledger: RowLedger
) -> None:
    assert reader.substances(2, ["Copper", "unobtainium"], "c") == ("copper",)
    assert ledger.reported == 0
    assert reader.substances(3, ["unobtainium"], "c") is None
    assert reader.substances(4, [], "c") is None
    assert ledger.reported == 2
    assert ledger.report.ok, "one site less is no reason to stop"


@pytest.mark.parametrize(
    ("words", "country"),
    [("Burma", "MMR"), ("England", "GBR"), ("Burkina Fasso", "BFA"), ("Kosovo", "XKX")],
)
def test_countries(reader: SiteReader, words: str, country: str) -> None:
    assert reader.country(2, words, "c") == country


def test_a_country_that_is_not_one_is_reported_or_left_out(
    reader: SiteReader, ledger: RowLedger
) -> None:
    assert reader.country(2, "Korean Peninsula", "c") is None
    assert reader.country(3, "Atlantis", "c") is None
    assert ledger.reported == 2
    assert reader.country(4, "Indian Ocean", "c") is None
    assert ledger.left_out.total() == 1


def test_a_point_in_the_country_stays_as_it_is_spelled(reader: SiteReader) -> None:
    point = reader.point(2, "AUS", "-21.0638988", "118.9047052", COLUMNS)
    assert point == ("AUS", "-21.0638988", "118.9047052")


def test_a_point_in_another_country_is_refused(reader: SiteReader, ledger: RowLedger) -> None:
    assert reader.point(2, "NCL", "-21.06", "118.90", COLUMNS) is None
    assert (ledger.reported, ledger.report.problems[0].column) == (1, "lat")


def test_swapped_degrees_are_found(reader: SiteReader, ledger: RowLedger) -> None:
    assert reader.point(2, "CHN", "109.97", "41.8", COLUMNS) == ("CHN", "", "")
    assert ledger.report.problems[0].message == "'109.97' are no degrees."


@pytest.mark.parametrize("latitude", ["", "  ", "12 N", "91", "nan", "1e1"])
def test_what_are_no_degrees_gives_a_site_without_a_point(
    reader: SiteReader, latitude: str
) -> None:
    assert reader.point(2, "USA", latitude, "-115", COLUMNS) == ("USA", "", "")


@given(st.text(), st.text())
def test_any_text_for_degrees_gives_an_answer(latitude: str, longitude: str) -> None:
    from kg.report import Report

    ledger = RowLedger("f.csv", Report("t"), read=1)
    point = SiteReader(ledger, PlaceNames({}), WORDS).point(1, "USA", latitude, longitude, COLUMNS)
    assert (point is None) == (ledger.reported == 1)
    assert all(problem.severity is not Severity.ERROR for problem in ledger.report.problems)


@pytest.mark.parametrize(
    ("name", "latitude", "longitude", "precision"),
    [
        ("Bikita", "-19.9609", "31.4280", "site"),
        ("Bikita", "-20.0", "31.428", "site"),
        ("Buena Norte mining district", "-21.517", "-41.083", "locality"),
        ("Bushveld", "-24.5000000001", "29", "locality"),
        ("Springfield", "45.123", "7.321", "site"),
        ("Bikita", "", "", ""),
    ],
)
def test_how_exact_a_point_is(name: str, latitude: str, longitude: str, precision: str) -> None:
    assert deposit_precision(name, latitude, longitude) == precision


@given(st.text())
def test_letters_garbled_once_are_restored(text: str) -> None:
    try:
        garbled = text.encode("utf-8").decode("cp1252")
    except UnicodeDecodeError:
        return
    assert restored(garbled) == text


@pytest.mark.parametrize("text", ["Bergsöe", "Çaldag", "Zürich – Nord", "Côte d’Ivoire", "铁"])
def test_a_text_in_order_stays_as_it_is(text: str) -> None:
    assert restored(text) == text


def test_the_words_stand_for_things_that_are_there() -> None:
    tables = facts_dir() / "tables"
    known: set[str] = set()
    for name in ("elements", "materials", "groups", "commodities"):
        with (tables / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            known |= {row["id"] for row in csv.DictReader(file)}
    with (SOURCES / "site_substances.csv").open(encoding="utf-8", newline="") as file:
        used = {part for row in csv.DictReader(file) for part in row["substance"].split(";")}
    assert used - {""} <= known
    with (tables / "places.csv").open(encoding="utf-8", newline="") as file:
        places = {row["id"] for row in csv.DictReader(file)}
    with (SOURCES / "site_places.csv").open(encoding="utf-8", newline="") as file:
        assert {row["country"] for row in csv.DictReader(file)} - {""} <= places
