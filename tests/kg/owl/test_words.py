"""Axioms in the functional syntax of OWL become sentences that somebody can read aloud."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.namespaces import CM, CMD
from kg.owl.words import Expression, Iri, Speaker, Word, read_axiom, subject_of

SENTENCES = {
    "ClassAssertion(cm:Mine cmd:x)": "cmd:x (Pit X) is a cm:Mine",
    "ClassAssertion(ObjectComplementOf(cm:Mine) cmd:x)": (
        "cmd:x (Pit X) is a thing that is not a cm:Mine"
    ),
    "ObjectPropertyAssertion(cm:locatedIn cmd:x cmd:CHN)": (
        "cmd:x (Pit X) has cm:locatedIn cmd:CHN (China)"
    ),
    'DataPropertyAssertion(cm:symbol cmd:x "N \\"d\\" (1)"@en)': (
        'cmd:x (Pit X) has cm:symbol "N \\"d\\" (1)"'
    ),
    "SubClassOf(cm:Mine cm:Facility)": "every cm:Mine is a cm:Facility",
    "SubClassOf(ObjectHasValue(cm:memberOf cmd:y) cm:Element)": (
        "every thing with cm:memberOf cmd:y is a cm:Element"
    ),
    "SubClassOf(ObjectIntersectionOf(cm:Mine ObjectSomeValuesFrom(cm:part owl:Thing)) cm:A)": (
        "every cm:Mine and every thing with cm:part some owl:Thing is a cm:A"
    ),
    "SubClassOf(cm:A ObjectAllValuesFrom(cm:part ObjectUnionOf(cm:B cm:C)))": (
        "every cm:A is a thing with cm:part only (a cm:B or a cm:C)"
    ),
    "SubClassOf(cm:A ObjectMaxCardinality(2 cm:part cm:B))": (
        "every cm:A is a thing with at most 2 cm:part cm:B"
    ),
    "SubClassOf(cm:A owl:Nothing)": "every cm:A is nothing at all",
    "SubClassOf(cm:A ObjectOneOf(cmd:CHN cmd:y))": "every cm:A is one of cmd:CHN (China), cmd:y",
    "DisjointClasses(cm:A cm:B)": "nothing is both a cm:A and a cm:B",
    "EquivalentClasses(cm:A cm:B)": "a cm:A is the same as a cm:B",
    "ObjectPropertyDomain(cm:p cm:A)": "whatever has cm:p is a cm:A",
    "ObjectPropertyRange(cm:p cm:A)": "whatever cm:p leads to is a cm:A",
    "DataPropertyRange(cm:p xsd:string)": "values of cm:p are xsd:string",
    "SubObjectPropertyOf(cm:p cm:q)": "cm:p implies cm:q",
    "SubObjectPropertyOf(ObjectPropertyChain(cm:p ObjectInverseOf(cm:q)) cm:r)": (
        "cm:p, then the inverse of cm:q together give cm:r"
    ),
    "InverseObjectProperties(cm:p cm:q)": "cm:p and cm:q are inverses",
    "TransitiveObjectProperty(cm:p)": "cm:p goes on through any number of steps (transitive)",
    "FunctionalObjectProperty(cm:p)": "nothing has cm:p twice",
    "NegativeObjectPropertyAssertion(cm:p cmd:y cmd:CHN)": (
        "cmd:y does not have cm:p cmd:CHN (China)"
    ),
    "DifferentIndividuals(cmd:y cmd:CHN)": "cmd:y and cmd:CHN (China) are different things",
}


def speaker() -> Speaker:
    return Speaker({f"{CMD}x": "Pit X", f"{CMD}CHN": "China", f"{CM}Mine": "a hole"})


@pytest.mark.parametrize(("axiom", "sentence"), SENTENCES.items())
def test_an_axiom_is_a_sentence(axiom: str, sentence: str) -> None:
    assert speaker().sentence(axiom) == sentence


def test_a_label_that_says_no_more_than_the_name_is_left_out() -> None:
    assert Speaker({f"{CMD}rare-earths": "Rare earths"}).name(f"{CMD}rare-earths") == (
        "cmd:rare-earths"
    )


def test_an_axiom_without_a_sentence_is_shown_with_short_names() -> None:
    assert speaker().sentence(f"ObjectHasSelf(<{CM}p>)") == "ObjectHasSelf(cm:p)"


def test_what_has_too_few_parts_is_shown_as_it_is() -> None:
    assert speaker().sentence("DisjointClasses()") == "DisjointClasses()"


@pytest.mark.parametrize(
    ("axiom", "subject"),
    [
        ("ClassAssertion(cm:Mine cmd:x)", f"{CMD}x"),
        ("ObjectPropertyAssertion(cm:p cmd:x cmd:y)", f"{CMD}x"),
        ("SubClassOf(ObjectHasValue(cm:p cmd:y) cm:Mine)", f"{CM}Mine"),
        ("SubObjectPropertyOf(ObjectPropertyChain(cm:p cm:q) cm:r)", f"{CM}r"),
        ("Declaration(Class(cm:Mine))", f"{CM}Mine"),
        ("DisjointClasses()", None),
    ],
)
def test_an_axiom_is_first_of_all_about_one_name(axiom: str, subject: str | None) -> None:
    assert subject_of(read_axiom(axiom)) == subject


@pytest.mark.parametrize("text", ["", "cm:Mine", "A(", "A(cm:b))", "A(cm:b) B(cm:c)", 'A("b)'])
def test_what_is_no_axiom_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"axiom|bracket"):
        read_axiom(text)


NAMES = st.from_regex(r"[A-Za-z]{1,8}", fullmatch=True)
LEAVES = st.builds(Iri, st.from_regex(r"https?://[a-z./#]{1,12}", fullmatch=True)) | st.builds(
    Word,
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(
        lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    ),
)
PARTS = st.recursive(
    LEAVES, lambda inner: st.builds(Expression, NAMES, st.lists(inner, max_size=3).map(tuple))
)


def written(part: Iri | Word | Expression) -> str:
    """A part in functional syntax."""
    if isinstance(part, Expression):
        return f"{part.name}({' '.join(map(written, part.parts))})"
    return f"<{part.value}>" if isinstance(part, Iri) else part.value


@given(st.builds(Expression, NAMES, st.lists(PARTS, max_size=3).map(tuple)))
def test_what_was_written_is_read_again(axiom: Expression) -> None:
    assert read_axiom(written(axiom)) == axiom
