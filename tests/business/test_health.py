"""The health of relationships: each reason, what changes a band, and who assesses when."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from models import due, health
from models.base import Act
from models.customer import Customer
from models.events import head
from tests.business.desk import Desk, at
from tests.business.snapshots import told_since
from tests.graph.asking import Graph, number
from tests.graph.surveys import EVERY_KIND, Surveys
from tests.graph.world import World

RECOMMEND = [EVERY_KIND[1]]
CHANGED = "customer.health_changed"
FOLLOWERS = 5


async def followed(graph: Graph) -> None:
    """Assesses whoever the log says something new of."""
    while await health.follow(graph.now):
        pass


async def seen(graph: Graph, customer: str, fields: str = "band reasons { code figure }") -> Any:
    document = f"query ($id: ID!) {{ customer(id: $id) {{ health {{ {fields} }} }} }}"
    return (await graph.read(document, {"id": customer}))["customer"]["health"]


async def assessed(graph: Graph, customer: str) -> tuple[str, dict[str, float]]:
    """The band after what happened, and the figure of each reason."""
    await followed(graph)
    found = await seen(graph, customer)
    return found["band"], {reason["code"]: reason["figure"] for reason in found["reasons"]}


async def talked(desk: Desk, customer: str | None = None, **given: Any) -> str:
    wanted = {"customerId": customer or desk.customer, "kind": "CALL", "summary": "So.", **given}
    return await desk.world.made("recordInteraction", "interaction", wanted)


async def test_of_a_customer_of_whom_nothing_is_known_the_health_is_unknown(
    graph: Graph, world: World
) -> None:
    customer = await world.customer()
    assert (await seen(graph, customer, "band assessedAt"))["assessedAt"] is None
    assert await assessed(graph, customer) == ("UNKNOWN", {})
    fields = "band assessedAt"
    assert (await seen(graph, customer, fields))["assessedAt"] == "2026-03-02T09:00:00.000Z"


async def test_a_relationship_with_nothing_wrong_is_good(desk: Desk) -> None:
    await talked(desk)
    assert await assessed(desk.graph, desk.customer) == ("GOOD", {})


async def test_an_open_breached_complaint_and_what_it_does_to_attainment(desk: Desk) -> None:
    await desk.acknowledged()
    await desk.until("2026-03-06T09:00Z")
    assert await assessed(desk.graph, desk.customer) == (
        "AT_RISK",
        {"OPEN_BREACHED_COMPLAINTS": 1, "LOW_ATTAINMENT": 0},
    )


async def test_attainment_counts_complaints_of_90_days_that_kept_or_broke_a_target(
    desk: Desk,
) -> None:
    kept = [await desk.resolved() for _ in range(3)]
    await desk.acknowledged()
    await desk.until("2026-03-06T09:00Z")
    for complaint in kept:
        await desk.do("closeComplaint", complaint)
    await talked(desk)
    _, reasons = await assessed(desk.graph, desk.customer)
    assert reasons["LOW_ATTAINMENT"] == 75
    await talked(desk, occurredAt="2026-03-06T09:00Z")
    desk.graph.now = at("2026-06-03T10:00Z")
    await desk.tick()
    assert await assessed(desk.graph, desk.customer) == ("WATCH", {"OPEN_BREACHED_COMPLAINTS": 1})


async def test_an_open_complaint_that_was_reopened(desk: Desk) -> None:
    complaint = await desk.resolved()
    await desk.do("reopenComplaint", complaint, reason="Again.")
    assert await assessed(desk.graph, desk.customer) == ("WATCH", {"REOPENED_COMPLAINTS": 1})
    await desk.resolve(complaint)
    assert await assessed(desk.graph, desk.customer) == ("GOOD", {})


async def test_a_detractor_s_last_answer(desk: Desk, surveys: Surveys) -> None:
    expected: dict[int, tuple[str, dict[str, float]]] = {
        3: ("WATCH", {"DETRACTOR": 3}),
        9: ("GOOD", {}),
    }
    for score, band in expected.items():
        survey = await surveys.opened(RECOMMEND)
        (token,) = (await surveys.asked(survey, restDays=0)).values()
        await surveys.answer(token, score)
        assert await assessed(desk.graph, desk.customer) == band
        desk.graph.later(hours=1)


@pytest.mark.parametrize(
    ("day", "end"),
    [("2026-03-05", "2026-03-05T23:00Z"), ("2026-03-29", "2026-03-29T22:00Z")],
    ids=["24 hours", "23 hours"],
)
async def test_a_follow_up_is_overdue_when_its_day_has_ended(
    desk: Desk, day: str, end: str
) -> None:
    talk = await talked(desk, followUpOn=day)
    midnight = at(end)
    for instant, found in (
        (midnight - timedelta(milliseconds=1), ("GOOD", {})),
        (midnight, ("WATCH", {"OVERDUE_FOLLOW_UPS": 1})),
    ):
        desk.graph.now = instant
        await desk.world.contact(desk.customer)
        assert await assessed(desk.graph, desk.customer) == found
    await desk.graph.do("completeFollowUp", interactionId=talk)
    assert await assessed(desk.graph, desk.customer) == ("GOOD", {})


async def test_an_active_customer_hears_of_us_within_90_days_or_is_watched(desk: Desk) -> None:
    await talked(desk)
    await followed(desk.graph)
    desk.graph.later(days=89, hours=23)
    await desk.tick()
    assert await assessed(desk.graph, desk.customer) == ("GOOD", {})
    desk.graph.later(days=1)
    await desk.tick()
    assert await assessed(desk.graph, desk.customer) == ("WATCH", {"NO_INTERACTION": 90})


async def test_a_customer_never_talked_to_is_silent_since_its_registration(desk: Desk) -> None:
    await desk.resolved()
    assert await assessed(desk.graph, desk.customer) == ("GOOD", {})
    desk.graph.later(days=100)
    await desk.tick()
    days = (desk.graph.now - (await Customer.get(id=number(desk.customer))).created_at).days
    assert days >= 100
    assert await assessed(desk.graph, desk.customer) == ("WATCH", {"NO_INTERACTION": days})


async def test_a_new_band_is_an_event_for_staff_and_no_edit(desk: Desk) -> None:
    await talked(desk)
    row = await Customer.get(id=number(desk.customer))
    seq = await head()
    await followed(desk.graph)
    await followed(desk.graph)
    (changed,) = await told_since(seq)
    assert (changed.kind, changed.actor_type) == (CHANGED, "system")
    assert changed.changes == [{"field": "health_band", "before": "UNKNOWN", "after": "GOOD"}]
    assert f"customer_{changed.customer_id}" == desk.customer
    now = await Customer.get(id=number(desk.customer))
    assert (now.version, now.updated_at) == (row.version, row.updated_at)
    document = "query ($k: [String!]) { events(kind: $k) { totalCount } }"
    for viewer, count in ((desk.as_agent, 1), (desk.as_contact, 0)):
        data = await desk.graph.read(document, {"k": [CHANGED]}, viewer=viewer)
        assert data["events"]["totalCount"] == count


async def test_many_followers_assess_each_event_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [await desk.world.customer() for _ in range(4)]
    await followed(desk.graph)
    for customer in others:
        await talked(desk, customer)
    seq = await head()
    looked_at: list[int] = []
    reassess = health.reassess

    async def counted(act: Act, customer: Customer) -> None:
        looked_at.append(customer.id)
        await reassess(act, customer)

    monkeypatch.setattr(health, "reassess", counted)
    await asyncio.gather(*(followed(desk.graph) for _ in range(FOLLOWERS)))
    await followed(desk.graph)
    assert sorted(looked_at) == [number(customer) for customer in others]
    told = await told_since(seq)
    assert [event.kind for event in told] == [CHANGED] * len(others)


async def test_a_follower_that_fails_leaves_its_place_and_the_next_goes_on_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talked(desk)
    reassess = health.reassess

    async def failing(act: Act, customer: Customer) -> None:
        await reassess(act, customer)
        raise ArithmeticError("broken on the way")

    with monkeypatch.context() as patch:
        patch.setattr(health, "reassess", failing)
        with pytest.raises(ArithmeticError):
            await health.follow(desk.graph.now)
    assert (await seen(desk.graph, desk.customer))["band"] == "UNKNOWN"
    assert await assessed(desk.graph, desk.customer) == ("GOOD", {})


async def test_each_customer_is_assessed_again_once_a_day(desk: Desk) -> None:
    await talked(desk)
    await followed(desk.graph)
    for _ in range(3):
        next_at = await due.next_tick_at()
        assert next_at == desk.graph.now + health.ASSESSED_EVERY
        desk.graph.now = next_at - timedelta(milliseconds=1)
        assert await desk.tick() == 0
        desk.graph.now = next_at
        await asyncio.gather(*(desk.tick() for _ in range(3)))
        row = await Customer.get(id=number(desk.customer))
        assert row.health_assessed_at == next_at
        assert await desk.tick() == 0


async def test_an_assessment_does_not_wait_for_what_it_told_itself(desk: Desk) -> None:
    await talked(desk)
    await followed(desk.graph)
    before = (await Customer.get(id=number(desk.customer))).health_assessed_at
    desk.graph.later(minutes=5)
    await followed(desk.graph)
    assert (await Customer.get(id=number(desk.customer))).health_assessed_at == before


TEXTS: list[tuple[str, float, str, str]] = [
    (
        "OPEN_BREACHED_COMPLAINTS",
        2,
        "2 open complaints past their targets",
        "2 reclamaciones abiertas fuera de plazo",
    ),
    (
        "REOPENED_COMPLAINTS",
        1,
        "1 open complaint had to be reopened",
        "1 reclamación abierta se tuvo que reabrir",
    ),
    (
        "LOW_ATTAINMENT",
        87.5,
        "targets met in 90 days: 87.5%",
        "objetivos cumplidos en 90 días: 87,5 %",
    ),
    (
        "DETRACTOR",
        3,
        "last recommendation score: 3 out of 10",
        "última puntuación de recomendación: 3 de 10",
    ),
    ("OVERDUE_FOLLOW_UPS", 1, "1 overdue follow-up", "1 seguimiento atrasado"),
    ("NO_INTERACTION", 120, "no interaction for 120 days", "sin contacto desde hace 120 días"),
]


async def test_reasons_are_told_in_the_reader_s_language(desk: Desk) -> None:
    customer = await Customer.get(id=number(desk.customer))
    customer.health_reasons = [{"code": code, "figure": figure} for code, figure, *_ in TEXTS]
    await customer.save()
    for place, locale in enumerate(("en", "es")):
        desk.graph.locale = locale
        found = (await seen(desk.graph, desk.customer, "reasons { text worsens }"))["reasons"]
        assert [reason["text"] for reason in found] == [each[2 + place] for each in TEXTS]
        assert all(reason["worsens"] for reason in found)
