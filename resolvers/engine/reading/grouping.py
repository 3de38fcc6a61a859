"""Lists of groups: rows that no table holds, made by a GROUP BY, with what hangs on them.

A group's fields are declared like a noun's; its columns are those of the select that makes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import GraphQLField

from resolvers.engine.reading.declare import Grouping
from resolvers.engine.reading.dialect import Json
from resolvers.engine.reading.given import Given, arguments
from resolvers.engine.reading.nouns import NOUNS
from resolvers.engine.reading.plan import Plan, Table, Written
from resolvers.engine.reading.request import Asked
from resolvers.engine.reading.selection import Selected
from resolvers.engine.reading.write import inner_type, object_of, on_each, size_of, writes


@dataclass(frozen=True)
class Grouped(Table):
    """A group under its alias: every column of its select, by the name it has there."""

    def __getitem__(self, name: str) -> str:
        return f"{self.alias}.{name}"


@writes(Grouping)
def _of_row(table: Table, kind: Grouping, definition: GraphQLField, selected: Selected) -> Written:
    return grouping(table.plan, kind, definition, selected, table)


def grouping(
    plan: Plan,
    kind: Grouping,
    definition: GraphQLField,
    selected: Selected,
    of: Table | None = None,
) -> Written:
    """The groups that `kind.rows` selects, in its order; `of` is the row that they belong to."""
    given: dict[str, Given] = arguments(definition, selected.nodes[0], plan.asked)
    size = size_of(given, "first", kind.rows_max, least=1, default=kind.rows_default)
    select = kind.rows(plan, given, of)
    plan.aliases += 1
    group = Grouped(plan, NOUNS[kind.noun], f"g{plan.aliases}")
    type_: Any = inner_type(definition)
    written = object_of(group, type_, plan.document.collect(type_, selected.inner))
    found = f"({select} LIMIT {plan.bind('int', size)}) AS {group.alias}"
    item = f"SELECT {written.sql} AS item, {group['place']} AS place FROM {found} ORDER BY place"
    gathered = plan.dialect.gathered("i.item", "i.place", "1 = 1")

    def cost(asked: Asked) -> int:
        return size(asked) * written.cost(asked) + kind.cost

    sql = Json(f"(SELECT {gathered} FROM ({item}) AS i)")
    return Written(sql, on_each(written.fix), cost)
