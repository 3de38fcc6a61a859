"""The parameters of one operation, as every transport carries them, read from untrusted bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

NAMES = ("query", "variables", "operationName", "extensions")

_QUERY_STRING_FIELDS_MAX = 20
JSON_DEPTH_MAX = 200
"""How many lists and objects may stand one within another in what a client sends as JSON. It is
ours, since the depth at which readers give up differs by reader and by version of Python."""
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
"""A string of JSON, to its end or to the text's: it is read once, whatever it holds."""


class BadParameters(Exception):
    """A request that names no operation; the message says what is wrong with it."""

    def __init__(self, message: str, code: str = "BAD_REQUEST") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Parameters:
    document: str
    variables: Mapping[str, Any]
    operation_name: str | None


def from_json(body: bytes) -> Parameters:
    """Reads a request's JSON body. Raises BadParameters."""
    if not body:
        raise BadParameters("The body is empty; it must be a JSON object with a query.")
    given = decoded(body)
    if isinstance(given, list):
        raise BadParameters(
            "Batches are not taken: send each operation in a request of its own.", "BATCH_REFUSED"
        )
    if not isinstance(given, dict):
        raise BadParameters("The body must be a JSON object with a query.")
    _refuse_repeated_names(body)
    return from_mapping(given)


def from_query_string(query_string: bytes) -> Parameters:
    """Reads a GET's parameters; variables and extensions are JSON. Raises BadParameters."""
    given: dict[str, Any] = {}
    for name, value in fields(query_string):
        if name not in NAMES:
            continue
        if name in given:
            raise BadParameters(f"{name} is there more than once.")
        given[name] = value
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = decoded(given[name].encode()) if given[name] else None
    return from_mapping(given)


def fields(query_string: bytes) -> list[tuple[str, str]]:
    """The names and values of a query string. Raises BadParameters where it is no UTF-8."""
    try:
        return parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_QUERY_STRING_FIELDS_MAX,
        )
    except UnicodeError as error:
        raise BadParameters("The query string is not UTF-8.") from error
    except ValueError as error:
        raise BadParameters(
            f"The query string has more than {_QUERY_STRING_FIELDS_MAX} fields."
        ) from error


def from_mapping(given: Mapping[str, Any]) -> Parameters:
    """Checks the parameters' types. Raises BadParameters."""
    document = given.get("query")
    if not isinstance(document, str):
        raise BadParameters("query must be a string with a GraphQL document.")
    operation_name = given.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise BadParameters("operationName must be a string or null.")
    variables = given.get("variables")
    if variables is not None and not isinstance(variables, dict):
        raise BadParameters("variables must be a JSON object or null.")
    extensions = given.get("extensions")
    if extensions is not None and not isinstance(extensions, dict):
        raise BadParameters("extensions must be a JSON object or null.")
    return Parameters(document, variables or {}, operation_name or None)


def decoded(text: bytes) -> Any:
    """Decodes JSON: strict UTF-8, no lone surrogates, bounded depth. Raises BadParameters."""
    if _is_deeper(text, JSON_DEPTH_MAX):
        raise BadParameters(f"This JSON is nested too deep: {JSON_DEPTH_MAX} levels are taken.")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadParameters("This is not JSON in UTF-8.") from error


def _is_deeper(text: bytes, depth_max: int) -> bool:
    """Whether brackets outside strings stand deeper within one another than `depth_max`."""
    if text.count(b"[") + text.count(b"{") <= depth_max:
        return False
    depth = 0
    for bracket in re.findall(rb"[\[\]{}]", _STRING.sub(b"", text)):
        depth += 1 if bracket in b"[{" else -1
        if depth > depth_max:
            return True
    return False


def _refuse_repeated_names(body: bytes) -> None:
    """Refuses an object that says a thing twice, since two readers may take different ones.

    Counting quoted names is enough to know that nothing is repeated, unless a name is escaped.
    """
    if b"\\u" not in body and all(body.count(b'"%b"' % name.encode()) < 2 for name in NAMES):
        return
    names = json.loads(body, object_pairs_hook=lambda pairs: [name for name, _ in pairs])
    repeated = sorted({name for name in NAMES if names.count(name) > 1})
    if repeated:
        raise BadParameters(f"{repeated[0]} is there more than once.")
