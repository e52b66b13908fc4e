"""Writing fact tables: columns in the order of their schema, all files or none."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from kg.errors import CritmatError
from kg.shipped import facts_dir

#: A row of a fact table; a column that is not named is empty.
FactRow = Mapping[str, str]
#: Name of the resource -> (name of its schema, rows).
FactTables = Mapping[str, tuple[str, Sequence[FactRow]]]


def columns_of(schema: str) -> list[str]:
    """The column names of ``schemas/<schema>.json``, in order."""
    text = (facts_dir() / "schemas" / f"{schema}.json").read_text("utf-8")
    return [field["name"] for field in json.loads(text)["fields"]]


def table_text(schema: str, rows: Sequence[FactRow]) -> str:
    """A table as CSV text: UTF-8, LF, comma, minimal quoting.

    Raises ``ValueError`` when a row has a column that the schema does not know.
    """
    columns = columns_of(schema)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a table as text, by column."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_tables(tables: FactTables, folder: Path) -> list[Path]:
    """Write every table to ``folder/<name>.csv``, or leave the folder as it was.

    Raises ``CritmatError`` when a file cannot be written.
    """
    texts = {name: table_text(schema, rows) for name, (schema, rows) in tables.items()}
    targets = [folder / f"{name}.csv" for name in texts]
    drafts = [target.with_suffix(".csv.new") for target in targets]
    before: dict[Path, bytes | None] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for draft, text in zip(drafts, texts.values(), strict=True):
            draft.write_text(text, encoding="utf-8", newline="")
        for target, draft in zip(targets, drafts, strict=True):
            old = target.read_bytes() if target.exists() else None
            draft.replace(target)
            before[target] = old
    except OSError as error:
        _undo(before)
        raise CritmatError(
            f"The tables cannot be written to {folder}: {error.strerror}.",
            remedy="Choose a folder that can be written, with --out. Nothing was changed.",
        ) from error
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
    return targets


def _undo(before: Mapping[Path, bytes | None]) -> None:
    for target, old in before.items():
        if old is None:
            target.unlink()
        else:
            target.write_bytes(old)
