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

`Bounded` is for a part of a derived value that takes a number, `part` for one that takes none, and
`value` for a value of an enum.
"""

from __future__ import annotations

from resolvers.engine.reading.columns import Constant as Constant
from resolvers.engine.reading.columns import column as column
from resolvers.engine.reading.columns import computed as computed
from resolvers.engine.reading.columns import subselect as subselect
from resolvers.engine.reading.conditions import criterion as criterion
from resolvers.engine.reading.conditions import filtered as filtered
from resolvers.engine.reading.derived import Bounded as Bounded
from resolvers.engine.reading.derived import derived as derived
from resolvers.engine.reading.field import KIND as KIND
from resolvers.engine.reading.field import Argument as Argument
from resolvers.engine.reading.field import arguments_of as arguments_of
from resolvers.engine.reading.field import declared as declared
from resolvers.engine.reading.field import named as named
from resolvers.engine.reading.field import part as part
from resolvers.engine.reading.field import value as value
from resolvers.engine.reading.grouping import Grouping as Grouping
from resolvers.engine.reading.groups import group as group
from resolvers.engine.reading.nouns import reads as reads
from resolvers.engine.reading.pages import Children as Children
from resolvers.engine.reading.pages import Ordering as Ordering
from resolvers.engine.reading.pages import children as children
from resolvers.engine.reading.parents import One as One
from resolvers.engine.reading.parents import Parent as Parent
from resolvers.engine.reading.parents import by_id as by_id
from resolvers.engine.reading.parents import parent as parent
from resolvers.engine.reading.plan import Condition as Condition
from resolvers.engine.reading.plan import Expression as Expression
from resolvers.engine.reading.ranking import Ranking as Ranking
from resolvers.engine.reading.rows import Order as Order
from resolvers.engine.reading.rows import Rows as Rows
from resolvers.engine.reading.rows import rows as rows
from resolvers.engine.reading.summaries import Overview as Overview
from resolvers.engine.reading.summaries import Series as Series
from resolvers.engine.reading.summaries import measured as measured
from resolvers.engine.reading.summaries import summary as summary
from resolvers.engine.reading.unions import Nodes as Nodes
from resolvers.engine.reading.unions import union as union
from resolvers.engine.reading.walk import Walk as Walk
