"""``critmat import`` as a user runs it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.errors import CritmatError
from kg.shipped import facts_dir
from kg.sources import fact_tables
from kg.sources.cli import import_
from kg.sources.fact_tables import table_text, write_tables
from kg.sources.importer import Importer
from kg.sources.registry import IMPORTERS

FIXTURES = Path(__file__).parent / "fixtures"
EXTRACT = FIXTURES / "iea" / "iea_2025_edition_extract.json"


def run(*arguments: object) -> tuple[int, str]:
    """Exit status and all that was said."""
    result = CliRunner().invoke(import_, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_each_source_writes_its_tables(
    tmp_path: Path, main_table: Path, eu_file: Callable[..., Path]
) -> None:
    out = tmp_path / "tables"
    for command, file in (("usgs-mcs-2026", main_table), ("eu-crm", eu_file()), ("iea", EXTRACT)):
        status, said = run(command, file, "--out", out)
        assert status == 0, said
        assert "rows read" in said
    assert sorted(path.name for path in out.iterdir()) == [
        "eu-crm-2023-shares.csv",
        "iea-2025-supply.csv",
        "imports.csv",
        "usgs-mcs-2026-import-sources.csv",
        "usgs-mcs-2026-production.csv",
        "usgs-mcs-2026-us.csv",
    ]


def test_the_account_of_each_file_is_kept_and_renewed(
    tmp_path: Path, eu_file: Callable[..., Path]
) -> None:
    out = tmp_path / "tables"
    for _ in range(2):
        for command, file in (("eu-crm", eu_file()), ("iea", EXTRACT)):
            assert run(command, file, "--out", out)[0] == 0
    with (out / "imports.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert [row["id"] for row in rows] == sorted({row["id"] for row in rows})
    for importer in ("eu-crm", "iea"):
        counts = [(row["outcome"], int(row["rows"])) for row in rows if row["importer"] == importer]
        read = sum(number for outcome, number in counts if outcome == "read")
        assert read == sum(number for outcome, number in counts if outcome != "read") > 0


def test_an_error_is_said_and_leaves_the_folder_alone(tmp_path: Path, main_table: Path) -> None:
    out = tmp_path / "tables"
    out.mkdir()
    (out / "usgs-mcs-2026-us.csv").write_text("before\n")
    main_table.write_bytes(main_table.read_bytes().replace(b",percent,", b",permille,", 1))
    status, said = run(
        "usgs-mcs-2026", main_table, "--out", out, "--report", tmp_path / "report.json"
    )
    assert status == 1
    assert "The unit 'permille' is not known." in said
    assert "Errors: 1. Nothing was written." in said
    assert [path.read_text() for path in out.iterdir()] == ["before\n"]
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["ok"] is False
    assert [found["column"] for found in report["problems"] if found["severity"] == "error"] == [
        "Unit"
    ]


def test_a_report_that_cannot_be_written_stops_before_the_tables(tmp_path: Path) -> None:
    arguments = ["iea", EXTRACT, "--out", tmp_path / "out", "--report", tmp_path / "no" / "r.json"]
    result = CliRunner().invoke(import_, [str(argument) for argument in arguments])
    assert isinstance(result.exception, CritmatError)
    assert not (tmp_path / "out").exists()


def test_a_table_that_cannot_be_written_leaves_the_others_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "first.csv").write_text("before\n")
    (tmp_path / "second.csv").mkdir()
    monkeypatch.setattr(fact_tables, "columns_of", lambda schema: [schema])
    with pytest.raises(CritmatError, match="Nothing was changed"):
        write_tables({"first": ("a", [{"a": "1"}]), "second": ("b", [{"b": "2"}])}, tmp_path)
    assert (tmp_path / "first.csv").read_text() == "before\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.csv", "second.csv"]


def test_a_table_has_the_columns_of_its_schema_and_no_others() -> None:
    assert table_text("observations", []).startswith("id,substance,stage,measure,area,year,")
    with pytest.raises(ValueError, match="colour"):
        table_text("observations", [{"id": "x", "colour": "red"}])


OWN = [importer for importer in IMPORTERS if not importer.shipped]


@pytest.mark.parametrize("importer", OWN, ids=lambda importer: importer.name)
@pytest.mark.parametrize("named", [False, True], ids=["by default", "by name"])
def test_figures_whose_licence_is_not_settled_are_not_written_among_the_shipped_ones(
    importer: Importer, named: bool
) -> None:
    shipped = facts_dir() / "tables"
    before = {path.name for path in shipped.iterdir()}
    files = sorted(p for p in (FIXTURES / importer.name).rglob("*") if p.is_file())
    given = [importer.name, *map(str, files), *(["--out", str(shipped)] if named else [])]
    refused = CliRunner().invoke(import_, given)
    assert isinstance(refused.exception, CritmatError)
    assert "licence" in refused.exception.message
    assert "--out" in refused.exception.remedy
    assert {path.name for path in shipped.iterdir()} == before


@pytest.mark.parametrize("importer", OWN, ids=lambda importer: importer.name)
def test_they_are_written_to_a_folder_of_ones_own(importer: Importer, tmp_path: Path) -> None:
    files = sorted(p for p in (FIXTURES / importer.name).rglob("*") if p.is_file())
    status, said = run(importer.name, *files, "--out", tmp_path / "own")
    assert status == 0, said
    assert {path.stem for path in (tmp_path / "own").iterdir()} <= set(importer.tables)
