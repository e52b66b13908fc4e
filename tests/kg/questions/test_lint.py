"""What lint says of question files, and that the shipped ones give it nothing to say."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.questions.cli import question_group
from kg.questions.lint import lint
from kg.shipped import queries_dir
from tests.kg.questions.test_question import GOOD, write


def findings(folder: Path, text: str) -> list[tuple[str, str]]:
    """Key and message of each finding about a file."""
    count, problems = lint([write(folder, text)])
    assert count == 1
    return [(problem.column or "", problem.message) for problem in problems]


def test_a_good_file_gives_nothing_to_say(tmp_path: Path) -> None:
    assert findings(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ("# description: What the answer holds.\n", "", "description", "missing"),
        ("# missing: Figures.\n", "", "missing", "missing"),
        ("#     by: production.csv, row 3.\n", "", "expect[0].by", "missing"),
        ("{element: samarium}", "{element: neodymium}", "expect", "have the default values"),
        ("{element: samarium}", "{threshold: 101}", "expect[0].params.threshold", "out of range"),
        ("missing: Figures", "missing: TO BE WRITTEN", "missing", "still stands"),
        ("default: 50", "default: 40", "params.threshold.default", "slot in line 22 holds"),
        ("default: 50", "default: 500", "params.threshold.default", "500 is out of range"),
        ("min: 0, max: 100", "min: 100, max: 0", "params.threshold.min", "more than max"),
        ("{ 50 }", "{ 50 60 }", "params.threshold.default", "slot in line 22 holds"),
        ("{ 50 }", "{ 50 } VALUES ?threshold { 5 }", "params.threshold.default", "slot in line 22"),
        ('{ 50 }', '{ "50" }', "params.threshold.default", "slot in line 22 holds"),
        ("default: cmd:neodymium", "default: any", "params.element.default", "any is no value"),
        ("default: cmd:neodymium", "default: [cmd:a, cmd:b]", "params.element.default", "several"),
        ("default: cmd:neodymium", "default: Nd", "params.element.default", "holds <https"),
    ],
)  # fmt: skip
def test_what_could_be_better_is_told_with_its_key(
    tmp_path: Path, old: str, new: str, key: str, says: str
) -> None:
    assert old in GOOD
    found = findings(tmp_path, GOOD.replace(old, new, 1))
    assert any(where == key and says in message for where, message in found), found


def test_two_expected_answers_are_wanted(tmp_path: Path) -> None:
    text = GOOD.replace(GOOD[GOOD.index("#   - params: {}") : GOOD.index("#---\nPREFIX")], "")
    assert findings(tmp_path, text) == [("expect", "there are 1 expected answers.")]


@pytest.mark.parametrize(
    ("parameter", "slot"),
    [
        ("{type: year, default: 2024}", '"2024"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        ("{type: year, default: latest, special: {latest: cmd:latest}}", "cmd:latest"),
        (
            "{type: date, default: 2025-04-04}",
            '"2025-04-04"^^<http://www.w3.org/2001/XMLSchema#date>',
        ),
        ("{type: decimal, default: 50}", "50.0"),
        ("{type: integer, optional: true}", "UNDEF"),
        ("{type: enum, values: {mine: Mine}, default: mine}", "'mine'"),
        ("{type: boolean, default: true}", "true"),
        ("{type: string, default: a}", '"a"'),
        ("{type: country, multiple: true, default: [CHN, cmd:USA]}", "cmd:CHN cmd:USA"),
    ],
)
def test_the_slot_of_every_type_may_hold_its_default(
    tmp_path: Path, parameter: str, slot: str
) -> None:
    text = GOOD.replace('{type: decimal, min: 0, max: 100, default: 50, unit: "%"}', parameter)
    text = text.replace("{ 50 }", f"{{ {slot} }}")
    assert findings(tmp_path, text) == []
    [(key, message)] = findings(tmp_path, text.replace(f"{{ {slot} }}", "{ 'other' }"))
    assert key == "params.threshold.default" and "other" in message


def test_the_day_of_asking_is_undef_in_the_file_and_a_day_in_each_expected_answer(
    tmp_path: Path,
) -> None:
    text = GOOD.replace(
        '{type: decimal, min: 0, max: 100, default: 50, unit: "%"}', "{type: date, default: today}"
    ).replace("{ 50 }", "{ UNDEF }")
    assert [key for key, _ in findings(tmp_path, text)] == ["expect[0].params", "expect[1].params"]
    text = text.replace("{element: samarium}", "{element: samarium, threshold: 2025-06-01}")
    text = text.replace("params: {}", "params: {threshold: 2025-06-01}")
    assert findings(tmp_path, text) == []


@pytest.mark.parametrize("spelled", ["xsd:date(NOW())", "xsd:date( now() )"])
def test_the_day_of_the_clock_has_no_time_zone(tmp_path: Path, spelled: str) -> None:
    good = GOOD.replace("PREFIX", "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\nPREFIX", 1)
    only_said = good.replace("WHERE {", f"WHERE {{ # not {spelled}\n", 1)
    assert findings(tmp_path, only_said) == []
    file = write(tmp_path, good.replace("WHERE {", f"WHERE {{\n BIND({spelled} AS ?day)", 1))
    [problem] = lint([file])[1]
    assert "time zone" in problem.message
    assert "STRDT" in problem.remedy
    assert problem.row == good[: good.index("WHERE {")].count("\n") + 2


def test_all_findings_of_all_files_are_told(tmp_path: Path) -> None:
    bad = write(tmp_path, GOOD.replace("type: decimal", "type: number"), "bad")
    worse = write(tmp_path, "SELECT * {}", "worse")
    (tmp_path / "supply" / "theme.yaml").write_text("title: X\n", encoding="utf-8")
    found = CliRunner().invoke(question_group, ["lint", str(tmp_path)])
    assert found.exit_code == 1
    lines = found.stdout.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith(f"{bad}:7:params.threshold.type: error: ")
    assert lines[1].startswith(f"{tmp_path / 'supply' / 'theme.yaml'}: error: ")
    assert lines[2].startswith(f"{worse}:1: error: ")
    assert "2 questions, 3 to mend" in found.output


def test_a_clean_folder_ends_well(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    found = CliRunner().invoke(question_group, ["lint", str(tmp_path)])
    assert (found.exit_code, found.stdout) == (0, "")


def test_the_shipped_questions_give_nothing_to_say() -> None:
    count, problems = lint([queries_dir()])
    assert count >= 3
    assert [str(problem) for problem in problems] == []


def test_every_shipped_folder_describes_its_theme() -> None:
    for folder in {path.parent for path in queries_dir().glob("*/*.rq")}:
        assert (folder / "theme.yaml").is_file()


def test_a_starting_file_leaves_only_what_the_author_must_write(tmp_path: Path) -> None:
    path = tmp_path / "own" / "my-question.rq"
    made = CliRunner().invoke(question_group, ["new", str(path)])
    assert made.exit_code == 0, made.output
    assert f"critmat question run {path}" in path.read_text(encoding="utf-8")
    _, problems = lint([path])
    assert {problem.message for problem in problems} == {
        "this still stands as in the starting file."
    }
    written = path.read_text(encoding="utf-8").replace("TO BE WRITTEN", "Written")
    path.write_text(written, encoding="utf-8")
    assert lint([path]) == (1, [])


@pytest.mark.parametrize("name", ["My question.rq", "question.txt", "Question.rq", "a_b.rq"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    found = CliRunner().invoke(question_group, ["new", str(tmp_path / name)])
    assert found.exit_code and not (tmp_path / name).exists()


def test_no_file_is_written_over(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    found = CliRunner().invoke(question_group, ["new", str(path)])
    assert found.exit_code and path.read_text(encoding="utf-8") == GOOD
