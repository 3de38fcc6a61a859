"""SLA clocks of complaints: what starts, pauses, stops and cancels them, and what is stored."""

from __future__ import annotations

from typing import Any

from models.complaint import Complaint
from models.complaint_clock import NEVER
from tests.business.desk import Desk, at, number

HOUR = 3600


async def test_both_clocks_start_when_the_complaint_came_not_when_it_was_recorded(
    desk: Desk,
) -> None:
    complaint = await desk.record(receivedAt="2026-02-27T15:30:00Z")  # Friday 16:30 in Madrid
    for clock in await desk.clocks(complaint):
        assert clock["startedAt"] == "2026-02-27T15:30:00.000Z"
        assert clock["elapsedSeconds"] == HOUR // 2 + HOUR


async def test_a_complaint_recorded_late_was_due_while_nobody_knew(
    desk: Desk,
) -> None:
    complaint = await desk.record(receivedAt="2026-02-20T09:00:00Z")
    response, resolution = await desk.clocks(complaint)
    assert (response["state"], response["breachedAt"]) == ("BREACHED", "2026-02-20T12:00:00.000Z")
    assert (resolution["state"], resolution["dueAt"]) == ("BREACHED", "2026-02-23T13:00:00.000Z")
    await desk.tick()
    assert [alert[2] for alert in await desk.alerts(complaint)] == [
        "2026-02-20T11:15:00.000Z",
        "2026-02-20T12:00:00.000Z",
        "2026-02-23T10:00:00.000Z",
        "2026-02-23T13:00:00.000Z",
    ]


async def test_the_response_clock_stops_at_the_acknowledgement_and_takes_no_pause(
    desk: Desk,
) -> None:
    complaint = await desk.record()
    desk.graph.later(hours=2)
    await desk.do("acknowledgeComplaint", complaint, ownerId=desk.agent)
    await desk.do("awaitCustomer", complaint, question="Which one?")
    desk.graph.later(days=3)
    response, resolution = await desk.clocks(complaint)
    assert (response["state"], response["elapsedSeconds"]) == ("MET", 2 * HOUR)
    assert response["stoppedAt"] == "2026-03-02T11:00:00.000Z"
    assert (resolution["state"], resolution["elapsedSeconds"]) == ("PAUSED", 2 * HOUR)
    assert (resolution["warnsAt"], resolution["dueAt"]) == (None, None)


async def test_the_resolution_clock_waits_with_the_customer_and_goes_on(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    await desk.do("awaitCustomer", complaint, question="Which one?")
    desk.graph.later(days=1)
    comment = {"body": "The blue one.", "visibility": "CUSTOMER", "viewer": desk.as_contact}
    await desk.do("commentOnComplaint", complaint, **comment)
    desk.graph.later(hours=1)
    _, clock = await desk.clocks(complaint)
    assert (clock["state"], clock["elapsedSeconds"]) == ("RUNNING", HOUR)
    assert clock["dueAt"] == "2026-03-04T13:00:00.000Z"
    fields = "resolutionClock { segments { kind from until countedSeconds reason } }"
    (paused, counted) = (await desk.see(complaint, fields))["resolutionClock"]["segments"]
    assert paused == {
        "kind": "PAUSED",
        "from": "2026-03-02T09:00:00.000Z",
        "until": "2026-03-03T09:00:00.000Z",
        "countedSeconds": 0,
        "reason": "Which one?",
    }
    assert (counted["kind"], counted["countedSeconds"]) == ("COUNTED", HOUR)


async def test_the_time_between_resolution_and_reopening_is_a_pause(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    await desk.do("awaitCustomer", complaint, question="Which one?")
    desk.graph.later(hours=1)
    await desk.resolve(complaint)
    desk.graph.later(days=2)
    await desk.do("closeComplaint", complaint)
    desk.graph.later(days=1)
    await desk.do("reopenComplaint", complaint, reason="It came again.")
    desk.graph.later(hours=1)
    response, resolution = await desk.clocks(complaint)
    assert (response["state"], response["elapsedSeconds"]) == ("MET", 0)
    assert (resolution["state"], resolution["elapsedSeconds"]) == ("RUNNING", HOUR)
    assert resolution["stoppedAt"] is None
    fields = "resolutionClock { segments { kind from until reason } }"
    first, second, last = (await desk.see(complaint, fields))["resolutionClock"]["segments"]
    assert (first["reason"], second["reason"]) == ("Which one?", "It came again.")
    assert (second["from"], second["until"]) == (
        "2026-03-02T10:00:00.000Z",
        "2026-03-05T10:00:00.000Z",
    )
    assert last["kind"] == "COUNTED"


async def test_a_resolution_after_its_time_is_a_breach_that_reopening_leaves(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    desk.graph.now = at("2026-03-03T13:00Z")
    await desk.resolve(complaint)
    await desk.do("reopenComplaint", complaint, reason="It came again.")
    _, clock = await desk.clocks(complaint)
    assert (clock["state"], clock["breachedAt"]) == ("BREACHED", "2026-03-03T13:00:00.000Z")


async def test_withdrawal_cancels_both_clocks_but_leaves_what_happened(desk: Desk) -> None:
    complaint = await desk.record()
    desk.graph.later(hours=4)
    await desk.do("withdrawComplaint", complaint, reason="Never mind.")
    desk.graph.later(days=9)
    response, resolution = await desk.clocks(complaint)
    assert (response["state"], response["elapsedSeconds"]) == ("BREACHED", 4 * HOUR)
    assert (resolution["state"], resolution["elapsedSeconds"]) == ("CANCELLED", 4 * HOUR)
    assert resolution["stoppedAt"] == "2026-03-02T13:00:00.000Z"
    assert (resolution["warnsAt"], resolution["dueAt"]) == (None, None)


async def test_a_complaint_without_an_sla_has_no_clock_and_no_alert(desk: Desk) -> None:
    complaint = await desk.record(serviceId=None)
    shown = await desk.see(complaint, "responseClock { state } resolutionClock { state }")
    assert shown == {"responseClock": None, "resolutionClock": None}
    await desk.until("2026-04-01T09:00Z")
    assert await desk.alerts(complaint) == []
    await desk.do("acknowledgeComplaint", complaint, ownerId=desk.agent)


async def test_what_is_stored_for_filters_and_orders_is_what_the_clocks_read(desk: Desk) -> None:
    complaint = await desk.record()

    async def stored() -> tuple[Any, ...]:
        row = await Complaint.get(id=number(complaint))
        response, resolution = await desk.clocks(complaint)
        assert (row.response_state, row.resolution_state) == (
            response["state"],
            resolution["state"],
        )
        dues = []
        for clock in (response, resolution):
            runs = clock["state"] in ("RUNNING", "WARNING")
            dues.append(at(clock["dueAt"]) if runs else None)
        assert [row.response_due_at, row.resolution_due_at] == dues
        return response["state"], resolution["state"], row.due_order_at

    assert await stored() == ("RUNNING", "RUNNING", at("2026-03-02T12:00Z"))
    await desk.until("2026-03-02T11:15Z")
    assert await stored() == ("WARNING", "RUNNING", at("2026-03-02T12:00Z"))
    await desk.until("2026-03-02T12:00Z")
    assert await stored() == ("BREACHED", "RUNNING", at("2026-03-03T13:00Z"))
    await desk.do("acknowledgeComplaint", complaint, ownerId=desk.agent)
    await desk.do("awaitCustomer", complaint, question="Which one?")
    assert await stored() == ("BREACHED", "PAUSED", NEVER)
    await desk.do("resumeComplaint", complaint)
    assert await stored() == ("BREACHED", "RUNNING", at("2026-03-03T13:00Z"))
    await desk.resolve(complaint)
    assert await stored() == ("BREACHED", "MET", NEVER)
