from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.wire.running import Server

JSON = "application/json"
RESPONSE_JSON = "application/graphql-response+json"
BODY_BYTES_MAX = 262_144
SUBSCRIPTION = "subscription { complaintStatusChanged { cursor } }"


def error_of(response: httpx.Response) -> dict[str, Any]:
    """The one error of an answer, which must be in GraphQL's form and have no data."""
    assert response.headers["content-type"] in {
        f"{JSON}; charset=utf-8",
        f"{RESPONSE_JSON}; charset=utf-8",
    }
    body = response.json()
    assert set(body) == {"errors"}
    (error,) = body["errors"]
    assert error["message"]
    assert "Traceback" not in response.text
    assert error["extensions"]["code"]
    return dict(error)


def test_a_query_by_post_is_answered_in_json(sqlite_server: Server) -> None:
    response = sqlite_server.post({"query": "{ __typename }"})
    assert response.status_code == 200
    assert response.json()["data"] == {"__typename": "Query"}
    assert response.headers["content-type"] == f"{JSON}; charset=utf-8"


def test_every_answer_carries_the_security_headers(sqlite_server: Server) -> None:
    for path in ("/graphql?query={__typename}", "/graphql", "/nowhere", "/health/live"):
        headers = httpx.get(sqlite_server.origin + path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON])
def test_the_answer_is_in_the_type_that_was_asked_for(sqlite_server: Server, accept: str) -> None:
    response = sqlite_server.post({"query": "{ __typename }"}, headers={"accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (
        200,
        f"{accept}; charset=utf-8",
    )


@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (RESPONSE_JSON, 400)])
@pytest.mark.parametrize(
    "document",
    ["{", "", "{ nothingOfThatName }", "query A { __typename } query B { __typename }"],
)
def test_a_refused_document_is_400_only_where_the_type_says_that_it_is_graphql(
    sqlite_server: Server, document: str, accept: str, status: int
) -> None:
    response = sqlite_server.post({"query": document}, headers={"accept": accept})
    assert response.status_code == status
    assert set(response.json()) == {"errors"}


def test_what_no_media_type_of_ours_suits_is_406(sqlite_server: Server) -> None:
    response = sqlite_server.post({"query": "{ __typename }"}, headers={"accept": "image/png"})
    assert response.status_code == 406
    assert error_of(response)["extensions"]["code"] == "NOT_ACCEPTABLE"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"1",
        b'"x"',
        b"[]",
        b"{",
        b"\xff\xfe\x00",
        b'{"query":"\\ud800"}',
        b"[" * 200_000,
        b'{"query":1}',
        b'{"query":"{__typename}","variables":[]}',
        b'{"query":"{__typename}","extensions":"x"}',
        b'{"query":"{__typename}","query":"{__typename}"}',
    ],
)
def test_a_body_that_is_no_operation_is_400_in_graphqls_form(
    sqlite_server: Server, body: bytes
) -> None:
    response = sqlite_server.post(content=body, headers={"content-type": JSON})
    assert response.status_code == 400
    error_of(response)


def test_a_batch_is_refused_by_name(sqlite_server: Server) -> None:
    response = sqlite_server.post([{"query": "{ __typename }"}])
    assert response.status_code == 400
    assert error_of(response)["extensions"]["code"] == "BATCH_REFUSED"


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=latin-1",
        "application/jsonp",
    ],
)
def test_a_body_of_another_type_is_415_so_that_no_form_can_act(
    sqlite_server: Server, content_type: str | None
) -> None:
    headers = {"content-type": content_type} if content_type else {}
    response = sqlite_server.post(content=b'{"query":"{__typename}"}', headers=headers)
    assert response.status_code == 415
    assert error_of(response)["extensions"]["code"] == "UNSUPPORTED_MEDIA_TYPE"


def test_a_compressed_body_is_415(sqlite_server: Server) -> None:
    headers = {"content-type": JSON, "content-encoding": "gzip"}
    assert sqlite_server.post(content=b"x", headers=headers).status_code == 415


def body_of(size_bytes: int) -> bytes:
    head, tail = b'{"query":"{ __typename }","extensions":{"padding":"', b'"}}'
    return head + b"x" * (size_bytes - len(head) - len(tail)) + tail


def test_a_body_at_the_bound_is_taken(sqlite_server: Server) -> None:
    response = sqlite_server.post(content=body_of(BODY_BYTES_MAX), headers={"content-type": JSON})
    assert response.status_code == 200


@pytest.mark.parametrize("size_bytes", [BODY_BYTES_MAX + 1, 2_000_000])
@pytest.mark.parametrize("is_chunked", [True, False])
def test_a_body_beyond_the_bound_is_413_with_the_bound(
    sqlite_server: Server, size_bytes: int, is_chunked: bool
) -> None:
    body = body_of(size_bytes)

    def chunks() -> Iterator[bytes]:
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    response = sqlite_server.post(
        content=chunks() if is_chunked else body, headers={"content-type": JSON}
    )
    assert response.status_code == 413
    assert error_of(response)["extensions"] == {"code": "BODY_TOO_LARGE", "limit": BODY_BYTES_MAX}


def test_a_query_by_get_is_answered(sqlite_server: Server) -> None:
    response = httpx.get(
        sqlite_server.url,
        params={
            "query": "query ($of: String!) { __type(name: $of) { name } }",
            "variables": json.dumps({"of": "Query"}),
        },
    )
    assert response.json()["data"] == {"__type": {"name": "Query"}}


@pytest.mark.parametrize(
    "query_string",
    [
        "query={__typename}&query={__typename}",
        "query={__typename}&variables=[]",
        "query=%ff",
        "",
        "quer={__typename}",
    ],
)
def test_a_get_that_is_no_operation_is_400(sqlite_server: Server, query_string: str) -> None:
    response = httpx.get(f"{sqlite_server.url}?{query_string}")
    assert response.status_code == 400
    error_of(response)


@pytest.mark.parametrize("accept", [JSON, RESPONSE_JSON, "*/*"])
def test_a_mutation_by_get_is_405_and_says_what_is_allowed(
    sqlite_server: Server, accept: str
) -> None:
    response = httpx.get(
        sqlite_server.url, params={"query": "mutation { __typename }"}, headers={"accept": accept}
    )
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert error_of(response)["extensions"]["code"] == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_another_method_is_405(sqlite_server: Server, method: str) -> None:
    response = httpx.request(method, sqlite_server.url)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")
    error_of(response)


@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (RESPONSE_JSON, 400)])
def test_a_subscription_without_a_stream_is_told_where_to_go(
    sqlite_server: Server, accept: str, status: int
) -> None:
    response = sqlite_server.post({"query": SUBSCRIPTION}, headers={"accept": accept})
    assert response.status_code == status
    error = error_of(response)
    assert error["extensions"]["code"] == "SUBSCRIPTION_NEEDS_STREAM"
    assert "WebSocket" in error["message"]
    assert "Server-Sent Events" in error["message"]


def test_a_browser_gets_the_page_and_a_client_does_not(sqlite_server: Server) -> None:
    browser = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    page = httpx.get(sqlite_server.url, headers=browser)
    assert page.headers["content-type"].startswith("text/html")
    asked = httpx.get(sqlite_server.url, params={"query": "{ __typename }"}, headers=browser)
    assert asked.headers["content-type"] == f"{JSON}; charset=utf-8"


@pytest.mark.parametrize(("header", "expected"), [("es-MX, en;q=0.5", "es"), ("fr", "en")])
def test_the_answer_says_which_language_it_is_in(
    sqlite_server: Server, header: str, expected: str
) -> None:
    response = sqlite_server.post({"query": "{ __typename }"}, headers={"accept-language": header})
    assert response.headers["content-language"] == expected
    assert response.headers["vary"] == "Accept, Accept-Language"


def test_a_path_that_is_not_there_is_404_in_graphqls_form(sqlite_server: Server) -> None:
    response = httpx.get(f"{sqlite_server.origin}/nowhere")
    assert response.status_code == 404
    assert error_of(response)["extensions"]["code"] == "NOT_FOUND"


def test_the_schema_can_be_read(sqlite_server: Server) -> None:
    response = httpx.get(f"{sqlite_server.origin}/schema.graphql")
    assert response.status_code == 200
    assert "type Query" in response.text


def test_health_says_that_the_server_lives_and_is_ready(sqlite_server: Server) -> None:
    assert httpx.get(f"{sqlite_server.origin}/health/live").json() == {"status": "live"}
    assert httpx.get(f"{sqlite_server.origin}/health/ready").json() == {
        "status": "ready",
        "mode": "demo",
        "database": "ok",
        "migrations": "applied",
    }
