from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from tests.wire.graph_socket import initialised, opened
from tests.wire.running import Server, serving

SUBSCRIPTION = "subscription { complaintStatusChanged { cursor } }"
FRAME_BYTES_MAX = 262_144
OPERATIONS_MAX = 100


@pytest.fixture(scope="module")
def impatient_server(
    new_sqlite: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server that waits for an initialisation no longer than a second."""
    folder = tmp_path_factory.mktemp("impatient")
    with serving(new_sqlite(folder), folder, init_timeout_seconds=1) as server:
        yield server


def subscribe(**more: Any) -> dict[str, Any]:
    return {"id": "1", "type": "subscribe", "payload": {"query": "{ __typename }"}} | more


async def test_another_subprotocol_closes_with_4406(sqlite_server: Server) -> None:
    async with opened(sqlite_server, subprotocol="graphql-ws") as socket:
        code, reason = await socket.closed()
    assert code == 4406
    assert "graphql-transport-ws" in reason


async def test_queries_and_mutations_are_answered_and_completed(sqlite_server: Server) -> None:
    async with initialised(sqlite_server) as socket:
        query = await socket.answer("{ __typename }")
        mutation = await socket.answer("mutation { __typename }")
    assert query["data"] == {"__typename": "Query"}
    assert mutation["data"] == {"__typename": "Mutation"}


async def test_variables_and_the_operations_name_come_through(sqlite_server: Server) -> None:
    payload = {
        "query": "query A($of: String!) { __type(name: $of) { name } } query B { __typename }",
        "variables": {"of": "Query"},
        "operationName": "A",
        "extensions": {"any": 1},
    }
    async with initialised(sqlite_server) as socket:
        await socket.send(subscribe(payload=payload))
        message = await socket.receive()
    assert message["payload"]["data"] == {"__type": {"name": "Query"}}


async def test_pings_are_answered_before_and_after_the_initialisation(
    sqlite_server: Server,
) -> None:
    async with opened(sqlite_server) as socket:
        assert await socket.is_alive()
        await socket.send({"type": "pong", "payload": {"any": "thing"}})
        await socket.initialise()
        assert await socket.is_alive()


async def test_no_initialisation_in_time_closes_with_4408(impatient_server: Server) -> None:
    async with initialised(impatient_server) as early, opened(impatient_server) as late:
        assert (await late.closed())[0] == 4408
        assert await early.is_alive()


async def test_a_second_initialisation_closes_with_4429(sqlite_server: Server) -> None:
    async with initialised(sqlite_server) as socket:
        await socket.send({"type": "connection_init"})
        assert (await socket.closed())[0] == 4429


async def test_a_subscribe_before_the_initialisation_closes_with_4401(
    sqlite_server: Server,
) -> None:
    async with opened(sqlite_server) as socket:
        await socket.send(subscribe())
        assert await socket.closed() == (4401, "Unauthorized")


async def test_an_id_that_is_in_use_closes_with_4409(sqlite_server: Server) -> None:
    async with initialised(sqlite_server) as socket:
        await socket.subscribe("same", SUBSCRIPTION)
        await socket.subscribe("same", SUBSCRIPTION)
        assert await socket.closed() == (4409, "Subscriber for same already exists")


async def test_a_reason_is_cut_to_what_a_close_frame_holds(sqlite_server: Server) -> None:
    operation_id = "ñ" * 255
    async with initialised(sqlite_server) as socket:
        await socket.subscribe(operation_id, SUBSCRIPTION)
        await socket.subscribe(operation_id, SUBSCRIPTION)
        code, reason = await socket.closed()
    assert code == 4409
    assert reason.startswith("Subscriber for ñ")


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "nonsense",
        "{",
        b"\x00\x01",
        b'{"type":"ping"}',
        "[]",
        "null",
        "1",
        '"ping"',
        "NaN",
        "[" * 100_000,
        '{"type":"ping","payload":"\\ud800"}',
        {},
        {"type": None},
        {"type": 1},
        {"type": ["ping"]},
        {"type": "start"},
        {"type": "next", "id": "1", "payload": {}},
        {"type": "connection_ack"},
        {"type": "ping", "payload": 1},
        {"type": "connection_init", "payload": []},
        {"type": "complete"},
        {"type": "complete", "id": 1},
        {"type": "subscribe"},
        {"type": "subscribe", "payload": {"query": "{ __typename }"}},
        subscribe(id=""),
        subscribe(id=1),
        subscribe(id=None),
        subscribe(id="x" * 256),
        subscribe(payload=None),
        subscribe(payload=[]),
        subscribe(payload="{ __typename }"),
        subscribe(payload={}),
        subscribe(payload={"query": None}),
        subscribe(payload={"query": 1}),
        subscribe(payload={"query": "{ __typename }", "variables": []}),
        subscribe(payload={"query": "{ __typename }", "variables": "{}"}),
        subscribe(payload={"query": "{ __typename }", "operationName": 1}),
        subscribe(payload={"query": "{ __typename }", "extensions": 1}),
        subscribe(payload={"query": "x" * FRAME_BYTES_MAX}),
    ],
    ids=lambda frame: str(frame)[:60],
)
async def test_a_frame_that_breaks_the_protocol_closes_with_4400_and_a_reason(
    sqlite_server: Server, frame: Any
) -> None:
    async with initialised(sqlite_server) as socket:
        await socket.send(frame)
        code, reason = await socket.closed()
    assert code == 4400
    assert reason


async def test_a_frame_at_the_bound_is_taken(sqlite_server: Server) -> None:
    head = '{"id":"1","type":"subscribe","payload":{"query":"{ __typename }","extensions":{"x":"'
    tail = '"}}}'
    frame = head + "x" * (FRAME_BYTES_MAX - len(head) - len(tail)) + tail
    async with initialised(sqlite_server) as socket:
        await socket.send(frame)
        assert (await socket.receive())["type"] == "next"


@pytest.mark.parametrize(
    "document",
    ["{", "{ nothingOfThatName }", "query A { __typename } query B { __typename }"],
)
async def test_a_refused_operation_is_an_error_and_the_others_live_on(
    sqlite_server: Server, document: str
) -> None:
    async with initialised(sqlite_server) as socket:
        await socket.subscribe("living", SUBSCRIPTION)
        await socket.subscribe("refused", document)
        message = await socket.receive()
        assert (message["id"], message["type"]) == ("refused", "error")
        assert message["payload"][0]["message"]
        assert await socket.is_alive()
        await socket.subscribe("refused", "{ __typename }")
        assert (await socket.receive())["payload"]["data"] == {"__typename": "Query"}


async def test_an_id_is_free_again_after_the_client_completes_it(sqlite_server: Server) -> None:
    async with initialised(sqlite_server) as socket:
        for _ in range(3):
            await socket.subscribe("again", SUBSCRIPTION)
            await socket.send({"id": "again", "type": "complete"})
        assert await socket.is_alive()


async def test_completing_what_is_unknown_is_no_fault(sqlite_server: Server) -> None:
    async with initialised(sqlite_server) as socket:
        await socket.send({"id": "unknown", "type": "complete"})
        assert await socket.is_alive()


async def test_one_operation_more_than_the_bound_is_an_error(sqlite_server: Server) -> None:
    async with initialised(sqlite_server) as socket:
        for number in range(OPERATIONS_MAX):
            await socket.subscribe(str(number), SUBSCRIPTION)
        assert await socket.is_alive()
        await socket.subscribe("more", SUBSCRIPTION)
        message = await socket.receive()
        assert (message["id"], message["type"]) == ("more", "error")
        assert message["payload"][0]["extensions"] == {
            "code": "LIMIT_EXCEEDED",
            "limit": OPERATIONS_MAX,
        }
        await socket.send({"id": "0", "type": "complete"})
        assert (await socket.answer("{ __typename }"))["data"] == {"__typename": "Query"}


async def test_a_page_of_another_site_opens_no_socket(sqlite_server: Server) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with opened(sqlite_server, origin="https://elsewhere.example"):
            pass
    assert refused.value.response.status_code == 403


async def test_our_own_page_opens_a_socket(sqlite_server: Server) -> None:
    async with initialised(sqlite_server, origin=sqlite_server.origin) as socket:
        assert await socket.is_alive()
