"""The monitor's figures, each counted again in Python over a world made at random."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from statistics import median
from typing import Any

import pytest

from models.rules.lifecycle import OPEN_COMPLAINTS, ComplaintStatus
from tests.business.desk import Desk, at
from tests.graph.asking import Graph, contact_of

COMPLAINTS = 40
SEED = 20_260_302
OPEN = {status.value for status in OPEN_COMPLAINTS}
ALL = """{ complaints(first: 100) { nodes {
  id status priority receivedAt resolvedAt escalationLevel owner { id }
  customer { id relationshipManager { id } } service { id }
  responseClock { state breachedAt } resolutionClock { state breachedAt }
  correctiveActions { nodes { isOverdue owner { id } } } } } }"""
BOARD = """query ($filter: ComplaintFilter) { complaintBoard(filter: $filter) {
  total byStatus { status count } warning breached unassigned overdueActions oldestOpenAt
  medianResolutionSeconds } }"""
TREND = """query ($weeks: Int, $customer: ID, $service: ID) {
  complaintTrend(weeks: $weeks, customerId: $customer, serviceId: $service) {
    startsOn received resolved breached medianHoursToResolve } }"""
Complaints = list[dict[str, Any]]


async def lived_through(desk: Desk) -> Complaints:
    """Weeks of a desk's life; gives the complaints as they stand at the end of it."""
    chance, world, graph = random.Random(SEED), desk.world, desk.graph
    others = [await world.customer(relationshipManagerId=desk.manager), await world.customer()]
    owners = [desk.agent, desk.manager]
    for _ in range(COMPLAINTS):
        customer = chance.choice([desk.customer, desk.customer, *others])
        given: dict[str, Any] = {"impact": chance.choice(("HIGH", "MEDIUM", "LOW"))}
        if customer == desk.customer:
            given["serviceId"] = desk.service
        complaint = await world.complaint(customer, **given)
        if chance.random() < 0.3:
            await desk.plan(complaint, dueOn=graph.now.date().isoformat(), ownerId=desk.agent)
        graph.later(minutes=chance.choice((1, 40, 170)))
        status = chance.choice(list(ComplaintStatus)).value
        if status != "CLOSED":
            await world.brought(complaint, status, chance.choice(owners))
        graph.later(hours=chance.choice((1, 5, 30)))
        await desk.tick()
    days = timedelta(days=7 - graph.now.weekday())
    graph.now = (graph.now + days).replace(hour=9, minute=0)  # a Monday: the last one warns
    await desk.record()
    graph.later(minutes=140)
    await desk.tick()
    found: Complaints = (await graph.read(ALL))["complaints"]["nodes"]
    assert len(found) == COMPLAINTS + 1
    return found


def states(complaint: dict[str, Any]) -> set[str]:
    return {clock["state"] for clock in clocks(complaint)}


def clocks(complaint: dict[str, Any]) -> Iterable[dict[str, Any]]:
    found = (complaint["responseClock"], complaint["resolutionClock"])
    return (clock for clock in found if clock is not None)


def seconds(complaint: dict[str, Any]) -> float:
    return (at(complaint["resolvedAt"]) - at(complaint["receivedAt"])).total_seconds()


def board_of(complaints: Complaints) -> dict[str, Any]:
    opened = [each for each in complaints if each["status"] in OPEN]
    resolved = [seconds(each) for each in complaints if each["resolvedAt"] is not None]
    counted = Counter(each["status"] for each in complaints)
    return {
        "total": len(complaints),
        "byStatus": [
            {"status": status.value, "count": counted[status.value]} for status in ComplaintStatus
        ],
        "warning": sum(
            "WARNING" in states(each) and "BREACHED" not in states(each) for each in complaints
        ),
        "breached": sum("BREACHED" in states(each) for each in opened),
        "unassigned": sum(each["owner"] is None for each in opened),
        "overdueActions": sum(
            action["isOverdue"] for each in complaints for action in actions(each)
        ),
        "oldestOpenAt": min((each["receivedAt"] for each in opened), default=None),
        "medianResolutionSeconds": int(median(resolved) + 0.5) if resolved else None,
    }


def actions(complaint: dict[str, Any]) -> Complaints:
    found: Complaints = complaint["correctiveActions"]["nodes"]
    return found


async def board(graph: Graph, **given: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await graph.read(BOARD, **given))["complaintBoard"]
    return found


async def test_the_board_counts_what_its_filter_admits_and_the_viewer_sees(desk: Desk) -> None:
    complaints = await lived_through(desk)
    whole = await board(desk.graph)
    assert whole == board_of(complaints)
    assert min(whole[name] for name in ("warning", "breached", "unassigned", "overdueActions")) > 0
    filters: list[tuple[dict[str, Any], Any]] = [
        ({"customerId": desk.customer}, lambda c: c["customer"]["id"] == desk.customer),
        ({"serviceId": desk.service}, lambda c: c["service"] is not None),
        ({"ownerId": desk.agent}, lambda c: c["owner"] == {"id": desk.agent}),
        ({"priority": ["HIGH", "LOW"]}, lambda c: c["priority"] in ("HIGH", "LOW")),
        ({"clockState": ["BREACHED"]}, lambda c: "BREACHED" in states(c)),
        ({"escalated": True}, lambda c: c["escalationLevel"] > 0),
        ({"escalated": False}, lambda c: c["escalationLevel"] == 0),
        ({"status": []}, lambda c: False),
    ]
    for given, admits in filters:
        found = await board(desk.graph, variables={"filter": given})
        assert found == board_of([each for each in complaints if admits(each)]), given
    theirs = [each for each in complaints if each["customer"]["id"] == desk.customer]
    assert await board(desk.graph, viewer=contact_of(desk.customer)) == board_of(theirs)


async def test_a_workload_counts_what_a_person_owns_or_manages(desk: Desk) -> None:
    complaints = await lived_through(desk)
    desk.graph.later(days=90)  # the ACTIVE customer's review is overdue by now
    await desk.tick()
    complaints = (await desk.graph.read(ALL))["complaints"]["nodes"]
    fields = "openComplaints breachedComplaints overdueActions overdueReviews"
    people = await desk.graph.read(f"{{ staff {{ nodes {{ id workload {{ {fields} }} }} }} }}")
    for person in people["staff"]["nodes"]:
        me = {"id": person["id"]}
        mine = [
            each
            for each in complaints
            if each["status"] in OPEN
            and me in (each["owner"], each["customer"]["relationshipManager"])
        ]
        assert person["workload"] == {
            "openComplaints": len(mine),
            "breachedComplaints": sum("BREACHED" in states(each) for each in mine),
            "overdueActions": sum(
                action["isOverdue"] and action["owner"] == me
                for each in complaints
                for action in actions(each)
            ),
            "overdueReviews": int(person["id"] == desk.manager),
        }


def trend_of(complaints: Complaints, today: date, weeks: int) -> list[dict[str, Any]]:
    monday = today - timedelta(days=today.weekday())
    found = []
    for back in reversed(range(weeks)):
        starts = monday - timedelta(weeks=back)

        def during(instant: str | None, starts: date = starts) -> bool:
            if instant is None:
                return False
            return starts <= at(instant).date() < starts + timedelta(weeks=1)

        resolved = [each for each in complaints if during(each["resolvedAt"])]
        hours = None
        if resolved:
            hours = round(int(median(map(seconds, resolved)) + 0.5) / 3_600, 2)
        found.append(
            {
                "startsOn": starts.isoformat(),
                "received": sum(during(each["receivedAt"]) for each in complaints),
                "resolved": len(resolved),
                "breached": sum(
                    during(clock["breachedAt"]) for each in complaints for clock in clocks(each)
                ),
                "medianHoursToResolve": hours,
            }
        )
    return found


async def test_the_trend_counts_week_by_week(desk: Desk) -> None:
    complaints = await lived_through(desk)
    today = desk.graph.now.date()
    for weeks in (1, 4, 12):
        data = await desk.graph.read(TREND, {"weeks": weeks})
        assert data["complaintTrend"] == trend_of(complaints, today, weeks)
    whole = trend_of(complaints, today, 12)
    assert (await desk.graph.read("{ complaintTrend { received } }"))["complaintTrend"] == [
        {"received": week["received"]} for week in whole
    ]
    assert sum(week["breached"] for week in whole) > 0
    theirs = [each for each in complaints if each["customer"]["id"] == desk.customer]
    for given in ({"customer": desk.customer}, {"service": desk.service}):
        data = await desk.graph.read(TREND, {"weeks": 8, **given})
        assert data["complaintTrend"] == trend_of(theirs, today, 8)
    data = await desk.graph.read(TREND, {"weeks": 8}, viewer=contact_of(desk.customer))
    assert data["complaintTrend"] == trend_of(theirs, today, 8)


@pytest.mark.parametrize("weeks", [0, -1, 105])
async def test_a_trend_has_1_to_104_weeks(graph: Graph, weeks: int) -> None:
    assert (await graph.refusal(TREND, {"weeks": weeks}))["code"] == "INVALID_INPUT"
    assert len((await graph.read(TREND, {"weeks": 104}))["complaintTrend"]) == 104


async def test_an_empty_board_has_no_median_and_nothing_that_is_oldest(graph: Graph) -> None:
    assert await board(graph) == board_of([])
