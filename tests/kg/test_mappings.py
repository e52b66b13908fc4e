"""Mapping sets are read with their prefixes, and mistakes are reported by file and row."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.mappings import MappingSetError, place_mapping_set, read_mapping_set
from kg.namespaces import CM, CMD, PREFIXES, SKOS
from kg.ontology import mapping_files, ontology_dataset
from kg.shipped import facts_dir, ontology_dir

HEAD = """\
#mapping_set_id: https://example.org/set
#license: https://creativecommons.org/licenses/by/4.0/
#curie_map:
#  cm: https://w3id.org/critmat/ontology#
#  semapv: https://w3id.org/semapv/vocab/
#  skos: http://www.w3.org/2004/02/skos/core#
#  unit: http://qudt.org/vocab/unit/
subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification
"""
ROW = "cm:unit-gram\tgram\tskos:exactMatch\tunit:GM\tGram\tsemapv:ManualMappingCuration\n"


def written(folder: Path, text: str) -> Path:
    """A mapping set with the given text."""
    path = folder / "units.sssom.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_row_is_read_as_iris_with_its_line(tmp_path: Path) -> None:
    mapping_set = read_mapping_set(written(tmp_path, HEAD + ROW))

    (row,) = mapping_set.rows
    assert (row.subject, row.predicate) == (f"{CM}unit-gram", f"{SKOS}exactMatch")
    assert row.object == "http://qudt.org/vocab/unit/GM"
    assert (row.subject_label, row.row) == ("gram", 9)
    assert mapping_set.metadata["mapping_set_id"] == "https://example.org/set"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (HEAD.replace("#  unit: http://qudt.org/vocab/unit/\n", "") + ROW, ":8:object_id"),
        (HEAD + ROW.replace("unit:GM", ""), ":9"),
        (HEAD + ROW.replace("unit:GM", "GM"), ":9:object_id"),
        (HEAD.replace("predicate_id\t", "") + ROW, ":8"),
        (HEAD.replace("#license: ", "#license: [") + ROW, "YAML"),
    ],
    ids=["undeclared prefix", "empty cell", "no prefix", "missing column", "broken metadata"],
)
def test_a_mistake_is_reported_with_its_place(text: str, place: str, tmp_path: Path) -> None:
    with pytest.raises(MappingSetError) as caught:
        read_mapping_set(written(tmp_path, text))

    assert "units.sssom.tsv" in caught.value.message
    assert place in caught.value.message
    assert caught.value.remedy


@given(
    names=st.lists(st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True), min_size=1, max_size=8)
)
def test_every_row_comes_back_in_order(
    names: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = HEAD + "".join(ROW.replace("unit:GM", f"unit:{name}") for name in names)

    rows = read_mapping_set(written(tmp_path_factory.mktemp("set"), text)).rows

    assert [row.object for row in rows] == [PREFIXES["unit"] + name for name in names]
    assert [row.row for row in rows] == list(range(9, 9 + len(names)))


# The shipped sets


@pytest.mark.parametrize("path", mapping_files(), ids=lambda path: path.name)
def test_a_shipped_set_has_identity_licence_and_prefixes_as_everywhere_else(path: Path) -> None:
    mapping_set = read_mapping_set(path)

    assert mapping_set.rows
    assert mapping_set.metadata["mapping_set_id"].endswith(path.name.partition(".")[0])
    assert mapping_set.metadata["license"] == "https://creativecommons.org/licenses/by/4.0/"
    for prefix, iri in mapping_set.prefixes.items():
        assert PREFIXES.get(prefix, iri) == iri
    mapped = [(row.subject, row.predicate, row.object) for row in mapping_set.rows]
    assert len(set(mapped)) == len(mapped)


@pytest.mark.parametrize("path", mapping_files(), ids=lambda path: path.name)
def test_every_subject_that_is_a_term_or_code_is_defined_under_that_label(path: Path) -> None:
    labels = {
        q.subject.value: q.object.value
        for q in ontology_dataset()
        if q.predicate.value.endswith("rdf-schema#label")
    }
    for row in read_mapping_set(path).rows:
        if row.subject.startswith(CM):
            assert labels.get(row.subject) == row.subject_label, row


def test_the_set_about_places_is_what_the_table_of_places_gives() -> None:
    shipped = ontology_dir() / "mappings" / "places.sssom.tsv"

    text = place_mapping_set(facts_dir() / "tables" / "places.csv")

    assert shipped.read_text(encoding="utf-8") == text, (
        "write it anew: python -m kg.mappings > ontology/mappings/places.sssom.tsv"
    )
    china = {row.object for row in read_mapping_set(shipped).rows if row.subject == f"{CMD}CHN"}
    assert china == {f"{PREFIXES['wd']}Q148", "https://www.iso.org/obp/ui/#iso:code:3166:CN"}
