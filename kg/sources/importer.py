"""What an importer is: a name, the files it reads, the function that reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import CritmatError
from kg.report import Report
from kg.shipped import facts_dir
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

    def check_target(self, folder: Path | None) -> None:
        """Raise ``CritmatError`` where its tables may not be written to ``folder``.

        ``None`` stands for the folder of the shipped tables.
        """
        shipped = facts_dir() / "tables"
        if not self.shipped and (folder or shipped).resolve() == shipped.resolve():
            raise CritmatError(
                f"The licence of {self.name} does not let critmat pass its figures on.",
                remedy=f"Choose a folder of your own, critmat import {self.name} --out FOLDER "
                "FILE..., and take it into a build of yours with critmat build --with.",
            )
