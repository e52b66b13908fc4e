"""Backups of snapshots, and their way back."""

from __future__ import annotations

import io
import resource
import shutil
import signal
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard
from click.testing import CliRunner, Result
from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.cli import critmat
from kg.snapshot import Snapshot, SnapshotDamagedError, SnapshotError, open_snapshot, publish
from kg.snapshot.copies import BackupError, backup, make_current_again, restore, verify_backup
from kg.snapshot.line import commit, working_copy
from kg.snapshot.locks import ShelfInUseError, writing
from kg.snapshot.shelf import current_id, files_of, verify
from tests.small import publish_small


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a published snapshot, and its backup beside it; made once, then copied."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "root").mkdir()
    backup(publish_small(folder / "root"), folder / "backup.tar.zst")
    return folder


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made / "root", tmp_path / "root", symlinks=True))


@pytest.fixture
def snapshot(root: Path) -> Snapshot:
    return open_snapshot(root)


@pytest.fixture
def file(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made / "backup.tar.zst", tmp_path / "restored.tar.zst"))


def another(root: Path, tmp_path: Path) -> Snapshot:
    (tmp_path / "another.nq").write_text("<x:a> <x:b> <x:c> .\n")
    return publish([tmp_path / "another.nq"], root, critmat_version="1")


def pack(file: Path, members: dict[str, bytes]) -> Path:
    """Write an archive as an enemy would."""
    with (
        file.open("wb") as raw,
        zstandard.ZstdCompressor().stream_writer(raw) as packed,
        tarfile.open(fileobj=packed, mode="w|") as archive,
    ):
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return file


def unpack(file: Path) -> dict[str, bytes]:
    with (
        file.open("rb") as raw,
        zstandard.ZstdDecompressor().stream_reader(raw) as packed,
        tarfile.open(fileobj=packed, mode="r|") as archive,
    ):
        return {m.name: (archive.extractfile(m) or io.BytesIO()).read() for m in archive}


def test_a_backup_restored_elsewhere_is_the_same_snapshot(
    snapshot: Snapshot, file: Path, tmp_path: Path
) -> None:
    found = restore(file, tmp_path / "elsewhere")
    assert open_snapshot(tmp_path / "elsewhere") == found
    assert (found.id, found.manifest) == (snapshot.id, snapshot.manifest)
    assert verify(found).ok
    for name in files_of(snapshot.path):
        assert (found.path / name).read_bytes() == (snapshot.path / name).read_bytes()
    assert len(Store.read_only(str(found.store))) == snapshot.manifest.counts["quads"]


def test_a_restored_snapshot_is_current_again_and_the_others_stay(
    snapshot: Snapshot, file: Path, root: Path, tmp_path: Path
) -> None:
    later = another(root, tmp_path)
    assert current_id(root) == later.id
    assert restore(file, root).id == snapshot.id == current_id(root)
    assert verify(open_snapshot(root, later.id)).ok
    assert make_current_again(root, later.id).id == later.id == current_id(root)


def write(root: Path, value: str) -> Snapshot:
    """A commit of one more triple to the current snapshot."""
    parent = open_snapshot(root)
    folder = root / f".working-{value}"
    working_copy(parent, folder)
    store = Store(str(folder))
    store.add(Quad(NamedNode("x:a"), NamedNode("x:b"), Literal(value)))
    try:
        return commit(store, root, parent, "1")
    finally:
        del store
        shutil.rmtree(folder)


@pytest.mark.parametrize("before", [0, 2])
def test_a_line_restored_elsewhere_repeats_no_id(root: Path, tmp_path: Path, before: int) -> None:
    for number in range(before):
        write(root, f"before {number}")
    backup(open_snapshot(root), tmp_path / "moved.tar.zst")
    there = {write(root, f"there {number}").id for number in range(3)}
    elsewhere = tmp_path / "elsewhere"
    restored = restore(tmp_path / "moved.tar.zst", elsewhere)
    here = {write(elsewhere, f"here {number}").id for number in range(3)}
    assert restored.id not in there | here
    assert not there & here
    # A second copy of the same backup goes a way of its own, too.
    restore(tmp_path / "moved.tar.zst", tmp_path / "third")
    assert write(tmp_path / "third", "third").id not in there | here


def test_a_line_restored_where_it_was_goes_on_counting(root: Path, tmp_path: Path) -> None:
    base = open_snapshot(root)
    first, _ = write(root, "first"), write(root, "second")
    backup(first, tmp_path / "first.tar.zst")
    shutil.rmtree(first.path)
    assert restore(tmp_path / "first.tar.zst", root).id == first.id
    assert write(root, "third").id == f"{base.id}.3"


def test_restoring_mends_a_damaged_snapshot(snapshot: Snapshot, file: Path, root: Path) -> None:
    (snapshot.store / "CURRENT").unlink()
    with pytest.raises(SnapshotDamagedError):
        open_snapshot(root)
    restore(file, root)
    assert verify(open_snapshot(root)).ok
    assert {path.name for path in (root / "snapshots").iterdir()} == {snapshot.id}


@pytest.mark.parametrize("harm", ["flip", "cut", "remove", "grow"])
def test_of_a_damaged_snapshot_no_backup_is_made(
    snapshot: Snapshot, tmp_path: Path, harm: str
) -> None:
    table = next(snapshot.store.glob("*.sst"))
    data = bytearray(table.read_bytes())
    if harm == "remove":
        table.unlink()
    else:
        data[len(data) // 2] ^= harm == "flip"
        table.write_bytes({"cut": data[:-1], "grow": data + b"x"}.get(harm, data))
    with pytest.raises(SnapshotDamagedError, match=rf"store/{table.name} (was changed|is missing)"):
        backup(snapshot, tmp_path / "backup.tar.zst")
    assert not list(tmp_path.glob("*backup*"))


def test_a_file_that_is_there_is_not_overwritten(snapshot: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("keep me")
    with pytest.raises(BackupError, match="is there already"):
        backup(snapshot, tmp_path / "precious")
    assert (tmp_path / "precious").read_text() == "keep me"


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_backup_cut_short_restores_nothing(
    snapshot: Snapshot, file: Path, root: Path, tmp_path: Path, share: float
) -> None:
    later = another(root, tmp_path)
    shutil.rmtree(snapshot.path)
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(BackupError, match=r"no backup, or a damaged one|In .*backup|is damaged"):
        restore(file, root)
    assert current_id(root) == later.id
    assert [path.name for path in (root / "snapshots").iterdir()] == [later.id]


def test_a_changed_file_in_a_backup_is_named(file: Path, tmp_path: Path) -> None:
    members = unpack(file)
    name = next(name for name in members if name.endswith("data.nq"))
    pack(file, members | {name: members[name].replace(b"samarium", b"samariun")})
    assert {problem.file for problem in verify_backup(file).problems} == {"data.nq"}
    with pytest.raises(BackupError, match=r"data\.nq: the checksum is wrong.*Nothing was restored"):
        restore(file, tmp_path / "elsewhere")
    assert current_id(tmp_path / "elsewhere") is None


@pytest.mark.parametrize(
    "name",
    ["../escaped", "/var/critmat-escaped", "0123456789ab/../../../../escaped", "other/x", "a/./x"],
)
def test_a_name_that_leads_out_of_the_folder_is_refused(
    file: Path, tmp_path: Path, name: str
) -> None:
    pack(file, unpack(file) | {name: b"gotcha"})
    with pytest.raises(BackupError, match="does not belong there"):
        restore(file, tmp_path / "elsewhere")
    assert not [path for path in tmp_path.rglob("*") if path.name in ("escaped", "x")]
    assert not Path("/var/critmat-escaped").exists()


def test_a_link_in_a_backup_is_refused(file: Path, tmp_path: Path) -> None:
    with (
        file.open("wb") as raw,
        zstandard.ZstdCompressor().stream_writer(raw) as packed,
        tarfile.open(fileobj=packed, mode="w|") as archive,
    ):
        member = tarfile.TarInfo("0123456789ab/manifest.json")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(member)
    with pytest.raises(BackupError, match="does not belong there"):
        restore(file, tmp_path / "elsewhere")


def test_a_snapshot_of_a_newer_format_is_not_restored(file: Path, tmp_path: Path) -> None:
    members = unpack(file)
    name = next(name for name in members if name.endswith("manifest.json"))
    pack(file, members | {name: members[name].replace(b'"format": ', b'"format": 9')})
    with pytest.raises(SnapshotError, match=r"has format 9\d.*Install a newer critmat"):
        restore(file, tmp_path / "elsewhere")


def test_nothing_is_restored_under_a_service_that_takes_changes(
    snapshot: Snapshot, file: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    with writing(root):
        for attempt in (lambda: restore(file, root), lambda: make_current_again(root, snapshot.id)):
            with pytest.raises(ShelfInUseError, match="takes changes"):
                attempt()
        assert critmat_says("snapshot", "restore", str(file), "--data", str(root)).exit_code == 2
        assert verify_backup(file).ok
        assert backup(snapshot, file.with_name("another")) > 0


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file may grow beyond 4 KiB, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, ignored)


def test_a_full_disk_leaves_no_half_backup(
    snapshot: Snapshot, tmp_path: Path, small_files: None
) -> None:
    del small_files
    with pytest.raises(OSError, match="File too large"):
        backup(snapshot, tmp_path / "backup.tar.zst")
    assert not list(tmp_path.glob("*backup*"))


def test_a_full_disk_leaves_no_half_snapshot(
    file: Path, tmp_path: Path, root: Path, small_files: None
) -> None:
    del small_files
    said = critmat_says("snapshot", "restore", str(file), "--data", str(tmp_path / "elsewhere"))
    assert said.exit_code == 1
    assert "Nothing was restored" in said.output
    assert not list((tmp_path / "elsewhere" / "snapshots").iterdir())
    assert verify(open_snapshot(root)).ok


def test_the_commands(snapshot: Snapshot, root: Path, tmp_path: Path) -> None:
    file, elsewhere = str(tmp_path / "b.tar.zst"), str(tmp_path / "elsewhere")
    assert snapshot.id in critmat_says("snapshot", "backup", file, "--data", str(root)).output
    assert "files intact" in critmat_says("snapshot", "verify", "--backup", file).output
    restored = critmat_says("snapshot", "restore", file, "--data", elsewhere)
    assert restored.output == f"{snapshot.id} is the current snapshot\n"
    again = critmat_says("snapshot", "restore", "--name", snapshot.id, "--data", elsewhere)
    assert again.output == restored.output
    assert critmat_says("snapshot", "restore", "--data", elsewhere).exit_code == 2
    there = critmat_says("snapshot", "backup", file, "--data", str(root))
    assert there.exit_code == 1
    assert "is there already" in there.output


def critmat_says(*arguments: str) -> Result:
    return CliRunner().invoke(critmat, arguments)
