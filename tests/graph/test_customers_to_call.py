"""Who to call today, and why: filters, order and reasons of the board of relationships."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models import health
from tests.business.desk import Desk
from tests.graph.asking import Graph, contact_of
from tests.graph.surveys import EVERY_KIND, Surveys
from tests.graph.world import World

LIST = """query ($f: CustomerFilter, $by: CustomerOrder) {
  customers(filter: $f, orderBy: $by) { nodes { id callReasons health { band } } } }"""


async def listed(graph: Graph, **variables: Any) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await graph.read(LIST, variables))["customers"]["nodes"]
    return nodes


async def called(graph: Graph, *, needed: bool = True) -> dict[str, list[str]]:
    """The reasons to call each customer who needs it, or who doesn't."""
    found = await listed(graph, f={"needsCall": needed})
    return {node["id"]: node["callReasons"] for node in found}


async def followed(graph: Graph) -> None:
    while await health.follow(graph.now):
        pass


async def active(world: World, **given: Any) -> str:
    customer = await world.customer(**given)
    await world.graph.do("activateCustomer", customerId=customer)
    return customer


async def talked(world: World, customer: str, **given: Any) -> str:
    wanted = {"customerId": customer, "kind": "CALL", "summary": "So.", **given}
    return await world.made("recordInteraction", "interaction", wanted)


async def test_a_customer_with_nothing_open_is_not_called(graph: Graph, world: World) -> None:
    customer = await active(world)
    await talked(world, customer)
    await followed(graph)
    assert await called(graph) == {}
    assert await called(graph, needed=False) == {customer: []}


async def test_a_follow_up_is_due_from_the_beginning_of_its_day(graph: Graph, world: World) -> None:
    customer = await active(world, timeZone="America/Bogota")
    talk = await talked(world, customer, followUpOn="2026-03-05")
    await talked(world, customer, followUpOn="2026-03-09")
    await followed(graph)
    graph.now = graph.now.replace(day=5, hour=5) - timedelta(milliseconds=1)
    assert await called(graph) == {}
    graph.later(milliseconds=1)
    assert await called(graph) == {customer: ["1 follow-up due"]}
    graph.locale = "es"
    assert await called(graph) == {customer: ["1 seguimiento pendiente"]}
    graph.locale = "en"
    await graph.do("completeFollowUp", interactionId=talk)
    assert await called(graph) == {}


async def test_an_overdue_review_asks_for_a_call(graph: Graph, world: World) -> None:
    customer = await active(world, reviewIntervalDays=10)
    graph.later(days=9)
    await talked(world, customer)
    await followed(graph)
    assert await called(graph) == {}
    graph.later(days=2)
    assert await called(graph) == {customer: ["service review overdue"]}
    graph.locale = "es"
    assert await called(graph) == {customer: ["revisión del servicio atrasada"]}
    graph.locale = "en"
    await talked(world, customer, kind="SERVICE_REVIEW")
    assert await called(graph) == {}


async def test_reasons_of_health_come_first(desk: Desk, surveys: Surveys) -> None:
    await talked(desk.world, desk.customer, followUpOn="2026-03-03")
    survey = await surveys.opened([EVERY_KIND[1]])
    (token,) = (await surveys.asked(survey)).values()
    await surveys.answer(token, 2)
    await desk.acknowledged()
    await desk.until("2026-03-06T09:00Z")
    await followed(desk.graph)
    assert (await called(desk.graph))[desk.customer] == [
        "1 open complaint past its target",
        "targets met in 90 days: 0.0%",
        "last recommendation score: 2 out of 10",
        "1 overdue follow-up",
        "1 follow-up due",
    ]


async def worlds_apart(desk: Desk, surveys: Surveys) -> list[str]:
    """Customers that are AT_RISK, WATCH, UNKNOWN and GOOD, in this order, named against it."""
    world, graph = desk.world, desk.graph
    at_risk, unknown = desk.customer, await world.customer(name="B")
    await graph.do("updateCustomer", customerId=at_risk, name="D")
    watched, good = await active(world, name="C"), await active(world, name="A")
    await desk.acknowledged()
    detractor = await world.contact(watched)
    survey = await surveys.opened([EVERY_KIND[1]])
    tokens = await surveys.asked(survey, customerIds=[watched])
    await surveys.answer(tokens[detractor], 0)
    await desk.until("2026-03-06T09:00Z")
    for customer in (at_risk, watched, good):
        await talked(world, customer)
    await followed(graph)
    return [at_risk, watched, unknown, good]


async def test_customers_are_filtered_and_ordered_by_health(desk: Desk, surveys: Surveys) -> None:
    graph, ids = desk.graph, await worlds_apart(desk, surveys)
    bands = ["AT_RISK", "WATCH", "UNKNOWN", "GOOD"]
    for direction, step in (("ASC", 1), ("DESC", -1)):
        found = await listed(graph, by={"field": "HEALTH", "direction": direction})
        assert [node["id"] for node in found] == ids[::step]
        assert [node["health"]["band"] for node in found] == bands[::step]
    for place, band in enumerate(bands):
        assert [node["id"] for node in await listed(graph, f={"health": [band]})] == [ids[place]]
    both = await listed(graph, f={"health": ["WATCH", "GOOD"]})
    assert [node["id"] for node in both] == [ids[3], ids[1]]
    assert await listed(graph, f={"health": []}) == []
    assert set(await called(graph)) == set(ids[:2])
    assert set(await called(graph, needed=False)) == set(ids[2:])


async def test_pages_by_health_go_on_where_the_last_one_ended(desk: Desk, surveys: Surveys) -> None:
    graph, ids = desk.graph, await worlds_apart(desk, surveys)
    document = """query ($after: String) {
      customers(first: 1, after: $after, orderBy: {field: HEALTH, direction: ASC}) {
        nodes { id } pageInfo { endCursor hasNextPage } } }"""
    found, after = [], None
    for _ in ids:
        page = (await graph.read(document, {"after": after}))["customers"]
        found += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert found == ids
    assert page["pageInfo"]["hasNextPage"] is False


async def test_a_relationship_manager_asks_for_its_own(desk: Desk, surveys: Surveys) -> None:
    ids = await worlds_apart(desk, surveys)
    wanted = {"needsCall": True, "relationshipManagerId": desk.manager}
    assert [node["id"] for node in await listed(desk.graph, f=wanted)] == ids[:1]
    viewer = contact_of(ids[1])
    data = await desk.graph.read(LIST, {"f": {"needsCall": True}}, viewer=viewer)
    assert [node["id"] for node in data["customers"]["nodes"]] == [ids[1]]


async def test_a_customer_s_side_is_told_of_its_complaints_and_not_of_what_one_person_said(
    desk: Desk, surveys: Surveys
) -> None:
    at_risk, watched, *_ = await worlds_apart(desk, surveys)
    document = """query ($id: ID!) { customer(id: $id) {
      callReasons health { band reasons { code } } } }"""

    async def told(customer: str) -> tuple[str, list[str]]:
        viewer = contact_of(customer)
        data = await desk.graph.read(document, {"id": customer}, viewer=viewer)
        health = data["customer"]["health"]
        assert len(data["customer"]["callReasons"]) == len(health["reasons"])
        return health["band"], [reason["code"] for reason in health["reasons"]]

    assert await told(watched) == ("WATCH", [])
    assert await told(at_risk) == ("AT_RISK", ["OPEN_BREACHED_COMPLAINTS", "LOW_ATTAINMENT"])
