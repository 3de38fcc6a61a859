"""Objects made of a row's own columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from resolvers.engine.reading.dialect import Json
from resolvers.engine.reading.field import Field, Kind, declared
from resolvers.engine.reading.objects import apart, goes_apart, object_of
from resolvers.engine.reading.plan import Bringing, Expression, Written


@dataclass(frozen=True)
class Group(Kind):
    """An object made of columns of the same row; null where `when` is null.

    `brings` writes a select of one row, `brought`, which the object's fields share: it runs once
    for them all, if it is an aggregate.
    """

    when: str | None = None
    brings: Expression | None = None

    def write(self, field: Field) -> Written:
        plan, table, source = field.plan, field.row, None
        if self.brings is not None:
            if goes_apart(table):
                return apart(table, lambda other: self.write(replace(field, of=other)))
            plan.aliases += 1
            name = f"b{plan.aliases}"
            source = f"({self.brings(table)}) AS {name}"
            table = Bringing(plan, table.noun, table.alias, f"{name}.brought")
        written = object_of(table, field.type, field.parts())
        sql = written.sql
        if source is not None:
            sql = Json(f"(SELECT {sql} FROM {source})")
        if self.when is not None:
            sql = plan.dialect.either(f"{table[self.when]} IS NOT NULL", sql)
        return Written(sql, written.fix, written.cost)


def group(description: str, when: str | None = None, *, brings: Expression | None = None) -> Any:
    """An object of this row's own columns."""
    return declared(description, Group(when, brings))
