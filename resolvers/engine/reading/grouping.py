"""Lists of groups: rows that no table holds, made by a GROUP BY, with what is selected of them.

A group's fields are declared like a noun's; its columns are those of the select that makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from resolvers.engine.reading.arguments import Given
from resolvers.engine.reading.dialect import Json
from resolvers.engine.reading.field import Field, Kind
from resolvers.engine.reading.nouns import NOUNS
from resolvers.engine.reading.objects import object_of, on_each
from resolvers.engine.reading.plan import Plan, Table, Written
from resolvers.engine.reading.rows import size_of


@dataclass(frozen=True)
class Grouped(Table):
    """A group under its alias: every column of its select, by its name there."""

    def __getitem__(self, name: str) -> str:
        return f"{self.alias}.{name}"


@dataclass(frozen=True)
class Grouping(Kind):
    """Groups of rows: `rows` selects them in order, each with its `place`, without a limit.

    It is given the plan, the field's arguments and the row that the groups belong to, if any.
    `noun` is that of the rows that are grouped.
    """

    noun: str
    rows: Callable[[Plan, Mapping[str, Given], Table | None], str]
    rows_default: int
    rows_max: int
    cost: int = 100

    def write(self, field: Field) -> Written:
        plan = field.plan
        size = size_of(field.given, "first", self.rows_max, least=1, default=self.rows_default)
        select = self.rows(plan, field.given, field.of)
        plan.aliases += 1
        group = Grouped(plan, NOUNS[self.noun], f"g{plan.aliases}")
        written = object_of(group, field.type, field.parts())
        found = f"({select} LIMIT {plan.bind('int', size)}) AS {group.alias}"
        item = f"SELECT {written.sql} AS item, {group['place']} AS place FROM {found}"
        gathered = plan.dialect.gathered("i.item", "i.place", "1 = 1")
        sql = Json(f"(SELECT {gathered} FROM ({item} ORDER BY place) AS i)")
        each = written.cost
        return Written(
            sql, on_each(written.fix), lambda asked: size(asked) * each(asked) + self.cost
        )
