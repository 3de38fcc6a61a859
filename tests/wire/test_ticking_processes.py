"""Several processes tick on one PostgreSQL, and each thing happens once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from models import due, events
from models.complaint import Complaint
from tests.business.desk import Desk, number
from tests.graph import conftest

TICKERS = 3
COMPLAINTS_DUE = 150
ENDS_WITHIN_SECONDS = 60.0

desk, graph, world = conftest.desk, conftest.graph, conftest.world

_PROCESS = """
import asyncio, sys
from datetime import datetime
from models import database
from models import due

async def main(url, now):
    await database.connect(url)
    sys.stdin.readline()
    while await due.tick(now):
        pass
    await database.disconnect()

asyncio.run(main(sys.argv[1], datetime.fromisoformat(sys.argv[2])))
"""


def _ticked_by_processes(url: str, now: str) -> list[tuple[int, bytes]]:
    """Lets several processes tick at once; gives how each ended."""
    command = [sys.executable, "-c", _PROCESS, url, now]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(TICKERS)
    ]
    for process in running:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
    ended = [process.communicate(timeout=ENDS_WITHIN_SECONDS) for process in running]
    return [(process.returncode, end[1]) for process, end in zip(running, ended, strict=True)]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)  # SQLite has one process
async def test_several_processes_on_one_postgresql_do_each_thing_once(
    desk: Desk, database: str
) -> None:
    await _copies(await desk.record(), await desk.resolved())
    ends = await asyncio.to_thread(_ticked_by_processes, database, "2026-03-12T09:00:00+00:00")
    assert ends == [(0, b"")] * TICKERS
    told = events.Event.filter(actor_type="system", occurred_at__gt=desk.graph.now)
    assert Counter([event.kind for event in await told]) == {
        "sla.warned": 2 * COMPLAINTS_DUE,
        "sla.breached": 2 * COMPLAINTS_DUE,
        "complaint.escalated": 4 * COMPLAINTS_DUE,
        "complaint.closed": COMPLAINTS_DUE,
    }
    assert await due.next_tick_at() is None


async def _copies(*complaints: str) -> None:
    """Copies rows until each stands there COMPLAINTS_DUE times."""
    for complaint in complaints:
        row: Any = await Complaint.get(id=number(complaint))
        values = {name: getattr(row, name) for name in Complaint._meta.db_fields if name != "id"}
        await Complaint.bulk_create([Complaint(**values) for _ in range(COMPLAINTS_DUE - 1)])
