"""The question files: what a good one holds, and how a bad one is reported."""

from pathlib import Path

import pytest

from kg.errors import NotFoundError
from kg.questions import Catalogue, QuestionFileError
from kg.questions.question import ParameterType, read_question

GOOD = """\
#---
# title: Who mines it
# question: Who mines {element}?
# params:
#   element: {type: thing, of: cm:Element, default: cmd:neodymium, label: Element}
#   threshold: {type: decimal, min: 0, max: 100, default: 50, unit: "%"}
# columns:
#   country: {label: Country}
#   share: {label: Share, unit: "%"}
# expect:
#   - params: {element: samarium}
#     contains: {country: cmd:CHN}
#---
SELECT ?country ?share WHERE {
  VALUES ?element { cmd:neodymium } VALUES ?threshold { 50 }
}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "supply" / "miners.rq"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_says_everything_about_its_question(tmp_path: Path) -> None:
    question = read_question(write(tmp_path, GOOD))

    assert (question.id, question.theme) == ("miners", "supply")
    assert question.params["element"].type is ParameterType.THING
    assert question.params["threshold"].maximum == 100
    assert [column.name for column in question.columns] == ["country", "share"]
    assert question.expect[0].params == {"element": ("samarium",)}
    assert question.query.startswith("SELECT ?country")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("#---\n# title", "# title", "does not begin with a metadata block"),
        ("# title: Who mines it", "# title: [Who", "not YAML"),
        ("# title: Who mines it", "# titel: Who", "unknown key 'titel'"),
        ("type: decimal", "type: number", "params.threshold.type"),
        ("of: cm:Element, ", "", "params.element.of"),
        ("of: cm:Element", "of: Element", "params.element.of"),
        ("default: 50, ", "", "params.threshold.default"),
        ("VALUES ?threshold { 50 }", "", "params.threshold: the query has no slot"),
        ("?country ?share WHERE", "?share WHERE", "columns.country"),
        ("#   - params: {element", "#   - param: {element", "unknown key 'param'"),
    ],
)
def test_a_file_that_breaks_the_rules_names_the_key(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in GOOD
    with pytest.raises(QuestionFileError, match=says) as error:
        read_question(write(tmp_path, GOOD.replace(old, new, 1)))
    assert "miners.rq" in str(error.value)


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


def test_every_shipped_question_can_be_read() -> None:
    assert "exposed-products" in Catalogue.load()
