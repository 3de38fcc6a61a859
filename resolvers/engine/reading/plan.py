"""Writes the one statement of a root field, and how its answer is finished.

A plan depends on the document, on which variables are present and on the values of booleans and
orders, never on other values: those are bound. The viewer's scope is written at every table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from tortoise import fields as columns

from models import access
from models.predicate import Predicate, one_of
from resolvers.engine.reading.arguments import Given
from resolvers.engine.reading.dialect import Dialect, Json, literal, quoted
from resolvers.engine.reading.nouns import NOUNS, Noun
from resolvers.engine.reading.request import Asked, check_text
from resolvers.engine.reading.selection import Document

Fix = Callable[[Any, Asked], Any]
"""Turns what the statement returned into the answer's value; None if they are the same."""
Cost = Callable[[Asked], int]
"""What a piece of an answer is estimated to cost, in the units of the limit."""
SUBSELECT_COST = 10


def FREE(asked: Asked) -> int:  # noqa: N802  a constant that is called
    """The cost of a plain value."""
    return 0


def SUBSELECT(asked: Asked) -> int:  # noqa: N802  a constant that is called
    """The cost of a value that is found in other rows, such as a count or a mean."""
    return SUBSELECT_COST


def one(cost: Iterable[Cost]) -> Cost:
    """The cost of an object with these parts."""
    parts = [part for part in cost if part is not FREE]
    return lambda asked: 1 + sum(part(asked) for part in parts)


def any_of(costs: Iterable[Cost]) -> Cost:
    """The cost of an object that is one of several: the most expensive of them."""
    each = list(costs)
    return lambda asked: max((cost(asked) for cost in each), default=1)


@dataclass(frozen=True)
class Written:
    """A piece of SQL that yields JSON, what remains to be done to it, and what it costs."""

    sql: str
    fix: Fix | None = None
    cost: Cost = FREE


@dataclass
class Plan:
    """One statement as it is being written: its bound values and its scope."""

    dialect: Dialect
    document: Document
    asked: Asked
    binds: list[Callable[[Asked], Any]] = field(default_factory=list)
    checks: list[Callable[[Asked], Any]] = field(default_factory=list)
    """Checks that raise InvalidArgument for a request."""
    aliases: int = 0
    nested: int = 0
    """How deep the object being written is nested."""
    views: list[str] = field(default_factory=list)
    """Objects that are written apart, at the head of the statement."""
    _marks: dict[tuple[str, Any], str] = field(default_factory=dict)

    def bind(self, kind: str, get: Callable[[Asked], Any]) -> str:
        """A placeholder in the statement for a value that each request gives."""

        def value(asked: Asked) -> Any:
            found = get(asked)
            check_text(found)
            return self.dialect.value(kind, found)

        self.binds.append(value)
        return self.dialect.mark(len(self.binds), kind)

    def now(self) -> str:
        """The request's time."""
        return self._once("instant", "now", lambda asked: asked.now)

    def _once(self, kind: str, name: str, get: Callable[[Asked], Any]) -> str:
        if (kind, name) not in self._marks:
            self._marks[kind, name] = self.bind(kind, get)
        return self._marks[kind, name]

    def customers(self) -> str:
        """The customers that a viewer on the customers' side may see."""
        return self._once("ints", "customers", lambda asked: list(asked.viewer.customer_ids or ()))

    def table(self, noun: str) -> Table:
        """A table under a name of its own in this statement."""
        self.aliases += 1
        return Table(self, NOUNS[noun], f"t{self.aliases}")


@dataclass(frozen=True)
class Table:
    """A noun's table under an alias, as expressions write it."""

    plan: Plan
    noun: Noun
    alias: str

    def __getitem__(self, name: str) -> str:
        return f"{self.alias}.{quoted(self.noun.model._meta.fields_db_projection[name])}"

    @property
    def key(self) -> str:
        return self[self.noun.model._meta.pk_attr]

    @property
    def source(self) -> str:
        return f"{quoted(self.noun.model._meta.db_table)} AS {self.alias}"

    @property
    def global_id(self) -> str:
        number = f"CAST({self.key} AS text)"
        return f"{literal(f'{self.noun.name}_')} || {number}"

    def reference(self, prefix: str) -> str:
        """The name by which people know the row, as in CMP-000123."""
        return f"{literal(f'{prefix}-')} || {self.plan.dialect.padded(self.key, 6)}"

    def kind(self, name: str) -> str:
        """The kind of value that the column holds, as binding names it."""
        declared = self.noun.model._meta.fields_map[name]
        if isinstance(declared, columns.BooleanField):
            return "bool"
        if isinstance(declared, columns.DatetimeField):
            return "instant"
        if isinstance(declared, columns.DateField):
            return "date"
        if isinstance(declared, columns.JSONField):
            return "json"
        return "int" if declared.field_type is int else "text"

    def output(self, name: str) -> str:
        """A column's value as JSON holds it."""
        dialect, kind = self.plan.dialect, self.kind(name)
        if kind == "bool":
            return dialect.boolean(self[name])
        if kind == "instant":
            return dialect.instant(self[name])
        return dialect.stored(self[name]) if kind == "json" else self[name]

    def scope(self) -> list[str]:
        """What confines the rows to those that the viewer may see; nothing if it sees all."""
        limits = access.reach(self.plan.asked.viewer, self.noun.name)
        if limits is None:
            return []
        if limits.is_staff_only:
            return ["1 = 0"]
        parts = [one_of(name, *values).sql(self) for name, values in limits.only.items()]
        if limits.customer_column is not None:
            mark = self.plan.customers()
            parts.append(self.plan.dialect.among(self[limits.customer_column], mark))
        if limits.reached_from:
            named = [self._named_by(noun, by) for noun, by in limits.reached_from.items()]
            parts.append(f"({' OR '.join(named)})")
        return parts + [self._with(by, noun) for by, noun in limits.parents.items()]

    def _named_by(self, noun: str, column: str) -> str:
        """A row that the viewer may see names this one."""
        return self.exists(noun, lambda other: f"{other[column]} = {self.key}")

    def _with(self, by: str, noun: str) -> str:
        """A row is visible only together with its required parents."""
        return self.exists(noun, lambda other: f"{other.key} = {self[by]}")

    def exists(self, noun: str, where: Callable[[Table], str]) -> str:
        """Whether there is a row of `noun` in the viewer's scope that meets `where`."""
        other = self.plan.table(noun)
        clauses = [where(other), *other.scope()]
        return f"EXISTS (SELECT 1 FROM {other.source}{where_all(clauses)})"

    def now(self) -> str:
        """The request's time."""
        return self.plan.now()

    def literal(self, value: Enum | str | int) -> str:
        """A constant of a rule."""
        return literal(value)

    def meets(self, predicate: Predicate) -> Json:
        """Whether the row meets a predicate, as JSON's true or false."""
        return self.plan.dialect.boolean(f"({predicate.sql(self)}) IS TRUE")

    def count(self, noun: str, *clauses: Callable[[Table], str]) -> str:
        """How many rows of `noun` in the viewer's scope meet the clauses."""
        other = self.plan.table(noun)
        where = [*(clause(other) for clause in clauses), *other.scope()]
        return f"(SELECT count(*) FROM {other.source}{where_all(where)})"


Expression = Callable[[Table], str]
"""SQL for one row of a table."""
Condition = Callable[[Table, Given], str]
"""SQL that a row must meet, for the value that a filter was given."""


@dataclass(frozen=True)
class Filtered(Table):
    """Stands for all the rows of a noun that a filter admits, for an object of summaries."""

    condition: Callable[[Table], str]
    owner: Table | None = None
    """The row that the rows belong to, where they belong to one."""
    given: Mapping[str, Given] = field(default_factory=dict)
    """The arguments of the field whose object this stands for."""

    def admits(self, table: Table) -> str:
        """The filter, for another alias of the same table."""
        return self.condition(table)

    def rows(self, *clauses: Callable[[Table], str]) -> tuple[Table, str]:
        """A table of the rows in the viewer's scope that meet filter and clauses, and its FROM."""
        table = self.plan.table(self.noun.name)
        where = [self.admits(table), *(clause(table) for clause in clauses), *table.scope()]
        return table, f"FROM {table.source}{where_all(where)}"


@dataclass(frozen=True)
class Bringing(Table):
    """A row whose group brought something along for its fields: `brought` is its SQL."""

    brought: str


def where_all(clauses: list[str]) -> str:
    """A WHERE of all the clauses; nothing where there are none."""
    return f" WHERE {' AND '.join(clauses)}" if clauses else ""
