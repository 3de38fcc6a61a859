"""Impact: the services, customers and open complaints that a failure reaches."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.graph.asking import Graph, contact_of
from tests.graph.estate import at_random, diamonds, global_id
from tests.graph.world import World

IMPACT = """
query ($id: ID!, $after: String) {
  node(id: $id) {
    ... on Service { impact { ...What } }
    ... on ConfigurationItem { impact { ...What } }
  }
}
fragment What on Impact {
  services { id }
  serviceCount
  openComplaints
  customers(first: 2, after: $after) {
    totalCount nodes { name } pageInfo { hasNextPage endCursor }
  }
}
"""


async def impact(graph: Graph, start: str, **given: Any) -> dict[str, Any]:
    answer = await graph.read(IMPACT, {"id": start}, **given)
    found: dict[str, Any] = answer["node"]["impact"]
    return found


async def names(graph: Graph, start: str) -> list[str]:
    """All the customers that are hit, by pages."""
    found: list[str] = []
    after = None
    while True:
        answer = await graph.read(IMPACT, {"id": start, "after": after})
        page = answer["node"]["impact"]["customers"]
        found += [node["name"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            assert len(found) == page["totalCount"]
            return found
        after = page["pageInfo"]["endCursor"]


@pytest.mark.parametrize("seed", range(2))
async def test_the_services_hit_agree_with_a_walk_in_plain_python(graph: Graph, seed: int) -> None:
    estate = at_random(seed)
    await estate.load()
    for start in random.Random(seed).sample(estate.ends, 25):
        found = await impact(graph, global_id(start))
        hit = sorted(end for end in estate.depths(start, is_forward=False) if end[0] == "service")
        assert found["services"] == [{"id": global_id(end)} for end in hit]
        assert found["serviceCount"] == len(hit)


async def test_a_failure_reaches_any_depth(graph: Graph) -> None:
    """Deeper than a list of dependents may go."""
    await diamonds(levels=40, width=3).load()
    assert (await impact(graph, "item_120"))["services"] == [{"id": "service_1"}]


async def test_customers_are_hit_by_live_enrolments_and_complaints_count_while_open(
    graph: Graph, world: World
) -> None:
    shop, bank, host = await world.service(), await world.service(), await world.item()
    below, owner = await world.item(), await world.staff()
    await world.related("DEPENDS_ON", shop[0], host)
    await world.related("DEPENDS_ON", bank[0], shop[0])
    await world.related("HOSTED_ON", host, below)
    for name, offers in (("Ada", [shop]), ("Bo", [shop, bank]), ("Cy", [bank]), ("Di", [])):
        customer = await world.customer(name=name)
        for offer in offers:
            await world.enrollment(customer, offer)
        await world.complaint(customer, serviceId=bank[0])
        await world.complaint(customer)
    for name, verb, given in (
        ("Requested", None, {}),
        ("Rejected", "rejectEnrollment", {"reason": "No."}),
    ):
        enrollment = await world.requested(await world.customer(name=name), shop)
        if verb is not None:
            await graph.do(verb, enrollmentId=enrollment, **given)
    for name, verb in (("Suspended", "suspendEnrollment"), ("Ended", "endEnrollment")):
        enrollment = await world.enrollment(await world.customer(name=name), shop)
        await graph.do(verb, enrollmentId=enrollment, reason="So.")
    last = await world.customer(name="Zed")
    for status in ("INVESTIGATING", "AWAITING_CUSTOMER", "RESOLVED", "CLOSED", "WITHDRAWN"):
        complaint = await world.complaint(last, serviceId=shop[0])
        await world.brought(complaint, status, owner)

    everyone = ["Ada", "Bo", "Cy", "Requested", "Suspended"]
    for start in (below, host, shop[0]):
        assert await names(graph, start) == everyone
        found = await impact(graph, start)
        assert found["services"] == [{"id": shop[0]}, {"id": bank[0]}]
        assert (found["serviceCount"], found["openComplaints"]) == (2, 6)
    assert await names(graph, bank[0]) == ["Bo", "Cy"]
    assert (await impact(graph, bank[0]))["openComplaints"] == 4


async def test_what_nothing_depends_on_hits_nothing_or_itself(graph: Graph, world: World) -> None:
    nothing = {"totalCount": 0, "nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
    expected = {"services": [], "serviceCount": 0, "openComplaints": 0, "customers": nothing}
    assert await impact(graph, await world.item()) == expected
    service = await world.proposed()
    alone = {**expected, "services": [{"id": service}], "serviceCount": 1}
    assert await impact(graph, service) == alone


async def test_an_edge_that_ended_spreads_no_failure(graph: Graph, world: World) -> None:
    service, item = await world.proposed(), await world.item()
    edge = await world.related("DEPENDS_ON", service, item)
    assert (await impact(graph, item))["serviceCount"] == 1
    await graph.do("unrelate", relationshipId=edge)
    assert (await impact(graph, item))["serviceCount"] == 0


async def test_services_are_as_many_as_are_asked_for(graph: Graph) -> None:
    estate = at_random(1, items=5, services=30, edges=0)
    estate.edges = [(("service", number), ("item", 1)) for number in range(1, 31)]
    await estate.load()
    document = """query ($first: Int) { configurationItem(id: "item_1") {
      impact { services(first: $first) { id } serviceCount } } }"""
    for first, size in ((0, 0), (7, 7), (1000, 30), (None, 30)):
        found = (await graph.read(document, {"first": first}))["configurationItem"]["impact"]
        assert found["services"] == [{"id": f"service_{n}"} for n in range(1, size + 1)]
        assert found["serviceCount"] == 30
    for first in (-1, 1001):
        assert (await graph.refusal(document, {"first": first}))["code"] == "INVALID_INPUT"


async def test_a_customer_s_side_sees_at_most_its_own_of_the_service_itself(
    graph: Graph, world: World
) -> None:
    shop, bank, item = await world.service(), await world.service(), await world.item()
    await world.related("DEPENDS_ON", bank[0], shop[0])
    await world.related("DEPENDS_ON", shop[0], item)
    mine, other = await world.customer(name="Mine"), await world.customer(name="Other")
    for customer in (mine, other):
        await world.enrollment(customer, shop)
        await world.enrollment(customer, bank)
        await world.complaint(customer, serviceId=shop[0])
    found = await impact(graph, shop[0], viewer=contact_of(mine))
    assert found["services"] == [{"id": shop[0]}]
    assert (found["serviceCount"], found["openComplaints"]) == (1, 1)
    assert found["customers"]["nodes"] == [{"name": "Mine"}]
    assert found["customers"]["totalCount"] == 1
    assert (await graph.read(IMPACT, {"id": item}, viewer=contact_of(mine)))["node"] is None


async def test_impacts_within_impacts_are_each_its_own(graph: Graph) -> None:
    await diamonds(levels=3, width=2).load()
    inner = "serviceCount openComplaints customers(first: 1) { totalCount }"
    document = f"""{{ configurationItems(first: 2) {{ nodes {{
      relationships(first: 1, kind: [DEPENDS_ON, HOSTED_ON]) {{ nodes {{ target {{
        ... on ConfigurationItem {{ name impact {{ services(first: 1) {{
          impact {{ services(first: 1) {{ code }} {inner} }} }} {inner} }} }} }} }} }} }} }} }}"""
    found = (await graph.read(document))["configurationItems"]["nodes"]
    figures = {"serviceCount": 1, "openComplaints": 0, "customers": {"totalCount": 0}}
    for node in found:
        (edge,) = node["relationships"]["nodes"]
        assert edge["target"]["impact"] == {
            "services": [{"impact": {"services": [{"code": "S1"}], **figures}}],
            **figures,
        }
