"""How the service ends: whoever is being answered is answered, or told; nothing is left behind."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.stopping import CHANGE_GRACE, PROCESS_GRACE, QUERY_GRACE
from tests.service.running import ENDLESS, Service, alive, descendants, running


@pytest.fixture
def service(small_root: Path, tmp_path: Path) -> Iterator[Service]:
    with running(tmp_path / "log", f"--data={small_root}") as found:
        yield found


def test_there_is_time_for_each_step() -> None:
    assert 0 < QUERY_GRACE < CHANGE_GRACE < PROCESS_GRACE < 10


def test_queries_that_run_when_the_service_is_stopped_are_answered_or_told(
    service: Service,
) -> None:
    short = ENDLESS.replace(" ".join(map(str, range(900))), " ".join(map(str, range(200))))
    answers: dict[str, tuple[int, bytes]] = {}

    def ask(name: str, query: str) -> None:
        answers[name] = service.send("/sparql", query)

    asking = [
        threading.Thread(target=ask, args=question)
        for question in (("endless", ENDLESS), ("short", short))
    ]
    for thread in asking:
        thread.start()
    time.sleep(0.3)
    below = descendants(service.process.pid)
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(timeout=15) == 0
    for thread in asking:
        thread.join(timeout=5)
    assert answers["short"][0] == 200
    assert str(200**3).encode() in answers["short"][1]
    assert answers["endless"][0] == 503
    assert b"Try again" in answers["endless"][1]
    assert not [pid for pid in below if alive(pid)]


def test_nothing_survives_the_process_that_watches(service: Service) -> None:
    below = descendants(service.process.pid)
    assert len(below) >= 3
    service.process.kill()
    end = time.monotonic() + 10
    while time.monotonic() < end and any(alive(pid) for pid in below):
        time.sleep(0.05)
    assert not [pid for pid in below if alive(pid)]
