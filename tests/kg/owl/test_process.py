"""Java runs in a process of its own, which is gone afterwards whatever happens."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.owl import process
from kg.owl.documents import OwlDocument, read_documents
from kg.owl.process import ReasonerError, Task, ask


@pytest.fixture(scope="module")
def documents() -> list[OwlDocument]:
    return read_documents()[0]


def test_one_run_gives_only_what_was_asked_for(documents: list[OwlDocument]) -> None:
    answer = ask(documents, [Task.PROFILES])

    assert answer.reasoning is None
    assert answer.violations == ()
    assert answer.axioms > answer.logical > 800
    assert set(answer.seconds) == {"java", "read", "profiles"}


def test_too_little_memory_is_an_error_with_a_remedy(
    documents: list[OwlDocument], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "JAVA_MEMORY_MB", 8)

    with pytest.raises(ReasonerError, match="more than 8 megabytes") as caught:
        ask(documents, [Task.REASON])

    assert caught.value.remedy


def test_after_its_time_the_process_is_ended(
    documents: list[OwlDocument], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless, number = tmp_path / "python", tmp_path / "number"
    endless.write_text(f"#!/bin/sh\necho $$ > {number}\nexec sleep 1000\n", encoding="utf-8")
    endless.chmod(0o755)
    monkeypatch.setattr(process, "MOST_SECONDS", 2)
    monkeypatch.setattr(sys, "executable", str(endless))

    with pytest.raises(ReasonerError, match="no answer in 2 seconds"):
        ask(documents, [Task.REASON])

    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text(encoding="utf-8")), 0)


def test_the_machine_ends_with_whoever_asked(tmp_path: Path) -> None:
    # It waits for a request that never comes; then the asker is gone and so is its end of the pipe.
    request = tmp_path / "request.json"
    os.mkfifo(request)
    machine = subprocess.Popen(
        [sys.executable, "-m", "kg.owl.machine", str(request), str(tmp_path / "answer.json")],
        stdin=subprocess.PIPE,
    )
    time.sleep(0.1)
    assert machine.poll() is None
    assert machine.stdin

    machine.stdin.close()

    assert machine.wait(30) == 1


def test_a_file_that_the_machine_cannot_take_is_an_error(tmp_path: Path) -> None:
    document = OwlDocument("odd.nt", tmp_path / "odd.nt", False, "no triples", 0, frozenset(), ())

    with pytest.raises(ReasonerError, match="The reasoner stopped") as caught:
        ask([document], [Task.REASON])

    assert "one by one" in caught.value.remedy
