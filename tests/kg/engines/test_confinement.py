"""Confining a process works for any user, under limits of the system that are lower than ours."""

from __future__ import annotations

import ctypes
import os
import resource
import struct
from collections.abc import Callable

import pytest

from kg.engines.confinement import confine

MIB = 2**20


def in_a_child(act: Callable[[], str]) -> str:
    """What ``act`` gives, done in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writing, act().encode())
        except BaseException as error:
            os.write(writing, repr(error).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        said = told.read()
    os.waitpid(child, 0)
    return said


def give_up_privileges() -> None:
    """Be root in name only, and keep the right to read files: who may do all may raise limits."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = struct.pack("@Ii", 0x20080522, 0)  # the third version of the call, for this process
    read_files = 1 << 2  # CAP_DAC_READ_SEARCH
    data = struct.pack("@6I", read_files, read_files, 0, 0, 0, 0)
    assert libc.capset(header, data) == 0, os.strerror(ctypes.get_errno())


@pytest.mark.parametrize(("allowed", "wanted", "got"), [(64, 4096, 64), (512, 128, 128)])
def test_it_never_asks_for_more_files_than_the_system_allows(
    allowed: int, wanted: int, got: int
) -> None:
    parent = os.getpid()

    def act() -> str:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, allowed))
        if os.getuid() == 0:
            give_up_privileges()
        confine(64 * MIB, wanted, parent)
        return str(resource.getrlimit(resource.RLIMIT_NOFILE))

    assert in_a_child(act) == str((got, got))
