"""The production server over real HTTP."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from kg.errors import UsageError
from service.server import ListeningError, serve
from service.settings import Settings
from tests.serving import free_port, wait_until_ready
from tests.small import publish_small

HERE = Path(__file__).resolve().parent
COUNT = quote("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")


def connect(address: str) -> http.client.HTTPConnection:
    parts = urlsplit(address)
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)


def raw(address: str, request: bytes) -> bytes:
    """Send bytes as they are and read until the server closes the connection."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=15) as line:
        line.sendall(request)
        received = b""
        while chunk := line.recv(65536):
            received += chunk
    return received


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.fixture(scope="module")
def breaking(start: Callable[..., str]) -> str:
    return start("serve_breaking.py")


def test_a_query_is_answered_with_its_length(live: str) -> None:
    line = connect(live)
    line.request("GET", f"/sparql?query={COUNT}")
    answer = line.getresponse()
    content = answer.read()
    assert answer.status == 200
    assert answer.getheader("Content-Length") == str(len(content))
    assert int(json.loads(content)["results"]["bindings"][0]["n"]["value"]) > 100


def test_one_connection_carries_many_requests(live: str) -> None:
    line = connect(live)
    for path, status in (("/health", 200), ("/nope", 404), (f"/sparql?query={COUNT}", 200)):
        line.request("GET", path)
        answer = line.getresponse()
        answer.read()
        assert answer.status == status


def test_head_has_no_body(live: str) -> None:
    answer = raw(live, b"HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert status_of(answer) == 200
    assert b"content-length" in head.lower()
    assert body == b""


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (b"/sources/..%2f..%2fetc%2fpasswd", 404),
        (b"/static/../settings.py", 404),
        (b"/static/%2e%2e/settings.py", 404),
        (b"/static/..%5csettings.py", 404),
        (b"//evil.example/", 404),
        (b"/sources/%00", 400),
        (b"/sources/a%0d%0aSet-Cookie:x=1", 400),
        (b"/sources/%FF%FE", 400),
        (b"/questions/exposed-products%00", 400),
        (b"/sparql?query=%00", 400),
        (b"/sparql?query=%FF", 400),
        (b"/questions/exposed-products?element=%FF", 400),
        (b"/questions/exposed-products.csv?element=%00", 400),
        (b"/sparql?query=" + b"a" * 20_000, 414),
    ],
)
def test_hostile_addresses(live: str, path: bytes, status: int) -> None:
    answer = raw(live, b"GET " + path + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert status_of(answer) == status
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"set-cookie" not in head
    assert b"root:" not in answer
    assert b"Traceback" not in answer


def test_hostile_headers(live: str) -> None:
    sent = (
        b"GET /nope HTTP/1.1\r\nHost: <script>alert(1)</script>\r\nAccept: text/html\r\n"
        b"X-Request-Id: <script>alert(2)</script>\r\nConnection: close\r\n\r\n"
    )
    answer = raw(live, sent)
    assert status_of(answer) in {400, 404}
    assert b"<script>" not in answer
    many = b"".join(b"X-%d: %s\r\n" % (n, b"a" * 4000) for n in range(40))
    refused = raw(live, b"GET /health HTTP/1.1\r\nHost: a\r\n" + many + b"\r\n")
    assert refused == b"" or status_of(refused) == 431
    assert (
        status_of(raw(live, b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) == 200
    )


def test_a_large_body_is_refused_without_being_read(live: str) -> None:
    sent = (
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 999999999\r\nConnection: close\r\n\r\nASK"
    )
    answer = raw(live, sent)
    assert status_of(answer) == 413


def test_a_large_body_without_a_length_is_refused(live: str) -> None:
    line = connect(live)
    line.request(
        "POST",
        "/sparql",
        body=iter([b"#" * 65536] * 40),
        headers={"Content-Type": "application/sparql-query"},
        encode_chunked=True,
    )
    answer = line.getresponse()
    assert answer.status == 413
    assert json.loads(answer.read())["status"] == 413


def test_an_answer_that_breaks_in_the_engine_gets_a_status_and_no_rows(breaking: str) -> None:
    line = connect(breaking)
    line.request("GET", "/sparql?query=engine&format=csv")
    answer = line.getresponse()
    assert answer.status == 502
    assert json.loads(answer.read())["title"] == "The answer broke off"


def test_a_whole_large_answer_arrives_whole(breaking: str) -> None:
    line = connect(breaking)
    line.request("GET", "/sparql?query=whole&format=csv")
    answer = line.getresponse()
    assert answer.status == 200
    assert len(answer.read()) == 8 * 50_000 * 5


def test_an_answer_that_breaks_while_it_is_sent_ends_the_connection(breaking: str) -> None:
    line = connect(breaking)
    line.request("GET", "/sparql?query=kept&format=csv")
    answer = line.getresponse()
    assert answer.status == 200
    with pytest.raises(http.client.IncompleteRead):
        answer.read()


def test_sigterm_ends_the_service_and_its_engines(small_root: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, str(HERE / "serve_small.py")],
        env={
            **os.environ,
            "CRITMAT_DATA": str(small_root),
            "CRITMAT_PORT": str(port),
            "CRITMAT_ENGINES": "1",
            "PYTHONPATH": str(HERE.parent.parent),
        },
    )
    wait_until_ready(f"http://127.0.0.1:{port}", process)
    children = _descendants(process.pid)
    assert len(children) >= 2
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=15) == 0
    end = time.monotonic() + 5
    while time.monotonic() < end and any(_alive(pid) for pid in children):
        time.sleep(0.05)
    assert not [pid for pid in children if _alive(pid)]


def _descendants(pid: int) -> list[int]:
    """Process ids below a process, as Linux tells them."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found += [child, *_descendants(child)]
    return found


def _alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_port_that_is_taken_is_said_in_a_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ListeningError, match="cannot be listened on") as caught:
            serve(Settings(port=other.getsockname()[1]))
    assert "--port" in caught.value.remedy


def test_a_damaged_snapshot_is_refused_in_a_sentence(tmp_path: Path) -> None:
    snapshot = publish_small(tmp_path)
    next(snapshot.store.glob("*.sst")).write_bytes(b"")
    ended = serve_command(tmp_path, tmp_path)
    assert ended.returncode == 1
    assert f"Error: The snapshot {snapshot.id} is damaged: store/" in ended.stderr
    assert "critmat snapshot restore FILE" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_engine_that_does_not_start_is_said_in_a_sentence(tmp_path: Path) -> None:
    """Damage that came after the service had looked for it."""
    snapshot = publish_small(tmp_path)
    assert snapshot.data is not None
    snapshot.data.write_bytes(b"<garbage".ljust(snapshot.data.stat().st_size, b"!"))
    ended = end_by_itself([str(HERE / "serve_small.py")], tmp_path, {"CRITMAT_DATA": str(tmp_path)})
    assert ended.returncode == 1
    assert "Error: The engine could not load" in ended.stderr
    assert "critmat snapshot verify" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_folder_that_cannot_be_written_to_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = serve_command(tmp_path / "file" / "data", tmp_path)
    assert ended.returncode == 1
    assert "Error: No snapshot can be built in" in ended.stderr
    assert "--data" in ended.stderr
    assert "Traceback" not in ended.stderr


def serve_command(data: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return end_by_itself(["-m", "service.cli", "serve", f"--data={data}"], folder, {})


def end_by_itself(
    arguments: list[str], folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={
            **os.environ,
            "PYTHONPATH": str(HERE.parent.parent),
            "CRITMAT_PORT": str(free_port()),
            **environment,
        },
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_settings_come_from_the_caller_then_the_environment_then_defaults() -> None:
    environment = {"CRITMAT_PORT": "8123", "CRITMAT_TIMEOUT": "5", "CRITMAT_HOST": ""}
    settings = Settings.read(environment, timeout=7.0, host=None)
    assert (settings.port, settings.timeout, settings.host) == (8123, 7.0, "127.0.0.1")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CRITMAT_PORT", "http"),
        ("CRITMAT_PORT", "70000"),
        ("CRITMAT_THREADS", "0"),
        ("CRITMAT_TIMEOUT", "-1"),
        ("CRITMAT_TIMEOUT", "nan"),
        ("CRITMAT_TIMEOUT", "100"),
    ],
)
def test_settings_that_cannot_work_are_refused(variable: str, value: str) -> None:
    with pytest.raises(UsageError, match=variable.removeprefix("CRITMAT_").lower() + "|CRITMAT"):
        Settings.read({variable: value})
