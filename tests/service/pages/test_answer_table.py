"""How an answer is laid out for reading: nothing is lost, nothing is said twice."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from kg.namespaces import GRAPH, XSD
from kg.questions import Cell, Column, ResultTable
from service.pages.answer_table import MAXIMUM_ROWS, AnswerTable, lay_out


def thing(name: str) -> Cell:
    return Cell(name, iri=f"https://w3id.org/critmat/id/{name}")


def figure(value: float) -> Cell:
    return Cell(str(value), datatype=f"{XSD}double")


def laid_out(columns: list[Column], rows: list[dict[str, Cell]]) -> AnswerTable:
    return lay_out(cast(ResultTable, SimpleNamespace(columns=tuple(columns), rows=tuple(rows))))


PRODUCT, PART = Column("product", "Product"), Column("part", "Part")
ELEMENT = Column("element", "Element")
SHARE = Column("share", "Share", unit="%")
YEAR, STAGE = Column("year", "Year"), Column("stage", "Stage")
EVIDENCE = Column("evidence", "Evidence", role="evidence")


def test_what_is_the_same_in_every_row_is_said_once() -> None:
    rows = [{"product": thing(p), "stage": thing("refining"), "part": thing(p)} for p in "ab"]
    table = laid_out([PRODUCT, STAGE, PART], rows)
    assert table.constants == ((STAGE, thing("refining")),)
    assert table.columns == (PART,)


def test_a_single_row_keeps_its_columns() -> None:
    table = laid_out([PRODUCT, STAGE], [{"product": thing("a"), "stage": thing("refining")}])
    assert (table.constants, table.columns) == ((), (STAGE,))


def test_evidence_always_stays_with_its_row() -> None:
    rows = [{"product": thing(p), "evidence": thing("named")} for p in "ab"]
    assert laid_out([PRODUCT, EVIDENCE], rows).columns == (EVIDENCE,)


def test_what_hangs_on_one_column_moves_to_a_table_of_its_own() -> None:
    known = {"nd": (91.3, "2024", "x"), "ree": (93.0, "2023", "y")}
    rows = [
        {
            "product": thing(f"p{n}"),
            "part": thing(f"part{n % 3}"),
            "element": thing(element),
            "share": figure(known[element][0]),
            "year": Cell(known[element][1]),
            "stage": thing(known[element][2]),
        }
        for n, element in enumerate(["nd", "ree"] * 3)
    ]
    table = laid_out([PRODUCT, PART, ELEMENT, SHARE, YEAR, STAGE], rows)
    assert table.keys is not None
    assert table.keys.key is ELEMENT
    assert [row["element"].text for row in table.keys.rows] == ["nd", "ree"]
    assert [row["share"].number for row in table.keys.rows] == [91.3, 93.0]
    assert table.columns == (PART, ELEMENT, SHARE)


def test_rows_of_one_thing_stand_together() -> None:
    rows = [{"product": thing(p), "part": thing(p + str(n))} for n, p in enumerate("aba")]
    groups = laid_out([PRODUCT, PART], rows).groups
    assert [(g.head.text if g.head else "", len(g.entries)) for g in groups] == [("a", 2), ("b", 1)]


def test_a_column_that_says_nothing_is_named_as_such() -> None:
    rows = [{"product": thing(p), "part": Cell("")} for p in "ab"]
    assert laid_out([PRODUCT, PART], rows).empty == (PART,)


def test_an_amount_is_read_in_one_cell() -> None:
    columns = [PRODUCT, *(Column(n, n) for n in ("amount", "amount_high", "unit", "amount_of"))]
    rows = [
        {"product": thing(p), "amount": figure(n), "unit": Cell("kilogram")}
        for n, p in enumerate("ab")
    ]
    table = laid_out(columns, rows)
    assert [column.name for column in table.columns] == ["amount"]
    assert table.constants == ()


def test_sources_stand_in_the_order_of_mention() -> None:
    source = Column("source", "Source", role="source", list=True)
    first, second = Cell("one", iri=f"{GRAPH}one"), Cell("two", iri=f"{GRAPH}two")
    rows = [
        {"product": thing("a"), "source": Cell("", items=(second, first))},
        {"product": thing("b"), "source": Cell("", items=(first,))},
    ]
    assert laid_out([PRODUCT, source], rows).sources == (f"{GRAPH}two", f"{GRAPH}one")


def test_statements_that_differ_in_words_only_are_one_entry() -> None:
    note = Column("note", "What the source says")
    source = Column("source", "Source", role="source", list=True)
    rows = [
        {
            "product": thing("a"),
            "evidence": thing("group"),
            "note": Cell(words),
            "source": Cell("", items=(Cell(words, iri=f"{GRAPH}{words}"),)),
        }
        for words in ("one", "two")
    ]
    table = laid_out([PRODUCT, EVIDENCE, note, source], rows)
    [group] = table.groups
    [entry] = group.entries
    assert [row["note"].text for row in entry.statements] == ["one", "two"]
    assert table.told == (note, source)
    assert table.columns == (EVIDENCE,)


def test_things_stand_under_their_strongest_evidence() -> None:
    rows = [
        {"product": thing("a"), "evidence": thing("named")},
        {"product": thing("b"), "evidence": thing("group")},
        {"product": thing("a"), "evidence": thing("group")},
    ]
    sections = laid_out([PRODUCT, EVIDENCE], rows).sections
    found = [
        (s.level and s.level.text, [g.head and g.head.text for g in s.groups]) for s in sections
    ]
    assert found == [("named", ["a"]), ("group", ["b"])]


def test_weaker_evidence_is_folded_where_there_is_much() -> None:
    levels = ["named"] * 50 + ["group"] * 50
    rows = [{"product": thing(f"p{n}"), "evidence": thing(e)} for n, e in enumerate(levels)]
    assert [s.open for s in laid_out([PRODUCT, EVIDENCE], rows).sections] == [True, False]


def test_a_long_list_of_names_leaves_the_table() -> None:
    plants = Column("plants", "Facilities")
    names = [f"Plant number {n} with a long name" for n in range(9)]
    rows = [{"product": thing(p), "plants": Cell("; ".join(names))} for p in "ab"]
    table = laid_out([PRODUCT, plants], rows)
    assert table.lists == ((plants, tuple(names)),)
    assert table.constants == ()


def test_what_the_words_say_is_not_said_again() -> None:
    rows = [{"product": thing(p), "stage": thing(p)} for p in "ab"]
    assert (
        lay_out(
            cast(ResultTable, SimpleNamespace(columns=(PRODUCT, STAGE), rows=tuple(rows))),
            {"stage"},
        ).columns
        == ()
    )


def test_a_page_has_an_end() -> None:
    rows = [{"product": thing(f"p{n}")} for n in range(MAXIMUM_ROWS + 5)]
    table = laid_out([PRODUCT], rows)
    assert (table.row_count, table.hidden) == (MAXIMUM_ROWS, 5)
