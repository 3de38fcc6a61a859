"""Counts and means over the rows that belong to one row, that a filter admits, or week by week."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from resolvers.engine.reading.arguments import Given
from resolvers.engine.reading.derived import Value, brought, worked_out
from resolvers.engine.reading.field import Argument, Field, Kind, conditions_of, declared
from resolvers.engine.reading.nouns import NOUNS
from resolvers.engine.reading.objects import object_of
from resolvers.engine.reading.plan import (
    SUBSELECT,
    Condition,
    Expression,
    Filtered,
    Plan,
    Table,
    Written,
)
from resolvers.engine.reading.request import Asked

SERIES_COST = 100


@dataclass(frozen=True)
class Summary(Kind):
    """An object of counts and means over the rows of `noun` whose column `by` names this row.

    The field's arguments confine them further.
    """

    noun: str
    by: str
    conditions: Mapping[str, Condition]

    def write(self, field: Field) -> Written:
        return object_of(self.belonging(field), field.type, field.parts())

    def belonging(self, field: Field) -> Filtered:
        """The rows that belong to this row and meet the field's arguments."""

        def admits(other: Table) -> str:
            clauses = [f"{other[self.by]} = {field.row.key}"]
            clauses += [
                condition(other, field.given[name])
                for name, condition in self.conditions.items()
                if name in field.given
            ]
            return " AND ".join(clauses)

        return Filtered(field.plan, NOUNS[self.noun], "", admits, field.row)


@dataclass(frozen=True)
class Measured(Summary):
    """A pure function of aggregates over such rows."""

    needs: Mapping[str, Expression]
    value: Value

    def write(self, field: Field) -> Written:
        return brought(field, self.belonging(field), self.needs, self.value, SUBSELECT)


@dataclass(frozen=True)
class Overview(Kind):
    """A root object of summaries over rows of `noun` that the argument `filter` admits."""

    noun: str
    condition: Condition

    def write(self, field: Field) -> Written:
        given = field.given

        def admits(table: Table) -> str:
            return self.condition(table, given["filter"]) if "filter" in given else "TRUE"

        table = Filtered(field.plan, NOUNS[self.noun], "", admits, given=given)
        return object_of(table, field.type, field.parts())


@dataclass(frozen=True)
class Series(Kind):
    """A root list of figures: SQL for one JSON value, and what the graph makes of it."""

    rows: Callable[[Plan, Mapping[str, Given]], str]
    value: Callable[[Any, Asked], Any]

    def write(self, field: Field) -> Written:
        sql = self.rows(field.plan, field.given)
        return Written(sql, worked_out(field, self.value), lambda asked: SERIES_COST)


def summary(
    description: str, noun: str, *, by: str, where: Mapping[str, Argument] | None = None
) -> Any:
    """An object of counts and means over the rows of `noun` that belong to this row."""
    arguments = where or {}
    return declared(description, Summary(noun, by, conditions_of(arguments)), arguments)


def measured(
    description: str,
    noun: str,
    *,
    by: str,
    needs: Mapping[str, Expression],
    value: Value,
    where: Mapping[str, Argument] | None = None,
) -> Any:
    """A function of aggregates over the rows that belong to this row; arguments confine them."""
    arguments = where or {}
    kind = Measured(noun, by, conditions_of(arguments), needs, value)
    return declared(description, kind, arguments)
