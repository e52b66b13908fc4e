"""Where the number of records of a source release comes from."""

from __future__ import annotations

from collections.abc import Sequence

from kg.derive.spelling import Triple, iri, lexical
from kg.explain.asking import Asker
from kg.explain.record import label
from kg.explain.step import Step
from kg.explain.words import figure


def steps_to_record_count(asker: Asker, triple: Triple) -> Sequence[Step]:
    """The step by which the records of a release were counted; there are too many to name them."""
    del asker  # nothing more is asked for
    release, _, count = triple
    reason = (
        f"When the graph was built, it had {figure(lexical(count))} records with a citation of "
        f"{label(release)}."
    )
    premises = ((release, iri("rdf:type"), iri("cm:SourceRelease")),)
    return [Step(triple, premises, rule="record-count", reason=reason)]
