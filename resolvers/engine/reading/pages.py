"""Pages of lists: which rows, in which order, and where from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from resolvers.engine.reading.arguments import Given
from resolvers.engine.reading.conditions import filtered
from resolvers.engine.reading.connections import ConnectionWriter, Page
from resolvers.engine.reading.field import (
    Argument,
    Field,
    Kind,
    conditions_of,
    declared,
    inner_type,
)
from resolvers.engine.reading.plan import Condition, Expression, Plan, Table, Written
from resolvers.engine.reading.request import Asked, InvalidArgument
from resolvers.engine.reading.rows import Order, source_of

PAGE_SIZE_DEFAULT = 20
PAGE_SIZE_MAX = 100


@dataclass(frozen=True)
class Children(Kind):
    """A page of the rows of `noun` whose column `by` names this row; `by` None: all of them.

    `within` writes a select of `id`, each once, for this row: the keys to which the page's rows
    are confined. The select runs once for a page, however the database finds its rows.
    """

    noun: str
    by: str | None
    orders: Mapping[str | None, Order]
    conditions: Mapping[str, Condition]
    always: Expression | None = None
    within: Expression | None = None

    def write(self, field: Field) -> Written:
        """A connection as one subselect."""
        page, fields = _page(field.plan, self, field.given, field.of), field.parts()
        names = {
            inner.name
            for part in fields.values()
            if part.name == "pageInfo"
            for inner in field.plan.document.collect(
                inner_type(field.type.fields["pageInfo"]), part.inner
            ).values()
        }
        page.is_probed = ("hasPreviousPage" if page.is_backward else "hasNextPage") in names
        return ConnectionWriter(page, field.type).write(fields)


def _page(plan: Plan, kind: Children, given: dict[str, Given], of: Table | None) -> Page:
    if "first" in given and "last" in given:
        raise InvalidArgument("Give `first` or `last`, not both.")
    if "after" in given and "before" in given:
        raise InvalidArgument("Give `after` or `before`, not both.")
    is_backward = "last" in given or ("before" in given and "first" not in given)
    if ("after" in given and is_backward) or ("before" in given and not is_backward):
        raise InvalidArgument("`after` goes with `first`, and `before` with `last`.")
    table = plan.table(kind.noun)
    order_name, order = _order(kind, given.get("orderBy"))

    def conditions() -> list[str]:
        clauses = [] if of is None or kind.by is None else [f"{table[kind.by]} = {of.key}"]
        if kind.always is not None:
            clauses.append(kind.always(table))
        clauses += [
            condition(table, given[name])
            for name, condition in kind.conditions.items()
            if name in given
        ]
        return clauses + table.scope()

    return Page(
        plan,
        table,
        order,
        order_name,
        is_backward,
        _size(given.get("last" if is_backward else "first")),
        given.get("before" if is_backward else "after"),
        conditions,
        lambda: source_of(table, kind.within, of),
    )


def _order(kind: Children, given: Given | None) -> tuple[str, Order]:
    if given is None:
        return "", kind.orders[None]
    name, direction = given.value["field"].value, given.value["direction"].value
    columns = kind.orders[name].columns
    return f"{name} {direction}", Order(columns, is_descending=direction == "DESC")


def _size(given: Given | None) -> Callable[[Asked], int]:
    if given is None:
        return lambda asked: PAGE_SIZE_DEFAULT

    def size(asked: Asked) -> int:
        value = int(given.get(asked))
        if not 0 <= value <= PAGE_SIZE_MAX:
            raise InvalidArgument(f"A page has 0 to {PAGE_SIZE_MAX} rows, not {value}.")
        return value

    return size


@dataclass(frozen=True)
class Ordering:
    """An order that the client chooses: the input type, and an Order for each of its fields."""

    annotation: Any
    orders: Mapping[str, Order] = field(default_factory=dict)
    default: str = "newest first"


_PAGE = {
    "first": Argument(
        int | None,
        f"How many from the start: 0 to {PAGE_SIZE_MAX}; {PAGE_SIZE_DEFAULT} if neither `first` "
        "nor `last` is given.",
    ),
    "after": Argument(str | None, "Only rows after the one with this cursor."),
    "last": Argument(
        int | None, f"How many from the end: 0 to {PAGE_SIZE_MAX}; not together with `first`."
    ),
    "before": Argument(str | None, "Only rows before the one with this cursor."),
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
    arguments = _PAGE | dict(where or {})
    conditions = conditions_of(where or {})
    if admits is not None:
        arguments["filter"] = Argument(admits | None, "Only rows that meet these conditions.")
        conditions["filter"] = filtered(admits)
    chosen: dict[str | None, Order] = {None: order}
    if orders is not None:
        arguments["order_by"] = Argument(
            orders.annotation | None, f"The order of the list; {orders.default} by default."
        )
        chosen.update(orders.orders)
    return declared(description, Children(noun, by, chosen, conditions, always, within), arguments)
