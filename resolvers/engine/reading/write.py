"""Writes objects: each selected field becomes one expression of the statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
)

from models.columns import instant_text
from resolvers.engine.reading.declare import (
    KIND,
    Bounded,
    Column,
    Derived,
    Expression,
    Group,
    Measured,
    Parent,
    Rows,
    Summary,
    Union,
)
from resolvers.engine.reading.dialect import Json
from resolvers.engine.reading.given import Given, arguments
from resolvers.engine.reading.nouns import NOUNS
from resolvers.engine.reading.plan import (
    Bringing,
    Cost,
    Filtered,
    Fix,
    Plan,
    Table,
    Written,
    where_all,
)
from resolvers.engine.reading.request import Asked, InvalidArgument
from resolvers.engine.reading.selection import Document, Selected

TYPENAME = "__typename"
_MEMBER, _ROW = "is a", "row of"
"""The keys by which a union's member is wrapped: no answer's key can be like them."""


def kind_of(definition: GraphQLField) -> Any:
    """The declaration of a field, or None where the planner has none."""
    declared = definition.extensions.get("strawberry-definition")
    return None if declared is None else declared.metadata.get(KIND)


def inner_type(definition: GraphQLField) -> Any:
    """The type that a field answers with, without lists and non-null."""
    return get_named_type(definition.type)


def one(cost: Iterable[Cost]) -> Cost:
    """The cost of an object with these parts."""
    parts = [part for part in cost if part is not FREE]
    return lambda asked: 1 + sum(part(asked) for part in parts)


def any_of(costs: Iterable[Cost]) -> Cost:
    """The cost of an object that is one of several: the dearest of them."""
    each = list(costs)
    return lambda asked: max((cost(asked) for cost in each), default=1)


def FREE(asked: Asked) -> int:  # noqa: N802  a constant that is called
    """The cost of a plain value."""
    return 0


SUMMARY_COST = 10


def summary(asked: Asked) -> int:
    """The cost of a count or a mean over other rows."""
    return SUMMARY_COST


def object_of(table: Table, type_: GraphQLObjectType, fields: Mapping[str, Selected]) -> Written:
    """One JSON object of a row, with the fields that are selected."""
    plan = table.plan
    if _goes_apart(table):
        return _apart(table, lambda other: object_of(other, type_, fields))
    plan.nested += 1
    written = _object(table, type_, fields)
    plan.nested -= 1
    return written


def _goes_apart(table: Table) -> bool:
    """Whether another object within the one that is being written would be one too many.

    Only a plain row can be written apart: groups and their like are in no table to look them up.
    A scope's conditions are nested too, so that with one each object within another goes apart.
    """
    plan, limit = table.plan, table.plan.dialect.objects_nested_max
    if limit is None or type(table) is not Table:
        return False
    return plan.nested >= (limit if plan.asked.viewer.sees_everything else 1)


def _apart(table: Table, make: Callable[[Table], Written]) -> Written:
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
        written = _field(table, type_, selected)
        pairs.append((key, written.sql))
        costs.append(written.cost)
        if written.fix is not None:
            fixes[key] = written.fix
    return Written(table.plan.dialect.object(pairs), on_keys(fixes), one(costs))


def on_keys(fixes: Mapping[str, Fix]) -> Fix | None:
    """Does to an object's values what each of them needs."""
    if not fixes:
        return None

    def fix(value: Any, asked: Asked) -> Any:
        if value is not None:
            for key, mend in fixes.items():
                value[key] = mend(value[key], asked)
        return value

    return fix


def on_each(fix: Fix | None) -> Fix | None:
    """Does to each item of a list what it needs."""
    if fix is None:
        return None
    return lambda value, asked: [fix(item, asked) for item in value]


def _field(table: Table, type_: GraphQLObjectType, selected: Selected) -> Written:
    if selected.name == TYPENAME:
        return Written(f"'{type_.name}'", cost=FREE)
    definition = type_.fields[selected.name]
    kind = kind_of(definition)
    if type(kind) not in _WRITERS:
        raise TypeError(f"{type_.name}.{selected.name} does not say where it comes from")
    return _WRITERS[type(kind)](table, kind, definition, selected)


Writer = Callable[[Table, Any, GraphQLField, Selected], Written]
_WRITERS: dict[type[Any], Writer] = {}


def writes(kind: type[Any]) -> Callable[[Writer], Writer]:
    """Says that a function writes the fields of a kind."""

    def register(writer: Writer) -> Writer:
        _WRITERS[kind] = writer
        return writer

    return register


@writes(Column)
def _column(table: Table, kind: Column, definition: GraphQLField, selected: Selected) -> Written:
    if kind.expression is None:
        return Written(table.output(kind.name or _snake(selected.name)), cost=FREE)
    sql = kind.expression(table)
    return Written(sql, cost=summary if "SELECT" in sql else FREE)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


@writes(Parent)
def _parent(table: Table, kind: Parent, definition: GraphQLField, selected: Selected) -> Written:
    key = table[kind.by] if isinstance(kind.by, str) else kind.by(table)
    type_ = inner_type(definition)
    return row_of(table.plan, kind.noun, type_, selected, lambda other: key)


def row_of(
    plan: Plan, noun: str, type_: GraphQLObjectType, selected: Selected, key: Any
) -> Written:
    """The row of `noun` that an expression names, as a subselect; null where none is visible."""
    other = plan.table(noun)
    written = object_of(other, type_, plan.document.collect(type_, selected.inner))
    where = where_all([f"{other.key} = {key(other)}", *other.scope()])
    sql = plan.dialect.first([f"SELECT {written.sql} FROM {other.source}{where}"])
    return Written(sql, written.fix, written.cost)


@writes(Rows)
def _rows(table: Table, kind: Rows, definition: GraphQLField, selected: Selected) -> Written:
    plan, type_ = table.plan, inner_type(definition)
    other = plan.table(kind.noun)
    written = object_of(other, type_, plan.document.collect(type_, selected.inner))
    way = " DESC" if kind.order.is_descending else ""
    keys = (*kind.order.columns, other.noun.model._meta.pk_attr)
    order = ", ".join(f"{other[name]}{way}" for name in keys)
    source, clauses = among(other, kind.within, table), other.scope()
    if kind.by is not None:
        key = table.key if kind.of is None else table[kind.of]
        clauses = [f"{other[kind.by]} = {key}", *clauses]
    size = size_of(arguments(definition, selected.nodes[0], plan.asked), "first", kind.rows_max)
    inner = (
        f"SELECT {written.sql} AS item, row_number() OVER (ORDER BY {order}) AS rank"
        f" FROM {source}{where_all(clauses)} ORDER BY rank LIMIT {plan.bind('int', size)}"
    )
    gathered = plan.dialect.gathered("r.item", "r.rank", "TRUE")
    sql = Json(f"(SELECT {gathered} FROM ({inner}) AS r)")

    def cost(asked: Asked) -> int:
        return size(asked) * written.cost(asked)

    return Written(sql, on_each(written.fix), cost)


def among(table: Table, within: Expression | None, of: Table | None) -> str:
    """What a list's rows are found in: all of the table, or those whose keys `within` selects."""
    if within is None or of is None:
        return table.source
    return f"({within(of)}) AS x JOIN {table.source} ON {table.key} = x.id"


def size_of(
    given: Mapping[str, Given], name: str, most: int, *, least: int = 0, default: int | None = None
) -> Callable[[Asked], int]:
    """A number that an argument gives, `default` (or the most) where it gives none.

    Raises InvalidArgument out of its bounds, when a request asks.
    """
    if name not in given:
        found = most if default is None else default
        return lambda asked: found

    def size(asked: Asked) -> int:
        value = int(given[name].get(asked))
        if not least <= value <= most:
            raise InvalidArgument(f"`{name}` is {least} to {most}, not {value}.")
        return value

    return size


@writes(Summary)
def _summary(table: Table, kind: Summary, definition: GraphQLField, selected: Selected) -> Written:
    """An object whose fields are aggregates over the rows that belong to this row."""
    type_ = inner_type(definition)
    fields = table.plan.document.collect(type_, selected.inner)
    return object_of(_belonging(table, kind, definition, selected), type_, fields)


@writes(Measured)
def _measured(
    table: Table, kind: Measured, definition: GraphQLField, selected: Selected
) -> Written:
    """Brings aggregates along, and works the value out where the answer is put together."""
    rows = _belonging(table, kind, definition, selected)
    needs = [(name, expression(rows)) for name, expression in kind.needs.items()]
    project = projection(table.plan.document, inner_type(definition), selected)

    def fix(value: Any, asked: Asked) -> Any:
        return project(kind.value(value, asked), asked)

    return Written(table.plan.dialect.object(needs), fix, summary)


def _belonging(
    table: Table, kind: Summary | Measured, definition: GraphQLField, selected: Selected
) -> Filtered:
    """The rows of a noun that belong to this row and meet the field's arguments."""
    given = arguments(definition, selected.nodes[0], table.plan.asked)

    def admits(other: Table) -> str:
        clauses = [f"{other[kind.by]} = {table.key}"]
        clauses += [
            condition(other, given[name])
            for name, condition in kind.conditions.items()
            if name in given
        ]
        return " AND ".join(clauses)

    return Filtered(table.plan, NOUNS[kind.noun], "", admits, table)


@writes(Derived)
def _derived(table: Table, kind: Derived, definition: GraphQLField, selected: Selected) -> Written:
    """Brings along what the value needs, and works it out where the answer is put together."""
    needs = [(name, expression(table)) for name, expression in kind.needs.items()]
    project = projection(table.plan.document, inner_type(definition), selected)
    check_bounds(table.plan, inner_type(definition), selected)

    def fix(value: Any, asked: Asked) -> Any:
        return project(kind.value(value, asked), asked)

    return Written(table.plan.dialect.object(needs), fix, FREE)


def check_bounds(plan: Plan, type_: Any, selected: Selected) -> None:
    """Has each request's numbers for parts of a derived value checked before anything is run."""
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


Project = Callable[[Any, Asked], Any]


def projection(document: Document, type_: Any, selected: Selected) -> Project:
    """A function that keeps of plain values (objects as mappings) what is selected.

    A value that can be called is worked out from the field's own arguments.
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


@writes(Group)
def _group(table: Table, kind: Group, definition: GraphQLField, selected: Selected) -> Written:
    plan, source, type_ = table.plan, None, inner_type(definition)
    if kind.brings is not None:
        if _goes_apart(table):
            return _apart(table, lambda other: _group(other, kind, definition, selected))
        plan.aliases += 1
        name = f"b{plan.aliases}"
        source = f"({kind.brings(table)}) AS {name}"
        table = Bringing(plan, table.noun, table.alias, f"{name}.brought")
    written = object_of(table, type_, plan.document.collect(type_, selected.inner))
    if source is not None:
        written = Written(Json(f"(SELECT {written.sql} FROM {source})"), written.fix, written.cost)
    if kind.when is None:
        return written
    sql = plan.dialect.either(f"{table[kind.when]} IS NOT NULL", written.sql)
    return Written(sql, written.fix, written.cost)


@writes(Union)
def _union(table: Table, kind: Union, definition: GraphQLField, selected: Selected) -> Written:
    """The row that the type column and the number column name."""
    plan, type_ = table.plan, inner_type(definition)
    named = (table[kind.type_column], table[kind.id_column])
    selects, fixes, costs = union_members(plan, type_, selected, kind.nouns, *named)
    if kind.otherwise is not None:
        name, values = kind.otherwise
        last = _constant(plan, plan.document.schema.get_type(name), selected, values)
        selects.append(f"SELECT {last}")
    return Written(plan.dialect.first(selects), by_type(fixes), any_of(costs))


def union_members(
    plan: Plan, type_: Any, selected: Selected, nouns: Sequence[str], noun_is: str, id_is: str
) -> tuple[list[str], dict[str, Fix], list[Cost]]:
    """A select for each noun that may stand there; the type's name comes along for fixes."""
    possible = {t.name for t in possible_types(plan, type_)}
    selects: list[str] = []
    fixes: dict[str, Fix] = {}
    costs: list[Cost] = []
    for noun in nouns:
        member = plan.document.schema.get_type(NOUNS[noun].type_name)
        if not isinstance(member, GraphQLObjectType) or member.name not in possible:
            continue
        other = plan.table(noun)
        written = object_of(other, member, plan.document.collect(member, selected.inner))
        sql = written.sql
        if written.fix is not None:
            fixes[member.name] = written.fix
            sql = plan.dialect.object([(_MEMBER, f"'{member.name}'"), (_ROW, sql)])
        where = [f"{noun_is} = '{noun}'", f"{other.key} = {id_is}", *other.scope()]
        selects.append(f"SELECT {sql} FROM {other.source}{where_all(where)}")
        costs.append(written.cost)
    return selects, fixes, costs


def by_type(fixes: Mapping[str, Fix]) -> Fix | None:
    """Undoes the wrapping of members that need fixing, and fixes them."""
    if not fixes:
        return None

    def fix(value: Any, asked: Asked) -> Any:
        if isinstance(value, dict) and _MEMBER in value:
            return fixes[value[_MEMBER]](value[_ROW], asked)
        return value

    return fix


def possible_types(plan: Plan, type_: Any) -> Sequence[GraphQLObjectType]:
    """The object types that may stand where `type_` is declared."""
    if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
        return plan.document.schema.get_possible_types(type_)
    return [type_]


def _constant(plan: Plan, type_: Any, selected: Selected, values: Mapping[str, str]) -> str:
    fields = plan.document.collect(type_, selected.inner)
    pairs = [
        (key, f"'{type_.name}'" if part.name == TYPENAME else f"'{values[part.name]}'")
        for key, part in fields.items()
    ]
    return plan.dialect.object(pairs)
