"""What an importer writes of a user's own files is accepted beside the shipped tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.sources.fact_tables import table_text
from kg.sources.importer import Importer
from kg.sources.registry import IMPORTERS
from tests.kg.extension.conftest import Reader

FIXTURES = Path(__file__).resolve().parents[1] / "sources" / "fixtures"
OWN = [importer for importer in IMPORTERS if not importer.shipped]


@pytest.mark.parametrize("importer", OWN, ids=lambda importer: importer.name)
def test_the_folder_is_complete(importer: Importer, read: Reader) -> None:
    files = sorted(path for path in (FIXTURES / importer.name).rglob("*") if path.is_file())
    tables, _ = importer.read(files)
    texts = {f"{name}.csv": table_text(schema, rows) for name, (schema, rows) in tables.items()}

    extension, problems = read(texts)

    assert problems == []
    assert {Path(name).stem for name in extension.by_table} == tables.keys()
