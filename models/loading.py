"""Loading rows in bulk: many rows of any table, in one transaction, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model
from tortoise.transactions import in_transaction

from models import events
from models.database import MODELS

BATCH_ROWS = 5_000
"""How many rows wait in memory before they are written."""


async def load(
    rows: Iterable[Model], *, told: Callable[[int], None] = lambda count: None
) -> dict[str, int]:
    """Writes rows that carry their own keys; answers how many went into each table.

    `rows` may be endless in memory's terms: they are taken a batch at a time. A row may name
    others of its batch and of those before it. `told` hears how many rows are written so far.
    Whatever ends it early leaves nothing behind. It is for rows that are right already: no verb
    runs, no rule is asked, and events are what the rows say they are.

    The end of the log is held from the start, so nobody else can append meanwhile. The transaction
    has no task of its own, as `transact` gives it one: whoever cancels this is about to leave.
    """
    counts: dict[str, int] = {}
    async with in_transaction("default") as connection:
        await events.hold_the_end(connection)
        batch: list[Model] = []
        for row in rows:
            batch.append(row)
            if len(batch) == BATCH_ROWS:
                await _write(batch, counts, connection)
                batch.clear()
                told(sum(counts.values()))
        await _write(batch, counts, connection)
        told(sum(counts.values()))
        await _number_on(counts, connection)
    for wake in events.on_commit:
        wake()
    return counts


def _in_order() -> list[type[Model]]:
    """The tables, each after those that its rows name."""
    tables = Tortoise.apps["models"].values()
    listed = sorted(tables, key=lambda table: MODELS.index(table.__module__))
    ordered: list[type[Model]] = []
    while listed:
        table = next(each for each in listed if not _names(each) & set(listed) - {each})
        listed.remove(table)
        ordered.append(table)
    return ordered


def _names(table: type[Model]) -> set[type[Model]]:
    fields = table._meta.fields_map
    return {fields[name].related_model for name in table._meta.fk_fields}  # type: ignore[attr-defined]


async def _write(batch: list[Model], counts: dict[str, int], connection: BaseDBAsyncClient) -> None:
    by_table: dict[type[Model], list[Model]] = {}
    for row in batch:
        by_table.setdefault(type(row), []).append(row)
    for table in _in_order():
        rows = by_table.pop(table, [])
        if rows:
            await table.bulk_create(rows, using_db=connection)
            counts[table._meta.db_table] = counts.get(table._meta.db_table, 0) + len(rows)
    if by_table:
        raise KeyError(f"no table of this database: {', '.join(map(str, by_table))}")


async def _number_on(counts: dict[str, int], connection: BaseDBAsyncClient) -> None:
    """Lets PostgreSQL's numbers begin after the keys that were given; SQLite looks by itself."""
    if connection.capabilities.dialect != "postgres":
        return
    for table in _in_order():
        key = table._meta.db_pk_column
        if table._meta.db_table in counts and table._meta.pk.generated:
            name = table._meta.db_table
            await connection.execute_query_dict(
                f"SELECT setval(pg_get_serial_sequence('{name}', '{key}'), max({key})) FROM {name}"
            )
