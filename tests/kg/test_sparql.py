"""Tokens of SPARQL texts: nothing inside a string, an IRI or a comment is taken for syntax."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sparql import TokenKind, line_and_column, significant_tokens, tokens


@given(st.text())
def test_tokens_joined_are_the_text_again(text: str) -> None:
    assert "".join(token.text for token in tokens(text)) == text


@given(st.text(alphabet="\"'\\{}?ab<># \n:^@.&|_"))
def test_tokens_joined_are_the_text_again_for_texts_full_of_syntax(text: str) -> None:
    assert "".join(token.text for token in tokens(text)) == text


@pytest.mark.parametrize(
    "text",
    ['"SERVICE { }"', "'SERVICE'", '"""a " SERVICE"""', "# SERVICE", "<http://x/SERVICE>",
     "?SERVICE", "ex:SERVICE", "SERVICE:x", "_:SERVICE", r'"\" SERVICE"'],
)  # fmt: skip
def test_a_word_elsewhere_is_no_keyword(text: str) -> None:
    assert not [t for t in tokens(text) if t.kind is TokenKind.WORD]


def test_keywords_variables_and_names_are_told_apart() -> None:
    found = significant_tokens("SELECT ?x { ?x a cm:Mine ; rdfs:label 'm'@en } # done")
    assert [t.kind.value for t in found] == [
        "word", "variable", "punctuation", "variable", "word", "name", "punctuation", "name",
        "string", "language", "punctuation",
    ]  # fmt: skip


def test_less_than_is_no_iri() -> None:
    assert [t.text for t in significant_tokens("FILTER(?a < 3 && ?b > 2)")][3:5] == ["<", "3"]


def test_positions_count_from_one() -> None:
    assert line_and_column("SELECT *\nWHERE {", 9) == (2, 1)
