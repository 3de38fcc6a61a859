"""Alerts and what happens by itself, as subscribers follow them."""

from __future__ import annotations

import json
from typing import Any

from models import events
from resolvers.engine.subscribing import Subscription
from tests.business.desk import Desk

ALERTS = """subscription ($customer: ID, $owner: ID, $after: Cursor) {
  slaAlerts(customerId: $customer, ownerId: $owner, after: $after) {
    cursor occurredAt metric state complaint { id escalationLevel }
  } }"""
CHANGES = """subscription ($after: Cursor) {
  complaintStatusChanged(after: $after, to: [CLOSED]) {
    occurredAt from to actor { __typename } complaint { id status } } }"""


async def rendered(live: Any) -> list[dict[str, Any]]:
    """What a subscriber is sent of all that is in the log behind its position."""
    assert isinstance(live, Subscription)
    payloads = [await live.render(event) for event in await events.read_after(live.after)]
    return [
        value
        for payload in payloads
        if payload is not None
        for value in json.loads(payload)["data"].values()
    ]


async def test_alerts_are_told_once_each_with_the_instant_at_which_they_fell_due(
    desk: Desk,
) -> None:
    live = await desk.graph.follow(ALERTS)
    complaint = await desk.record()
    await desk.until("2026-03-04T09:00Z")
    told = await rendered(live)
    assert [(each["metric"], each["state"], each["occurredAt"]) for each in told] == (
        await desk.alerts(complaint)
    )
    assert len(told) == 4
    assert {each["complaint"]["id"] for each in told} == {complaint}


async def test_a_subscriber_goes_on_behind_the_alert_that_it_saw_last(desk: Desk) -> None:
    live = await desk.graph.follow(ALERTS)
    await desk.record()
    await desk.until("2026-03-04T09:00Z")
    told = await rendered(live)
    for seen, alert in enumerate(told, start=1):
        again = await desk.graph.follow(ALERTS, {"after": alert["cursor"]})
        assert await rendered(again) == told[seen:]


async def test_alerts_are_those_of_a_customer_or_of_an_owner_at_that_time(desk: Desk) -> None:
    head = (await desk.graph.read("{ eventHead }"))["eventHead"]
    owned, unowned = await desk.record(), await desk.record()
    await desk.do("assignComplaint", owned, ownerId=desk.agent)
    await desk.until("2026-03-02T11:15Z")
    await desk.do("assignComplaint", owned, ownerId=desk.manager)
    await desk.until("2026-03-02T12:00Z")

    async def told(**given: Any) -> list[tuple[str, str]]:
        found = await rendered(await desk.graph.follow(ALERTS, {"after": head, **given}))
        return [(each["complaint"]["id"], each["state"]) for each in found]

    assert await told(owner=desk.agent) == [(owned, "WARNING")]
    assert await told(owner=desk.manager) == [(owned, "BREACHED")]
    everything = [(c, s) for s in ("WARNING", "BREACHED") for c in (owned, unowned)]
    assert await told(customer=desk.customer) == await told(owner=None) == everything
    assert await told(customer=await desk.world.customer()) == []
    assert await told(customer=desk.customer, owner="staff_99") == []


async def test_a_contact_follows_the_alerts_of_its_own_customer_alone(desk: Desk) -> None:
    head = (await desk.graph.read("{ eventHead }", viewer=desk.as_contact))["eventHead"]
    other = await desk.world.customer()
    await desk.world.enrollment(other, (desk.service, desk.sla))
    mine = await desk.record()
    await desk.world.complaint(other, serviceId=desk.service)
    await desk.until("2026-03-02T12:00Z")
    live = await desk.graph.follow(ALERTS, {"after": head}, viewer=desk.as_contact)
    assert [each["complaint"]["id"] for each in await rendered(live)] == [mine, mine]


async def test_closing_by_itself_is_a_change_of_status_by_the_server(desk: Desk) -> None:
    live = await desk.graph.follow(CHANGES)
    complaint = await desk.resolved()
    await desk.until("2026-03-20T09:00Z")
    assert await rendered(live) == [
        {
            "occurredAt": "2026-03-09T09:00:00.000Z",
            "from": "RESOLVED",
            "to": "CLOSED",
            "actor": {"__typename": "SystemActor"},
            "complaint": {"id": complaint, "status": "CLOSED"},
        }
    ]
