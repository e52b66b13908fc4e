"""``critmat populate``."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from kg.cli import critmat
from kg.populate.cli import populate

SCHEMA = {
    "aboutUrl": "cmd:{id}",
    "graph": "graph:catalogue",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "title", "type": "string", "propertyUrl": "dct:title", "lang": "en"},
    ],
}


def write_package(folder: Path, rows: str) -> Path:
    (folder / "sources.csv").write_text(rows)
    resource = {"name": "sources", "path": "sources.csv", "schema": SCHEMA}
    (folder / "datapackage.json").write_text(json.dumps({"resources": [resource]}))
    return folder


def test_it_writes_quads_and_says_how_many(tmp_path: Path) -> None:
    out = tmp_path / "new" / "facts.nq"
    folder = write_package(tmp_path, "id,title\nusgs,Summaries\niea,Outlook\n")
    result = CliRunner().invoke(populate, ["--facts", str(folder), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "2 quads of 1 tables in 1 graphs" in result.output
    assert len(out.read_text().splitlines()) == 2


def test_it_tells_every_bad_cell(tmp_path: Path) -> None:
    folder = write_package(tmp_path, "id,title\nus gs,Summaries\nie a,Outlook\n")
    result = CliRunner().invoke(
        critmat, ["populate", "--facts", str(folder), "--out", str(tmp_path / "facts.nq")]
    )
    assert result.exit_code == 1
    assert "sources.csv:2:id: error: 'us gs' cannot be part of an identifier" in result.output
    assert "sources.csv:3:id: error: 'ie a' cannot be part of an identifier" in result.output
