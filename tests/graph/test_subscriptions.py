"""Subscriptions before any socket: what is told, from where on, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models import events
from models.access import Role
from resolvers.engine.replies import Answer
from resolvers.engine.subscribing import Subscription
from tests.graph.asking import Graph, contact_of, member
from tests.graph.world import World

CHANGES = """subscription ($after: Cursor, $complaint: ID, $customer: ID, $to: [ComplaintStatus!]) {
  changed: complaintStatusChanged(after: $after, complaintId: $complaint, customerId: $customer,
    to: $to) { cursor from to reason complaint { id } actor { __typename } } }"""


async def opened(graph: Graph, document: str = CHANGES, /, **given: Any) -> Subscription:
    viewer = given.pop("viewer", None)
    live = await graph.follow(document, given, viewer=viewer)
    assert isinstance(live, Subscription), live
    return live


async def told(live: Subscription) -> list[dict[str, Any]]:
    """What a subscriber gets of the log from its position on."""
    found = [await live.render(event) for event in await events.read_after(live.after)]
    return [json.loads(body)["data"]["changed"] for body in found if body is not None]


async def refusal(graph: Graph, document: str = CHANGES, /, **given: Any) -> str:
    answer = await graph.follow(document, given)
    assert isinstance(answer, Answer)
    assert answer.is_refused
    code: str = json.loads(answer.body)["errors"][0]["extensions"]["code"]
    return code


@pytest.fixture
async def moved(graph: Graph, world: World) -> dict[str, Any]:
    """Two complaints of two customers; one goes to AWAITING_CUSTOMER, one is withdrawn."""
    owner = await world.staff()
    customers = [await world.customer(), await world.customer()]
    first, second = [await world.complaint(customer) for customer in customers]
    await world.brought(first, "AWAITING_CUSTOMER", owner)
    await graph.do("withdrawComplaint", complaintId=second, reason="Never mind.")
    return {"first": first, "second": second, "customers": customers}


async def start(graph: Graph) -> str:
    return f"{await events.log_token()}-0"


async def test_each_change_of_status_is_told_once_and_in_order(
    graph: Graph, moved: dict[str, Any]
) -> None:
    found = await told(await opened(graph, after=await start(graph)))
    assert [(each["complaint"]["id"], each["from"], each["to"]) for each in found] == [
        (moved["first"], None, "RECEIVED"),
        (moved["second"], None, "RECEIVED"),
        (moved["first"], "RECEIVED", "ACKNOWLEDGED"),
        (moved["first"], "ACKNOWLEDGED", "AWAITING_CUSTOMER"),
        (moved["second"], "RECEIVED", "WITHDRAWN"),
    ]
    assert found[3]["reason"] == "Which one?"
    assert list(found[0]) == ["cursor", "from", "to", "reason", "complaint", "actor"]


async def test_arguments_choose_what_is_told(graph: Graph, moved: dict[str, Any]) -> None:
    after = await start(graph)
    for given, count in (
        ({"complaint": moved["second"]}, 2),
        ({"customer": moved["customers"][0]}, 3),
        ({"to": ["WITHDRAWN", "ACKNOWLEDGED"]}, 2),
        ({"to": []}, 0),
        ({"complaint": "nonsense"}, 0),
        ({"customer": moved["first"]}, 0),
        ({"complaint": None, "customer": None, "to": None}, 5),
    ):
        assert len(await told(await opened(graph, after=after, **given))) == count, given


async def test_without_a_cursor_only_what_comes_is_told(
    graph: Graph, moved: dict[str, Any]
) -> None:
    live = await opened(graph)
    assert await told(live) == []
    await graph.do("resumeComplaint", complaintId=moved["first"])
    assert [each["to"] for each in await told(live)] == ["INVESTIGATING"]


async def test_a_stream_goes_on_behind_any_cursor_that_it_gave(
    graph: Graph, moved: dict[str, Any]
) -> None:
    whole = await told(await opened(graph, after=await start(graph)))
    for seen, each in enumerate(whole, start=1):
        assert await told(await opened(graph, after=each["cursor"])) == whole[seen:]
    head = (await graph.read("{ eventHead }"))["eventHead"]
    assert await told(await opened(graph, after=head)) == []


async def test_a_cursor_that_is_none_of_this_log_is_refused(
    graph: Graph, moved: dict[str, Any]
) -> None:
    token, newest = await events.log_token(), await events.head()
    await opened(graph, after=f"{token}-{newest}")
    for cursor in (
        f"{token}-{newest + 1}",
        f"{token}-{'9' * 30}",
        f"{token}--1",
        f"{token}-",
        f"{token}-1.5",
        f"{token}-\u0661",
        token,
        "00000000-1",
        "-1",
        "1",
        "",
        "x" * 10_000,
        "\ud800-1",
    ):
        assert await refusal(graph, after=cursor) == "CURSOR_INVALID", cursor
    assert await refusal(graph, after=5) == "INVALID_INPUT"


async def test_the_rows_of_others_are_not_told_nor_how_far_the_log_has_come(
    graph: Graph, moved: dict[str, Any]
) -> None:
    viewer = contact_of(moved["customers"][0])
    found = await told(await opened(graph, viewer=viewer, after=await start(graph)))
    assert {each["complaint"]["id"] for each in found} == {moved["first"]}
    assert len(found) == 3
    beyond = f"{await events.log_token()}-{await events.head()}"
    answer = await graph.follow(CHANGES, {"after": beyond}, viewer=viewer)
    assert isinstance(answer, Answer)


async def test_equal_keys_are_those_that_are_sent_the_same_bytes(
    graph: Graph, moved: dict[str, Any]
) -> None:
    token = await events.log_token()
    base = await opened(graph)
    for given in ({"after": f"{token}-0"}, {"after": f"{token}-1"}, {"after": None}):
        assert (await opened(graph, **given)).key == base.key
    agents = [member("staff_1"), member("staff_2")]
    first, second = [(await opened(graph, viewer=agent)).key for agent in agents]
    assert first == second
    one, two = moved["customers"]
    others = [
        await opened(graph, customer=one),
        await opened(graph, customer=two),
        await opened(graph, to=["CLOSED"]),
        await opened(graph, viewer=contact_of(one, contact="contact_1")),
        await opened(graph, viewer=contact_of(two, contact="contact_2")),
        await opened(graph, viewer=member("staff_1", Role.AUDITOR)),
        await opened(graph, CHANGES.replace("cursor from", "from cursor")),
    ]
    graph.locale = "es"
    others.append(await opened(graph))
    assert len({base.key, *(live.key for live in others)}) == len(others) + 1


async def test_a_subscription_that_can_not_be_answered_is_refused_at_once(graph: Graph) -> None:
    pages = (
        "subscription { complaintStatusChanged { complaint { comments(%s) { nodes { id } } } } }"
    )
    for given in ("first: 101", "first: 1, last: 1", 'after: "x"'):
        document = pages % given
        assert await refusal(graph, document) == "INVALID_INPUT", given
    graph.under(cost_max=3)
    assert await refusal(graph, pages % "first: 100") == "LIMIT_EXCEEDED"
