"""What all the tables hold, to see that a refusal changed nothing and a change told all."""

from __future__ import annotations

from typing import Any

from tortoise import Tortoise

from models.events import EventRow, head, read_after

Rows = dict[str, dict[Any, dict[str, Any]]]
BOOKKEEPING = {"Event", "EventValue", "Log", "IdempotencyKey"}


async def rows() -> Rows:
    """Every row of every table, by the model's name and the row's key."""
    found: Rows = {}
    for name, model in Tortoise.apps["models"].items():
        values = await model.all().values()
        found[name] = {row[model._meta.pk_attr]: row for row in values}
    return found


def changed(before: Rows, after: Rows) -> set[tuple[str, Any]]:
    """The rows, by noun and key, that are not as they were; the log's own aside."""
    return {
        (name, key)
        for name in after.keys() - BOOKKEEPING
        for key in before[name].keys() | after[name].keys()
        if before[name].get(key) != after[name].get(key)
    }


async def told_since(seq: int) -> list[EventRow]:
    """The events that were appended behind a position."""
    return await read_after(seq)


__all__ = ["changed", "head", "rows", "told_since"]
