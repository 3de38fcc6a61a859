"""How a noun's type says where each of its fields comes from.

A field is one of five kinds: a column, a parent, children, a summary, or a derived value; a
union (an end that may be several nouns) and a group (an object of the same row) complete them.
The kind stands in the field's metadata, where the planner finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument

from models.base import camel
from resolvers.engine.reading.nouns import reads as reads

if TYPE_CHECKING:
    from resolvers.engine.reading.given import Given
    from resolvers.engine.reading.plan import Plan, Table
    from resolvers.engine.reading.request import Asked

KIND = "reads"
CONDITION = "condition"
PAGE_SIZE_DEFAULT = 20
PAGE_SIZE_MAX = 100

Expression = Callable[["Table"], str]
"""SQL for one row of a table."""
Condition = Callable[["Table", "Given"], str]
"""SQL that a row must meet, for the value that a filter was given."""


@dataclass(frozen=True)
class Column:
    """A value of the row: the column `name`, or an expression; `name` None is the field's own."""

    name: str | None = None
    expression: Expression | None = None


@dataclass(frozen=True)
class Parent:
    """One row of `noun` that this row names, by the column `by` or by an expression."""

    by: str | Expression
    noun: str


@dataclass(frozen=True)
class Order:
    """One order of a list: columns that are never null; the key is added as the last one."""

    columns: tuple[str, ...]
    is_descending: bool = False


@dataclass(frozen=True)
class Children:
    """A page of the rows of `noun` whose column `by` names this row; `by` None: all of them.

    `within` writes a select of `id`, each once, for this row: the keys that the page's rows are
    among. The select runs once for a page, whatever way the database finds its rows.
    """

    noun: str
    by: str | None
    orders: Mapping[str | None, Order]
    conditions: Mapping[str, Condition]
    always: Expression | None = None
    within: Expression | None = None


@dataclass(frozen=True)
class Rows:
    """All the rows of `noun` whose column `by` names this row, in an order; few by a rule.

    Without `by`, the rows whose keys `within` selects as `id`, as Children has it; the argument
    `first`, where the field takes one, bounds them further.
    """

    noun: str
    by: str | None
    order: Order
    rows_max: int
    within: Expression | None = None
    of: str | None = None
    """This row's column that theirs names; its key where left out."""


@dataclass(frozen=True)
class Walk:
    """Rows that are reached from this one along edges, each once and the nearest first.

    `edge` is the noun of the edges, `near` and `far` the columns (a noun, a number) of the end
    that is stood at and of the one that is reached; `always` says which edges count. The rows
    reached are of `nouns`.
    """

    edge: str
    near: tuple[str, str]
    far: tuple[str, str]
    nouns: tuple[str, ...]
    always: Expression


@dataclass(frozen=True)
class Summary:
    """An object of counts and means over the rows of `noun` whose column `by` names this row.

    The field's arguments confine them further.
    """

    noun: str
    by: str
    conditions: Mapping[str, Condition]


@dataclass(frozen=True)
class Measured:
    """A pure function of aggregates over the rows of `noun` whose column `by` names this row."""

    noun: str
    by: str
    conditions: Mapping[str, Condition]
    needs: Mapping[str, Expression]
    value: Callable[[Mapping[str, Any], Asked], Any]


@dataclass(frozen=True)
class Derived:
    """A pure function of values that the same statement brings along."""

    needs: Mapping[str, Expression]
    value: Callable[[Mapping[str, Any], Asked], Any]


@dataclass(frozen=True)
class Bounded:
    """A part of a derived value that takes a number within bounds."""

    argument: str
    least: int
    most: int


@dataclass(frozen=True)
class Ranking:
    """Rows of `nouns` that a text finds, the best first; `first` of them where none is said.

    `found` writes selects, each with the name by which those after it read it, for one within
    another would be too deep. The last has noun, row_id, stems, score, sought (the text that is
    looked for) and standing (those that stand lower come first, whatever their score).
    """

    nouns: tuple[str, ...]
    found: Callable[[Plan, Table | None, Mapping[str, Given]], Sequence[tuple[str, str]]]
    first: int


@dataclass(frozen=True)
class Union:
    """The row that a type column and a number column name together.

    `nouns` are those that may stand there; `otherwise` is what stands for none of them, or for
    one out of the viewer's sight: a type's name and its values.
    """

    type_column: str
    id_column: str
    nouns: tuple[str, ...]
    otherwise: tuple[str, Mapping[str, str]] | None = None


@dataclass(frozen=True)
class Group:
    """An object made of columns of the same row; null where `when` is null.

    `brings` writes a select of one row, `brought`, which the object's fields share: it runs once
    for them all, if it is an aggregate.
    """

    when: str | None = None
    brings: Expression | None = None


@dataclass(frozen=True)
class One:
    """A root field: the row that an argument names, by global id or by reference.

    `finds` says in SQL how else it is found.
    """

    noun: str
    prefix: str | None = None
    finds: Callable[[Table, Mapping[str, Given]], list[str]] | None = None


@dataclass(frozen=True)
class Nodes:
    """A root field: the rows that global ids name, of any noun."""

    is_list: bool


@dataclass(frozen=True)
class Overview:
    """A root object of summaries over rows of `noun` that the argument `filter` admits."""

    noun: str
    condition: Condition


@dataclass(frozen=True)
class Scalar:
    """A root value that is one expression over no table."""

    expression: Callable[[Any], str]
    is_first: bool = False


@dataclass(frozen=True)
class Trend:
    """A root list of figures: SQL for one JSON value, and what the graph makes of it."""

    rows: Callable[[Any, Any], str]
    value: Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Grouping:
    """Groups of rows: `rows` selects them in order, each with its `place`, without a limit.

    It is given the plan, the field's arguments and the row that the groups belong to, if any.
    `noun` is that of the rows that are grouped.
    """

    noun: str
    rows: Callable[[Any, Mapping[str, Given], Table | None], str]
    rows_default: int
    rows_max: int
    cost: int = 100


@dataclass(frozen=True)
class Argument:
    """An argument of a field; one with a condition filters a list."""

    annotation: Any
    description: str
    condition: Condition | None = None
    default: Any = strawberry.UNSET


@dataclass(frozen=True)
class Ordering:
    """An order that the client chooses: the input type, and an Order for each of its fields."""

    annotation: Any
    orders: Mapping[str, Order] = field(default_factory=dict)
    default: str = "the newest first"


def declared(description: str, kind: Any, arguments: Mapping[str, Argument] | None = None) -> Any:
    """A field of the graph that the planner answers."""
    result = strawberry.field(description=description, metadata={KIND: kind})
    result.arguments = arguments_of(arguments or {})
    return result


def arguments_of(arguments: Mapping[str, Argument]) -> list[StrawberryArgument]:
    """The arguments of a field as the graph has them."""
    return [
        StrawberryArgument(
            python_name=name,
            graphql_name=None,
            type_annotation=StrawberryAnnotation(argument.annotation),
            description=argument.description,
            default=argument.default,
        )
        for name, argument in arguments.items()
    ]


def column(description: str, name: str | None = None) -> Any:
    """The value of a column, the field's own name where none is given."""
    return declared(description, Column(name))


def computed(description: str, expression: Expression) -> Any:
    """A value that an SQL expression makes of the row, a summary over other rows included."""
    return declared(description, Column(expression=expression))


def parent(description: str, noun: str, by: str | None = None) -> Any:
    """One row that this row names; null where it is out of the viewer's sight."""
    return declared(description, Parent(by or f"{noun}_id", noun))


def rows(
    description: str,
    noun: str,
    *,
    by: str | None = None,
    order: Order,
    rows_max: int,
    within: Expression | None = None,
    arguments: Mapping[str, Argument] | None = None,
    of: str | None = None,
) -> Any:
    """All of a few rows that belong to this one."""
    return declared(description, Rows(noun, by, order, rows_max, within, of), arguments)


def summary(
    description: str, noun: str, *, by: str, where: Mapping[str, Argument] | None = None
) -> Any:
    """An object of counts and means over the rows of `noun` that belong to this row."""
    arguments = where or {}
    conditions = {
        camel(name): argument.condition
        for name, argument in arguments.items()
        if argument.condition is not None
    }
    return declared(description, Summary(noun, by, conditions), arguments)


def measured(
    description: str,
    noun: str,
    *,
    by: str,
    needs: Mapping[str, Expression],
    value: Callable[[Mapping[str, Any], Asked], Any],
    where: Mapping[str, Argument] | None = None,
) -> Any:
    """A function of aggregates over the rows that belong to this row; arguments confine them."""
    plain = summary(description, noun, by=by, where=where)
    kind = plain.metadata[KIND]
    plain.metadata = {KIND: Measured(noun, by, kind.conditions, needs, value)}
    return plain


def derived(
    description: str,
    needs: Sequence[str] | Mapping[str, Expression],
    value: Callable[[Mapping[str, Any], Asked], Any],
) -> Any:
    """A function of columns that the statement brings along, by name or as expressions."""
    if not isinstance(needs, Mapping):
        needs = {name: _plain(name) for name in needs}
    return declared(description, Derived(needs, value))


def named(name: str, field: Any) -> Any:
    """A field under a name that Python can't give it."""
    field.graphql_name = name
    return field


def _plain(name: str) -> Expression:
    return lambda table: table.output(name)


def union(
    description: str,
    *,
    type_column: str,
    id_column: str,
    nouns: tuple[str, ...],
    otherwise: tuple[str, Mapping[str, str]] | None = None,
) -> Any:
    """A row of one of several nouns."""
    return declared(description, Union(type_column, id_column, nouns, otherwise))


def group(description: str, when: str | None = None, *, brings: Expression | None = None) -> Any:
    """An object of this row's own columns."""
    return declared(description, Group(when, brings))


_PAGE = {
    "first": Argument(
        int | None,
        f"How many from the start: 0 to {PAGE_SIZE_MAX}, {PAGE_SIZE_DEFAULT} where neither "
        "`first` nor `last` is given.",
    ),
    "after": Argument(str | None, "Go on behind the row with this cursor."),
    "last": Argument(int | None, f"How many from the end: 0 to {PAGE_SIZE_MAX}; not with `first`."),
    "before": Argument(str | None, "Only rows in front of the one with this cursor."),
}


def children(
    description: str,
    noun: str,
    *,
    by: str | None = None,
    order: Order,
    admits: Any = None,
    orders: Ordering | None = None,
    where: Mapping[str, Argument] | None = None,
    always: Expression | None = None,
    within: Expression | None = None,
) -> Any:
    """A page of rows. `admits` is an input type whose fields carry conditions."""
    arguments = dict(_PAGE)
    conditions: dict[str, Condition] = {}
    for name, argument in (where or {}).items():
        arguments[name] = argument
        if argument.condition is not None:
            conditions[camel(name)] = argument.condition
    if admits is not None:
        arguments["filter"] = Argument(admits | None, "Only rows that meet all of these.")
        conditions["filter"] = filtered(admits)
    chosen: dict[str | None, Order] = {None: order}
    if orders is not None:
        arguments["order_by"] = Argument(
            orders.annotation | None, f"In which order; {orders.default} where it is left out."
        )
        chosen.update(orders.orders)
    return declared(description, Children(noun, by, chosen, conditions, always, within), arguments)


def filtered(filter_type: Any) -> Condition:
    """The condition that a filter's fields make together, those that are given."""
    definition = filter_type.__strawberry_definition__
    conditions: dict[str, Condition] = {
        camel(f.python_name): f.metadata[CONDITION] for f in definition.fields
    }

    def condition(table: Table, given: Given) -> str:
        parts = [conditions[name](table, part) for name, part in given.members()]
        return " AND ".join(parts) or "TRUE"

    return condition


def criterion(description: str, condition: Condition) -> Any:
    """A field of a filter."""
    return strawberry.field(
        description=description, metadata={CONDITION: condition}, default=strawberry.UNSET
    )
