"""A predicate means the same to the ORM, to a statement and to a row in memory."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import combinations
from random import Random
from typing import Any

import pytest

from models.access import SYSTEM
from models.customer import Customer
from models.events import reading
from models.interaction import FOLLOW_UP_DUE, Interaction, InteractionKind
from models.predicate import Predicate, ahead, at_least, begun, has, missing, one_of
from models.rules.health import HealthBand
from models.rules.lifecycle import CustomerStage
from models.staff import ACTIVE, StaffMember
from resolvers.engine.reading.plan import Plan, Table
from resolvers.engine.reading.request import Asked
from resolvers.engine.reading.selection import Document
from resolvers.engine.reading.statement import dialect
from resolvers.schema import GRAPH
from tests.graph.asking import START

CUSTOMERS = 60
OF_THE_ROW: tuple[Predicate, ...] = (
    one_of("stage", CustomerStage.ACTIVE),
    one_of("health_band", HealthBand.WATCH, HealthBand.AT_RISK),
    one_of("industry", "rope", "it's"),
    at_least("health_rank", 2),
    begun("review_due_at"),
    ahead("review_due_at"),
    missing("last_reviewed_at"),
    missing("relationship_manager_id"),
)
OF_OTHERS: tuple[Predicate, ...] = (
    has(Interaction, by="customer_id", where=FOLLOW_UP_DUE),
    has(StaffMember, by="id", of="relationship_manager_id", where=ACTIVE),
)


@pytest.fixture
async def rows(database: str) -> list[Customer]:
    """Customers of every kind, with nulls, and what is to be followed up with some of them."""
    chance = Random(4)
    around = [None, *(START + timedelta(milliseconds=by) for by in (-1, 0, 1))]
    times: dict[str, Any] = {"created_at": START, "updated_at": START}
    for number in (1, 2):
        await StaffMember.create(
            id=number, name="N", email=f"{number}@us.example", is_active=number == 1, **times
        )
    for number in range(1, CUSTOMERS + 1):
        await Customer.create(
            **times,
            id=number,
            name=f"Customer {number}",
            time_zone="Europe/Madrid",
            locale="en",
            stage=chance.choice(list(CustomerStage)),
            industry=chance.choice([None, "rope", "it's", "tea"]),
            health_band=chance.choice(list(HealthBand)),
            health_rank=chance.randint(1, 3),
            review_due_at=chance.choice(around),
            last_reviewed_at=chance.choice(around),
            relationship_manager_id=chance.choice([None, 1, 2]),
        )
        for _ in range(chance.randint(0, 2)):
            await Interaction.create(
                **times,
                customer_id=number,
                kind=InteractionKind.CALL,
                occurred_at=START,
                summary="So.",
                follow_up_at=chance.choice(around),
                followed_up_at=chance.choice([None, None, START]),
            )
    return await Customer.all().order_by("id")


def drawn(chance: Random, leaves: tuple[Predicate, ...], depth: int) -> Predicate:
    """A predicate of some leaves, put together by chance."""
    if depth == 0 or chance.random() < 0.2:
        found = chance.choice(leaves)
    else:
        one, other = (drawn(chance, leaves, depth - 1) for _ in range(2))
        found = one & other if chance.random() < 0.5 else one | other
    return ~found if chance.random() < 0.4 else found


async def by_orm(predicate: Predicate, now: datetime = START) -> set[int]:
    return set(await Customer.filter(predicate.q(now)).values_list("id", flat=True))  # type: ignore[arg-type]


async def by_statement(predicate: Predicate, now: datetime = START) -> set[int]:
    asked = Asked({}, SYSTEM, now)
    plan = Plan(dialect(), Document(GRAPH, {}, {}), asked)
    table = plan.table("customer")
    sql = f"SELECT {table.key} AS id FROM {table.source} WHERE {predicate.sql(table)}"
    found: list[Any] = await reading().execute_query_dict(sql, [bind(asked) for bind in plan.binds])
    return {row["id"] for row in found}


async def test_the_orm_a_statement_and_memory_agree_about_every_row(rows: list[Customer]) -> None:
    chance = Random(1)
    leaves = [*OF_THE_ROW, *(~leaf for leaf in OF_THE_ROW)]
    pairs = [one & other for one, other in combinations(leaves, 2)]
    for predicate in [*leaves, *pairs, *(drawn(chance, OF_THE_ROW, 4) for _ in range(100))]:
        expected = {row.id for row in rows if predicate.holds(row, START)}
        assert await by_orm(predicate) == expected, predicate
        assert await by_statement(predicate) == expected, predicate


async def test_what_asks_about_other_rows_means_the_same_to_both(rows: list[Customer]) -> None:
    chance = Random(2)
    everyone = {row.id for row in rows}
    follow_up, managed = OF_OTHERS
    due = {talk.customer_id for talk in await Interaction.all() if FOLLOW_UP_DUE.holds(talk, START)}
    assert due
    assert await by_statement(follow_up) == due
    assert await by_statement(managed) == {r.id for r in rows if r.relationship_manager_id == 1}
    for _ in range(100):
        predicate = drawn(chance, OF_THE_ROW + OF_OTHERS, 3)
        found = await by_statement(predicate)
        assert await by_orm(predicate) == found, predicate
        assert await by_statement(~predicate) == everyone - found, predicate
        assert await by_orm(~predicate) == everyone - found, predicate


async def test_what_a_row_meets_is_true_or_false_whatever_is_null(rows: list[Customer]) -> None:
    asked = Asked({}, SYSTEM, START)
    for predicate in OF_THE_ROW:
        plan = Plan(dialect(), Document(GRAPH, {}, {}), asked)
        table: Table = plan.table("customer")
        sql = f"SELECT {table.key} AS id, {table.meets(predicate)} AS met FROM {table.source}"
        values = [bind(asked) for bind in plan.binds]
        found: list[Any] = await reading().execute_query_dict(sql, values)
        met = {row["id"]: row["met"] in (True, "true") for row in found}
        assert {row["met"] for row in found} <= {True, False, "true", "false"}
        assert met == {row.id: predicate.holds(row, START) for row in rows}


def test_a_rule_that_needs_the_time_says_so() -> None:
    with pytest.raises(TypeError, match="needs the time"):
        begun("review_due_at").q()


def test_a_row_in_memory_is_not_asked_about_others() -> None:
    with pytest.raises(TypeError, match="asked of the database"):
        OF_OTHERS[0].holds(Customer())
