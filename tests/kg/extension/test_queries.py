"""Questions of an expert's own: canned ones, and competency questions."""

from __future__ import annotations

import pytest

from tests.kg.extension.conftest import Reader, only

GOOD = """\
#---
# title: Mines
# question: Which mines are there?
# columns:
#   mine: {label: Mine}
#---
PREFIX cm: <https://w3id.org/critmat/ontology#>
SELECT ?mine WHERE { ?mine a cm:Mine }
"""
COMPETENCY = """\
# question: Is there a mine?
# expect: true
PREFIX cm: <https://w3id.org/critmat/ontology#>
ASK { ?mine a cm:Mine }
"""


def test_good_questions_are_no_problem(read: Reader) -> None:
    _, problems = read({"mines.rq": GOOD, "competency/01-mine.rq": COMPETENCY})
    assert not problems


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("mines.rq", "SELECT * { ?s ?p ?o }", "metadata block"),
        ("mines.rq", GOOD.replace("?mine a", "?mine"), "no SPARQL"),
        ("mines.rq", GOOD.replace("cm:Mine", "cm:Mien"), "no term cm:Mien"),
        ("mines.rq", GOOD.replace("title", "titel"), "titel"),
        ("exposed-products.rq", GOOD, "a shipped question"),
        ("mines.rq", GOOD.encode().replace(b"Mines", b"M\xefnes"), "not UTF-8"),
        ("competency/01.rq", COMPETENCY.replace("expect", "hope"), "hope"),
        ("competency/01.rq", COMPETENCY.replace("ASK", "ASK FROM"), "SPARQL"),
        ("mines.rq", GOOD.replace("?mine a cm:Mine", "{" * 50_000), ""),
    ],
)
def test_a_bad_question_is_reported(name: str, text: str | bytes, words: str, read: Reader) -> None:
    _, problems = read({name: text})
    assert any(words in problem.message for problem in problems), list(map(str, problems))


def test_two_questions_of_one_name_are_reported(read: Reader) -> None:
    _, problems = read({"a/mines.rq": GOOD, "b/mines.rq": GOOD})
    assert "called mines already" in only(problems).message
