"""An extension as quads: the same files give the same bytes, wherever they lie."""

from __future__ import annotations

from pathlib import Path

from kg.extension.baseline import Baseline
from kg.extension.extension import read_extension
from tests.kg.extension.conftest import MINE, PREFIXES, SOURCES, write

FILES = {
    "sources.csv": SOURCES,
    "facilities.csv": MINE,
    "own.ttl": PREFIXES + "cmd:north-hill rdfs:seeAlso <https://example.org/north-hill> .\n"
    "my:S a sh:NodeShape ; sh:targetClass cm:Mine ; sh:property [ sh:path rdfs:label ] .\n",
}


def test_the_same_files_give_the_same_quads(baseline: Baseline, tmp_path: Path) -> None:
    read = []
    for name in ("first", "second"):
        folder = write(tmp_path / name / "own", FILES)
        extension, report = read_extension([folder], baseline, tmp_path / f"work-{name}")
        assert report.ok, list(report.lines())
        read.append(extension)
    first, second = read
    for a, b in (
        (first.facts, second.facts),
        (first.schema, second.schema),
        (first.all_facts, second.all_facts),
        (first.all_schema, second.all_schema),
        *zip(first.shapes, second.shapes, strict=True),
    ):
        assert a.read_bytes() == b.read_bytes()
    assert first.manifest() == second.manifest()


def test_both_together_hold_what_is_shipped_and_what_is_added(
    baseline: Baseline, tmp_path: Path
) -> None:
    extension, _ = read_extension([write(tmp_path / "own", FILES)], baseline, tmp_path / "work")
    both = set(extension.all_facts.read_text("utf-8").splitlines())
    shipped = set(baseline.asserted.read_text("utf-8").splitlines())
    own = set(extension.facts.read_text("utf-8").splitlines())
    assert own and own.isdisjoint(shipped)
    assert both == shipped | own
    assert "https://w3id.org/critmat/id/FIN" in extension.touched(baseline)
