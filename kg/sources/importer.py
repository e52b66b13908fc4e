"""What an importer is: a name, the files it reads, the function that reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.report import Report
from kg.sources.fact_tables import FactTables

#: Reads files of a release; with an error in the report the tables are empty.
Reader = Callable[[Sequence[Path]], tuple[FactTables, Report]]


@dataclass(frozen=True, slots=True)
class Importer:
    """One release of one publisher, as ``critmat import <name> FILE...`` reads it.

    ``files`` are patterns (``*`` and ``?``) of the names that the publisher gives the files,
    below the folder ``folder`` of a collection of official files. ``tables`` are the fact tables
    that it writes. ``shipped`` is ``False`` where the licence does not allow critmat to pass the
    figures on: such tables are for the user's own use and are never written among the shipped
    ones.
    """

    name: str
    summary: str
    folder: str
    files: tuple[str, ...]
    tables: tuple[str, ...]
    read: Reader
    shipped: bool = True

    def official_files(self, collection: Path) -> list[Path]:
        """The files of the release below a folder of official files, in a fixed order."""
        root = collection / self.folder
        return [path for pattern in self.files for path in sorted(root.glob(pattern))]
