"""Tokens of SPARQL texts: nothing inside a string, an IRI or a comment is taken for syntax."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sparql import TokenKind, line_and_column, tokens

SPACE_OR_COMMENT = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*")


@given(st.one_of(st.text(), st.text(alphabet="\"'\\{}?ab<># \n:^@.&|_")))
def test_nothing_but_space_and_comments_stands_between_tokens(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert text[token.start : token.end] == token.text
        assert SPACE_OR_COMMENT.fullmatch(text, end, token.start)
        end = token.end
    assert SPACE_OR_COMMENT.fullmatch(text, end)


@pytest.mark.parametrize(
    "text",
    ['"SERVICE { }"', "'SERVICE'", '"""a " SERVICE"""', "# SERVICE", "<http://x/SERVICE>",
     "?SERVICE", "ex:SERVICE", "SERVICE:x", "_:SERVICE", r'"\" SERVICE"'],
)  # fmt: skip
def test_a_word_elsewhere_is_no_keyword(text: str) -> None:
    assert not [t for t in tokens(text) if t.kind is TokenKind.WORD]


def test_keywords_variables_and_names_are_told_apart() -> None:
    found = tokens("SELECT ?x { ?x a cm:Mine ; rdfs:label 'm'@en } # done")
    assert [t.kind.value for t in found] == [
        "word", "variable", "open", "variable", "word", "name", "operator", "name",
        "string", "term", "close",
    ]  # fmt: skip


def test_less_than_is_no_iri() -> None:
    assert [t.text for t in tokens("FILTER(?a < 3 && ?b > 2)")][3:5] == ["<", "3"]


def test_positions_count_from_one() -> None:
    assert line_and_column("SELECT *\nWHERE {", 9) == (2, 1)
