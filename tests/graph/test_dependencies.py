"""Dependencies and dependents: each once, at its least depth, by a shortest path."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import pytest

from tests.graph.asking import Graph, contact_of
from tests.graph.estate import End, Estate, at_random, diamonds, global_id, ring
from tests.graph.world import World

REACHED = """
query ($ids: [ID!]!, $depth: Int, $first: Int) {
  nodes(ids: $ids) {
    ... on Service { ...Down ...Up }
    ... on ConfigurationItem { ...ItemDown ...ItemUp }
  }
}
fragment Down on Service { dependsOn(depth: $depth, first: $first) { ...One } }
fragment Up on Service { dependents(depth: $depth, first: $first) { ...One } }
fragment ItemDown on ConfigurationItem { dependsOn(depth: $depth, first: $first) { ...One } }
fragment ItemUp on ConfigurationItem { dependents(depth: $depth, first: $first) { ...One } }
fragment One on Dependency {
  depth
  item { ... on Node { id } }
  path { ... on Node { id } }
}
"""


def expected(estate: Estate, start: End, depth: int, *, is_forward: bool) -> list[tuple[str, int]]:
    """What is reached, the nearest first, in the order that the graph keeps."""
    found = estate.depths(start, is_forward=is_forward)
    order = sorted((at, *end) for end, at in found.items() if 0 < at <= depth)
    return [(global_id((noun, number)), at) for at, noun, number in order]


def check_paths(
    estate: Estate, start: End, rows: list[dict[str, Any]], *, is_forward: bool
) -> None:
    beside = {
        global_id(near): {global_id(far) for far in others}
        for near, others in estate.neighbours(is_forward=is_forward).items()
    }
    for each in rows:
        path = [step["id"] for step in each["path"]]
        assert (path[0], path[-1]) == (global_id(start), each["item"]["id"])
        assert len(path) == each["depth"] + 1
        assert all(far in beside[near] for near, far in pairwise(path))


@pytest.mark.parametrize("seed", range(3))
async def test_walks_agree_with_a_walk_in_plain_python(graph: Graph, seed: int) -> None:
    estate = at_random(seed)
    await estate.load()
    starts = random.Random(seed).sample(estate.ends, 12)
    graph.under(cost_max=10**6)
    for depth in (1, 2, 4, 10):
        given = {"ids": [global_id(start) for start in starts], "depth": depth, "first": 100}
        nodes = (await graph.read(REACHED, given))["nodes"]
        for start, node in zip(starts, nodes, strict=True):
            for field, is_forward in (("dependsOn", True), ("dependents", False)):
                rows = node[field]
                found = [(each["item"]["id"], each["depth"]) for each in rows]
                assert found == expected(estate, start, depth, is_forward=is_forward)[:100]
                check_paths(estate, start, rows, is_forward=is_forward)


async def test_what_is_asked_for_is_the_nearest(graph: Graph) -> None:
    estate = diamonds(levels=4, width=5)
    await estate.load()
    whole = expected(estate, ("service", 1), 10, is_forward=True)
    for first in (0, 1, 7, 20, 100):
        given = {"ids": ["service_1"], "depth": 10, "first": first}
        rows = (await graph.read(REACHED, given))["nodes"][0]["dependsOn"]
        assert [(each["item"]["id"], each["depth"]) for each in rows] == whole[:first]
        check_paths(estate, ("service", 1), rows, is_forward=True)


async def test_diamonds_with_ten_levels_are_walked_by_items_and_not_by_paths(
    graph: Graph,
) -> None:
    """Ten million paths lead from the top to each item at the bottom."""
    estate = diamonds(levels=10, width=5)
    await estate.load()
    given = {"ids": ["service_1", "item_50"], "depth": 10, "first": 100}
    top, bottom = (await graph.read(REACHED, given))["nodes"]
    assert [each["depth"] for each in top["dependsOn"]] == [
        n for n in range(1, 11) for _ in "12345"
    ]
    assert len(bottom["dependents"]) == 46
    check_paths(estate, ("item", 50), bottom["dependents"], is_forward=False)


async def test_a_circle_that_was_loaded_is_cut(graph: Graph) -> None:
    await ring(6).load()
    given = {"ids": ["item_1"], "depth": 10, "first": 100}
    (node,) = (await graph.read(REACHED, given))["nodes"]
    for field, order in (("dependsOn", [2, 3, 4, 5, 6]), ("dependents", [6, 5, 4, 3, 2])):
        found = [(each["item"]["id"], each["depth"]) for each in node[field]]
        assert found == [(f"item_{number}", at) for at, number in enumerate(order, start=1)]


async def test_depth_is_1_and_first_is_100_where_nothing_is_said(graph: Graph) -> None:
    ends = [("item", number) for number in range(1, 131)]
    edges = [(ends[0], end) for end in ends[1:121]]
    await Estate(ends, [*edges, *((ends[1], end) for end in ends[121:])]).load()
    found = await graph.read('{ configurationItem(id: "item_1") { dependsOn { depth } } }')
    assert found["configurationItem"]["dependsOn"] == [{"depth": 1}] * 100
    null = await graph.read(
        '{ configurationItem(id: "item_2") { dependsOn(depth: null, first: null) { depth } } }'
    )
    assert null["configurationItem"]["dependsOn"] == [{"depth": 1}] * 9


@pytest.mark.parametrize("given", ["depth: 0", "depth: 11", "depth: -1", "first: -1", "first: 101"])
async def test_a_walk_out_of_bounds_is_refused_before_anything_is_read(
    graph: Graph, given: str
) -> None:
    name, _, value = given.partition(": ")
    for field in ("dependsOn", "dependents"):
        literal = f"{{ services {{ nodes {{ {field}({given}) {{ depth }} }} }} }}"
        assert (await graph.refusal(literal))["code"] == "INVALID_INPUT"
        variable = (
            f"query ($n: Int) {{ configurationItems {{ nodes {{ {field}({name}: $n)"
            " { depth path { ... on Node { id } } } } } }"
        )
        told = await graph.refusal(variable, {"n": int(value)})
        assert told["code"] == "INVALID_INPUT"
        assert f"`{name}`" in told["message"]


async def test_items_and_paths_are_selected_apart_and_more_than_once(graph: Graph) -> None:
    service, item, host = ("service", 1), ("item", 1), ("item", 2)
    await Estate([item, host, service], [(service, item), (item, host)]).load()
    document = """{ service(id: "service_1") { found: dependsOn(depth: 2) {
      way: path { __typename ... on Service { code } ... on ConfigurationItem { name } }
      __typename
      a: item { ... on ConfigurationItem { name } }
      far: depth
      b: item { __typename ... on ConfigurationItem { timeline { nodes { changes { field } } } } }
      path { ... on Node { id } }
    } } }"""
    (first, second) = (await graph.read(document))["service"]["found"]
    start = {"__typename": "Service", "code": "S1"}
    steps = [{"__typename": "ConfigurationItem", "name": f"item 0000{n}"} for n in (1, 2)]
    assert list(first) == ["way", "__typename", "a", "far", "b", "path"]
    assert first["way"] == [start, steps[0]]
    assert second == {
        "way": [start, *steps],
        "__typename": "Dependency",
        "a": {"name": "item 00002"},
        "far": 2,
        "b": {"__typename": "ConfigurationItem", "timeline": {"nodes": []}},
        "path": [{"id": "service_1"}, {"id": "item_1"}, {"id": "item_2"}],
    }


async def test_what_is_worked_out_from_a_step_is_there_in_every_path(
    graph: Graph, world: World
) -> None:
    """An event's changes are a derived value: the start has them too."""
    a, b, c = [await world.item() for _ in range(3)]
    await world.related("DEPENDS_ON", a, b)
    await world.related("HOSTED_ON", b, c)
    document = """query ($id: ID!) { configurationItem(id: $id) { dependsOn(depth: 2) {
      path { ... on ConfigurationItem { timeline { nodes { changes { field } } } } } } } }"""
    rows = (await graph.read(document, {"id": a}))["configurationItem"]["dependsOn"]
    told = {
        "timeline": {"nodes": [{"changes": [{"field": f} for f in ("status", "name", "ciClass")]}]}
    }
    assert [each["path"] for each in rows] == [[told] * 2, [told] * 3]


async def test_walks_within_walks_start_anew_at_each_row(graph: Graph) -> None:
    estate = diamonds(levels=4, width=2)
    await estate.load()
    inner = "depth item { ... on Node { id } } path { ... on Node { id } }"
    for _ in range(3):
        inner = (
            "item { ... on Node { id } ... on ConfigurationItem"
            f" {{ id dependsOn(first: 9) {{ {inner} }} }} }} depth"
        )
    document = f"{{ services {{ nodes {{ id dependsOn(first: 9) {{ {inner} }} }} }} }}"
    graph.under(cost_max=10**7)
    (node,) = (await graph.read(document))["services"]["nodes"]

    def check(start: str, rows: list[dict[str, Any]]) -> None:
        noun, _, number = start.rpartition("_")
        found = [(each["item"]["id"], each["depth"]) for each in rows]
        assert found == expected(estate, (noun, int(number)), 1, is_forward=True)
        for each in rows:
            if "dependsOn" in each["item"]:
                check(each["item"]["id"], each["item"]["dependsOn"])
            else:
                assert [step["id"] for step in each["path"]] == [start, each["item"]["id"]]

    check(node["id"], node["dependsOn"])


async def test_the_cost_counts_items_and_steps(graph: Graph) -> None:
    document = "{ services(first: 1) { nodes { dependsOn(depth: %d, first: %d) { %s } } } }"
    costs = {}
    for depth, first, inner in (
        (1, 100, "depth"),
        (10, 100, "item { ... on Node { id } }"),
        (10, 50, "path { ... on Node { id } }"),
    ):
        answer = await graph(document % (depth, first, inner))
        costs[inner.split()[0]] = answer["extensions"]["cost"]["estimate"]
    assert costs == {"depth": 112, "item": 212, "path": 562}


async def test_a_customer_s_side_sees_no_dependency(graph: Graph, world: World) -> None:
    customer = await world.customer()
    await diamonds(levels=2, width=2).load()
    given = {"ids": ["service_1", "item_1"], "depth": 10, "first": 100}
    service, item = (await graph.read(REACHED, given, viewer=contact_of(customer)))["nodes"]
    assert service == {"dependsOn": [], "dependents": []}
    assert item is None
