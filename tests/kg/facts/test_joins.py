"""A column that is looked up in another table: how it is written, checked and loaded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kg.errors import CritmatError
from kg.facts import load_package
from kg.facts.joins import JoinError, parse_joins
from kg.facts.schema import parse_schema
from kg.populate import populate
from kg.report import Problem
from tests.kg.facts.small_package import GOOD, OUTPUT, PLACES, check, write_package

OWNERS = {
    "primaryKey": "output",
    "fields": [
        {"name": "output", "type": "string", "constraints": {"required": True}},
        {"name": "owner", "type": "string"},
    ],
}
JOIN = {"owner": {"resources": ["owners"], "by": "id", "key": "output", "value": "owner"}}
VIRTUAL = [{"propertyUrl": "cm:locatedIn", "valueUrl": "cmd:{owner}"}]
SCHEMAS = {"output": {**OUTPUT, "joins": JOIN, "virtual": VIRTUAL}, "owners": OWNERS}
ROWS = {**GOOD, "owners": "output,owner\no1,CHN\no2,AUS\no3,CHN\n"}


def folder(tmp_path: Path, rows: dict[str, str] | None = None, **join: Any) -> Path:
    """The small package with a table of owners, and a join that looks into it."""
    schemas = {
        **SCHEMAS,
        "output": {**SCHEMAS["output"], "joins": {"owner": {**JOIN["owner"], **join}}},
    }
    return write_package(tmp_path, {**ROWS, **(rows or {})}, schemas)


def told(package: Path) -> list[Problem]:
    """The problems, without that of the ontology that is not there."""
    return [problem for problem in check(package) if "ontology" not in problem.file]


def test_the_column_is_filled_from_the_other_table(tmp_path: Path) -> None:
    out = tmp_path / "facts.nq"

    populate(load_package(folder(tmp_path)), out)

    lines = out.read_text("utf-8").splitlines()
    found = {tuple(line.split()[::2][:2]) for line in lines if "locatedIn" in line}
    base = "<https://w3id.org/critmat/id/"
    assert found == {
        (f"{base}o1>", f"{base}CHN>"),
        (f"{base}o2>", f"{base}AUS>"),
        (f"{base}o3>", f"{base}CHN>"),
    }


def test_a_package_whose_cells_are_all_found_is_in_order(tmp_path: Path) -> None:
    assert told(folder(tmp_path)) == []


def test_an_unknown_key_is_told_by_its_cell(tmp_path: Path) -> None:
    (problem,) = told(folder(tmp_path, {"owners": "output,owner\no1,CHN\no3,CHN\n"}))

    assert (problem.file, problem.row, problem.column) == ("output.csv", 3, "id")
    assert "'o2' has no row in the table owners, which says its owner" in problem.message


def test_a_key_without_a_value_counts_as_unknown(tmp_path: Path) -> None:
    (problem,) = told(folder(tmp_path, {"owners": "output,owner\no1,CHN\no2,\no3,CHN\n"}))

    assert (problem.row, problem.column) == (3, "id")


def test_what_is_not_found_is_not_loaded(tmp_path: Path) -> None:
    package = load_package(folder(tmp_path, {"owners": "output,owner\no1,CHN\n"}))

    with pytest.raises(CritmatError, match="'o2' has no row"):
        populate(package, tmp_path / "facts.nq")
    assert not (tmp_path / "facts.nq").exists()


def test_what_is_found_must_fit_into_an_identifier(tmp_path: Path) -> None:
    (problem,) = told(folder(tmp_path, {"owners": "output,owner\no1,C N\no2,AUS\no3,CHN\n"}))

    assert "'C N' cannot be part of an identifier" in problem.message


@pytest.mark.parametrize("join", [{"resources": ["landlords"]}, {"value": "landlord"}])
def test_a_table_or_column_that_is_not_there_is_told_of_the_schema(
    tmp_path: Path, join: dict[str, Any]
) -> None:
    (problem,) = told(folder(tmp_path, **join))

    assert problem.file == "output.json"
    assert "the column 'owner' is looked up in" in problem.message


@pytest.mark.parametrize(
    ("joins", "message"),
    [
        (["owner"], "joins is no object"),
        ({"owner": {"resources": ["owners"]}}, "does not have the keys"),
        ({"owner": {**JOIN["owner"], "resources": []}}, "names no table"),
        ({"area": JOIN["owner"]}, "which the table has itself"),
        ({"owner": {**JOIN["owner"], "by": "ident"}}, "which is no single-valued column"),
        ({"owner": {**JOIN["owner"], "by": "buyers"}}, "which is no single-valued column"),
    ],
)
def test_a_join_that_is_not_understood_is_refused(joins: object, message: str) -> None:
    schema, found = parse_schema(json.loads(json.dumps({**OUTPUT, "joins": joins})), "output.json")
    assert schema is not None
    assert found == []

    with pytest.raises(JoinError, match=message):
        parse_joins(schema)


def test_a_table_without_joins_has_none() -> None:
    schema, _ = parse_schema(PLACES, "places.json")
    assert schema is not None
    assert parse_joins(schema) == ()
