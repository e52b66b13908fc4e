"""Who asks: by the connection, or by what trusted proxies say."""

from __future__ import annotations

import pytest
from flask import Flask

from service.traffic.client import HOUSE, address_of, asker_of_request


@pytest.mark.parametrize(
    ("peer", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_a_client_is_an_address_or_a_network(peer: str, client: str) -> None:
    assert address_of({"REMOTE_ADDR": peer}, 0) == client


def test_what_a_client_says_of_itself_counts_for_nothing() -> None:
    environ = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}
    assert address_of(environ, 0) == "192.0.2.1"


@pytest.mark.parametrize(
    ("forwarded", "proxies", "client"),
    [
        ("198.51.100.1", 1, "198.51.100.1"),
        ("6.6.6.6, 198.51.100.1", 1, "198.51.100.1"),
        ("6.6.6.6, 198.51.100.1,192.0.2.7", 2, "198.51.100.1"),
        ("198.51.100.1:4711", 1, "198.51.100.1"),
        ("[2001:db8::1]:4711", 1, "2001:db8::/64"),
        # Did not come through both proxies, or bears no address: the connection counts.
        ("198.51.100.1", 2, "192.0.2.1"),
        ("", 1, "192.0.2.1"),
        ("unknown", 1, "192.0.2.1"),
        ("198.51.100.1, ' OR 1=1", 1, "192.0.2.1"),
    ],
)
def test_behind_proxies_the_address_that_the_outermost_saw(
    forwarded: str, proxies: int, client: str
) -> None:
    environ = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": forwarded}
    assert address_of(environ, proxies) == client


def test_whoever_bears_a_token_is_known_by_it(app: Flask) -> None:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        assert asker_of_request(0, lambda: "curator").client == "token:curator"
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        assert asker_of_request(0, str).client == "192.0.2.1"


def test_outside_of_requests_the_service_itself_asks() -> None:
    assert asker_of_request(0, str).client == HOUSE
