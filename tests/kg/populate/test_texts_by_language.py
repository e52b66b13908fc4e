"""Texts whose language is a column: written, and read back with the same tag."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.namespaces import CMD, SKOS
from tests.kg.populate.test_populate import quads, refused, table

SCHEMA = table(
    {"name": "lang", "type": "string", "constraints": {"required": True}},
    {"name": "label", "type": "string", "propertyUrl": "skos:prefLabel", "lang": "{lang}"},
)

LABELS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1
)
TAGS = st.sampled_from(["de", "fr", "es", "ja", "zh", "en", "zh-Hant", "sr-Latn-RS"])


def written(rows: list[tuple[str, str]]) -> str:
    """The table as CSV."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(
        [("id", "lang", "label"), *((f"t{n}", tag, label) for n, (tag, label) in enumerate(rows))]
    )
    return out.getvalue()


@given(st.lists(st.tuples(TAGS, LABELS), min_size=1, max_size=6))
def test_every_name_comes_back_in_its_language(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    found = quads(tmp_path_factory.mktemp("names"), SCHEMA, written(rows))

    # A store may write tags in lower case, since their case says nothing.
    assert {
        (q.subject.value, q.predicate.value, q.object.value, q.object.language.lower())  # type: ignore[union-attr]
        for q in found
    } == {
        (f"{CMD}t{n}", f"{SKOS}prefLabel", label, tag.lower())
        for n, (tag, label) in enumerate(rows)
    }


def test_one_thing_has_a_name_in_each_language(tmp_path: Path) -> None:
    rows = "id,lang,label\nnd,de,Neodym\nnd,zh,钕\n"
    assert {q.object for q in quads(tmp_path, SCHEMA, rows)} == {
        ox.Literal("Neodym", language="de"),
        ox.Literal("钕", language="zh"),
    }


def test_an_empty_name_gives_nothing(tmp_path: Path) -> None:
    assert not quads(tmp_path, SCHEMA, "id,lang,label\nnd,de,\n")


@pytest.mark.parametrize("tag", ["German", "", "de_AT"])
def test_a_language_that_is_none_is_refused(tmp_path: Path, tag: str) -> None:
    (problem,) = refused(tmp_path, SCHEMA, f"id,lang,label\nnd,{tag},Neodym\n")
    assert problem.startswith("things.csv:2:lang: ")
