"""Snapshots besides the served one, opened for permanent links."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.engines.settings import PoolSettings
from kg.snapshot import Snapshot, list_snapshots, prune, publish
from service.archive import OPEN, Archive, NotKeptError

ONE = "SELECT ?o { <https://w3id.org/critmat/id/it> <https://w3id.org/critmat/ontology#is> ?o }"


def publish_value(root: Path, value: int) -> Snapshot:
    line = (
        f"<https://w3id.org/critmat/id/it> <https://w3id.org/critmat/ontology#is> "
        f'"{value}" <https://w3id.org/critmat/graph/g> .\n'
    )
    quads = root / "in.nq"
    quads.write_text(line, encoding="utf-8")
    return publish([quads], root, critmat_version="test")


@pytest.fixture
def shelf(tmp_path: Path) -> list[Snapshot]:
    return [publish_value(tmp_path, value) for value in range(OPEN + 2)]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = Archive(tmp_path, PoolSettings(workers=2))
    yield archive
    archive.close()


def value(archive: Archive, name: str) -> str:
    with archive.opened(name, lambda engine: engine) as reading:
        assert reading.engine.snapshot_id == name
        return reading.rows(ONE)[0]["o"]


def test_each_kept_snapshot_answers_as_it_did(archive: Archive, shelf: list[Snapshot]) -> None:
    assert [value(archive, snapshot.id) for snapshot in shelf] == ["0", "1", "2", "3"]
    assert value(archive, shelf[0].id) == "0"


def test_the_few_used_last_stay_open_and_the_others_can_be_pruned(
    archive: Archive, shelf: list[Snapshot], tmp_path: Path
) -> None:
    for snapshot in shelf:
        value(archive, snapshot.id)
    prune(tmp_path, 0)
    kept = {snapshot.id for snapshot in list_snapshots(tmp_path)}
    assert kept == {snapshot.id for snapshot in shelf[-OPEN:]}
    archive.close()
    prune(tmp_path, 0)
    assert len(list_snapshots(tmp_path)) == 1  # the current one


def test_a_snapshot_that_is_read_is_not_closed(archive: Archive, shelf: list[Snapshot]) -> None:
    with archive.opened(shelf[0].id, lambda engine: engine) as reading:
        for snapshot in shelf[1:]:
            value(archive, snapshot.id)
        assert reading.rows(ONE)[0]["o"] == "0"


@pytest.mark.parametrize("name", ["0123456789ab", "current", "../..", "", "x" * 10_000, "a\0b"])
def test_what_is_not_kept_is_said_to_be_so(
    archive: Archive, shelf: list[Snapshot], name: str
) -> None:
    del shelf
    with pytest.raises(NotKeptError, match="not kept here"), archive.opened(name, lambda e: e):
        pass


def test_a_damaged_snapshot_is_refused_with_the_reason(
    archive: Archive, shelf: list[Snapshot]
) -> None:
    shutil.rmtree(shelf[0].store)
    with (
        pytest.raises(NotKeptError, match="is damaged"),
        archive.opened(shelf[0].id, lambda e: e),
    ):
        pass
