"""Clocks through the graph: read as the rules read them, filtered and ordered by an index."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from tortoise import connections

from models import events
from models.complaint import Complaint
from models.rules import sla_clock
from models.rules.business_time import Pause
from models.rules.opening_hours import OpeningInterval, Weekday
from models.rules.sla_clock import ClockReading, SlaMetric
from models.rules.timetable import CalendarRevision, OpenTime
from tests.business.desk import Desk, at, number, opened, written
from tests.graph.asking import Graph
from tests.graph.world import World
from tests.rules.samples import LONG_AGO, hours_in

LIST = """query ($filter: ComplaintFilter, $by: ComplaintOrder, $first: Int, $after: String) {
  complaints(filter: $filter, orderBy: $by, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { id }
  }
}"""
SEGMENTS = "segments(last: 500) { kind from until countedSeconds reason }"
ROWS = 4_000
"""Enough for a planner to prefer an index where there is one."""


def shown(reading: ClockReading) -> dict[str, Any]:
    """A reading of the rules as the graph writes it."""
    return {
        "metric": reading.metric.value,
        "state": reading.state.value,
        "targetSeconds": reading.target_seconds,
        "elapsedSeconds": reading.elapsed_seconds,
        "remainingSeconds": reading.remaining_seconds,
        "startedAt": written(reading.started_at),
        "warnsAt": written(reading.warns_at),
        "dueAt": written(reading.due_at),
        "stoppedAt": written(reading.stopped_at),
        "breachedAt": written(reading.breached_at),
    }


async def is_read_as(desk: Desk, complaint: str, calendar: OpenTime, **facts: Any) -> None:
    """Both clocks of a MEDIUM complaint are those of the rules, and their segments sum up."""
    targets = {SlaMetric.RESPONSE: 180 * 60, SlaMetric.RESOLUTION: 720 * 60}
    for metric, clock in zip(SlaMetric, await desk.clocks(complaint), strict=True):
        known = {"pauses": (), "stopped_at": None, **facts.get(metric.value, {})}
        reading = sla_clock.clock(
            calendar,
            metric=metric,
            started_at=facts["started_at"],
            target_seconds=targets[metric],
            now=desk.graph.now,
            **known,
        )
        assert clock == shown(reading)
        name = f"{metric.value.lower()}Clock"
        segments = (await desk.see(complaint, f"{name} {{ {SEGMENTS} }}"))[name]["segments"]
        assert sum(part["countedSeconds"] for part in segments) == clock["elapsedSeconds"]
        ends = [(part["from"], part["until"]) for part in segments]
        assert all(before[1] == after[0] for before, after in pairwise(ends))


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/Madrid", "2026-03-27T15:00Z"),  # summer time begins on Sunday the 29th
        ("America/St_Johns", "2026-10-30T18:00Z"),  # half-hour zone; it ends on Sunday
        ("Australia/Lord_Howe", "2026-04-03T03:00Z"),  # half-hour step, southern
        ("Asia/Kathmandu", "2026-06-01T03:00Z"),
    ],
)
async def test_a_clock_counts_by_the_own_calendar_of_the_enrolment(
    world: World, zone: str, start: str
) -> None:
    world.graph.now = at(start)
    desk = await opened(world)
    week = [
        {"weekday": day.value, "opensAt": opens, "closesAt": closes}
        for day in Weekday
        for opens, closes in (("00:00", "03:30"), ("13:15", "24:00"))
    ]
    own = await world.calendar(
        timeZone=zone, hours=week, holidays=[{"date": start[:10], "name": "A day off"}]
    )
    customer = await world.customer()
    await world.enrollment(customer, (desk.service, desk.sla), calendarId=own)
    complaint = await world.complaint(customer, serviceId=desk.service)
    calendar = hours_in(
        zone,
        ("00:00", "03:30"),
        ("13:15", "24:00"),
        days=tuple(Weekday),
        holidays=(date.fromisoformat(start[:10]),),
    )
    begun = desk.graph.now
    for _ in range(8):
        desk.graph.later(hours=13, seconds=7)
        await is_read_as(desk, complaint, calendar, started_at=begun)


async def test_public_holidays_of_a_region_do_not_count(world: World) -> None:
    world.graph.now = at("2026-04-28T08:00Z")
    source = {"country": "ES", "subdivision": "MD", "firstYear": 2026, "lastYear": 2026}
    given = {"date": "2026-05-15", "name": "San Isidro"}
    desk = await opened(world, holidaysOf=[source], holidays=[given])
    complaint, begun = await desk.record(), desk.graph.now
    fields = "{ calendars { nodes { holidays { date name } } } }"
    (found,) = (await desk.graph.read(fields))["calendars"]["nodes"]
    named = {holiday["date"]: holiday["name"] for holiday in found["holidays"]}
    assert {"2026-05-01", "2026-05-02", "2026-12-25"} <= set(named)
    assert named["2026-05-15"] == "San Isidro"
    assert found["holidays"] == sorted(found["holidays"], key=lambda each: each["date"])
    days = tuple(date.fromisoformat(day) for day in named)
    calendar = hours_in("Europe/Madrid", ("09:00", "17:00"), holidays=days)
    for _ in range(4):
        desk.graph.later(days=5)
        await is_read_as(desk, complaint, calendar, started_at=begun)


async def test_pauses_reopening_and_a_revision_read_as_the_rules_say(desk: Desk) -> None:
    start = desk.graph.now
    complaint = await desk.record()
    desk.graph.later(hours=1)
    acknowledged = desk.graph.now
    await desk.do("acknowledgeComplaint", complaint, ownerId=desk.agent)
    await desk.do("awaitCustomer", complaint, question="Which one?")
    desk.graph.later(hours=2)
    pauses = [Pause(acknowledged, desk.graph.now, "Which one?")]
    await desk.do("resumeComplaint", complaint)
    await desk.graph.do(
        "reviseCalendar", calendarId=desk.calendar, timeZone="Asia/Kolkata", isAlwaysOpen=True
    )
    revised = desk.graph.now
    desk.graph.later(hours=1)
    resolved = desk.graph.now
    await desk.resolve(complaint)
    desk.graph.later(hours=50)
    pauses.append(Pause(resolved, desk.graph.now, "Again."))
    await desk.do("reopenComplaint", complaint, reason="Again.")
    desk.graph.later(hours=1, milliseconds=1)
    hours = tuple(OpeningInterval(day, 540, 1_020) for day in list(Weekday)[:5])
    calendar = OpenTime(
        (
            CalendarRevision(LONG_AGO, "Europe/Madrid", hours=hours),
            CalendarRevision(revised, "Asia/Kolkata", is_always_open=True),
        )
    )
    facts = {"RESPONSE": {"stopped_at": acknowledged}, "RESOLUTION": {"pauses": pauses}}
    await is_read_as(desk, complaint, calendar, started_at=start, **facts)


async def test_segments_are_the_last_ones_up_to_the_number_that_is_asked_for(desk: Desk) -> None:
    complaint = await desk.record()
    desk.graph.later(days=3)
    every = await desk.see(complaint, f"resolutionClock {{ {SEGMENTS} }}")
    last = await desk.see(
        complaint, f"resolutionClock {{ {SEGMENTS.replace('last: 500', 'last: 2')} }}"
    )
    assert last["resolutionClock"]["segments"] == every["resolutionClock"]["segments"][-2:]
    for count in (0, 501):
        fault = await desk.graph.refusal(
            f"{{ complaint(id: {complaint!r}) {{ responseClock {{ segments(last: {count})"
            " { kind } } } }".replace("'", '"')
        )
        assert fault["code"] == "INVALID_INPUT"


async def standing(desk: Desk) -> dict[str, str]:
    """Complaints with clocks in every state; the name says which."""
    made = {"breached": await desk.record(), "met": await desk.resolved()}
    made["cancelled"] = await desk.record()
    await desk.do("withdrawComplaint", made["cancelled"], reason="Never mind.")
    made["paused"] = await desk.acknowledged()
    await desk.do("awaitCustomer", made["paused"], question="Which one?")
    desk.graph.later(minutes=40)
    made["warning"] = await desk.record()
    desk.graph.later(minutes=140)
    made["running"] = await desk.record()
    made["none"] = await desk.record(serviceId=None)
    await desk.tick()
    return {complaint: name for name, complaint in made.items()}


async def test_complaints_are_found_by_the_state_of_either_clock(desk: Desk) -> None:
    names = await standing(desk)
    expected = {
        "RUNNING": {"running", "warning", "breached"},
        "WARNING": {"warning"},
        "PAUSED": {"paused"},
        "MET": {"met", "paused"},
        "BREACHED": {"breached"},
        "CANCELLED": {"cancelled"},
    }
    for state, found in expected.items():
        data = await desk.graph.read(LIST, {"filter": {"clockState": [state]}})
        assert {names[node["id"]] for node in data["complaints"]["nodes"]} == found
        assert data["complaints"]["totalCount"] == len(found)
    data = await desk.graph.read(LIST, {"filter": {"clockState": ["WARNING", "PAUSED"]}})
    assert data["complaints"]["totalCount"] == 2


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_complaints_are_ordered_by_what_is_due_first_page_by_page(
    desk: Desk, direction: str
) -> None:
    names = await standing(desk)
    dues: list[tuple[Any, int]] = []
    for complaint in names:
        fields = "responseClock { state dueAt } resolutionClock { state dueAt }"
        clocks = (await desk.see(complaint, fields)).values()
        running = [c["dueAt"] for c in clocks if c and c["state"] in ("RUNNING", "WARNING")]
        dues.append((min(running, default="9999"), number(complaint)))
    expected = [f"complaint_{n}" for _, n in sorted(dues, reverse=direction == "DESC")]
    found: list[str] = []
    page: dict[str, Any] = {"hasNextPage": True, "endCursor": None}
    while page["hasNextPage"]:
        given = {"first": 2, "by": {"field": "DUE_AT", "direction": direction}}
        if page["endCursor"] is not None:
            given["after"] = page["endCursor"]
        data = (await desk.graph.read(LIST, given))["complaints"]
        found += [node["id"] for node in data["nodes"]]
        page = data["pageInfo"]
    assert found == expected


async def many(desk: Desk) -> None:
    """Copies of one complaint, of which every hundredth is due, and some are breached."""
    row: Any = await Complaint.get(id=number(await desk.record()))
    values = {name: getattr(row, name) for name in Complaint._meta.db_fields if name != "id"}
    copies = []
    for count in range(ROWS):
        copy = Complaint(**values)
        copy.received_at = row.received_at - timedelta(minutes=count)
        if count % 100:
            copy.due_order_at = datetime.fromisoformat("9999-12-31T00:00:00+00:00")
            copy.response_state = copy.resolution_state = sla_clock.ClockState.MET
        else:
            copy.due_order_at = row.due_order_at + timedelta(minutes=count)
        copy.response_state = (
            sla_clock.ClockState.BREACHED if count % 200 == 0 else copy.response_state
        )
        copies.append(copy)
    await Complaint.bulk_create(copies, batch_size=500)
    await connections.get("default").execute_script("ANALYZE")


@pytest.mark.parametrize(
    "given",
    [
        {"by": {"field": "DUE_AT", "direction": "ASC"}},
        {"by": {"field": "DUE_AT", "direction": "DESC"}},
        {"filter": {"clockState": ["BREACHED"]}},
    ],
    ids=["due soonest", "due last", "breached"],
)
async def test_what_is_due_or_breached_is_found_without_reading_every_complaint(
    desk: Desk, given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    await many(desk)
    plan = await _explained(desk.graph, given, monkeypatch)
    assert not [step for step in plan if _reads_all(step)], "\n".join(plan)


async def _explained(
    graph: Graph, given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """How the database answers the list's page."""
    connection = events.reading()
    run = type(connection).execute_query_dict
    asked: list[tuple[str, list[Any]]] = []

    async def remember(self: Any, sql: str, values: Any = None) -> Any:
        asked.append((sql, values))
        return await run(self, sql, values)

    monkeypatch.setattr(type(connection), "execute_query_dict", remember)
    await graph.read(LIST.replace("totalCount ", ""), {**given, "first": 20})
    monkeypatch.undo()
    ((sql, values),) = asked
    is_postgres = connection.capabilities.dialect == "postgres"
    explain = "EXPLAIN" if is_postgres else "EXPLAIN QUERY PLAN"
    rows = await connection.execute_query_dict(f"{explain} {sql}", values)
    return [str(row["QUERY PLAN" if is_postgres else "detail"]) for row in rows]


def _reads_all(step: str) -> bool:
    """Whether a step of a plan goes through the whole table of complaints."""
    if "Seq Scan on complaint" in step:
        return True
    return step.startswith("SCAN t") and "INDEX" not in step
