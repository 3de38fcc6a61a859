"""Kinds of column that Tortoise lacks: one that may be null for the type checker too,
references that hold, instants."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import Any, TypeVar

import tortoise.backends.sqlite.executor  # noqa: F401  (its adapters are replaced below)
from tortoise import fields

V = TypeVar("V")


def nullable(field: fields.Field[V]) -> fields.Field[V | None]:
    """The column, which may hold null: Tortoise's own types know this of a few fields only."""
    field.null = True
    return field  # type: ignore[return-value]


def to(model: str, *, unique: bool = False) -> fields.ForeignKeyRelation[Any]:
    """The row of another table that a row names, which can't be deleted before it."""
    return fields.ForeignKeyField(
        f"models.{model}", related_name=False, unique=unique, on_delete=fields.RESTRICT
    )


def to_or_none(model: str) -> fields.ForeignKeyNullableRelation[Any]:
    """The same, where a row may name none."""
    return fields.ForeignKeyField(
        f"models.{model}", related_name=False, null=True, on_delete=fields.RESTRICT
    )


def instant_text(value: datetime) -> str:
    """An instant as the answers and SQLite have it: UTC, milliseconds, Z."""
    utc = value.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='milliseconds')}Z"


sqlite3.register_adapter(datetime, instant_text)


class Instant(fields.DatetimeField[datetime]):
    """A point in time, kept in UTC to the millisecond, so that both databases order it alike."""

    def to_db_value(self, value: Any, instance: Any) -> datetime | None:  # type: ignore[override]
        if value is None:
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise ValueError("a time must be a datetime with an offset")
        utc = value.astimezone(UTC)
        return utc.replace(microsecond=utc.microsecond // 1000 * 1000)
