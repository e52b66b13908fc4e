"""Opening, verifying and pruning snapshots."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.snapshot import (
    Snapshot,
    SnapshotDamagedError,
    SnapshotError,
    SnapshotNotFoundError,
    data_root,
    hold,
    list_snapshots,
    open_snapshot,
    prune,
    publish,
    verify,
)
from kg.snapshot_cli import snapshot as command


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "root"


@pytest.fixture
def snapshot(quads: list[Path], root: Path) -> Snapshot:
    return publish(quads, root, critmat_version="1")


def test_an_empty_root_says_how_to_build(root: Path) -> None:
    with pytest.raises(SnapshotNotFoundError, match=r"no snapshot under .* Run `critmat build`"):
        open_snapshot(root)


@pytest.mark.usefixtures("snapshot")
def test_an_unknown_id_is_refused(root: Path) -> None:
    for name in ("0123456789ab", "../x", ""):
        with pytest.raises(SnapshotNotFoundError, match="There is no snapshot"):
            open_snapshot(root, name)


def test_a_newer_format_is_refused(snapshot: Snapshot, root: Path) -> None:
    manifest = snapshot.path / "manifest.json"
    value = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(value | {"format": 3, "sources": "whatever comes then"}))
    with pytest.raises(SnapshotError, match=r"has format 3.*Install a newer critmat"):
        open_snapshot(root)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 1}', '{"format": null}'])
def test_a_broken_manifest_is_refused(snapshot: Snapshot, root: Path, text: str) -> None:
    (snapshot.path / "manifest.json").write_text(text)
    with pytest.raises(SnapshotDamagedError, match=r"manifest.json .* cannot be read"):
        open_snapshot(root)


def test_a_missing_or_truncated_file_is_refused(snapshot: Snapshot, root: Path) -> None:
    text = snapshot.data.read_bytes()
    snapshot.data.write_bytes(text[:-1])
    with pytest.raises(SnapshotDamagedError, match=r"data.nq has [\d,]+ bytes instead of"):
        open_snapshot(root)
    snapshot.data.unlink()
    with pytest.raises(SnapshotDamagedError, match=r"data.nq is missing"):
        open_snapshot(root)
    shutil.rmtree(snapshot.path)
    with pytest.raises(SnapshotDamagedError, match=r"current snapshot .* is missing"):
        open_snapshot(root)


def test_verify_names_every_damaged_file(snapshot: Snapshot) -> None:
    assert verify(snapshot).ok
    table = next(snapshot.store.glob("*.sst"))
    data = bytearray(table.read_bytes())
    data[len(data) // 2] ^= 1
    table.write_bytes(data)
    (snapshot.path / "stray").write_text("x")
    (snapshot.store / "CURRENT").unlink()
    places = {problem.file for problem in verify(snapshot).problems}
    assert places == {f"store/{table.name}", "stray", "store/CURRENT"}


def test_prune_keeps_the_newest_the_current_and_those_in_use(root: Path, tmp_path: Path) -> None:
    made = []
    for day in range(4):
        path = tmp_path / f"{day}.nq"
        path.write_text(f'<x:a> <x:b> "{day}" .\n')
        created = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
        made.append(publish([path], root, critmat_version="1", created=created))
    publish([tmp_path / "1.nq"], root, critmat_version="1")  # the second is current again
    with hold(made[0]):
        assert prune(root, keep=1) == [made[2].id]
    assert [s.id for s in list_snapshots(root)] == [made[3].id, made[1].id, made[0].id]
    assert prune(root, keep=1) == [made[0].id]
    assert open_snapshot(root) == made[1]


def test_the_data_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CRITMAT_DATA", str(tmp_path / "named"))
    assert data_root() == tmp_path / "named"
    assert data_root(tmp_path / "given") == tmp_path / "given"
    monkeypatch.delenv("CRITMAT_DATA")
    assert data_root().name == "critmat"


def test_the_commands(snapshot: Snapshot, root: Path) -> None:
    def run(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(command, [*arguments, "--data", str(root)])
        assert result.exit_code == code, result.output
        return result.output

    assert f"* {snapshot.id}" in run("list")
    assert "files intact" in run("verify")
    assert "nothing to remove" in run("prune", "--keep", "0")
    snapshot.report.write_text("no")  # as long as the empty report `{}` that was published
    assert "report.json: error" in run("verify", snapshot.id, code=1)
