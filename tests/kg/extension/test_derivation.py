"""Deriving beside other work: the same file, the same errors, and nothing left running."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.derive import UnreadableQuadsError, derive
from kg.extension.derivation import derived_meanwhile

FACTS = "<x:a> <x:inside> <x:b> <x:g> .\n<x:b> <x:inside> <x:c> <x:g> .\n"
SCHEMA = (
    "<x:inside> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    " <http://www.w3.org/2002/07/owl#TransitiveProperty> <x:o> .\n"
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    facts, schema = tmp_path / "facts.nq", tmp_path / "schema.nq"
    facts.write_text(FACTS)
    schema.write_text(SCHEMA)
    return facts, schema


def test_it_writes_what_derive_writes(files: tuple[Path, Path], tmp_path: Path) -> None:
    derive(*files, tmp_path / "here.nq")
    with derived_meanwhile(*files, tmp_path / "there.nq") as derived:
        there = derived()
    assert there.read_bytes() == (tmp_path / "here.nq").read_bytes()
    assert b"<x:a> <x:inside> <x:c>" in there.read_bytes()


def test_waiting_tells_what_is_wrong(files: tuple[Path, Path], tmp_path: Path) -> None:
    files[0].write_text("no quads\n")
    with (
        derived_meanwhile(*files, tmp_path / "there.nq") as derived,
        pytest.raises(UnreadableQuadsError, match="facts"),
    ):
        derived()


def test_who_does_not_wait_leaves_nothing_behind(files: tuple[Path, Path], tmp_path: Path) -> None:
    with derived_meanwhile(*files, tmp_path / "there.nq"):
        pass
    assert not (tmp_path / "there.nq").exists()


def test_modules_beside_the_facts_are_not_run(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "numpy.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("kg.extension.derivation.derive", None)  # nobody derives here instead
    with derived_meanwhile(*files, tmp_path / "there.nq") as derived:
        assert derived().exists()
