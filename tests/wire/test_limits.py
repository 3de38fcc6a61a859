"""The settings of the limits reach what they limit, over HTTP and over sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.wire.graph_socket import initialised, opened
from tests.wire.running import Server, serving

BODY_BYTES_MAX = 2_000
LIMITS = {
    "document_bytes_max": 500,
    "tokens_max": 100,
    "depth_max": 3,
    "aliases_max": 2,
    "directives_max": 2,
    "cost_max": 30,
    "list_items_max": 3,
}
BEYOND = {
    "document_bytes_max": "{ __typename } #" + "x" * 500,
    "tokens_max": "{ __typename " + "x " * 100 + "}",
    "depth_max": "{ customers { nodes { relationshipManager { name } } } }",
    "aliases_max": "{ a: __typename b: __typename c: __typename }",
    "directives_max": "{ __typename" + " @include(if: true) @skip(if: false)" * 2 + " }",
    "cost_max": "{ customers(first: 100) { nodes { name } } }",
    "list_items_max": '{ nodes(ids: ["a", "b", "c", "d"]) { id } }',
}


@pytest.fixture(scope="module")
def strict_server(
    new_sqlite: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server with small limits, where nobody may ask for the schema."""
    folder = tmp_path_factory.mktemp("strict")
    settings = LIMITS | {"body_bytes_max": BODY_BYTES_MAX, "introspection": 0}
    with serving(new_sqlite(folder), folder, **settings) as server:
        yield server


@pytest.mark.parametrize("name", LIMITS)
def test_a_document_beyond_a_limit_is_refused_with_the_limit(
    strict_server: Server, name: str
) -> None:
    body = strict_server.post({"query": BEYOND[name]}).json()
    assert "data" not in body
    assert body["errors"][0]["extensions"] == {"code": "LIMIT_EXCEEDED", "limit": LIMITS[name]}


def test_the_bound_of_a_body_is_the_settings(strict_server: Server) -> None:
    response = strict_server.post({"query": "x" * BODY_BYTES_MAX})
    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"]["limit"] == BODY_BYTES_MAX


async def test_the_bound_of_a_frame_is_the_settings(strict_server: Server) -> None:
    async with opened(strict_server) as socket:
        await socket.send('{"type":"ping"}' + " " * BODY_BYTES_MAX)
        assert await socket.closed() == (4400, f"A message is at most {BODY_BYTES_MAX} bytes")


def test_introspection_can_be_switched_off(strict_server: Server) -> None:
    body = strict_server.post({"query": '{ __type(name: "Query") { name } }'}).json()
    assert "data" not in body
    assert body["errors"]


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "This object does not exist, or you may not see it."),
        ("es-MX", "Este objeto no existe, o usted no puede verlo."),
    ],
)
async def test_people_are_told_in_their_language_over_http_and_over_sockets(
    strict_server: Server, language: str, message: str
) -> None:
    document = """
    mutation { resumeComplaint(input: {complaintId: "complaint_999"}) { errors { message } } }
    """
    headers = {"accept-language": language}
    posted = strict_server.post({"query": document}, headers=headers).json()
    async with initialised(strict_server, additional_headers=headers) as socket:
        sent = await socket.answer(document)
    assert posted["data"] == sent["data"] == {"resumeComplaint": {"errors": [{"message": message}]}}
