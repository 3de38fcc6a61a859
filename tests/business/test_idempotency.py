"""A mutation that comes again with its key is done once."""

from __future__ import annotations

import asyncio
from typing import Any

from models.events import head
from models.idempotency import IdempotencyKey
from tests.business.snapshots import changed, rows, told_since
from tests.graph.asking import Graph, contact_of
from tests.graph.world import World

NEW = {"name": "Once", "timeZone": "UTC"}
TAKEN = "customer { id name version }"


async def test_a_repeat_changes_nothing_and_shows_the_objects_as_they_now_stand(
    graph: Graph, world: World
) -> None:
    first = await graph.do("registerCustomer", TAKEN, **NEW, idempotencyKey="k")
    id_ = first["customer"]["id"]
    await graph.do("updateCustomer", customerId=id_, name="Renamed")
    before, seq = await rows(), await head()
    again = await graph.do("registerCustomer", TAKEN, **NEW, idempotencyKey="k")
    assert again["customer"] == {"id": id_, "name": "Renamed", "version": 2}
    assert changed(before, await rows()) == set()
    assert await told_since(seq) == []


async def test_a_repeat_of_a_step_is_no_second_step(graph: Graph, world: World) -> None:
    customer = await world.customer()
    given = {"customerId": customer, "idempotencyKey": "k", "expectedVersion": 1}
    for _ in range(3):
        done = await graph.do("activateCustomer", "customer { stage version }", **given)
        assert done["customer"] == {"stage": "ACTIVE", "version": 2}


async def test_the_same_key_with_another_input_or_mutation_is_refused(
    graph: Graph, world: World
) -> None:
    done = await graph.do("registerCustomer", TAKEN, **NEW, idempotencyKey="k")
    for mutation, given in (
        ("registerCustomer", NEW | {"name": "Other"}),
        ("registerCustomer", NEW | {"locale": "en"}),
        ("activateCustomer", {"customerId": done["customer"]["id"]}),
    ):
        (error,) = await graph.refused(mutation, "customer { id }", **given, idempotencyKey="k")
        assert (error["code"], error["__typename"]) == ("KEY_REUSED", "KeyReused")
        assert error["path"] == ["idempotencyKey"]


async def test_a_refused_attempt_stores_nothing_and_may_be_tried_again(graph: Graph) -> None:
    await graph.refused("registerCustomer", **NEW | {"timeZone": "Nowhere"}, idempotencyKey="k")
    assert await IdempotencyKey.all().count() == 0
    await graph.do("registerCustomer", **NEW, idempotencyKey="k")


async def test_a_key_is_kept_for_7_days(graph: Graph) -> None:
    first = await graph.do("registerCustomer", TAKEN, **NEW, idempotencyKey="k")
    graph.later(days=7)
    again = await graph.do("registerCustomer", TAKEN, **NEW, idempotencyKey="k")
    assert again["customer"]["id"] == first["customer"]["id"]
    graph.later(milliseconds=1)
    other = NEW | {"name": "Quite another"}
    fresh = await graph.do("registerCustomer", TAKEN, **other, idempotencyKey="k")
    assert fresh["customer"]["id"] != first["customer"]["id"]


async def test_a_key_belongs_to_its_caller(graph: Graph, world: World) -> None:
    customer = await world.customer()
    one, two = await world.contact(customer), await world.contact(customer)
    form = {"customerId": customer, "subject": "s", "description": "d", "channel": "API"}
    given: dict[str, Any] = form | {"impact": "LOW", "urgency": "LOW", "idempotencyKey": "k"}
    ids = set()
    for contact in (one, two, one):
        viewer = contact_of(customer, contact=contact)
        done = await graph.do("recordComplaint", "complaint { id }", viewer=viewer, **given)
        ids.add(done["complaint"]["id"])
    assert len(ids) == 2


async def test_repeats_at_the_same_time_have_one_effect_and_one_answer(graph: Graph) -> None:
    seq = await head()
    answers = await asyncio.gather(
        *(graph.do("registerCustomer", TAKEN, **NEW, idempotencyKey="k") for _ in range(30))
    )
    assert {answer["customer"]["id"] for answer in answers} == {"customer_1"}
    assert len(await told_since(seq)) == 1


async def test_a_key_has_255_characters_at_most_and_is_not_empty(graph: Graph) -> None:
    await graph.do("registerCustomer", **NEW, idempotencyKey="é" * 255)
    for key in ("x" * 256, "", "  ", "a\0b", "a\ud800"):
        (error,) = await graph.refused("registerCustomer", **NEW, idempotencyKey=key)
        assert (error["code"], error["path"]) == ("INVALID_INPUT", ["idempotencyKey"])
