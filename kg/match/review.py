"""The table of doubtful pairs, and what experts decided in it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import CritmatError, NotFoundError
from kg.match.companies import CompanyWords
from kg.match.identities import Decision, Doubt
from kg.match.site import Site
from kg.sources.fact_tables import FactRow, columns_of, write_tables
from kg.sources.site_record import site_slug

TABLE = "match-review"
#: Rule of the rows that are about the name of a company, not about two sites.
COMPANY = "company-name"
SAME, OTHER = "same", "other"


@dataclass(frozen=True, slots=True)
class Review:
    """The rows of the table as they stand in the file, by id."""

    rows: Mapping[str, FactRow]

    @classmethod
    def read(cls, folder: Path) -> Review:
        """Read the table in a folder of fact tables; empty where there is none.

        Raises ``CritmatError`` for a decision that is neither ``same`` nor ``other``.
        """
        path = folder / f"{TABLE}.csv"
        if not path.is_file():
            return cls({})
        with path.open(encoding="utf-8", newline="") as file:
            rows = {row["id"]: row for row in csv.DictReader(file)}
        for row in rows.values():
            if row["decision"] not in ("", SAME, OTHER):
                raise CritmatError(
                    f"{path.name}: the decision on {row['id']} is {row['decision']!r}.",
                    remedy=f"Write {SAME} or {OTHER}, or leave it empty.",
                )
        return cls(rows)

    @property
    def decisions(self) -> list[Decision]:
        """What was decided on pairs of sites."""
        return [
            Decision(row["left"], row["right"], row["decision"] == SAME, row["reviewer"])
            for row in self.rows.values()
            if row["decision"] and row["rule"] != COMPANY
        ]

    @property
    def companies(self) -> dict[tuple[str, str], bool]:
        """What was decided on (company, words)."""
        return {
            (row["left"], row["right"]): row["decision"] == SAME
            for row in self.rows.values()
            if row["decision"] and row["rule"] == COMPANY
        }

    @property
    def open(self) -> list[FactRow]:
        """The rows that nobody has decided."""
        return [row for row in self.rows.values() if not row["decision"]]

    def with_pair(self, left: Site, right: Site) -> Review:
        """The review with a row for a pair of which the rules were sure, to decide otherwise."""
        row = _row(
            id=f"{left.id}--{right.id}",
            left=left.id,
            right=right.id,
            left_says=left.says(),
            right_says=right.says(),
            rule="expert",
        )
        return Review({**self.rows, row["id"]: self.rows.get(row["id"], row)})

    def decided(self, id_: str, decision: str, reviewer: str, note: str) -> Review:
        """The review with one more decision.

        Raises ``NotFoundError`` where there is no such row, ``CritmatError`` without a reviewer.
        """
        if id_ not in self.rows:
            raise NotFoundError(
                f"No pair {id_!r} is in the table {TABLE}.",
                remedy="`critmat match open` shows those that are open.",
            )
        if not reviewer.strip():
            raise CritmatError("Nobody has signed the decision.", remedy="Give --reviewer NAME.")
        row = {**self.rows[id_], "decision": decision, "reviewer": reviewer, "note": note}
        return Review({**self.rows, id_: row})

    def write(self, folder: Path) -> Path:
        """Write the table, the rows in the order of their ids."""
        rows = [self.rows[id_] for id_ in sorted(self.rows)]
        (path,) = write_tables({TABLE: (TABLE, rows)}, folder)
        return path


def renewed(earlier: Review, doubts: Iterable[Doubt], companies: Sequence[CompanyWords]) -> Review:
    """The open pairs of this run beside everything that was decided before."""
    rows: dict[str, FactRow] = {id_: r for id_, r in earlier.rows.items() if r["decision"]}
    for row in (*_of_doubts(doubts), *_of_companies(companies)):
        rows.setdefault(row["id"], row)
    return Review(rows)


def _of_doubts(doubts: Iterable[Doubt]) -> Iterator[FactRow]:
    for doubt in doubts:
        left, right = doubt.left, doubt.right
        distance = doubt.verdict.distance
        yield _row(
            id=f"{left.id}--{right.id}",
            left=left.id,
            right=right.id,
            left_says=left.says(),
            right_says=right.says(),
            distance_km="" if distance is None else f"{distance:.2f}",
            rule=doubt.verdict.rule,
            reasons=doubt.verdict.reasons,
        )


def _of_companies(companies: Iterable[CompanyWords]) -> Iterator[FactRow]:
    for one in companies:
        yield _row(
            id=f"company--{one.company}--{site_slug(one.words)}",
            left=one.company,
            right=one.words,
            rule=COMPANY,
            reasons=f"name {one.likeness:.0f}, in {one.records} records",
        )


def _row(**cells: str) -> FactRow:
    return {**dict.fromkeys(columns_of(TABLE), ""), **cells}
