"""The scalars of the graph: how each is written, and what is refused."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any, NewType

from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition, scalar

CHARACTERS_MAX = 64
_YEARS = (1899, 3000)
"""Instants and days must be in these years."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Cursor = NewType("Cursor", str)
EmailAddress = NewType("EmailAddress", str)
TimeZone = NewType("TimeZone", str)
Locale = NewType("Locale", str)
JSON = NewType("JSON", object)


def _instant(value: Any) -> datetime:
    """An instant with its offset, to the millisecond; years 1900 to 2999."""
    if isinstance(value, str) and len(value) <= CHARACTERS_MAX:
        try:
            found = datetime.fromisoformat(value)
            if found.tzinfo is not None and _YEARS[0] < found.year < _YEARS[1]:
                utc = found.astimezone(UTC)
                return utc.replace(microsecond=utc.microsecond // 1000 * 1000)
        except (ValueError, OverflowError):
            pass
    raise GraphQLError(
        "An instant looks like 2026-03-29T09:00:00+02:00, with an offset; the year must be 1900 "
        "to 2999."
    )


def _day(value: Any) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            found = date.fromisoformat(value)
            if _YEARS[0] < found.year < _YEARS[1]:
                return found
        except ValueError:
            pass
    raise GraphQLError("A day looks like 2026-03-29; the year must be 1900 to 2999.")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise GraphQLError("This must be a string.")


def _same(value: Any) -> Any:
    return value


def _scalar(name: str, description: str, parse: Any, url: str | None = None) -> ScalarDefinition:
    return scalar(
        name=name,
        description=description,
        specified_by_url=url,
        serialize=_same,
        parse_value=parse,
    )


SCALARS: dict[object, ScalarDefinition] = {
    datetime: _scalar(
        "DateTime",
        "An instant in ISO 8601 with an offset. Answers are in UTC, to the millisecond.",
        _instant,
    ),
    date: _scalar("Date", "A day in ISO 8601, such as 2026-03-29.", _day),
    Cursor: _scalar(
        "Cursor",
        "A position in the event log. It is opaque: keep it unchanged.",
        _text,
    ),
    EmailAddress: _scalar("EmailAddress", "An e-mail address, such as ana@acme.example.", _text),
    TimeZone: _scalar("TimeZone", "An IANA time zone, such as Europe/Madrid.", _text),
    Locale: _scalar("Locale", "A BCP 47 language tag, such as es or en-GB.", _text),
    JSON: _scalar("JSON", "Any value that JSON can hold.", _same),
}
