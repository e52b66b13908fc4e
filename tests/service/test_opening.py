"""What the service refuses to start with, and what it offers instead."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.snapshot import Snapshot, SnapshotNotFoundError, open_snapshot, publish
from kg.snapshot.locks import ShelfInUseError, writing
from service.opening import RefusedSnapshotError, may_write, open_or_empty, open_undamaged
from service.serve_cli import serve_command
from tests.small import publish_small


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two snapshots, made once; the small one is the current one."""
    root = tmp_path_factory.mktemp("made")
    (root / "older.nq").write_text("<x:a> <x:b> <x:c> .\n")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    publish([root / "older.nq"], root, critmat_version="1", created=yesterday)
    publish_small(root)
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "root", symlinks=True))


@pytest.fixture
def current(root: Path) -> Snapshot:
    return open_snapshot(root)


@pytest.fixture
def older(root: Path, current: Snapshot) -> Snapshot:
    folders = {path.name for path in (root / "snapshots").iterdir()} - {current.id}
    return open_snapshot(root, folders.pop())


def flip(file: Path) -> None:
    """Change one bit in the middle of a file."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def test_an_undamaged_snapshot_is_opened(root: Path, current: Snapshot, older: Snapshot) -> None:
    assert open_undamaged(root) == current
    assert open_undamaged(root, older.id) == older


@pytest.mark.parametrize("name", ["store/CURRENT", "store/*.sst", "store/MANIFEST-*", "data.nq"])
@pytest.mark.parametrize("harm", ["flip", "cut", "remove"])
def test_every_damage_is_seen_at_the_start_and_the_newest_undamaged_snapshot_is_offered(
    root: Path, current: Snapshot, older: Snapshot, name: str, harm: str
) -> None:
    file = next(current.path.glob(name))
    if harm == "flip":
        flip(file)
    elif harm == "cut":
        file.write_bytes(file.read_bytes()[:-1])
    else:
        file.unlink()
    with pytest.raises(
        RefusedSnapshotError, match=f"{current.id} is damaged.*{file.name}"
    ) as caught:
        open_undamaged(root)
    assert f"critmat serve --snapshot {older.id}" in caught.value.remedy
    assert f"critmat snapshot restore --name {older.id}" in caught.value.remedy
    assert open_undamaged(root, older.id) == older


def test_a_snapshot_of_a_newer_release_is_refused(root: Path, current: Snapshot) -> None:
    manifest = current.path / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 99}))
    with pytest.raises(RefusedSnapshotError, match="has format 99; this release of critmat reads"):
        open_undamaged(root)


def test_where_everything_is_damaged_it_says_how_to_get_data_again(
    root: Path, current: Snapshot, older: Snapshot
) -> None:
    for snapshot in (current, older):
        (snapshot.store / "CURRENT").write_text("MANIFEST-000000\n")
    with pytest.raises(RefusedSnapshotError, match="is damaged") as caught:
        open_undamaged(root)
    assert "critmat snapshot restore FILE" in caught.value.remedy
    assert "critmat build" in caught.value.remedy


def test_a_lost_link_is_not_taken_for_an_empty_folder(root: Path, current: Snapshot) -> None:
    (root / "current").unlink()
    with pytest.raises(RefusedSnapshotError, match="current is missing") as caught:
        open_undamaged(root)
    assert current.id in caught.value.remedy


def test_an_unknown_snapshot_is_refused(root: Path) -> None:
    with pytest.raises(SnapshotNotFoundError, match="There is no snapshot '0123456789ab'"):
        open_undamaged(root, "0123456789ab")


def test_an_empty_data_set_begins_once_and_is_kept(tmp_path: Path, root: Path) -> None:
    begun = open_or_empty(tmp_path / "new")
    assert begun.manifest.counts["quads"] == 0
    assert open_or_empty(tmp_path / "new") == begun
    assert open_or_empty(root).manifest.counts["quads"] > 100


def test_a_folder_that_another_service_writes_to_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.snapshot.locks._PATIENCE", 0.1)
    assert may_write(root)
    with writing(root), pytest.raises(ShelfInUseError, match="Another service takes changes"):
        may_write(root)
    assert may_write(root)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--empty", "{root}", "--data", "{root}"], "either --data or --empty"),
        (
            ["--data", "{root}", "--snapshot", "0123456789ab", "--enable-updates"],
            "current snapshot",
        ),
    ],
)
def test_options_that_do_not_fit_together(root: Path, options: list[str], sentence: str) -> None:
    given = [option.format(root=root) for option in options]
    ended = CliRunner().invoke(serve_command, given)
    assert sentence in str(ended.exception)
