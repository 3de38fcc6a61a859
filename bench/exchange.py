"""Importing 100,000 customers: rows a second, beside the same rows written by hand.

By hand means the table's rows alone, in one transaction: no rule, no event, no index of text. The
figure to watch is the ratio: machines differ. RAPPORT_TEST_POSTGRES_URL measures PostgreSQL too, in
that database, which must be empty.
"""

from __future__ import annotations

import asyncio
import io
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models import database
from models.access import SYSTEM
from models.base import Act, sort_key
from models.customer import Customer
from models.exchange.exporting import give_out
from models.exchange.importing import import_file
from models.exchange.sheets import SHEETS
from models.loading import BulkTable
from models.rules.lifecycle import CustomerStage

ROWS = 100_000
NOW = datetime(2026, 6, 1, tzinfo=UTC)
_WORDS = ("Northern", "Añil", "Harbour", "Vega", "Stone", "Lumbre", "Field", "Castle", "Orchard")


def name_of(number: int) -> str:
    return f"{_WORDS[number % 9]} {_WORDS[number // 9 % 9]} Works {number}"


def file_of(industry: str) -> bytes:
    lines = (f"K{n},{name_of(n)},c{n}.example,{industry},Europe/Madrid,es\n" for n in range(ROWS))
    return ("external_key,name,domain,industry,time_zone,locale\n" + "".join(lines)).encode()


async def imported(file: bytes, *, is_dry_run: bool = False) -> None:
    act = Act(SYSTEM, NOW)
    report = await import_file(SHEETS["customers"], act, io.BytesIO(file), is_dry_run=is_dry_run)
    if report.faults:
        raise SystemExit(f"not imported: {report.faults[0]}")


async def exported() -> None:
    await give_out(SHEETS["customers"], Act(SYSTEM, NOW), io.StringIO(newline=""))


async def by_hand() -> None:
    """The rows alone, taken back at the end."""
    rows: list[dict[str, Any]] = [
        {
            "id": n + 1,
            "external_key": f"K{n}",
            "name": name_of(n),
            "sort_name": sort_key(name_of(n)),
            "stage": CustomerStage.PROSPECT,
            "time_zone": "Europe/Madrid",
            "locale": "es",
            "domain": f"c{n}.example",
            "created_at": NOW,
            "updated_at": NOW,
        }
        for n in range(ROWS)
    ]
    await BulkTable(Customer).write(rows, Customer._meta.db)
    await Customer.all().delete()


async def seconds_of(work: Callable[[], Awaitable[None]]) -> float:
    started = time.perf_counter()
    await work()
    return time.perf_counter() - started


async def measure(url: str, name: str) -> None:
    await database.migrate(url)
    await database.connect(url)
    try:
        if await Customer.exists():
            raise SystemExit(f"{name}: the database is not empty")
        hand = await seconds_of(by_hand)
        first, second = file_of("Paint"), file_of("Glass")
        for label, work in (
            ("dry run", lambda: imported(first, is_dry_run=True)),
            ("first import", lambda: imported(first)),
            ("the same again", lambda: imported(first)),
            ("every row changed", lambda: imported(second)),
            ("export", exported),
        ):
            took = await seconds_of(work)
            print(f"{name}, {label}: {took:.1f} s, {took / hand:.1f} times the rows by hand")
    finally:
        await database.disconnect()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(f"sqlite://{Path(folder) / 'bench.sqlite3'}", "SQLite"))
    url = os.environ.get("RAPPORT_TEST_POSTGRES_URL")
    if url:
        asyncio.run(measure(url, "PostgreSQL"))


if __name__ == "__main__":
    main()
