"""What an engine process gives up before it takes its first query.

It gets a limit of memory, no core dumps, few open files, no writing to files, dies with its
parent, is the first to go when the machine runs out of memory, and can open no socket and start no
program. Nothing here needs privileges. Linux only; elsewhere what is missing is left out and said.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_SECCOMP_RET_ALLOW = 0x7FFF0000
_SECCOMP_RET_ERRNO = 0x00050000
_SECCOMP_RET_KILL_PROCESS = 0x80000000
_EACCES = 13
_LOAD_WORD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_AT_NUMBER, _AT_ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
_X32_BIT = 0x40000000

#: Numbers of the calls denied, by architecture: socket, connect, bind, listen, execve, execveat,
#: ptrace, process_vm_readv, process_vm_writev, kill, pidfd_send_signal, io_uring_setup (which
#: could open sockets past this filter). From the kernel's tables of system calls.
_DENIED = {
    "x86_64": (0xC000003E, (41, 42, 49, 50, 59, 322, 101, 310, 311, 62, 424, 425)),
    "aarch64": (0xC00000B7, (198, 203, 200, 201, 221, 281, 117, 270, 271, 129, 424, 425)),
}


def confine(memory: int, open_files: int, parent: int, *, largest_file: int | None = 0) -> str:
    """Confine this process for good; give why the network could not be denied, empty if it was.

    ``memory`` is in bytes, on top of what the process has now. ``parent`` is the process to die
    with; where it has died already, this one ends at once. ``largest_file`` is in bytes: nothing
    can be written unless it is given, ``None`` leaves the limit as it is.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    # Never more than the system lets this user have: raising it would be refused.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    files = open_files if most == resource.RLIM_INFINITY else min(open_files, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    limit = address_space() + memory
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    if sys.platform != "linux":
        return f"{sys.platform} has no seccomp filters"
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)
    _go_first()
    return _deny_network()


def address_space() -> int:
    """Size of the address space of this process in bytes; 0 where it cannot be told."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()


def _go_first() -> None:
    try:
        Path("/proc/self/oom_score_adj").write_text("800", encoding="ascii")
    except OSError:
        return  # a hint to the kernel, no more


def _deny_network() -> str:
    try:
        architecture, calls = _DENIED[platform.machine()]
    except KeyError:
        return f"no filter is known for {platform.machine()}"
    program = _filter(architecture, calls)
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: a length in instructions, padding, a pointer
    packed = struct.pack("@HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    head = ctypes.create_string_buffer(packed, len(packed))
    try:
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(head))
    except OSError as error:
        return f"the system refuses seccomp filters ({error.strerror})"
    return ""


def _filter(architecture: int, calls: tuple[int, ...]) -> bytes:
    """A classic BPF program: calls of another architecture kill, those listed give EACCES."""

    def instruction(code: int, k: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("@HBBI", code, yes, no, k)

    lines = [
        instruction(_LOAD_WORD, _AT_ARCHITECTURE),
        instruction(_JUMP_EQUAL, architecture, yes=1),
        instruction(_RETURN, _SECCOMP_RET_KILL_PROCESS),
        instruction(_LOAD_WORD, _AT_NUMBER),
        instruction(_JUMP_AT_LEAST, _X32_BIT, yes=len(calls) + 1),
    ]
    lines += [
        instruction(_JUMP_EQUAL, number, yes=len(calls) - index)
        for index, number in enumerate(calls)
    ]
    lines += [
        instruction(_RETURN, _SECCOMP_RET_ALLOW),
        instruction(_RETURN, _SECCOMP_RET_ERRNO | _EACCES),
    ]
    return b"".join(lines)


# Loaded before the fork: an engine process may have no memory to spare for it.
_LIBC = ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, first: int, second: int = 0) -> None:
    arguments = [ctypes.c_ulong(value) for value in (first, second, 0, 0)]
    if _LIBC.prctl(ctypes.c_int(option), *arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
