"""Values of the row itself, and values that SQL works out for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from resolvers.engine.names import snake
from resolvers.engine.reading.field import Field, Kind, declared
from resolvers.engine.reading.plan import FREE, SUBSELECT, Cost, Expression, Plan, Written


@dataclass(frozen=True)
class Column(Kind):
    """The column `name`, the field's own where that is None."""

    name: str | None = None

    def write(self, field: Field) -> Written:
        return Written(field.row.output(self.name or snake(field.selected.name)), cost=FREE)


@dataclass(frozen=True)
class Computed(Kind):
    """An SQL expression over the row, and what it costs."""

    expression: Expression
    cost: Cost

    def write(self, field: Field) -> Written:
        return Written(self.expression(field.row), cost=self.cost)


@dataclass(frozen=True)
class Constant(Kind):
    """A root value that is one expression over no row; `is_first` reads it before the others."""

    expression: Callable[[Plan], str]
    is_first: bool = False

    def write(self, field: Field) -> Written:
        return Written(self.expression(field.plan))


def column(description: str, name: str | None = None) -> Any:
    """The value of a column, by default the one with the field's own name."""
    return declared(description, Column(name))


def computed(description: str, expression: Expression) -> Any:
    """A value that SQL computes from the row's own columns."""
    return declared(description, Computed(expression, FREE))


def subselect(description: str, expression: Expression) -> Any:
    """A value that SQL finds in other rows: a count, a mean, another's name."""
    return declared(description, Computed(expression, SUBSELECT))
