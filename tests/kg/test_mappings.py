"""Mapping sets are read with their prefixes, and mistakes are reported by file and row."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path
from uuid import NAMESPACE_DNS, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from kg.facts import load_package
from kg.mappings import MappingSetError, read_mapping_set, thing_mapping_sets
from kg.namespaces import CM, CMD, PREFIXES, SKOS
from kg.ontology import mapping_files, ontology_dataset
from kg.populate import populate
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


def table(name: str) -> list[dict[str, str]]:
    """The rows of a shipped table."""
    with (facts_dir() / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


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


WRITTEN = ("places", "elements", "materials", "customs-codes")


@pytest.mark.parametrize("name", WRITTEN)
def test_a_set_about_things_is_what_the_tables_give(name: str) -> None:
    shipped = ontology_dir() / "mappings" / f"{name}.sssom.tsv"

    text = thing_mapping_sets(facts_dir() / "tables")[name]

    assert shipped.read_text(encoding="utf-8") == text, (
        "write it anew: python -m kg.mappings ontology/mappings"
    )


def test_the_set_about_places_maps_china() -> None:
    shipped = ontology_dir() / "mappings" / "places.sssom.tsv"
    china = {row.object for row in read_mapping_set(shipped).rows if row.subject == f"{CMD}CHN"}
    assert china == {f"{PREFIXES['wd']}Q148", "https://www.iso.org/obp/ui/#iso:code:3166:CN"}


def objects(name: str, subject: str) -> set[str]:
    """What a shipped set maps a thing to."""
    path = ontology_dir() / "mappings" / f"{name}.sssom.tsv"
    return {row.object for row in read_mapping_set(path).rows if row.subject == f"{CMD}{subject}"}


def test_the_set_about_elements_maps_neodymium() -> None:
    assert objects("elements", "neodymium") == {
        f"{PREFIXES['wd']}Q1388",
        "https://commonchemistry.cas.org/detail?cas_rn=7440-00-8",
        "https://pubchem.ncbi.nlm.nih.gov/compound/23934",
        "https://w3id.org/emmo#EMMO_2e6eba5e-8c55-534c-b955-f09296e190e0",
        "https://minmod.isi.edu/resource/Q690",
    }


def test_each_element_has_an_item_of_wikidata_of_its_own() -> None:
    rows = table("identifiers")
    items = [row for row in rows if row["scheme"] == "wikidata"]
    assert {row["thing"] for row in items} == {row["id"] for row in table("elements")}
    assert len({row["identifier"] for row in items}) == len(items)


def test_a_registry_number_of_cas_has_the_right_check_digit() -> None:
    for row in table("identifiers"):
        if row["scheme"] == "cas":
            check, *digits = (int(digit) for digit in reversed(row["identifier"].replace("-", "")))
            assert sum(n * digit for n, digit in enumerate(digits, start=1)) % 10 == check, row


def test_an_atom_of_emmo_is_named_by_the_rule_of_emmo() -> None:
    """Its IRI is made from its label, so a wrong label or IRI does not fit the other."""
    for row in table("identifiers"):
        if row["scheme"] == "emmo":
            assert row["identifier"] == f"EMMO_{uuid5(NAMESPACE_DNS, row['name'])}", row


def test_identifiers_are_written_as_their_list_writes_them() -> None:
    shapes = {
        "wikidata": r"Q[1-9][0-9]*",
        "cas": r"[1-9][0-9]{1,6}-[0-9]{2}-[0-9]",
        "pubchem": r"[1-9][0-9]*",
        "minmod": r"Q[1-9][0-9]*",
        "emmo": r"EMMO_[0-9a-f-]{36}",
        "emmo-substance": r"substance_[0-9a-f_]{36}",
        "hs": r"[0-9]{6}",
    }
    for row in table("identifiers"):
        shape = shapes.get(row["scheme"]) or shapes[row["scheme"].partition("-")[0]]
        assert re.fullmatch(shape, row["identifier"]), row


def test_an_identifier_means_the_same_as_one_thing_only() -> None:
    """Else two things would mean the same. A code that takes in more may stand with several."""
    exact = [
        (row["identifier"]) for row in table("identifiers") if row["scheme"] in ("wikidata", "hs")
    ]
    assert len(set(exact)) == len(exact)


@pytest.mark.parametrize("path", mapping_files(), ids=lambda path: path.name)
def test_every_row_of_a_shipped_set_is_well_formed(path: Path) -> None:
    for row in read_mapping_set(path).rows:
        assert row.predicate.startswith(SKOS), row
        assert row.predicate.endswith("Match"), row
        assert row.justification.startswith("https://w3id.org/semapv/vocab/"), row
        assert re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", row.object), row
        assert row.subject.startswith((CM, CMD)), row
        assert row.object_label, row


def test_the_data_say_the_same_as_the_sets(tmp_path: Path) -> None:
    """What the table of identifiers becomes, and what the sets written from it say."""
    package = load_package()
    tables = {name: package.tables[name] for name in ("identifiers", "places")}
    populate(replace(package, tables=tables), tmp_path / "facts.nq")
    data = {
        (quad.subject.value, quad.predicate.value, quad.object.value)
        for quad in parse(path=str(tmp_path / "facts.nq"), format=RdfFormat.N_QUADS)
        if quad.predicate.value.startswith(SKOS) and quad.predicate.value.endswith("Match")
    }
    sets = {
        (row.subject, row.predicate, row.object)
        for name in WRITTEN
        for row in read_mapping_set(ontology_dir() / "mappings" / f"{name}.sssom.tsv").rows
        if "iso:code:3166" not in row.object
    }
    assert data == sets
