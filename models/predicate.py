"""A rule about a row, declared once: asked by the ORM, by a statement, and of a row in memory.

A predicate is true of a row or it is not: what is compared with null is not true, and `~` is
exactly the rest. Its `now` is the request's time; it may be left out where the rule asks for none.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from operator import ge, gt, le
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from tortoise.expressions import Q, Subquery

if TYPE_CHECKING:
    from models.base import Record


class Columns(Protocol):
    """A noun's table in a statement that is being written; all that it gives is SQL."""

    def __getitem__(self, name: str) -> str:
        """The column."""

    def literal(self, value: Any) -> str:
        """A constant: a member of an enum, a number or a boolean."""

    def now(self) -> str:
        """The request's time."""

    def exists(self, noun: str, where: Callable[[Any], str]) -> str:
        """Whether a noun has a row that meets what `where` writes for its table."""


class Predicate(ABC):
    """What a row is asked; combined by `&`, `|` and `~`."""

    @abstractmethod
    def q(self, now: datetime | None = None) -> Q:
        """For a filter of the ORM."""

    @abstractmethod
    def sql(self, table: Columns) -> str:
        """For a WHERE: true, or not true. In parentheses where it needs them."""

    @abstractmethod
    def holds(self, row: Any, now: datetime | None = None) -> bool:
        """For a row in memory. Raises TypeError for a rule that asks about other rows."""

    @abstractmethod
    def __invert__(self) -> Predicate: ...

    def __and__(self, other: Predicate) -> Predicate:
        return _Every((self, other))

    def __or__(self, other: Predicate) -> Predicate:
        return _Any((self, other))


@dataclass(frozen=True)
class _Every(Predicate):
    parts: tuple[Predicate, ...]
    _word: ClassVar[str] = Q.AND

    def q(self, now: datetime | None = None) -> Q:
        return Q(*(part.q(now) for part in self.parts), join_type=self._word)

    def sql(self, table: Columns) -> str:
        return f"({f' {self._word} '.join(part.sql(table) for part in self.parts)})"

    def holds(self, row: Any, now: datetime | None = None) -> bool:
        return all(part.holds(row, now) for part in self.parts)

    def __invert__(self) -> Predicate:
        return _Any(tuple(~part for part in self.parts))


@dataclass(frozen=True)
class _Any(_Every):
    _word: ClassVar[str] = Q.OR

    def holds(self, row: Any, now: datetime | None = None) -> bool:
        return any(part.holds(row, now) for part in self.parts)

    def __invert__(self) -> Predicate:
        return _Every(tuple(~part for part in self.parts))


def _where(column: str, lookup: str, value: Any) -> Q:
    return Q(**{f"{column}__{lookup}": value})


@dataclass(frozen=True, kw_only=True)
class _Leaf(Predicate):
    is_negated: bool = False

    def __invert__(self) -> Predicate:
        return replace(self, is_negated=not self.is_negated)


class _Now:
    """Stands for the request's time."""


_SIGNS: Mapping[str, tuple[str, Any]] = {
    "IN": ("in", lambda value, values: value in values),
    "<=": ("lte", le),
    ">=": ("gte", ge),
    ">": ("gt", gt),
}


@dataclass(frozen=True)
class _Compared(_Leaf):
    column: str
    sign: str
    value: Any

    def q(self, now: datetime | None = None) -> Q:
        found = _where(self.column, _SIGNS[self.sign][0], self._value(now))
        return ~found | _where(self.column, "isnull", True) if self.is_negated else found

    def sql(self, table: Columns) -> str:
        if self.value is _Now:
            value = table.now()
        elif isinstance(self.value, tuple):
            value = f"({', '.join(table.literal(each) for each in self.value)})"
        else:
            value = table.literal(self.value)
        found = f"{table[self.column]} {self.sign} {value}"
        return f"({found}) IS NOT TRUE" if self.is_negated else found

    def holds(self, row: Any, now: datetime | None = None) -> bool:
        value = getattr(row, self.column)
        is_so = value is not None and _SIGNS[self.sign][1](value, self._value(now))
        return bool(is_so) is not self.is_negated

    def _value(self, now: datetime | None) -> Any:
        if self.value is _Now and now is None:
            raise TypeError(f"what is asked of {self.column} needs the time")
        return now if self.value is _Now else self.value


@dataclass(frozen=True)
class _Missing(_Leaf):
    column: str

    def q(self, now: datetime | None = None) -> Q:
        return _where(self.column, "isnull", not self.is_negated)

    def sql(self, table: Columns) -> str:
        return f"{table[self.column]} IS {'NOT ' if self.is_negated else ''}NULL"

    def holds(self, row: Any, now: datetime | None = None) -> bool:
        return (getattr(row, self.column) is None) is not self.is_negated


@dataclass(frozen=True)
class _Exists(_Leaf):
    model: type[Record]
    column: str
    of: str
    where: Predicate

    def q(self, now: datetime | None = None) -> Q:
        theirs = self.model.filter(self.where.q(now), **{f"{self.column}__isnull": False})
        found = _where(self.of, "in", Subquery(theirs.values(self.column)))
        return ~found | _where(self.of, "isnull", True) if self.is_negated else found

    def sql(self, table: Columns) -> str:
        def where(other: Columns) -> str:
            return f"{other[self.column]} = {table[self.of]} AND {self.where.sql(other)}"

        found = table.exists(self.model.noun, where)
        return f"NOT {found}" if self.is_negated else found

    def holds(self, row: Any, now: datetime | None = None) -> bool:
        raise TypeError(f"what other rows are there is asked of the database, not of a {row}")


def one_of(column: str, *values: Enum | str | bool) -> Predicate:
    """The column has one of these values."""
    return _Compared(column, "IN", values)


def at_least(column: str, number: int) -> Predicate:
    """The column's number is this or more."""
    return _Compared(column, ">=", number)


def begun(column: str) -> Predicate:
    """The column's instant has come."""
    return _Compared(column, "<=", _Now)


def ahead(column: str) -> Predicate:
    """The column's instant is yet to come."""
    return _Compared(column, ">", _Now)


def missing(column: str) -> Predicate:
    """The column is null."""
    return _Missing(column)


def has(model: type[Record], *, by: str, of: str = "id", where: Predicate) -> Predicate:
    """Some row of `model` meets `where`, and its column `by` is this row's column `of`."""
    return _Exists(model, by, of, where)
