"""Lines of written snapshots: each whole, sharing what did not change, verifiable, pruned."""

import json
import os
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.snapshot import (
    Snapshot,
    SnapshotDamagedError,
    SnapshotKind,
    list_snapshots,
    open_snapshot,
    prune,
    publish,
    verify,
)
from kg.snapshot.copies import make_current_again
from kg.snapshot.line import commit, discard_newer, newest, prune_lines, working_copy
from kg.snapshot.locks import is_written_to, publishing, writing
from kg.snapshot.shelf import current_id, hold, line_of


@pytest.fixture
def base(quads: list[Path], tmp_path: Path) -> Snapshot:
    return publish(quads, tmp_path / "root", critmat_version="1", quality='{"rows": 5}')


@pytest.fixture
def root(base: Snapshot) -> Path:
    return base.path.parent.parent


@pytest.fixture
def store(base: Snapshot, root: Path) -> Store:
    working_copy(base, root / ".working-test")
    return Store(str(root / ".working-test"))


def write(store: Store, root: Path, value: str) -> Snapshot:
    """A commit of one more quad."""
    store.add(Quad(NamedNode("x:a"), NamedNode("x:b"), Literal(value), NamedNode("x:g")))
    return commit(store, root, open_snapshot(root), "2")


def test_a_written_snapshot_is_whole_and_current(store: Store, root: Path, base: Snapshot) -> None:
    written = write(store, root, "1")
    assert current_id(root) == written.id == f"{base.id}.1"
    assert open_snapshot(root) == open_snapshot(root, written.id) == written
    assert sorted(path.name for path in written.path.iterdir()) == [
        "manifest.json",
        "quality.json",
        "report.json",
        "store",
    ]
    assert (written.kind, written.data) == (SnapshotKind.WRITTEN, None)
    assert (base.kind, base.data) == (SnapshotKind.BUILT, base.path / "data.nq")
    assert written.manifest.counts == written.manifest.properties == {}
    assert written.manifest.subjects == 0
    assert written.manifest.sources == base.manifest.sources
    assert len(Store.read_only(str(written.store))) == len(Store.read_only(str(base.store))) + 1
    assert verify(written).ok
    assert verify(base).ok


def test_what_did_not_change_is_the_same_file(store: Store, root: Path, base: Snapshot) -> None:
    written = write(store, root, "1")
    tables = {path.name for path in base.store.glob("*.sst")}
    shared = {name for name in tables if (written.store / name).samefile(base.store / name)}
    assert shared == tables
    assert {f"store/{name}" for name in shared} <= set(written.manifest.checksums)


def test_the_working_copy_shares_no_file_that_is_written_to(store: Store, base: Snapshot) -> None:
    del store
    shared = {path.suffix for path in base.store.iterdir() if path.stat().st_nlink > 1}
    assert shared == {".sst"}


def test_where_no_links_can_be_made_files_are_copied(
    base: Snapshot, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: Path, target: Path) -> None:
        raise PermissionError(1, f"Operation not permitted: {target} -> {name}")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    working_copy(base, root / ".working-test")
    assert not [path for path in base.store.iterdir() if path.stat().st_nlink > 1]
    written = write(Store(str(root / ".working-test")), root, "1")
    assert verify(written).ok
    assert len(Store.read_only(str(written.store))) == 13


def test_the_disk_has_all_of_it_before_it_is_current(
    store: Store, root: Path, base: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[tuple[int, int] | str] = []
    fsync = os.fsync

    def note_flush(handle: int) -> None:
        fsync(handle)
        events.append((os.fstat(handle).st_ino, os.fstat(handle).st_size))

    replace = Path.replace

    def note_switch(link: Path, target: Path) -> Path:
        if target.name == "current":
            events.append("switch")
        return replace(link, target)

    monkeypatch.setattr(os, "fsync", note_flush)
    monkeypatch.setattr(Path, "replace", note_switch)
    written = write(store, root, "1")
    switch = events.index("switch")
    flushed = {event[0] for event in events[:switch]}
    old = {path.stat().st_ino for path in base.path.rglob("*")}
    new = {path.stat().st_ino for path in (written.path, *written.path.rglob("*"))} - old
    assert new | {written.path.parent.stat().st_ino} <= flushed
    assert {event[0] for event in events[switch + 1 :]} == {root.stat().st_ino}
    # And whole, as they are now.
    sizes = {path.stat().st_ino: path.stat().st_size for path in written.path.rglob("*.*")}
    assert all(sizes.get(inode, size) == size for inode, size in events[:switch])  # type: ignore[misc]


def test_damage_is_found_in_a_written_snapshot(store: Store, root: Path, base: Snapshot) -> None:
    written = write(store, root, "1")
    new = next(path for path in written.store.glob("*.sst") if path.stat().st_nlink < 3)
    data = bytearray(new.read_bytes())
    data[len(data) // 2] ^= 1
    new.write_bytes(data)
    assert [problem.file for problem in verify(written).problems] == [f"store/{new.name}"]
    assert verify(base).ok


def test_a_written_snapshot_under_another_name_is_found_out(store: Store, root: Path) -> None:
    written = write(store, root, "1")
    stranger = written.path.with_name("0123456789ab.1")
    written.path.rename(stranger)
    with pytest.raises(SnapshotDamagedError, match=f"says that it is {written.id}"):
        open_snapshot(root, stranger.name)
    manifest = stranger / "manifest.json"
    value = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(value | {"id": stranger.name}))
    problems = verify(open_snapshot(root, stranger.name)).problems
    assert [problem.message for problem in problems] == [
        "the id does not fit the base of the snapshot"
    ]


def test_numbers_count_up_whatever_is_current(
    store: Store, root: Path, quads: list[Path], base: Snapshot
) -> None:
    ids = [write(store, root, str(number)).id for number in range(10)]
    assert ids == [f"{base.id}.{number}" for number in range(1, 11)]
    assert [snapshot.id for snapshot in list_snapshots(root)] == [*reversed(ids), base.id]
    publish(quads, root, critmat_version="1")  # back to the base
    assert current_id(root) == base.id
    assert newest(root, base.id) == f"{base.id}.10"
    working_copy(base, root / ".working-again")
    assert write(Store(str(root / ".working-again")), root, "again").id == f"{base.id}.11"


def test_a_number_is_never_used_again(store: Store, root: Path, base: Snapshot) -> None:
    """What was answered from a snapshot is known by its id long after it is gone."""
    made = [write(store, root, str(number)) for number in range(6)]
    make_current_again(root, made[4].id)
    assert prune(root, 0) == [made[5].id, *[s.id for s in reversed(made[:4])], base.id]
    assert newest(root, made[4].id) == made[5].id
    working_copy(open_snapshot(root), root / ".working-again")
    assert write(Store(str(root / ".working-again")), root, "again").id == f"{base.id}.7"
    # Not even where the note is lost or damaged, as long as they are there.
    (note,) = root.glob(".newest-*")
    note.unlink()
    assert newest(root, base.id) == f"{base.id}.7"
    note.symlink_to("snapshots/rubbish")
    assert newest(root, base.id) == f"{base.id}.7"


def test_a_commit_that_was_broken_off_is_discarded(store: Store, root: Path) -> None:
    before = write(store, root, "1")
    after = write(store, root, "2")
    (root / "current").unlink()
    (root / "current").symlink_to(f"snapshots/{before.id}")
    discard_newer(root, before.id)
    assert not after.path.exists()
    assert open_snapshot(root) == before


def test_pruning_a_line_keeps_its_end_the_current_one_and_those_in_use(
    store: Store, root: Path, base: Snapshot
) -> None:
    made = [write(store, root, str(number)) for number in range(5)]
    with hold(made[0]):
        assert prune_lines(root, 2) == [made[2].id, made[1].id]
    assert prune_lines(root, 1) == [made[3].id, made[0].id]
    assert {s.id for s in list_snapshots(root)} == {made[4].id, base.id}
    assert verify(made[4]).ok
    assert prune(root, 0) == [base.id]
    assert len(Store.read_only(str(made[4].store))) == 17


def test_a_manifest_of_the_first_format_is_that_of_a_built_snapshot(base: Snapshot) -> None:
    file = base.path / "manifest.json"
    value = json.loads(file.read_text())
    for new in ("kind", "base", "parent"):
        del value[new]
    file.write_text(json.dumps(value | {"format": 1}))
    old = open_snapshot(base.path.parent.parent)
    assert (old.kind, old.data) == (SnapshotKind.BUILT, base.data)
    assert verify(old).ok


def test_whether_a_service_writes_there(root: Path) -> None:
    assert not is_written_to(root)
    with writing(root):
        assert is_written_to(root)
    with publishing(root):
        assert not is_written_to(root)


@pytest.mark.parametrize("name", ["0123456789ab.0", "0123456789ab.01", "0123456789a", "x", "a.1"])
def test_what_is_no_id(name: str) -> None:
    with pytest.raises(ValueError, match="is no id"):
        line_of(name)
