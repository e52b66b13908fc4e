"""Two thousand random inputs do not bring the service down, and each gets a proper answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.campaign import inputs, judge, run
from tests.fuzz.service_under_fire import under_fire


def test_two_thousand_inputs(tmp_path: Path) -> None:
    with under_fire(tmp_path / "data") as service:
        front = service.front()
        assert front
        outcome = run(service.address, inputs(20260201, 1_600, 400, service.token))
        assert not outcome.faults, "\n".join(outcome.lines())
        assert outcome.sent == 2_000
        assert service.front() == front, "the process that answers HTTP died"
    kinds = {kind for kind, status in outcome.statuses if status in {200, 201, 204}}
    assert kinds == {"query", "update", "document"}, "something of each kind must get through"


def test_a_seed_gives_the_same_inputs_again() -> None:
    assert list(inputs(7, 50, 20, "t")) == list(inputs(7, 50, 20, "t"))
    assert list(inputs(7, 50, 20, "t")) != list(inputs(8, 50, 20, "t"))


@pytest.mark.parametrize(
    ("status", "kind", "content"),
    [
        (200, "application/sparql-results+json", b'{"head": {}, "results": {'),
        (200, "application/sparql-results+xml", b"<sparql>\x01</sparql>"),
        (200, "text/turtle", b"<urn:a> <urn:b> "),
        (400, "application/problem+json", b'{"title": "Malformed query"}'),
        (400, "application/problem+json", b"Traceback"),
        (500, "application/problem+json", b'{"title": "Something went wrong here"}'),
        (302, "text/html", b""),
        (0, "", b""),
    ],
)
def test_a_wrong_answer_is_noticed(status: int, kind: str, content: bytes) -> None:
    assert judge(status, kind, content)
