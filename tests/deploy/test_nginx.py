"""The example for nginx, in front of a real service: what it lets through, keeps out and says."""

from __future__ import annotations

import json
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import pytest

from tests.service.running import running, token
from tests.serving import free_port

EXAMPLE = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
HOST = "critmat.example.org"
UPDATE = "application/sparql-update"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running nginx: its two ports, the data set behind it and a token for it."""

    http: int
    https: int
    root: Path
    token: str

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request by TLS; give status, headers and body of the answer."""
        line = HTTPSConnection("127.0.0.1", self.https, context=_unchecked(), timeout=30)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, body, {"Host": HOST, **named})
        answer = line.getresponse()
        found = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        line.close()
        return found


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """The example with ports, names of files and the upstream of this test, and nothing else."""
    nginx, openssl = shutil.which("nginx", path="/usr/sbin:/usr/bin"), shutil.which("openssl")
    if nginx is None or openssl is None:
        pytest.skip("nginx and openssl are not here")
    folder = tmp_path_factory.mktemp("nginx")
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
         f"/CN={HOST}", "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    root = folder / "data"
    settings = {"CRITMAT_TRUSTED_PROXIES": "1", "CRITMAT_PUBLIC_URL": f"https://{HOST}"}
    with running(
        folder / "log", f"--empty={root}", "--enable-updates", settings=settings
    ) as service:
        http, https = free_port(), free_port()
        text = EXAMPLE.read_text(encoding="utf-8")
        for written, here in (
            ("listen 80;", f"listen 127.0.0.1:{http};"),
            ("listen 443 ssl http2;", f"listen 127.0.0.1:{https} ssl http2;"),
            ("    listen [::]:80;\n", ""),
            ("    listen [::]:443 ssl http2;\n", ""),
            ("server 127.0.0.1:8000;", f"server {service.address.removeprefix('http://')};"),
            ("/etc/ssl/critmat/", f"{folder}/"),
        ):
            assert written in text
            text = text.replace(written, here)
        (folder / "site.conf").write_text(text)
        temporary = "".join(
            f"{kind}_temp_path {folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}} "
            f"http {{ access_log off; {temporary} include {folder}/site.conf; }}"
        )
        command = [nginx, "-p", folder, "-c", folder / "nginx.conf"]
        tried = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert tried.returncode == 0, tried.stderr
        process = subprocess.Popen(command)
        try:
            found = Proxy(http, https, root, token(root))
            _wait(found)
            yield found
        finally:
            process.terminate()
            process.wait(timeout=10)


def _wait(proxy: Proxy) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            assert proxy.ask("GET", "/ready")[0] == 200
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def test_a_plain_connection_is_sent_to_tls(proxy: Proxy) -> None:
    line = HTTPConnection("127.0.0.1", proxy.http, timeout=30)
    line.request("GET", "/questions?x=1", headers={"Host": HOST})
    answer = line.getresponse()
    assert answer.status == 308
    assert answer.getheader("Location") == f"https://{HOST}/questions?x=1"


def test_a_page_comes_with_the_headers_of_both(proxy: Proxy) -> None:
    status, headers, body = proxy.ask("GET", "/", Accept="text/html")
    assert status == 200
    assert b"critmat" in body
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "max-age" in headers["strict-transport-security"]


def test_a_change_is_made_in_the_name_of_who_asks(proxy: Proxy) -> None:
    """Not of nginx, and not of whom somebody claims to be."""
    status, _, answer = proxy.ask(
        "POST", "/update", b"INSERT DATA { <x:a> <x:b> <x:c> }",
        Authorization=f"Bearer {proxy.token}", Content_Type=UPDATE, X_Forwarded_For="192.0.2.7",
    )  # fmt: skip
    assert status == 204, answer
    (log,) = (proxy.root / "audit").glob("*.jsonl")
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert {entry["client"] for entry in entries if "client" in entry} == {"127.0.0.1"}
    asked = proxy.ask("GET", "/sparql?query=ASK%7B%3Cx:a%3E+?p+?o%7D", Accept="application/json")
    assert json.loads(asked[2])["boolean"] is True


def test_whoever_may_not_write_is_refused_before_the_body(proxy: Proxy) -> None:
    status, headers, _ = proxy.ask("POST", "/update", b"x" * 1_000_000, Content_Type=UPDATE)
    assert status == 401
    assert headers["www-authenticate"].startswith("Bearer")


def test_a_body_that_is_too_large_is_refused(proxy: Proxy) -> None:
    status, _, _ = proxy.ask(
        "PUT", "/graph-store?default", b"", Content_Length=str(64 * 2**20 + 1),
        Content_Type="text/turtle", Authorization=f"Bearer {proxy.token}",
    )  # fmt: skip
    assert status == 413


def test_whoever_knocks_too_often_is_told_so(proxy: Proxy) -> None:
    """Many requests at once on one connection, so that a busy machine sends them fast enough."""
    asked = f"GET /health HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    last = asked.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    received = b""
    with (
        socket.create_connection(("127.0.0.1", proxy.https), timeout=30) as plain,
        _unchecked().wrap_socket(plain) as line,
    ):
        line.sendall(asked * 199 + last)
        while chunk := line.recv(65536):
            received += chunk
    statuses = re.findall(rb"HTTP/1.1 (\d+) ", received)
    assert len(statuses) == 200
    assert set(statuses) == {b"200", b"429"}


def _unchecked() -> ssl.SSLContext:
    """TLS with whoever answers."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
