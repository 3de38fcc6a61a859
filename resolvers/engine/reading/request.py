"""What one request asks with: its values, who asks, and when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphql.execution.values import VariableValues

from models.access import Viewer

ROW_ID_DIGITS_MAX = 18
_NOUN = re.compile(r"[a-z_]+")


@dataclass(frozen=True)
class Asked:
    """A request once its document is planned: `variables` are coerced, `now` is aware."""

    variables: Mapping[str, Any]
    viewer: Viewer
    now: datetime
    locale: str = "en"
    row: int | None = None
    """The row that a mutation's payload or a subscription's event is about."""

    @property
    def coerced(self) -> VariableValues:
        """The variables as graphql-core takes them."""
        return VariableValues({}, dict(self.variables))


class InvalidArgument(Exception):
    """An argument of a query is not valid; nothing was executed."""


def check_text(value: Any) -> None:
    """Raises InvalidArgument for text that no database can hold: NUL, or half a surrogate pair."""
    for text in value if isinstance(value, list) else [value]:
        if isinstance(text, str) and any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text):
            raise InvalidArgument("Text must not contain NUL or half of a surrogate pair.")


def split_id(global_id: str) -> tuple[str, int] | None:
    """The noun and number of a global id; None if it isn't one."""
    noun, _, number = global_id.rpartition("_")
    plain = number.isascii() and number.isdigit() and not number.startswith("0")
    plain = plain and len(number) <= ROW_ID_DIGITS_MAX and _NOUN.fullmatch(noun) is not None
    return (noun, int(number)) if plain else None


def row_id(noun: str, global_id: str) -> int | None:
    """The number of a row of `noun`; None if the id isn't one of this noun."""
    parts = split_id(global_id)
    return parts[1] if parts is not None and parts[0] == noun else None


def reference_id(prefix: str, reference: str) -> int | None:
    """The number of the row with a reference such as CMP-000123."""
    number = reference.upper().removeprefix(f"{prefix}-")
    plain = number.isascii() and number.isdigit() and len(number) <= ROW_ID_DIGITS_MAX
    return int(number) if plain and number != reference.upper() else None
