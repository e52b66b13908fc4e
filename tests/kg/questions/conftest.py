"""An endpoint and an engine that asks it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.engines.remote import RemoteEngine, RemoteSettings
from tests.kg.questions.hostile import Endpoint, endpoint


@pytest.fixture(scope="module")
def remote() -> Iterator[Endpoint]:
    with endpoint() as served:
        yield served


@pytest.fixture(scope="module")
def remote_engine(remote: Endpoint) -> Iterator[RemoteEngine]:
    engine = RemoteEngine(RemoteSettings(remote.address, timeout=60.0))
    yield engine
    engine.close()
