"""A real service that takes changes, whose clients have no budgets and no patience."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.running import Service, running, token
from tests.service.writable import WritableServer
from tests.serving import NO_BUDGETS

#: Small limits, so that what never ends is over soon.
SETTINGS = NO_BUDGETS | {
    "CRITMAT_TIMEOUT": "5",
    "CRITMAT_UPDATE_TIMEOUT": "10",
    "CRITMAT_ENGINE_MEMORY_MIB": "256",
    "CRITMAT_MAX_UPLOAD_MIB": "20",
}


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faults") / "data"


@pytest.fixture(scope="session")
def service(root: Path) -> Iterator[Service]:
    """A service over a data set that began empty."""
    log = root.with_name("log")
    with running(log, f"--empty={root}", "--enable-updates", settings=SETTINGS) as found:
        yield found


@pytest.fixture(scope="session")
def client(service: Service, root: Path) -> WritableServer:
    """Speaks to it, with the token of an ``editor``."""
    return WritableServer(service.address, root, {"editor": token(root)})


@pytest.fixture
def front(service: Service) -> Iterator[int]:
    """The process that answers HTTP, which is the same one when the test is over."""
    before = service.web_process()
    yield before
    assert service.web_process() == before
    assert service.count() >= 0
