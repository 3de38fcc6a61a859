"""Walks along edges: what is reached, at which depth, and by which path.

A recursive statement runs over (noun, number, depth), in which equal ones merge, and never over
paths, of which diamonds have millions. Each row reached is kept at its least depth, with the row
it was reached from; as those are all nearer, the paths are put together from the answer's rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import GraphQLObjectType

from models.bounds import DEPENDENCIES_PER_ANSWER_MAX, DEPENDENCY_DEPTH_MAX
from resolvers.engine.reading.dialect import Json, literal
from resolvers.engine.reading.field import TYPENAME, Field, Kind, inner_type
from resolvers.engine.reading.nouns import NOUNS
from resolvers.engine.reading.objects import object_of
from resolvers.engine.reading.plan import (
    SUBSELECT_COST,
    Cost,
    Expression,
    Fix,
    Table,
    Written,
    where_all,
)
from resolvers.engine.reading.request import Asked
from resolvers.engine.reading.rows import size_of
from resolvers.engine.reading.selection import Selected
from resolvers.engine.reading.unions import Members

DEPTH_DEFAULT = 1
_START, _ROWS, _FROM = "the start", "the rows", "came from"
"""Keys of what the statement returns for paths: no answer's key can look like them."""


@dataclass(frozen=True)
class Walk(Kind):
    """Rows that are reached from this one along edges, each once and the nearest first.

    `edge` is the noun of the edges, `near` and `far` the columns (a noun, a number) of the end
    that is departed from and of the one that is reached; `always` says which edges count. The
    rows reached are of `nouns`.
    """

    edge: str
    near: tuple[str, str]
    far: tuple[str, str]
    nouns: tuple[str, ...]
    always: Expression

    def write(self, field: Field) -> Written:
        """The list of all that is reached from a row, the nearest first."""
        plan, start = field.plan, field.row
        depth = size_of(field.given, "depth", DEPENDENCY_DEPTH_MAX, least=1, default=DEPTH_DEFAULT)
        size = size_of(field.given, "first", DEPENDENCIES_PER_ANSWER_MAX)
        found = reached(self, start, plan.bind("int", depth))
        head = f"{found}, near AS ({_near(plan.bind('int', size))})"
        parts = _Parts(start, self, field.type)
        plan.nested += 1  # a walk is as deep an expression as an object more
        for key, part in field.parts().items():
            parts.take(key, part)
        plan.nested -= 1
        made = plan.dialect.object(parts.pairs)
        rows = f"(SELECT {made} AS item, n.rank FROM near AS n ORDER BY n.rank) AS r"
        body: str = plan.dialect.gathered("r.item", "r.rank", "TRUE")
        if parts.starts:
            started = plan.dialect.object(list(parts.starts.items()))
            body = plan.dialect.object([(_START, started), (_ROWS, body)])

        def cost(asked: Asked) -> int:
            items, steps = parts.costs(asked)
            return SUBSELECT_COST + size(asked) * (1 + items + depth(asked) * steps)

        return Written(Json(f"({head} SELECT {body} FROM {rows})"), parts.fix(), cost)


def reached(kind: Walk, start: Table, depth_max: str | None = None) -> str:
    """The head of a statement: a table `walk` of all that is reached from a row, itself included.

    Its columns are noun and id, and depth where `depth_max` bounds it.
    """
    edge = start.plan.table(kind.edge)
    (near_noun, near_id), (far_noun, far_id) = kind.near, kind.far
    where = [f"{edge[near_noun]} = w.noun", f"{edge[near_id]} = w.id", kind.always(edge)]
    where += edge.scope()
    names, first, then = "noun, id", "", ""
    if depth_max is not None:
        names, first, then = "noun, id, depth", ", 0", ", w.depth + 1"
        where.append(f"w.depth < {depth_max}")
    found = start.plan.dialect.beside("walk AS w", edge.source, edge.alias, where_all(where))
    return (
        f"WITH RECURSIVE walk({names}) AS ("
        f"SELECT CAST({literal(start.noun.name)} AS text), {start.key}{first}"
        f" UNION SELECT CAST({edge[far_noun]} AS text), {edge[far_id]}{then} {found})"
    )


def _near(size: str) -> str:
    """Each row at its least depth, without the start, even if edges close a circle."""
    least = "SELECT w.noun, w.id, min(w.depth) AS depth FROM walk AS w GROUP BY w.noun, w.id"
    order = "d.depth, d.noun, d.id"
    return (
        f"SELECT d.noun, d.id, d.depth, row_number() OVER (ORDER BY {order}) AS rank"
        f" FROM ({least}) AS d WHERE d.depth > 0 ORDER BY {order} LIMIT {size}"
    )


@dataclass
class _Parts:
    """What is selected of each row that is reached."""

    start: Table
    kind: Walk
    type_: GraphQLObjectType

    def __post_init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []
        self.starts: dict[str, str] = {}
        self.items: dict[str, Fix] = {}
        self.steps: dict[str, tuple[Fix, Fix]] = {}
        self._item_costs: list[Cost] = []
        self._step_costs: list[Cost] = []

    def take(self, key: str, part: Selected) -> None:
        if part.name == TYPENAME:
            self.pairs.append((key, literal(self.type_.name)))
        elif part.name == "depth":
            self.pairs.append((key, "n.depth"))
        elif part.name == "item":
            fix = self._row(key, part, self._item_costs)
            if fix is not None:
                self.items[key] = fix
        else:
            self._path(key, part)

    def _row(self, key: str, part: Selected, costs: list[Cost]) -> Fix | None:
        """The row of `n` as the selection has it."""
        plan, type_ = self.start.plan, inner_type(self.type_.fields[part.name])
        members = Members(plan, type_, part, self.kind.nouns)
        self.pairs.append((key, plan.dialect.first(members.selects("n.noun", "n.id"))))
        costs.append(members.cost())
        return members.fix()

    def _path(self, key: str, part: Selected) -> None:
        """Each row returns itself as a step, and the rank of the row that it was reached from."""
        start, plan = self.start, self.start.plan
        if not self.steps:
            self.pairs.append((_FROM, self._predecessor()))
        fix = self._row(key, part, self._step_costs)
        type_: Any = plan.document.schema.get_type(NOUNS[start.noun.name].type_name)
        written = object_of(start, type_, plan.document.collect(type_, part.inner))
        self.starts[key] = written.sql
        self.steps[key] = (written.fix or _as_it_is, fix or _as_it_is)

    def _predecessor(self) -> str:
        edge = self.start.plan.table(self.kind.edge)
        (near_noun, near_id), (far_noun, far_id) = self.kind.near, self.kind.far
        where = [
            f"{edge[far_noun]} = n.noun",
            f"{edge[far_id]} = n.id",
            self.kind.always(edge),
            "p.depth = n.depth - 1",
            *edge.scope(),
        ]
        found = (
            f"SELECT min(p.rank) FROM {edge.source} JOIN near AS p"
            f" ON p.noun = {edge[near_noun]} AND p.id = {edge[near_id]}{where_all(where)}"
        )
        return f"coalesce(({found}), 0)"

    def costs(self, asked: Asked) -> tuple[int, int]:
        """What a row and what a step of a path cost."""
        return (
            sum(each(asked) for each in self._item_costs),
            sum(each(asked) for each in self._step_costs),
        )

    def fix(self) -> Fix | None:
        """Finishes the rows, and puts their paths together."""
        if not self.items and not self.steps:
            return None
        items, steps = self.items, self.steps

        def finished(row: dict[str, Any], asked: Asked) -> dict[str, Any]:
            for key, each in items.items():
                row[key] = each(row[key], asked)
            return row

        def fix(value: Any, asked: Asked) -> Any:
            if not steps:
                return [finished(row, asked) for row in value]
            rows = [finished(row, asked) for row in value[_ROWS]]
            origins = [row.pop(_FROM) for row in rows]
            for key, (fix_start, fix_step) in steps.items():
                paths = [[fix_start(value[_START][key], asked)]]
                for row, origin in zip(rows, origins, strict=True):
                    paths.append([*paths[origin], fix_step(row[key], asked)])
                    row[key] = paths[-1]
            return rows

        return fix


def _as_it_is(value: Any, asked: Asked) -> Any:
    return value
