"""Pages: forwards and backwards through a list that changes, and their bounds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.asking import Graph
from tests.graph.world import World

BOTH_WAYS = """
query ($first: Int, $after: String, $last: Int, $before: String, $by: ComplaintOrder) {
  complaints(first: $first, after: $after, last: $last, before: $before, orderBy: $by) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { subject } }
    nodes { subject }
  }
}
"""
ORDERS = [
    {"field": field, "direction": direction}
    for field in ("RECEIVED_AT", "PRIORITY", "STATUS", "UPDATED_AT")
    for direction in ("ASC", "DESC")
]
LEVELS = [("HIGH", "HIGH"), ("LOW", "LOW"), ("MEDIUM", "MEDIUM"), ("HIGH", "MEDIUM")]


async def seven_complaints(world: World) -> str:
    """Complaints of all priorities and of several statuses, some of one instant."""
    owner, customer = await world.staff(), await world.customer()
    for number in range(7):
        impact, urgency = LEVELS[number % len(LEVELS)]
        complaint = await world.complaint(
            customer, subject=f"c{number}", impact=impact, urgency=urgency
        )
        await world.brought(complaint, ("RECEIVED", "INVESTIGATING", "CLOSED")[number % 3], owner)
        if number % 2:
            world.graph.later(minutes=1)
    return customer


def subjects(page: dict[str, Any]) -> list[str]:
    found = [node["subject"] for node in page["nodes"]]
    assert found == [edge["node"]["subject"] for edge in page["edges"]]
    info = page["pageInfo"]
    ends = [page["edges"][at]["cursor"] for at in (0, -1)] if found else [None, None]
    assert [info["startCursor"], info["endCursor"]] == ends
    return found


async def page(graph: Graph, **given: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await graph.read(BOTH_WAYS, given))["complaints"]
    return found


async def walked(graph: Graph, size: int, *, is_backward: bool, **given: Any) -> list[str]:
    """The whole list by pages of `size`, with the flags right on every page."""
    count, at, step, end = (
        ("last", "before", -1, "startCursor") if is_backward else ("first", "after", 1, "endCursor")
    )
    ahead, behind = "hasNextPage", "hasPreviousPage"
    if is_backward:
        ahead, behind = behind, ahead
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        one = await page(graph, **{count: size}, **cursor, **given)
        part = subjects(one)
        found = [*found, *part] if step == 1 else [*part, *found]
        assert one["pageInfo"][behind] is bool(cursor)
        if not one["pageInfo"][ahead]:
            return found
        cursor = {at: one["pageInfo"][end]}


async def test_every_order_gives_each_row_once_by_pages_of_any_size_both_ways(
    graph: Graph, world: World
) -> None:
    await seven_complaints(world)
    for order in [None, *ORDERS]:
        whole = subjects(await page(graph, first=100, by=order))
        assert sorted(whole) == [f"c{number}" for number in range(7)]
        for size in (1, 3, 7):
            assert await walked(graph, size, is_backward=False, by=order) == whole
            assert await walked(graph, size, is_backward=True, by=order) == whole


async def test_descending_is_ascending_read_backwards(graph: Graph, world: World) -> None:
    await seven_complaints(world)
    for up, down in zip(ORDERS[::2], ORDERS[1::2], strict=True):
        assert subjects(await page(graph, by=up)) == subjects(await page(graph, by=down))[::-1]


async def test_orders_by_priority_and_status_follow_their_meaning(
    graph: Graph, world: World
) -> None:
    await seven_complaints(world)
    document = """query ($by: ComplaintOrder) {
      complaints(orderBy: $by) { nodes { priority status receivedAt } } }"""
    ranks = {
        "PRIORITY": ["CRITICAL", "HIGH", "MEDIUM", "LOW"],
        "STATUS": ["RECEIVED", "INVESTIGATING", "CLOSED"],
    }
    for field, names in ranks.items():
        by = {"field": field, "direction": "ASC"}
        nodes = (await graph.read(document, {"by": by}))["complaints"]["nodes"]
        found = [names.index(node[field.lower()]) for node in nodes]
        assert found == sorted(found)
        assert len(set(found)) == len(names)
    nodes = (await graph.read(document))["complaints"]["nodes"]
    instants = [node["receivedAt"] for node in nodes]
    assert instants == sorted(instants, reverse=True)


async def test_a_page_stays_right_while_rows_are_inserted_on_both_sides(
    graph: Graph, world: World
) -> None:
    customer = await seven_complaints(world)
    by = {"field": "RECEIVED_AT", "direction": "ASC"}
    start = await page(graph, first=3, by=by)
    await world.complaint(customer, subject="before", receivedAt="2026-03-01T08:00:00Z")
    await world.complaint(customer, subject="behind")
    rest = await page(graph, first=100, by=by, after=start["pageInfo"]["endCursor"])
    assert subjects(start) + subjects(rest) == ["c0", "c1", "c2", "c3", "c4", "c5", "c6", "behind"]
    back = await page(graph, last=100, by=by, before=start["pageInfo"]["startCursor"])
    assert subjects(back) == ["before"]


async def test_a_list_without_rows_has_empty_pages(graph: Graph) -> None:
    for given in ({}, {"first": 5}, {"last": 5}, {"first": 0}, {"last": 0}):
        assert await page(graph, **given) == {
            "totalCount": 0,
            "pageInfo": {
                "hasNextPage": False,
                "hasPreviousPage": False,
                "startCursor": None,
                "endCursor": None,
            },
            "edges": [],
            "nodes": [],
        }


async def test_a_page_of_no_rows_still_tells_what_there_is(graph: Graph, world: World) -> None:
    await seven_complaints(world)
    none = await page(graph, first=0)
    assert (none["nodes"], none["totalCount"]) == ([], 7)
    assert none["pageInfo"]["hasNextPage"] is True
    assert (await page(graph, last=0))["pageInfo"]["hasPreviousPage"] is True


async def test_behind_the_last_row_there_is_nothing_but_what_was_before(
    graph: Graph, world: World
) -> None:
    await seven_complaints(world)
    whole = await page(graph, first=100)
    end = await page(graph, first=5, after=whole["pageInfo"]["endCursor"])
    assert end["nodes"] == []
    assert end["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": True,
        "startCursor": None,
        "endCursor": None,
    }


async def test_a_page_has_20_rows_where_nothing_is_said_and_100_at_most(
    graph: Graph, world: World
) -> None:
    customer = await world.customer()
    record = "mutation {" + " ".join(
        f'c{number}: recordComplaint(input: {{customerId: "{customer}", subject: "s",'
        ' description: "d", channel: API, impact: LOW, urgency: LOW}) { errors { code } }'
        for number in range(15)
    )
    for _ in range(7):
        await graph.read(record + "}")
    count = "query ($first: Int, $last: Int) { complaints(first: $first, last: $last) { %s } }"
    for given, size in (({}, 20), ({"first": 100}, 100), ({"last": 100}, 100), ({"first": 1}, 1)):
        found = (await graph.read(count % "nodes { id } totalCount", given))["complaints"]
        assert (len(found["nodes"]), found["totalCount"]) == (size, 105)


@pytest.mark.parametrize(
    "given",
    [
        "first: 101",
        "last: 101",
        "first: -1",
        "last: -1",
        "first: 1, last: 1",
        'first: 1, before: "x"',
        'last: 1, after: "x"',
        'after: "x", before: "x"',
        'after: "x"',
        'after: "5b5d"',
        'after: ""',
        f'after: "{"5b" * 3000}"',
    ],
)
async def test_a_page_that_can_not_be_is_refused_before_anything_is_read(
    graph: Graph, given: str
) -> None:
    for part in ("nodes { id }", "totalCount nodes { id }", "pageInfo { hasPreviousPage }"):
        told = await graph.refusal(f"{{ complaints({given}) {{ {part} }} }}")
        assert told["code"] == "INVALID_INPUT"
        nested = f"{{ customers {{ nodes {{ complaints({given}) {{ {part} }} }} }} }}"
        assert (await graph.refusal(nested))["code"] == "INVALID_INPUT"


async def test_a_cursor_of_another_order_is_refused(graph: Graph, world: World) -> None:
    await seven_complaints(world)
    for order in ORDERS:
        cursor = (await page(graph, first=1, by=order))["pageInfo"]["endCursor"]
        for other in [None, *ORDERS]:
            if other != order:
                told = await graph.refusal(BOTH_WAYS, {"after": cursor, "by": other})
                assert told["code"] == "INVALID_INPUT"


@pytest.mark.parametrize(
    "values",
    [
        ["", "2026-01-01T00:00:00", 1],
        ["", "0001-01-01T00:00:00+10:00", 1],
        ["", "9999-12-31T23:59:59-10:00", 1],
        ["", "2026-01-01T00:00:00Z", 10**30],
        ["", "2026-01-01T00:00:00Z", -1],
        ["", "2026-01-01T00:00:00Z", True],
        ["", "2026-01-01T00:00:00Z", None],
        ["", None, 1],
        ["", 1, 1],
        ["", "2026-01-01T00:00:00Z"],
        [],
        {},
        None,
    ],
)
async def test_a_forged_cursor_is_refused(graph: Graph, values: Any) -> None:
    import json

    told = await graph.refusal(BOTH_WAYS, {"after": json.dumps(values).encode().hex()})
    assert told["code"] == "INVALID_INPUT"


async def test_only_what_a_page_is_asked_for_is_in_its_answer(graph: Graph, world: World) -> None:
    await seven_complaints(world)
    cursor = (await page(graph, first=3))["pageInfo"]["endCursor"]
    parts = {
        "totalCount": {"totalCount": 7},
        "__typename": {"__typename": "ComplaintConnection"},
        "pageInfo { hasNextPage }": {"pageInfo": {"hasNextPage": True}},
        "pageInfo { hasPreviousPage }": {"pageInfo": {"hasPreviousPage": True}},
        "pageInfo { __typename }": {"pageInfo": {"__typename": "PageInfo"}},
        "edges { __typename }": {"edges": [{"__typename": "ComplaintEdge"}] * 2},
    }
    for part, expected in parts.items():
        document = f"""query ($after: String, $search: String, $first: Int) {{
          complaints(first: $first, after: $after, filter: {{ search: $search }}) {{ {part} }} }}"""
        given = {"after": cursor, "search": "c", "first": 2}
        assert (await graph.read(document, given))["complaints"] == expected
