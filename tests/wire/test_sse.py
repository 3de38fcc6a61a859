from __future__ import annotations

import httpx
import pytest

from tests.wire import event_stream
from tests.wire.event_stream import STREAM, EventStream, SentEvent
from tests.wire.running import Server
from tests.wire.story import STATUS_CHANGES, Story

JSON = "application/json"
EVERYTHING_THAT_URQL_ACCEPTS = (
    f"application/graphql-response+json, application/graphql+json, {JSON},"
    f" {STREAM}, multipart/mixed"
)
COMPLETE = SentEvent("complete", None)


async def test_a_query_for_which_only_a_stream_is_accepted_is_one_result(
    sqlite_server: Server,
) -> None:
    async with event_stream.opened(sqlite_server, "{ __typename }") as stream:
        result, complete = await stream.rest()
    assert (result.name, result.data["data"]) == ("next", {"__typename": "Query"})
    assert complete == COMPLETE


def test_a_query_is_answered_in_json_where_a_stream_is_one_type_of_many(
    sqlite_server: Server,
) -> None:
    response = sqlite_server.post(
        {"query": "{ __typename }"}, headers={"accept": EVERYTHING_THAT_URQL_ACCEPTS}
    )
    assert response.headers["content-type"].startswith("application/graphql-response+json")
    assert response.json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize("accept", [STREAM, EVERYTHING_THAT_URQL_ACCEPTS])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_subscription_streams_by_get_and_by_post(
    sqlite_server: Server, method: str, accept: str
) -> None:
    story = Story(sqlite_server)
    head = story.head()
    story.change()
    headers = {"accept": accept}
    async with httpx.AsyncClient(timeout=30) as client:
        if method == "GET":
            variables = httpx.QueryParams({"variables": f'{{"after":"{head}"}}'})
            params = {"query": STATUS_CHANGES, **variables}
            asking = client.stream(method, sqlite_server.url, params=params, headers=headers)
        else:
            body = {"query": STATUS_CHANGES, "variables": {"after": head}}
            asking = client.stream(method, sqlite_server.url, json=body, headers=headers)
        async with asking as response:
            assert response.headers["content-type"] == f"{STREAM}; charset=utf-8"
            (result,) = await EventStream(response).results(1)
    assert result["cursor"] == story.head()


@pytest.mark.parametrize("document", ["{", "{ nothingOfThatName }"])
async def test_a_refusal_comes_as_an_event_since_browsers_show_no_error_status(
    sqlite_server: Server, document: str
) -> None:
    async with event_stream.opened(sqlite_server, document) as stream:
        assert stream.response.status_code == 200
        refused, complete = await stream.rest()
    assert refused.name == "next"
    assert set(refused.data) == {"errors"}
    assert complete == COMPLETE


async def test_a_cursor_that_is_none_is_refused_in_the_stream(sqlite_server: Server) -> None:
    async with event_stream.opened(sqlite_server, STATUS_CHANGES, after="nonsense") as stream:
        refused, complete = await stream.rest()
    assert refused.data["errors"][0]["extensions"]["code"] == "CURSOR_INVALID"
    assert complete == COMPLETE


def test_a_mutation_by_get_is_405_for_a_stream_too(sqlite_server: Server) -> None:
    response = httpx.get(
        sqlite_server.url, params={"query": "mutation { __typename }"}, headers={"accept": STREAM}
    )
    assert response.status_code == 405
    assert response.headers["content-type"].startswith(JSON)


def test_a_malformed_request_for_a_stream_is_400_in_json(sqlite_server: Server) -> None:
    response = sqlite_server.post({"query": 1}, headers={"accept": STREAM})
    assert response.status_code == 400
    assert response.json()["errors"]
