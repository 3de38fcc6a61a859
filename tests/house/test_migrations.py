"""Migrations: forwards from nothing, back to nothing, over data, and in step with the models."""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

from models import database
from resolvers.engine.reading.declare import KIND, Children, Rows
from resolvers.engine.reading.nouns import NOUNS
from resolvers.schema import GRAPH
from tests.graph.asking import Graph
from tests.graph.world import World, populated

FOLDER = Path(database.__file__).parent / "migrations"
SQLITE_TEXT_INDEX = "search_stems"
"""The virtual table by which SQLite finds text, and the start of its own tables' names."""
NAMES = sorted(path.stem for path in FOLDER.glob("0*.py"))


def executor(url: str) -> MigrationExecutor:
    return MigrationExecutor(get_connection("default"), database.tortoise_config(url)["apps"])


@pytest.fixture
async def connection(own_url: str) -> AsyncIterator[tuple[str, BaseDBAsyncClient]]:
    """An open connection to a migrated database, and its URL."""
    await database.connect(own_url)
    try:
        yield own_url, get_connection("default")
    finally:
        await database.disconnect()


async def tables(connection: BaseDBAsyncClient) -> set[str]:
    if connection.capabilities.dialect == "postgres":
        sql = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return {row["name"] for row in await connection.execute_query_dict(sql)}


async def indexes(connection: BaseDBAsyncClient) -> dict[str, str]:
    """The definition of each explicit index, by name."""
    if connection.capabilities.dialect == "postgres":
        sql = (
            "SELECT indexname AS name, indexdef AS sql FROM pg_indexes WHERE schemaname = 'public'"
        )
    else:
        sql = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    return {row["name"]: row["sql"] for row in await connection.execute_query_dict(sql)}


async def test_an_empty_database_is_brought_forwards_once(unmigrated_url: str) -> None:
    assert await database.unapplied(unmigrated_url) == NAMES
    assert await database.migrate(unmigrated_url) == NAMES
    assert await database.unapplied(unmigrated_url) == []
    assert await database.migrate(unmigrated_url) == []


async def test_the_database_has_a_table_for_each_model_and_no_others(database_url: str) -> None:
    await database.connect(database_url)
    try:
        models = Tortoise.apps["models"].values()
        expected = {model._meta.db_table for model in models}
        found = await tables(get_connection("default"))
        own = {name for name in found if "migration" not in name}
        assert {name for name in own if not name.startswith(SQLITE_TEXT_INDEX)} == expected
    finally:
        await database.disconnect()


async def test_going_back_leaves_no_table_and_forwards_again_works(
    connection: tuple[str, BaseDBAsyncClient],
) -> None:
    url, db = connection
    everything = await tables(db)
    await executor(url).migrate([MigrationTarget("models", "__first__")])
    assert {name for name in await tables(db) if "migration" not in name} == set()
    await executor(url).migrate()
    assert await tables(db) == everything


async def test_models_and_migrations_do_not_differ() -> None:
    await Tortoise.init(config=database.tortoise_config("sqlite://:memory:"))
    try:
        apps = Tortoise.apps
        assert apps is not None
        detector = MigrationAutodetector(
            apps, database.tortoise_config("sqlite://:memory:")["apps"]
        )
        found = await detector.changes()
        told = [str(operation) for step in found for operation in step.operations]
        assert told == [], "run `make migrations NAME=...`"
    finally:
        await Tortoise.close_connections()


async def test_data_lives_through_every_migration_that_rebuilds_its_tables(
    connection: tuple[str, BaseDBAsyncClient],
) -> None:
    """The rows of a populated database are there after its newest migration is taken back."""
    url, _ = connection
    graph = Graph()
    await populated(World(graph))
    read = """{ customers { totalCount nodes { name contacts { nodes { name } } } }
      complaints { totalCount nodes { subject status } } enrollments { nodes { status } }
      calendars { nodes { hours { opensAt closesAt } } }
      slas { nodes { targets { targetMinutes } } }
      events(first: 100) { nodes { kind reason changes { field before after } } } }"""
    before = await graph.read(read)
    runner = executor(url)
    if len(NAMES) > 1:
        await runner.migrate([MigrationTarget("models", NAMES[-2])])
        assert await database.migrate(url) == NAMES[-1:]
    assert await graph.read(read) == before
    assert await database.unapplied(url) == []


PARTIAL = {
    "one_live_enrollment": ("enrollment", ("customer_id", "service_id"), "status"),
    "one_primary_contact": ("contact", ("customer_id",), "is_primary"),
}


async def test_the_database_itself_keeps_one_live_enrolment_and_one_primary_contact(
    connection: tuple[str, BaseDBAsyncClient],
) -> None:
    _, db = connection
    found = await indexes(db)
    for name, (table, columns, condition) in PARTIAL.items():
        sql = found[name].replace('"', "")
        assert "UNIQUE" in sql
        assert table in sql
        assert ", ".join(columns) in sql
        assert condition in sql.partition("WHERE")[2]
    graph = Graph()
    ids = await populated(World(graph))
    for table, doubled in (
        ("contact", {"email": "another@example.org"}),
        ("enrollment", {"reference": None}),
    ):
        source = await db.execute_query_dict(f"SELECT * FROM {table} ORDER BY id LIMIT 1")
        row = {**source[0], "id": 999, **{k: v for k, v in doubled.items() if v}}
        model = NOUNS[table].model
        with pytest.raises(IntegrityError):
            await model.create(**{key: row[key] for key in model._meta.db_fields if key in row})
    assert len(ids["contact"]) == 3


async def missing_indexes(db: BaseDBAsyncClient) -> list[str]:
    """The indexes that a model declares and the database lacks."""
    defined = [sql.replace('"', "") for sql in (await indexes(db)).values()]
    missing = []
    for model in Tortoise.apps["models"].values():
        meta = model._meta
        for declared in meta.indexes or ():
            columns = ", ".join(meta.fields_db_projection[name] for name in declared)
            if not any(f"{meta.db_table} " in sql and f"({columns})" in sql for sql in defined):
                missing.append(f"{meta.db_table} ({columns})")
    return missing


async def test_every_index_that_a_model_declares_is_in_the_database(
    connection: tuple[str, BaseDBAsyncClient],
) -> None:
    _, db = connection
    assert await missing_indexes(db) == []


def ordered_texts() -> set[tuple[str, str]]:
    """The text columns, with their tables, that a list of the graph is ordered by."""
    found = set()
    for type_ in GRAPH.type_map.values():
        for field in getattr(type_, "fields", {}).values():
            declared: Any = (getattr(field, "extensions", None) or {}).get("strawberry-definition")
            kind = declared and declared.metadata.get(KIND)
            if not isinstance(kind, Children | Rows):
                continue
            orders = kind.orders.values() if isinstance(kind, Children) else [kind.order]
            meta = NOUNS[kind.noun].model._meta
            for column in {column for order in orders for column in order.columns}:
                if (
                    meta.fields_map[column].field_type is str
                    or "Enum" in type(meta.fields_map[column]).__name__
                ):
                    found.add((meta.db_table, meta.fields_db_projection[column]))
    return found


async def test_postgresql_orders_text_by_its_bytes_as_sqlite_does(
    new_postgres: Callable[[], str],
) -> None:
    await database.connect(new_postgres())
    try:
        rows = await get_connection("default").execute_query_dict(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE collation_name = 'C'"
        )
    finally:
        await database.disconnect()
    by_bytes = {(row["table_name"], row["column_name"]) for row in rows}
    assert ordered_texts()
    assert ordered_texts() <= by_bytes


def test_a_migration_is_never_missing_from_the_line() -> None:
    numbers = [int(name[:4]) for name in NAMES]
    assert numbers == list(range(1, len(numbers) + 1))
    for name in NAMES:
        tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
        assert ast.get_docstring(tree) or name.startswith("0001"), name
