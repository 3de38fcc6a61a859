"""Every example document of the GraphiQL page does what its title says, on the demo data."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from resolvers.schema import printed
from tests.demonstration import serving_demo_data
from tests.examples import EXAMPLES, FOLDER, MUTATIONS, QUERIES, Example, read
from tests.wire.graph_socket import initialised
from tests.wire.running import Server

LINE_CHARACTERS_MAX = 80
TITLE_CHARACTERS_MAX = 40


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving_demo_data(tmp_path_factory.mktemp("examples")) as server:
        yield server


def by_name(example: Example) -> str:
    return example.name


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(printed())


@pytest.mark.parametrize("example", EXAMPLES, ids=by_name)
def test_an_example_is_valid(schema: GraphQLSchema, example: Example) -> None:
    assert validate(schema, parse(example.document)) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=by_name)
def test_an_example_has_a_title_and_fits_its_pane(example: Example) -> None:
    lines = example.document.splitlines()
    assert lines[0].startswith("# ")
    assert len(example.title) <= TITLE_CHARACTERS_MAX
    assert max(map(len, lines)) <= LINE_CHARACTERS_MAX


def test_no_variables_lie_about_without_their_document() -> None:
    documents = {path.stem for path in FOLDER.glob("*.graphql")}
    assert {path.stem for path in FOLDER.glob("*.json")} <= documents


def test_every_sub_process_has_its_examples() -> None:
    assert {example.name[0] for example in EXAMPLES} == {"1", "2", "3", "4", "5", "6"}


@pytest.mark.parametrize("example", QUERIES, ids=by_name)
def test_a_query_finds_something(demo: Server, example: Example) -> None:
    data = demo.answer(example.document, **example.variables)
    assert all(found != {"nodes": []} for found in data.values())
    assert all(found is not None for found in data.values())


@pytest.mark.parametrize("example", MUTATIONS, ids=by_name)
def test_a_mutation_changes_something(demo: Server, example: Example) -> None:
    (payload,) = demo.answer(example.document, **example.variables).values()
    assert payload.pop("errors") == []
    assert all(changed["id"] for changed in payload.values())


async def test_the_live_example_tells_of_a_complaint_that_is_recorded(demo: Server) -> None:
    live, record = read("52-live"), read("43-record-complaint")
    async with initialised(demo) as socket:
        await socket.subscribe("live", live.document)
        assert await socket.is_alive()
        payload = await asyncio.to_thread(demo.answer, record.document, **record.variables)
        change: dict[str, Any] = await socket.result()
    complaint = payload["recordComplaint"]["complaint"]
    assert change["complaint"]["reference"] == complaint["reference"]
    assert (change["from"], change["to"]) == (None, "RECEIVED")
