"""Praise: who records it, of what, and what it leaves alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.commendation import Commendation
from models.events import Event, EventValue
from tests.business.desk import Desk
from tests.business.test_health import assessed

ROW = """commendation { text receivedAt createdAt customer { id } contact { id } service { id } }"""


async def test_praise_is_its_contact_s_customer_s_whoever_records_it(desk: Desk) -> None:
    given = {"contactId": desk.contact, "serviceId": desk.service, "text": " Well done. "}
    for viewer in (desk.as_agent, desk.as_contact):
        done = await desk.graph.do("recordCommendation", ROW, viewer=viewer, **given)
        assert done["commendation"] == {
            "text": "Well done.",
            "receivedAt": "2026-03-02T09:00:00.000Z",
            "createdAt": "2026-03-02T09:00:00.000Z",
            "customer": {"id": desk.customer},
            "contact": {"id": desk.contact},
            "service": {"id": desk.service},
        }


async def test_the_event_names_the_service_and_holds_no_word_of_the_praise(desk: Desk) -> None:
    given = {"contactId": desk.contact, "serviceId": desk.service, "text": "Good."}
    await desk.graph.do("recordCommendation", **given)
    event = await Event.get(kind="commendation.recorded")
    (change,) = event.changes
    assert (change["field"], change["after"]) == ("service_id", {"service": 1})
    assert not event.is_internal
    assert not await EventValue.filter(seq=event.seq).exists()


async def test_all_faults_are_told_in_one_answer(desk: Desk) -> None:
    world, graph = desk.world, desk.graph
    gone, planned = await world.contact(desk.customer), await world.proposed()
    await graph.do("deactivateContact", contactId=gone)
    errors = await graph.refused(
        "recordCommendation", contactId=gone, serviceId=planned, text=" ", receivedAt=_ago(desk, 31)
    )
    assert [(error["path"], error.get("rule") or error["constraint"]) for error in errors] == [
        (["text"], "required"),
        (["receivedAt"], "days_max=30"),
        (["contactId"], "commending_contact_is_active"),
        (["serviceId"], "commended_service_was_published"),
    ]
    assert not await Commendation.exists()


async def test_a_retired_service_takes_praise_and_the_pipeline_is_not_there_for_a_contact(
    desk: Desk,
) -> None:
    world, graph = desk.world, desk.graph
    retired, planned = await world.proposed(), await world.proposed()
    await graph.do("retireService", serviceId=retired, reason="Old.")
    given: dict[str, Any] = {
        "viewer": desk.as_contact,
        "contactId": desk.contact,
        "text": "Well done.",
    }
    await graph.do("recordCommendation", serviceId=retired, **given)
    (error,) = await graph.refused("recordCommendation", serviceId=planned, **given)
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["serviceId"])
    stranger = await world.contact(await world.customer())
    given["contactId"] = stranger
    (error,) = await graph.refused("recordCommendation", serviceId=desk.service, **given)
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["contactId"])


async def test_praise_is_counted_for_90_days_and_moves_no_band(desk: Desk) -> None:
    graph = desk.graph
    given = {"contactId": desk.contact, "serviceId": desk.service, "text": "Good."}
    complaint = await desk.resolved()
    await desk.do("reopenComplaint", complaint, reason="Again.")
    before = await assessed(graph, desk.customer)
    assert before[0] == "WATCH"
    start = graph.now
    for days in (0, 30):
        await graph.do("recordCommendation", receivedAt=_ago(desk, days), **given)
    assert await assessed(graph, desk.customer) == before
    counted = []
    for days in (0, 60, 61, 90, 91):
        graph.now = start + timedelta(days=days)
        document = "query ($id: ID!) { customer(id: $id) { health { commendationCount } } }"
        data = await graph.read(document, {"id": desk.customer})
        counted.append(data["customer"]["health"]["commendationCount"])
    assert counted == [2, 2, 1, 1, 0]


def _ago(desk: Desk, days: int) -> str:
    return (desk.graph.now - timedelta(days=days)).isoformat()
