"""What the whole graph shares: nodes, pages, and the parts of filters and orders."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Generic, TypeVar

import strawberry

from resolvers.engine.reading.declare import computed, part, value

T = TypeVar("T")


@strawberry.interface(description="Anything that has a global id and can be fetched by it.")
class Node:
    id: strawberry.ID = computed(
        "The global id: opaque, and never changes.", lambda table: table.global_id
    )


@strawberry.type(description="The position of a page in its list.")
class PageInfo:
    has_next_page: bool = part("Whether there are rows after this page.")
    has_previous_page: bool = part("Whether there are rows before this page.")
    start_cursor: str | None = part("The cursor of the first row. Null on an empty page.")
    end_cursor: str | None = part("The cursor of the last row. Null on an empty page.")


@strawberry.type(description="A row of a page, with its cursor.")
class Edge(Generic[T]):
    cursor: str = part("The row's cursor, for `after` and `before` of the same list and order.")
    node: T = part("The row at this cursor.")


@strawberry.type(
    description="A page of a list. It stays correct while rows are added before or after it."
)
class Connection(Generic[T]):
    nodes: list[T] = part("The rows of the page, in the list's order.")
    edges: list[Edge[T]] = part("The same rows, each with its cursor.")
    page_info: PageInfo = part("The position of the page in the list.")
    total_count: int = part("How many rows the whole list has. It costs nothing unless selected.")


@strawberry.enum(description="The direction in which a list is ordered.")
class Direction(Enum):
    ASC = value("ASC", "The lowest value first.")
    DESC = value("DESC", "The highest value first.")


@strawberry.input(description="A period: from an instant until just before another.")
class DateTimeRange:
    from_: datetime | None = strawberry.field(
        name="from",
        description="The first instant; unbounded if omitted.",
        default=strawberry.UNSET,
    )
    until: datetime | None = strawberry.field(
        description="The first instant after the period; unbounded if omitted.",
        default=strawberry.UNSET,
    )
