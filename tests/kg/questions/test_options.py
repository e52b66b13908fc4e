"""What is offered for a parameter, and how it is found while somebody types."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from kg.engines.remote import RemoteEngine
from kg.namespaces import sparql_prologue
from kg.questions import Option, Parameter, ParameterError, offered, options
from kg.questions.question import ParameterType
from kg.questions.things import MAXIMUM_VALUES, resolve, resolve_all
from tests.kg.questions.hostile import Endpoint

CMD = "https://w3id.org/critmat/id/"
DATA = """
cmd:CHN a cm:Country ; rdfs:label "China"@en, "Kina"@sv ; skos:notation "CHN" ; cm:iso2 "CN" .
cmd:POL a cm:Country ; rdfs:label "Poland"@en ; skos:altLabel "Republic of Poland"@en, "Polska"@pl .
cmd:CIV a cm:Country ; rdfs:label "Côte d’Ivoire"@fr, "Ivory Coast"@en .
cmd:XKX a cm:Country ; rdfs:label "Kosovo" .
cmd:pulawy a cm:Facility ; rdfs:label "Puławy plant"@en ; cm:locatedIn cmd:POL ; cm:handlesElement cmd:Nd .
cmd:a-mine a cm:Facility ; rdfs:label "Mine of plants"@en ; cm:locatedIn cmd:CHN ; cm:handlesElement cmd:Nd .
cmd:b-mine a cm:Facility ; rdfs:label "a mine"@en ; cm:locatedIn cmd:CHN ; cm:handlesElement cmd:Nd, cmd:Dy .
cmd:Nd a cm:Element ; rdfs:label "Neodymium"@en . cmd:Dy a cm:Element ; rdfs:label "Dysprosium"@en .
cmd:La a cm:Element ; rdfs:label "Lanthanum"@en .
cm:second a cm:Stage ; skos:prefLabel "second stage"@en ; skos:notation "second" ; skos:inScheme cm:s ; cm:order 2 .
cm:first a cm:Stage ; skos:prefLabel "the first"@en ; skos:notation "first" ; skos:inScheme cm:s ; cm:order 1 .
cm:third a cm:Stage ; skos:prefLabel "no order"@en ; skos:notation "second" ; skos:inScheme cm:s .
[] a cm:Stage ; rdfs:label "no name of its own"@en .
"""  # noqa: E501 - a line for each thing
COUNTRY = Parameter(
    "country", ParameterType.COUNTRY, "Country", ("any",), of="cm:Country", optional=True,
    among="?facility cm:locatedIn ?value ; cm:handlesElement ?element", depends=("element",),
)  # fmt: skip


def thing(of: str, among: str = "") -> Parameter:
    return Parameter("p", ParameterType.THING, "P", ("x",), of=of, among=among)


@pytest.fixture(scope="module")
def engine(remote: Endpoint, remote_engine: RemoteEngine) -> RemoteEngine:
    prologue = sparql_prologue().replace("PREFIX", "@prefix").replace(">\n", "> .\n")
    remote.store = Store()
    remote.store.load((prologue + DATA).encode(), format=RdfFormat.TURTLE)
    return remote_engine


def words(found: tuple[Option, ...]) -> list[str]:
    return [option.value for option in found]


def test_things_stand_by_their_own_order_and_then_by_label(engine: RemoteEngine) -> None:
    assert [option.label for option in options(engine, thing("cm:Stage"))] == [
        "the first", "second stage", "no order",
    ]  # fmt: skip
    assert words(options(engine, thing("cm:Facility"))) == ["b-mine", "a-mine", "pulawy"]


def test_a_notation_that_two_things_have_is_no_word_for_either(engine: RemoteEngine) -> None:
    assert words(options(engine, thing("cm:Stage"))) == ["first", "second", "third"]
    stages = offered(engine, thing("cm:Stage")).options
    for option in stages:
        [found] = resolve(engine, thing("cm:Stage"), [option.value])
        assert found == NamedNode(option.iri)


def test_labels_are_english_where_there_is_one(engine: RemoteEngine) -> None:
    labels = {option.value: option.label for option in options(engine, thing("cm:Country"))}
    assert labels == {"CHN": "China", "POL": "Poland", "CIV": "Ivory Coast", "XKX": "Kosovo"}


def test_each_option_says_how_often_the_pattern_holds(engine: RemoteEngine) -> None:
    found = options(engine, COUNTRY)
    assert [(option.value, option.count) for option in found] == [("CHN", 3), ("POL", 1)]
    assert options(engine, thing("cm:Country"))[0].count is None


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        (["Nd"], [("CHN", 2), ("POL", 1)]),
        (["Dy"], [("CHN", 1)]),
        (["Nd", "Dy"], [("CHN", 3), ("POL", 1)]),
        (["La"], []),
    ],
)
def test_options_depend_on_what_is_given(
    engine: RemoteEngine, elements: list[str], expected: list[tuple[str, int]]
) -> None:
    given = {"element": [NamedNode(CMD + name) for name in elements], "other": [NamedNode("x:y")]}
    found = options(engine, COUNTRY, given)
    assert [(option.value, option.count) for option in found] == expected


def test_what_is_left_open_narrows_nothing(engine: RemoteEngine) -> None:
    everything = options(engine, COUNTRY)
    assert options(engine, COUNTRY, {"element": [None]}) == everything
    assert options(engine, COUNTRY, {"element": []}) == everything


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("pol", ["POL"]),
        ("POLSKA", ["POL"]),
        ("republic", ["POL"]),
        ("of republic", ["POL"]),
        ("kina", ["CHN"]),
        ("cn", ["CHN"]),
        ("cote d", ["CIV"]),
        ("c", ["CHN", "CIV", "POL"]),
        ("o", ["CIV", "XKX", "POL"]),
        ("zzz", []),
    ],
)
def test_a_thing_is_found_by_every_name_that_it_has(
    engine: RemoteEngine, typed: str, expected: list[str]
) -> None:
    found = options(engine, thing("cm:Country"), search=typed)
    assert set(words(found)) == set(expected)


def test_what_begins_with_it_comes_first(engine: RemoteEngine) -> None:
    found = offered(engine, thing("cm:Facility"))
    assert words(found.search("mine")) == ["a-mine", "b-mine"]
    assert words(found.search("a mine")) == ["b-mine", "a-mine"]
    assert words(found.search("plant")) == ["a-mine", "pulawy"]
    assert words(found.search("pulawy-plant")) == ["pulawy"]
    assert words(found.search("plant", limit=1)) == ["a-mine"]
    assert words(found.search("", limit=2)) == ["b-mine", "a-mine"]


def test_other_types_offer_their_words(engine: RemoteEngine) -> None:
    def of(kind: ParameterType, **more: object) -> tuple[Option, ...]:
        return options(engine, Parameter("p", kind, "P", ("x",), **more))  # type: ignore[arg-type]

    assert of(ParameterType.ENUM, values={"mine": "Mine", "plant": "Plant"}) == (
        Option("mine", "Mine", ""), Option("plant", "Plant", ""),
    )  # fmt: skip
    assert words(of(ParameterType.BOOLEAN)) == ["true", "false"]
    assert words(of(ParameterType.DATE)) == ["today"]
    assert of(ParameterType.STRING) == ()
    latest = of(ParameterType.YEAR, special={"latest": "cm:latest"})
    assert latest == (Option("latest", "latest", "https://w3id.org/critmat/ontology#latest"),)


@pytest.mark.parametrize("value", ["CHN", "cmd:CHN", f"{CMD}CHN", f"<{CMD}CHN>", "CN", "cn",
                                   "China", "china", "Kina", "kina", " CHN "])  # fmt: skip
def test_a_country_is_known_by_any_of_its_names(engine: RemoteEngine, value: str) -> None:
    assert resolve(engine, COUNTRY, [value]) == (NamedNode(f"{CMD}CHN"),)


def test_a_value_given_twice_counts_once(engine: RemoteEngine) -> None:
    several = Parameter("p", ParameterType.COUNTRY, "P", ("x",), of="cm:Country", multiple=True)
    assert resolve(engine, several, ["CHN", "china", "POL"]) == (
        NamedNode(f"{CMD}CHN"), NamedNode(f"{CMD}POL"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("Chyna", "Did you mean CHN"),
        ("pulawy", "no country 'pulawy'"),
        ("x" * 501, "too long"),
        ("\ud800", "no plain text"),
    ],
)
def test_what_is_no_country_is_refused_with_a_remedy(
    engine: RemoteEngine, value: str, says: str
) -> None:
    with pytest.raises(ParameterError, match=says) as error:
        resolve(engine, COUNTRY, [value])
    assert error.value.remedy


def test_too_many_values_are_refused(engine: RemoteEngine) -> None:
    several = Parameter("p", ParameterType.INTEGER, "P", ("1",), multiple=True)
    given = [str(number) for number in range(MAXIMUM_VALUES + 1)]
    assert len(resolve(engine, several, given[1:])) == MAXIMUM_VALUES
    with pytest.raises(ParameterError, match="these are 201 values"):
        resolve(engine, several, given)


def test_every_wrong_value_is_told(engine: RemoteEngine) -> None:
    wrong: list[ParameterError] = []
    integer = Parameter("n", ParameterType.INTEGER, "N", ("1",))
    found = resolve_all(
        engine, {"country": COUNTRY, "n": integer, "p": thing("cm:Element")},
        {"country": ["Atlantis"], "n": ["one"], "p": ["Nd"]}, wrong,
    )  # fmt: skip
    assert sorted(error.parameter for error in wrong) == ["country", "n"]
    assert found == {"p": (NamedNode(f"{CMD}Nd"),)}
