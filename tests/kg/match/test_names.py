"""Names in the form in which they are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.match.names import companies_alike, company_name, likeness, plain_letters, site_names


def score(one: str, other: str) -> float:
    """How like two names of sites are."""
    return likeness(site_names(one), site_names(other)).score


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("Mountain Pass mine", ("mountain", "pass")),
        ("Mina de Cobre Cerro Verde", ("cerro", "verde")),
        ("Norra Kärr", ("norra", "karr")),
        ("Sokli Phosphate Project", ("sokli",)),
        ("Voisey’s Bay", ("voiseys", "bay")),
    ],
)
def test_words_of_kinds_and_substances_are_dropped(name: str, core: tuple[str, ...]) -> None:
    assert site_names(name)[0].core == core


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Red Hill", "Redhill Mine"),
        ("Łódź", "Lodz"),
        ("Mount Weld rare earth mine", "Mount Weld"),
        ("Kuantan (Gebeng)", "Gebeng plant"),
        ("Weishan (Chisan, Xishan, 1010)", "Xishan"),
        ("Butte/Continental", "Continental"),
        ("Mine No. 2 Olenegorsk", "Olenegorsk 2"),
    ],
)
def test_one_name_in_several_spellings(one: str, other: str) -> None:
    assert score(one, other) == 100


def test_two_hills_of_like_names_are_not_alike() -> None:
    assert score("Mrima Hill", "Mfima Hill") < 88


@pytest.mark.parametrize(
    ("one", "other", "parts"),
    [
        ("Kutessay II", "Kutessay 2", "same"),
        ("Kutessay II", "Kutessay I", "different"),
        ("Cerro Norte", "Cerro Sur", "different"),
        ("Cerro Norte", "Cerro", "one-sided"),
        ("Colquiri", "Colquiri tailings", "one-sided"),
    ],
)
def test_numbers_and_directions_tell_neighbours_apart(one: str, other: str, parts: str) -> None:
    assert likeness(site_names(one), site_names(other)).parts == parts


def test_a_name_of_nothing_but_kinds_is_plain() -> None:
    assert site_names("Copper Mine")[0].plain
    assert site_names("Rare Earth Processing Facility")[0].plain
    assert not site_names("Ray copper mine")[0].plain


def test_a_name_that_only_names_the_town_is_known_as_such() -> None:
    assert site_names("Mine in Gua Musang")[0].placed
    assert not site_names("Gua Musang Mine")[0].placed


def test_a_district_in_parentheses_is_no_name_of_the_site() -> None:
    assert [way.core for way in site_names("Tazadit (Zouerate District)")] == [("tazadit",)]
    assert site_names("Coeur d'Alene district")[0].area


def test_what_a_site_is_said_to_include_is_no_name_of_it() -> None:
    assert [way.core for way in site_names("Rock Creek (includes Rock Lake)")] == [
        ("rock", "creek")
    ]


def test_a_name_within_a_name_is_seen() -> None:
    like = likeness(site_names("Baowu Bomi Hills Mine"), site_names("Bomi Hills"))

    assert (like.within, like.score < 100) == (True, True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lynas Malaysia Sdn. Bhd.", "Lynas Malaysia"),
        ("Vale S.A. [100%]", "Vale SA"),
        ("Anglo American plc (51%)", "Anglo American"),
    ],
)
def test_the_legal_form_of_a_company_does_not_count(one: str, other: str) -> None:
    assert company_name(one) == company_name(other)
    assert companies_alike(one, other) == 100


def test_a_company_without_a_name_is_like_none() -> None:
    assert companies_alike("", "Vale") == 0


@given(st.text(max_size=60))
def test_every_text_can_be_read(text: str) -> None:
    assert plain_letters(text).isascii()
    for way in site_names(text):
        assert way.core
    assert company_name(text).isascii()


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_goes_both_ways(one: str, other: str) -> None:
    assert score(one, other) == score(other, one)
    assert 0 <= score(one, other) <= 100
