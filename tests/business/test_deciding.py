"""A complaint's verbs decide without a database, and the demo tells what they would have stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.access import SYSTEM, Role, Viewer
from models.base import Act
from models.comment import Comment, Visibility
from models.complaint import Complaint, ComplaintChannel, ResolutionKind
from models.complaint_clock import NEVER, Surroundings
from models.complaint_subject import Belonging
from models.demo.moments import midnight
from models.demo.seeding import seed
from models.errors import Refused, RuleViolated, TransitionNotAllowed
from models.events import Event, EventValue
from models.faults import Faults
from models.rules.lifecycle import ComplaintStatus
from models.rules.priority import Level, Priority
from models.staff import StaffMember
from models.transaction import transact

NOW = datetime(2026, 3, 31, 15, 20, tzinfo=UTC)
AGENT = Viewer(StaffMember.noun, 7, frozenset({Role.AGENT}))
TOLD: dict[str, Any] = {
    "title": "Late",
    "description": "It came late.",
    "channel": ComplaintChannel.EMAIL,
    "impact": Level.MEDIUM,
    "urgency": Level.HIGH,
}


def received(**around: Any) -> Complaint:
    row = Complaint.received(Act(AGENT, NOW), Faults(), Belonging(1), NOW, **TOLD)
    row.id = 1
    row.around = Surroundings(
        staff={7: StaffMember(id=7, name="Ana", email="a@x.example", roles=["AGENT"])}, **around
    )
    return row


def test_a_row_is_decided_on_in_memory_and_its_events_are_recorded() -> None:
    row, act = received(), Act(AGENT, NOW + timedelta(hours=1))
    assert (row.priority, row.status) == (Priority.HIGH, ComplaintStatus.RECEIVED)
    Complaint.acknowledge.decide(row, act)
    Complaint.resolve.decide(row, act, kind=ResolutionKind.EXPLAINED, summary="It is so.")
    assert (row.owner_id, row.version, row.acknowledged_at) == (7, 3, act.now)
    assert row.auto_close_at is not None
    row.settle(act)
    Complaint.end.decide(row, Act(SYSTEM, row.auto_close_at, act.facts))
    row.settle(act)
    kinds = [fact.event["kind"] for fact in act.facts]
    assert kinds == ["complaint.acknowledged", "complaint.resolved", "complaint.closed"]
    assert (row.status, row.next_tick_at) == (ComplaintStatus.CLOSED, None)
    assert row.due_order_at == NEVER


def test_what_stands_around_a_row_decides_with_it() -> None:
    row, act = received(has_unfinished_actions=True), Act(AGENT, NOW)
    Complaint.acknowledge.decide(row, act)
    with pytest.raises(Refused):
        Complaint.resolve.decide(row, act, kind=ResolutionKind.REMEDIED, summary="It is so.")
    row = received(has_unfinished_actions=True)
    with pytest.raises(TransitionNotAllowed):
        Complaint.end.decide(row, act)
    row.status = ComplaintStatus.RESOLVED
    with pytest.raises(RuleViolated):
        Complaint.end.decide(row, act)


async def test_what_the_demo_tells_is_what_the_verbs_store(database: str) -> None:
    await seed(1, NOW, lambda step, done, total: None)
    for told in await Complaint.filter(id__lte=6).order_by("id"):
        again = await replayed(told)
        assert compared(again) == compared(told), told.id
        assert await timeline(again) == await timeline(told), told.id


async def replayed(told: Complaint) -> Complaint:
    """Another complaint, for which the verbs are called that the first one's events tell of."""
    events = await Event.filter(subject_type="complaint", subject_id=told.id).order_by("seq")
    names = (*Belonging.__dataclass_fields__, *TOLD, "has_safety_risk", "remedy_sought")
    given = {name: getattr(told, name) for name in (*names, "category", "area", "received_at")}
    del given["sla_id"], given["calendar_id"]
    act = Act(viewer(events[0]), told.created_at)
    row = await transact(act, lambda: Complaint.record(act, **given))
    for event in events[1:]:
        act = Act(viewer(event), event.occurred_at)
        await transact(act, lambda event=event, act=act: done(act, row, event))  # type: ignore[misc]
    act = Act(SYSTEM, midnight(NOW))
    await transact(act, lambda: row.tick(act))
    return row


def viewer(event: Event) -> Viewer:
    if event.actor_type == SYSTEM.actor_type:
        return SYSTEM
    role = Role.AGENT if event.actor_type == StaffMember.noun else Role.CONTACT
    return Viewer(event.actor_type, event.actor_id, frozenset({role}))


async def done(act: Act, row: Complaint, event: Event) -> None:
    """Does what an event tells of."""
    verb = event.kind.partition(".")[2]
    values = {value.name: value.value for value in await EventValue.filter(seq=event.seq)}
    after: dict[str, Any] = {each["field"]: each.get("after") for each in event.changes}
    if verb in ("warned", "breached"):
        await row.tick(act)
    elif verb in ("acknowledged", "assigned"):
        given = {"owner_id": after["owner_id"]["staff"]}
        await (
            row.acknowledge(act, **given) if verb == "acknowledged" else row.assign(act, **given)
        )
    elif verb == "commented":
        comment = await Comment.get(id=after["comment_id"]["comment"])
        visibility = Visibility(comment.visibility)
        await Comment.comment(row, act, body=comment.body, visibility=visibility)
    elif verb == "resolved":
        kind, summary = ResolutionKind(after["resolution_kind"]), values["reason"] or ""
        cause = (await Complaint.get(id=event.subject_id)).root_cause
        await row.resolve(act, kind=kind, summary=summary, root_cause=cause)
    elif verb == "resumed":
        assert row.status is ComplaintStatus.INVESTIGATING, "the comment before it did so"
    elif verb == "customer_awaited":
        await row.await_customer(act, question=values["reason"] or "")
    elif verb in ("investigated", "closed"):
        await (row.investigate(act) if verb == "investigated" else row.close(act))
    elif verb == "reopened":
        await row.reopen(act, reason=values["reason"] or "")
    elif verb != "escalated":
        raise AssertionError(event.kind)


def compared(row: Complaint) -> dict[str, Any]:
    """The row's values to the millisecond, as they are stored; another row has another key."""
    return {
        name: value.replace(microsecond=value.microsecond // 1000 * 1000)
        if isinstance(value, datetime)
        else value
        for name, value in row.columns.items()
        if name != "id"
    }


async def timeline(row: Complaint) -> list[tuple[Any, ...]]:
    """What the log tells of a complaint; each comment has a key of its own."""
    found = []
    for event in await Event.filter(subject_type="complaint", subject_id=row.id).order_by("seq"):
        values = await EventValue.filter(seq=event.seq).order_by("name")
        changes = [change for change in event.changes if change["field"] != "comment_id"]
        actor = (event.actor_type, event.actor_id)
        told = [(value.name, value.value) for value in values]
        found.append((event.kind, event.occurred_at, actor, event.customer_id, changes, told))
    return sorted(found, key=lambda each: each[1])
