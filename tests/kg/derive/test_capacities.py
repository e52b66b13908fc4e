"""Which figures are capacities of facilities."""

from __future__ import annotations

from collections.abc import Callable

from kg.namespaces import GRAPH
from tests.kg.derive.conftest import Derived

DeriveFrom = Callable[..., Derived]


def capacities(derived: Derived) -> list[tuple[str, ...]]:
    return derived.rows("?facility cm:hasCapacity ?figure")


def test_only_what_says_capacity_is_one(derive_from: DeriveFrom) -> None:
    derived = derive_from(
        """
        cmd:design cm:facility cmd:plant ; cm:facilityMeasure "capacity" .
        cmd:planned cm:facility cmd:plant ; cm:facilityMeasure "capacity" .
        cmd:made cm:facility cmd:plant ; cm:facilityMeasure "output" .
        cmd:allowed cm:facility cmd:plant ; cm:facilityMeasure "quota" .
        cmd:ore a cm:ResourceObservation ; cm:facility cmd:mine ; cm:resourceMeasure "ore" .
        """
    )
    assert capacities(derived) == [("cmd:plant", "cmd:design"), ("cmd:plant", "cmd:planned")]
    (graph,) = {g for (g,) in derived.rows("GRAPH ?g { cmd:plant cm:hasCapacity cmd:design }")}
    assert graph == f"{GRAPH}derived/capacities"


def test_odd_records_are_passed_over(derive_from: DeriveFrom) -> None:
    derived = derive_from(
        """
        cmd:of-nothing cm:facilityMeasure "capacity" .
        cmd:of-words cm:facilityMeasure "capacity" ; cm:facility "a plant" .
        cmd:of-no-kind cm:facilityMeasure [] , cmd:capacity , 7 ; cm:facility cmd:plant .
        cmd:of-two cm:facilityMeasure "output" , "capacity" ; cm:facility cmd:plant , cmd:mine .
        """
    )
    assert capacities(derived) == [("cmd:mine", "cmd:of-two"), ("cmd:plant", "cmd:of-two")]
