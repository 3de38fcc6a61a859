"""Statistics that both databases can compute, as SQL."""

from __future__ import annotations

from collections.abc import Callable

from models.predicate import Predicate
from resolvers.engine.reading.plan import Expression, Filtered, Table

Rule = Predicate | Callable[[Table], str]


def over(select: Callable[[Table], str], *rules: Rule) -> Expression:
    """An aggregate over the rows that a summary is about, of those that meet the rules."""
    clauses = [rule.sql if isinstance(rule, Predicate) else rule for rule in rules]

    def expression(rows: Table) -> str:
        assert isinstance(rows, Filtered)
        table, source = rows.rows(*clauses)
        return f"(SELECT {select(table)} {source})"

    return expression


def count(*rules: Rule) -> Expression:
    """How many of the rows that a summary is about meet the rules."""
    return over(lambda table: "count(*)", *rules)


def median_of(column: str) -> Expression:
    """The median of a column of the rows that a summary is about, of those that have it."""
    values = over(
        lambda table: f"{table[column]} AS x", lambda table: f"{table[column]} IS NOT NULL"
    )
    return lambda rows: median(values(rows)[1:-1])


def median(select: str) -> str:
    """The median of the column x of a select, as a whole number; NULL without rows.

    The middle value, or the mean of the two in the middle.
    """
    ranked = (
        "SELECT m.x, row_number() OVER (ORDER BY m.x) AS rank, count(*) OVER () AS total"
        f" FROM ({select}) AS m"
    )
    middle = "r.rank IN ((r.total + 1) / 2, (r.total + 2) / 2)"
    return f"(SELECT CAST(round(avg(r.x)) AS bigint) FROM ({ranked}) AS r WHERE {middle})"
