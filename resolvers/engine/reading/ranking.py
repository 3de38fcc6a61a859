"""Lists of what a text finds, best first: rows of several nouns, each with its score.

What is found is one select over the text index, under a limit; the rows are built from the result.
The matching words are computed while building the answer, by the same stems as the index.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models import searching
from resolvers.engine.reading.arguments import Given
from resolvers.engine.reading.dialect import Json, literal
from resolvers.engine.reading.field import TYPENAME, Field, Kind, inner_type
from resolvers.engine.reading.objects import on_each, on_keys
from resolvers.engine.reading.plan import SUBSELECT_COST, Cost, Fix, Plan, Table, Written, one
from resolvers.engine.reading.request import Asked
from resolvers.engine.reading.rows import size_of
from resolvers.engine.reading.unions import Members

RANKED_MAX = 100
"""How many rows one list returns at most."""
_TEXT, _HELD = "the text", "the stems"


@dataclass(frozen=True)
class Ranking(Kind):
    """Rows of `nouns` that a text finds, best first; by default `first` of them.

    `found` writes selects, each with the name by which those after it read it, as nesting them
    would be too deep. The last has noun, row_id, stems, score, sought (the text that is
    looked for) and standing (lower ones come first, whatever their score).
    """

    nouns: tuple[str, ...]
    found: Callable[[Plan, Table | None, Mapping[str, Given]], Sequence[tuple[str, str]]]
    first: int

    def write(self, field: Field) -> Written:
        """The rows found are written apart if anything is, as this is already deep."""
        plan = field.plan
        size = size_of(field.given, "first", RANKED_MAX, default=self.first)
        found = self.found(plan, field.of, field.given)
        order = "f.standing, f.score DESC, f.noun, f.row_id DESC"
        best = (
            f"SELECT f.*, row_number() OVER (ORDER BY {order}) AS place FROM {found[-1][0]} AS f"
            f" ORDER BY {order} LIMIT {plan.bind('int', size)}"
        )
        head = ", ".join(f"{name} AS ({select})" for name, select in (*found, ("ranked", best)))
        item, fix, each = self._item(field)
        rows = f"SELECT {item} AS item, n.place FROM ranked AS n"
        listed = plan.dialect.gathered("r.item", "r.place", "TRUE")
        sql = Json(f"(WITH {head} SELECT {listed} FROM ({rows} ORDER BY n.place) AS r)")
        return Written(sql, on_each(fix), lambda asked: SUBSELECT_COST + size(asked) * each(asked))

    def _item(self, field: Field) -> tuple[str, Fix | None, Cost]:
        """One row with its score, as it is selected."""
        plan, type_ = field.plan, field.type
        pairs: list[tuple[str, str]] = []
        fixes: dict[str, Fix] = {}
        costs: list[Cost] = []
        for key, part in field.parts().items():
            if part.name == TYPENAME:
                pairs.append((key, literal(type_.name)))
            elif part.name == "score":
                pairs.append((key, "n.score"))
            elif part.name == "matchedTerms":
                pairs.append((key, plan.dialect.object([(_TEXT, "n.sought"), (_HELD, "n.stems")])))
                fixes[key] = _matched
            else:
                members = Members(plan, inner_type(type_.fields[part.name]), part, self.nouns)
                nested, plan.nested = plan.nested, plan.dialect.objects_nested_max or plan.nested
                pairs.append((key, plan.dialect.first(members.selects("n.noun", "n.row_id"))))
                plan.nested = nested
                costs.append(members.cost())
                fix = members.fix()
                if fix is not None:
                    fixes[key] = fix
        return plan.dialect.object(pairs), on_keys(fixes), one(costs)


def _matched(value: Mapping[str, Any], asked: Asked) -> list[str]:
    return searching.matched(value[_TEXT], value[_HELD])
