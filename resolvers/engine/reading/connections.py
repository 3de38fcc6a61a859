"""Connections: a page's rows by keyset, with what is selected around them and nothing else.

The keys of the page are found first, by an index and under a limit; the objects are made of the
rows that are left. Cursors hold the values that the row is ordered by, so a page stays right
while rows come and go.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from graphql import GraphQLObjectType

from resolvers.engine.reading.arguments import Given
from resolvers.engine.reading.dialect import Json, literal
from resolvers.engine.reading.field import TYPENAME, inner_type
from resolvers.engine.reading.objects import object_of, on_each, on_keys
from resolvers.engine.reading.plan import SUBSELECT, Cost, Fix, Plan, Table, Written, where_all
from resolvers.engine.reading.request import Asked, InvalidArgument, check_text
from resolvers.engine.reading.rows import Order
from resolvers.engine.reading.selection import Selected

_RANK_BASE = 1_000
"""Added to a row's rank, so that ranks compare as text: above any page's size."""
_RANK_DIGITS = 4
CURSOR_CHARACTERS_MAX = 4_000
ROW_NUMBER_MAX = 2**63 - 1


@dataclass
class Page:
    """What one connection is asked for."""

    plan: Plan
    table: Table
    order: Order
    order_name: str
    is_backward: bool
    size: Callable[[Asked], int]
    start: Given | None
    conditions: Callable[[], list[str]]
    sources: Callable[[], str]
    is_probed: bool = False

    @cached_property
    def clauses(self) -> list[str]:
        """What a row of the list must meet: written, and bound, only where it is used."""
        return self.conditions()

    @cached_property
    def source(self) -> str:
        """What the rows are found in: written, as the clauses are, only where it is used."""
        return self.sources()

    @property
    def keys(self) -> list[str]:
        names = [*self.order.columns]
        key = self.table.noun.model._meta.pk_attr
        return names if key in names else [*names, key]

    @property
    def descends(self) -> bool:
        return self.order.is_descending != self.is_backward


class ConnectionWriter:
    """Writes one connection."""

    def __init__(self, page: Page, type_: GraphQLObjectType) -> None:
        self.page, self.plan, self.type_ = page, page.plan, type_
        self.columns: list[str] = []
        self.costs: list[Cost] = []
        self.extras: list[Cost] = []
        self.names_ends = self.needs_rows = False

    @cached_property
    def size(self) -> str:
        return self.plan.bind("int", self.page.size)

    def write(self, fields: dict[str, Selected]) -> Written:
        pairs: list[tuple[str, str]] = []
        fixes: dict[str, Fix] = {}
        for key, part in fields.items():
            value, fix = self._part(part)
            pairs.append((key, value))
            if fix is not None:
                fixes[key] = fix
        body = self.plan.dialect.object(pairs)
        sql: str = body
        if self.needs_rows:
            sql = Json(f"(SELECT {body} FROM {self._rows()})")
        costs, extras, size = self.costs, self.extras, self.page.size

        def cost(asked: Asked) -> int:
            rows = sum(each(asked) for each in costs) * max(size(asked), 1)
            return 1 + rows + sum(each(asked) for each in extras)

        return Written(
            sql,
            on_keys(fixes),
            cost,
        )

    def _part(self, part: Selected) -> tuple[str, Fix | None]:
        if part.name == TYPENAME:
            return literal(self.type_.name), None
        if part.name == "totalCount":
            self.extras.append(SUBSELECT)
            return self._total(), None
        if part.name == "pageInfo":
            return self._info(part), None
        inner = inner_type(self.type_.fields[part.name])
        if part.name == "nodes":
            return self._list(self._node(inner, part))
        return self._list(self._edge(inner, part))

    def _list(self, item: Written) -> tuple[str, Fix | None]:
        self.needs_rows = True
        self.columns.append(item.sql)
        column = f"n.c{len(self.columns)}"
        order = "n.rank DESC" if self.page.is_backward else "n.rank"
        listed = self.plan.dialect.gathered(column, order, f"n.rank <= {self.size}")
        return listed, on_each(item.fix)

    def _node(self, type_: GraphQLObjectType, part: Selected) -> Written:
        table = self.page.table
        written = object_of(table, type_, self.plan.document.collect(type_, part.inner))
        self.costs.append(written.cost)
        return written

    def _edge(self, type_: GraphQLObjectType, part: Selected) -> Written:
        pairs: list[tuple[str, str]] = []
        fixes: dict[str, Fix] = {}
        for key, inner in self.plan.document.collect(type_, part.inner).items():
            if inner.name == TYPENAME:
                pairs.append((key, literal(type_.name)))
            elif inner.name == "cursor":
                pairs.append((key, self._cursor()))
            else:
                node = self._node(inner_type(type_.fields["node"]), inner)
                pairs.append((key, node.sql))
                if node.fix is not None:
                    fixes[key] = node.fix
        return Written(self.plan.dialect.object(pairs), on_keys(fixes))

    def _cursor(self) -> str:
        table = self.page.table
        values = [table.output(name) for name in self.page.keys]
        return self.plan.dialect.hexed([literal(self.page.order_name), *values])

    def _info(self, part: Selected) -> str:
        type_ = inner_type(self.type_.fields["pageInfo"])
        more, rest = self._more, self._rest
        if self.page.is_backward:
            more, rest = rest, more
        ends = ("max", "min") if self.page.is_backward else ("min", "max")
        values: dict[str, Callable[[], str]] = {
            "hasNextPage": more,
            "hasPreviousPage": rest,
            "startCursor": lambda: self._end(ends[0]),
            "endCursor": lambda: self._end(ends[1]),
            TYPENAME: lambda: literal(type_.name),
        }
        fields = self.plan.document.collect(type_, part.inner)
        return self.plan.dialect.object(
            [(key, values[inner.name]()) for key, inner in fields.items()]
        )

    def _end(self, pick: str) -> str:
        """The cursor of the page's first or last row: the least or greatest rank goes in front."""
        self.names_ends = self.needs_rows = True
        cursor = f"{pick}(CAST({_RANK_BASE} + n.rank AS text) || n.cursor)"
        return f"substr({cursor} FILTER (WHERE n.rank <= {self.size}), {_RANK_DIGITS + 1})"

    def _more(self) -> Json:
        """Whether there are rows behind the page."""
        self.needs_rows = True
        return self.plan.dialect.boolean(f"count(*) > {self.size}")

    def _rest(self) -> Json:
        """Whether there are rows on the other side of the cursor that the page starts from."""
        if self.page.start is None:
            return self.plan.dialect.boolean("1 = 0")
        clauses = [*self.page.clauses, f"NOT ({self._beyond()})"]
        found = f"SELECT 1 FROM {self.page.source}{where_all(clauses)}"
        return self.plan.dialect.boolean(f"EXISTS ({found})")

    def _total(self) -> str:
        return f"(SELECT count(*) FROM {self.page.source}{where_all(self.page.clauses)})"

    def _rows(self) -> str:
        """The page's rows: keys under a limit first, then each row with what is selected."""
        page, table = self.page, self.page.table
        way = " DESC" if page.descends else ""
        keys = [f"{table[name]} AS k{i}" for i, name in enumerate(page.keys)]
        by = ", ".join(f"{table[name]}{way}" for name in page.keys)
        clauses = [*page.clauses, *([self._beyond()] if page.start is not None else [])]
        limit = f"{self.size} + 1" if page.is_probed else self.size
        found = (
            f"SELECT {', '.join(keys)} FROM {page.source}{where_all(clauses)}"
            f" ORDER BY {by} LIMIT {limit}"
        )
        ranks = ", ".join(f"p.k{i}{way}" for i in range(len(page.keys)))
        ranked = f"SELECT p.*, row_number() OVER (ORDER BY {ranks}) AS rank FROM ({found}) AS p"
        made = [f"{sql} AS c{i}" for i, sql in enumerate(self.columns, start=1)]
        if self.names_ends:
            made.append(f"{self._cursor()} AS cursor")
        order = "q.rank DESC" if page.is_backward else "q.rank"
        return (
            f"(SELECT {', '.join(['q.rank', *made])}"
            f" FROM ({ranked}) AS q JOIN {table.source} ON {table.key} = q.k{len(keys) - 1}"
            f" ORDER BY {order}) AS n"
        )

    def _beyond(self) -> str:
        """Rows behind the cursor, as a comparison of row values."""
        page, table = self.page, self.page.table
        start = page.start
        assert start is not None
        kinds = [table.kind(name) for name in page.keys]

        def value(index: int) -> Callable[[Asked], Any]:
            return lambda asked: _decoded(start.get(asked), page.order_name, kinds)[index]

        marks = ", ".join(self.plan.bind(kind, value(i)) for i, kind in enumerate(kinds))
        names = ", ".join(table[name] for name in page.keys)
        return f"({names}) {'<' if page.descends else '>'} ({marks})"


def _decoded(cursor: str, order_name: str, kinds: list[str]) -> list[Any]:
    """The key values of a cursor. Raises InvalidArgument for a cursor of another list or order."""
    try:
        if len(cursor) > CURSOR_CHARACTERS_MAX:
            raise ValueError
        name, *values = json.loads(bytes.fromhex(cursor).decode())
        if name != order_name or len(values) != len(kinds):
            raise ValueError
        return [_typed(value, kind) for value, kind in zip(values, kinds, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError, InvalidArgument):
        raise InvalidArgument(
            "This cursor is from another list, or from a list in another order."
        ) from None


def _typed(value: Any, kind: str) -> Any:
    if kind == "instant":
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is None:
            raise ValueError
        return instant.astimezone(UTC)
    if type(value) is not {"int": int, "text": str}[kind]:
        raise TypeError
    if isinstance(value, int) and not 0 <= value <= ROW_NUMBER_MAX:
        raise ValueError
    check_text(value)
    return value
