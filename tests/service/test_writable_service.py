"""A service that takes changes, as an operator runs it: restarts, crashes, disks that fail."""

from __future__ import annotations

import os
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Store

from kg.snapshot import open_snapshot
from kg.snapshot.copies import backup, make_current_again, restore
from kg.snapshot.locks import ReadOnlyShelfError, ShelfInUseError
from tests.service.running import (
    Service,
    mounted,
    refused,
    running,
    token,
)
from tests.serving import wait_until_ready


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("writable") / "data"


@pytest.fixture(scope="module")
def service(root: Path) -> Iterator[Service]:
    """A service over a data set that began empty."""
    with running(root.parent / "log", f"--empty={root}", "--enable-updates") as found:
        yield found


@pytest.fixture(scope="module")
def editor(service: Service, root: Path) -> str:
    del service  # it makes the folder
    return token(root)


def add(service: Service, editor: str, name: str) -> None:
    """Add one triple, and see it."""
    before = service.count()
    assert service.update(f"INSERT DATA {{ <x:{name}> <x:is> <x:there> }}", editor) == 204
    assert service.count() == before + 1


def test_an_empty_data_set_is_served_filled_and_shown(service: Service, editor: str) -> None:
    add(service, editor, "first")
    for path in ("/", "/questions", "/sources", "/ontology", "/ready"):
        with urllib.request.urlopen(service.address + path) as answer:
            assert answer.status == 200, path


def test_without_a_token_nothing_is_changed(service: Service) -> None:
    assert service.update("INSERT DATA { <x:a> <x:b> <x:c> }", "") == 401


def test_a_second_service_is_refused_and_the_first_unharmed(
    service: Service, editor: str, root: Path
) -> None:
    assert "Another service takes changes" in refused(root, "--enable-updates")
    add(service, editor, "after-the-second")


def test_another_service_may_read_meanwhile(service: Service, root: Path, tmp_path: Path) -> None:
    with running(tmp_path / "log", f"--data={root}") as reader:
        assert reader.count() == service.count()
        assert reader.update("CLEAR ALL", "") == 403


def test_a_backup_can_be_made_and_nothing_is_restored_over_it(
    service: Service, editor: str, root: Path, tmp_path: Path
) -> None:
    current = open_snapshot(root)
    backup(current, tmp_path / "backup.tar.zst")
    with pytest.raises(ShelfInUseError, match="takes changes"):
        restore(tmp_path / "backup.tar.zst", root)
    copy = restore(tmp_path / "backup.tar.zst", tmp_path / "new")
    assert copy.id == current.id
    assert len(Store.read_only(str(copy.store))) == service.count()
    add(service, editor, "after-the-backup")


def test_a_web_process_that_is_killed_is_replaced_and_nothing_is_lost(
    service: Service, editor: str
) -> None:
    add(service, editor, "before-the-crash")
    before = service.count()
    os.kill(service.web_process(), signal.SIGKILL)
    wait_until_ready(service.address, service.process)
    assert service.count() == before
    add(service, editor, "after-the-crash")


def test_what_was_written_is_there_after_the_service_was_killed(
    service: Service, root: Path, tmp_path: Path
) -> None:
    before = service.count()
    service.process.kill()
    service.process.wait()
    # With --data this time: a data set that began empty is a data set like any other.
    with running(tmp_path / "log", f"--data={root}", "--enable-updates") as again:
        assert again.count() == before
        assert "written 20" in again.said()
        add(again, token(root), "after-the-kill")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    folder = tmp_path / "disk"
    if not mounted(folder, "32m"):
        pytest.skip("this machine does not let us mount a disk")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_and_a_read_only_disk(disk: Path, tmp_path: Path) -> None:
    """On a full disk changes fail with 507, queries go on, and no restart is needed once there is
    room; from a read-only one the service reads, and says so."""
    data = disk / "data"
    with running(tmp_path / "log", f"--empty={data}", "--enable-updates") as service:
        editor = token(data)
        add(service, editor, "first")
        with (
            (disk / "filler").open("wb", buffering=0) as filler,
            pytest.raises(OSError, match="28"),
        ):
            while True:
                filler.write(bytes(4096))
        for number in range(2):
            status, answer = service.send(
                "/update", f"INSERT DATA {{ <x:{number}> <x:b> <x:c> }}",
                "application/sparql-update", editor,
            )  # fmt: skip
            assert status == 507
            assert b"Make room" in answer
        loaded = service.send("/graph-store?default", "<x:d> <x:b> <x:c> .", "text/turtle", editor)
        assert loaded[0] == 507
        assert service.count() == 1
        (disk / "filler").unlink()
        add(service, editor, "with-room")
    remounted = subprocess.run(["mount", "-o", "remount,ro", disk], check=False)
    assert remounted.returncode == 0
    with running(tmp_path / "log", f"--data={data}", "--enable-updates") as service:
        assert "is read-only, so updates stay off" in " ".join(service.said().split())
        assert service.count() == 2
        assert service.update("CLEAR ALL", editor) == 403
        with pytest.raises(ReadOnlyShelfError, match="cannot be written to"):
            make_current_again(data, open_snapshot(data).id)


def fill(disk: Path) -> None:
    """Write a file until nothing more fits."""
    with (disk / "filler").open("wb", buffering=0) as filler, pytest.raises(OSError, match="28"):
        while True:
            filler.write(bytes(4096))
