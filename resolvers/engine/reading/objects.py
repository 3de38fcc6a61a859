"""Writes objects: each selected field becomes one expression of the statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLObjectType

from resolvers.engine.reading.dialect import Json, literal
from resolvers.engine.reading.field import TYPENAME, Field
from resolvers.engine.reading.plan import FREE, Cost, Fix, Plan, Table, Written, one, where_all
from resolvers.engine.reading.request import Asked
from resolvers.engine.reading.selection import Selected


def object_of(table: Table, type_: GraphQLObjectType, fields: Mapping[str, Selected]) -> Written:
    """One JSON object of a row, with the fields that are selected."""
    plan = table.plan
    if goes_apart(table):
        return apart(table, lambda other: object_of(other, type_, fields))
    plan.nested += 1
    written = _object(table, type_, fields)
    plan.nested -= 1
    return written


def goes_apart(table: Table) -> bool:
    """Whether nesting another object in the one being written would exceed the maximum.

    Only a plain row can be written apart: groups and the like are in no table to look them up in.
    A scope's conditions are nested too, so with a scope every nested object is written apart.
    """
    plan, limit = table.plan, table.plan.dialect.objects_nested_max
    if limit is None or type(table) is not Table:
        return False
    return plan.nested >= (limit if plan.asked.viewer.sees_everything else 1)


def apart(table: Table, make: Callable[[Table], Written]) -> Written:
    """The object from a view of its own, to which the row's key leads.

    It stands at the head of the statement, so that a deep selection is no deep expression.
    """
    plan = table.plan
    other = plan.table(table.noun.name)
    nested, plan.nested = plan.nested, 0
    written = make(other)
    plan.nested = nested
    name = f"v{len(plan.views) + 1}"
    plan.views.append(
        f"{name}(key, value) AS NOT MATERIALIZED"
        f" (SELECT {other.key}, {written.sql} FROM {other.source})"
    )
    sql = Json(f"(SELECT {name}.value FROM {name} WHERE {name}.key = {table.key})")
    return Written(sql, written.fix, written.cost)


def _object(table: Table, type_: GraphQLObjectType, fields: Mapping[str, Selected]) -> Written:
    pairs: list[tuple[str, str]] = []
    fixes: dict[str, Fix] = {}
    costs: list[Cost] = []
    for key, selected in fields.items():
        if selected.name == TYPENAME:
            written = Written(literal(type_.name), cost=FREE)
        else:
            definition = type_.fields[selected.name]
            written = Field(table.plan, definition, selected, table).write()
        pairs.append((key, written.sql))
        costs.append(written.cost)
        if written.fix is not None:
            fixes[key] = written.fix
    return Written(table.plan.dialect.object(pairs), on_keys(fixes), one(costs))


def row_of(
    plan: Plan,
    noun: str,
    type_: GraphQLObjectType,
    selected: Selected,
    where: Callable[[Table], list[str]],
) -> Written:
    """The first row of `noun` that meets conditions, as a subselect; null if none is visible."""
    other = plan.table(noun)
    written = object_of(other, type_, plan.document.collect(type_, selected.inner))
    clauses = where_all([*where(other), *other.scope()])
    sql = plan.dialect.first([f"SELECT {written.sql} FROM {other.source}{clauses}"])
    return Written(sql, written.fix, written.cost)


def on_keys(fixes: Mapping[str, Fix]) -> Fix | None:
    """Finishes an object's values."""
    if not fixes:
        return None

    def fix(value: Any, asked: Asked) -> Any:
        if value is not None:
            for key, each in fixes.items():
                value[key] = each(value[key], asked)
        return value

    return fix


def on_each(fix: Fix | None) -> Fix | None:
    """Finishes each item of a list."""
    if fix is None:
        return None
    return lambda value, asked: [fix(item, asked) for item in value]
