"""The charts in a real browser: drawn, named, readable, safe, without a complaint."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.frontend.site import Site, chart, until
from tests.frontend.specimens import ALL, AREAS, BAR, HOSTILE, LINE, NETWORK, POINTS, SANKEY

pytestmark = pytest.mark.browser

WORDS = "China leads with 69.2 %."


def _drawn(page: Page, count: int = 1, seconds: float = 20) -> None:
    expect(page.locator(".chart-drawing svg")).to_have_count(count, timeout=seconds * 1000)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_each_kind_is_drawn(site: Site, visit: Any, kind: str, width: int, scheme: str) -> None:
    """As an image that is called what its description says, within the page, under the policy."""
    address = site.page("/page", chart(ALL[kind], WORDS))
    page = visit(address, viewport={"width": width, "height": 700}, color_scheme=scheme)
    _drawn(page)
    image = page.get_by_role("img", name=WORDS)
    expect(image).to_be_visible()
    assert page.locator(".chart-drawing svg path").count() > 3
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_nothing_complains(site: Site, visit: Any, complaints: list[str]) -> None:
    """Neither the policy, which bars styles and scripts that stand inline, nor a script."""
    page = visit(site.page("/page", "".join(chart(each) for each in ALL.values())))
    _drawn(page, len(ALL))
    assert complaints == []


def test_a_page_without_a_chart_loads_no_chart(site: Site, visit: Any) -> None:
    page = visit(site.page("/page", "<p>Words</p>"))
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate("performance.getEntriesByType('resource').map(each => each.name)")
    scripts = [name.rpartition("/")[2] for name in loaded if name.endswith(".js")]
    assert [name for name in scripts if name.startswith(("charts", "map"))] == []


def test_the_shapes_of_the_world_come_with_a_map_alone(site: Site, visit: Any) -> None:
    page = visit(site.page("/page", chart(BAR)))
    _drawn(page)
    loaded = page.evaluate("performance.getEntriesByType('resource').map(each => each.name)")
    assert not [name for name in loaded if "/map-" in name]


def test_a_bar_says_its_figure_and_what_is_not_known(site: Site, visit: Any) -> None:
    page = visit(site.page("/page", chart(BAR)))
    _drawn(page)
    text = page.locator(".chart-drawing").inner_text()
    assert "69.2\u00a0%" in text
    assert text.count("no figure") == 1
    assert page.locator(".chart-title").inner_text() == "Share of the mining of rare earths, %"


def test_a_network_of_a_few_pairs_has_round_dots_and_whole_names(site: Site, visit: Any) -> None:
    """Nothing is stretched to fill the drawing, and nothing is cut off at its edges."""
    pairs = [(f"Part {n} of an aircraft", f"Material {n} of a part") for n in range(4)]
    network = {
        "kind": "network", "title": "Parts and materials",
        "nodes": [
            *({"name": part, "group": "Part"} for part, _ in pairs),
            *({"name": material, "group": "Material"} for _, material in pairs),
        ],
        "links": [{"source": part, "target": material} for part, material in pairs],
    }  # fmt: skip
    page = visit(site.page("/page", chart(network)), viewport={"width": 1280, "height": 700})
    _drawn(page)
    sizes, outside = page.evaluate(
        """() => {
          const svg = document.querySelector(".chart-drawing svg").getBoundingClientRect();
          const box = (each) => each.getBoundingClientRect();
          const dots = [...document.querySelectorAll(".chart-drawing svg path")].map(box)
            .filter(({width, height}) => width > 8 && width < 60 && height > 8 && height < 60);
          const texts = [...document.querySelectorAll(".chart-drawing svg text")];
          return [
            dots.map(({width, height}) => [width, height]),
            texts.filter((each) => box(each).bottom > svg.bottom || box(each).top < svg.top)
              .map((each) => each.textContent),
          ];
        }"""
    )
    assert len(sizes) == len(network["nodes"])
    assert all(width == pytest.approx(height, rel=0.05) for width, height in sizes)
    assert outside == []


def _marked(data: dict[str, Any]) -> dict[str, Any]:
    """The data with markup for every name and word."""
    if isinstance(data, dict):
        return {
            key: value if key in {"kind", "iso3", "href"} else _marked(value)
            for key, value in data.items()
        }
    if isinstance(data, list):
        return [_marked(each) for each in data]  # type: ignore[return-value]
    return f"{HOSTILE} {data}" if isinstance(data, str) and not data.isdigit() else data  # type: ignore[return-value]


@pytest.mark.parametrize("kind", ALL)
def test_markup_in_names_stays_text(
    site: Site, visit: Any, complaints: list[str], kind: str
) -> None:
    page = visit(site.page("/page", chart(_marked(ALL[kind]))))
    _drawn(page)
    box = page.locator(".chart-drawing").bounding_box()
    for x in range(10, int(box["width"]), 40):
        for y in (14, int(box["height"] / 2)):
            page.mouse.move(box["x"] + x, box["y"] + y)
    assert page.locator("figure img").count() == 0
    assert HOSTILE in page.locator("figure").inner_text().replace("\n", " ")
    assert [each for each in complaints if "alert" in each or "policy" in each] == []


def test_a_tooltip_has_name_figure_and_unit_as_text(site: Site, visit: Any) -> None:
    data = {**BAR, "categories": [HOSTILE, *BAR["categories"][1:]]}
    page = visit(site.page("/page", chart(data)))
    _drawn(page)
    box = page.locator(".chart-drawing").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 20)
    tip = page.locator(".chart-tip")
    expect(tip).to_be_visible()
    assert tip.locator("strong").inner_text() == HOSTILE
    assert "69.2\u00a0%" in tip.inner_text()
    assert page.locator("figure img").count() == 0


def test_a_line_tells_the_year_and_the_highest_first(site: Site, visit: Any) -> None:
    page = visit(site.page("/page", chart(LINE)), viewport={"width": 1100, "height": 800})
    _drawn(page)
    box = page.locator(".chart-drawing").bounding_box()
    page.mouse.move(box["x"] + 400, box["y"] + 150)
    lines = page.locator(".chart-tip > *").all_inner_texts()
    assert lines[0].isdigit()
    assert lines[1].startswith("China: ")
    assert lines[1].endswith("t of rare-earth oxide")


def test_colours_follow_the_scheme(site: Site, visit: Any) -> None:
    page = visit(site.page("/page", chart(BAR)), color_scheme="light")
    _drawn(page)
    fills = "[...document.querySelectorAll('.chart-drawing path')].map(e => e.getAttribute('fill'))"
    assert "#a9562b" in page.evaluate(fills)
    page.emulate_media(color_scheme="dark")
    until(page, f"{fills}.includes('#d08450')")
    assert "#a9562b" not in page.evaluate(fills)


def test_paper_is_light_and_holds_the_whole_chart(site: Site, visit: Any) -> None:
    page = visit(site.page("/page", chart(SANKEY)), color_scheme="dark")
    _drawn(page)
    page.emulate_media(media="print", color_scheme="dark")
    until(
        page,
        "[...document.querySelectorAll('.chart-drawing path')]"
        ".some(e => e.getAttribute('fill') === '#a9562b')",
    )
    assert page.locator(".chart-drawing").bounding_box()["width"] <= 640
    page.emulate_media(media="screen", color_scheme="dark")
    until(page, "!document.querySelector('.chart-on-paper')")
    assert page.pdf()[:4] == b"%PDF"


def test_the_drawing_follows_the_room(site: Site, visit: Any) -> None:
    page = visit(site.page("/page", chart(BAR)), viewport={"width": 1000, "height": 700})
    _drawn(page)
    page.set_viewport_size({"width": 400, "height": 700})
    until(page, "document.querySelector('.chart-drawing').clientWidth < 400")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_a_chart_in_folded_details_is_drawn_when_they_open(site: Site, visit: Any) -> None:
    page = visit(
        site.page("/page", f"<details><summary>Chart</summary>{chart(BAR)}</details>"),
        viewport={"width": 1000, "height": 700},
    )
    page.locator("summary").click()
    until(page, "document.querySelector('.chart-drawing')?.clientWidth > 600")


def test_a_wide_drawing_is_reached_and_scrolled_by_keyboard(site: Site, visit: Any) -> None:
    page = visit(site.page("/page", chart(SANKEY)), viewport={"width": 360, "height": 700})
    _drawn(page)
    region = page.get_by_role("region", name="Chart, scrolls sideways")
    page.keyboard.press("Tab")
    expect(region).to_be_focused()
    page.keyboard.press("ArrowRight")
    until(page, "document.querySelector('.chart-scroll').scrollLeft > 0")


@pytest.mark.parametrize("reduced", ["reduce", "no-preference"])
def test_motion_is_reduced_on_request(site: Site, visit: Any, reduced: str) -> None:
    """With less motion the bars have their full length from the first picture on."""
    page = visit(site.page("/page", chart(BAR)), reduced_motion=reduced)
    _drawn(page)
    widths = """() => { const boxes = [...document.querySelectorAll('.chart-drawing path')]
        .map(e => e.getBBox().width); return Math.max(...boxes); }"""
    first = page.evaluate(widths)
    page.wait_for_timeout(500)
    last = page.evaluate(widths)
    assert last > 300
    assert reduced != "reduce" or first == last


def test_a_country_without_a_shape_is_named_below(site: Site, visit: Any) -> None:
    page = visit(site.page("/page", chart(AREAS)))
    _drawn(page)
    assert "Singapore 0.4\u00a0%" in page.locator(".chart-note").inner_text()
    assert page.locator(".chart-legend li").all_inner_texts()[-1] == "no figure"


def test_no_border_runs_across_the_world(site: Site, visit: Any) -> None:
    """Russia and Fiji reach across the 180th meridian."""
    page = visit(site.page("/page", chart(AREAS)), viewport={"width": 1100, "height": 800})
    _drawn(page)
    longest = page.evaluate(
        """() => Math.max(...[...document.querySelectorAll('.chart-drawing path[stroke="#948c7c"]')]
          .flatMap(path => path.getAttribute('d').split('M').flatMap(part => {
            const numbers = (part.match(/-?[\\d.]+(e-?\\d+)?/g) || []).map(Number);
            const across = numbers.filter((_, index) => index % 2 === 0);
            return across.slice(1).map((x, index) => Math.abs(x - across[index])); })))"""
    )
    assert 5 < longest < 200


def test_the_map_of_places_zooms_by_buttons_and_leads_on(site: Site, visit: Any) -> None:
    site.page("/facility/mountain-pass", "<h1>Mountain Pass</h1>")
    page = visit(site.page("/page", chart(POINTS)), viewport={"width": 1100, "height": 900})
    _drawn(page)
    width = """() => Math.max(...[...document.querySelectorAll('.chart-drawing path')]
        .map(e => e.getBoundingClientRect().width))"""
    before = page.evaluate(width)
    out = page.get_by_role("button", name="Zoom out")
    assert out.get_attribute("aria-disabled") == "true"
    page.get_by_role("button", name="Zoom in").press("Enter")
    until(page, f"({width})() > {before} * 1.4")
    page.get_by_role("button", name="Whole world").click()
    until(page, f"Math.abs(({width})() - {before}) < 2")
    mine = page.evaluate(
        """() => [...document.querySelectorAll('.chart-drawing path[fill="#47137c"]')]
        .map(e => e.getBoundingClientRect().toJSON()).sort((a, b) => a.x - b.x)[0]"""
    )
    page.mouse.click(mine["x"] + mine["width"] / 2, mine["y"] + mine["height"] / 2)
    page.wait_for_url("**/facility/mountain-pass")


@pytest.mark.parametrize("where", [(35, -115), (4, 103), (-41, 174), (60, 27)])
def test_a_map_of_places_near_each_other_shows_that_part_of_the_world(
    site: Site, visit: Any, where: tuple[int, int]
) -> None:
    points = [
        {"name": f"{n}", "latitude": where[0] + n / 2, "longitude": where[1] + n, "group": ""}
        for n in range(3)
    ]
    page = visit(
        site.page("/page", chart({**POINTS, "points": points})),
        viewport={"width": 1100, "height": 900},
    )
    _drawn(page)
    around = page.locator(".chart-drawing").bounding_box()
    marks = page.locator('.chart-drawing path[fill="#a9562b"]')
    assert marks.count() == 3
    for mark in marks.all():
        box = mark.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        assert abs(x - around["x"] - around["width"] / 2) < around["width"] / 4
        assert abs(y - around["y"] - around["height"] / 2) < around["height"] / 4
    assert page.get_by_role("button", name="Zoom out").get_attribute("aria-disabled") == "false"


@pytest.mark.parametrize("href", ["javascript:document.title='bad'", "elsewhere", "//[x"])
def test_a_place_leads_nowhere_else(site: Site, visit: Any, href: str) -> None:
    if href == "elsewhere":  # the same server under another name, which is another origin
        href = site.address.replace("127.0.0.1", "localhost") + "/page"
    points = [{**POINTS["points"][0], "href": href}]
    address = site.page("/page", chart({**POINTS, "points": points}))
    page = visit(address, viewport={"width": 1100, "height": 900})
    _drawn(page)
    box = page.locator('.chart-drawing path[fill="#a9562b"]').first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(500)
    assert page.url == address
    assert page.title() == "A page"


@pytest.mark.parametrize(
    "data", [{"kind": "pie"}, {"kind": "bar", "categories": ["a"], "series": [{"values": []}]}]
)
def test_a_chart_that_cannot_be_drawn_says_so(
    site: Site, visit: Any, data: dict[str, object]
) -> None:
    page = visit(site.page("/page", chart(data, WORDS) + chart(BAR)))
    _drawn(page)
    expect(page.get_by_text("The chart could not be drawn.")).to_be_visible()
    expect(page.get_by_text(WORDS)).to_be_visible()


@pytest.mark.parametrize("kind", ["bar", "line", "map", "sankey", "network"])
def test_a_chart_of_nothing_is_no_error(
    site: Site, visit: Any, complaints: list[str], kind: str
) -> None:
    nothing = {"kind": kind, "title": "", "categories": [], "series": [], "points": [],
               "nodes": [], "links": []}  # fmt: skip
    page = visit(site.page("/page", chart(nothing)))
    expect(page.locator("figure")).to_have_class("chart chart-drawn")
    assert complaints == []


def test_many_points_and_nodes_are_drawn_in_time(site: Site, visit: Any) -> None:
    points = [
        {"name": f"Place {n}", "latitude": n % 120 - 60, "longitude": n % 360 - 180,
         "group": f"kind {n % 5}", "href": ""}
        for n in range(3000)
    ]  # fmt: skip
    nodes = [{"name": f"Node {n}", "group": "g"} for n in range(600)]
    links = [{"source": f"Node {n}", "target": f"Node {n // 2}"} for n in range(1, 600)]
    page = visit(
        site.page(
            "/page",
            chart({**POINTS, "points": points})
            + chart({**NETWORK, "nodes": nodes, "links": links}),
        )
    )
    _drawn(page, 2)
    expect(page.get_by_text("The 300 with most links of 600 are drawn")).to_be_visible()
