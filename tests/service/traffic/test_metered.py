"""What goes through the metered engine is charged, registered, measured, and can be stopped."""

from __future__ import annotations

import gc
import json
import logging
import threading
import time
from collections.abc import Callable

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import (
    AbandonedError,
    Abandonment,
    BrokenAnswerError,
    DeadlineExceededError,
    MalformedQueryError,
    OverloadedError,
    Query,
)
from service.spool import Spool
from service.traffic.client import Asker
from service.traffic.ledger import Budget, BudgetExceededError, Ledger
from service.traffic.metered import MeteredEngine, Traffic
from service.traffic.metrics import Metrics
from service.traffic.running import (
    CancelledQueryError,
    RunningQueries,
    RunningQuery,
    RunningQueryNotFoundError,
)

LIGHT = "SELECT ?s { ?s ?p ?o } LIMIT 3"
#: Counts what nobody can count in time.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
#: Gives rows at once, and never ends.
FLOWING = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"

Make = Callable[..., MeteredEngine]


@pytest.fixture
def traffic() -> Traffic:
    return Traffic(Ledger(Budget()), RunningQueries(), Metrics(), slow=60)


def metered(engine: EmbeddedEngine, traffic: Traffic) -> MeteredEngine:
    return MeteredEngine(engine, traffic, lambda: Asker("192.0.2.1", "request-1"))


def with_budget(**budget: float) -> Traffic:
    return Traffic(Ledger(Budget(**budget)), RunningQueries(), Metrics(), slow=60)  # type: ignore[arg-type]


def count(traffic: Traffic, name: str, **labels: str) -> float:
    return traffic.metrics.registry.get_sample_value(name, labels) or 0.0


def ends(traffic: Traffic, outcome: str) -> float:
    return count(traffic, "critmat_queries_total", lane="light", work="query", outcome=outcome)


def the_running_query(traffic: Traffic) -> RunningQuery:
    """The one query that an engine works on, as soon as one does."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        for query in traffic.running.all():
            if query.worked():
                return query
        time.sleep(0.01)
    raise AssertionError("no query runs")


def test_the_answer_is_that_of_the_engine(small_engine: EmbeddedEngine, traffic: Traffic) -> None:
    with small_engine.query(Query(LIGHT)) as answer:
        plain = answer.read()
    with metered(small_engine, traffic).query(Query(LIGHT)) as answer:
        assert answer.read() == plain
    assert (answer.media_type, answer.snapshot_id) == (
        "application/sparql-results+json",
        small_engine.snapshot_id,
    )
    assert ends(traffic, "answered") == 1
    assert count(traffic, "critmat_query_seconds_count", lane="light") == 1
    assert count(traffic, "critmat_queries_running", lane="light") == 0
    assert traffic.running.all() == []


def test_each_end_has_its_name(small_engine: EmbeddedEngine, traffic: Traffic) -> None:
    engine = metered(small_engine, traffic)
    with pytest.raises(MalformedQueryError):
        engine.query(Query("SELEKT"))
    with pytest.raises(DeadlineExceededError):
        engine.query(Query(ENDLESS, timeout=0.1))
    engine.query(Query(FLOWING)).close()
    assert (ends(traffic, "malformed"), ends(traffic, "deadline")) == (1, 1)
    assert ends(traffic, "closed early") == 1
    assert traffic.running.all() == []


def test_failures_by_the_clients_own_fault_use_up_its_errors(small_engine: EmbeddedEngine) -> None:
    traffic = with_budget(errors=2)
    engine = metered(small_engine, traffic)
    gone = Abandonment()
    gone.leave()
    for _ in range(3):
        with pytest.raises(AbandonedError):  # no fault: it did not want the answer any more
            engine.query(Query(LIGHT, asker=gone))
    for query in (Query("SELEKT"), Query(ENDLESS, timeout=0.1)):
        with pytest.raises((MalformedQueryError, DeadlineExceededError)):
            engine.query(query)
    with pytest.raises(BudgetExceededError):
        engine.query(Query(LIGHT))
    assert count(traffic, "critmat_queries_refused_total", lane="light") == 1


def test_time_is_charged_even_where_the_client_hangs_up(small_engine: EmbeddedEngine) -> None:
    traffic = with_budget(seconds=0.2)
    engine = metered(small_engine, traffic)
    answer = engine.query(Query(FLOWING))
    time.sleep(0.25)
    answer.close()
    with pytest.raises(BudgetExceededError):
        engine.query(Query(LIGHT))


def test_a_query_that_names_its_client_is_charged_to_that_one(
    small_engine: EmbeddedEngine,
) -> None:
    engine = metered(small_engine, with_budget(errors=1))
    with pytest.raises(MalformedQueryError):
        engine.query(Query("SELEKT", client="somebody"))
    with pytest.raises(BudgetExceededError):
        engine.query(Query(LIGHT, client="somebody"))
    engine.query(Query(LIGHT)).read()


def test_what_runs_is_listed_and_can_be_stopped(
    small_engine: EmbeddedEngine, traffic: Traffic
) -> None:
    engine = metered(small_engine, traffic)
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            engine.query(Query(ENDLESS, timeout=30))
        except CancelledQueryError as error:
            failed.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    query = the_running_query(traffic)
    assert (query.asker.client, query.asker.request_id) == ("192.0.2.1", "request-1")
    assert query.text == ENDLESS
    traffic.running.cancel(query.id)
    asking.join(timeout=20)
    assert len(failed) == 1
    assert ends(traffic, "cancelled") == 1
    with pytest.raises(RunningQueryNotFoundError):
        traffic.running.cancel(query.id)


def test_who_reads_an_answer_that_is_stopped_hears_why(
    small_engine: EmbeddedEngine, traffic: Traffic
) -> None:
    answer = metered(small_engine, traffic).query(Query(FLOWING))
    chunks = iter(answer)
    next(chunks)
    traffic.running.cancel(the_running_query(traffic).id)
    with pytest.raises(BrokenAnswerError, match="administrator") as caught:
        list(chunks)
    assert isinstance(caught.value.__cause__, CancelledQueryError)


def test_an_answer_that_is_kept_first_has_the_status_of_what_stopped_it(
    small_engine: EmbeddedEngine, traffic: Traffic
) -> None:
    answer = metered(small_engine, traffic).query(Query(FLOWING))
    traffic.running.cancel(the_running_query(traffic).id)
    with pytest.raises(CancelledQueryError) as caught:
        Spool(limit=2**30, at_once=2).keep(answer)
    assert caught.value.http_status == 503


def test_a_client_that_hangs_up_stops_its_query(
    small_engine: EmbeddedEngine, traffic: Traffic
) -> None:
    asker = Abandonment()
    threading.Timer(0.2, asker.leave).start()
    with pytest.raises(AbandonedError):
        metered(small_engine, traffic).query(Query(ENDLESS, timeout=30, asker=asker))
    assert ends(traffic, "abandoned") == 1


def test_an_answer_that_nobody_closes_is_not_counted_for_ever(
    small_engine: EmbeddedEngine,
) -> None:
    traffic = with_budget(queries=1)
    engine = metered(small_engine, traffic)
    engine.query(Query(FLOWING))
    gc.collect()
    engine.query(Query(LIGHT)).read()
    assert ends(traffic, "closed early") == 1


def test_slow_queries_are_written_to_the_log(
    small_engine: EmbeddedEngine, caplog: pytest.LogCaptureFixture
) -> None:
    traffic = Traffic(Ledger(Budget()), RunningQueries(), Metrics(), slow=0.1)
    engine = metered(small_engine, traffic)
    with caplog.at_level(logging.WARNING, "critmat.slow"):
        engine.query(Query(LIGHT)).read()
        with pytest.raises(DeadlineExceededError):
            engine.query(Query(ENDLESS, timeout=0.3))
    (line,) = caplog.records
    fields = line.fields  # type: ignore[attr-defined]
    assert fields["text"] == ENDLESS
    assert fields["seconds"] > 0.1
    assert (fields["outcome"], fields["request_id"]) == ("deadline", "request-1")
    assert json.dumps(fields)


def test_a_change_is_charged_from_its_turn_on(small_engine: EmbeddedEngine) -> None:
    now = [1000.0]
    ledger = Ledger(Budget(seconds=60, errors=2), clock=lambda: now[0])
    traffic = Traffic(ledger, RunningQueries(), Metrics(), slow=60)
    engine = metered(small_engine, traffic)
    with engine.changing():
        now[0] += 600  # it waits
    with engine.changing() as begun:
        begun()
        now[0] += 59
    with engine.changing() as begun:
        begun()
        now[0] += 61
    with pytest.raises(BudgetExceededError), engine.changing():
        pytest.fail("the budget is used up")
    assert count(traffic, "critmat_queries_refused_total", lane="light") == 1


def test_a_change_that_fails_by_its_sender_counts_as_an_error(
    small_engine: EmbeddedEngine,
) -> None:
    traffic = with_budget(errors=1)
    engine = metered(small_engine, traffic)
    for error in (OverloadedError("Too many wait."), MalformedQueryError("It ends too early.")):
        with pytest.raises(type(error)), engine.changing():
            raise error
    with pytest.raises(BudgetExceededError), engine.changing():
        pytest.fail("the budget is used up")
