"""Who asks: the name that budgets, fair queues and the log know a client by."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import g, has_request_context, request

from service.errors import request_id

#: The service itself: pages that are read ahead, health checks. It has no budget.
HOUSE = "critmat"
#: The network that one holder of IPv6 addresses usually has whole.
_IPV6_NETWORK = 64
#: Some proxies write the port behind the address.
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and in which request; ``request_id`` is empty outside of any."""

    client: str = HOUSE
    request_id: str = ""


def asker_of_request(trusted_proxies: int, token: Callable[[], str]) -> Asker:
    """Who asks in the present request: the holder of the token that ``token`` names, else the
    address; the service itself outside of any request."""
    if not has_request_context():
        return Asker()
    if "asker" not in g:
        name = token()
        client = f"token:{name}" if name else address_of(request.environ, trusted_proxies)
        g.asker = Asker(client, request_id())
    return cast(Asker, g.asker)


def address_of(environ: Mapping[str, Any], trusted_proxies: int) -> str:
    """The address that a request comes from; of IPv6 its network of 64 bits.

    With ``trusted_proxies``, it is the one that the outermost of them saw: as many places from the
    end of ``X-Forwarded-For``. What stands further left is the client's own word and counts for
    nothing. A request that did not pass all of the proxies, or bears no address there, is known
    by its connection.
    """
    peer = str(environ.get("REMOTE_ADDR", ""))
    if trusted_proxies:
        forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")
        if len(forwarded) >= trusted_proxies:
            return _network(forwarded[-trusted_proxies]) or _network(peer) or peer
    return _network(peer) or peer


def _network(text: str) -> str:
    """The address, or the network of an IPv6 address; empty where it is neither.

    >>> _network("2001:db8:1:2:3::4"), _network("::ffff:192.0.2.1"), _network("192.0.2.1:55")
    ('2001:db8:1:2::/64', '192.0.2.1', '192.0.2.1')
    """
    text = text.strip()
    if match := _WITH_PORT.fullmatch(text):
        text = match[1] or match[2] or ""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), _IPV6_NETWORK), strict=False))
