"""The audit log: on the disk before the change, readable after any crash."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.audit import AuditError, AuditLog, Entry, Outcome, read_audit
from tests.serving import REPOSITORY


def entry(number: int = 1, **given: str) -> Entry:
    return Entry(
        "", "", "0123abcd", "ada", "editor", "192.0.2.1", "r1", "update", "", number, "ab", **given
    )


def log_file(root: Path) -> Path:
    (file,) = (root / "audit").iterdir()
    return file


def test_an_intent_is_a_line_before_anything_is_done(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    intent = log.intend(entry(text="CLEAR ALL"))
    (found,) = read_audit(tmp_path)
    assert found == intent
    assert found.outcome == "unknown"
    assert found.time.endswith("+00:00")
    log.conclude(intent, Outcome.COMMITTED, snapshot="0123456789ab.1")
    (found,) = read_audit(tmp_path)
    assert (found.outcome, found.snapshot, found.text) == (
        "committed", "0123456789ab.1", "CLEAR ALL",
    )  # fmt: skip


def test_a_failed_change_has_its_error(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    log.conclude(log.intend(entry()), Outcome.FAILED, error="It took too long.")
    (found,) = read_audit(tmp_path)
    assert (found.outcome, found.error) == ("failed", "It took too long.")


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    AuditLog(tmp_path).intend(entry())
    assert log_file(tmp_path).stat().st_mode & 0o077 == 0
    assert log_file(tmp_path).parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("cut", [2, 20, 200])
def test_half_a_line_is_dropped_and_harms_no_other(tmp_path: Path, cut: int) -> None:
    AuditLog(tmp_path).intend(entry(1))
    AuditLog(tmp_path).intend(entry(2))
    file = log_file(tmp_path)
    file.write_bytes(file.read_bytes()[:-cut])
    assert [found.size for found in read_audit(tmp_path)] == [1]
    AuditLog(tmp_path).intend(entry(3))
    assert [found.size for found in read_audit(tmp_path)] == [1, 3]


@pytest.mark.parametrize("line", ["[]", "1", "{}", '{"of": "x"}', '{"id": 1}', "\x00\x00", "\xff"])
def test_what_is_no_line_of_the_log_is_skipped(tmp_path: Path, line: str) -> None:
    log = AuditLog(tmp_path)
    log.intend(entry(1))
    log.close()
    with log_file(tmp_path).open("ab") as stream:
        stream.write(line.encode("latin-1") + b"\n")
    log.intend(entry(2))
    assert [found.size for found in read_audit(tmp_path)] == [1, 2]


def test_text_of_any_kind_stays_one_line(tmp_path: Path) -> None:
    text = 'INSERT DATA { <a> <b> "\u2028\n\r\\u0000 ä 🜨" }'
    AuditLog(tmp_path).intend(entry(text=text))
    assert log_file(tmp_path).read_bytes().count(b"\n") == 1
    assert next(read_audit(tmp_path)).text == text


def test_many_write_at_once_and_every_line_is_whole(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)

    def change(number: int) -> None:
        log.conclude(log.intend(entry(number)), Outcome.COMMITTED, snapshot=str(number))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(change, range(100)))
    found = {e.size: e.snapshot for e in read_audit(tmp_path)}
    assert found == {number: str(number) for number in range(100)}


def test_intents_outlive_a_killed_process(tmp_path: Path) -> None:
    """What ``intend`` acknowledged is in the log, whenever the process is killed."""
    script = (
        "import sys; from pathlib import Path; from service.audit import AuditLog, Entry\n"
        "log = AuditLog(Path(sys.argv[1]))\n"
        "for n in range(10**6):\n"
        "    log.intend(Entry('', '', 't', 'n', 'editor', '', '', 'update', '', n, ''))\n"
        "    print(n, flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, cwd=REPOSITORY
    ) as process:
        assert process.stdout is not None
        for _ in range(20):
            told = process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().splitlines()
    last = int(rest[-1] if rest else told)
    assert [e.size for e in read_audit(tmp_path)][: last + 1] == list(range(last + 1))


def test_without_room_there_is_no_intent_and_so_no_change(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    log.intend(entry(1))
    size = log_file(tmp_path).stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, before[1]))
    try:
        with pytest.raises(AuditError, match="nothing was changed"):
            log.intend(entry(2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    log.intend(entry(3))
    assert [found.size for found in read_audit(tmp_path)] == [1, 3]
    assert all(json.loads(line) for line in log_file(tmp_path).read_text().splitlines())


def test_without_a_log_there_is_nothing_to_read(tmp_path: Path) -> None:
    assert list(read_audit(tmp_path)) == []
    assert not list(tmp_path.iterdir())
