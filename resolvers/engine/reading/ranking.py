"""Lists of what a text finds, the best first: rows of several nouns, each with its score.

What is found is one select over the index of text, under a limit; the rows are made of what is
left. The words that matched are worked out where the answer is put together, by the same stems
that the index was made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLField

from models import searching
from resolvers.engine.reading.declare import Ranking
from resolvers.engine.reading.dialect import Json
from resolvers.engine.reading.given import arguments
from resolvers.engine.reading.plan import Cost, Fix, Plan, Table, Written
from resolvers.engine.reading.request import Asked
from resolvers.engine.reading.selection import Selected
from resolvers.engine.reading.write import (
    SUMMARY_COST,
    TYPENAME,
    any_of,
    by_type,
    inner_type,
    on_each,
    on_keys,
    size_of,
    union_members,
    writes,
)

RANKED_MAX = 100
"""How many rows one list gives at most."""
_TEXT, _HELD = "the text", "the stems"


@writes(Ranking)
def _of_row(table: Table, kind: Ranking, definition: GraphQLField, selected: Selected) -> Written:
    return ranking(table.plan, kind, definition, selected, table)


def ranking(
    plan: Plan, kind: Ranking, definition: GraphQLField, selected: Selected, of: Table | None = None
) -> Written:
    """The list; `of` is the row whose text is looked for, where it is a row's.

    The rows that are found are written apart wherever anything is: this is deep as it is.
    """
    given = arguments(definition, selected.nodes[0], plan.asked)
    size = size_of(given, "first", RANKED_MAX, default=kind.first)
    found = kind.found(plan, of, given)
    order = "f.standing, f.score DESC, f.noun, f.row_id DESC"
    best = (
        f"SELECT f.*, row_number() OVER (ORDER BY {order}) AS place FROM {found[-1][0]} AS f"
        f" ORDER BY {order} LIMIT {plan.bind('int', size)}"
    )
    head = ", ".join(f"{name} AS ({select})" for name, select in (*found, ("ranked", best)))
    pairs: list[tuple[str, str]] = []
    fixes: dict[str, Fix] = {}
    costs: list[Cost] = []
    type_ = inner_type(definition)
    for key, part in plan.document.collect(type_, selected.inner).items():
        if part.name == TYPENAME:
            pairs.append((key, f"'{type_.name}'"))
        elif part.name == "score":
            pairs.append((key, "n.score"))
        elif part.name == "matchedTerms":
            pairs.append((key, plan.dialect.object([(_TEXT, "n.sought"), (_HELD, "n.stems")])))
            fixes[key] = _matched
        else:
            row = inner_type(type_.fields[part.name])
            nested, plan.nested = plan.nested, plan.dialect.objects_nested_max or plan.nested
            selects, mends, each = union_members(plan, row, part, kind.nouns, "n.noun", "n.row_id")
            plan.nested = nested
            pairs.append((key, plan.dialect.first(selects)))
            costs.append(any_of(each))
            mend = by_type(mends)
            if mend is not None:
                fixes[key] = mend
    rows = f"SELECT {plan.dialect.object(pairs)} AS item, n.place FROM ranked AS n"
    listed = plan.dialect.gathered("r.item", "r.place", "TRUE")

    def cost(asked: Asked) -> int:
        return SUMMARY_COST + size(asked) * (1 + sum(each(asked) for each in costs))

    sql = Json(f"(WITH {head} SELECT {listed} FROM ({rows} ORDER BY n.place) AS r)")
    return Written(sql, on_each(on_keys(fixes)), cost)


def _matched(value: Mapping[str, Any], asked: Asked) -> list[str]:
    return searching.matched(value[_TEXT], value[_HELD])


__all__ = ["RANKED_MAX", "ranking"]
