"""A calendar's next revision: what was counted stays, what lies ahead is worked out anew."""

from __future__ import annotations

from typing import Any

from models import due
from models.complaint import Complaint
from tests.business.desk import Desk, at, number
from tests.graph.world import OFFICE_HOURS

HOUR = 3600
MADRID = {"timeZone": "Europe/Madrid"}


def mornings() -> list[dict[str, str]]:
    return [{**hours, "closesAt": "12:00"} for hours in OFFICE_HOURS]


async def revise(desk: Desk, **given: Any) -> None:
    """Revises the calendar; the ticker works out anew what lies ahead."""
    await desk.graph.do("reviseCalendar", calendarId=desk.calendar, **{**MADRID, **given})
    await desk.tick()


async def test_what_was_counted_stays_and_due_instants_ahead_move(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    desk.graph.later(hours=1, minutes=30)  # 11:30 in Madrid
    await revise(desk, hours=mornings())
    _, clock = await desk.clocks(complaint)
    assert clock["elapsedSeconds"] == HOUR + HOUR // 2
    assert clock["dueAt"] == "2026-03-06T09:00:00.000Z"  # half an hour today, then 3 a day
    row = await Complaint.get(id=number(complaint))
    assert (row.resolution_due_at, row.version) == (at(clock["dueAt"]), 2)
    desk.graph.later(days=1)
    assert (await desk.clocks(complaint))[1]["elapsedSeconds"] == (2 + 3) * HOUR - HOUR // 2


async def test_a_revision_counts_from_its_instant_and_not_before(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    await revise(desk, hours=mornings(), effectiveFrom="2026-03-03T08:00:00Z")
    shown = "{ calendars { nodes { hours { closesAt } revisions { nodes { revision } } } } }"
    (calendar,) = (await desk.graph.read(shown))["calendars"]["nodes"]
    assert {hours["closesAt"] for hours in calendar["hours"]} == {"17:00"}
    assert calendar["revisions"]["nodes"] == [{"revision": 2}, {"revision": 1}]
    desk.graph.now = at("2026-03-02T16:00Z")
    _, clock = await desk.clocks(complaint)
    assert (clock["elapsedSeconds"], clock["dueAt"]) == (7 * HOUR, "2026-03-04T10:00:00.000Z")
    desk.graph.now = at("2026-03-03T20:00Z")
    assert (await desk.clocks(complaint))[1]["elapsedSeconds"] == 10 * HOUR
    (calendar,) = (await desk.graph.read(shown))["calendars"]["nodes"]
    assert {hours["closesAt"] for hours in calendar["hours"]} == {"12:00"}


async def test_a_revision_changes_neither_what_stopped_nor_what_was_breached(desk: Desk) -> None:
    met, breached = await desk.resolved(), await desk.record()
    desk.graph.now = at("2026-03-03T13:00Z")
    await desk.tick()
    before = [await desk.clocks(complaint) for complaint in (met, breached)]
    told = [await desk.alerts(complaint) for complaint in (met, breached)]
    await revise(desk, isAlwaysOpen=True)
    await desk.tick()
    assert [await desk.clocks(complaint) for complaint in (met, breached)] == before
    assert [await desk.alerts(complaint) for complaint in (met, breached)] == told


async def test_a_paused_clock_goes_on_by_the_revision_in_force_when_it_does(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    await desk.do("awaitCustomer", complaint, question="Which one?")
    await revise(desk, isAlwaysOpen=True)
    desk.graph.later(hours=1)
    await desk.do("resumeComplaint", complaint)
    assert (await desk.clocks(complaint))[1]["dueAt"] == "2026-03-02T22:00:00.000Z"


async def test_the_ticker_goes_by_the_new_instants(desk: Desk) -> None:
    complaint = await desk.record()
    await revise(desk, timeZone="America/New_York", hours=OFFICE_HOURS)
    assert await due.next_tick_at() == at("2026-03-02T16:15Z")
    await desk.until("2026-03-02T17:00Z")
    assert await desk.alerts(complaint) == [
        ("RESPONSE", "WARNING", "2026-03-02T16:15:00.000Z"),
        ("RESPONSE", "BREACHED", "2026-03-02T17:00:00.000Z"),
    ]


async def test_closing_by_itself_goes_by_the_new_business_days(desk: Desk) -> None:
    complaint = await desk.resolved()
    await revise(
        desk, hours=OFFICE_HOURS, holidays=[{"date": "2026-03-05", "name": "A local holiday"}]
    )
    assert await due.next_tick_at() == at("2026-03-10T09:00Z")
    await desk.until("2026-03-10T09:00Z")
    assert (await desk.see(complaint, "closedAt"))["closedAt"] == "2026-03-10T09:00:00.000Z"


async def test_a_revision_is_not_in_force_from_the_past_or_from_before_its_predecessor(
    desk: Desk,
) -> None:
    await revise(desk, isAlwaysOpen=True, effectiveFrom="2026-03-05T09:00:00Z")
    for instant in ("2026-03-02T08:59:59.999Z", "2026-03-05T09:00:00Z", None):
        given = {} if instant is None else {"effectiveFrom": instant}
        (fault,) = await desk.graph.refused(
            "reviseCalendar", calendarId=desk.calendar, **MADRID, isAlwaysOpen=True, **given
        )
        assert fault["constraint"] == "not before now and the revision before"
        assert fault["path"] == ["effectiveFrom"]
    await revise(desk, isAlwaysOpen=True, effectiveFrom="2026-03-05T10:00:00.001+01:00")


async def test_a_calendar_opens_at_hours_that_are_hours_and_do_not_overlap(desk: Desk) -> None:
    day = {"weekday": "MONDAY"}
    refused: list[tuple[list[dict[str, str]], str, list[str]]] = [
        ([], "hours_not_empty", ["hours"]),
        ([{**day, "opensAt": "9:00", "closesAt": "17:00"}], "HH:MM", ["hours", "0"]),
        (
            [{**day, "opensAt": "17:00", "closesAt": "09:00"}],
            "opens_before_it_closes",
            ["hours", "0"],
        ),
        (
            [{**day, "opensAt": "09:00", "closesAt": "09:00"}],
            "opens_before_it_closes",
            ["hours", "0"],
        ),
        (
            [
                {**day, "opensAt": "09:00", "closesAt": "13:00"},
                {**day, "opensAt": "12:59", "closesAt": "17:00"},
            ],
            "hours_do_not_overlap",
            ["hours", "1"],
        ),
    ]
    for hours, constraint, path in refused:
        for mutation, given in (
            ("reviseCalendar", {"calendarId": desk.calendar}),
            ("defineCalendar", {"name": "Another"}),
        ):
            (fault,) = await desk.graph.refused(mutation, **given, **MADRID, hours=hours)
            assert (fault["constraint"], fault["path"]) == (constraint, path)
    shown = "{ calendars { totalCount nodes { version } } }"
    calendars = (await desk.graph.read(shown))["calendars"]
    assert calendars == {"totalCount": 1, "nodes": [{"version": 1}]}


async def test_all_that_is_wrong_with_a_calendar_comes_in_one_answer(desk: Desk) -> None:
    faults = await desk.graph.refused(
        "defineCalendar",
        name=" ",
        timeZone="Europe/Madrid",
        hours=[{"weekday": "MONDAY", "opensAt": "x", "closesAt": "17:00"}],
        holidays=[{"date": "2026-03-05", "name": "a"}, {"date": "2026-03-05", "name": ""}],
        holidaysOf=[
            {"country": "XX", "firstYear": 2026, "lastYear": 2026},
            {"country": "ES", "subdivision": "ZZ", "firstYear": 2026, "lastYear": 2026},
            {"country": "ES", "firstYear": 2026, "lastYear": 2036},
            {"country": "ES", "firstYear": 2027, "lastYear": 2026},
        ],
    )
    assert sorted(".".join(fault["path"]) for fault in faults) == [
        "holidays.1.date",
        "holidays.1.name",
        "holidaysOf.0.country",
        "holidaysOf.1.subdivision",
        "holidaysOf.2.lastYear",
        "holidaysOf.3.lastYear",
        "hours.0",
        "name",
    ]


async def test_targets_are_more_than_nothing_and_a_response_is_no_longer_than_a_resolution(
    desk: Desk,
) -> None:
    def target(metric: str, minutes: int) -> dict[str, Any]:
        return {"priority": "LOW", "metric": metric, "targetMinutes": minutes}

    given = {"serviceId": desk.service, "calendarId": desk.calendar, "name": "Odd"}
    (fault,) = await desk.graph.refused("draftSla", **given, targets=[target("RESOLUTION", 0)])
    assert (fault["code"], fault["path"]) == ("INVALID_INPUT", ["targets", "0", "targetMinutes"])
    targets = [target("RESPONSE", 61), target("RESOLUTION", 60)]
    (fault,) = await desk.graph.refused("draftSla", **given, targets=targets)
    assert fault["rule"] == "response_within_resolution"
    assert await desk.graph.read("{ slas { totalCount } }") == {"slas": {"totalCount": 1}}
