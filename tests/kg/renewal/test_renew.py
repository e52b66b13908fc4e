"""``critmat renew``: what a release would change is shown; only --accept writes it.

The facts are the shipped ones without the rows of large releases, so that the graph is built
quickly; the release is one of the IEA with a figure changed, a row added and a row gone.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import critmat
from kg.errors import CritmatError
from kg.renewal import accept, propose
from kg.renewal.proposal import RefusedError
from kg.renewal.words import lines
from kg.report import Problem, Report
from kg.shipped import facts_dir
from kg.sources.fact_tables import FactTables, read_table, table_text
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger

TABLE = "iea-2025-supply"
#: The figure behind the first answers of the flagship question.
FIGURE = "magnet-rare-earths-refining-production-CHN-2024-iea-cmd-2025"


def read_fact_table(files: Sequence[Path]) -> tuple[FactTables, Report]:
    """Reads a release that has the form of the fact table already."""
    report = Report("import test")
    rows = read_table(files[0])
    ledger = RowLedger(files[0].name, report, read=len(rows))
    for number, row in enumerate(rows, start=2):
        if row.get("value", "").startswith("?"):
            ledger.refuse(number, "The value cannot be read.", "Download the file again.")
        else:
            ledger.use()
    ledger.close()
    return ({TABLE: ("observations", rows)} if report.ok else {}), report


IMPORTER = Importer("test-release", "", "", ("*.csv",), (TABLE,), read_fact_table)


@pytest.fixture
def facts(core_facts: Path, tmp_path: Path) -> Path:
    """A copy of the facts that may be written to."""
    return Path(shutil.copytree(core_facts, tmp_path / "facts"))


def release(facts: Path, path: Path, *, value: str) -> Path:
    """A release in which China refined another amount, one row came and one went."""
    rows = read_table(facts / "tables" / f"{TABLE}.csv")
    for row in rows:
        if row["id"] == FIGURE:
            row["value"] = value
    last = next(row for row in rows if row["year"] == "2040")
    rows.remove(last)
    rows.append({**last, "id": "a-row-that-came", "year": "2045"})
    path.write_text(table_text("observations", rows), encoding="utf-8")
    return path


def test_rows_and_answers_that_change_are_shown_and_nothing_is_written(
    facts: Path, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in facts.rglob("*") if path.is_file()}
    proposal = propose(IMPORTER, [release(facts, tmp_path / "new.csv", value="7.5")], facts=facts)
    (difference,) = proposal.differences
    assert [row["id"] for row in difference.added] == ["a-row-that-came"]
    assert len(difference.gone) == 1
    assert [change.key for change in difference.changed] == [FIGURE]
    assert proposal.answers is not None
    (flagship,) = [
        change
        for change in proposal.answers
        if change.question == "exposed-products" and not change.values
    ]
    assert not flagship.failed
    assert flagship.rows_before > 0
    # Less than half of what is refined is no major source any more.
    assert len(flagship.gone) > 0
    said = list(lines(proposal))
    assert (
        f"{TABLE}: {difference.rows_before} rows before, {difference.rows_after} after; " in said[0]
    )
    assert any(line.startswith("  critmat ask exposed-products: ") for line in said)
    assert {path: path.read_bytes() for path in facts.rglob("*") if path.is_file()} == before


def test_the_same_release_again_changes_nothing(facts: Path) -> None:
    proposal = propose(IMPORTER, [facts / "tables" / f"{TABLE}.csv"], facts=facts)
    assert proposal.empty
    assert proposal.answers is None
    assert list(lines(proposal))[-1] == "The release says what the tables say already."


def test_accepting_writes_the_tables_and_the_account(facts: Path, tmp_path: Path) -> None:
    new = release(facts, tmp_path / "new.csv", value="70")
    accept(propose(IMPORTER, [new], facts=facts, ask=False), facts)
    assert (facts / "tables" / f"{TABLE}.csv").read_bytes() == new.read_bytes()
    account = read_table(facts / "tables" / "imports.csv")
    (read,) = [
        row for row in account if row["importer"] == "test-release" and row["outcome"] == "read"
    ]
    assert int(read["rows"]) == len(read_table(new))


def test_a_release_with_an_error_is_not_compared(facts: Path, tmp_path: Path) -> None:
    new = release(facts, tmp_path / "new.csv", value="?")
    with pytest.raises(RefusedError) as refused:
        propose(IMPORTER, [new], facts=facts)
    (problem,) = refused.value.report.problems
    assert isinstance(problem, Problem)
    assert problem.file == "new.csv"


def test_the_command_lists_every_cell_that_changes(facts: Path, tmp_path: Path) -> None:
    official = Path(__file__).resolve().parents[4] / "shared" / "data" / "iea-critical-minerals"
    file = official / "iea_2025_edition_extract.json"
    if not file.is_file():
        pytest.skip("the official file is not beside the checkout")
    table = facts / "tables" / f"{TABLE}.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",45.78735,", ",45.8,", 1), "utf-8")
    changes = tmp_path / "changes.csv"
    arguments = ["renew", "iea", str(file), "--facts", str(facts), "--rows-only"]
    done = CliRunner().invoke(critmat, [*arguments, "--changes", str(changes)])
    assert done.exit_code == 0, done.output
    assert "1 changed" in done.stdout
    with changes.open(encoding="utf-8", newline="") as found:
        rows = list(csv.DictReader(found))
    assert [(row["column"], row["before"], row["after"]) for row in rows] == [
        ("value", "45.8", "45.78735")
    ]
    assert "45.78735,," not in table.read_text(encoding="utf-8").split("CHN-2024", 1)[1][:80]
    done = CliRunner().invoke(critmat, [*arguments, "--accept"])
    assert done.exit_code == 0, done.output
    assert ",45.78735," in table.read_text(encoding="utf-8")


def test_what_may_not_be_shipped_is_not_accepted_among_the_shipped_tables(facts: Path) -> None:
    table = facts / "tables" / f"{TABLE}.csv"
    proposal = propose(replace(IMPORTER, shipped=False), [table], facts=facts, ask=False)
    for folder in (None, facts_dir()):
        with pytest.raises(CritmatError, match="licence"):
            accept(proposal, folder)
