"""An answer in words, over the shipped facts: it says what the rows say, and no more."""

from __future__ import annotations

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.questions import Catalogue, ask
from service.pages.answer_in_words import Words, in_words
from service.reading import Reading


def words(engine: EmbeddedEngine, **values: str) -> Words:
    reading = Reading(engine)
    question = Catalogue.load()["exposed-products"]
    table = ask(engine, question, {name: [value] for name, value in values.items()})
    return in_words(table, reading.page("evidence"), reading.page("statuses"))


def test_the_systems_that_are_named_come_first(shipped_engine: EmbeddedEngine) -> None:
    told = words(shipped_engine)
    count = len(told.names)
    assert told.first == (
        f"{count} defence systems are named in a source with neodymium and the part that holds it"
    )
    assert "F-35 Lightning II fighter aircraft" in told.names
    assert "M1A1/M1A2 Abrams tank" not in told.names
    assert told.more_names == 0


def test_each_thing_counts_once_at_its_strongest_level(shipped_engine: EmbeddedEngine) -> None:
    levels = words(shipped_engine).levels
    things = [thing for level in levels for thing in level.things]
    assert [level.name for level in levels] == ["named", "element", "group", "class"]
    assert len(things) == len(set(things))


def test_a_share_says_its_year_its_status_and_what_it_is_for(
    shipped_engine: EmbeddedEngine,
) -> None:
    share = words(shipped_engine).shares[0]
    assert share.text == (
        "China held 91.3\u00a0% of the world’s refining of magnet rare earths in 2024"
    )
    assert share.status == "computed by critmat from published estimates"
    assert "for magnet rare earths, not for neodymium alone" in share.caution
    assert share.sources


def test_an_average_is_said_to_be_one(shipped_engine: EmbeddedEngine) -> None:
    share = words(shipped_engine, element="titanium", threshold="20").shares[0]
    assert share.text.endswith("processing of titanium on average over 2016–2020")
    assert share.caution == "The source states processing as a whole, not refining alone."


@pytest.mark.parametrize("element", ["tungsten", "erbium"])
def test_where_nothing_is_named_that_comes_first(
    shipped_engine: EmbeddedEngine, element: str
) -> None:
    assert words(shipped_engine, element=element).first.startswith(
        f"No source names {element} in a system of its own. "
    )


def test_a_country_takes_its_article(shipped_engine: EmbeddedEngine) -> None:
    told = words(shipped_engine, country="USA", stage="mining", threshold="1", element="neodymium")
    assert all(share.text.startswith("The United States held") for share in told.shares)
