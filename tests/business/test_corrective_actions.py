"""Corrective actions: planned, proven, and what they keep from happening."""

from __future__ import annotations

from itertools import product
from typing import Any

from models.rules.lifecycle import CORRECTIVE_ACTION, CorrectiveActionStatus
from tests.business.desk import Desk, after

WAYS = {
    "PLANNED": (),
    "IN_PROGRESS": ("start",),
    "DONE": ("start", "complete"),
    "VERIFIED": ("start", "complete", "verify"),
    "INEFFECTIVE": ("start", "complete", "find_ineffective"),
    "CANCELLED": ("cancel",),
}
MUTATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "start": ("startCorrectiveAction", {}),
    "complete": ("completeCorrectiveAction", {}),
    "verify": ("verifyCorrectiveAction", {"isEffective": True}),
    "find_ineffective": (
        "verifyCorrectiveAction",
        {"isEffective": False, "finding": "It came again."},
    ),
    "cancel": ("cancelCorrectiveAction", {"reason": "Not needed."}),
}
LIST = """query ($status: [CorrectiveActionStatus!], $owner: ID, $overdue: Boolean) {
  correctiveActions(status: $status, ownerId: $owner, overdue: $overdue) {
    totalCount nodes { id status isOverdue dueOn }
  }
}"""


async def brought(desk: Desk, action: str, status: str) -> str:
    for verb in WAYS[status]:
        mutation, given = MUTATIONS[verb]
        await desk.act(mutation, action, **given)
    return action


async def listed(desk: Desk, **given: Any) -> list[str]:
    found = (await desk.graph.read(LIST, given))["correctiveActions"]
    assert found["totalCount"] == len(found["nodes"])
    return [node["id"] for node in found["nodes"]]


async def test_an_action_takes_the_steps_of_its_table_and_no_others(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    for status, verb in product(CorrectiveActionStatus, MUTATIONS):
        mutation, given = MUTATIONS[verb]
        action = await brought(desk, await desk.plan(complaint), status.value)
        step = CORRECTIVE_ACTION.step(verb)
        if status in step.sources:
            assert (await desk.act(mutation, action, **given))["status"] == step.to
            continue
        (fault,) = await desk.graph.refused(mutation, correctiveActionId=action, **given)
        allowed = [each.value for each in CORRECTIVE_ACTION.targets_from(status)]
        assert (fault["code"], fault["from"]) == ("TRANSITION_NOT_ALLOWED", status.value)
        assert fault["allowed"] == allowed


async def test_an_action_says_when_it_was_done_and_proven_and_by_which_events(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    action = await desk.plan(complaint, ownerId=desk.agent, dueOn="2026-03-04", detail="How.")
    desk.graph.later(minutes=5)
    await desk.act("startCorrectiveAction", action)
    desk.graph.later(minutes=5)
    done = await desk.act("completeCorrectiveAction", action, detail="The filter was changed.")
    assert done["completedAt"] == "2026-03-02T09:10:00.000Z"
    desk.graph.later(days=1)
    proven = await desk.act(
        "verifyCorrectiveAction", action, isEffective=True, finding="Quiet since."
    )
    assert (proven["verifiedAt"], proven["finding"]) == ("2026-03-03T09:10:00.000Z", "Quiet since.")
    told = await desk.told(
        complaint, "action.planned", "action.started", "action.completed", "action.verified"
    )
    assert [after(event, "correctiveActionStatus") for event in told] == [
        "PLANNED",
        "IN_PROGRESS",
        "DONE",
        "VERIFIED",
    ]
    assert {after(event, "correctiveAction") for event in told} == {action}
    assert told[-1]["reason"] == "Quiet since."


async def test_actions_leave_the_version_of_their_complaint_alone(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    before = await desk.see(complaint, "version")
    action = await brought(desk, await desk.plan(complaint), "INEFFECTIVE")
    await desk.plan(complaint, replacesId=action)
    assert await desk.see(complaint, "version") == before


async def test_an_action_has_an_active_owner_of_the_staff_or_none(desk: Desk) -> None:
    complaint, gone = await desk.acknowledged(), await desk.world.staff()
    await desk.graph.do("deactivateStaffMember", staffMemberId=gone)
    action = await desk.plan(complaint)
    for owner, code in ((gone, "RULE_VIOLATED"), ("staff_999", "NOT_FOUND")):
        planned = {"complaintId": complaint, "kind": "CORRECTION", "title": "Mend it"}
        for mutation, given in (
            ("planCorrectiveAction", planned),
            ("updateCorrectiveAction", {"correctiveActionId": action}),
        ):
            (fault,) = await desk.graph.refused(mutation, **given, ownerId=owner)
            assert (fault["code"], fault["path"]) == (code, ["ownerId"])
            assert fault.get("rule", "staff_is_active") == "staff_is_active"
    assert await listed(desk) == [action]


async def test_a_due_day_counts_in_the_zone_of_the_customer(desk: Desk) -> None:
    customer = await desk.world.customer(timeZone="Pacific/Auckland")
    complaint = await desk.world.complaint(customer)
    desk.graph.later(hours=3)  # Tuesday 01:00 in Auckland
    planned = {"complaintId": complaint, "kind": "PREVENTIVE", "title": "Watch it"}
    (fault,) = await desk.graph.refused("planCorrectiveAction", **planned, dueOn="2026-03-02")
    assert (fault["constraint"], fault["path"]) == ("not in the past", ["dueOn"])
    action = await desk.plan(complaint, dueOn="2026-03-03")
    desk.graph.now = desk.graph.now.replace(day=3, hour=10, minute=59, second=59)
    assert await listed(desk, overdue=True) == []
    desk.graph.now = desk.graph.now.replace(hour=11, minute=0, second=0)  # midnight in Auckland
    assert await listed(desk, overdue=True) == [action]


async def test_a_due_day_lies_at_most_five_years_ahead(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    planned = {"complaintId": complaint, "kind": "PREVENTIVE", "title": "Watch it"}
    (fault,) = await desk.graph.refused("planCorrectiveAction", **planned, dueOn="2031-03-07")
    assert (fault["constraint"], fault["path"]) == ("days_ahead_max=1830", ["dueOn"])
    await desk.graph.do("planCorrectiveAction", **planned, dueOn="2031-03-06")


async def test_what_is_overdue_stands_on_the_board_and_in_the_list_until_it_is_finished(
    desk: Desk,
) -> None:
    complaint = await desk.acknowledged()
    actions = {
        status: await desk.plan(complaint, dueOn="2026-03-02", ownerId=desk.agent)
        for status in WAYS
    }
    for status, action in actions.items():
        await brought(desk, action, status)
    undated = await desk.plan(complaint)
    desk.graph.later(days=1)
    late = {actions["PLANNED"], actions["IN_PROGRESS"]}
    assert set(await listed(desk, overdue=True)) == late
    assert set(await listed(desk, overdue=False)) == {*actions.values(), undated} - late
    assert set(await listed(desk, owner=desk.agent)) == set(actions.values())
    assert await listed(desk, status=["DONE", "VERIFIED"]) == [
        actions["VERIFIED"],
        actions["DONE"],
    ]
    board = "{ complaintBoard { overdueActions } }"
    assert (await desk.graph.read(board))["complaintBoard"] == {"overdueActions": 2}
    await desk.finish(actions["PLANNED"])
    await desk.graph.do(
        "updateCorrectiveAction", correctiveActionId=actions["IN_PROGRESS"], dueOn="2026-03-04"
    )
    assert (await desk.graph.read(board))["complaintBoard"] == {"overdueActions": 0}


async def test_remedied_needs_a_correction_or_corrective_action_that_is_done(desk: Desk) -> None:
    for kind, status in product(("CORRECTION", "CORRECTIVE", "PREVENTIVE"), WAYS):
        complaint = await desk.acknowledged()
        await brought(desk, await desk.plan(complaint, kind=kind), status)
        given = {"complaintId": complaint, "kind": "REMEDIED", "summary": "It is mended."}
        if kind != "PREVENTIVE" and status in ("DONE", "VERIFIED"):
            await desk.graph.do("resolveComplaint", **given)
            assert (await desk.see(complaint, "isUpheld"))["isUpheld"] is True
            continue
        (fault,) = await desk.graph.refused("resolveComplaint", **given)
        assert fault["rule"] == "remedied_complaint_has_finished_action"
        assert fault["path"] == ["kind"]
        assert (await desk.see(complaint, "status resolution { kind }")) == {
            "status": "ACKNOWLEDGED",
            "resolution": None,
        }


async def test_a_complaint_closes_when_each_action_is_finished_or_replaced(desk: Desk) -> None:
    for status in WAYS:
        complaint = await desk.resolved()
        action = await brought(desk, await desk.plan(complaint), status)
        if status in ("DONE", "VERIFIED", "CANCELLED"):
            await desk.do("closeComplaint", complaint)
            continue
        (fault,) = await desk.graph.refused("closeComplaint", complaintId=complaint)
        assert fault["rule"] == "closed_complaint_has_finished_actions"
        if status == "INEFFECTIVE":
            successor = await desk.plan(complaint, replacesId=action)
            assert await desk.graph.refused("closeComplaint", complaintId=complaint)
            await desk.finish(successor)
        else:
            await desk.act("cancelCorrectiveAction", action, reason="No need.")
        await desk.do("closeComplaint", complaint)


async def test_an_action_is_replaced_once_and_only_when_it_had_no_effect(desk: Desk) -> None:
    complaint, other = await desk.acknowledged(), await desk.acknowledged()
    action = await brought(desk, await desk.plan(complaint), "DONE")
    given = {"kind": "CORRECTIVE", "title": "Try again", "replacesId": action}

    async def is_refused(on: str) -> bool:
        (fault,) = await desk.graph.refused("planCorrectiveAction", complaintId=on, **given)
        named = (fault["rule"], fault["path"])
        return named == ("replaced_action_is_ineffective", ["replacesId"])

    assert await is_refused(complaint)
    (fault,) = await desk.graph.refused(
        "verifyCorrectiveAction", correctiveActionId=action, isEffective=False
    )
    assert (fault["constraint"], fault["path"]) == ("required", ["finding"])
    await desk.act("verifyCorrectiveAction", action, isEffective=False, finding="Came again.")
    assert await is_refused(other)
    successor = await desk.plan(complaint, replacesId=action)
    assert await is_refused(complaint)
    shown = await desk.see(complaint, "correctiveActions { nodes { id successor { id } } }")
    assert shown["correctiveActions"]["nodes"] == [
        {"id": action, "successor": {"id": successor}},
        {"id": successor, "successor": None},
    ]


async def test_a_finished_action_is_not_edited_and_an_ended_complaint_gets_none(
    desk: Desk,
) -> None:
    complaint = await desk.acknowledged()
    action = await brought(desk, await desk.plan(complaint), "DONE")
    (fault,) = await desk.graph.refused(
        "updateCorrectiveAction", correctiveActionId=action, title="Other"
    )
    assert fault["rule"] == "updated_action_is_open"
    await desk.do("withdrawComplaint", complaint, reason="Never mind.")
    (fault,) = await desk.graph.refused(
        "planCorrectiveAction", complaintId=complaint, kind="CORRECTION", title="Late"
    )
    assert fault["rule"] == "complaint_is_not_over"


async def test_an_action_of_a_withdrawn_complaint_is_only_cancelled(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    action = await desk.plan(complaint)
    await desk.do("withdrawComplaint", complaint, reason="Never mind.")
    (fault,) = await desk.graph.refused("startCorrectiveAction", correctiveActionId=action)
    assert fault["rule"] == "complaint_is_not_over"
    cancelled = await desk.act("cancelCorrectiveAction", action, reason="No need.")
    assert cancelled["status"] == "CANCELLED"


async def test_an_update_keeps_what_is_left_out_and_tells_what_changed(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    action = await desk.plan(complaint, detail="How.")
    await desk.graph.do(
        "updateCorrectiveAction",
        correctiveActionId=action,
        dueOn="2026-03-05",
        ownerId=desk.agent,
        expectedVersion=1,
    )
    fields = "correctiveActions { nodes { title detail dueOn owner { id } version } }"
    (shown,) = (await desk.see(complaint, fields))["correctiveActions"]["nodes"]
    assert shown == {
        "title": "Mend it",
        "detail": "How.",
        "dueOn": "2026-03-05",
        "owner": {"id": desk.agent},
        "version": 2,
    }
    (event,) = await desk.told(complaint, "action.updated")
    assert event["changes"][1:] == [
        {"field": "owner", "before": None, "after": desk.agent},
        {"field": "dueOn", "before": None, "after": "2026-03-05"},
    ]
    (fault,) = await desk.graph.refused(
        "startCorrectiveAction",
        "correctiveAction { id }",
        correctiveActionId=action,
        expectedVersion=1,
    )
    assert (fault["code"], fault["currentVersion"]) == ("CONFLICT", 2)
