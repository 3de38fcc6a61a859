"""Another priority: the target changes; start, elapsed time, pauses and breaches stay."""

from __future__ import annotations

from itertools import product
from typing import Any

from models.complaint import Complaint
from models.rules.priority import Level, Priority
from tests.business.desk import Desk, at, number

KEPT = ("startedAt", "elapsedSeconds", "stoppedAt", "breachedAt")
HOUR = 3600
MATRIX = {
    ("HIGH", "HIGH"): "CRITICAL",
    ("HIGH", "MEDIUM"): "HIGH",
    ("MEDIUM", "HIGH"): "HIGH",
    ("MEDIUM", "MEDIUM"): "MEDIUM",
    ("HIGH", "LOW"): "MEDIUM",
    ("LOW", "HIGH"): "MEDIUM",
    ("MEDIUM", "LOW"): "LOW",
    ("LOW", "MEDIUM"): "LOW",
    ("LOW", "LOW"): "LOW",
}
ASSESSMENT = "priority isPriorityOverridden impact urgency hasSafetyRisk"


def kept(clock: dict[str, Any]) -> list[Any]:
    return [clock[name] for name in KEPT]


async def test_impact_and_urgency_make_the_priority_and_safety_is_never_below_high(
    desk: Desk,
) -> None:
    for (impact, urgency), is_risky in product(product(Level, Level), (False, True)):
        priority = MATRIX[impact.value, urgency.value]
        if is_risky and priority in ("MEDIUM", "LOW"):
            priority = "HIGH"
        given = {"impact": impact.value, "urgency": urgency.value, "hasSafetyRisk": is_risky}
        recorded, changed = await desk.record(**given), await desk.record()
        await desk.do("reprioritizeComplaint", changed, **given)
        for complaint in (recorded, changed):
            shown = await desk.see(complaint, ASSESSMENT)
            assert shown == {**given, "priority": priority, "isPriorityOverridden": False}


async def test_a_priority_by_hand_needs_a_reason_and_holds_until_the_assessed_one_is_given(
    desk: Desk,
) -> None:
    complaint = await desk.record()
    for given in ({}, {"reason": " "}):
        (fault,) = await desk.graph.refused(
            "reprioritizeComplaint", complaintId=complaint, priority="CRITICAL", **given
        )
        assert (fault["constraint"], fault["path"]) == ("required", ["reason"])
    await desk.do("reprioritizeComplaint", complaint, priority="CRITICAL", reason="The board.")
    shown = await desk.see(complaint, ASSESSMENT)
    assert (shown["priority"], shown["isPriorityOverridden"]) == ("CRITICAL", True)
    assert shown["impact"] == "MEDIUM"
    (event,) = await desk.told(complaint, "complaint.reprioritized")
    assert event["reason"] == "The board."
    assert event["changes"] == [
        {"field": "priority", "before": "MEDIUM", "after": "CRITICAL"},
        {"field": "isPriorityOverridden", "before": False, "after": True},
    ]
    await desk.do("reprioritizeComplaint", complaint, urgency="LOW")
    shown = await desk.see(complaint, ASSESSMENT)
    assert (shown["priority"], shown["isPriorityOverridden"]) == ("CRITICAL", True)
    await desk.do("reprioritizeComplaint", complaint, priority="LOW")
    shown = await desk.see(complaint, ASSESSMENT)
    assert (shown["priority"], shown["isPriorityOverridden"]) == ("LOW", False)


async def test_the_assessed_priority_given_by_hand_is_no_override(desk: Desk) -> None:
    complaint = await desk.record()
    await desk.do("reprioritizeComplaint", complaint, priority="HIGH", impact="HIGH")
    assert (await desk.see(complaint, ASSESSMENT))["isPriorityOverridden"] is False


async def test_no_hand_sets_a_priority_below_high_where_safety_is_at_risk(desk: Desk) -> None:
    complaint = await desk.record(hasSafetyRisk=True)
    for priority in Priority:
        given = {"complaintId": complaint, "priority": priority.value, "reason": "So be it."}
        if priority in (Priority.CRITICAL, Priority.HIGH):
            await desk.graph.do("reprioritizeComplaint", **given)
            continue
        (fault,) = await desk.graph.refused("reprioritizeComplaint", **given)
        assert (fault["rule"], fault["path"]) == ("safety_risk_is_at_least_high", ["priority"])


async def test_a_complaint_that_is_over_keeps_its_priority(desk: Desk) -> None:
    complaint = await desk.resolved()
    await desk.do("closeComplaint", complaint)
    (fault,) = await desk.graph.refused(
        "reprioritizeComplaint", complaintId=complaint, impact="HIGH"
    )
    assert fault["rule"] == "complaint_is_not_over"


async def test_start_elapsed_time_and_pauses_stay_while_the_target_changes(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    await desk.do("awaitCustomer", complaint, question="Which one?")
    desk.graph.later(hours=2)
    await desk.do("resumeComplaint", complaint)
    desk.graph.later(hours=1)
    segments = "resolutionClock { segments { kind from until countedSeconds reason } }"
    _, before = await desk.clocks(complaint)
    explained = await desk.see(complaint, segments)
    await desk.do("reprioritizeComplaint", complaint, impact="HIGH", urgency="HIGH")
    _, now = await desk.clocks(complaint)
    assert await desk.see(complaint, segments) == explained
    assert kept(now) == kept(before)
    assert (before["elapsedSeconds"], before["targetSeconds"]) == (HOUR, 12 * HOUR)
    assert (now["targetSeconds"], now["remainingSeconds"]) == (4 * HOUR, 3 * HOUR)
    assert now["dueAt"] == "2026-03-02T15:00:00.000Z"
    assert (await Complaint.get(id=number(complaint))).resolution_due_at == at(now["dueAt"])


async def test_a_shorter_target_that_is_used_up_already_is_a_breach(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    desk.graph.later(hours=5)
    await desk.do("reprioritizeComplaint", complaint, priority="CRITICAL", reason="The board.")
    _, clock = await desk.clocks(complaint)
    assert (clock["state"], clock["breachedAt"]) == ("BREACHED", "2026-03-02T13:00:00.000Z")
    await desk.tick()
    assert [alert[:2] for alert in await desk.alerts(complaint)] == [
        ("RESOLUTION", "WARNING"),
        ("RESOLUTION", "BREACHED"),
    ]


async def test_a_breach_stays_a_breach_whether_it_was_told_before_or_not(desk: Desk) -> None:
    told, untold = await desk.record(), await desk.record()
    await desk.until("2026-03-02T12:00Z")
    await Complaint.filter(id=number(untold)).update(response_alerts=0)
    for complaint in (told, untold):
        await desk.do("reprioritizeComplaint", complaint, impact="LOW", urgency="LOW")
    await desk.until("2026-03-03T10:00Z")
    for complaint in (told, untold):
        response, _ = await desk.clocks(complaint)
        assert (response["state"], response["targetSeconds"]) == ("BREACHED", 4 * HOUR)
        assert response["breachedAt"] == "2026-03-02T12:00:00.000Z"
    breaches = [alert for alert in await desk.alerts(told) if alert[:2] == ("RESPONSE", "BREACHED")]
    assert breaches == [("RESPONSE", "BREACHED", "2026-03-02T12:00:00.000Z")]


async def test_a_breach_that_nobody_told_before_a_longer_target_is_told_once(desk: Desk) -> None:
    complaint = await desk.record()
    desk.graph.later(hours=3, minutes=10)  # breached at 3 hours, and no ticker was there
    await desk.do("reprioritizeComplaint", complaint, impact="LOW", urgency="LOW")
    for _ in range(3):
        desk.graph.later(minutes=20)  # 4 hours and 75 % of them lie on the way
        await desk.tick()
    told = [alert for alert in await desk.alerts(complaint) if alert[0] == "RESPONSE"]
    assert told.count(("RESPONSE", "BREACHED", "2026-03-02T12:00:00.000Z")) == 1
    assert [alert[1] for alert in told][-1] == "BREACHED"


async def test_a_clock_that_warned_and_runs_again_is_found_warning_at_its_new_time(
    desk: Desk,
) -> None:
    """The alert is not repeated, but filters and boards must see the state."""
    complaint = await desk.record()
    await desk.until("2026-03-02T11:15Z")  # 75 % of 3 hours
    await desk.do("reprioritizeComplaint", complaint, impact="LOW", urgency="LOW")
    listed = "{ complaints(filter: {clockState: WARNING}) { totalCount } }"
    assert (await desk.graph.read(listed))["complaints"]["totalCount"] == 0
    await desk.until("2026-03-02T12:00Z")  # 75 % of 4 hours
    assert (await desk.clocks(complaint))[0]["state"] == "WARNING"
    assert (await desk.graph.read(listed))["complaints"]["totalCount"] == 1
    assert [alert[:2] for alert in await desk.alerts(complaint)] == [("RESPONSE", "WARNING")]


async def test_a_stopped_clock_keeps_its_target(desk: Desk) -> None:
    acknowledged, resolved = await desk.acknowledged(), await desk.resolved()
    for complaint in (acknowledged, resolved):
        await desk.do("reprioritizeComplaint", complaint, impact="HIGH", urgency="HIGH")
    response, resolution = await desk.clocks(acknowledged)
    assert (response["targetSeconds"], resolution["targetSeconds"]) == (3 * HOUR, 4 * HOUR)
    response, resolution = await desk.clocks(resolved)
    assert (response["targetSeconds"], resolution["targetSeconds"]) == (3 * HOUR, 12 * HOUR)


async def test_a_clock_that_goes_on_after_reopening_has_the_target_of_the_priority_by_then(
    desk: Desk,
) -> None:
    complaint = await desk.resolved()
    await desk.do("reprioritizeComplaint", complaint, impact="HIGH", urgency="HIGH")
    await desk.do("reopenComplaint", complaint, reason="It came again.")
    _, resolution = await desk.clocks(complaint)
    assert (resolution["targetSeconds"], resolution["elapsedSeconds"]) == (4 * HOUR, 0)
