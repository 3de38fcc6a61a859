"""What the whole graph shares: nodes, pages, and the parts of filters and orders."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Generic, TypeVar

import strawberry

from resolvers.engine.reading.declare import computed

T = TypeVar("T")


@strawberry.interface(description="Anything that has a global id and can be asked for by it.")
class Node:
    id: strawberry.ID = computed(
        "The global id: opaque, and the same for ever.", lambda table: table.global_id
    )


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether rows follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether rows stand before this page.")
    start_cursor: str | None = strawberry.field(
        description="The cursor of the first row; null on an empty page."
    )
    end_cursor: str | None = strawberry.field(
        description="The cursor of the last row; null on an empty page."
    )


@strawberry.type(description="A row of a page, with its cursor.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(
        description="Where the row stands: for `after` and `before` of the same list and order."
    )
    node: T = strawberry.field(description="The row.")


@strawberry.type(
    description="A page of a list. It stays right while rows are inserted before or behind it."
)
class Connection(Generic[T]):
    nodes: list[T] = strawberry.field(description="The rows of the page, in the list's order.")
    edges: list[Edge[T]] = strawberry.field(description="The same rows, each with its cursor.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")
    total_count: int = strawberry.field(
        description="How many rows the whole list has; costs nothing where it is not asked for."
    )


@strawberry.enum(description="Which way a list is ordered.")
class Direction(Enum):
    ASC = strawberry.enum_value("ASC", description="The least first.")
    DESC = strawberry.enum_value("DESC", description="The greatest first.")


@strawberry.input(description="A stretch of time: from an instant until just before another.")
class DateTimeRange:
    from_: datetime | None = strawberry.field(
        name="from", description="The first instant; open where left out.", default=strawberry.UNSET
    )
    until: datetime | None = strawberry.field(
        description="The first instant after it; open where left out.", default=strawberry.UNSET
    )
