"""Praise as customers and services list it."""

from __future__ import annotations

from typing import Any

from models.access import Viewer
from tests.graph.asking import Graph, contact_of
from tests.graph.world import World, populated

PAGE = "(first: 10) { totalCount nodes { text } }"
EVERYWHERE = f"""{{
  commendations{PAGE}
  customers {{ nodes {{ commendations{PAGE} health {{ commendationCount }} }} }}
  services(filter: {{search: "S"}}) {{ nodes {{ commendations{PAGE} }} }}
}}"""


async def listed(graph: Graph, viewer: Viewer | None = None) -> Any:
    """The texts of the root list, of each customer's, and of the services that have any."""
    data = await graph.read(EVERYWHERE, viewer=viewer)
    customers, services = data["customers"]["nodes"], data["services"]["nodes"]
    for customer in customers:
        assert customer["health"]["commendationCount"] == customer["commendations"]["totalCount"]
    lists = [data, *customers, *services]
    found = [[node["text"] for node in each["commendations"]["nodes"]] for each in lists]
    assert [each["commendations"]["totalCount"] for each in lists] == list(map(len, found))
    split = 1 + len(customers)
    return found[0], found[1:split], [texts for texts in found[split:] if texts]


async def test_praise_is_listed_the_latest_first_and_to_its_own_customer_s_side_alone(
    graph: Graph, world: World
) -> None:
    ids = await populated(world)
    graph.later(minutes=1)
    for number, contact in enumerate(ids["contact"][:2]):
        praise = {"serviceId": ids["service"][0], "text": f"Praise {number}."}
        await graph.do("recordCommendation", contactId=contact, **praise)
        graph.later(minutes=1)
    own = ["Praise 0.", "Thank you."]
    everything = ["Praise 1.", "Praise 0.", "Thank you.", "Thank you."]
    assert await listed(graph) == (
        everything,
        [own, ["Praise 1.", "Thank you."], []],
        [everything],
    )
    viewer = contact_of(ids["customer"][0], contact=ids["contact"][0])
    assert await listed(graph, viewer) == (own, [own], [own])
    await graph.do("eraseContact", contactId=ids["contact"][0])
    erased = ["[erased]", "[erased]"]
    assert await listed(graph, viewer) == (erased, [erased], [erased])
