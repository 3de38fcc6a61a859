"""Statistics that both databases can work out, as SQL."""

from __future__ import annotations


def median(select: str) -> str:
    """The median of the column x of a select, as a whole number; NULL of no rows.

    The middle value, or the mean of the two in the middle.
    """
    ranked = (
        "SELECT m.x, row_number() OVER (ORDER BY m.x) AS rank, count(*) OVER () AS total"
        f" FROM ({select}) AS m"
    )
    middle = "r.rank IN ((r.total + 1) / 2, (r.total + 2) / 2)"
    return f"(SELECT CAST(round(avg(r.x)) AS bigint) FROM ({ranked}) AS r WHERE {middle})"
