"""Shapes of an expert's own, before anything is checked with them."""

from __future__ import annotations

import pytest

from kg.extension.shapes import check_shapes
from tests.kg.extension.conftest import PREFIXES
from tests.kg.extension.test_documents import document


def messages(text: str) -> list[str]:
    found = document(PREFIXES + text)
    return [problem.message for problem in check_shapes(found)]  # type: ignore[arg-type]


def test_a_plain_shape_is_no_problem() -> None:
    assert not messages(
        "my:S a sh:NodeShape ; sh:targetClass cm:Mine ;"
        " sh:property [ sh:path cm:startYear ; sh:minCount 1 ] ."
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('my:S a sh:NodeShape ; sh:targetClass cm:Mine ; sh:sparql [ sh:select "SELECT * '
         '{ SERVICE <http://127.0.0.1/> { ?s ?p ?o } }" ] .', "another server"),
        ('my:S a sh:NodeShape ; sh:targetClass cm:Mine ; sh:js [ sh:jsFunctionName "f" ] .',
         "JavaScript"),
        ('my:S a sh:NodeShape ; sh:targetClass cm:Mine ; sh:property [ sh:path rdfs:label ; '
         'sh:pattern "^(a+)+$" ] .', "repeats a repetition"),
        ("my:S a sh:NodeShape ; sh:property [ sh:path rdfs:label ] .", "no target"),
    ],
)  # fmt: skip
def test_what_a_shape_must_not_do_is_refused(text: str, words: str) -> None:
    assert any(words in message for message in messages(text))
