"""What goes out: an answer's bytes, and errors in the form that GraphQL prescribes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLError


@dataclass(frozen=True)
class Answer:
    """A whole response. A refused one was not executed and has no data."""

    body: bytes
    is_refused: bool = False


def refused(errors: Sequence[dict[str, Any]]) -> Answer:
    """An answer with nothing but errors."""
    return Answer(orjson.dumps({"errors": list(errors)}), is_refused=True)


def error(code: str, message: str, **more: Any) -> dict[str, Any]:
    """One error as clients get it."""
    return {"message": message, "extensions": {"code": code, **more}}


def of_graphql(code: str, fault: GraphQLError) -> dict[str, Any]:
    """An error that parsing or validation found."""
    found = error(code, fault.message)
    if fault.locations:
        found["locations"] = [
            {"line": place.line, "column": place.column} for place in fault.locations
        ]
    return found


def data(
    parts: Sequence[tuple[str, bytes]],
    cost: int,
    cost_max: int,
    failures: Sequence[dict[str, Any]] = (),
) -> Answer:
    """An answer of root fields in the document's order, with their JSON unchanged.

    `failures` are the errors of those that answer null; if all failed there is no data.
    """
    if failures and len(failures) == len(parts):
        return refused(failures)
    body = b",".join(b'"%b":%b' % (key.encode(), value) for key, value in parts)
    extensions = b'"extensions":{"cost":{"estimate":%d,"limit":%d}}' % (cost, cost_max)
    errors = b'"errors":%b,' % orjson.dumps(list(failures)) if failures else b""
    return Answer(b'{%b"data":{%b},%b}' % (errors, body, extensions))
