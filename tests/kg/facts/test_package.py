"""Reading a data package: typed rows with their lines, and clear errors."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kg.errors import NotFoundError
from kg.facts import FactsError, Reference, load_package, read_package

SCHEMA: dict[str, Any] = {
    "primaryKey": "id",
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True}},
        {"name": "year", "type": "year"},
        {"name": "mined", "type": "number"},
        {"name": "mines", "type": "integer"},
        {"name": "open", "type": "boolean"},
        {"name": "seen", "type": "date"},
        {
            "name": "elements",
            "type": "string",
            "separator": ";",
            "references": {"resources": ["elements", "groups"], "field": "id", "also": ["ANY"]},
        },
    ],
}
ROWS = """\
id,year,mined,mines,open,seen,elements
one,2024,1.50,3,true,2025-04-09,neodymium; dysprosium
"two
lines",,,,,,
three,2023,1e3,-1,false,,iron
"""


def write(folder: Path, rows: str = ROWS, **resource: Any) -> Path:
    """A package with the one table ``things``."""
    (folder / "things.csv").write_text(rows)
    (folder / "things.json").write_text(json.dumps(SCHEMA))
    entry = {"name": "things", "path": "things.csv", "schema": "things.json", **resource}
    (folder / "datapackage.json").write_text(json.dumps({"name": "test", "resources": [entry]}))
    return folder


def test_rows_have_types_and_lines(tmp_path: Path) -> None:
    rows = list(load_package(write(tmp_path)).table("things").rows())
    assert [row.line for row in rows] == [2, 3, 5]
    assert dict(rows[0].values) == {
        "id": "one",
        "year": 2024,
        "mined": 1.5,
        "mines": 3,
        "open": True,
        "seen": date(2025, 4, 9),
        "elements": ("neodymium", "dysprosium"),
    }
    assert rows[1]["id"] == "two\nlines"
    assert rows[1]["mined"] is None
    assert rows[1]["elements"] == ()
    assert rows[2]["mined"] == 1000


def test_fields_know_what_they_refer_to(tmp_path: Path) -> None:
    schema = load_package(write(tmp_path)).table("things").schema
    elements = schema.field("elements")
    assert elements is not None
    assert elements.references == Reference(("elements", "groups"), "id", ("ANY",))
    assert elements.separator == ";"
    assert [field.name for field in schema.fields if field.required] == ["id"]
    assert schema.primary_key == ("id",)


def test_several_tables_may_share_a_schema(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "more.csv").write_text(ROWS.replace("one", "four"))
    entries = [
        {"name": name, "path": f"{name}.csv", "schema": "things.json", "title": name.title()}
        for name in ("things", "more")
    ]
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": entries}))
    package = load_package(tmp_path)
    assert package.table("things").schema is package.table("more").schema
    assert package.table("more").title == "More"
    assert next(package.table("more").rows())["id"] == "four"


def test_a_schema_may_stand_in_place(tmp_path: Path) -> None:
    package = load_package(write(tmp_path, schema=SCHEMA))
    assert package.table("things").schema.names[0] == "id"


def test_an_unknown_table_gets_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"no table 'thing'.* Did you mean 'things'\?"):
        load_package(write(tmp_path)).table("thing")


@pytest.mark.parametrize(
    ("cell", "column", "message"),
    [
        ("x,twenty,,,,,", "year", "'twenty' is not a year of four digits"),
        ("x,,1 000,,,,", "mined", "'1 000' is not a number"),
        ("x,,,1.5,,,", "mines", "'1.5' is not a whole number"),
        ("x,,,,yes,,", "open", "'yes' is neither true nor false"),
        ("x,,,,,2025-02-30,", "seen", "'2025-02-30' is not a date"),
    ],
)
def test_a_cell_of_the_wrong_type(tmp_path: Path, cell: str, column: str, message: str) -> None:
    rows = ROWS.splitlines()[0] + f"\n{cell}\n"
    with pytest.raises(FactsError, match=f"things.csv:2:{column}: {message}"):
        list(load_package(write(tmp_path, rows)).table("things").rows())


def test_rows_that_are_not_utf8(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "things.csv").write_bytes(b"id,year,mined\nM\xfcller,,\n")
    with pytest.raises(FactsError, match=r"things\.csv:2: byte 0xfc at byte 2 of the line"):
        list(load_package(tmp_path).table("things").rows())


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="There is no folder"):
        load_package(tmp_path / "nowhere")


def test_no_datapackage(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match=r"datapackage\.json: the file cannot be read: No such"):
        load_package(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"resources": [\n{"name": "a"},\n]}', r"datapackage\.json:3: the file is not JSON"),
        ('{"resources": [', r"datapackage\.json:1: the file is not JSON"),
        ("[]", "the file holds no JSON object"),
        ("{}", "there is no list of resources"),
        ('{"resources": {}}', "there is no list of resources"),
        ('{"resources": [{}]}', "resource 1 has no name"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_datapackage_that_is_not_understood(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "datapackage.json").write_text(text)
    with pytest.raises(FactsError, match=message) as caught:
        load_package(tmp_path)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        ({"path": "gone.csv"}, "gone.csv: the table of resource 'things' is not there"),
        ({"schema": "gone.json"}, "gone.json: the file cannot be read"),
        ({"path": "../things.csv"}, "path is '../things.csv', which is no file of this package"),
        ({"path": "/etc/passwd"}, "path is '/etc/passwd', which is no file of this package"),
        ({"path": "https://example.org/x.csv"}, "which is no file of this package"),
        ({"path": ["a.csv", "b.csv"]}, "which is no file of this package"),
        ({"schema": None}, "schema is None, which is no file of this package"),
        ({"schema": {"fields": "id"}}, "the schema has no list of fields"),
        ({"schema": {"fields": [{"type": "string"}]}}, "field 1 has no name"),
        ({"schema": {"fields": [{"name": "a"}, {"name": "a"}]}}, "two fields have this name"),
        ({"schema": {"fields": [{"name": "a", "separator": ""}]}}, "the separator is not a sign"),
        ({"schema": {"fields": [{"name": "a", "references": "x"}]}}, "references names no"),
        ({"schema": {"fields": [{"name": "a", "constraints": 1}]}}, "constraints are not"),
        ({"schema": {"fields": [], "missingValues": ["-"]}}, "missingValues other than"),
    ],
)
def test_a_resource_that_is_not_understood(
    tmp_path: Path, resource: dict[str, Any], message: str
) -> None:
    with pytest.raises(FactsError, match=message) as caught:
        load_package(write(tmp_path, **resource))
    assert caught.value.remedy


def test_every_problem_is_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    write(tmp_path)
    entries = [
        {"name": "things", "path": "things.csv", "schema": "things.json"},
        {"name": "things", "path": "things.csv", "schema": "things.json"},
        {"name": "gone", "path": "gone.csv", "schema": "things.json"},
        {"name": "bare", "path": "things.csv", "schema": "gone.json"},
    ]
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": entries}))
    package, report = read_package(tmp_path)
    assert list(package.tables) == ["things"]
    assert [problem.file for problem in report.problems] == [
        "datapackage.json",
        "gone.csv",
        "gone.json",
    ]
    with pytest.raises(FactsError, match=r"two resources are named 'things' \(and 2 more\)"):
        load_package(tmp_path)
