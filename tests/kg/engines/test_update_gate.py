"""The gate for updates: data are free, operations are counted, nothing calls out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.engines.engine import ForbiddenQueryError, MalformedQueryError, QueryTooLargeError
from kg.engines.gate import GateLimits
from kg.engines.update_gate import check_load, check_update

LIMITS = GateLimits(size=4 * 1024 * 1024)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <x:a> <x:b> 1 }",
        "INSERT DATA { " + "<x:a> <x:b> 1, 2 ; <x:c> (3 4) . " * 5_000 + "}",
        "INSERT DATA { GRAPH <x:g> { " + "<x:a> <x:b> 1 . " * 20_000 + "} }",
        "insert data { <x:a> <x:b> 1 } ;\n" * 5_000,
        "DELETE DATA { " + "<x:a> <x:b> 1 . " * 20_000 + "} ; CLEAR ALL",
        "PREFIX load: <x:> CLEAR GRAPH load:a ; WITH load:g DELETE { ?s load:b ?o } WHERE "
        "{ ?s load:b ?o } ; COPY load:a TO load:b ; ADD load:a TO load:c ; DROP SILENT load:d",
        "LOAD SILENT <x:y>",
        "load silent <x:y> INTO GRAPH <x:g> ; CREATE GRAPH <x:h>",
        "LOADSILENT<x:y>",
        "INSERT DATA { <x:LOAD> <x:b> 'LOAD <x:y>' } # LOAD <x:y>",
        "",
    ],
)
def test_these_pass(update: str) -> None:
    check_update(update, LIMITS)
    check_load(update, LIMITS)


@pytest.mark.parametrize(
    ("update", "place"),
    [
        ("LOAD <x:y>", "Line 1, column 1: LOAD fetches"),
        ("CLEAR ALL ;\n  lOaD<x:y> INTO GRAPH <x:g>", "Line 2, column 3: LOAD fetches"),
        ("LOAD # SILENT\n<x:y>", "Line 1, column 1"),
        ("PREFIX x: <x:> LOADx:y", "Line 1, column 16"),
        ("PREFIX : <x:> LOAD:y", "Line 1, column 15"),
        ("\\u004COAD <x:y>", "Line 1, column 1"),
        ("LOAD", "Line 1, column 1"),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <x:y> { ?s ?p ?o } }", "Line 1, column 29: SERVICE"),
        ("INSERT { ?s ?p ?o } WHERE { SERVICEx:y { ?s ?p ?o } }", "Line 1, column 29: SERVICE"),
        ("DELETE { ?s ?p 1 } WHERE { S\\u0045RVICE <x:y> { } }", "Line 1, column 28: SERVICE"),
    ],
)
def test_these_call_out(update: str, place: str) -> None:
    check = check_update if update.startswith(("INSERT", "DELETE")) else check_load
    with pytest.raises(ForbiddenQueryError) as error:
        check(update, LIMITS)
    assert str(error.value).startswith(place)


def test_what_is_no_data_is_counted() -> None:
    for text in (
        "INSERT { %s } WHERE {}",
        "DELETE WHERE { %s }",
        "DELETE { ?s ?p ?o } WHERE { %s }",
        "INSERT DATA { } ; INSERT { %s } WHERE {}",
    ):
        check_update(text % ("<x:a> <x:b> 1 . " * 900), LIMITS)
        with pytest.raises(QueryTooLargeError, match="more than 2,000 operations"):
            check_update(text % ("<x:a> <x:b> 1 . " * 2_100), LIMITS)


def test_data_may_not_nest_deeply() -> None:
    deep = "INSERT DATA {{ <x:a> <x:b> {} 1 {} }}"
    check_update(deep.format("[ <x:c> " * 99, "]" * 99), LIMITS)
    with pytest.raises(QueryTooLargeError, match="nested more than 100 deep"):
        check_update(deep.format("[ <x:c> " * 100, "]" * 100), LIMITS)


def test_size_has_a_limit() -> None:
    check_update("CLEAR ALL".ljust(LIMITS.size), LIMITS)
    with pytest.raises(QueryTooLargeError, match="The update has 4,194,305 bytes"):
        check_update("CLEAR ALL".ljust(LIMITS.size + 1), LIMITS)


def test_brackets_and_strings_are_closed() -> None:
    for text, place in (("INSERT DATA { <x:a> <x:b> 1", (1, 13)), ("INSERT DATA { 'a }", (1, 15))):
        with pytest.raises(MalformedQueryError) as error:
            check_update(text, LIMITS)
        assert (error.value.line, error.value.column) == place


_PIECES = ["LOAD", "SILENT", "INSERT", "DATA", "{", "}", ";", " ", "<x:y>", "x:y", "'", "#", "\n",
           "\\u004C", "SERVICE", "(", ")", "DELETE", "WHERE", "?x", "1", "."]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES)).map("".join) | st.text())
def test_whatever_comes_only_its_own_errors_are_raised(text: str) -> None:
    try:
        check_update(text, LIMITS)
        check_load(text, LIMITS)
    except (MalformedQueryError, ForbiddenQueryError) as error:
        assert error.message
