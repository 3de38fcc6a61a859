"""Edges: which ends each kind admits, and which kinds may close no circle."""

from __future__ import annotations

from itertools import product

import pytest

from models.rules.edges import (
    DEPENDENCIES,
    EDGES,
    RELATABLE,
    RelationshipKind,
    in_order,
    misfits,
    no_circle_with,
)

ADMITTED = {
    "PARENT_OF": {("customer", "customer")},
    "PARTNER_OF": {("customer", "customer")},
    "REPORTS_TO": {("contact", "contact")},
    "SPONSORS": {("contact", "service")},
    "WORKS_WITH": {("contact", "staff")},
    "DEPENDS_ON": set(product(("service", "item"), ("service", "item"))),
    "HOSTED_ON": {("item", "item")},
    "SUPPORTED_BY": {("service", "staff"), ("item", "staff")},
}


@pytest.mark.parametrize("kind", RelationshipKind)
def test_each_kind_admits_the_ends_that_the_domain_says_and_no_others(
    kind: RelationshipKind,
) -> None:
    nouns = (*RELATABLE, "complaint")
    found = {
        (source, target)
        for source, target in product(nouns, nouns)
        if not misfits(kind, (source, 1), (target, 2))
    }
    assert found == ADMITTED[kind.value]


def test_an_end_that_does_not_fit_is_named() -> None:
    sponsors = RelationshipKind.SPONSORS
    assert misfits(sponsors, ("staff", 1), ("service", 1)) == ["source"]
    assert misfits(sponsors, ("contact", 1), ("item", 1)) == ["target"]
    assert misfits(sponsors, ("service", 1), ("contact", 1)) == ["source", "target"]


def test_only_partners_are_stored_in_one_order() -> None:
    high, low = ("customer", 9), ("customer", 2)
    for kind in RelationshipKind:
        is_symmetric = kind is RelationshipKind.PARTNER_OF
        assert EDGES[kind].is_symmetric is is_symmetric
        assert in_order(kind, high, low) == ((low, high) if is_symmetric else (high, low))
        assert in_order(kind, low, high) == (low, high)


def test_dependencies_close_no_circle_together_and_hierarchies_each_by_itself() -> None:
    assert {kind.value: no_circle_with(kind) for kind in RelationshipKind} == {
        "PARENT_OF": (RelationshipKind.PARENT_OF,),
        "PARTNER_OF": (),
        "REPORTS_TO": (RelationshipKind.REPORTS_TO,),
        "SPONSORS": (),
        "WORKS_WITH": (),
        "DEPENDS_ON": DEPENDENCIES,
        "HOSTED_ON": DEPENDENCIES,
        "SUPPORTED_BY": (),
    }
