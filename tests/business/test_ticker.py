"""What happens by itself: alerts, escalation and closing, each at its time and once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import due
from models.complaint import Complaint
from tests.business.desk import Desk, after, at, number

RESPONSE, RESOLUTION = "RESPONSE", "RESOLUTION"
WARNING, BREACHED = "WARNING", "BREACHED"

# A MEDIUM complaint has 3 business hours for the response and 12 for the resolution; recorded on
# Monday at 10:00 in Madrid, it is due on Monday at 13:00 and on Tuesday at 14:00.
RESPONSE_WARNS, RESPONSE_DUE = "2026-03-02T11:15:00.000Z", "2026-03-02T12:00:00.000Z"
RESOLUTION_WARNS, RESOLUTION_DUE = "2026-03-03T10:00:00.000Z", "2026-03-03T13:00:00.000Z"
ALL_ALERTS = [
    (RESPONSE, WARNING, RESPONSE_WARNS),
    (RESPONSE, BREACHED, RESPONSE_DUE),
    (RESOLUTION, WARNING, RESOLUTION_WARNS),
    (RESOLUTION, BREACHED, RESOLUTION_DUE),
]


async def test_each_alert_is_told_at_its_very_instant_and_once(desk: Desk) -> None:
    complaint = await desk.record()
    for told, (_, _, instant) in enumerate(ALL_ALERTS):
        assert await due.next_tick_at() == at(instant)
        await desk.until((at(instant) - timedelta(milliseconds=1)).isoformat())
        assert await desk.alerts(complaint) == ALL_ALERTS[:told]
        await desk.until(instant)
        assert await desk.alerts(complaint) == ALL_ALERTS[: told + 1]
        assert await desk.tick() == 0
    assert await desk.alerts(complaint) == ALL_ALERTS
    assert await due.next_tick_at() is None


async def test_what_fell_due_while_no_server_ran_is_told_with_the_instants_of_then(
    desk: Desk,
) -> None:
    complaint = await desk.record()
    await desk.until("2026-03-20T09:00Z")
    assert await desk.alerts(complaint) == ALL_ALERTS
    assert {event["actor"]["__typename"] for event in await desk.told(complaint, "sla.warned")} == {
        "SystemActor"
    }


async def test_a_warning_goes_to_the_owner_and_a_breach_to_the_relationship_manager(
    desk: Desk,
) -> None:
    complaint = await desk.acknowledged()
    await desk.until(RESOLUTION_WARNS)
    assert (await desk.see(complaint, "escalationLevel"))["escalationLevel"] == 1
    await desk.until(RESOLUTION_DUE)
    assert (await desk.see(complaint, "escalationLevel"))["escalationLevel"] == 2
    raised = [
        (after(event, "escalationLevel"), after(event, "escalatedTo"), after(event, "metric"))
        for event in await desk.told(complaint, "complaint.escalated")
    ]
    assert raised == [(1, desk.agent, RESOLUTION), (2, desk.manager, RESOLUTION)]


async def test_an_alert_never_lowers_what_was_escalated_by_hand(desk: Desk) -> None:
    complaint = await desk.record()
    await desk.do("escalateComplaint", complaint, reason="The press called.")
    await desk.until(RESPONSE_DUE)
    assert (await desk.see(complaint, "escalationLevel"))["escalationLevel"] == 3
    told = await desk.told(complaint, "complaint.escalated")
    assert [after(event, "escalationLevel") for event in told] == [3, None, None]


async def test_alerts_leave_version_and_last_edit_alone(desk: Desk) -> None:
    complaint = await desk.record()
    row = await Complaint.get(id=number(complaint))
    await desk.until(RESPONSE_DUE)
    now = await Complaint.get(id=number(complaint))
    assert (now.version, now.updated_at) == (row.version, row.updated_at)
    await desk.do("acknowledgeComplaint", complaint, ownerId=desk.agent, expectedVersion=1)


async def test_a_clock_that_was_met_late_but_warned_before_is_told_to_have_warned(
    desk: Desk,
) -> None:
    complaint = await desk.record()
    desk.graph.now = at("2026-03-02T11:30Z")
    await desk.do("acknowledgeComplaint", complaint, ownerId=desk.agent)
    await desk.until("2026-03-02T12:30Z")
    assert await desk.alerts(complaint) == ALL_ALERTS[:1]


async def test_a_pause_holds_alerts_off_and_withdrawal_ends_them(desk: Desk) -> None:
    waiting, withdrawn = await desk.acknowledged(), await desk.acknowledged()
    await desk.do("awaitCustomer", waiting, question="Which one?")
    await desk.do("withdrawComplaint", withdrawn, reason="Never mind.")
    await desk.until("2026-04-01T09:00Z")
    assert await desk.alerts(waiting) == await desk.alerts(withdrawn) == []
    await desk.do("resumeComplaint", waiting)
    await desk.until("2026-04-02T13:00Z")
    assert [alert[:2] for alert in await desk.alerts(waiting)] == [
        (RESOLUTION, WARNING),
        (RESOLUTION, BREACHED),
    ]


async def test_a_resolved_complaint_closes_five_business_days_later_by_itself(desk: Desk) -> None:
    complaint = await desk.resolved()
    await desk.until("2026-03-09T08:59:59.999Z")
    assert (await desk.see(complaint, "status"))["status"] == "RESOLVED"
    await desk.until("2026-03-12T00:00Z")  # the server was down
    shown = await desk.see(complaint, "status closedAt version")
    assert shown == {"status": "CLOSED", "closedAt": "2026-03-09T09:00:00.000Z", "version": 4}
    (event,) = await desk.told(complaint, "complaint.closed")
    assert event["occurredAt"] == "2026-03-09T09:00:00.000Z"
    assert event["actor"] == {"__typename": "SystemActor"}


async def test_business_days_are_those_of_the_calendar_or_else_monday_to_friday(
    desk: Desk,
) -> None:
    await desk.graph.do(
        "reviseCalendar",
        calendarId=desk.calendar,
        timeZone="Europe/Madrid",
        hours=[{"weekday": day, "opensAt": "09:00", "closesAt": "17:00"} for day in ("MONDAY",)],
        holidays=[{"date": "2026-03-16", "name": "A holiday"}],
    )
    on_mondays = await desk.resolved()
    plain = await desk.resolved(serviceId=None)
    await desk.until("2026-03-09T09:00Z")
    assert (await desk.see(plain, "status"))["status"] == "CLOSED"
    await desk.until("2026-04-13T07:59Z")
    assert (await desk.see(on_mondays, "status"))["status"] == "RESOLVED"
    await desk.until("2026-04-13T08:00Z")  # 10:00 of the fifth Monday, in summer time by now
    assert (await desk.see(on_mondays, "status"))["status"] == "CLOSED"


async def test_without_a_calendar_the_days_are_those_of_the_customer_s_zone(desk: Desk) -> None:
    customer = await desk.world.customer(timeZone="Asia/Tokyo")
    complaint = await desk.world.complaint(customer)
    await desk.do("acknowledgeComplaint", complaint, ownerId=desk.agent)
    desk.graph.now = at("2026-03-08T23:00Z")  # Monday 08:00 in Tokyo
    await desk.resolve(complaint)
    assert await due.next_tick_at() == at("2026-03-15T23:00Z")


@pytest.mark.parametrize("who", ["as_contact", "as_agent"])
async def test_only_a_contact_s_comment_keeps_a_complaint_from_closing(
    desk: Desk, who: str
) -> None:
    complaint = await desk.resolved()
    await desk.do(
        "commentOnComplaint",
        complaint,
        body="Wait.",
        visibility="CUSTOMER",
        viewer=getattr(desk, who),
    )
    await desk.until("2026-04-01T09:00Z")
    status = (await desk.see(complaint, "status"))["status"]
    assert status == ("RESOLVED" if who == "as_contact" else "CLOSED")


async def test_closing_waits_for_corrective_actions_and_happens_when_the_last_is_finished(
    desk: Desk,
) -> None:
    complaint = await desk.acknowledged()
    first, second = await desk.plan(complaint), await desk.plan(complaint)
    await desk.resolve(complaint)
    await desk.until("2026-03-20T09:00Z")
    await desk.finish(first)
    await desk.finish(second)
    await desk.act("verifyCorrectiveAction", second, isEffective=False, finding="Came again.")
    await desk.until("2026-03-24T09:00Z")
    assert (await desk.see(complaint, "status"))["status"] == "RESOLVED"
    third = await desk.plan(complaint, replacesId=second)
    await desk.until("2026-03-25T09:00Z")
    await desk.act("cancelCorrectiveAction", third, reason="Not needed.")
    await desk.until("2026-03-25T09:00Z")
    shown = await desk.see(complaint, "status closedAt")
    assert shown == {"status": "CLOSED", "closedAt": "2026-03-25T09:00:00.000Z"}


async def test_an_action_finished_before_the_time_leaves_it_as_it_was(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    action = await desk.plan(complaint)
    await desk.resolve(complaint)
    desk.graph.later(days=1)
    await desk.finish(action)
    assert await due.next_tick_at() == at("2026-03-09T09:00Z")


async def test_a_reopened_or_withdrawn_complaint_does_not_close_by_itself(desk: Desk) -> None:
    reopened, withdrawn = (
        await desk.resolved(serviceId=None),
        await desk.resolved(serviceId=None),
    )
    await desk.do("reopenComplaint", reopened, reason="No.")
    await desk.do("withdrawComplaint", withdrawn, reason="Never mind.")
    assert await due.next_tick_at() is None
    await desk.until("2026-04-01T09:00Z")
    assert (await desk.see(reopened, "status"))["status"] == "INVESTIGATING"
    assert (await desk.see(withdrawn, "status"))["status"] == "WITHDRAWN"


async def test_a_complaint_that_fails_stops_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = await desk.record(), await desk.record()
    await Complaint.filter(id=number(broken)).update(pauses=[{"since": "no instant"}])
    desk.graph.now = at(RESPONSE_DUE)
    with pytest.raises(ValueError, match="no instant"):
        await desk.tick()
    assert await desk.alerts(whole) == ALL_ALERTS[:2]
    await Complaint.filter(id=number(broken)).update(pauses=[])
    await desk.tick()
    assert await desk.alerts(broken) == ALL_ALERTS[:2]
