"""Shelves that cannot be locked, since nothing can be written there."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import critmat
from kg.snapshot.locks import FullShelfError, ReadOnlyShelfError, publishing, writing

_LOCKS = pytest.mark.parametrize("lock", [publishing, writing])


def break_disk(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let no file be created any more, for the reason with this number."""
    real = os.open

    def refuse(path: str | Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_CREAT:
            raise OSError(number, os.strerror(number), str(path))
        return real(path, flags, mode)

    monkeypatch.setattr("kg.snapshot.locks.os.open", refuse)


@_LOCKS
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_from_one_that_is_read_only(
    lock: Callable[[Path], AbstractContextManager[object]],
    number: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    break_disk(monkeypatch, number)
    said = r"is full .*Make room, then try again"
    with pytest.raises(FullShelfError, match=said) as found, lock(tmp_path):
        pytest.fail("nothing could be locked")
    assert (found.value.http_status, found.value.exit_status) == (507, 2)


@_LOCKS
@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_shelf_that_is_read_only_is_no_full_one(
    lock: Callable[[Path], AbstractContextManager[object]],
    number: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    break_disk(monkeypatch, number)
    with pytest.raises(ReadOnlyShelfError, match="cannot be written to"), lock(tmp_path):
        pytest.fail("nothing could be locked")


@_LOCKS
def test_another_fault_of_the_disk_is_told_as_it_is(
    lock: Callable[[Path], AbstractContextManager[object]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    break_disk(monkeypatch, errno.EIO)
    with pytest.raises(OSError, match="Input/output") as found, lock(tmp_path):
        pytest.fail("nothing could be locked")
    assert found.value.errno == errno.EIO


def test_a_command_on_a_full_disk_says_so_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.nq").write_text("<x:a> <x:b> <x:c> .\n")
    break_disk(monkeypatch, errno.ENOSPC)
    arguments = ["snapshot", "publish", str(tmp_path / "one.nq"), "--data", str(tmp_path)]
    said = CliRunner().invoke(critmat, arguments)
    assert said.exit_code == 2, said.output
    assert f"The disk of {tmp_path} is full" in said.output
