"""Requests that come at the same time: one of them wins, and the others are told."""

from __future__ import annotations

import asyncio
from typing import Any

from models.events import head
from tests.business.snapshots import told_since
from tests.graph.asking import Graph
from tests.graph.world import World

AGENTS = 20


async def together(*attempts: Any) -> list[str]:
    """What came of each attempt: the first error's code or rule, or `done`."""
    payloads = await asyncio.gather(*attempts)
    first = [(payload["errors"] or [{"code": "done"}])[0] for payload in payloads]
    return sorted(error.get("rule") or error["code"] for error in first)


async def test_of_many_agents_who_take_one_step_one_wins(graph: Graph, world: World) -> None:
    owner, customer = await world.staff(), await world.customer()
    complaint = await world.complaint(customer)
    seq = await head()
    given: dict[str, Any] = {"complaintId": complaint, "ownerId": owner}
    found = await together(
        *(graph.attempt("acknowledgeComplaint", **given) for _ in range(AGENTS // 2)),
        *(
            graph.attempt("acknowledgeComplaint", **given, expectedVersion=1)
            for _ in range(AGENTS // 2)
        ),
    )
    assert found.count("done") == 1
    assert set(found) <= {"done", "TRANSITION_NOT_ALLOWED", "CONFLICT"}
    assert [event.kind for event in await told_since(seq)] == ["complaint.acknowledged"]


async def test_of_two_requests_for_one_service_one_becomes_live(graph: Graph, world: World) -> None:
    customer, offer = await world.customer(), await world.service()
    given: dict[str, Any] = {"customerId": customer, "serviceId": offer[0], "slaId": offer[1]}
    found = await together(*(graph.attempt("requestEnrollment", **given) for _ in range(5)))
    assert found == ["done", *["one_live_enrollment_per_service"] * 4]


async def test_of_equal_codes_names_and_addresses_one_is_taken(graph: Graph, world: World) -> None:
    customer = await world.customer()
    service = {"code": "one", "name": "n", "description": "d"}
    calendar = {"name": "one", "timeZone": "UTC", "isAlwaysOpen": True}
    contact = {"customerId": customer, "name": "n", "email": "a@example.org", "role": "OTHER"}
    for mutation, given in (
        ("proposeService", service),
        ("defineCalendar", calendar),
        ("addContact", contact),
    ):
        found = await together(*(graph.attempt(mutation, **given) for _ in range(5)))
        assert found == [*["INVALID_INPUT"] * 4, "done"], mutation


async def test_a_customer_has_one_primary_contact_whoever_is_faster(
    graph: Graph, world: World
) -> None:
    customer = await world.customer()
    contacts = [await world.contact(customer) for _ in range(4)]
    found = await together(
        *(graph.attempt("updateContact", contactId=c, isPrimary=True) for c in contacts),
        graph.attempt(
            "addContact",
            customerId=customer,
            name="n",
            email="n@example.org",
            role="OTHER",
            isPrimary=True,
        ),
    )
    assert found == ["done"] * 5
    data = await graph.read("{ customers { nodes { contacts { nodes { isPrimary } } } } }")
    flags = [c["isPrimary"] for c in data["customers"]["nodes"][0]["contacts"]["nodes"]]
    assert flags.count(True) == 1


async def test_a_customer_does_not_end_while_an_enrolment_begins(
    graph: Graph, world: World
) -> None:
    customer, offer = await world.customer(), await world.service()
    found = await together(
        graph.attempt("requestEnrollment", customerId=customer, serviceId=offer[0], slaId=offer[1]),
        graph.attempt("markCustomerFormer", customerId=customer, reason="r"),
    )
    assert found in (
        ["customer_is_not_former", "done"],
        ["done", "former_customer_has_no_live_enrollment"],
    )


async def test_the_log_has_each_event_of_many_writers_once_and_in_order(
    graph: Graph, world: World
) -> None:
    customer = await world.customer()
    seq = await head()
    await asyncio.gather(*(world.complaint(customer) for _ in range(30)))
    events = await told_since(seq)
    assert [event.kind for event in events] == ["complaint.recorded"] * 30
    assert len({event.subject_id for event in events}) == 30
    numbers = [event.seq for event in events]
    assert numbers == sorted(set(numbers))
