"""Answers as they leave: whole bodies with their headers, and every error in GraphQL's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from api.negotiation import JSON, RESPONSE_JSON
from resolvers.engine.operation import guarded
from resolvers.engine.replies import Answer

RawHeaders = tuple[tuple[bytes, bytes], ...]

SECURITY_HEADERS: Mapping[str, str] = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
}
"""What every answer carries that is no page of ours."""

_RETRY_AFTER_SECONDS = 1
_RETRY: RawHeaders = ((b"retry-after", str(_RETRY_AFTER_SECONDS).encode()),)


class Reply(Response):
    """A whole answer whose headers are ready as they go out."""

    def __init__(self, status: int, body: bytes, headers: RawHeaders) -> None:
        self.status_code = status
        self.body = body
        self.background = None
        self.raw_headers = [*headers, (b"content-length", str(len(body)).encode())]


def headers(extra: Mapping[str, str]) -> RawHeaders:
    """The headers of an answer that nobody may keep: the security headers and `extra`."""
    named = {**SECURITY_HEADERS, "cache-control": "no-store", **extra}
    return tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in named.items())


_GRAPH_HEADERS = {
    (media_type, locale): headers(
        {
            "content-type": f"{media_type}; charset=utf-8",
            "content-language": locale,
            "vary": "Accept, Accept-Language",
        }
    )
    for media_type in (JSON, RESPONSE_JSON)
    for locale in ("en", "es")
}


def graph_reply(
    status: int, body: bytes, *, media_type: str, locale: str, more: RawHeaders = ()
) -> Reply:
    """An answer of the graph in the JSON type and language that were settled on."""
    return Reply(status, body, _GRAPH_HEADERS[media_type, locale] + more)


def answer_reply(answer: Answer, *, media_type: str, locale: str) -> Reply:
    """A whole answer of the graph, with the status that tells how it went.

    A refusal is 400 where the media type says that it is GraphQL's, and 200 where it is plain
    JSON; a database that is away is 503, to be tried again. A failure of ours is 200 with null
    data, for something may have been executed.
    """
    status, body = 200, answer.body
    more: RawHeaders = ()
    if answer.is_refused:
        code = orjson.loads(body)["errors"][0]["extensions"]["code"]
        if code == "UNAVAILABLE":
            status, more = 503, _RETRY
        elif code == "INTERNAL":
            body = b'{"data":null,' + body[1:]
        elif media_type == RESPONSE_JSON:
            status = 400
    return graph_reply(status, body, media_type=media_type, locale=locale, more=more)


def json_reply(status: int, body: bytes, **extra: str) -> Reply:
    """An answer in JSON with more headers, their names written with underscores."""
    named = {name.replace("_", "-"): value for name, value in extra.items()}
    return Reply(status, body, headers({"content-type": f"{JSON}; charset=utf-8", **named}))


def error_body(message: str, code: str, **extensions: Any) -> bytes:
    """One error in GraphQL's form, without data: nothing was executed."""
    return orjson.dumps(
        {"errors": [{"message": message, "extensions": {"code": code, **extensions}}]}
    )


async def failure(error: Exception) -> Answer:
    """What may be told of a failure of ours; the graph knows which may be tried again."""

    async def failed() -> Answer:
        raise error

    return await guarded(failed)
