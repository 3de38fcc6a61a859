"""Databases as they landed, with rows in every table: brought forward, none of it is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.migrations.executor import MigrationTarget
from tortoise.migrations.operations import CreateModel

from models import database, events
from models.events import Event
from resolvers.schema import GRAPH
from tests.business.snapshots import rows
from tests.conftest import BACKENDS, migrate
from tests.graph.asking import Graph, member
from tests.house.landed.states import LANDED, postgres_of, sqlite_of
from tests.house.test_migrations import (
    NAMES,
    SQLITE_TEXT_INDEX,
    executor,
    missing_indexes,
    tables,
)
from tests.postgres import Postgres

RESIZED: dict[str, set[str]] = {"0005_events_rewritten": {"event_reason"}}
"""The tables, by migration, that it gives another number of rows, or takes away."""
PAGE = "(first: 5)"

Stores = Callable[[str, str, bool], str]


@pytest.fixture(scope="session")
def stored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Stores:
    """Gives the URL of a state on a backend, as it landed or brought forward; it is copied only."""

    @cache
    def store(state: str, backend: str, is_forward: bool) -> str:
        if backend == "sqlite":
            file = tmp_path_factory.mktemp("landed") / f"{state}.sqlite3"
            file.write_bytes(sqlite_of(state))
            url = f"sqlite://{file}"
        else:
            server: Postgres = request.getfixturevalue("postgres")
            url = server.create(like=store(state, backend, False) if is_forward else None)
            if not is_forward:
                server.run(url, postgres_of(state))
        if is_forward:
            migrate(url)
        return url

    return store


@pytest.fixture(params=[(state, backend) for state in LANDED for backend in BACKENDS], ids="-".join)
def place(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A state, and the backend that it is on."""
    found: tuple[str, str] = request.param
    return found


def copied(
    request: pytest.FixtureRequest, stored: Stores, place: tuple[str, str], *, is_forward: bool
) -> str:
    url = stored(place[0], place[1], is_forward)
    if database.is_postgres(url):
        server: Postgres = request.getfixturevalue("postgres")
        return server.create(like=url)
    file: Path = request.getfixturevalue("tmp_path") / "landed.sqlite3"
    file.write_bytes(Path(database.sqlite_path(url)).read_bytes())
    return f"sqlite://{file}"


@pytest.fixture
async def landed(
    request: pytest.FixtureRequest, stored: Stores, place: tuple[str, str]
) -> AsyncIterator[tuple[str, BaseDBAsyncClient]]:
    """The URL of a database as it landed, and a connection to it."""
    url = copied(request, stored, place, is_forward=False)
    await database.connect(url)
    try:
        yield url, get_connection("default")
    finally:
        await database.disconnect()


@pytest.fixture
async def forward(
    request: pytest.FixtureRequest, stored: Stores, place: tuple[str, str]
) -> AsyncIterator[tuple[str, BaseDBAsyncClient]]:
    """The URL of a landed database that has every migration, and a connection to it."""
    url = copied(request, stored, place, is_forward=True)
    await database.connect(url)
    try:
        yield url, get_connection("default")
    finally:
        await database.disconnect()


async def counts(db: BaseDBAsyncClient) -> dict[str, int]:
    """How many rows each table of ours has."""
    found = {}
    for name in await tables(db):
        if "migration" not in name and not name.startswith(SQLITE_TEXT_INDEX):
            (row,) = await db.execute_query_dict(f'SELECT COUNT(*) AS rows FROM "{name}"')
            found[name] = row["rows"]
    return found


def test_the_newest_landed_state_is_of_a_migration_that_there_is() -> None:
    assert LANDED
    assert set(LANDED) <= {name.partition("_")[0] for name in NAMES}


async def test_what_is_missing_is_applied_and_no_row_is_lost(
    landed: tuple[str, BaseDBAsyncClient], place: tuple[str, str]
) -> None:
    url, db = landed
    missing = [name for name in NAMES if name.partition("_")[0] > place[0]]
    before = await counts(db)
    assert all(before.values()), before
    assert await database.unapplied(url) == missing
    assert await database.migrate(url) == missing
    resized = set().union(*(RESIZED.get(name, set()) for name in missing))
    after = await counts(db)
    for name in before.keys() - resized:
        assert after.get(name) == before[name], name


def made_since(state: str) -> set[str]:
    """The models whose tables came after a state, by migrations that do nothing but make tables."""
    found: set[str] = set()
    for name in NAMES:
        operations = import_module(f"models.migrations.{name}").Migration.operations
        if name.partition("_")[0] > state and all(isinstance(o, CreateModel) for o in operations):
            found |= {operation.name for operation in operations}
    return found


async def test_every_row_of_every_table_is_read_with_its_indexes_there(
    forward: tuple[str, BaseDBAsyncClient], place: tuple[str, str]
) -> None:
    _, db = forward
    assert await missing_indexes(db) == []
    still_empty = made_since(place[0])
    for name, model in Tortoise.apps["models"].items():
        assert bool(await model.all()) is (name not in still_empty), name
    assert {event.kind for event in await Event.all()} <= set(events.KINDS)


async def rows_but_for_salts() -> Any:
    """All rows; personal values of events by what they are of, as each writing salts them anew."""
    found: Any = await rows()
    values = found.pop("EventValue").values()
    return found, {(row["seq"], row["name"]): row["value"] for row in values}


async def test_going_back_to_the_state_and_forward_again_changes_no_row(
    forward: tuple[str, BaseDBAsyncClient], place: tuple[str, str]
) -> None:
    url, _ = forward
    before = await rows_but_for_salts()
    (name,) = (name for name in NAMES if name.startswith(place[0]))
    await executor(url).migrate([MigrationTarget("models", name)])
    await database.migrate(url)
    assert await rows_but_for_salts() == before


def is_asked_for(field: GraphQLField) -> bool:
    """Whether the field may be asked for without knowing more than a page's size."""
    return not any(is_required_argument(a) for name, a in field.args.items() if name != "first")


def selections(type_: Any, depth: int) -> Iterator[str]:
    """Selections of a type: all its plain values, then these of each object below, one by one."""
    if not isinstance(type_, GraphQLObjectType):
        for member_type in GRAPH.get_possible_types(type_):
            for each in selections(member_type, depth):
                yield f"... on {member_type.name} {{ {each} }}"
        return
    asked = {name: field for name, field in type_.fields.items() if is_asked_for(field)}
    plain = [name for name, field in asked.items() if is_leaf_type(get_named_type(field.type))]
    yield " ".join(["__typename", *plain])
    for name, field in asked.items():
        below = get_named_type(field.type)
        left = depth if name == "nodes" else depth - 1
        if is_leaf_type(below) or name == "edges" or left < 0:
            continue
        for each in selections(below, left):
            yield f"{name}{PAGE if 'first' in field.args else ''} {{ {each} }}"


def documents() -> Iterator[str]:
    """Each list of the schema with all plain values, and of what is in it each object."""
    assert GRAPH.query_type is not None
    for name, field in GRAPH.query_type.fields.items():
        if is_asked_for(field) and "first" in field.args:
            for each in selections(get_named_type(field.type), 1):
                yield f"{{ {name}{PAGE} {{ {each} }} }}"


async def newest(graph: Graph) -> None:
    """Brings the graph's time behind what has happened."""
    last = await Event.all().order_by("-occurred_at").first()
    assert last is not None
    graph.now = last.occurred_at
    graph.later(hours=1)


async def test_every_list_of_the_graph_answers_with_all_its_values(
    forward: tuple[str, BaseDBAsyncClient],
) -> None:
    graph = Graph()
    await newest(graph)
    asked = list(documents())
    assert len(asked) > len(Tortoise.apps["models"])
    for document in asked:
        assert await graph.read(document)


async def test_mutations_go_on_where_the_database_left_off(
    forward: tuple[str, BaseDBAsyncClient],
) -> None:
    graph = Graph()
    await newest(graph)
    graph.viewer = member("staff_1")
    found = await graph.read(
        """{ investigating: complaints(first: 1, filter: {status: [INVESTIGATING]}) { nodes { id } }
        closed: complaints(first: 1, filter: {status: [RESOLVED]}) { nodes { id } }
        customers(first: 1) { nodes { id contacts(first: 1) { nodes { id } } } } }"""
    )
    ((one,), (other,), (customer,)) = (found[name]["nodes"] for name in found)
    await graph.do("resolveComplaint", complaintId=one["id"], kind="EXPLAINED", summary="So.")
    await graph.do("closeComplaint", complaintId=one["id"])
    await graph.do("reopenComplaint", complaintId=other["id"], reason="Again.")
    await graph.do("commentOnComplaint", complaintId=other["id"], body="So.", visibility="CUSTOMER")
    await graph.do("eraseContact", contactId=customer["contacts"]["nodes"][0]["id"])
    await graph.do("registerCustomer", name="The next one", timeZone="UTC")
