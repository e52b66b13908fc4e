"""From the files of a release to what they would change, and to the change itself."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.build import build, build_unchecked
from kg.errors import CritmatError
from kg.facts import load_package
from kg.match.outcome import match
from kg.renewal.answers import AnswerChange, changed_answers
from kg.renewal.difference import Row, TableDifference, compare_tables
from kg.report import Report
from kg.shipped import facts_dir
from kg.sources.account import ACCOUNT, account_of, renewed_account
from kg.sources.fact_tables import FactTables, columns_of, read_table, write_tables
from kg.sources.importer import Importer

#: Told the name of each step as it begins.
Progress = Callable[[str], None]


#: The schema of the tables whose records have to be matched with those of other sources.
_SITES = "site-records"


class RefusedError(CritmatError):
    """The files cannot be read; ``report`` says why."""

    title = "The release cannot be taken over"

    def __init__(self, message: str, report: Report, *, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.report = report


@dataclass(frozen=True, slots=True)
class Proposal:
    """A release as it would stand in the fact tables, and what that changes.

    ``report`` is the importer's; ``answers`` are the questions whose answers change, ``None`` where
    they were not asked.
    """

    importer: Importer
    tables: FactTables
    report: Report
    differences: Sequence[TableDifference]
    answers: Sequence[AnswerChange] | None = None

    @property
    def empty(self) -> bool:
        """True where the release says what the tables say already."""
        return all(difference.empty for difference in self.differences)


def propose(
    importer: Importer,
    files: Sequence[Path],
    *,
    facts: Path | None = None,
    ask: bool = True,
    progress: Progress = lambda _: None,
) -> Proposal:
    """Read the files of a release and compare with the tables in ``facts`` (default: shipped).

    Records of sites are matched with those of other sources, as ``critmat match`` does, and the
    tables of identities are part of the change.

    With ``ask`` the graph is built in a temporary folder from the tables as they are and, with all
    checks, as they would be, and every question is asked of both. Nothing is written elsewhere.

    Raises :class:`RefusedError` where the importer finds an error, and
    :class:`kg.build.BuildError` where the graph would break a rule.
    """
    folder = facts or facts_dir()
    progress("reading the release")
    tables, report = importer.read(files)
    if not report.ok:
        raise RefusedError(
            "The release has errors; nothing was compared.",
            report,
            remedy="Each line above says what to do about it.",
        )
    with tempfile.TemporaryDirectory(prefix="critmat-renew-") as work:
        renewed = Path(work) / "facts"
        shutil.copytree(folder, renewed, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        write_tables(tables, renewed / "tables")
        if any(schema == _SITES for schema, _ in tables.values()):
            progress("matching sites")
            matched = match(load_package(renewed), renewed / "tables")
            matched.write(renewed / "tables")
            tables = {**tables, **matched.tables}
        differences = [
            compare_tables(name, _rows(folder, name), _whole(schema, rows))
            for name, (schema, rows) in tables.items()
        ]
        proposal = Proposal(importer, tables, report, differences)
        if proposal.empty or not ask:
            return proposal
        answers = _changed_answers(folder, renewed, Path(work), progress)
    return Proposal(importer, tables, report, differences, answers)


def accept(proposal: Proposal, facts: Path | None = None) -> list[Path]:
    """Write the tables of a proposal, and the account of its files, to ``facts``: all or none.

    Raises ``CritmatError`` for figures that critmat may not ship, and where a file cannot be
    written.
    """
    folder = (facts or facts_dir()) / "tables"
    proposal.importer.check_target(folder)
    name = proposal.importer.name
    account = renewed_account(folder / f"{ACCOUNT}.csv", name, account_of(name, proposal.report))
    return write_tables({**proposal.tables, ACCOUNT: (ACCOUNT, account)}, folder)


def _rows(folder: Path, table: str) -> list[Row]:
    path = folder / "tables" / f"{table}.csv"
    return list(read_table(path)) if path.is_file() else []


def _whole(schema: str, rows: Sequence[Mapping[str, str]]) -> list[Row]:
    """The rows with every column of the schema, as they would be written."""
    columns = columns_of(schema)
    return [{column: row.get(column, "") for column in columns} for row in rows]


def _changed_answers(
    folder: Path, renewed: Path, work: Path, progress: Progress
) -> list[AnswerChange]:
    progress("building the graph as it is")
    before = build_unchecked(work / "before", folder)
    after = build(
        work / "after", facts=renewed, progress=lambda step: progress(f"as it would be: {step}")
    ).snapshot
    progress("asking all questions of both")
    return changed_answers(before, after)
