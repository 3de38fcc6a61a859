"""Which edges lie on a circle, beside a walk from each edge's target to its source."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from models.rules.edges import End, on_circles

Edge = tuple[End, End]


def edges_of(text: str) -> list[Edge]:
    """Edges such as `ab bc`, between items that letters number."""
    return [(("item", ord(edge[0])), ("item", ord(edge[1]))) for edge in text.split()]


def walked(edges: Sequence[Edge]) -> set[int]:
    """The definition: an edge is on a circle if its source is reached from its target."""
    return {place for place, (source, target) in enumerate(edges) if _leads(edges, target, source)}


def _leads(edges: Sequence[Edge], start: End, goal: End) -> bool:
    seen, left = {start}, [start]
    while left:
        here = left.pop()
        if here == goal:
            return True
        onward = {target for source, target in edges if source == here} - seen
        seen |= onward
        left.extend(onward)
    return False


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", set()),
        ("ab bc ac", set()),
        ("ab ba", {0, 1}),
        ("ab bc ca cd", {0, 1, 2}),
        ("ab ba bc cd dc", {0, 1, 3, 4}),
        ("aa ab", {0}),
        ("ab ab", set()),
    ],
)
def test_only_edges_on_a_circle_are_named(text: str, places: set[int]) -> None:
    assert on_circles(edges_of(text)) == places == walked(edges_of(text))


@pytest.mark.parametrize("seed", range(200))
def test_random_edges_agree_with_a_walk(seed: int) -> None:
    chance = random.Random(seed)
    ends = [(chance.choice(("item", "service")), n) for n in range(chance.randint(1, 9))]
    edges = [(chance.choice(ends), chance.choice(ends)) for _ in range(chance.randint(0, 14))]
    assert on_circles(edges) == walked(edges)


def test_a_long_chain_needs_no_deep_stack() -> None:
    chain = [(("item", n), ("item", n + 1)) for n in range(50_000)]
    assert on_circles(chain) == set()
    assert len(on_circles([*chain, (("item", 50_000), ("item", 0))])) == 50_001
