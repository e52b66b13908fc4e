"""A disk that is full before the service starts, and what answers say of the disk: no file."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.writer.failure import of_storage, reason_of
from service.spool import _no_room
from tests.faults.conftest import SETTINGS
from tests.faults.test_kills import processes
from tests.service.running import Service, mounted, running, token
from tests.service.test_writable_service import fill
from tests.service.writable import Reply, WritableServer

LARGE = "INSERT DATA {" + "".join(f"<x:l{n}> <x:large> {n} ." for n in range(6000)) + "}"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    if not mounted(folder, "32m"):
        pytest.skip("this machine does not let us mount a disk")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def says_no_more_than_it_must(reply: Reply, status: int, root: Path) -> None:
    """The status, what to do, and no file or folder of the server."""
    assert reply.status == status, reply.body
    assert reply.problem["remedy"]
    said = reply.body.decode()
    assert str(root) not in said
    for name in ("store", ".sst", ".log", ".working", ".uploads", "/tmp"):  # noqa: S108
        assert name not in said


def test_a_service_that_starts_on_a_full_disk(disk: Path, tmp_path: Path) -> None:
    """It reads, says that it takes no changes, and takes them as soon as there is room."""
    root, log = disk / "data", tmp_path / "log"
    with running(log, f"--empty={root}", "--enable-updates", settings=SETTINGS) as service:
        editor = token(root)
        assert service.update("INSERT DATA { <x:a> <x:b> 1 }", editor) == 204
    fill(disk)
    with running(log, f"--data={root}", "--enable-updates", settings=SETTINGS) as service:
        assert "the disk is full: changes are refused until there is room" in service.said()
        client = WritableServer(service.address, root, {"editor": editor})
        assert service.count() == 1
        for _ in range(2):
            insert = client.update("INSERT DATA { <x:a> <x:b> 2 }")
            says_no_more_than_it_must(insert, 507, root)
            load = client.send(
                "PUT", "/graph-store?graph=x:g", "<x:a> <x:b> 3 .", role="editor",
                media_type="text/turtle",
            )  # fmt: skip
            says_no_more_than_it_must(load, 507, root)
        assert service.count() == 1
        (disk / "filler").unlink()
        assert client.update("INSERT DATA { <x:a> <x:b> 4 }").status == 204
        assert service.count() == 2


def test_what_a_full_disk_says_over_http(service: Service, client: WritableServer) -> None:
    """Files of the writer may not grow; the log has the file, the answer has not."""
    (writer,) = processes(service, "writer")
    resource.prlimit(writer, resource.RLIMIT_FSIZE, (30_000, 30_000))
    reply = client.update(LARGE)
    says_no_more_than_it_must(reply, 507, client.root)
    assert reply.problem["detail"] == "The disk of the service is full (File too large)."
    assert str(client.root) in service.said()
    assert client.update("INSERT DATA { GRAPH <x:after> { <x:a> <x:b> 1 } }").status == 204
    assert not client.ask("ASK { ?s <x:large> ?o }")


def test_what_a_damaged_file_of_tokens_says_over_http(client: WritableServer) -> None:
    file = client.root / "access" / "tokens.json"
    whole = file.read_bytes()
    try:
        file.write_bytes(whole[:-20])
        reply = client.update("CLEAR ALL")
    finally:
        file.write_bytes(whole)
    says_no_more_than_it_must(reply, 503, client.root)
    assert client.update("INSERT DATA { GRAPH <x:after> { <x:a> <x:b> 2 } }").status == 204


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("IO error: No space left on device: While appending to /srv/a b/1.log", "No space left"),
        (
            "IO error: While open a file: /srv/1.sst: Input/output error",
            "Input/out",
        ),
        ("[Errno 122] Disk quota exceeded: '/srv/x'", "Disk quota exceeded"),
        ("Corruption: bad block in /srv/1.sst", ""),
    ],
)
def test_what_the_system_says_is_kept_without_the_file(message: str, reason: str) -> None:
    assert reason_of(message).startswith(reason)
    assert "/srv" not in str(of_storage(message))
    if not reason:
        assert reason_of(message) == ""


def test_a_missing_folder_for_temporary_files_is_not_named() -> None:
    error = FileNotFoundError(2, "No usable temporary directory found in ['/tmp', '/srv/tmp']")
    assert "/srv" not in str(_no_room(error))
    assert "LIMIT" in _no_room(error).remedy
