"""The chains from ore to product are unbroken, and what the lists name has an entry.

A chain is written down here as a path: each arrow between materials is a row of `recipes`, the one
into a component a row of `component-materials`, the last one a row of `bom-items`. A plant or a
link that no source gives is named here with the reason, so that a gap is seen and not forgotten.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise

import pytest

from kg.shipped import facts_dir

Row = Mapping[str, str]

ORE = {"ore", "ore-mineral"}
CONCENTRATE = {"concentrate", "intermediate"}
REFINED = {"oxide", "compound"}
METAL = {"metal"}
MADE = {"alloy", "magnet", "functional-material", "battery-material"}

#: Material by material, then the component, then the product; and the forms that must be met.
CHAINS: Mapping[str, tuple[str, set[str]]] = {
    "neodymium": (
        "bastnaesite > rare-earth-concentrate > mixed-rare-earth-carbonate > neodymium-oxide"
        " > neodymium-metal > ndfeb-alloy > ndfeb-magnet > c-ndfeb-magnet > ev",
        {"ore", "concentrate", "refined", "metal", "made"},
    ),
    "praseodymium": (
        "bastnaesite > rare-earth-concentrate > mixed-rare-earth-carbonate > praseodymium-oxide"
        " > praseodymium-metal > ndfeb-alloy > ndfeb-magnet > c-ndfeb-magnet > ev",
        {"ore", "concentrate", "refined", "metal", "made"},
    ),
    "dysprosium": (
        "heavy-mineral-sand > monazite-concentrate > dysprosium-oxide > dysprosium-fluoride"
        " > dysprosium-metal > ndfeb-alloy > ndfeb-magnet > c-ndfeb-magnet > wind-turbine-dd",
        {"ore", "concentrate", "refined", "metal", "made"},
    ),
    # The clays are leached where they lie; what is won from the liquor is the concentrate.
    "terbium": (
        "ion-adsorption-clay > ion-adsorption-concentrate > terbium-oxide > terbium-fluoride"
        " > terbium-metal > terfenol-d > c-terfenol-d > naval-sonar",
        {"ore", "concentrate", "refined", "metal", "made"},
    ),
    "samarium": (
        "bastnaesite > rare-earth-concentrate > mixed-rare-earth-carbonate > samarium-oxide"
        " > samarium-metal > smco-alloy > smco-magnet > c-smco-magnet > f-35",
        {"ore", "concentrate", "refined", "metal", "made"},
    ),
    # Thermal barriers take the oxide, not the metal; the metal has a recipe beside it.
    "yttrium": (
        "xenotime > xenotime-concentrate > yttrium-concentrate > yttrium-oxide > ysz"
        " > c-ysz-coating > jet-engine",
        {"ore", "concentrate", "refined", "made"},
    ),
    "gadolinium": (
        "bastnaesite > rare-earth-concentrate > mixed-rare-earth-carbonate > gadolinium-oxide"
        " > gygag-scintillator > c-gygag-scintillator > ct-scanner",
        {"ore", "concentrate", "refined", "made"},
    ),
    "gadolinium in superconductors": (
        "monazite > rare-earth-concentrate > heavy-rare-earth-feed > gadolinium-oxide"
        " > gdbacuo-superconductor > c-hts-tape > wind-turbine-hts",
        {"ore", "concentrate", "refined", "made"},
    ),
    "lanthanum": (
        "bastnaesite > rare-earth-concentrate > mixed-rare-earth-carbonate > lanthanum-oxide"
        " > fcc-catalyst > c-fcc-catalyst > fcc-refining",
        {"ore", "concentrate", "refined", "made"},
    ),
    "cerium": (
        "bastnaesite > rare-earth-concentrate > mixed-rare-earth-carbonate > cerium-oxide"
        " > c-ceria-cmp > semiconductor-cmp",
        {"ore", "concentrate", "refined"},
    ),
    "scandium": (
        "nickel-laterite-ore > scandium-intermediate > scandium-oxide > scandium-aluminium-alloy"
        " > c-sc-al-alloy > golf-clubs",
        {"ore", "concentrate", "refined", "made"},
    ),
    # The oxide is what the scintillator is made of.
    "lutetium": (
        "ion-adsorption-clay > ion-adsorption-concentrate > lutetium-oxide > c-lu2o3-scintillator"
        " > pet-scanner",
        {"ore", "concentrate", "refined"},
    ),
    "gallium": (
        "bauxite > bayer-liquor > primary-gallium > high-purity-gallium > gallium-arsenide"
        " > c-gaas-module > patriot",
        {"ore", "concentrate", "metal", "refined"},
    ),
    "germanium": (
        "zinc-ore > zinc-concentrate > germanium-concentrate > germanium-tetrachloride"
        " > germanium-dioxide > germanium-metal > c-ir-optics > ir-camera",
        {"ore", "concentrate", "refined", "metal"},
    ),
    "tungsten": (
        "wolframite > tungsten-concentrate > ammonium-paratungstate > tungsten-trioxide"
        " > tungsten-metal > tungsten-carbide > c-wc-tool > cutting-tool",
        {"ore", "concentrate", "refined", "metal"},
    ),
    "antimony": (
        "antimony-sulphide-ore > antimony-concentrate > antimony-metal > antimony-trioxide"
        " > flame-retardant-plastic > c-flame-retardant-plastic > conventional-car",
        {"ore", "concentrate", "metal", "refined", "made"},
    ),
    "antimony in batteries": (
        "antimony-sulphide-ore > antimony-concentrate > antimony-metal > antimonial-lead"
        " > c-lead-acid-battery > conventional-car",
        {"ore", "concentrate", "metal", "made"},
    ),
    "antimony in primers": (
        "antimony-sulphide-ore > antimony-concentrate > antimony-trisulfide > c-sb2s3-primer"
        " > ammunition-primer",
        {"ore", "concentrate", "refined"},
    ),
    "natural graphite": (
        "graphite-ore > flake-graphite-concentrate > purified-spherical-graphite"
        " > coated-spherical-graphite > c-battery-cell > ev",
        {"ore", "concentrate", "made"},
    ),
    # It has no ore: it begins with a product of oil refining.
    "synthetic graphite": (
        "fcc-decant-oil > needle-coke > synthetic-graphite > synthetic-graphite-anode-material"
        " > c-battery-cell > ev",
        {"concentrate", "made"},
    ),
    "cobalt": (
        "copper-cobalt-ore > cobalt-hydroxide > cobalt-sulphate > nmc-precursor"
        " > nmc-cathode-material > c-battery-cell > ev",
        {"ore", "refined", "made"},
    ),
    "cobalt metal": (
        "nickel-laterite-ore > nickel-cobalt-mixed-sulphide > cobalt-metal > smco-alloy"
        " > smco-magnet > c-smco-magnet > f-35",
        {"ore", "concentrate", "metal", "made"},
    ),
    # Rechargeable batteries take compounds.
    "lithium of hard rock": (
        "spodumene-ore > spodumene-concentrate > lithium-carbonate > lithium-hydroxide"
        " > cathode-material > c-battery-cell > ev",
        {"ore", "concentrate", "refined", "made"},
    ),
    "lithium of brine": (
        "lithium-brine > concentrated-lithium-brine > lithium-carbonate > cathode-material"
        " > c-battery-cell > li-ion-battery",
        {"ore", "concentrate", "refined", "made"},
    ),
    # It ends at the component: see ENDS_AT_COMPONENT.
    "lithium metal": (
        "lithium-brine > concentrated-lithium-brine > lithium-chloride > lithium-metal"
        " > c-lithium-primary-cell",
        {"ore", "concentrate", "refined", "metal"},
    ),
    "nickel in batteries": (
        "nickel-laterite-ore > mixed-hydroxide-precipitate > nickel-sulphate > nmc-precursor"
        " > nmc-cathode-material > c-battery-cell > ev",
        {"ore", "concentrate", "refined", "made"},
    ),
    "nickel metal": (
        "nickel-sulphide-ore > nickel-concentrate > nickel-matte > nickel-metal > nickel-superalloy"
        " > c-nickel-turbine-blade > jet-engine",
        {"ore", "concentrate", "metal", "made"},
    ),
    "tantalum": (
        "tantalite > tantalum-concentrate > potassium-fluorotantalate > tantalum-metal"
        " > c-tantalum-capacitor > smartphone",
        {"ore", "concentrate", "refined", "metal"},
    ),
    "niobium": (
        "pyrochlore-ore > niobium-concentrate > ferroniobium > hsla-steel > c-hsla-steel-part"
        " > conventional-car",
        {"ore", "concentrate", "made"},
    ),
    "niobium metal": (
        "pyrochlore-ore > niobium-concentrate > niobium-oxide > niobium-metal > niobium-titanium"
        " > c-nbti-coil > mri-superconducting",
        {"ore", "concentrate", "refined", "metal", "made"},
    ),
}

#: Chains that lead to no product, and why. The products are those of the collected tables; none
#: of their rows says of a product that it holds this component.
ENDS_AT_COMPONENT: Mapping[str, str] = {
    "lithium metal": "its cells power pacemakers, and no pacemaker is among the products",
}

#: Plants whose place no source tells, what was searched, and why they have no point.
WITHOUT_A_POINT: Mapping[str, str] = {
    "earthpanda-nre-strip": "the joint venture is named after Anhui; in what could be read of the"
    " announcements and the trade news there is no town",
    "posco-star-usa": "planned; news of 2023 to 2025 name Texas, Tennessee and Arizona as choices,"
    " and no choice",
    "tajikistan-antimony-smelter": "the source names the country only; what news, a ministry and"
    " the USGS say is of Anzob and of TALCO Gold, not of this smelter",
    "usac-madero": "Madero in Coahuila, say the company and the press; the gazetteer has a city and"
    " a village of that name there, and no source says whether it is one of them",
}

#: Rows whose figure is that of several plants: they have the point of one of them, as their note
#: says, and each plant that a source names has a row and a point of its own.
SEVERAL_PLANTS: Mapping[str, set[str]] = {
    "cnre-baotou-separation": {"baotou-huamei-separation", "northern-gold-dragon-baotou"},
    "cre-separation": {"dingnan-dahua-separation", "ganxian-hongjin-separation"},
    "daido-china": {"daido-shajing", "daido-suzhou"},
    "gem-cobalt": {"gem-jingmen", "gem-taixing"},
    "huayou-cobalt": {"huayou-quzhou-park"},
    "nremm-plant": {"nremm-50kt"},
    "rising-nonferrous-separation": {"fuyuan-pingyuan-separation"},
    "shinetsu-china-magnets": {"shinetsu-longyan-alloy"},
    "zhongke-sanhuan-plants": {
        "zhongke-sanhuan-beijing",
        "zhongke-sanhuan-tianjin",
        "zhongke-sanhuan-ningbo",
        "zhongke-sanhuan-ganzhou",
    },
}

RARE_EARTHS = (
    "lanthanum",
    "cerium",
    "praseodymium",
    "neodymium",
    "promethium",
    "samarium",
    "europium",
    "gadolinium",
    "terbium",
    "dysprosium",
    "holmium",
    "erbium",
    "thulium",
    "ytterbium",
    "lutetium",
    "scandium",
    "yttrium",
)


@cache
def table(name: str) -> tuple[Row, ...]:
    path = facts_dir() / "tables" / f"{name}.csv"
    with path.open(newline="", encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))


def ids(*names: str) -> set[str]:
    return {row["id"] for name in names for row in table(name)}


def items(cell: str) -> set[str]:
    return {item.strip() for item in cell.split(";") if item.strip()}


@cache
def links() -> Mapping[str, frozenset[str]]:
    """What a material goes into, and what a component is part of, each by a row with a source."""
    into: dict[str, set[str]] = defaultdict(set)
    for row in table("recipes"):
        into[row["input"]].add(row["output"])
    for row in table("component-materials"):
        into[row["material"]].add(row["component"])
    for row in table("bom-items"):
        into[row["component"]].add(row["product"])
    return {thing: frozenset(goes) for thing, goes in into.items()}


def breaks(path: Iterable[str]) -> list[str]:
    """The steps of a path that no row has."""
    things = list(path)
    return [
        f"{one} > {next_one}"
        for one, next_one in pairwise(things)
        if next_one not in links().get(one, frozenset())
    ]


@pytest.mark.parametrize("chain", CHAINS)
def test_a_chain_is_unbroken_from_ore_to_product(chain: str) -> None:
    things = CHAINS[chain][0].split(" > ")
    assert breaks(things) == []
    if chain not in ENDS_AT_COMPONENT:
        assert things[-1] in ids("products")
    assert things[-1] in ids("products", "components")


@pytest.mark.parametrize("chain", CHAINS)
def test_a_chain_meets_each_form_that_is_expected(chain: str) -> None:
    path, expected = CHAINS[chain]
    kinds = {row["id"]: row["kind"] for row in table("materials")}
    met = {kinds[thing] for thing in path.split(" > ") if thing in kinds}
    stages = {
        "ore": ORE,
        "concentrate": CONCENTRATE,
        "refined": REFINED,
        "metal": METAL,
        "made": MADE,
    }
    assert {name for name in expected if not met & stages[name]} == set()


def test_a_step_that_no_row_has_is_seen() -> None:
    assert breaks(["bauxite", "gallium-arsenide"]) == ["bauxite > gallium-arsenide"]


@pytest.mark.parametrize("chain", ENDS_AT_COMPONENT)
def test_a_chain_that_ends_at_a_component_is_not_used_in_a_product(chain: str) -> None:
    """Else the chain goes on, and the reason is out of date."""
    component = CHAINS[chain][0].split(" > ")[-1]
    assert component in ids("components")
    assert not links().get(component)


def test_a_recipe_joins_two_materials_at_a_source() -> None:
    for row in table("recipes"):
        assert {row["input"], row["output"]} <= ids("materials"), row["id"]
        assert row["id"] == f"recipe-{row['input']}-to-{row['output']}"


@pytest.mark.parametrize(
    ("entries", "list_", "least"),
    [
        # The list counts light and heavy rare earths and the platinum group as one entry each.
        ("eu-crm-designations", "eu-crm-list-2023", 34),
        ("usgs-mcs-2026-critical-list", "usa-usgs-list-2025", 60),
    ],
)
def test_every_member_of_a_list_is_a_substance(entries: str, list_: str, least: int) -> None:
    members = [row["substance"] for row in table(entries) if row["list"] == list_]
    assert len(members) == len(set(members)) >= least
    assert set(members) - ids("elements", "materials", "groups", "commodities") == set()


def test_the_ten_additions_of_the_united_states_are_on_their_list() -> None:
    """Boron to uranium, as the table of laws says of the list of 2025."""
    listed = {row["substance"] for row in table("usgs-mcs-2026-critical-list")}
    added = "boron copper lead coking-coal phosphate-rock potash rhenium silicon silver uranium"
    assert set(added.split()) <= listed


def test_every_plant_of_the_middle_of_the_chain_has_a_point_or_a_reason() -> None:
    middle = {"separation-plant", "metal-alloy-plant", "magnet-plant", "refinery"}
    placed = {row["facility"] for row in table("facility-locations") if row["latitude"]}
    plants = {row["id"] for row in table("facilities") if row["kind"] in middle}
    assert plants - placed == set(WITHOUT_A_POINT)


@pytest.mark.parametrize("row", SEVERAL_PLANTS)
def test_each_plant_of_a_row_that_stands_for_several_has_a_row_and_a_point(row: str) -> None:
    places = [p for p in table("facility-locations") if p["latitude"]]
    assert SEVERAL_PLANTS[row] <= ids("facilities")
    assert SEVERAL_PLANTS[row] <= {place["facility"] for place in places}
    (note,) = [place["note"] for place in places if place["facility"] == row]
    assert note.startswith("The point of ")


def test_a_facility_has_one_point() -> None:
    points = [row["facility"] for row in table("facility-locations") if row["latitude"]]
    assert len(points) == len(set(points))


def test_sites_with_a_point_are_at_least_six_thousand() -> None:
    placed = {
        row["facility"]
        for name in ("facility-locations", "site-locations")
        for row in table(name)
        if row["latitude"] and row["longitude"]
    }
    assert len(placed) >= 6_000


#: Forms in which a rare earth is said to lie in the ground.
IN_THE_GROUND = {"ore", "ore-mineral"}
#: Promethium has no ore: Oak Ridge wins it from what is left of making plutonium-238.
NO_ORE_AND_NO_FORM = {"promethium"}


@pytest.mark.parametrize("element", RARE_EARTHS)
def test_a_rare_earth_has_an_ore_a_form_and_a_use(element: str) -> None:
    materials = [row for row in table("materials") if element in items(row["elements"])]
    ores = {row["id"] for row in materials if row["kind"] in IN_THE_GROUND}
    forms = {row["id"] for row in materials if row["kind"] in REFINED}
    fed = {row["output"] for row in table("recipes") if row["stage"] in {"separation", "refining"}}
    used = [
        row["id"]
        for name in ("bom-items", "component-materials")
        for row in table(name)
        if element in items(row["substances"])
    ]
    assert used
    if element in NO_ORE_AND_NO_FORM:
        assert not ores
        assert not forms
    elif element == "scandium":
        # Named in no mineral here: it comes with the nickel of laterites, by recipes.
        assert breaks(["nickel-laterite-ore", "scandium-intermediate", "scandium-oxide"]) == []
    else:
        assert ores
        assert forms & fed
