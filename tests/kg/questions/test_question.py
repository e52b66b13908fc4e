"""The question files: what a good one holds, and how a bad one is reported."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from kg.errors import NotFoundError
from kg.questions import Catalogue, Question, QuestionFileError, Theme, View, read_question
from kg.questions.catalogue import find_question
from kg.questions.metadata import read_yaml
from kg.questions.question import RESERVED, ParameterType
from kg.questions.schema import question_schema

GOOD = """\
#---
# title: Who mines it
# question: Who mines {element}?
# description: What the answer holds.
# params:
#   element: {type: thing, of: cm:Element, default: cmd:neodymium, label: Element}
#   threshold: {type: decimal, min: 0, max: 100, default: 50, unit: "%"}
# columns:
#   country: {label: Country}
#   share: {label: Share, unit: "%"}
# missing: Figures.
# expect:
#   - params: {element: samarium}
#     contains: {country: cmd:CHN}
#     by: production.csv, row 3.
#   - params: {}
#     rows: 2
#     by: production.csv, rows 4 and 5.
#---
PREFIX cmd: <https://w3id.org/critmat/id/>
SELECT ?country ?share WHERE {
  VALUES ?element { cmd:neodymium } VALUES ?threshold { 50 }
}
"""

FULL = """\
#---
# title: Everything
# question: What of {material} in {country} on {on}?
# params:
#   material:
#     {type: thing, of: cm:Substance, among: "?p cm:substance ?value", multiple: true,
#      default: [cmd:neodymium, cmd:samarium], special: {rare: cmd:rare-earths}}
#   country:
#     {type: country, among: "?p cm:inCountry ?value ; cm:substance ?material", depends: [material],
#      optional: true}
#   on: {type: date, default: today}
#   from: {type: date, default: 2025-04-04}
#   year: {type: year, default: latest, special: {latest: cm:latest}}
#   least: {type: integer, min: 0, default: 007}
#   kind: {type: enum, values: {mine: Mine, plant: 2}, default: mine}
#   open: {type: boolean, default: true}
#   word: {type: string, pattern: "[a-z]+", default: no}
# columns:
#   place: {label: Place, help: "Where it is."}
#   value: {unit_from: unit}
#   unit:
#   lat: {}
#   lon: {}
#   record: {role: record, list: true}
# views:
#   - bar: {x: place, y: value, series: unit}
#   - line: {x: place, y: value}
#   - map: {latitude: lat, longitude: lon, label: place, group: unit}
#   - map: {place: place, value: value}
#   - sankey: {from: place, to: unit, value: value}
#   - network: {from: place, to: unit}
#   - table
# why:
#   - ?place cm:locationOf ?unit
#   - ?place a cm:Country
# gaps:
#   - Figures that are
#     withheld.
# expect:
#   - params: {on: 2025-06-01, open: false, material: [neodymium]}
#     contains: {place: NO, value: 0.10, unit: ""}
#     lacks: {value: 1}
#     rows: 12
#     by: Counted.
#---
PREFIX own: <https://example.org/>
SELECT * WHERE {
  VALUES ?material { <https://w3id.org/critmat/id/neodymium> } VALUES ?country { UNDEF }
  VALUES ?on { UNDEF } VALUES ?from { 1 } VALUES ?year { 1 } VALUES ?least { 7 }
  VALUES ?kind { "mine" } VALUES ?open { true } VALUES ?word { "no" }
  ?place ?value ?unit ; own:lat ?lat ; own:lon ?lon ; own:record ?record
}
"""


def write(folder: Path, text: str, name: str = "miners") -> Path:
    path = folder / "supply" / f"{name}.rq"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def test_a_file_says_everything_about_its_question(tmp_path: Path) -> None:
    question = read_question(write(tmp_path, GOOD))

    assert (question.id, question.theme) == ("miners", "supply")
    assert question.params["element"].type is ParameterType.THING
    assert question.params["threshold"].maximum == 100
    assert [column.name for column in question.columns] == ["country", "share"]
    assert question.views == (View("table"),)
    assert question.expect[0].params == {"element": ("samarium",)}
    assert question.expect[1].rows == 2
    assert question.query.startswith("PREFIX cmd:")


def test_a_file_that_was_changed_is_read_anew(tmp_path: Path) -> None:
    """And one that was not is not taken apart again."""
    question = read_question(write(tmp_path, GOOD))
    assert read_question(write(tmp_path, GOOD)) is question
    again = read_question(write(tmp_path, changed(GOOD, "title: Who mines it", "title: Where")))
    assert (question.title, again.title) == ("Who mines it", "Where")
    other = read_question(write(tmp_path, GOOD, "others"))
    assert (question.id, other.id) == ("miners", "others")


@pytest.fixture
def full(tmp_path: Path) -> Question:
    return read_question(write(tmp_path, FULL))


def test_every_type_of_parameter_is_read(full: Question) -> None:
    params = full.params
    assert [parameter.type.value for parameter in params.values()] == [
        "thing", "country", "date", "date", "year", "integer", "enum", "boolean", "string",
    ]  # fmt: skip
    assert params["material"].multiple and params["material"].special == {"rare": "cmd:rare-earths"}
    assert params["country"].is_thing and params["country"].of == "cm:Country"
    assert params["country"].depends == ("material",)
    assert params["kind"].values == {"mine": "Mine", "plant": "2"}
    assert params["word"].pattern == "[a-z]+"


def test_values_are_kept_as_they_are_written(full: Question) -> None:
    """No day becomes a date, no ``no`` a truth value, no number loses its zeros."""
    defaults = {name: parameter.default for name, parameter in full.params.items()}
    assert defaults == {
        "material": ("cmd:neodymium", "cmd:samarium"), "country": ("any",), "on": ("today",),
        "from": ("2025-04-04",), "year": ("latest",), "least": ("007",), "kind": ("mine",),
        "open": ("true",), "word": ("no",),
    }  # fmt: skip
    [expected] = full.expect
    assert expected.contains == {"place": "NO", "value": "0.10", "unit": ""}
    assert expected.params == {
        "on": ("2025-06-01",), "open": ("false",), "material": ("neodymium",)
    }  # fmt: skip
    assert (expected.rows, expected.by, expected.lacks) == (12, "Counted.", {"value": "1"})


def test_only_plain_true_and_false_are_truth_values(tmp_path: Path) -> None:
    text = "a: no\non: yes\nc: 'true'\nd: 2025-04-04\ne: 12:30\nf: true\ng: 1e3\nh: ~\ni: 012"
    data = read_yaml(tmp_path / "x", text).data
    assert data == {
        "a": "no", "on": "yes", "c": "true", "d": "2025-04-04", "e": "12:30", "f": True,
        "g": 1000.0, "h": None, "i": 12,
    }  # fmt: skip


def test_columns_views_and_reasons_are_read(full: Question) -> None:
    columns = {column.name: column for column in full.columns}
    assert columns["value"].unit_from == "unit"
    assert (columns["record"].role, columns["record"].list) == ("record", True)
    assert [view.kind for view in full.views] == [
        "bar", "line", "map", "map", "sankey", "network", "table",
    ]  # fmt: skip
    assert full.views[0].columns == {"x": "place", "y": "value", "series": "unit"}
    assert full.why[0].columns == ("place", "unit")
    assert full.why[0].predicate == "<https://w3id.org/critmat/ontology#locationOf>"
    assert full.why[1].terms[1:] == (
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>",
        "<https://w3id.org/critmat/ontology#Country>",
    )
    assert full.gaps == ("Figures that are withheld.",)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("#---\n# title", "# title", "does not begin with a metadata block"),
        ("# title: Who mines it", "# title: [Who", "not YAML"),
        ("# title: Who mines it", "# titel: Who", "unknown key 'titel'"),
        ("# title: Who mines it\n", "", "title: this key is missing"),
        ("# title: Who mines it", "# title: 2024", "title: 2024 does not fit"),
        ("# description: What", "# title: What", "title: this key stands here twice"),
        ("# missing: Figures.", "# missing: &a Figures.\n# gaps: [*a]", "anchors and aliases"),
        ("type: decimal", "type: number", "params.threshold.type"),
        ("of: cm:Element, ", "", "params.element.of"),
        ("of: cm:Element", "of: Element", "params.element.of"),
        ("of: cm:Element", "of: other:Element", "params.element.of"),
        ("default: 50, ", "", "params.threshold.default"),
        ("type: decimal", "type: decimal, of: cm:Element", "of: this is a key of type thing only"),
        ("type: decimal, min: 0", "type: string, pattern: '(', min: 0", "params.threshold.max"),
        ("type: decimal, min: 0, max: 100", "type: string, pattern: '('", "threshold.pattern"),
        (
            "type: decimal",
            "type: decimal, values: {a: A}",
            "params.threshold.values: this is a key",
        ),
        ("type: decimal, min: 0, max: 100", "type: enum", "params.threshold.values"),
        ("label: Element}", "among: '?value a', label: E}", "element.among: the pattern cannot"),
        ("label: Element}", "among: '?x a ?y', label: E}", "no variable .value"),
        ("label: Element}", "among: '?value a ?other', depends: [other]}", "no other parameter"),
        (
            "label: Element}",
            "depends: [threshold], label: E}",
            "element.depends: there is no among",
        ),
        (
            "label: Element}",
            "among: '?value a ?x', depends: [threshold]}",
            "no variable .threshold",
        ),
        ("label: Element}", "special: {a: b}, label: E}", "params.element.special.a"),
        ("VALUES ?threshold { 50 }", "", "params.threshold: the query has no slot"),
        ("{ 50 }", "{ 50 } VALUES (?threshold ?x) { (50 1) }", "in a block with brackets"),
        ("?country ?share WHERE", "?share WHERE", "columns.country"),
        (
            "SELECT ?country ?share WHERE",
            "CONSTRUCT { ?country ?share 1 } WHERE",
            "it is no SELECT",
        ),
        ("VALUES ?threshold { 50 }", "VALUES ?threshold { 50 } BIND(", "the query cannot be used"),
        ("{ 50 }", "{ 50 } SERVICE <x:y> { ?s ?p ?o }", "does not call out"),
        ("mines {element}?", "mines {elemnt}?", "question: there is no parameter 'elemnt'"),
        ("label: Share,", "label: Share, unit_from: tons,", "columns.share.unit_from"),
        ("# missing:", "# views: [chart]\n# missing:", r"views\[0\]"),
        ("# missing:", "# views: [{pie: {x: share}}]\n# missing:", r"views\[0\].pie: unknown key"),
        ("# missing:", "# views: [{bar: {x: share}}]\n# missing:", r"views\[0\].bar.y"),
        ("# missing:", "# views: [{bar: {x: year, y: share}}]\n# missing:", "no column 'year'"),
        ("# missing:", "# views: [{map: {place: country}}]\n# missing:", "place and value, or lat"),
        (
            "# missing:",
            "# why: ['?country cm:x ?year']\n# missing:",
            r"why\[0\]: there is no column",
        ),
        ("# missing:", "# why: ['?country cm:x 5']\n# missing:", r"why\[0\]: this is no triple"),
        ("#   - params: {element", "#   - param: {element", "unknown key 'param'"),
        ("{element: samarium}", "{elements: samarium}", r"expect\[0\].params.elements"),
        ("{country: cmd:CHN}", "{countries: cmd:CHN}", r"expect\[0\].contains.countries"),
        ("#     rows: 2\n", "", r"expect\[1\]"),
        ("rows: 2", "rows: -2", r"expect\[1\].rows"),
    ],
)
def test_a_file_that_breaks_the_rules_names_the_key(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in GOOD
    with pytest.raises(QuestionFileError, match=says) as error:
        read_question(write(tmp_path, GOOD.replace(old, new, 1)))
    assert "miners.rq" in str(error.value)
    assert error.value.problems


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_parameter_does_not_take_a_name_that_means_something_else(
    tmp_path: Path, name: str
) -> None:
    text = GOOD.replace("threshold", name)
    with pytest.raises(QuestionFileError, match=f"params.{name}: '{name}' is no name"):
        read_question(write(tmp_path, text))


def test_parameters_that_depend_on_each_other_in_a_circle_are_refused(tmp_path: Path) -> None:
    text = changed(FULL, 'among: "?p cm:substance ?value",', 'among: "?country cm:a ?value", '
                   "depends: [country],")  # fmt: skip
    with pytest.raises(QuestionFileError, match="that is a circle"):
        read_question(write(tmp_path, text))


def test_everything_that_is_wrong_is_told_with_its_line(tmp_path: Path) -> None:
    text = changed(GOOD, "type: decimal", "type: number").replace("unit:", "unti:")
    with pytest.raises(QuestionFileError, match=r"\(2 more\)") as error:
        read_question(write(tmp_path, text))
    assert [(problem.row, problem.column) for problem in error.value.problems] == [
        (7, "params.threshold.type"), (7, "params.threshold.unti"), (10, "columns.share.unti"),
    ]  # fmt: skip
    assert error.value.problems[2].remedy == "Did you mean 'unit'?"


def test_a_query_that_is_wrong_is_told_with_the_line_in_the_file(tmp_path: Path) -> None:
    with pytest.raises(QuestionFileError) as error:
        read_question(write(tmp_path, changed(GOOD, "SELECT ?country", "SELEKT ?country")))
    assert error.value.problems[0].row == GOOD[: GOOD.index("SELECT")].count("\n") + 1


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "")
    path.write_bytes(b"#---\n# title: \xff\n#---\n")
    with pytest.raises(QuestionFileError, match="not UTF-8"):
        read_question(path)


def test_deep_and_strange_metadata_do_no_harm(tmp_path: Path) -> None:
    for text in ("- a", "? [a]: b", "a: " + "[" * 60 + "]" * 60, "a: &x [*x]"):
        with pytest.raises(QuestionFileError):
            read_question(write(tmp_path, f"#---\n# {text}\n#---\nSELECT * {{}}"))


def test_the_published_schema_is_a_schema_and_describes_every_key() -> None:
    schema = question_schema()
    Draft202012Validator.check_schema(schema)
    for part in (schema, schema["$defs"]["parameter"], schema["$defs"]["column"]):
        for key, described in part["properties"].items():
            assert "description" in described or "$ref" in described, key
    types = schema["$defs"]["parameter"]["properties"]["type"]["enum"]
    assert types == [kind.value for kind in ParameterType]
    assert set(schema["$defs"]["parameterName"]["not"]["enum"]) == RESERVED


def test_the_schema_takes_what_the_reader_takes(tmp_path: Path) -> None:
    """Whoever checks files with the published schema alone gets the same answer."""
    validator = Draft202012Validator(question_schema())
    for text in (GOOD, FULL):
        block = "\n".join(line[2:] for line in text.split("#---\n")[1].splitlines())
        data = json.loads(json.dumps(read_yaml(tmp_path / "x", block).data))
        assert not list(validator.iter_errors(data))


def test_the_catalogue_suggests_the_nearest_question(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    catalogue = Catalogue.load(tmp_path)

    assert list(catalogue) == ["miners"]
    assert "minerz" not in catalogue
    with pytest.raises(NotFoundError, match="Did you mean miners"):
        catalogue["minerz"]


def test_two_questions_of_one_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "miners.rq").write_text(GOOD, encoding="utf-8")
    with pytest.raises(QuestionFileError, match="Two questions"):
        Catalogue.load(tmp_path)


def test_themes_stand_in_their_order(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    for name, order in (("zinc", 1), ("apples", 2)):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.rq").write_text(GOOD, encoding="utf-8")
        (tmp_path / name / "theme.yaml").write_text(
            f"title: All {name}\ndescription: It is.\norder: {order}\n", encoding="utf-8"
        )
    themes = Catalogue.load(tmp_path).themes()
    assert list(themes) == [
        Theme("zinc", "All zinc", "It is.", 1), Theme("apples", "All apples", "It is.", 2),
        Theme("supply", "Supply"),
    ]  # fmt: skip
    assert [[question.id for question in questions] for questions in themes.values()] == [
        ["zinc"], ["apples"], ["miners"],
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["title: A\n", "title: 1\ndescription: B\norder: 1\n", "- a\n"])
def test_a_theme_that_breaks_the_rules_is_refused(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, GOOD)
    (path.parent / "theme.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(QuestionFileError, match=r"theme\.yaml"):
        Catalogue.load(tmp_path)


def test_one_question_is_found_without_reading_the_others(tmp_path: Path) -> None:
    good, bad = write(tmp_path, GOOD), write(tmp_path, "no question", "broken")
    assert find_question(str(good)).id == "miners"
    assert find_question("miners", [tmp_path]).id == "miners"
    with pytest.raises(QuestionFileError):
        find_question("broken", [tmp_path])
    bad.unlink()
    with pytest.raises(NotFoundError, match="Did you mean miners"):
        find_question("minerz", [tmp_path])


def test_every_shipped_question_can_be_read() -> None:
    assert "exposed-products" in Catalogue.load()


def test_every_shipped_theme_is_described() -> None:
    themes = list(Catalogue.load().themes())
    assert all(theme.title and theme.description.endswith(".") for theme in themes)
    assert len({theme.order for theme in themes}) == len(themes)
