"""What people write is checked as a whole: every fault in one answer, each at its place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models import bounds
from tests.business.cases import GOOD
from tests.business.snapshots import changed, rows
from tests.graph.asking import Graph
from tests.graph.world import World, populated


@pytest.fixture
async def filled(graph: Graph, world: World) -> World:
    await populated(world)
    return world


async def faults(graph: Graph, mutation: str, **given: Any) -> dict[str, str]:
    """The faults by their place, joined with dots; nothing was changed."""
    before = await rows()
    errors = await graph.refused(mutation, **{**GOOD[mutation].given, **given})
    assert changed(before, await rows()) == set()
    assert all(error["message"] for error in errors)
    return {".".join(e["path"]): e.get("constraint") or e.get("rule") or e["code"] for e in errors}


async def test_all_faults_of_a_form_come_in_one_answer(graph: Graph, filled: World) -> None:
    found = await faults(
        graph,
        "registerCustomer",
        name=" ",
        timeZone="Europe/Nowhere",
        locale="not a tag",
        industry="x" * 81,
        reviewIntervalDays=0,
    )
    assert found == {
        "name": "required",
        "timeZone": "iana",
        "locale": "bcp47",
        "industry": "characters_max=80",
        "reviewIntervalDays": "between 1 and 730",
    }
    found = await faults(
        graph, "addContact", name="x" * 201, email="no address", phone="1" * 41, locale="x"
    )
    assert set(found) == {"name", "email", "phone", "locale"}
    found = await faults(graph, "addStaffMember", name="", email="@", roles=[])
    assert found == {"name": "required", "email": "email", "roles": "staff roles"}


async def test_faults_within_lists_say_at_which_place(graph: Graph, filled: World) -> None:
    def target(priority: str, metric: str, minutes: int, warn: int = 75) -> dict[str, Any]:
        return {
            "priority": priority,
            "metric": metric,
            "targetMinutes": minutes,
            "warnAtPercent": warn,
        }

    targets = [
        target("HIGH", "RESPONSE", 0),
        target("LOW", "RESPONSE", 300),
        target("LOW", "RESOLUTION", 200, 100),
        target("LOW", "RESOLUTION", 250),
    ]
    found = await faults(graph, "draftSla", name="", targets=targets)
    assert found == {
        "name": "required",
        "targets.0.targetMinutes": "between 1 and 525600",
        "targets.2.warnAtPercent": "between 1 and 99",
        "targets.3": "unique",
        "targets.1.targetMinutes": "response_within_resolution",
    }
    hours = [
        {"weekday": "MONDAY", "opensAt": "09:00", "closesAt": "12:00"},
        {"weekday": "MONDAY", "opensAt": "11:59", "closesAt": "13:00"},
        {"weekday": "TUESDAY", "opensAt": "12:00", "closesAt": "12:00"},
        {"weekday": "FRIDAY", "opensAt": "9", "closesAt": "12:00"},
    ]
    days = [{"date": "2026-12-25", "name": name} for name in ("Xmas", "")]
    found = await faults(graph, "defineCalendar", timeZone="No", hours=hours, holidays=days)
    assert {
        "timeZone",
        "hours.1",
        "hours.2",
        "hours.3",
        "holidays.1.name",
        "holidays.1.date",
    } == set(found)
    assert await faults(graph, "defineCalendar", hours=[]) == {"hours": "hours_not_empty"}


BOUNDED = [
    ("registerCustomer", "name", bounds.NAME_CHARACTERS_MAX),
    ("registerCustomer", "industry", bounds.CATEGORY_CHARACTERS_MAX),
    ("addContact", "phone", bounds.PHONE_CHARACTERS_MAX),
    ("proposeService", "code", bounds.CODE_CHARACTERS_MAX),
    ("proposeService", "description", bounds.TEXT_CHARACTERS_MAX),
    ("recordComplaint", "subject", bounds.SUBJECT_CHARACTERS_MAX),
    ("recordComplaint", "description", bounds.TEXT_CHARACTERS_MAX),
    ("recordComplaint", "category", bounds.CATEGORY_CHARACTERS_MAX),
    ("recordComplaint", "remedySought", bounds.REASON_CHARACTERS_MAX),
    ("commentOnComplaint", "body", bounds.TEXT_CHARACTERS_MAX),
    ("awaitCustomer", "question", bounds.REASON_CHARACTERS_MAX),
    ("resolveComplaint", "summary", bounds.TEXT_CHARACTERS_MAX),
    ("withdrawComplaint", "reason", bounds.REASON_CHARACTERS_MAX),
    ("suspendEnrollment", "reason", bounds.REASON_CHARACTERS_MAX),
]


async def test_text_may_be_as_long_as_its_bound_and_no_longer(graph: Graph, filled: World) -> None:
    for mutation, field, characters_max in BOUNDED:
        found = await faults(graph, mutation, **{field: "😀" * (characters_max + 1)})
        assert found == {field: f"characters_max={characters_max}"}, (mutation, field)
        for unfit in ("a\x07b", "a\0b", "a\ud800b"):
            found = await faults(graph, mutation, **{field: unfit})
            assert found == {field: "printable"}, (mutation, field)
        longest = {**GOOD[mutation].given, field: "  " + "é" * characters_max + "\n"}
        if mutation != "resolveComplaint":
            await graph.do(mutation, **longest)


async def test_numbers_may_be_as_great_as_their_bounds(graph: Graph, filled: World) -> None:
    for days in (1, 730):
        await graph.do("updateCustomer", customerId="customer_1", reviewIntervalDays=days)
    for days in (0, -1, 731):
        assert set(await faults(graph, "updateCustomer", reviewIntervalDays=days))


async def test_a_complaint_came_in_the_last_30_days_and_not_in_the_future(
    graph: Graph, filled: World
) -> None:
    month, tick = timedelta(days=bounds.RECEIVED_DAYS_AGO_MAX), timedelta(milliseconds=1)
    for at in (graph.now, graph.now - month):
        await graph.do(
            "recordComplaint", **{**GOOD["recordComplaint"].given, "receivedAt": at.isoformat()}
        )
    for at, constraint in ((graph.now + tick, "past"), (graph.now - month - tick, "days_max=30")):
        found = await faults(graph, "recordComplaint", receivedAt=at.isoformat())
        assert found == {"receivedAt": constraint}


async def test_a_refusal_speaks_the_language_that_is_asked_for(graph: Graph, filled: World) -> None:
    for locale, words in (("en", "This can't be empty."), ("es", "No puede estar vacío.")):
        graph.locale = locale
        (error,) = await graph.refused("registerCustomer", name="", timeZone="UTC")
        assert (error["code"], error["__typename"]) == ("INVALID_INPUT", "InvalidInput")
        assert error["message"] == words
    (error,) = await graph.refused("activateCustomer", customerId="customer_1")
    assert error["message"] == "ACTIVE no puede pasar a ACTIVE; puede pasar a DORMANT, FORMER."
    (error,) = await graph.refused("activateCustomer", customerId="x")
    assert error["message"] == "Este objeto no existe, o usted no puede verlo."
    graph.locale = "fr"
    (error,) = await graph.refused("activateCustomer", customerId="x")
    assert error["message"] == "This object does not exist, or you may not see it."
