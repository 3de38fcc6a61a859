"""A root field as one statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLField

from models import access
from resolvers.engine.reading import walk as walk
from resolvers.engine.reading.declare import (
    Children,
    Grouping,
    Nodes,
    One,
    Overview,
    Ranking,
    Scalar,
    Trend,
)
from resolvers.engine.reading.given import Given, arguments
from resolvers.engine.reading.grouping import grouping
from resolvers.engine.reading.nouns import NOUN_OF_TYPE, NOUNS
from resolvers.engine.reading.pages import page
from resolvers.engine.reading.plan import Filtered, Plan, Table, Written, where_all
from resolvers.engine.reading.ranking import ranking
from resolvers.engine.reading.request import (
    Asked,
    InvalidArgument,
    reference_id,
    row_id,
    split_id,
)
from resolvers.engine.reading.selection import Selected
from resolvers.engine.reading.write import (
    any_of,
    by_type,
    inner_type,
    kind_of,
    object_of,
    on_each,
    projection,
    row_of,
    union_members,
)

NODES_MAX = 100
TREND_COST = 100


def TREND(asked: Asked) -> int:  # noqa: N802  a constant that is called
    """The cost of a list of figures over many rows."""
    return TREND_COST


def root(plan: Plan, definition: GraphQLField, selected: Selected) -> Written:
    """The one JSON value of a root field."""
    kind = kind_of(definition)
    given = arguments(definition, selected.nodes[0], plan.asked)
    if isinstance(kind, Children):
        return page(plan, kind, definition, selected)
    if isinstance(kind, One):
        if kind.finds is not None:
            return _found(plan, kind, definition, selected, given)
        number = _named(kind, given)
        return row_of(
            plan,
            kind.noun,
            inner_type(definition),
            selected,
            lambda _: plan.bind("int", number),
        )
    if isinstance(kind, Nodes):
        return _nodes(plan, definition, selected, given, is_list=kind.is_list)
    if isinstance(kind, Overview):
        return _overview(plan, kind, definition, selected, given)
    if isinstance(kind, Ranking):
        return ranking(plan, kind, definition, selected)
    if isinstance(kind, Grouping):
        return grouping(plan, kind, definition, selected)
    if isinstance(kind, Trend):
        return _trend(plan, kind, definition, selected, given)
    assert isinstance(kind, Scalar)
    return Written(kind.expression(plan))


def _found(
    plan: Plan, kind: One, definition: GraphQLField, selected: Selected, given: dict[str, Given]
) -> Written:
    """The row that a condition of the field's own finds."""
    assert kind.finds is not None
    table, type_ = plan.table(kind.noun), inner_type(definition)
    written = object_of(table, type_, plan.document.collect(type_, selected.inner))
    where = where_all([*kind.finds(table, given), *table.scope()])
    sql = plan.dialect.first([f"SELECT {written.sql} FROM {table.source}{where}"])
    return Written(sql, written.fix, written.cost)


def payload_row(plan: Plan, type_: Any, selected: Selected) -> Written:
    """The row that a mutation changed, or that an event is about: the request's own row."""
    noun = NOUN_OF_TYPE[type_.name].name
    return row_of(plan, noun, type_, selected, lambda _: plan.bind("int", lambda asked: asked.row))


def _named(kind: One, given: dict[str, Given]) -> Callable[[Asked], int]:
    """The number that `id` or `reference` names; 0, which no row has, for what names none."""
    if kind.prefix is not None and ("id" in given) == ("reference" in given):
        raise InvalidArgument("Give `id` or `reference`, one of the two.")
    if "id" in given:
        of_id = given["id"].get
        return lambda asked: row_id(kind.noun, str(of_id(asked))) or 0
    prefix, of_reference = kind.prefix or "", given["reference"].get
    return lambda asked: reference_id(prefix, str(of_reference(asked))) or 0


def _nodes(
    plan: Plan,
    definition: GraphQLField,
    selected: Selected,
    given: dict[str, Given],
    *,
    is_list: bool,
) -> Written:
    """The rows that ids name, in their order, null for what is not there to be seen."""
    get = given["ids" if is_list else "id"].get

    def pairs(asked: Asked) -> list[tuple[str, int]]:
        ids = get(asked) if is_list else [get(asked)]
        if len(ids) > NODES_MAX:
            raise InvalidArgument(f"Ask for at most {NODES_MAX} ids at a time.")
        return [split_id(str(item)) or ("", 0) for item in ids]

    viewer = plan.asked.viewer
    nouns = tuple(
        noun for noun in NOUNS if noun in access.CUSTOMER_SIDE and access.is_node(viewer, noun)
    )
    mark = plan.bind("json", lambda asked: [list(pair) for pair in pairs(asked)])
    source = f"{plan.dialect.ids(mark)} AS i"
    selects, fixes, costs = union_members(
        plan, inner_type(definition), selected, nouns, "i.noun", "i.id"
    )
    item, fix, each = plan.dialect.first(selects), by_type(fixes), any_of(costs)
    if not is_list:
        return Written(f"(SELECT {item} FROM {source})", fix, each)
    rows = f"(SELECT {item} AS item, i.ordinal AS rank FROM {source} ORDER BY i.ordinal) AS n"
    gathered = plan.dialect.gathered("n.item", "n.rank", "TRUE")
    return Written(
        f"(SELECT {gathered} FROM {rows})",
        on_each(fix),
        lambda asked: each(asked) * max(len(get(asked)), 1),
    )


def _trend(
    plan: Plan,
    kind: Trend,
    definition: GraphQLField,
    selected: Selected,
    given: dict[str, Given],
) -> Written:
    project = projection(plan.document, inner_type(definition), selected)

    def fix(value: Any, asked: Asked) -> Any:
        return project(kind.value(value, asked), asked)

    return Written(kind.rows(plan, given), fix, TREND)


def _overview(
    plan: Plan,
    kind: Overview,
    definition: GraphQLField,
    selected: Selected,
    given: dict[str, Given],
) -> Written:
    def admits(table: Table) -> str:
        return kind.condition(table, given["filter"]) if "filter" in given else "TRUE"

    table = Filtered(plan, NOUNS[kind.noun], "", admits, given=given)
    type_ = inner_type(definition)
    return object_of(table, type_, plan.document.collect(type_, selected.inner))
