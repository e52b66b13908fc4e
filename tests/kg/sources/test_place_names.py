"""Names that publishers use for countries."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.sources import PlaceNames


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Burma", "MMR"),
        ("Congo (Kinshasa)", "COD"),
        ("Congo, D.R.", "COD"),
        ("Congo", "COG"),
        ("Korea, Republic of", "KOR"),
        ("Korea, South", "KOR"),
        ("Korea, North", "PRK"),
        ("Türkiye", "TUR"),
        (" turkey ", "TUR"),
        ("Côte d’Ivoire", "CIV"),
        ("Cote d'Ivoire", "CIV"),
        ("United\xa0States", "USA"),
        ("Bosnia and Herzegovina", "BIH"),
        ("The Bahamas", "BHS"),
        ("Kosovo", "XKX"),
    ],
)
def test_names_of_the_sources_are_found(places: PlaceNames, name: str, place: str) -> None:
    assert places.find(name) == place


@pytest.mark.parametrize("name", ["Brasilia", "Turkyie", "Korea of the north", "World total", ""])
def test_other_names_are_not_guessed(places: PlaceNames, name: str) -> None:
    assert places.find(name) is None


def test_one_name_for_two_places_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "places.csv"
    table.write_text("id,name,aliases\nCOD,DR Congo,Congo\nCOG,Congo,\n", encoding="utf-8")
    with pytest.raises(ValueError, match="both COD and COG"):
        PlaceNames.shipped(table)
