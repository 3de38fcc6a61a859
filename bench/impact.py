"""Impact and dependencies over 10,000 items, beside statements that are written by hand.

Ten levels of 1,000 items, each depending on three of the level below, so that the paths between
top and bottom number tens of thousands for each item and are never walked one by one; a service
on each tenth item of the top level, customers enrolled in them, complaints about them. What the
graph answers is compared with a walk in Python before anything is timed, on SQLite, and on the
PostgreSQL server that RAPPORT_TEST_POSTGRES_URL names. The figure to watch is the ratio.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from tortoise.connection import get_connection

from models import database, loading
from models.access import SYSTEM
from models.complaint import Complaint, ComplaintChannel
from models.configuration_item import ConfigurationItem
from models.customer import Customer
from models.enrollment import Enrollment
from models.events import reading
from models.loading import Row, row
from models.relationship import Relationship
from models.rules.edges import RelationshipKind
from models.rules.lifecycle import (
    ComplaintStatus,
    ConfigurationItemStatus,
    CustomerStage,
    EnrollmentStatus,
    PortfolioStatus,
    SlaStatus,
)
from models.rules.priority import Level, Priority
from models.service import Service
from models.sla import Sla
from resolvers.engine.execution import execute
from resolvers.engine.operation import Prepared, Request
from resolvers.schema import ENGINE
from tests.postgres import NAMED_SERVER, Postgres

LEVELS, WIDTH, FAN = 10, 1_000, 3
SERVICES, CUSTOMERS, COMPLAINTS = 100, 2_000, 20_000
ROUNDS = 15
NOW = datetime(2026, 3, 2, tzinfo=UTC)
STAMPS = {"created_at": NOW, "updated_at": NOW}
IMPACT = """
query Impact($id: ID!) {
  configurationItem(id: $id) {
    impact {
      services { id name }
      openComplaints
      customers(first: 20) { totalCount nodes { id name } }
    }
  }
}
"""
DEPENDENCIES = """
query Dependencies($id: ID!) {
  configurationItem(id: $id) { dependsOn(depth: 10) { depth item { ... on Node { id } } } }
}
"""
WALK = """
WITH RECURSIVE hit(noun, id) AS (
  SELECT CAST('item' AS text), CAST({id} AS bigint)
  UNION
  SELECT CAST(e.source_type AS text), e.source_id FROM hit
  JOIN relationship e ON e.target_type = hit.noun AND e.target_id = hit.id
  WHERE e.kind IN ('DEPENDS_ON', 'HOSTED_ON') AND e.until IS NULL
), served AS (SELECT id FROM hit WHERE noun = 'service'),
taken AS (
  SELECT DISTINCT customer_id AS id FROM enrollment
  WHERE service_id IN (SELECT id FROM served) AND status IN ('REQUESTED', 'ACTIVE', 'SUSPENDED')
)
SELECT
  (SELECT {list}({pair}) FROM (
     SELECT s.id, s.name FROM service s WHERE s.id IN (SELECT id FROM served) ORDER BY s.sort_name
   ) x) AS services,
  (SELECT count(*) FROM complaint WHERE service_id IN (SELECT id FROM served)
   AND status IN ('RECEIVED', 'ACKNOWLEDGED', 'INVESTIGATING', 'AWAITING_CUSTOMER')) AS complaints,
  (SELECT count(*) FROM taken) AS total,
  (SELECT {list}({pair}) FROM (
     SELECT c.id, c.name FROM customer c WHERE c.id IN (SELECT id FROM taken)
     ORDER BY c.sort_name, c.id LIMIT 20
   ) x) AS customers
"""
REACHED = """
WITH RECURSIVE walk(noun, id, depth) AS (
  SELECT CAST('item' AS text), CAST({id} AS bigint), 0
  UNION
  SELECT CAST(e.target_type AS text), e.target_id, walk.depth + 1 FROM walk
  JOIN relationship e ON e.source_type = walk.noun AND e.source_id = walk.id
  WHERE e.kind IN ('DEPENDS_ON', 'HOSTED_ON') AND e.until IS NULL AND walk.depth < 10
)
SELECT noun, id, min(depth) AS depth FROM walk WHERE depth > 0
GROUP BY noun, id ORDER BY depth, noun, id LIMIT 100
"""
WORDS = {
    "sqlite": {"list": "json_group_array", "pair": "json_object('id', x.id, 'name', x.name)"},
    "postgres": {"list": "json_agg", "pair": "json_build_object('id', x.id, 'name', x.name)"},
}

Edges = list[tuple[tuple[str, int], tuple[str, int]]]


def edges() -> Edges:
    """Each item on three of the level below, and services on the items of the top."""
    chance = random.Random(6)
    found: Edges = []
    for level in range(LEVELS - 1):
        for place in range(WIDTH):
            for below in chance.sample(range(WIDTH), FAN):
                source, target = level * WIDTH + place + 1, (level + 1) * WIDTH + below + 1
                found.append((("item", source), ("item", target)))
    step = WIDTH // SERVICES
    found += [(("service", n + 1), ("item", n * step + 1)) for n in range(SERVICES)]
    return found


def world(links: Edges) -> Iterator[Row]:
    """The rows, each with its key."""
    for n in range(1, LEVELS * WIDTH + 1):
        name = f"item {n:05}"
        yield row(
            ConfigurationItem,
            id=n,
            name=name,
            sort_name=name,
            ci_class="server",
            status=ConfigurationItemStatus.IN_USE,
            **STAMPS,
        )
    yield from _portfolio()
    for n, (source, target) in enumerate(links, start=1):
        kind = RelationshipKind.HOSTED_ON if n % 7 == 0 else RelationshipKind.DEPENDS_ON
        kind = RelationshipKind.DEPENDS_ON if source[0] == "service" else kind
        yield row(
            Relationship,
            id=n,
            kind=kind,
            source_type=source[0],
            source_id=source[1],
            target_type=target[0],
            target_id=target[1],
            **STAMPS,
        )


def _portfolio() -> Iterator[Row]:
    from models.calendar import Calendar

    yield row(Calendar, id=1, name="always", **STAMPS)
    for n in range(1, SERVICES + 1):
        name = f"service {n:03}"
        yield row(
            Service,
            id=n,
            code=f"S{n}",
            name=name,
            sort_name=name,
            description="d",
            portfolio_status=PortfolioStatus.CATALOGUE,
            **STAMPS,
        )
        yield row(
            Sla,
            id=n,
            service_id=n,
            calendar_id=1,
            name="s",
            revision=1,
            status=SlaStatus.ACTIVE,
            **STAMPS,
        )
    for n in range(1, CUSTOMERS + 1):
        name = f"customer {n:05}"
        yield row(
            Customer,
            id=n,
            name=name,
            sort_name=name,
            stage=CustomerStage.ACTIVE,
            time_zone="UTC",
            locale="en",
            **STAMPS,
        )
        service = n % SERVICES + 1
        yield row(
            Enrollment,
            id=n,
            customer_id=n,
            service_id=service,
            sla_id=service,
            requested_at=NOW,
            status=EnrollmentStatus.ACTIVE if n % 4 else EnrollmentStatus.ENDED,
            **STAMPS,
        )
    for n in range(1, COMPLAINTS + 1):
        status = ComplaintStatus.RECEIVED if n % 2 else ComplaintStatus.CLOSED
        yield _complaint(n, status)


def _complaint(n: int, status: ComplaintStatus) -> Row:
    return row(
        Complaint,
        id=n,
        customer_id=n % CUSTOMERS + 1,
        service_id=n % SERVICES + 1,
        subject="s",
        description="d",
        channel=ComplaintChannel.API,
        impact=Level.LOW,
        urgency=Level.LOW,
        priority=Priority.LOW,
        priority_rank=4,
        status=status,
        status_rank=status.rank,
        received_at=NOW,
        due_order_at=NOW,
        **STAMPS,
    )


async def answer(document: str, item: int) -> dict[str, Any]:
    """What the graph answers for one item."""
    prepared = ENGINE.prepare(Request(document, {"id": f"item_{item}"}, None, SYSTEM, "en", NOW))
    assert isinstance(prepared, Prepared)
    body = json.loads((await execute(prepared)).body)
    assert "errors" not in body, body
    found: dict[str, Any] = body["data"]["configurationItem"]
    return found


def expected(links: Edges, item: int) -> tuple[list[str], int, int]:
    """The services, open complaints and customers that an item's failure hits, by hand."""
    above: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for source, target in links:
        above.setdefault(target, []).append(source)
    seen, waiting = {("item", item)}, [("item", item)]
    while waiting:
        for each in above.get(waiting.pop(), ()):
            if each not in seen:
                seen.add(each)
                waiting.append(each)
    hit = {number for noun, number in seen if noun == "service"}
    complaints = sum(1 for n in range(1, COMPLAINTS + 1) if n % 2 and n % SERVICES + 1 in hit)
    customers = sum(1 for n in range(1, CUSTOMERS + 1) if n % 4 and n % SERVICES + 1 in hit)
    return [f"service_{number}" for number in sorted(hit)], complaints, customers


async def seconds_of(work: Callable[[], Awaitable[object]]) -> float:
    """The least time of several runs, after one that warms up."""
    await work()
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        await work()
        times.append(time.perf_counter() - started)
    return min(times)


async def measured(name: str, url: str) -> None:
    await database.migrate(url)
    await database.connect(url)
    try:
        links = edges()
        await loading.load(world(links))
        await get_connection("default").execute_script("ANALYZE")
        for item in (LEVELS * WIDTH, LEVELS * WIDTH // 2, 1):
            impact = (await answer(IMPACT, item))["impact"]
            services = [each["id"] for each in impact["services"]]
            told = (services, impact["openComplaints"], impact["customers"]["totalCount"])
            assert told == expected(links, item), item
        await _compared(name, "impact", IMPACT, WALK, LEVELS * WIDTH)
        await _compared(name, "dependsOn to depth 10", DEPENDENCIES, REACHED, 1)
    finally:
        await database.disconnect()


async def _compared(name: str, what: str, document: str, statement: str, item: int) -> None:
    sql = statement.format(id=item, **WORDS[name])
    ours = await seconds_of(lambda: answer(document, item))
    theirs = await seconds_of(lambda: reading().execute_query_dict(sql))
    print(f"{name}: {what}: {theirs / ours:.2f} of the hand-written statement's speed")


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        await measured("sqlite", f"sqlite://{folder}/bench.sqlite3")
    if NAMED_SERVER in os.environ:
        server = Postgres(os.environ[NAMED_SERVER])
        try:
            await measured("postgres", server.create())
        finally:
            server.close()


if __name__ == "__main__":
    asyncio.run(main())
