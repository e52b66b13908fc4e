"""Binding changes the data blocks of the named parameters and nothing else, whatever the value."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Store

from kg.questions import ParameterError, Question, bind, binding
from kg.questions.binding import candidate_iris, literal
from kg.questions.question import Parameter, ParameterType
from kg.questions.reading import read_question

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


@pytest.mark.parametrize(
    "word", ['x" } UNION { ?s ?p ?o } #', 'x" "y', 'x" UNDEF "y', '" ^^<x:y> "']
)
def test_what_would_change_more_than_the_slots_is_not_asked(
    question: Question, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    """Should terms ever be written out wrongly, the bound text is not given to an engine."""
    monkeypatch.setattr(binding, "_serialise", lambda term: f'"{term.value}"')
    with pytest.raises(ValueError, match="more than the data blocks"):
        bind(question, {"word": [Literal(word)]})


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
     ("decimal", "NaN"), ("decimal", "1e400"), ("decimal", "50 }"), ("decimal", ""),
     ("date", "2025-02-30"), ("date", "2025-4-4"), ("date", "20250404"), ("date", "2025-W14-5"),
     ("date", "2025-04-04T00:00"), ("boolean", "maybe"), ("boolean", ""), ("enum", "quarry"),
     ("string", "Nd2"), ("string", "neodymium\n")],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_by_name(kind: str, value: str) -> None:
    with pytest.raises(ParameterError, match="p: "):
        literal(
            parameter(
                ParameterType(kind),
                values={"mine": "A mine"},
                pattern="[a-z]+" * (kind == "string"),
            ),
            value,
        )


@pytest.mark.parametrize(
    ("kind", "value", "expected", "datatype"),
    [
        ("year", "2024", "2024", "gYear"),
        ("integer", "+5", "+5", "integer"),
        ("decimal", ".5", ".5", "decimal"),
        ("date", "2024-02-29", "2024-02-29", "date"),
        ("boolean", "Yes", "true", "boolean"),
        ("boolean", "0", "false", "boolean"),
        ("enum", "MINE", "mine", "string"),
        ("enum", "a mine", "mine", "string"),
        ("string", "neodymium", "neodymium", "string"),
    ],
)
def test_a_value_becomes_a_term_of_its_type(
    kind: str, value: str, expected: str, datatype: str
) -> None:
    given_ = parameter(ParameterType(kind), values={"mine": "A mine"}, pattern="[a-z]+")
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert literal(given_, value) == Literal(expected, datatype=NamedNode(xsd + datatype))


def test_today_is_the_day_of_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binding, "today", lambda: date(2031, 6, 1))
    term = literal(parameter(ParameterType.DATE), "Today")
    assert isinstance(term, Literal) and term.value == "2031-06-01"
    monkeypatch.undo()
    assert abs(binding.today() - datetime.now(UTC).date()) <= timedelta(days=1)


def test_the_remedy_names_all_that_fits() -> None:
    year = parameter(ParameterType.YEAR, special={"latest": "cm:latest"}, optional=True)
    with pytest.raises(ParameterError, match="Give a year such as 2024 or latest or any"):
        literal(year, "soon")
    kinds = parameter(ParameterType.ENUM, values={"mine": "Mine", "plant": "Plant"})
    with pytest.raises(ParameterError, match="Give mine or plant"):
        literal(kinds, "quarry")


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        ({"minimum": 3}, "at least 3"),
        ({"maximum": 1}, "at most 1"),
        ({"minimum": 3, "maximum": 4}, "from 3 to 4"),
    ],
)
def test_a_range_may_be_open_at_one_end(limits: dict[str, float], says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        literal(parameter(ParameterType.INTEGER, **limits), "2")


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
