"""Seconds to load 100,000 complaints with their histories, beside the bare statements.

The reference reads the loaded tables back and writes them into an empty database again with
nothing but executemany, so it knows no story, no conversion and no search index of its own. Both
run on one SQLite file each; PostgreSQL is measured too where RAPPORT_BENCH_POSTGRES_URL names an
empty database. The figure to watch is the ratio: machines differ.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from models import database, invitation
from models.demo.complaint_steps import PER_SCALE
from models.demo.seeding import seed

COMPLAINTS = int(os.environ.get("RAPPORT_BENCH_COMPLAINTS", "100000"))
SCALE = -(-COMPLAINTS // sum(PER_SCALE.values()))
ROWS_AT_ONCE = 10_000
KEY = b"the key of the benchmarks, 32 bytes and more"
POSTGRES = "RAPPORT_BENCH_POSTGRES_URL"


def ignore(step: str, done: int, total: int) -> None:
    """Nobody watches a benchmark's progress."""


async def loaded(url: str) -> tuple[float, dict[str, int]]:
    """Seconds that the seed takes on a migrated database, and its rows by table."""
    invitation.use_key(KEY)
    await database.migrate(url)
    await database.connect(url)
    try:
        started = time.perf_counter()
        counts = await seed(SCALE, datetime.now(UTC), ignore)
        return time.perf_counter() - started, counts
    finally:
        await database.disconnect()


def written_again(source: Path, target: Path, tables: list[str]) -> float:
    """Seconds that bare statements take for the same rows, reading them not counted."""
    asyncio.run(database.migrate(f"sqlite://{target}"))
    reader, writer = sqlite3.connect(source), sqlite3.connect(target)
    seconds = 0.0
    for table in tables:
        rows = reader.execute(f"SELECT * FROM {table}")
        marks = ", ".join("?" * len(rows.description))
        while batch := rows.fetchmany(ROWS_AT_ONCE):
            started = time.perf_counter()
            writer.executemany(f"INSERT INTO {table} VALUES ({marks})", batch)
            seconds += time.perf_counter() - started
    started = time.perf_counter()
    writer.commit()
    reader.close()
    writer.close()
    return seconds + time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "seeded.sqlite3"), Path(folder, "bare.sqlite3")
        seconds, counts = asyncio.run(loaded(f"sqlite://{source}"))
        rows = sum(counts.values())
        bare = written_again(source, target, list(counts))
        print(f"SQLite: {counts['complaint']} complaints, {rows} rows in {seconds:.1f} s")
        print(f"bare statements for the same rows: {bare:.1f} s; ratio {seconds / bare:.1f}")
    if url := os.environ.get(POSTGRES):
        seconds, counts = asyncio.run(loaded(url))
        print(f"PostgreSQL: {counts['complaint']} complaints, {rows} rows in {seconds:.1f} s")


if __name__ == "__main__":
    main()
