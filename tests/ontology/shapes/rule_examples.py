"""Facts that pass and facts that fail, for each shape that no single property can say."""

from __future__ import annotations

ONTOLOGY = """
cm:status-withheld skos:notation "withheld" . cm:status-measured skos:notation "measured" .
"""
CITED = """
cmd:citation dct:isPartOf graph:usgs . graph:usgs a cm:SourceRelease .
"""


def share(name: str, country: str, value: float, more: str = "") -> str:
    return (
        f"cmd:{name} a cm:ShareObservation ; cm:refYear '2024'^^xsd:gYear ; qudt:numericValue "
        f"'{value}'^^xsd:double ; prov:wasDerivedFrom cmd:citation ; "
        f"cm:supplyPosition cmd:nd--{country} . {more}"
        f"cmd:nd a cm:Substance . cmd:nd--{country} cm:substance cmd:nd ; "
        f"cm:atStage cm:stage-refining ; cm:inCountry cmd:{country} . "
    )


def imports(*shares: float) -> str:
    return "cmd:nd a cm:Substance . " + "".join(
        f"cmd:from-{i} a cm:ImportShare ; cm:tradedSubstance cmd:nd ; cm:importer cmd:USA ; "
        f"cm:refYear '2024'^^xsd:gYear ; qudt:numericValue '{value}'^^xsd:double ; "
        f"prov:wasDerivedFrom cmd:citation . "
        for i, value in enumerate(shares)
    )


def composition(*parts: str) -> str:
    return (CITED + "cmd:alloy a cm:Material . ") + "".join(
        f"cmd:part-{i} a cm:CompositionItem ; cm:whole cmd:alloy ; cm:element cmd:e{i} ; "
        f"cm:basis cm:basis-mass-fraction ; qudt:numericValue '{part}'^^xsd:double ; "
        f"prov:wasDerivedFrom cmd:citation . "
        for i, part in enumerate(parts)
    )


def exposure(more: str) -> str:
    return (
        f"cmd:exposure a cm:Exposure ; cm:inCountry cmd:CHN ; cm:refYear '2024'^^xsd:gYear ; "
        f"cm:asOf cm:latest ; qudt:numericValue '91'^^xsd:double ; cm:restsOn cmd:s . {more}"
    )


def figure(year: int, *sources: str, status: str = "measured") -> str:
    return (
        f"cmd:o a cm:Observation ; cm:refYear '{year}'^^xsd:gYear ; cm:status cm:status-{status} . "
        + "".join(
            f"cmd:o prov:wasDerivedFrom cmd:c{i} . cmd:c{i} dct:isPartOf graph:s{i} . "
            f"graph:s{i} dct:issued '{issued}' . "
            for i, issued in enumerate(sources)
        )
    )


def stake(name: str, fraction: float, since: str = "", until: str = "") -> str:
    dates = f"cm:validFrom '{since}' ; " * bool(since) + f"cm:validUntil '{until}' ; " * bool(until)
    return (
        f"cmd:{name} a cm:OwnershipStake ; {dates} cm:stakeIn cmd:mine ; "
        f"cm:stakeKind cm:stake-equity ; cm:stakeFraction '{fraction}'^^xsd:double . "
    )


def member(name: str, since: str, until: str = "") -> str:
    end = f"cm:validUntil '{until}' ; " * bool(until)
    return (
        f"cmd:{name} a cm:Membership ; cm:validFrom '{since}' ; {end} "
        f"cm:membershipOf cmd:GBR ; cm:membershipIn cmd:EU . "
    )


def located(longitude: float, latitude: float) -> str:
    return (
        f"cmd:mine a cm:Facility ; cm:locatedIn cmd:USA ; geo:hasGeometry cmd:place . "
        f"cmd:place geo:asWKT 'POINT({longitude} {latitude})'^^geo:wktLiteral . "
    )


def suspension(measure: str, since: str, until: str) -> str:
    return (
        f"cmd:m a cm:Measure ; {measure} . cmd:s a cm:MeasureSuspension ; cm:suspends cmd:m ; "
        f"cm:validFrom '{since}' ; cm:validUntil '{until}' . "
    )


#: shape, facts that pass, facts that fail, the node that is named, a word of the message
EXAMPLES = [
    (
        "read-after-release",
        "graph:x a cm:SourceRelease ; dct:issued '2025' ; cm:retrievedOn '2025-01-01' .",
        "graph:x a cm:SourceRelease ; dct:issued '2025-02' ; cm:retrievedOn '2025-01-31' .",
        "graph:x",
        "2025-01-31",
    ),
    (
        "no-figure-has-no-number",
        "cmd:o cm:status cm:status-withheld ; cm:sourceFlag 'W' .",
        "cmd:o cm:status cm:status-withheld ; qudt:numericValue '0'^^xsd:double .",
        "cmd:o",
        "is withheld and has a number",
    ),
    (
        "figure-has-a-number",
        "cmd:o cm:status cm:status-measured ; qudt:numericValue '0'^^xsd:double .",
        "cmd:o cm:status cm:status-measured .",
        "cmd:o",
        "is measured and has no number",
    ),
    (
        "quantity-has-a-unit",
        "cmd:flow cm:quantity '3'^^xsd:double ; cm:quantityUnit cm:unit-tonne .",
        "cmd:flow cm:quantity '3'^^xsd:double .",
        "cmd:flow",
        "has no unit",
    ),
    (
        "bound-has-no-value",
        "cmd:o cm:status cm:status-bound ; cm:low '95'^^xsd:double .",
        "cmd:o cm:status cm:status-bound ; cm:low '90'^^xsd:double ; "
        "qudt:numericValue '95'^^xsd:double .",
        "cmd:o",
        "has the value 95",
    ),
    (
        "bound-has-an-end",
        "cmd:e a cm:Exposure ; cm:status cm:status-bound .",
        "cmd:o cm:status cm:status-bound .",
        "cmd:o",
        "without an end",
    ),
    (
        "dates-in-order",
        "cmd:m cm:validFrom '2025-04-04'^^xsd:date ; cm:validUntil '2025'^^xsd:gYear .",
        "cmd:m cm:validFrom '2025-04-04'^^xsd:date ; cm:validUntil '2025-03'^^xsd:gYearMonth .",
        "cmd:m",
        "ends on 2025-03",
    ),
    (
        "dates-in-order",
        "cmd:e cm:startedOn '2025' ; cm:endedOn '2025' .",
        "cmd:e cm:startedOn '2025' ; cm:endedOn '2024' .",
        "cmd:e",
        "ends on 2024",
    ),
    (
        "dates-in-order",
        "cmd:o cm:periodStart '2016' ; cm:periodEnd '2020' .",
        "cmd:o cm:periodStart '2016' ; cm:periodEnd '2012' .",
        "cmd:o",
        "ends on 2012",
    ),
    (
        "term-is-defined",
        "cm:status a owl:ObjectProperty . cm:status-measured a skos:Concept . "
        "cmd:o cm:status cm:status-measured .",
        "cm:status a owl:ObjectProperty . cmd:o cm:status cm:status-meassured .",
        "https://w3id.org/critmat/ontology",
        "cm:status-meassured is used and not defined",
    ),
    (
        "no-blank-nodes",
        "cm:part a owl:ObjectProperty . cmd:i cm:part cmd:magnet .",
        "cm:part a owl:ObjectProperty . [] cm:part cmd:magnet .",
        "cm:part",
        "cmd:magnet",
    ),
    (
        "country-code-is-its-own",
        "cmd:AUT a cm:Country ; cm:iso2 'AT' . cmd:AUS a cm:Place ; cm:iso2 'AU' .",
        "cmd:AUT a cm:Country ; cm:iso2 'AU' . cmd:AUS a cm:Place ; cm:iso2 'AU' .",
        "cmd:AUT",
        "cmd:AUS",
    ),
    (
        "memberships-apart",
        member("a", "1973", "2020-01-31") + member("b", "2020-01-31"),
        member("a", "1973", "2020-01-31") + member("b", "2019").replace("a cm:M", "a cm:Re-m"),
        "cmd:a",
        "cmd:b",
    ),
    (
        "element-is-its-own",
        "cmd:neodymium a cm:Element ; cm:symbol 'Nd' ; cm:atomicNumber 60 . cmd:x cm:symbol 'X' .",
        "cmd:neodymium a cm:Element ; cm:symbol 'Nd' ; cm:atomicNumber 60 . "
        "cmd:x cm:atomicNumber 60 .",
        "cmd:neodymium",
        "cmd:x",
    ),
    (
        "element-contains-itself",
        "cmd:neodymium a cm:Element ; cm:containsElement cmd:neodymium .",
        "cmd:neodymium a cm:Element ; cm:containsElement cmd:iron .",
        "cmd:neodymium",
        "cmd:iron",
    ),
    ("composition-sum", composition("30", "70"), composition("35", "70"), "cmd:alloy", "105"),
    (
        "no-circle-of-recipes",
        "cmd:r cm:inputForm cmd:oxide ; cm:outputForm cmd:metal ."
        "cmd:q cm:inputForm cmd:metal ; cm:outputForm cmd:oxide ; cm:atStage cm:stage-recycling .",
        "cmd:r cm:inputForm cmd:metal ; cm:outputForm cmd:metal ; cm:atStage cm:stage-refining .",
        "cmd:metal",
        "itself",
    ),
    (
        "figure-not-after-release",
        figure(2024, "2023", "2025-03")
        + figure(2026, "2025", status="forecast").replace("o ", "p "),
        figure(2024, "2022", "2023-12-31"),
        "cmd:o",
        "It is for 2024",
    ),
    (
        "shares-sum",
        CITED + share("a", "CHN", 91) + share("b", "MYS", 9.5),
        CITED + share("a", "CHN", 91) + share("b", "MYS", 9.6),
        "cmd:nd",
        "sum to 100.6",
    ),
    (
        "shares-sum",
        CITED + share("a", "CHN", 91) + share("b", "EU", 50, "cmd:EU a cm:Bloc . "),
        CITED + share("a", "CHN", 91) + share("b", "FRA", 50),
        "cmd:nd",
        "141",
    ),
    ("import-shares-sum", CITED + imports(60, 41), CITED + imports(60, 42), "cmd:nd", "102"),
    (
        "exposure-has-the-number",
        exposure(share("s", "CHN", 91)),
        exposure(share("s", "CHN", 90)),
        "cmd:exposure",
        "90",
    ),
    (
        "exposure-has-the-country",
        exposure(share("s", "CHN", 91)),
        exposure(share("s", "USA", 91)),
        "cmd:exposure",
        "cmd:USA",
    ),
    (
        "exposure-has-the-year",
        exposure(share("s", "CHN", 91)),
        exposure(share("s", "CHN", 91)).replace("'2024'", "'2023'", 1),
        "cmd:exposure",
        "2024",
    ),
    (
        "major-source-is-its-own",
        "cmd:nd cm:hasMajorSource cmd:e . cmd:e a cm:Exposure ; cm:exposedSubstance cmd:nd .",
        "cmd:nd cm:hasMajorSource cmd:e . cmd:e a cm:Exposure ; cm:exposedSubstance cmd:tb .",
        "cmd:nd",
        "cmd:e",
    ),
    (
        "major-source-is-its-own",
        "cmd:m a cm:Material ; cm:hasMajorSource cmd:e . cmd:e a cm:Exposure ; "
        "cm:exposedSubstance cmd:nd ; cm:sharedBy cmd:m .",
        "cmd:m a cm:ElementGroup ; cm:hasMajorSource cmd:e . cmd:e a cm:Exposure ; "
        "cm:exposedSubstance cmd:nd ; cm:sharedBy cmd:m .",
        "cmd:m",
        "cmd:e",
    ),
    (
        "coordinates-in-country",
        located(-115.53, 35.48),
        located(35.48, -15.53),
        "cmd:mine",
        "cmd:M",
    ),
    (
        "stakes-sum",
        stake("a", 0.6, until="2020") + stake("b", 0.6, "2020"),
        stake("a", 0.6, until="2021") + stake("b", 0.6, "2020"),
        "cmd:b",
        "1.2",
    ),
    (
        "substance-has-evidence",
        "cmd:i a cm:BomItem ; cm:statesSubstance cmd:nd ; cm:evidenceLevel cm:evidence-named .",
        "cmd:i a cm:BomItem ; cm:statesSubstance cmd:nd .",
        "cmd:i",
        "cmd:nd",
    ),
    (
        "content-is-said",
        "cmd:c a cm:Content ; cm:heldSubstance cmd:nd ; cm:itemOfSubstance cmd:i . "
        "cmd:i cm:statesSubstance cmd:nd .",
        "cmd:c a cm:Content ; cm:heldSubstance cmd:nd ; cm:itemOfSubstance cmd:i . "
        "cmd:i cm:statesSubstance cmd:tb .",
        "cmd:c",
        "cmd:nd",
    ),
    (
        "amount-has-unit",
        "cmd:i a cm:BomItem ; cm:low 1e0 ; qudt:unit cm:unit-kilogram ; cm:amountOf 'whole' .",
        "cmd:i a cm:BomItem ; cm:low 1e0 ; cm:amountOf 'whole' .",
        "cmd:i",
        "without a unit",
    ),
    (
        "no-part-of-itself",
        "cmd:i cm:whole cmd:motor ; cm:part cmd:magnet ."
        "cmd:j cm:whole cmd:jet ; cm:part cmd:magnet .",
        "cmd:i cm:whole cmd:magnet ; cm:materialPart cmd:magnet .",
        "cmd:magnet",
        "itself",
    ),
    (
        "measure-not-against-itself",
        "cmd:m a cm:Measure ; cm:imposedBy cmd:CHN ; cm:directedAgainst cmd:USA .",
        "cmd:m a cm:Measure ; cm:imposedBy cmd:CHN ; cm:directedAgainst cmd:CHN .",
        "cmd:m",
        "cmd:CHN",
    ),
    (
        "suspension-within-measure",
        suspension("cm:validFrom '2025-12-01'", "2025-11-07", "2026-11-10"),
        suspension("cm:validFrom '2025-12-01'", "2024-11-07", "2025-11-10"),
        "cmd:s",
        "2024-11-07",
    ),
    (
        "suspension-within-measure",
        suspension("cm:validUntil '2025-12-01'", "2025-11-07", "2026-11-10"),
        suspension("cm:validUntil '2025-12-01'", "2026-11-07", "2026-11-10"),
        "cmd:s",
        "2026-11-07",
    ),
    (
        "agreement-party",
        "cmd:a a cm:Agreement . cmd:p a cm:Participation ; cm:inAgreement cmd:a .",
        "cmd:a a cm:Agreement .",
        "cmd:a",
        "nothing is given",
    ),
    (
        "agreement-party",
        "cmd:a a cm:Agreement . cmd:p a cm:Participation ; cm:inAgreement cmd:a .",
        "cmd:a a cm:Agreement . cmd:p a cm:Event ; cm:inAgreement cmd:a .",
        "cmd:a",
        "cmd:p",
    ),
    (
        "composition-item",
        "cmd:i a cm:CompositionItem ; cm:high 1e0 .",
        "cmd:i a cm:CompositionItem ; rdfs:comment 'some' .",
        "cmd:i",
        "no number",
    ),
    (
        "price",
        "cmd:p a cm:PriceObservation ; qudt:numericValue 1e0 ; qudt:unit cm:unit-index .",
        "cmd:p a cm:PriceObservation ; qudt:numericValue 1e0 .",
        "cmd:p",
        "without a unit",
    ),
    (
        "bom-item",
        "cmd:i a cm:BomItem ; cm:partLabel 'Motor'@en .",
        "cmd:i a cm:BomItem ; cm:whole cmd:f-35 .",
        "cmd:i",
        "nothing of any part",
    ),
    (
        "measure",
        "cmd:m a cm:Measure ; cm:restrictsLabel 'Know-how'@en .",
        "cmd:m a cm:Measure ; cm:imposedBy cmd:CHN .",
        "cmd:m",
        "what it acts on",
    ),
    (
        "target",
        "cmd:t a cm:Target ; cm:low 10e0 .",
        "cmd:t a cm:Target ; cm:targetLabel 'More'@en .",
        "cmd:t",
        "no number",
    ),
    (
        "project",
        "cmd:p a cm:Project ; cm:amount 1e0 ; cm:currency 'USD' .",
        "cmd:p a cm:Project ; cm:amount 1e0 .",
        "cmd:p",
        "without a currency",
    ),
    (
        "comparison-prefers-its-own",
        "cmd:c a cm:Comparison ; cm:compares cmd:o1 , cmd:o2 ; cm:prefers cmd:o1 .",
        "cmd:c a cm:Comparison ; cm:compares cmd:o1 , cmd:o2 ; cm:prefers cmd:o3 .",
        "cmd:c",
        "does not compare",
    ),
    (
        "statistic-not-negative",
        "cmd:s a cm:NationalStatistic ; cm:statistic cm:statistic-stockpile-shipments ; "
        "qudt:numericValue -7e0 .",
        "cmd:s a cm:NationalStatistic ; cm:statistic cm:statistic-exports ; "
        "qudt:numericValue -4e0 .",
        "cmd:s",
        "-4",
    ),
    (
        "resource-grade-is-a-part",
        "cmd:o a cm:ResourceObservation ; cm:resourceMeasure 'grade' ; qudt:unit cm:unit-percent ; "
        "qudt:numericValue '0.4'^^xsd:double .",
        "cmd:o a cm:ResourceObservation ; cm:resourceMeasure 'grade' ; qudt:unit cm:unit-tonne ; "
        "qudt:numericValue '0.4'^^xsd:double .",
        "cmd:o",
        "do not go together",
    ),
]
