"""``docs/facts.md`` tells what is there: its list of tables, its keys and its worked example."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from kg.facts import load_package
from kg.facts.cli import facts
from kg.facts.mapping import FIELD_KEYS, SCHEMA_KEYS, VIRTUAL_KEYS
from kg.namespaces import PREFIXES
from kg.populate import populate

PAGE = Path(__file__).parents[3] / "docs" / "facts.md"


def block(name: str) -> str:
    """A part of the worked example."""
    found = re.search(rf"<!-- example: {name} -->\n```\w+\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None, name
    return found.group(1)


def test_the_list_of_tables_is_that_of_the_package() -> None:
    listed = re.search(r"<!-- tables: .*? -->\n\n(.*?)\n<!-- end", PAGE.read_text(), re.DOTALL)
    assert listed is not None
    result = CliRunner().invoke(facts, ["tables"])
    assert listed.group(1) == result.output, "put the output of `critmat facts tables` into it"


@pytest.mark.parametrize("key", sorted({*FIELD_KEYS, *SCHEMA_KEYS, *VIRTUAL_KEYS}))
def test_every_annotation_is_explained(key: str) -> None:
    assert f"`{key}`" in PAGE.read_text()


def test_the_worked_example_is_true(tmp_path: Path) -> None:
    (tmp_path / "deposits.csv").write_text(block("csv"))
    (tmp_path / "deposits.json").write_text(block("schema"))
    resource = {"name": "deposits", "path": "deposits.csv", "schema": "deposits.json"}
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [resource]}))
    populate(load_package(tmp_path), tmp_path / "facts.nq")
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    expected = ox.parse((prefixes + block("trig")).encode(), format=ox.RdfFormat.TRIG)
    found = ox.parse(path=str(tmp_path / "facts.nq"), format=ox.RdfFormat.N_QUADS)
    assert set(found) == set(expected)
