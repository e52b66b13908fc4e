"""The colours of the charts: seen against the page, and told apart with colour blindness."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest

from tests.serving import REPOSITORY

STYLE = REPOSITORY / "service" / "frontend" / "src" / "styles" / "charts.css"
Colour = tuple[float, float, float]

#: G. Machado and others, "A physiologically-based model for simulation of color vision
#: deficiency", IEEE TVCG 15 (2009), severity 1.0; for linear RGB. https://doi.org/10.1109/TVCG.2009.113
DEFICIENCIES = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881)),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900)),
}  # fmt: skip


def _palettes() -> dict[str, dict[str, str]]:
    text = STYLE.read_text(encoding="utf-8")
    light, dark = text.split("@media screen and (prefers-color-scheme: dark)")
    found = re.compile(r"--chart-([\w-]+): (#[0-9a-f]{6});")
    return {"light": dict(found.findall(light)), "dark": dict(found.findall(dark))}


PALETTES = _palettes()


def _linear(colour: str) -> Colour:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return red, green, blue


def _contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    light = [
        0.2126 * red + 0.7152 * green + 0.0722 * blue
        for red, green, blue in map(_linear, (one, other))
    ]
    return (max(light) + 0.05) / (min(light) + 0.05)


def _seen(colour: str, deficiency: str) -> Colour:
    """The colour as it is seen, in Oklab: https://bottosson.github.io/posts/oklab/"""
    linear = _linear(colour)
    red, green, blue = (
        min(1.0, max(0.0, sum(weight * value for weight, value in zip(row, linear, strict=True))))
        for row in DEFICIENCIES[deficiency]
    )
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _apart(one: str, other: str, deficiency: str) -> float:
    """The distance of two colours in hundredths of Oklab; 2 is about what an eye just notices."""
    return 100 * math.dist(_seen(one, deficiency), _seen(other, deficiency))


@pytest.mark.parametrize("scheme", PALETTES)
def test_marks_stand_out_from_the_page_and_text_can_be_read(scheme: str) -> None:
    colours = PALETTES[scheme]
    for name in [f"series-{n}" for n in range(1, 7)]:
        assert _contrast(colours[name], colours["paper"]) >= 3, name
    assert _contrast(colours["border"], colours["paper"]) >= 3
    for name in ("ink", "soft"):
        assert _contrast(colours[name], colours["paper"]) >= 4.5, name


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("scheme", PALETTES)
def test_series_are_told_apart(scheme: str, deficiency: str) -> None:
    colours = [PALETTES[scheme][f"series-{n}"] for n in range(1, 7)]
    for at, one in enumerate(colours):
        for other in colours[at + 1 :]:
            assert _apart(one, other, deficiency) >= 12, (one, other)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("scheme", PALETTES)
def test_classes_of_a_map_go_one_way_and_differ_from_the_land(scheme: str, deficiency: str) -> None:
    colours = PALETTES[scheme]
    ramp = [colours["land"], *(colours[f"ramp-{n}"] for n in range(1, 6))]
    light = [_seen(each, deficiency)[0] for each in ramp]
    assert light == sorted(light, reverse=scheme == "light")
    for one, other in pairwise(ramp):
        assert _apart(one, other, deficiency) >= 7, (one, other)
