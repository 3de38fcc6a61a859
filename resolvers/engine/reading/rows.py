"""A few rows, all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from resolvers.engine.reading.arguments import Given
from resolvers.engine.reading.dialect import Json
from resolvers.engine.reading.field import Argument, Field, Kind, declared
from resolvers.engine.reading.objects import object_of, on_each
from resolvers.engine.reading.plan import Expression, Table, Written, where_all
from resolvers.engine.reading.request import Asked, InvalidArgument


@dataclass(frozen=True)
class Order:
    """One order of a list: columns that are never null; the key is added as the last one."""

    columns: tuple[str, ...]
    is_descending: bool = False


@dataclass(frozen=True)
class Rows(Kind):
    """All the rows of `noun` whose column `by` names this row, in an order; few by a rule.

    Without `by`, the rows whose keys `within` selects as `id`, as for Children; the argument
    `first`, if the field takes one, bounds them further.
    """

    noun: str
    by: str | None
    order: Order
    rows_max: int
    within: Expression | None = None
    of: str | None = None
    """This row's column that theirs names; its key by default."""

    def write(self, field: Field) -> Written:
        plan, row = field.plan, field.row
        other = plan.table(self.noun)
        written = object_of(other, field.type, field.parts())
        way = " DESC" if self.order.is_descending else ""
        keys = (*self.order.columns, other.noun.model._meta.pk_attr)
        order = ", ".join(f"{other[name]}{way}" for name in keys)
        source, clauses = source_of(other, self.within, row), other.scope()
        if self.by is not None:
            key = row.key if self.of is None else row[self.of]
            clauses = [f"{other[self.by]} = {key}", *clauses]
        size = size_of(field.given, "first", self.rows_max)
        inner = (
            f"SELECT {written.sql} AS item, row_number() OVER (ORDER BY {order}) AS rank"
            f" FROM {source}{where_all(clauses)} ORDER BY rank LIMIT {plan.bind('int', size)}"
        )
        gathered = plan.dialect.gathered("r.item", "r.rank", "TRUE")
        sql = Json(f"(SELECT {gathered} FROM ({inner}) AS r)")
        each = written.cost
        return Written(sql, on_each(written.fix), lambda asked: size(asked) * each(asked))


def source_of(table: Table, within: Expression | None, of: Table | None) -> str:
    """What a list's rows are found in: all of the table, or those whose keys `within` selects."""
    if within is None or of is None:
        return table.source
    return f"({within(of)}) AS x JOIN {table.source} ON {table.key} = x.id"


def size_of(
    given: Mapping[str, Given], name: str, most: int, *, least: int = 0, default: int | None = None
) -> Callable[[Asked], int]:
    """A number that an argument gives, by default `default` or the most.

    Raises InvalidArgument at the request if it is out of bounds.
    """
    if name not in given:
        found = most if default is None else default
        return lambda asked: found

    def size(asked: Asked) -> int:
        value = int(given[name].get(asked))
        if not least <= value <= most:
            raise InvalidArgument(f"`{name}` must be {least} to {most}, not {value}.")
        return value

    return size


def rows(
    description: str,
    noun: str,
    *,
    by: str | None = None,
    order: Order,
    rows_max: int,
    within: Expression | None = None,
    arguments: Mapping[str, Argument] | None = None,
    of: str | None = None,
) -> Any:
    """All of a few rows that belong to this one."""
    return declared(description, Rows(noun, by, order, rows_max, within, of), arguments)
