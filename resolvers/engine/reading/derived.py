"""Values that Python computes from what the statement returned, while building the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from graphql import GraphQLField, GraphQLObjectType

from models.columns import instant_text
from resolvers.engine.reading.arguments import Given, arguments
from resolvers.engine.reading.field import TYPENAME, Field, Kind, declared, inner_type, kind_of
from resolvers.engine.reading.plan import FREE, Cost, Expression, Fix, Plan, Table, Written
from resolvers.engine.reading.request import Asked
from resolvers.engine.reading.rows import size_of
from resolvers.engine.reading.selection import Document, Selected

Value = Callable[[Mapping[str, Any], Asked], Any]
"""A pure function of what the statement returned, and of the request: its time, its language."""
Project = Callable[[Any, Asked], Any]


@dataclass(frozen=True)
class Derived(Kind):
    """A pure function of values that the same statement returns."""

    needs: Mapping[str, Expression]
    value: Value

    def write(self, field: Field) -> Written:
        check_bounds(field.plan, field.type, field.selected)
        return brought(field, field.row, self.needs, self.value, FREE)


@dataclass(frozen=True)
class Bounded:
    """A part of a derived value that takes a number within bounds."""

    argument: str
    least: int
    most: int


def derived(description: str, needs: Sequence[str] | Mapping[str, Expression], value: Value) -> Any:
    """A function of columns that the statement returns, by name or as expressions."""
    if not isinstance(needs, Mapping):
        needs = {name: _column(name) for name in needs}
    return declared(description, Derived(needs, value))


def _column(name: str) -> Expression:
    return lambda table: table.output(name)


def brought(
    field: Field, table: Table, needs: Mapping[str, Expression], value: Value, cost: Cost
) -> Written:
    """What a value needs of a table, as JSON, and the value that is made of it."""
    pairs = [(name, expression(table)) for name, expression in needs.items()]
    return Written(field.plan.dialect.object(pairs), worked_out(field, value), cost)


def worked_out(field: Field, value: Callable[[Any, Asked], Any]) -> Fix:
    """Makes a value of what the statement returned, and keeps what is selected."""
    project = projection(field.plan.document, field.type, field.selected)
    return lambda found, asked: project(value(found, asked), asked)


def check_bounds(plan: Plan, type_: Any, selected: Selected) -> None:
    """Checks each request's numbers for parts of a derived value before anything runs."""
    if not isinstance(type_, GraphQLObjectType):
        return
    for part in plan.document.collect(type_, selected.inner).values():
        if part.name == TYPENAME:
            continue
        definition = type_.fields[part.name]
        bounded = kind_of(definition)
        if isinstance(bounded, Bounded):
            given = arguments(definition, part.nodes[0], plan.asked)
            plan.checks.append(size_of(given, bounded.argument, bounded.most, least=bounded.least))


def projection(document: Document, type_: Any, selected: Selected) -> Project:
    """A function that keeps only what is selected of plain values (objects as mappings).

    A callable value is called with the field's own arguments.
    """
    if not isinstance(type_, GraphQLObjectType):
        return lambda value, asked: plain(value)
    fields = document.collect(type_, selected.inner)
    parts = [
        (key, part.name, *_inner(document, type_.fields[part.name], part))
        for key, part in fields.items()
        if part.name != TYPENAME
    ]
    names = [key for key, part in fields.items() if part.name == TYPENAME]

    def project(value: Any, asked: Asked) -> Any:
        if value is None:
            return None
        if isinstance(value, list | tuple):
            return [project(item, asked) for item in value]
        found: dict[str, Any] = dict.fromkeys(names, type_.name)
        for key, name, taken, inner in parts:
            part = value[name]
            if callable(part):
                part = part(**{name: each.get(asked) for name, each in taken(asked).items()})
            found[key] = inner(part, asked)
        return {key: found[key] for key in fields}

    return project


def _inner(
    document: Document, definition: GraphQLField, part: Selected
) -> tuple[Callable[[Asked], dict[str, Given]], Project]:
    """How to take a field's arguments, and how to project its value."""
    return (
        lambda asked: arguments(definition, part.nodes[0], asked),
        projection(document, inner_type(definition), part),
    )


def plain(value: Any) -> Any:
    """A value of the domain as JSON holds it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value
