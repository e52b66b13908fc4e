"""The tables of facts as they are, and answers of questions in the same words."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import Query
from kg.questions import Catalogue, Cell, ResultTable, ask
from kg.shipped import facts_dir

Row = Mapping[str, str]


@cache
def table(*names: str) -> list[Row]:
    """The rows of some tables of facts, one after the other."""
    rows: list[Row] = []
    for name in names:
        with (facts_dir() / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def items(cell: str) -> list[str]:
    return [item.strip() for item in cell.split(";") if item.strip()]


def asked(engine: EmbeddedEngine, question: str, **values: str | list[str]) -> ResultTable:
    given = {
        name.rstrip("_"): [value] if isinstance(value, str) else value
        for name, value in values.items()
    }
    return ask(engine, Catalogue.load()[question], given)


def local(cell: Cell | None) -> str:
    """The last part of the name of a thing, or the text of a literal; empty for an empty cell."""
    if cell is None:
        return ""
    return cell.name.partition(":")[2] if cell.iri else cell.text


def columns(answer: ResultTable, *names: str) -> list[tuple[str, ...]]:
    return sorted(tuple(local(row.get(name)) for name in names) for row in answer.rows)


def things(cell: Cell | None) -> set[str]:
    return {local(item) for item in cell.items} if cell else set()


@cache
def items_of_contents(engine: EmbeddedEngine) -> Mapping[str, set[str]]:
    """The items that each content rests on, by their ids."""
    text = """
        PREFIX cm: <https://w3id.org/critmat/ontology#>
        SELECT ?content ?item { ?content cm:itemOfProduct|cm:itemOfSubstance ?item }"""
    found: dict[str, set[str]] = {}
    with engine.query(Query(text)) as answer:
        for row in json.loads(answer.read())["results"]["bindings"]:
            content, item = (row[name]["value"].split("/")[-1] for name in ("content", "item"))
            found.setdefault(content, set()).add(item)
    return found


def records(engine: EmbeddedEngine, row: Mapping[str, Cell]) -> set[str]:
    """The records that a row rests on, for each content its items."""
    of_contents = items_of_contents(engine)
    return {item for name in things(row["record"]) for item in of_contents.get(name, {name})}


def worded(cell: Cell | None) -> set[str]:
    """What stands in a text of several parts."""
    return set(items(cell.text)) if cell else set()


def begun(start: str, day: str) -> bool:
    """Whether a day, month or year has begun by a day."""
    return day[: len(start)] >= start


def listed_shares(engine: EmbeddedEngine) -> dict[str, set[str]]:
    """The shares of suppliers that each listing of imports holds."""
    text = (
        "PREFIX cm: <https://w3id.org/critmat/ontology#>"
        "SELECT ?listing ?share { ?listing a cm:ImportListing ; cm:listsShare ?share }"
    )
    with engine.query(Query(text)) as answer:
        rows = json.loads(answer.read())["results"]["bindings"]
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        listing, share = (row[name]["value"].rpartition("/")[2] for name in ("listing", "share"))
        found[listing].add(share)
    return found
