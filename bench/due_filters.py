"""What is due, breached or warning among 100,000 complaints, beside hand-written statements.

The graph answers a page of 20 by its own plan; the reference is the statement that a person would
write for the same page, run on the same connection and turned into JSON. Both must find the same
rows. The figure to watch is the ratio: machines differ. It runs on SQLite, and on PostgreSQL where
the tests find a server.
"""

from __future__ import annotations

import asyncio
import json
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tortoise import connections

from models import database, events
from models.access import SYSTEM
from models.columns import instant_text
from models.complaint import Complaint, ComplaintChannel
from models.complaint_clock import NEVER
from models.customer import Customer
from models.rules.lifecycle import ComplaintStatus, CustomerStage
from models.rules.priority import Level, Priority
from models.rules.sla_clock import ClockState
from resolvers.engine.execution import execute
from resolvers.engine.operation import Request
from resolvers.engine.replies import Answer
from resolvers.schema import ENGINE
from tests.postgres import serving

COMPLAINTS = 100_000
OPEN_SHARE = 0.03
ROUNDS = 40
PAGE = 20
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

DOCUMENT = """query ($filter: ComplaintFilter, $by: ComplaintOrder) {
  complaints(filter: $filter, orderBy: $by, first: 20) { nodes { id subject receivedAt } } }"""
DUE = {"by": {"field": "DUE_AT", "direction": "ASC"}}
CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "due soonest": (DUE, "", "due_order_at, id"),
    "due soonest of those that warn": (
        {**DUE, "filter": {"clockState": ["WARNING"]}},
        "WHERE response_state = 'WARNING' OR resolution_state = 'WARNING'",
        "due_order_at, id",
    ),
    **{
        f"{state.lower()}, newest first": (
            {"filter": {"clockState": [state]}},
            f"WHERE response_state = '{state}' OR resolution_state = '{state}'",
            "received_at DESC, id DESC",
        )
        for state in ("WARNING", "PAUSED", "BREACHED", "MET", "CANCELLED")
    },
}


def complaints() -> Iterator[Complaint]:
    """A history of complaints that were met, some breached, and a few that run."""
    chance = random.Random(7)
    for number in range(COMPLAINTS):
        received = NOW - timedelta(minutes=chance.randrange(2 * 365 * 1_440))
        is_open = chance.random() < OPEN_SHARE
        running = chance.choice((ClockState.RUNNING, ClockState.WARNING, ClockState.PAUSED))
        over = ClockState.BREACHED if chance.random() < 0.02 else ClockState.MET
        status = ComplaintStatus.INVESTIGATING if is_open else ComplaintStatus.CLOSED
        due = NOW + timedelta(minutes=chance.randrange(5_000))
        yield Complaint(
            created_at=received,
            updated_at=received,
            subject=f"Complaint {number}",
            description="It does not work, and has not worked since last week.",
            channel=ComplaintChannel.EMAIL,
            customer_id=1,
            impact=Level.MEDIUM,
            urgency=Level.MEDIUM,
            priority=Priority.MEDIUM,
            priority_rank=Priority.MEDIUM.rank,
            status=status,
            status_rank=status.rank,
            received_at=received,
            response_state=over,
            resolution_state=running if is_open else over,
            due_order_at=due if is_open and running is not ClockState.PAUSED else NEVER,
        )


async def filled(url: str) -> None:
    """Migrates a database, fills it and leaves it open."""
    await database.migrate(url)
    await database.connect(url)
    await Customer.create(
        created_at=NOW,
        updated_at=NOW,
        name="Northwind",
        sort_name="northwind",
        stage=CustomerStage.ACTIVE,
        time_zone="UTC",
        locale="en",
        review_interval_days=90,
    )
    await Complaint.bulk_create(complaints(), batch_size=2_000)
    await connections.get("default").execute_script("ANALYZE")


async def by_graph(given: dict[str, Any]) -> list[str]:
    """The ids of the page, as a client gets them."""
    prepared = ENGINE.prepare(Request(DOCUMENT, given, None, SYSTEM, "en", NOW))
    if isinstance(prepared, Answer):
        raise SystemExit(prepared.body.decode())
    data = json.loads((await execute(prepared)).body)["data"]
    return [node["id"] for node in data["complaints"]["nodes"]]


async def by_hand(where: str, order: str) -> list[str]:
    """The same page by a plain statement, with its JSON written and read."""
    rows = await events.reading().execute_query_dict(
        f"SELECT id, title, received_at FROM complaint {where} ORDER BY {order} LIMIT {PAGE}"
    )
    nodes = [
        {
            "id": f"complaint_{row['id']}",
            "subject": row["title"],
            "receivedAt": row["received_at"]
            if isinstance(row["received_at"], str)
            else instant_text(row["received_at"]),
        }
        for row in rows
    ]
    return [node["id"] for node in json.loads(json.dumps(nodes))]


async def milliseconds_of(work: Callable[[], Awaitable[object]]) -> float:
    """The median time of a piece of work."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        await work()
        times.append(time.perf_counter() - started)
    return sorted(times)[ROUNDS // 2] * 1_000


async def compare(name: str, url: str) -> None:
    """Prints a line for each case; a difference from the reference ends it with an error."""
    await filled(url)
    try:
        for case, (given, where, order) in CASES.items():
            if await by_graph(given) != await by_hand(where, order):
                raise SystemExit(f"the reference differs: {case} on {name}")
            ours = await milliseconds_of(lambda given=given: by_graph(given))  # type: ignore[misc]
            hand = await milliseconds_of(
                lambda where=where, order=order: by_hand(where, order)  # type: ignore[misc]
            )
            told = f"{ours:8.2f} ms, by hand {hand:8.2f} ms, ratio {hand / ours:5.2f}"
            print(f"{name:10} {case:32} {told}")
    finally:
        await database.disconnect()


def main() -> None:
    """Measure on both databases and print."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(compare("SQLite", f"sqlite://{Path(folder) / 'due.sqlite3'}"))
    with serving() as server:
        asyncio.run(compare("PostgreSQL", server.create()))


if __name__ == "__main__":
    main()
