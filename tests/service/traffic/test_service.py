"""Budgets, running queries, metrics and the log of a real server."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from service.access.principal import Role
from tests.service.traffic.conftest import ERRORS, QUERIES, Reply, Service

LIGHT = "ASK { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


def as_admin(busy: Service, path: str, method: str = "GET") -> Reply:
    return busy.send(path, method, Authorization=f"Bearer {busy.tokens[Role.ADMIN]}")


def running(busy: Service, client: str, number: int = 1) -> list[dict[str, Any]]:
    """The queries of a client, as soon as an engine works on one and so many are there."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        found = [q for q in as_admin(busy, "/queries").json["queries"] if q["client"] == client]
        if len(found) >= number and any(q["seconds"] > 0 for q in found):
            return found
        time.sleep(0.05)
    raise AssertionError("the query does not run")


def stop_all(busy: Service, client: str, asking: list[Future[Reply]]) -> list[Reply]:
    while any(not future.done() for future in asking):
        for query in as_admin(busy, "/queries").json["queries"]:
            if query["client"] == client:
                as_admin(busy, f"/queries/{query['id']}", "DELETE")
        time.sleep(0.05)
    return [future.result() for future in asking]


def fail_until_refused(busy: Service, client: str) -> int:
    """How many malformed queries were taken; on a slow machine some flow out meanwhile."""
    for number in range(4 * ERRORS):
        if busy.query("SELEKT", client=client).status == 429:
            return number
    raise AssertionError("nothing is refused")


def test_errors_of_one_client_use_up_its_budget_and_no_others(busy: Service) -> None:
    assert fail_until_refused(busy, "198.51.100.1") >= ERRORS
    refused = busy.query("SELEKT", client="198.51.100.1")
    assert refused.status == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert refused.json["remedy"]
    assert busy.query(LIGHT, client="198.51.100.2").status == 200
    # What needs no query is still there, and the service is not unready because of one client.
    assert busy.send("/static/critmat.css", client="198.51.100.1").status == 200
    assert busy.send("/ready", client="198.51.100.1").status == 200


def test_a_client_sends_so_many_queries_at_a_time(busy: Service) -> None:
    client = "198.51.100.3"
    with ThreadPoolExecutor(QUERIES) as threads:
        asking = [threads.submit(busy.query, ENDLESS, client=client) for _ in range(QUERIES)]
        running(busy, client, QUERIES)
        refused = busy.query(LIGHT, client=client)
        assert (refused.status, refused.headers["retry-after"]) == (429, "1")
        assert busy.query(LIGHT, client="198.51.100.4").status == 200
        stop_all(busy, client, asking)
    assert busy.query(LIGHT, client=client).status == 200


def test_an_administrator_sees_what_runs_and_stops_it(busy: Service) -> None:
    client = "2001:db8:1:2::7"
    with ThreadPoolExecutor(1) as threads:
        asking = threads.submit(busy.query, ENDLESS, client=client, **{"X-Request-Id": "mine-1"})
        (query,) = running(busy, "2001:db8:1:2::/64")
        assert (query["text"], query["request_id"]) == (ENDLESS, "mine-1")
        assert (query["lane"], query["work"]) == ("open", "query")
        assert as_admin(busy, f"/queries/{query['id']}", "DELETE").json["cancelled"]["id"]
        stopped = asking.result(timeout=20)
    assert stopped.status == 503
    assert "administrator" in stopped.json["detail"]
    gone = as_admin(busy, f"/queries/{query['id']}", "DELETE")
    assert gone.status == 404
    (noted,) = [line for line in busy.logged() if line["message"] == "query cancelled"
                and line["sent_as"] == "mine-1"]  # fmt: skip
    assert noted["by"] == "admin"


def test_only_administrators_see_and_stop_queries(busy: Service) -> None:
    for path, method in (("/queries", "GET"), ("/queries/0", "DELETE")):
        without = busy.send(path, method)
        assert without.status == 401
        assert without.headers["www-authenticate"].startswith("Bearer")
        for role in (Role.WRITER, Role.EDITOR):
            bearer = f"Bearer {busy.tokens[role]}"
            assert busy.send(path, method, Authorization=bearer).status == 403


def test_whoever_bears_a_token_has_a_budget_of_its_own(busy: Service) -> None:
    client = "198.51.100.5"
    fail_until_refused(busy, client)
    bearer = f"Bearer {busy.tokens[Role.WRITER]}"
    assert busy.query(LIGHT, client=client, Authorization=bearer).status == 200


def test_metrics(busy: Service) -> None:
    busy.query(LIGHT, client="198.51.100.6")
    reply = busy.send("/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=")
    text = reply.body.decode()
    for line in (
        'critmat_queries_total{lane="open",outcome="answered",work="query"}',
        'critmat_requests_total{method="GET",route="/sparql",status="200"}',
        'critmat_query_seconds_bucket{lane="open",le="+Inf"}',
        'critmat_process_memory_bytes{kind="engine"}',
        "critmat_engine_ready 1.0",
        "process_open_fds",
    ):
        assert line in text
    # Nobody learns from here who asks, or what.
    assert "198.51.100" not in text
    assert "ASK" not in text
    wanted = busy.send("/metrics", Accept="application/openmetrics-text; version=1.0.0")
    assert wanted.headers["content-type"].startswith("application/openmetrics-text")
    assert wanted.body.endswith(b"# EOF\n")


def test_strangers_make_no_new_series(busy: Service) -> None:
    for number in range(3):
        busy.send(f"/nothing-{number}", f"BREW{number}", client="198.51.100.7")
    text = busy.send("/metrics").body.decode()
    assert "nothing-" not in text
    assert "BREW" not in text
    assert 'route="none"' in text


def test_every_request_has_a_line_in_the_log(busy: Service) -> None:
    reply = busy.query(LIGHT, client="198.51.100.8", **{"X-Request-Id": "line-1"})
    lines = [line for line in busy.logged() if line.get("request_id") == "line-1"]
    assert [line["message"] for line in lines] == ["GET /sparql"]
    assert (lines[0]["client"], lines[0]["status"]) == ("198.51.100.8", 200)
    assert lines[0]["bytes"] == len(reply.body)


def test_slow_queries_are_logged_with_their_text(busy: Service) -> None:
    reply = busy.query(ENDLESS, 1.5, client="198.51.100.9", **{"X-Request-Id": "slow-1"})
    assert reply.status == 504
    (line,) = [
        line
        for line in busy.logged()
        if line["logger"] == "critmat.slow" and line["request_id"] == "slow-1"
    ]
    assert (line["text"], line["outcome"]) == (ENDLESS, "deadline")


def test_light_queries_are_answered_beside_24_heavy_clients(busy: Service) -> None:
    over = threading.Event()
    heavy: list[Reply] = []

    def insist(number: int) -> None:
        while not over.is_set():
            heavy.append(busy.query(ENDLESS, 1, client=f"203.0.113.{number}"))

    with ThreadPoolExecutor(24) as threads:
        asking = [threads.submit(insist, number) for number in range(24)]
        light = [
            busy.send(path, client=f"192.0.2.{number}")
            for number in range(6)
            for path in ("/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D", "/sources", "/ready")
        ]
        over.set()
        for future in asking:
            future.result()
    assert {reply.status for reply in light} == {200}
    # Each was stopped at its deadline, made way for others, or had used up its budget.
    assert {reply.status for reply in heavy} <= {429, 503, 504}
    assert all(reply.json["detail"] for reply in heavy)
    assert busy.send("/ready").status == 200
