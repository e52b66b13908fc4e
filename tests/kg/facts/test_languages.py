"""Names in other languages: the annotation ``lang`` by row, and how far the shipped names reach."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, QuerySolutions, RdfFormat, Store

from kg.facts import load_package
from kg.facts.cells import read_language
from kg.namespaces import CM, CMD, SKOS
from kg.ontology import ontology_dataset
from kg.populate import populate
from kg.shipped import facts_dir
from tests.kg.facts.small_package import GOOD, check, only, write_package

LANGUAGES = {"de", "fr", "es", "ja", "zh"}

#: What has no name in a language, and why. No name is made up to fill a gap.
NO_CERTAIN_SPELLING = "the spelling of the name in that script was not certain"
GAPS = {
    "gold-dore": ({"zh"}, "no established term was certain"),
    "industrial-diamond-grit": ({"ja", "zh"}, "no established term was certain"),
    "industrial-diamond-stones": ({"zh"}, "no established term was certain"),
    "samarium-plus-carbonate": ({"ja", "zh"}, "a trade name of one sort of concentrate"),
    "ore-manavalakurichi": ({"ja", "zh"}, NO_CERTAIN_SPELLING),
    "ore-nangang": ({"ja", "zh"}, NO_CERTAIN_SPELLING),
    "ore-revda": ({"ja", "zh"}, NO_CERTAIN_SPELLING),
}


def table(name: str) -> list[dict[str, str]]:
    """The rows of a shipped table."""
    with (facts_dir() / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# The annotation


def labels(**constraints: object) -> dict[str, object]:
    """A schema of names whose language is a column."""
    return {
        "primaryKey": "id",
        "aboutUrl": "cmd:{id}",
        "sources": "source_ids",
        "fields": [
            {"name": "id", "type": "string", "constraints": {"required": True}},
            {"name": "lang", "type": "string", "constraints": constraints},
            {"name": "label", "type": "string", "propertyUrl": "skos:prefLabel", "lang": "{lang}"},
            {"name": "source_ids", "type": "string", "separator": ";"},
        ],
    }


ROWS = "id,lang,label,source_ids\nn1,de,China,usgs-2026\nn2,zh-Hant,澳洲,usgs-2026\n"


def package(folder: Path, rows: str, schema: dict[str, object]) -> Path:
    """The small package with names in place of the table ``output``."""
    return write_package(folder, {**GOOD, "output": rows}, {"output": schema})


def test_a_column_of_languages_is_in_order(tmp_path: Path) -> None:
    assert not check(package(tmp_path, ROWS, labels(required=True)))


def test_a_language_that_is_none_is_told_by_cell(tmp_path: Path) -> None:
    rows = ROWS.replace(",de,", ",German,")
    problem = only(check(package(tmp_path, rows, labels(required=True))))
    assert (problem.file, problem.row, problem.column) == ("output.csv", 2, "lang")
    assert "'German' is no language tag" in problem.message


def test_the_column_of_the_language_must_be_required(tmp_path: Path) -> None:
    problem = only(check(package(tmp_path, ROWS, labels())))
    assert (problem.file, problem.column) == ("output.json", "label")
    assert "may be empty" in problem.message
    assert "required" in problem.remedy


@pytest.mark.parametrize("tag", ["", "d", "DE", "de_AT", "de-", "ger man", "{lang"])
def test_what_is_no_language_tag(tag: str) -> None:
    with pytest.raises(ValueError, match="no language tag"):
        read_language(tag)


# The shipped names


@pytest.fixture(scope="module")
def names() -> dict[str, dict[str, str]]:
    """Name by thing and language, from both tables of names."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in table("labels") + table("cldr-labels"):
        assert row["id"] == f"{row['thing']}-{row['lang']}"
        assert row["lang"] not in found[row["thing"]], row
        found[row["thing"]][row["lang"]] = row["label"]
    return found


@pytest.mark.parametrize("kind", ["elements", "groups", "materials", "commodities", "places"])
def test_every_thing_has_its_names_or_stands_on_the_list_of_gaps(
    names: dict[str, dict[str, str]], kind: str
) -> None:
    missing = {
        row["id"]: LANGUAGES - names[row["id"]].keys()
        for row in table(kind)
        if LANGUAGES - names[row["id"]].keys()
    }
    things = {row["id"] for row in table(kind)}
    assert missing == {thing: gap for thing, (gap, _) in GAPS.items() if thing in things}


def test_names_are_clean_and_none_is_the_name_of_something_else(
    names: dict[str, dict[str, str]],
) -> None:
    """A name that is asked for leads to one thing."""
    english: dict[str, set[str]] = defaultdict(set)
    for kind in ("elements", "groups", "materials", "commodities", "places"):
        for row in table(kind):
            for name in (row["name"], *row.get("aliases", "").split(";")):
                english[name.strip().casefold()].add(row["id"])
    owner: dict[tuple[str, str], str] = {}
    for thing, by_language in names.items():
        for language, name in by_language.items():
            assert name == " ".join(name.split()) != "", (thing, language)
            assert owner.setdefault((language, name.casefold()), thing) == thing, name
            assert english.get(name.casefold(), {thing}) >= {thing}, name


def test_names_are_in_the_script_of_their_language(names: dict[str, dict[str, str]]) -> None:
    latin = {
        (thing, name)
        for thing, by_language in names.items()
        for language, name in by_language.items()
        if (language in ("ja", "zh")) != any(ord(letter) > 0x2E80 for letter in name)
    }
    assert latin == {("terfenol-d", "Terfenol-D")}
    for thing, by_language in names.items():
        kana = [letter for letter in by_language.get("zh", "") if "\u3040" <= letter <= "\u30ff"]
        assert not kana, thing


def test_known_names(names: dict[str, dict[str, str]]) -> None:
    assert names["neodymium"] == {
        "de": "Neodym",
        "fr": "néodyme",
        "es": "neodimio",
        "ja": "ネオジム",
        "zh": "钕",
    }
    assert names["tungsten"]["de"] == "Wolfram"
    assert names["CHN"]["fr"] == "Chine"


@pytest.mark.parametrize("scheme", ["stages", "forms"])
def test_every_code_of_stages_and_forms_has_its_names(scheme: str) -> None:
    codes = {
        quad.subject
        for quad in ontology_dataset()
        if quad.predicate.value == f"{SKOS}inScheme" and quad.object.value == f"{CM}{scheme}"
    }
    assert codes
    found: dict[object, list[str | None]] = defaultdict(list)
    for quad in ontology_dataset():
        if quad.predicate.value == f"{SKOS}prefLabel" and isinstance(quad.object, Literal):
            found[quad.subject].append(quad.object.language)
    for code in codes:
        assert sorted(map(str, found[code])) == sorted({"en", *LANGUAGES}), code


@pytest.mark.parametrize("scheme", ["stages", "forms"])
def test_the_scheme_says_that_its_names_are_not_reviewed(scheme: str) -> None:
    notes = [
        quad.object.value
        for quad in ontology_dataset()
        if getattr(quad.subject, "value", "") == f"{CM}{scheme}"
        and quad.predicate.value == f"{SKOS}scopeNote"
        and isinstance(quad.object, Literal)
    ]
    assert any("no native speaker" in note for note in notes), notes


# The queries of the page


def test_the_queries_of_the_page_about_languages_find_names(tmp_path: Path) -> None:
    package = load_package()
    tables = {name: package.tables[name] for name in ("places", "labels", "cldr-labels")}
    populate(replace(package, tables=tables), tmp_path / "facts.nq")
    store = Store()
    store.bulk_load(path=str(tmp_path / "facts.nq"), format=RdfFormat.N_QUADS)
    page = (Path(__file__).parents[3] / "docs" / "mappings.md").read_text(encoding="utf-8")
    reviewed, german = re.findall(r"```sparql\n(.*?)```", page, re.DOTALL)

    def found(query: str) -> dict[str, str]:
        solutions = store.query(query, use_default_graph_as_union="GRAPH" not in query)
        assert isinstance(solutions, QuerySolutions)
        return {row["thing"].value: row["name"].value for row in solutions}

    assert found(reviewed)[f"{CMD}CHN"] == "中国"
    assert f"{CMD}neodymium" not in found(reviewed)
    assert found(german)[f"{CMD}DEU"] == "Deutschland"
