"""Charts with data of the size and the kind that answers have; the figures are invented."""

from __future__ import annotations

HOSTILE = "<img src=x onerror=alert(1)>"

BAR = {
    "kind": "bar", "title": "Share of the mining of rare earths", "unit": "%",
    "categories": [
        "China", "United States of America", "Australia", "Myanmar", "Thailand",
        "Democratic Republic of the Congo", "India", "Russia", "Vietnam", "Madagascar",
    ],
    "series": [
        {"name": "Share", "values": [69.2, 11.5, 3.3, 7.9, 3.3, None, 0.74, 0.64, 0.08, 0.5]},
    ],
}  # fmt: skip

GROUPED = {
    "kind": "bar", "title": "Who mines and who refines", "unit": "%",
    "categories": ["China", "United States", "Australia", "Malaysia", "Rest of the world"],
    "series": [
        {"name": "Mining", "values": [69.2, 11.5, 3.3, None, 16.0]},
        {"name": "Refining", "values": [91.3, 0.9, None, 4.1, 3.7]},
        {"name": "Magnets", "values": [94, 0.1, None, None, 5.9]},
    ],
}  # fmt: skip

YEARS = [str(year) for year in range(1994, 2025)]
LINE = {
    "kind": "line", "title": "Mining of rare earths", "unit": "t of rare-earth oxide",
    "categories": YEARS,
    "series": [
        {"name": "China", "values": [30600 + 8000 * i + 400 * (i - 15) ** 2 for i in range(31)]},
        {"name": "United States of America", "values": [
            20700, 22200, 20400, 10000, 5000, 5000, 5000, 5000, 5000, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            3000, 5500, 5400, 5900, None, None, 14000, 28000, 39000, 42400, 42500, 41600, 45000]},
        {"name": "Australia", "values": [None] * 17 + [2200, 3200, 2000, 8000, 12000, 15000, 19000,
            21000, 20000, 21000, 24000, 18000, 16000, 13000]},
        {"name": "Myanmar", "values": [
            *[None] * 24, 19000, 25000, 31000, 35000, 12000, 43000, 31000]},
    ],
}  # fmt: skip

AREAS = {
    "kind": "map", "title": "Share of the refining of cobalt", "unit": "%",
    "areas": [
        {"iso3": iso3, "name": name, "value": value}
        for iso3, name, value in [
            ("CHN", "China", 78.2), ("FIN", "Finland", 8.1), ("CAN", "Canada", 3),
            ("NOR", "Norway", 2.1), ("JPN", "Japan", 2.5), ("AUS", "Australia", 22),
            ("COD", "DR Congo", 45), ("RUS", "Russia", 1), ("SGP", "Singapore", 0.4),
        ]
    ],
}  # fmt: skip

POINTS = {
    "kind": "map", "title": "Facilities that handle dysprosium",
    "points": [
        {"name": n, "latitude": a, "longitude": o, "group": g, "href": h}
        for n, a, o, g, h in [
            ("Mountain Pass", 35.48, -115.53, "mine", "/facility/mountain-pass"),
            ("Mount Weld", -28.86, 122.55, "mine", ""), ("Bayan Obo", 41.78, 109.97, "mine", ""),
            ("Maoniuping", 28.45, 101.98, "mine", ""), ("Nolans", -22.57, 133.24, "mine", ""),
            ("Lynas Kuantan", 3.99, 103.37, "separation plant", ""),
            ("Neo Silmet", 59.4, 27.76, "separation plant", ""),
            ("Solvay La Rochelle", 46.17, -1.17, "separation plant", ""),
            ("Saskatoon", 52.13, -106.67, "separation plant", ""),
            ("Ganzhou", 25.83, 114.93, "separation plant", ""),
            ("Neo Narva", 59.37, 28.19, "magnet plant", ""),
            ("Vacuumschmelze Hanau", 50.13, 8.92, "magnet plant", ""),
            ("Fort Worth", 32.9, -97.3, "magnet plant", ""),
            ("Hitachi Kumagaya", 36.15, 139.39, "magnet plant", ""),
            ("Hypromag Birmingham", 52.48, -1.9, "recycling plant", ""),
            ("Less Common Metals", 53.27, -2.9, "metal plant", ""),
        ]
    ],
}  # fmt: skip

_FLOWS = [
    ("Bastnaesite ore", "Mixed rare-earth carbonate", 55),
    ("Monazite ore", "Mixed rare-earth carbonate", 20),
    ("Ion-adsorption clay", "Mixed rare-earth carbonate", 25),
    ("Mixed rare-earth carbonate", "Neodymium oxide", 60),
    ("Mixed rare-earth carbonate", "Praseodymium oxide", 18),
    ("Mixed rare-earth carbonate", "Neodymium-praseodymium oxide (didymium)", 22),
    ("Neodymium oxide", "Neodymium metal", 58), ("Neodymium oxide", "Laser crystals", 2),
    ("Praseodymium oxide", "Neodymium metal", 18),
    ("Neodymium-praseodymium oxide (didymium)", "Neodymium metal", 22),
    ("Neodymium metal", "Sintered NdFeB magnet", 90), ("Neodymium metal", "Bonded NdFeB magnet", 8),
]  # fmt: skip
SANKEY = {
    "kind": "sankey", "title": "Neodymium from ore to magnet", "unit": "%",
    "nodes": [{"name": n} for n in dict.fromkeys(n for a, b, _ in _FLOWS for n in (a, b))],
    "links": [{"source": a, "target": b, "value": v} for a, b, v in _FLOWS],
}  # fmt: skip

_LINKS = [
    ("F-35 Lightning II", [
        "Neodymium", "Samarium", "Dysprosium", "Gallium", "Yttrium", "Tantalum"]),
    ("Tomahawk cruise missile", ["Neodymium", "Samarium", "Terbium", "Gallium"]),
    ("Virginia-class submarine", ["Neodymium", "Dysprosium", "Samarium", "Rhenium"]),
    ("Smartphone", [
        "Neodymium", "Praseodymium", "Indium", "Tantalum", "Gallium", "Lithium", "Cobalt"]),
    ("Electric car", ["Neodymium", "Dysprosium", "Lithium", "Cobalt", "Nickel", "Graphite"]),
    ("Direct-drive wind turbine", ["Neodymium", "Dysprosium", "Praseodymium", "Boron"]),
    ("AN/SPY-6 radar", ["Gallium", "Yttrium"]), ("Satellite", ["Germanium"]),
]  # fmt: skip
NETWORK = {
    "kind": "network", "title": "Elements that several products share",
    "nodes": [
        *({"name": product, "group": "product"} for product, _ in _LINKS),
        *({"name": e, "group": "element"} for e in sorted({e for _, es in _LINKS for e in es})),
    ],
    "links": [{"source": p, "target": e} for p, elements in _LINKS for e in elements],
}  # fmt: skip

ALL = {
    "bar": BAR, "grouped": GROUPED, "line": LINE, "areas": AREAS, "points": POINTS,
    "sankey": SANKEY, "network": NETWORK,
}  # fmt: skip
