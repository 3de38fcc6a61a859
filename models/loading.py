"""Loading rows in bulk: many rows of any table, in one transaction, all of them or none."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import Any

from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError
from tortoise.fields import JSONField
from tortoise.fields.base import Field
from tortoise.models import Model
from tortoise.transactions import in_transaction

from models import events, searching
from models.base import Record
from models.columns import Instant
from models.database import MODELS

BATCH_ROWS = 10_000
"""How many rows wait in memory before they are written."""
TEXTS_KEPT = 1_000
"""How many texts' stems are remembered: bulk rows often say the same as those before them."""

_BROKEN_CONSTRAINT = "23"
"""The class of SQLSTATE of a row that the database's own rules refuse."""

Convert = Callable[[Any, Any], Any]

_ANY_INSTANT = Instant()
_INDEXES = """
SELECT name, tbl_name AS "of", sql AS statement FROM sqlite_master
WHERE type = 'index' AND sql IS NOT NULL
"""
_INDEXES_POSTGRESQL = """
SELECT indexname AS name, tablename AS "of", indexdef AS statement FROM pg_indexes
WHERE schemaname = current_schema()
    AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""

Row = tuple[type[Model], Mapping[str, Any]]
"""A table, and a row of it: its values by field, the key among them. It costs little."""


def row(model: type[Model], **values: Any) -> Row:
    """A row of a table, from its values by field."""
    return model, values


async def load(
    rows: Iterable[Row], *, heard: Callable[[int], None] = lambda count: None
) -> dict[str, int]:
    """Writes rows that carry their own keys; answers how many went into each table.

    Rows are taken a batch at a time, however many there are. A row may name others of its batch
    and of those before it. `heard` hears how many rows are written so far. Whatever ends it early
    leaves nothing behind. It is for rows that are right already: no verb runs, no rule is asked,
    and events are what the rows say they are. Raises KeyError for a field that a table lacks.

    The end of the log is held from the start, so nobody else can append meanwhile. The transaction
    has no task of its own, as `transact` gives it one: whoever cancels this is about to leave.
    """
    tables = [BulkTable(model) for model in _in_order()]
    async with in_transaction("default") as connection:
        with _no_search_for_cycles():
            await _load(rows, tables, heard, connection)
    for wake in events.on_commit:
        wake()
    return {table.name: table.count for table in tables if table.count}


async def _load(
    rows: Iterable[Row],
    tables: list[BulkTable],
    heard: Callable[[int], None],
    connection: BaseDBAsyncClient,
) -> None:
    await events.hold_the_end(connection)
    indexes = await _drop_indexes(tables, connection)
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH_ROWS)):
        await _write(batch, tables, connection)
        heard(sum(table.count for table in tables))
    for statement in indexes:
        await connection.execute_query_dict(statement)
    for table in tables:
        await table.number_on(connection)


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Rows are a million small objects without a cycle: to search them takes half of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


async def _drop_indexes(tables: Sequence[BulkTable], connection: BaseDBAsyncClient) -> list[str]:
    """Drops the tables' indexes; answers the statements that make them again.

    To sort all keys at the end takes a third of the time of keeping each index in order meanwhile.
    What a constraint keeps stays, and the unique ones are asked when they are made again.
    """
    is_postgres = connection.capabilities.dialect == "postgres"
    found = await connection.execute_query_dict(_INDEXES_POSTGRESQL if is_postgres else _INDEXES)
    names = {table.name for table in tables}
    mine = [index for index in found if index["of"] in names]
    for index in mine:
        await connection.execute_query_dict(f'DROP INDEX "{index["name"]}"')
    return [index["statement"] for index in mine]


def _in_order() -> list[type[Model]]:
    """The tables, each after those that its rows name."""
    models = Tortoise.apps["models"].values()
    left = sorted(models, key=lambda model: MODELS.index(model.__module__))
    ordered: list[type[Model]] = []
    while left:
        model = next(each for each in left if not (_named(each) & set(left)) - {each})
        left.remove(model)
        ordered.append(model)
    return ordered


def _named(model: type[Model]) -> set[type[Model]]:
    fields = model._meta.fields_map
    return {fields[name].related_model for name in model._meta.fk_fields}  # type: ignore[attr-defined]


async def _write(batch: list[Row], tables: list[BulkTable], connection: BaseDBAsyncClient) -> None:
    by_model: dict[type[Model], list[Mapping[str, Any]]] = {}
    for model, values in batch:
        by_model.setdefault(model, []).append(values)
    for table in tables:
        rows = by_model.pop(table.model, None)
        if rows:
            await table.write(rows, connection)
            await index_rows(table.model, rows, connection)
    if by_model:
        raise KeyError(f"no table of this database: {', '.join(map(str, by_model))}")


async def index_rows(
    model: type[Model], rows: Sequence[Mapping[str, Any]], connection: BaseDBAsyncClient
) -> None:
    """Writes what rows are found by, where their table has text to look for."""
    if not issubclass(model, Record) or not model.searched:
        return
    owner = "id" if model.noun == "customer" else "customer_id"
    records = []
    for values in rows:
        stems = _stemmed(*(values.get(name) for name in model.searched))
        records.append([model.noun, values["id"], values.get(owner), stems])
    columns = ("noun", "row_id", "customer_id", "stems")
    await insert("search_entry", columns, records, connection)


@lru_cache(maxsize=TEXTS_KEPT)
def _stemmed(*texts: str | None) -> str:
    return searching.stemmed(*texts)


async def insert(
    table: str,
    columns: Sequence[str],
    records: list[list[Any]],
    connection: BaseDBAsyncClient,
) -> None:
    if connection.capabilities.dialect == "postgres":
        try:
            async with connection.acquire_connection() as driver:
                await driver.copy_records_to_table(table, records=records, columns=columns)
        except Exception as error:
            if str(getattr(error, "sqlstate", "")).startswith(_BROKEN_CONSTRAINT):
                raise IntegrityError(error) from error
            raise
        return
    listed, marks = ", ".join(f'"{each}"' for each in columns), ", ".join("?" * len(columns))
    await connection.execute_many(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', records)


class BulkTable:
    """One table, and how many rows it was given."""

    def __init__(self, model: type[Model]) -> None:
        self.model, self.name, self.count = model, model._meta.db_table, 0
        columns = model._meta.fields_db_projection
        fields = model._meta.fields_map
        self._columns = [columns[name] for name in columns]
        self._names, self._known = list(columns), columns.keys()
        self._all_of = itemgetter(*self._names)
        self._fields = [fields[name] for name in columns]
        conversions = ((place, _conversion(fields[name])) for place, name in enumerate(columns))
        self._conversions = [(place, convert) for place, convert in conversions if convert]

    async def write(self, rows: Sequence[Mapping[str, Any]], connection: BaseDBAsyncClient) -> None:
        records = [self._record(values) for values in rows]
        await insert(self.name, self._columns, records, connection)
        self.count += len(rows)

    def _record(self, values: Mapping[str, Any]) -> list[Any]:
        if values.keys() == self._known:
            record = list(self._all_of(values))
        elif values.keys() < self._known:
            record = [
                values[name] if name in values else _default(field)
                for name, field in zip(self._names, self._fields, strict=True)
            ]
        else:
            raise KeyError(f"{self.name} has no {', '.join(values.keys() - self._known)}")
        for place, convert in self._conversions:
            if record[place] is not None:
                record[place] = convert(record[place], self.model)
        return record

    async def number_on(self, connection: BaseDBAsyncClient) -> None:
        """Lets PostgreSQL number on after the keys that were given; SQLite looks by itself."""
        if connection.capabilities.dialect != "postgres" or not self.model._meta.pk.generated:
            return
        key = self.model._meta.db_pk_column
        if self.count:
            await connection.execute_query_dict(
                f"SELECT setval(pg_get_serial_sequence('{self.name}', '{key}'), "
                f'max("{key}")) FROM "{self.name}"'
            )


def _default(field: Field[Any]) -> Any:
    return field.default() if callable(field.default) else field.default


def _instant(value: datetime, model: object) -> datetime:
    """An instant in UTC to the millisecond, as nearly all are that come here."""
    if value.tzinfo is UTC and value.microsecond % 1_000 == 0:
        return value
    return _ANY_INSTANT.to_db_value(value, model) or value


def _conversion(field: Field[Any]) -> Convert | None:
    """How a value becomes the database's; None where it goes as it is."""
    if type(field).to_db_value is Field.to_db_value:
        return None
    if isinstance(field, Instant):
        return _instant
    if isinstance(field, JSONField):
        encode = field.encoder
        return lambda value, model: encode(value)
    return field.to_db_value
