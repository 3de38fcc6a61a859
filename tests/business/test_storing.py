"""What is stored is what changed, and no sweep undoes a step that was taken meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tortoise.connection import get_connection

from models import health
from models.access import SYSTEM
from models.action import CorrectiveAction
from models.base import Act
from models.complaint import Complaint
from models.customer import Customer
from models.invitation import SurveyInvitation
from models.response import Answer, SurveyResponse
from models.rules.lifecycle import ComplaintStatus, CorrectiveActionStatus
from models.transaction import transact
from tests.business.desk import Desk, number
from tests.graph.surveys import RECOMMEND, Surveys
from tests.graph.world import World

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

LOCKED = """SELECT count(*) AS n FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND datname = current_database()"""

LOOKS_MAX = 10_000

only_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
"""On SQLite one transaction runs after the other."""


@pytest.fixture
def statements(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is written from here on; everything goes through to the database."""
    heard: list[str] = []
    client = type(get_connection("default"))
    for name in ("execute_insert", "execute_query"):
        run = getattr(client, name)

        async def listening(self: Any, sql: str, *args: Any, run: Any = run) -> Any:
            if not sql.startswith("SELECT"):
                heard.append(sql)
            return await run(self, sql, *args)

        monkeypatch.setattr(client, name, listening)
    return heard


async def test_a_row_that_is_as_it_was_is_not_written(world: World, statements: list[str]) -> None:
    complaint = await world.complaint(await world.customer())
    statements.clear()
    row = await Complaint.get(id=number(complaint))
    await row.save()
    row.pauses = list(row.pauses)
    row.received_at = row.received_at.astimezone(row.received_at.tzinfo)
    await row.save()
    assert statements == []


async def test_what_changed_is_written_alone(world: World, statements: list[str]) -> None:
    complaint = await world.complaint(await world.customer())
    row = await Complaint.get(id=number(complaint))
    statements.clear()
    row.escalation_level = 3
    await row.save()
    row.pauses.append({"since": "2026-03-02T09:00:00.000Z", "until": None, "reason": "r"})
    await row.edited(Act(SYSTEM, row.updated_at + timedelta(hours=1)))
    await row.save()
    assert [_written(statement) for statement in statements] == [
        {"escalation_level"},
        {"pauses", "version", "updated_at"},
    ]
    again = await Complaint.get(id=row.id)
    assert (again.columns, again.changed) == (row.columns, [])


def _written(statement: str) -> set[str]:
    """The columns that an UPDATE sets."""
    assert statement.startswith("UPDATE ")
    listed = statement.partition(" SET ")[2].partition(" WHERE ")[0]
    return {each.partition("=")[0].strip('" ') for each in listed.split(",")}


async def _waiters() -> int:
    """How many wait for a lock just now."""
    (row,) = await get_connection("default").execute_query_dict(LOCKED)
    return int(row["n"])


async def during(step: Callable[[], Awaitable[Any]], sweep: Awaitable[Any]) -> None:
    """Runs a sweep into a step: it begins when the step is taken.

    The step is stored when the sweep waits for it, or has done without.
    """
    is_taken, may_end = asyncio.Event(), asyncio.Event()

    async def taken() -> None:
        await step()
        is_taken.set()
        await may_end.wait()

    async def swept() -> None:
        await is_taken.wait()
        await sweep

    async def seen_waiting() -> None:
        await is_taken.wait()
        for _ in range(LOOKS_MAX):
            if sweeping.done() or await _waiters():
                break
        may_end.set()

    sweeping = asyncio.ensure_future(swept())
    await asyncio.gather(transact(Act(SYSTEM, NOW), taken), sweeping, seen_waiting())


@only_postgres
async def test_an_erasure_undoes_no_acknowledgement(desk: Desk) -> None:
    made = [await desk.record(raisedById=desk.contact) for _ in range(25)]
    taken = [number(complaint) for complaint in made[:6]]
    act = Act(SYSTEM, NOW)

    async def acknowledge() -> None:
        for complaint_id in taken:
            row = await Complaint.within(act, complaint_id)
            await row.acknowledge(act, owner_id=number(desk.agent))

    await during(acknowledge, desk.graph.do("eraseContact", contactId=desk.contact))
    for row in await Complaint.filter(id__in=taken):
        assert (row.title, row.status) == ("[erased]", ComplaintStatus.ACKNOWLEDGED)


@only_postgres
async def test_moved_days_undo_no_step_of_an_action(desk: Desk) -> None:
    complaint = await desk.acknowledged()
    action = number(await desk.plan(complaint, dueOn="2026-03-09"))
    act = Act(SYSTEM, NOW)

    async def start() -> None:
        row = await CorrectiveAction.within(act, action)
        await row.start(act)

    moving = desk.graph.do("updateCustomer", customerId=desk.customer, timeZone="Asia/Kolkata")
    await during(start, moving)
    row = await CorrectiveAction.get(id=action)
    assert row.status is CorrectiveActionStatus.IN_PROGRESS
    assert row.due_at == datetime(2026, 3, 9, 18, 30, tzinfo=UTC)


@only_postgres
async def test_a_tick_undoes_no_step(desk: Desk) -> None:
    complaint = number(await desk.record())
    await Complaint.filter(id=complaint).update(next_tick_at=NOW)
    act = Act(SYSTEM, NOW)

    async def acknowledge() -> None:
        row = await Complaint.within(act, complaint)
        await row.acknowledge(act, owner_id=number(desk.agent))

    await during(acknowledge, desk.tick())
    row = await Complaint.get(id=complaint)
    assert row.status is ComplaintStatus.ACKNOWLEDGED


@only_postgres
async def test_an_assessment_undoes_no_edit_of_a_customer(desk: Desk) -> None:
    act = Act(SYSTEM, NOW)

    async def rename() -> None:
        row = await Customer.within(act, number(desk.customer))
        await row.update(act, name="Another name")

    await during(rename, health.follow(NOW))
    row = await Customer.get(id=number(desk.customer))
    assert (row.name, row.health_assessed_at) == ("Another name", NOW)


@only_postgres
async def test_a_reminder_undoes_no_answer(desk: Desk, surveys: Surveys) -> None:
    survey = await surveys.opened(RECOMMEND)
    (token,) = (await surveys.asked(survey)).values()
    answers = await surveys.given(token, [9])
    desk.graph.later(days=7)
    act = Act(SYSTEM, desk.graph.now)
    given = [Answer(number(answers[0]["questionId"]), score=9)]

    async def answer() -> None:
        await SurveyResponse.answer(act, token=token, answers=given)

    await during(answer, desk.graph.do("remindSurvey", surveyId=survey))
    (row,) = await SurveyInvitation.all()
    assert (row.responded_at, row.reminder_count) == (act.now, 0)
