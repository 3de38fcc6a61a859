"""Every limit of a document: accepted at the limit, refused one beyond it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.asking import Graph


def nested(depth: int) -> str:
    onward = ["customer", "complaints(first: 1)", "nodes"] * 9
    return _within(["complaint(id: 1)", *onward][: depth - 1])


def _within(fields: list[str]) -> str:
    text = "__typename"
    for field in reversed(fields):
        text = f"{field} {{ {text} }}"
    return f"{{ {text} }}"


def introspection(depth: int) -> str:
    return _within(["__schema", "types", "fields", "type", *["ofType"] * 30][: depth - 1])


def aliases(count: int) -> str:
    return "{" + " ".join(f"a{number}: __typename" for number in range(count)) + "}"


def directives(count: int) -> str:
    """Some on the operation's field, the rest in a fragment that is spread twice."""
    keys = ("__typename", "eventHead", "customers(first: 1)", "services(first: 1)")
    parts = []
    for number in range(count - 1):
        key = keys[number % len(keys)]
        inside = " { __typename }" if "(" in key else ""
        parts.append(f"{key} @skip(if: false){inside}")
    inner = " ".join(parts)
    return f"{{ ...F ...F @skip(if: false) }} fragment F on Query {{ {inner} }}"


def tokens(count: int) -> str:
    """Lists of 250 items in 266 tokens each, and one of as many items as are wanting."""
    sizes = [250] * 7
    sizes.append(count - 2 - 16 * 8 - sum(sizes))
    fields = [
        f"a{number}: complaints(filter: {{status: [{'CLOSED ' * size}]}}) {{ __typename }}"
        for number, size in enumerate(sizes)
    ]
    return "{" + " ".join(fields) + "}"


def size(count: int) -> str:
    text = "{ __typename } #"
    return text + "é" * ((count - len(text)) // 2) + "x" * ((count - len(text)) % 2)


def items(count: int) -> str:
    listed = "CLOSED " * count
    return f"{{ complaints(filter: {{status: [{listed}]}}) {{ __typename }} }}"


def default_items(count: int) -> str:
    listed = "CLOSED " * count
    return (
        f"query ($s: [ComplaintStatus!] = [{listed}])"
        " { complaints(filter: {status: $s}) { __typename } }"
    )


def cost(count: int) -> str:
    """1 for the page and 1 for each of its customers."""
    return f"{{ customers(first: {count - 1}) {{ nodes {{ id }} }} }}"


@pytest.mark.parametrize(
    ("make", "setting", "limit"),
    [
        (nested, "depth_max", 12),
        (introspection, "introspection_depth_max", 20),
        (aliases, "aliases_max", 15),
        (directives, "directives_max", 50),
        (tokens, "tokens_max", 2_000),
        (size, "document_bytes_max", 32_768),
        (items, "list_items_max", 250),
        (default_items, "list_items_max", 250),
        (cost, "cost_max", 50),
    ],
)
async def test_a_limit_is_kept_to_the_last_unit(
    graph: Graph, make: Any, setting: str, limit: int
) -> None:
    if setting == "cost_max":
        graph.under(cost_max=limit)
    assert getattr(graph.limits, setting) == limit
    await graph.read(make(limit))
    told = await graph.refusal(make(limit + 1))
    assert (told["code"], told["limit"]) == ("LIMIT_EXCEEDED", limit)
    graph.under(**{setting: limit + 1})
    await graph.read(make(limit + 1))


async def test_lists_in_variables_have_their_limit_too(graph: Graph) -> None:
    document = "query ($f: ComplaintFilter) { complaints(filter: $f) { totalCount } }"
    await graph.read(document, {"f": {"status": ["CLOSED"] * 250}})
    told = await graph.refusal(document, {"f": {"status": ["CLOSED"] * 251}})
    assert (told["code"], told["limit"]) == ("LIMIT_EXCEEDED", 250)


async def test_depth_counts_through_fragments(graph: Graph) -> None:
    parts = "fragment F on Complaint { customer { complaints(first: 1) { nodes { ...G } } } }"
    deep = _within(["customer", "complaints(first: 1)", "nodes", "customer", "timeline(first: 1)"])
    tail = f"{parts} fragment G on Complaint {deep.replace('__typename', 'nodes { %s }')}"
    await graph.read("{ complaint(id: 1) { ...F } } " + tail % "customer { id }")
    inner = "customer { relationshipManager { id } }"
    told = await graph.refusal("{ complaint(id: 1) { ...F } } " + tail % inner)
    assert (told["code"], told["limit"]) == ("LIMIT_EXCEEDED", 12)


async def test_fragments_that_spread_each_other_cost_no_more_than_their_number(
    graph: Graph,
) -> None:
    chain = " ".join(
        f"fragment F{number} on Query {{ ...F{number + 1} ...F{number + 1} }}"
        for number in range(100)
    )
    data = await graph.read(f"{{ ...F0 }} {chain} fragment F100 on Query {{ __typename }}")
    assert data == {"__typename": "Query"}


async def test_the_estimate_of_the_cost_is_told_with_every_answer(graph: Graph) -> None:
    for document, estimate in (
        ("{ __typename }", 0),
        ("{ eventHead }", 0),
        ('{ customer(id: "customer_1") { name } }', 1),
        ("{ customers(first: 3) { nodes { id } } }", 4),
        ("{ customers(first: 3) { nodes { relationshipManager { id } } } }", 7),
        ("{ customers(first: 2) { nodes { complaints(first: 5) { nodes { id } } } } }", 15),
    ):
        body = await graph(document)
        assert body["extensions"]["cost"] == {"estimate": estimate, "limit": 5_000}


async def test_introspection_can_be_switched_off(graph: Graph) -> None:
    for document in ("{ __schema { queryType { name } } }", '{ __type(name: "Query") { name } }'):
        assert await graph.read(document)
        graph.under(is_introspectable=False)
        assert (await graph.refusal(document))["code"] == "INVALID_INPUT"
        assert await graph.read("{ __typename }") == {"__typename": "Query"}
        graph.under(is_introspectable=True)
