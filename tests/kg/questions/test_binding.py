"""Binding changes the data blocks of the named parameters and nothing else, whatever the value."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Store

from kg.questions import ParameterError, Question, bind
from kg.questions.binding import candidate_iris, literal
from kg.questions.question import Parameter, ParameterType, read_question

TEXT = """\
#---
# title: Labels
# question: What is called {word}?
# params:
#   word: {type: string, default: neodymium}
#   year: {type: year, default: 2024, special: {latest: cm:latest}}
#   thing: {type: thing, of: cm:Element, optional: true}
# columns: {word: {}, thing: {}, year: {}}
#---
SELECT ?word ?thing ?year WHERE {
  # a comment with VALUES ?word { "in a comment" }
  { SELECT ?word (COUNT(*) AS ?n) WHERE { VALUES ?word { "neodymium" } } GROUP BY ?word }
  VALUES ?word { "neodymium" } VALUES ?thing { UNDEF }
  VALUES ?year { 2024 }
  BIND("VALUES ?word { 1 }" AS ?text)
}
"""


@pytest.fixture(scope="module")
def question(tmp_path_factory: pytest.TempPathFactory) -> Question:
    path: Path = tmp_path_factory.mktemp("queries") / "labels.rq"
    path.write_text(TEXT, encoding="utf-8")
    return read_question(path)


@given(word=st.text(max_size=60))
def test_any_text_comes_back_as_the_one_value(question: Question, word: str) -> None:
    bound = bind(question, {"word": [Literal(word)]})
    rows = list(Store().query(bound.text))  # type: ignore[arg-type]
    assert [row["word"] for row in rows] == [Literal(word)]


@given(word=st.text(alphabet="\"'\\}{?#\n<>x", max_size=30))
def test_hostile_text_never_leaves_its_block(question: Question, word: str) -> None:
    bound = bind(question, {"word": [Literal(word)]})
    assert bound.text.count("neodymium") == 0
    assert len(list(Store().query(bound.text))) == 1  # type: ignore[arg-type]


def test_slots_in_comments_and_strings_are_left_alone(question: Question) -> None:
    text = bind(question, {"word": [Literal("x")]}).text
    assert 'VALUES ?word { "in a comment" }' in text
    assert 'BIND("VALUES ?word { 1 }" AS ?text)' in text


def test_a_slot_that_is_not_named_keeps_its_default(question: Question) -> None:
    assert bind(question, {}).text == question.query


def test_an_open_parameter_is_undef_and_many_values_stand_side_by_side(question: Question) -> None:
    nodes = [NamedNode("https://w3id.org/critmat/id/neodymium"), NamedNode("http://a.example/b")]
    assert "VALUES ?thing { UNDEF }" in bind(question, {"thing": [None]}).text
    assert (
        "VALUES ?thing { <https://w3id.org/critmat/id/neodymium> <http://a.example/b> }"
        in bind(question, {"thing": nodes}).text
    )


def test_an_unknown_parameter_is_an_error(question: Question) -> None:
    with pytest.raises(KeyError):
        bind(question, {"nothing": [Literal("x")]})


def parameter(kind: ParameterType, **more: object) -> Parameter:
    return Parameter(name="p", type=kind, label="P", default=("1",), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("year", "24"), ("year", "2024; DROP"), ("year", "２０２４"), ("integer", "1.5"),
     ("decimal", "NaN"), ("decimal", "1e400"), ("decimal", "50 }"), ("decimal", "")],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_by_name(kind: str, value: str) -> None:
    with pytest.raises(ParameterError, match="p: "):
        literal(parameter(ParameterType(kind)), value)


def test_ranges_are_kept() -> None:
    percent = parameter(ParameterType.DECIMAL, minimum=0, maximum=100)
    assert literal(percent, "12.5") == Literal(
        "12.5", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    )
    with pytest.raises(ParameterError, match="from 0 to 100"):
        literal(percent, "100.1")


def test_a_special_name_stands_for_its_term() -> None:
    year = parameter(ParameterType.YEAR, special={"latest": "cm:latest"})
    assert literal(year, "latest") == NamedNode("https://w3id.org/critmat/ontology#latest")


@given(st.text())
def test_no_word_for_a_thing_makes_an_iri_that_breaks_out(word: str) -> None:
    for node in candidate_iris(word):
        assert str(node) == f"<{node.value}>"
        assert not set(node.value) & set('<>"{}|\\^` \n')
