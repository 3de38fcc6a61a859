"""Every kind of field, by the function or the class that declares it; see the kind's module.

| declared by | is |
|---|---|
| `column` | a value of the row |
| `computed` | an expression over the row's columns |
| `subselect` | a value found in other rows, such as a count |
| `derived` | a pure function of values that the statement returns |
| `group` | an object of the row's own columns |
| `parent` | one row that this row names |
| `union` | a row of one of several nouns |
| `rows` | a few rows, all of them |
| `children` | a page of rows; at the root, of all of them |
| `summary`, `measured` | counts and means over rows; a function of those |
| `Walk` | rows that are reached along edges |
| `Ranking` | rows that a text finds, best first |
| `Grouping` | groups of rows that no table holds |
| `by_id`, `One`, `Nodes` | at the root: rows by id, by reference, or as `finds` has it |
| `Overview` | at the root: an object of summaries |
| `Series` | at the root: a list of figures |
| `Constant` | at the root: one expression over no row |

`Bounded` is for a part of a derived value that takes a number.
"""

from __future__ import annotations

from resolvers.engine.reading.columns import Constant, column, computed, subselect
from resolvers.engine.reading.conditions import criterion, filtered
from resolvers.engine.reading.derived import Bounded, derived
from resolvers.engine.reading.field import KIND, Argument, arguments_of, declared, named
from resolvers.engine.reading.grouping import Grouping
from resolvers.engine.reading.groups import group
from resolvers.engine.reading.nouns import reads
from resolvers.engine.reading.pages import Children, Ordering, children
from resolvers.engine.reading.parents import One, Parent, by_id, parent
from resolvers.engine.reading.plan import Condition, Expression
from resolvers.engine.reading.ranking import Ranking
from resolvers.engine.reading.rows import Order, Rows, rows
from resolvers.engine.reading.summaries import Overview, Series, measured, summary
from resolvers.engine.reading.unions import Nodes, union
from resolvers.engine.reading.walk import Walk

__all__ = [
    "KIND",
    "Argument",
    "Bounded",
    "Children",
    "Condition",
    "Constant",
    "Expression",
    "Grouping",
    "Nodes",
    "One",
    "Order",
    "Ordering",
    "Overview",
    "Parent",
    "Ranking",
    "Rows",
    "Series",
    "Walk",
    "arguments_of",
    "by_id",
    "children",
    "column",
    "computed",
    "criterion",
    "declared",
    "derived",
    "filtered",
    "group",
    "measured",
    "named",
    "parent",
    "reads",
    "rows",
    "subselect",
    "summary",
    "union",
]
