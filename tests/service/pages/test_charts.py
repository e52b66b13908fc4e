"""Charts: what is drawn, and in words what it shows."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

from flask import Flask

from kg.namespaces import CMD, XSD
from kg.questions import BoundQuestion, Cell, Column, ResultTable
from kg.questions.question import View
from service.pages.charts import MOST_BARS, Chart, charts


def number(value: float) -> Cell:
    return Cell(str(value), datatype=f"{XSD}decimal")


def thing(name: str, label: str) -> Cell:
    return Cell(label, iri=f"{CMD}{name}")


def drawn(app: Flask, kind: str, parts: dict[str, str], rows: list[dict[str, Cell]],
          columns: list[Column]) -> list[Chart]:  # fmt: skip
    question = SimpleNamespace(views=(View("table"), View(kind, parts)))
    bound = cast(BoundQuestion, SimpleNamespace(question=question))
    with app.test_request_context():
        return charts(ResultTable(bound, tuple(columns), tuple(rows), {}, "x"))


PLACE, VALUE = Column("place", "Country"), Column("value", "Output", unit_from="unit")
UNIT, YEAR = Column("unit", "Unit"), Column("year", "Year")
FROM, TO = Column("a", "Form"), Column("b", "Product")


def one(found: list[Chart]) -> tuple[Any, str]:
    [chart] = found
    return dict(chart.data), chart.description.replace("\u00a0", " ")


def row(place: str, value: float, unit: str = "tonne", **more: Cell) -> dict[str, Cell]:
    return {"place": Cell(place), "value": number(value), "unit": Cell(unit), **more}


def test_bars_stand_by_size_and_the_words_name_the_largest(app: Flask) -> None:
    rows = [row("Chile", 5), row("China", 120000), row("Peru", 7.25), row("Cuba", 1)]
    data, words = one(drawn(app, "bar", {"x": "place", "y": "value"}, rows, [PLACE, VALUE, UNIT]))
    assert data["categories"] == ["China", "Peru", "Chile", "Cuba"]
    assert data["series"] == [{"name": "", "values": [120000, 7.25, 5, 1]}]
    assert data["unit"] == "tonnes"
    assert words == (
        "Output of 4 countries. The largest are China with 120,000 tonnes, Peru with 7.25 tonnes "
        "and Chile with 5 tonnes."
    )


def test_another_unit_is_not_drawn_on_the_same_axis(app: Flask) -> None:
    rows = [row("Chile", 5), row("Peru", 6), row("Cuba", 9000, "carat")]
    data, words = one(drawn(app, "bar", {"x": "place", "y": "value"}, rows, [PLACE, VALUE, UNIT]))
    assert data["categories"] == ["Peru", "Chile"]
    assert "1 more row stands in another unit, only in the table." in words


def test_many_bars_are_cut_and_the_words_say_so(app: Flask) -> None:
    rows = [row(f"c{n}", n) for n in range(MOST_BARS + 4)]
    data, words = one(drawn(app, "bar", {"x": "place", "y": "value"}, rows, [PLACE, VALUE, UNIT]))
    assert len(data["categories"]) == MOST_BARS
    assert "4 more countries stand in the table, not in the chart." in words


def test_figures_for_the_same_are_not_added_up(app: Flask) -> None:
    data, words = one(
        drawn(app, "bar", {"x": "place", "y": "value"}, [row("Chile", 5), row("Chile", 3)],
              [PLACE, VALUE, UNIT])
    )  # fmt: skip
    assert data["series"][0]["values"] == [5]
    assert "the largest is drawn" in words


def test_lines_run_over_the_years_with_gaps(app: Flask) -> None:
    rows = [
        row("China", value, year=Cell(year))
        for year, value in (("2020", 3.0), ("2018", 1.0), ("2022", 9.0))
    ] + [row("Chile", 4, year=Cell("2018"))]
    data, words = one(
        drawn(app, "line", {"x": "year", "y": "value", "series": "place"}, rows,
              [YEAR, PLACE, VALUE, UNIT])
    )  # fmt: skip
    assert data["categories"] == ["2018", "2020", "2022"]
    assert data["series"] == [
        {"name": "China", "values": [1, 3, 9]},
        {"name": "Chile", "values": [4, None, None]},
    ]
    assert words == (
        "Output, 2018 to 2022 for 2 series. China: 1 tonnes in 2018, 9 tonnes in 2022; "
        "Chile: 4 tonnes in 2018."
    )


def test_only_countries_are_drawn_as_areas(app: Flask) -> None:
    share = Column("share", "Share", unit="%")
    rows = [
        {"place": thing("CHN", "China"), "share": number(85.53)},
        {"place": thing("AUS", "Australia"), "share": number(3)},
        {"place": thing("other-countries", "Other countries"), "share": number(11)},
    ]
    data, words = one(drawn(app, "map", {"place": "place", "value": "share"}, rows, [PLACE, share]))
    assert [(area["iso3"], area["value"]) for area in data["areas"]] == [("CHN", 85.53), ("AUS", 3)]
    assert "China with 85.5 % and Australia with 3 %" in words
    assert "no single country: Other countries." in words


def test_points_are_drawn_once_and_lead_to_their_pages(app: Flask) -> None:
    columns = [Column(n, n) for n in ("plant", "latitude", "longitude", "kind")]
    parts = {"latitude": "latitude", "longitude": "longitude", "label": "plant", "group": "kind"}
    here = {"plant": thing("works", "Works"), "latitude": number(35.5), "longitude": number(-115)}
    rows = [
        {**here, "kind": Cell("Mine")},
        {**here, "kind": Cell("Mine")},
        {"plant": thing("far", "Far off"), "latitude": number(95), "longitude": number(0)},
    ]
    data, words = one(drawn(app, "map", parts, rows, columns))
    assert data["points"] == [
        {"name": "Works", "latitude": 35.5, "longitude": -115, "group": "Mine", "href": "/id/works"}
    ]
    assert "1 of the answer has no coordinates" in words


def test_a_flow_never_leads_in_a_circle(app: Flask) -> None:
    rows = [{"a": Cell(x), "b": Cell(y)} for x, y in ("AB", "BC", "CA", "AA", "AB")]
    data, words = one(drawn(app, "sankey", {"from": "a", "to": "b"}, rows, [FROM, TO]))
    assert [(link["source"], link["target"]) for link in data["links"]] == [("A", "B"), ("B", "C")]
    assert [node["name"] for node in data["nodes"]] == ["A", "B", "C"]
    assert "would lead in a circle: C to A; A to A" in words


def test_a_network_joins_each_pair_once(app: Flask) -> None:
    rows = [{"a": Cell(x), "b": Cell(y)} for x, y in ("AB", "AB", "AC", "DD")]
    data, words = one(drawn(app, "network", {"from": "a", "to": "b"}, rows, [FROM, TO]))
    assert data["links"] == [{"source": "A", "target": "B"}, {"source": "A", "target": "C"}]
    assert "1 form and 2 products, joined by 2 links. Most links: A with 2" in words


def test_the_nodes_of_a_network_are_of_the_kind_of_their_column(app: Flask) -> None:
    columns = [FROM, TO, Column("c", "In force")]
    cells = [("A", "B", "yes"), ("A", "C", "no"), ("B", "C", ""), ("D", "C", "no")]
    rows = [{"a": Cell(x), "b": Cell(y), "c": Cell(z)} for x, y, z in cells]
    data, _ = one(drawn(app, "network", {"from": "a", "to": "b", "group": "c"}, rows, columns))
    assert {node["name"]: node["group"] for node in data["nodes"]} == {
        "A": "In force: yes", "B": "Form", "C": "Product", "D": "In force: no",
    }  # fmt: skip


def test_without_data_there_is_no_chart(app: Flask) -> None:
    assert drawn(app, "bar", {"x": "place", "y": "value"}, [{"place": Cell("x")}],
                 [PLACE, VALUE, UNIT]) == []  # fmt: skip
    assert drawn(app, "network", {"from": "a", "to": "b"}, [], [FROM, TO]) == []


def test_the_data_cannot_end_their_element(app: Flask) -> None:
    rows = [row("</script><b>&\u2028", 1)]
    [chart] = drawn(app, "bar", {"x": "place", "y": "value"}, rows, [PLACE, VALUE, UNIT])
    assert "<" not in chart.document
    assert "&" not in chart.document
    assert json.loads(chart.document)["categories"] == ["</script><b>&\u2028"]
