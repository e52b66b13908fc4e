"""Fields with completion, chips and lists that depend on others, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.frontend.site import Answer, Site, until

pytestmark = pytest.mark.browser

OPTIONS = "/questions/q/options/element"
ELEMENTS = [
    ("neodymium", "neodymium", 41),
    ("dysprosium", "dysprosium", 30),
    ("gallium", "gallium", None),
    ("neon", "neon", 1),
]
FIELD = f"""<form action="/answer"><label for="p-element">Element</label>
  <input id="p-element" name="element" value="Neodymium (Nd)" data-value="neodymium"
   data-options="{OPTIONS}" data-depends="material">
  <input type="hidden" name="material" value="oxide">
  <button>Answer</button></form>"""


@pytest.fixture
def field(site: Site, visit: Any) -> Locator:
    """The field on its page, with focus."""
    site.options(OPTIONS, *ELEMENTS)
    site.page("/answer", "<h1>Answer</h1>")
    page = visit(site.page("/page", FIELD))
    combobox = page.get_by_role("combobox", name="Element")
    combobox.focus()
    return combobox


def _sent(page: Page) -> list[list[str]]:
    """The names and values that the form would send."""
    return page.evaluate("[...new FormData(document.querySelector('form'))]")


def test_the_label_is_shown_and_the_value_sent(field: Locator) -> None:
    assert field.input_value() == "Neodymium (Nd)"
    assert ["element", "neodymium"] in _sent(field.page)


def test_typing_offers_and_the_keyboard_chooses(field: Locator, site: Site) -> None:
    page = field.page
    field.fill("")
    field.press_sequentially("neo", delay=20)
    options = page.get_by_role("option")
    expect(options).to_have_count(2)
    assert options.all_inner_texts() == ["neodymium\n41", "neon\n1"]
    assert field.get_attribute("aria-expanded") == "true"
    assert field.get_attribute("aria-activedescendant") is None
    field.press("ArrowDown")
    field.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").inner_text().startswith("neon")
    field.press("Enter")
    assert page.url.endswith("/page"), "choosing does not send the form"
    assert field.input_value() == "neon"
    assert ["element", "neon"] in _sent(page)
    assert field.get_attribute("aria-expanded") == "false"
    field.press("Enter")
    page.wait_for_url("**/answer?element=neon&material=oxide")
    asked = site.asked(OPTIONS)
    assert asked[-1] == {"q": ["neo"], "material": ["oxide"]}
    assert len(asked) < 3, "not one request for each letter"


def test_a_click_opens_the_whole_list_and_chooses(field: Locator, site: Site) -> None:
    page = field.page
    field.click()
    expect(page.get_by_role("option")).to_have_count(4)
    assert site.asked(OPTIONS)[0] == {"material": ["oxide"]}
    chosen = page.get_by_role("option", selected=True)
    assert chosen.inner_text().startswith("✓") or "neodymium" in chosen.inner_text()
    page.get_by_role("option", name="gallium").click()
    assert ["element", "gallium"] in _sent(page)
    expect(field).to_be_focused()
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_the_list_is_called_what_the_field_is_and_its_size_is_said(field: Locator) -> None:
    field.press("ArrowDown")
    expect(field.page.get_by_role("listbox", name="Element")).to_be_visible()
    expect(field.page.locator("[role=status].unseen")).to_have_text("4 options")


def test_escape_closes_and_changes_nothing(field: Locator) -> None:
    field.press("ArrowDown")
    expect(field.page.get_by_role("listbox")).to_be_visible()
    field.press("Escape")
    expect(field.page.get_by_role("listbox")).to_be_hidden()
    assert ["element", "neodymium"] in _sent(field.page)


def test_a_free_text_is_sent_as_typed(field: Locator) -> None:
    field.fill("unobtainium")
    expect(field.page.get_by_text("Nothing fits “unobtainium”.").first).to_be_visible()
    field.press("Enter")
    field.page.wait_for_url("**/answer?element=unobtainium**")


def test_a_typed_label_is_sent_as_its_value(field: Locator, site: Site) -> None:
    site.options(OPTIONS, ("cmd:ndfeb", "NdFeB Magnét", 3))
    field.fill("ndfeb magnet")
    site.options(OPTIONS, ("cmd:ndfeb", "ndfeb magnet", 3))
    expect(field.page.get_by_role("option")).to_have_count(1)
    field.press("Tab")
    assert ["element", "cmd:ndfeb"] in _sent(field.page)


def test_a_label_typed_faster_than_the_list_comes_is_found_after(
    field: Locator, site: Site
) -> None:
    field.fill("gallium")
    field.press("Tab")
    site.options(OPTIONS, ("cmd:gallium", "gallium", None))
    until(field.page, "document.querySelector('[name=element]').value !== 'neodymium'")
    until(field.page, "new FormData(document.forms[0]).get('element').endsWith('gallium')")


def test_an_old_request_is_given_up(field: Locator, site: Site) -> None:
    """A late answer to what was typed first never replaces the list for what was typed last."""
    slow = site.answers[OPTIONS]
    site.answers[OPTIONS] = Answer(slow.body, slow.type, seconds=1)
    field.fill("dys")
    until(field.page, "document.querySelector('[role=combobox]').ariaBusy === 'true'")
    until_asked(field.page, site, 1)
    site.answers[OPTIONS] = slow
    field.fill("gal")
    expect(field.page.get_by_role("option")).to_have_text(["gallium"])
    field.page.wait_for_timeout(1300)
    expect(field.page.get_by_role("option")).to_have_text(["gallium"])


def until_asked(page: Page, site: Site, count: int) -> None:
    """Wait until so many requests for offers came."""
    for _ in range(200):
        if len(site.asked(OPTIONS)) >= count:
            return
        page.wait_for_timeout(20)
    pytest.fail(f"never asked {count} times")


@pytest.mark.parametrize(
    "answer",
    [
        Answer("<h1>Busy</h1>", status=503),
        Answer("{]", "application/json"),
        Answer('{"options": [{}]}', "application/json"),
    ],
)
def test_a_list_that_fails_says_so_and_leaves_the_field_usable(
    field: Locator, site: Site, answer: Answer
) -> None:
    site.answers[OPTIONS] = answer
    field.fill("gallium")
    expect(field.page.locator(".combo-status")).to_have_text(
        "The list could not be loaded. What you type is taken as it is."
    )
    field.press("Enter")
    field.page.wait_for_url("**/answer?element=gallium**")


def test_a_long_list_asks_for_more_letters(field: Locator, site: Site) -> None:
    site.options(OPTIONS, *ELEMENTS, more=True)
    field.press("ArrowDown")
    expect(field.page.locator(".combo-status")).to_have_text(
        "The first 4 options; type more letters to narrow them."
    )


def test_markup_in_an_option_stays_text(field: Locator, site: Site, complaints: list[str]) -> None:
    site.options(OPTIONS, ("x", "<img src=x onerror=alert(1)>", 1))
    field.press("ArrowDown")
    expect(field.page.get_by_role("option")).to_have_text("<img src=x onerror=alert(1)> 1")
    assert field.page.locator("form img").count() == 0
    assert complaints == []


def test_without_scripts_the_plain_field_is_sent(site: Site, visit: Any) -> None:
    site.page("/answer", "<h1>Answer</h1>")
    page = visit(site.page("/page", FIELD), java_script_enabled=False)
    page.get_by_label("Element").fill("gallium")
    page.get_by_role("button").click()
    page.wait_for_url("**/answer?element=gallium&material=oxide")


def test_the_open_list_stays_on_a_narrow_page(site: Site, visit: Any) -> None:
    site.options(OPTIONS, ("x", "A name that is much longer than the page is wide, " * 3, 1000))
    page = visit(site.page("/page", FIELD), viewport={"width": 320, "height": 600})
    page.get_by_role("combobox").click()
    expect(page.get_by_role("option")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


# Several values


PRODUCTS = "/questions/q/options/products"
LIST = f"""<form action="/answer"><label for="p">Products</label>
  <select id="p" name="products" multiple data-options="{PRODUCTS}">
  <option value="f-35" selected>F-35 Lightning II</option><option value="tomahawk">Tomahawk</option>
  <option value="phone" selected>smartphone</option></select><button>Answer</button></form>"""
INPUTS = f"""<form action="/answer"><label for="p">Products</label>
  <input id="p" name="products" value="F-35 Lightning II" data-value="f-35"
   data-options="{PRODUCTS}">
  <input name="products" aria-label="Another" value="smartphone" data-value="phone"
   data-options="{PRODUCTS}"><button>Answer</button></form>"""


@pytest.mark.parametrize("markup", [LIST, INPUTS])
def test_several_values_are_chips(site: Site, visit: Any, markup: str) -> None:
    site.options(PRODUCTS, ("tomahawk", "Tomahawk", 4), ("f-35", "F-35 Lightning II", 9))
    site.page("/answer", "<h1>Answer</h1>")
    page = visit(site.page("/page", markup))
    chips = page.locator(".chips li")
    assert chips.all_inner_texts() == ["F-35 Lightning II", "smartphone"]
    assert _sent(page) == [["products", "f-35"], ["products", "phone"]]

    field = page.get_by_role("combobox", name="Products")
    field.fill("toma")
    page.get_by_role("option", name="Tomahawk").click()
    assert chips.all_inner_texts() == ["F-35 Lightning II", "smartphone", "Tomahawk"]
    expect(field).to_be_focused()
    assert field.input_value() == ""

    page.get_by_role("button", name="Remove smartphone").click()
    expect(field).to_be_focused()
    field.press("Backspace")
    assert chips.all_inner_texts() == ["F-35 Lightning II"]
    field.fill("something else")
    page.get_by_role("button", name="Answer").click()
    page.wait_for_url("**/answer?products=f-35&products=something+else")


# Lists that depend on others


STAGES = "/questions/q/options/stage"
DEPENDENT = f"""<form action="/answer"><label for="m">Material</label>
  <select id="m" name="material"><option>rare earths</option><option>cobalt</option></select>
  <label for="s">Stage</label><select id="s" name="stage" data-options="{STAGES}"
   data-depends="material"><option value="any">any</option><option value="mining">mining</option>
  <option value="separation" selected>separation</option></select>
  <label for="y">Year</label><select id="y" name="year" data-options="/years" data-depends="stage">
  <option>2024</option></select></form>"""


@pytest.fixture
def dependent(site: Site, visit: Any) -> Page:
    site.options(STAGES, ("mining", "mining", 5), ("refining", "refining", 4))
    site.options("/years", ("2023", "2023", None), ("2024", "2024", None))
    page: Page = visit(site.page("/page", DEPENDENT))
    return page


def test_a_list_follows_what_it_depends_on(dependent: Page, site: Site) -> None:
    dependent.get_by_label("Stage").select_option("mining")
    dependent.get_by_label("Material").select_option("cobalt")
    stage = dependent.get_by_label("Stage")
    expect(stage.locator("option")).to_have_text(["any", "mining", "refining"])
    assert stage.input_value() == "mining"
    assert dependent.locator(".field-note").all_inner_texts() == ["", ""]
    assert site.asked(STAGES) == [{"material": ["cobalt"]}]


def test_a_choice_that_is_no_longer_offered_is_told(dependent: Page, site: Site) -> None:
    dependent.get_by_label("Material").select_option("cobalt")
    expect(dependent.get_by_role("status").filter(has_text="separation")).to_have_text(
        "“separation” is not offered with these choices. Now chosen: “any”."
    )
    assert dependent.get_by_label("Stage").input_value() == "any"
    # The list that depends on this list is filled anew in its turn.
    expect(dependent.get_by_label("Year").locator("option")).to_have_count(2)
    assert site.asked("/years") == [{"stage": ["any"]}]
    assert dependent.get_by_label("Year").input_value() == "2024"


def test_a_list_that_cannot_be_loaded_stays(dependent: Page, site: Site) -> None:
    site.answers[STAGES] = Answer("{}", "application/json", status=500)
    dependent.get_by_label("Material").select_option("cobalt")
    expect(dependent.get_by_text("The list could not be loaded anew")).to_be_visible()
    assert dependent.get_by_label("Stage").input_value() == "separation"


def test_a_field_says_when_its_value_is_no_longer_offered(site: Site, visit: Any) -> None:
    site.options(OPTIONS, ("gallium", "gallium", 2))
    page = visit(
        site.page(
            "/page",
            FIELD.replace(
                '<input type="hidden" name="material" value="oxide">',
                '<select name="material" aria-label="Material"><option>a<option>b</select>',
            ),
        )
    )
    page.get_by_label("Material").select_option("b")
    expect(page.locator(".field-note")).to_have_text(
        "“Neodymium (Nd)” is not offered with these choices."
    )
    assert ["element", "neodymium"] in _sent(page)
