"""Stores the rows and events of an import, many at a time, within the transaction that is open."""

from __future__ import annotations

from collections.abc import Sequence

from tortoise.models import Model

from models import events
from models.base import Act, ExternallyKeyed
from models.events import Event, EventValue
from models.loading import BATCH_ROWS, BulkTable, index_rows
from models.searching import SearchEntry

_IMPORT_LOCK = 7_236_003
"""PostgreSQL's advisory lock of who imports."""


async def numbers(model: type[Model], count: int) -> list[int]:
    """Keys for this many new rows, which nobody else gets meanwhile."""
    if not count:
        return []
    connection, table, key = model._meta.db, model._meta.db_table, model._meta.db_pk_column
    if connection.capabilities.dialect == "postgres":
        taken = await connection.execute_query_dict(
            f"SELECT nextval(pg_get_serial_sequence('{table}', '{key}')) AS number"
            f" FROM generate_series(1, {count})"
        )
        return [row["number"] for row in taken]
    newest = await connection.execute_query_dict(f'SELECT max("{key}") AS number FROM "{table}"')
    first = (newest[0]["number"] or 0) + 1
    return list(range(first, first + count))


async def hold_imports(model: type[Model]) -> None:
    """Lets one import at a time look for its rows: another may be about to store the same."""
    if model._meta.db.capabilities.dialect == "postgres":
        await model._meta.db.execute_query_dict(f"SELECT pg_advisory_xact_lock({_IMPORT_LOCK})")


async def insert_all(rows: Sequence[ExternallyKeyed]) -> None:
    """Stores new rows, which have their keys, and what they are found by."""
    if not rows:
        return
    model = type(rows[0])
    values = [row.columns for row in rows]
    await BulkTable(model).write(values, model._meta.db)
    await index_rows(model, values, model._meta.db)


async def update_all(rows: Sequence[ExternallyKeyed]) -> None:
    """Stores what differs of rows that were there, and what they are found by where it does."""
    by_columns: dict[tuple[str, ...], list[ExternallyKeyed]] = {}
    for row in rows:
        by_columns.setdefault(tuple(row.changed), []).append(row)
    for names, alike in by_columns.items():
        await _update(alike, names)
    found_anew = [row for row in rows if row.is_to_be_indexed]
    if found_anew:
        model, ids = type(rows[0]), [row.id for row in found_anew]
        await SearchEntry.filter(noun=model.noun, row_id__in=ids).delete()
        await index_rows(model, [row.columns for row in found_anew], model._meta.db)


async def _update(rows: Sequence[ExternallyKeyed], names: Sequence[str]) -> None:
    """Writes these columns of the rows, in one statement that is run for each."""
    meta, connection = rows[0]._meta, rows[0]._meta.db
    is_postgres = connection.capabilities.dialect == "postgres"
    marks = [f"${place}" if is_postgres else "?" for place in range(1, len(names) + 2)]
    columns = (meta.fields_db_projection[name] for name in names)
    listed = ", ".join(f'"{c}" = {mark}' for c, mark in zip(columns, marks, strict=False))
    records = [
        [*(meta.fields_map[name].to_db_value(getattr(row, name), row) for name in names), row.id]
        for row in rows
    ]
    await connection.execute_many(
        f'UPDATE "{meta.db_table}" SET {listed} WHERE "id" = {marks[-1]}', records
    )


async def append_all(act: Act) -> None:
    """Appends what the act recorded, as `events.append` does, and leaves it nothing to append."""
    if not act.facts:
        return
    connection = Event._meta.db
    await events.hold_the_end(connection)
    facts, act.facts = act.facts, []
    table, beside = BulkTable(Event), BulkTable(EventValue)
    for start in range(0, len(facts), BATCH_ROWS):
        part = facts[start : start + BATCH_ROWS]
        numbered = list(zip(await numbers(Event, len(part)), part, strict=True))
        await table.write([{"seq": seq, **fact.event} for seq, fact in numbered], connection)
        told = [events.salted(seq, *pair) for seq, f in numbered for pair in f.values.items()]
        keys = await numbers(EventValue, len(told))
        await beside.write(
            [{"id": key, **value} for key, value in zip(keys, told, strict=True)], connection
        )
