"""Publishing: all or nothing, the same quads give the same snapshot, crashes leave the old one."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyoxigraph import Store

from kg.snapshot import SnapshotError, list_snapshots, open_snapshot, publish, verify
from kg.snapshot.merge import MergeError


def publish_here(quads: list[Path], root: Path):  # type: ignore[no-untyped-def]
    return publish(quads, root, critmat_version="1", commit="abc", report='{"ok": true}')


def test_a_snapshot_holds_data_store_manifest_and_report(quads: list[Path], tmp_path: Path) -> None:
    snapshot = publish_here(quads, tmp_path / "root")
    assert sorted(p.name for p in snapshot.path.iterdir()) == [
        "data.nq",
        "manifest.json",
        "report.json",
        "store",
    ]
    assert snapshot.manifest.counts == {"quads": 12, "triples": 5, "asserted": 5, "derived": 2}
    assert sum(snapshot.manifest.properties.values()) == 5
    assert snapshot.manifest.subjects == 2
    assert [(s.id, s.title, s.quads) for s in snapshot.manifest.sources] == [
        ("iea", "", 1),
        ("usgs", 'Summaries "2026"', 3),
    ]
    assert snapshot.id == snapshot.manifest.checksums["data.nq"][1][:12]
    assert len(Store.read_only(str(snapshot.store))) == 12
    assert open_snapshot(tmp_path / "root").id == snapshot.id


def test_publishing_twice_gives_one_snapshot(quads: list[Path], tmp_path: Path) -> None:
    first = publish_here(quads, tmp_path / "root")
    again = publish_here(list(reversed(quads)), tmp_path / "root")
    assert first == again
    assert len(list_snapshots(tmp_path / "root")) == 1


def test_a_snapshot_holds_the_quality_if_it_was_measured(quads: list[Path], tmp_path: Path) -> None:
    without = publish_here(quads, tmp_path / "without")
    measured = publish(quads, tmp_path / "root", critmat_version="1", quality='{"rows": 5}')
    assert measured.quality is not None
    assert measured.quality.read_text() == '{"rows": 5}'
    assert without.quality is None
    assert measured.id == without.id
    assert verify(measured).ok
    assert verify(without).ok


def test_the_quality_is_guarded_like_every_file(quads: list[Path], tmp_path: Path) -> None:
    snapshot = publish(quads, tmp_path, critmat_version="1", quality='{"rows": 5}')
    (snapshot.path / "quality.json").write_text('{"rows": 6}')
    assert [problem.file for problem in verify(snapshot).problems] == ["quality.json"]


def test_another_quality_of_the_same_quads_takes_the_place_of_the_old(
    quads: list[Path], tmp_path: Path
) -> None:
    old = publish(quads, tmp_path, critmat_version="1", quality='{"doubtful": 2}')
    created = old.manifest.created
    same = publish(quads, tmp_path, critmat_version="2", quality='{"doubtful": 2}')
    assert (same.manifest.created, same.manifest.critmat_version) == (created, "1")
    new = publish(quads, tmp_path, critmat_version="2", quality='{"doubtful": 1}')
    assert new.id == old.id
    assert new.quality is not None
    assert new.quality.read_text() == '{"doubtful": 1}'
    assert verify(new).ok
    # Nothing measured says nothing against what was.
    assert publish(quads, tmp_path, critmat_version="3").quality == new.quality
    assert [snapshot.id for snapshot in list_snapshots(tmp_path)] == [new.id]


def test_publishing_over_a_damaged_snapshot_mends_it(quads: list[Path], tmp_path: Path) -> None:
    snapshot = publish_here(quads, tmp_path / "root")
    snapshot.data.write_bytes(b"x" * snapshot.data.stat().st_size)
    assert not verify(snapshot).ok
    assert verify(publish_here(quads, tmp_path / "root")).ok


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("<x:a> <x:b> <not an iri> .\n", "not well-formed"),
        ('<x:a> <x:b> "\\u0041" .\n<x:a> <x:b> "A" .\n', "spelled in two ways"),
    ],
)
def test_bad_quads_leave_the_current_snapshot(
    quads: list[Path], tmp_path: Path, line: str, message: str
) -> None:
    root = tmp_path / "root"
    before = publish_here(quads, root)
    bad = tmp_path / "bad.nq"
    bad.write_text("".join(sorted(line.splitlines(keepends=True))))
    with pytest.raises(MergeError, match=message):
        publish_here([bad], root)
    assert open_snapshot(root) == before
    assert [p.name for p in (root / "snapshots").iterdir()] == [before.id]


_PUBLISH = """
import sys
from pathlib import Path
from kg.snapshot import publish
print("go", flush=True)
publish([Path(sys.argv[1])], Path(sys.argv[2]), critmat_version="1")
print("done", flush=True)
"""


def test_kill_at_any_moment_leaves_a_whole_snapshot(quads: list[Path], tmp_path: Path) -> None:
    root = tmp_path / "root"
    old = publish_here(quads, root)
    big = tmp_path / "big.nq"
    big.write_text(
        "".join(sorted(f"<x:s{i}> <x:p> <x:o{i % 7}> <x:g{i % 3}> .\n" for i in range(20_000)))
    )
    # How long a whole publication takes here, to spread the kills over it.
    timed = tmp_path / "timed"
    start = time.monotonic()
    new = publish_here([big], timed)
    whole = time.monotonic() - start
    killed = 0
    for moment in (whole * eighth / 8 for eighth in range(10)):
        process = subprocess.Popen(
            [sys.executable, "-c", _PUBLISH, str(big), str(root)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        done = b"done" in process.communicate()[0]
        killed += not done
        found = open_snapshot(root)
        assert found.id in (old.id, new.id)
        assert verify(found).ok
        assert all(verify(s).ok for s in list_snapshots(root))
        # Back to where we were, so that the next round builds the whole snapshot again.
        publish_here(quads, root)
        shutil.rmtree(root / "snapshots" / new.id, ignore_errors=True)
    assert killed > 0
    publish_here([big], root)  # sweeps what the kills left behind
    names = sorted(p.name for p in (root / "snapshots").iterdir())
    assert names == sorted([old.id, new.id])


def test_two_publications_at_a_time_are_refused(quads: list[Path], tmp_path: Path) -> None:
    import fcntl

    root = tmp_path / "root"
    publish_here(quads, root)
    with (root / ".publishing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(SnapshotError, match="Another process is publishing"):
            publish_here(quads, root)
