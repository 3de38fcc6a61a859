"""Objects by their global ids."""

from __future__ import annotations

from graphql import GraphQLInterfaceType

from resolvers.engine.reading.nouns import NOUNS
from resolvers.schema import GRAPH
from tests.graph.asking import Graph
from tests.graph.world import World, populated

NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


async def test_every_noun_that_is_a_node_is_found_by_its_id_and_by_nothing_else(
    graph: Graph, world: World
) -> None:
    ids = await populated(world)
    interface = GRAPH.get_type("Node")
    assert isinstance(interface, GraphQLInterfaceType)
    types = {type_.name for type_ in GRAPH.get_possible_types(interface)}
    assert {NOUNS[noun].type_name for noun in ids} <= types
    for noun, some in ids.items():
        data = await graph.read(NODES, {"ids": [some[0], f"{noun}_999999"]})
        assert data["nodes"] == [{"__typename": NOUNS[noun].type_name, "id": some[0]}, None]
        one = "query ($id: ID!) { node(id: $id) { id } }"
        assert (await graph.read(one, {"id": some[-1]}))["node"] == {"id": some[-1]}


async def test_nodes_come_in_the_order_of_their_ids_each_as_often_as_it_is_asked_for(
    graph: Graph, world: World
) -> None:
    await populated(world)
    ids = ["staff_2", "complaint_1", "nonsense", "staff_2", "event_3", "customer_0", "sla_1"]
    found = (await graph.read(NODES, {"ids": ids}))["nodes"]
    expected = [None if id_ in ("nonsense", "customer_0") else id_ for id_ in ids]
    assert [node and node["id"] for node in found] == expected
    assert (await graph.read(NODES, {"ids": []}))["nodes"] == []


async def test_what_is_no_id_answers_like_one_that_never_existed(graph: Graph) -> None:
    for text in (
        "",
        "_",
        "customer",
        "customer_",
        "customer_-1",
        "customer_01",
        "customer_1.0",
        "customer_\u0661",
        "customer_" + "9" * 19,
        "customer_" + "9" * 18,
        "Customer_1",
        "a\0b_1",
        "\ud800_2",
        "x" * 20_000,
        "'; DROP TABLE customer; --",
    ):
        document = """query ($id: ID!) { node(id: $id) { id } customer(id: $id) { id }
          nodes(ids: [$id]) { id } complaints(filter: {customerId: $id}) { nodes { id } } }"""
        assert await graph.read(document, {"id": text}) == {
            "node": None,
            "customer": None,
            "nodes": [None],
            "complaints": {"nodes": []},
        }


async def test_at_most_100_nodes_are_asked_for_at_a_time(graph: Graph) -> None:
    found = await graph.read(NODES, {"ids": ["customer_1"] * 100})
    assert found["nodes"] == [None] * 100
    assert (await graph.refusal(NODES, {"ids": ["customer_1"] * 101}))["code"] == "INVALID_INPUT"


async def test_a_reference_finds_what_its_id_finds(graph: Graph, world: World) -> None:
    await populated(world)
    document = """query ($c: String, $e: String) { complaint(reference: $c) { id reference }
      enrollment(reference: $e) { id reference } }"""
    data = await graph.read(document, {"c": "CMP-000002", "e": "ENR-000003"})
    assert data == {
        "complaint": {"id": "complaint_2", "reference": "CMP-000002"},
        "enrollment": {"id": "enrollment_3", "reference": "ENR-000003"},
    }
    for text in ("CMP-", "CMP-000999", "ENR-000001", "CMP-0", "", "1", "CMP-1e3", "CMP--1"):
        assert (await graph.read(document, {"c": text, "e": "no"}))["complaint"] is None


async def test_an_object_is_named_by_id_or_by_reference_not_by_both_or_none(graph: Graph) -> None:
    for given in ("", '(id: "complaint_1", reference: "CMP-000001")', "(id: null)"):
        told = await graph.refusal(f"{{ complaint{given} {{ id }} }}")
        assert told["code"] == "INVALID_INPUT"
