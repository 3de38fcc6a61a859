"""What happened to complaints, week by week."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import orjson
import strawberry

from models.columns import instant_text
from resolvers.engine.reading.arguments import Given
from resolvers.engine.reading.conditions import refers
from resolvers.engine.reading.declare import Argument, Series, declared, part
from resolvers.engine.reading.dialect import Json
from resolvers.engine.reading.plan import Plan, Table, where_all
from resolvers.engine.reading.request import Asked, InvalidArgument
from resolvers.engine.reading.statistics import median

WEEKS_DEFAULT = 12
WEEKS_MAX = 104


@strawberry.type(description="What happened to complaints in one week, Monday to Sunday in UTC.")
class ComplaintWeek:
    starts_on: date = part("The Monday of the week.")
    received: int = part("Complaints received during the week.")
    resolved: int = part("Complaints resolved during the week that have not been reopened.")
    breached: int = part(
        "Complaints with a clock that breached during the week; counted twice if both did."
    )
    median_hours_to_resolve: float | None = part(
        "The median hours from receipt to resolution of those resolved during the "
        "week. Null if none was."
    )


def weeks(asked: Asked, given: Given | None) -> list[str]:
    """The Mondays of the requested weeks, ending with the current week, as instants."""
    count = WEEKS_DEFAULT if given is None else int(given.get(asked))
    if not 1 <= count <= WEEKS_MAX:
        raise InvalidArgument(f"Ask for 1 to {WEEKS_MAX} weeks.")
    today = asked.now.astimezone(UTC).date()
    monday = today - timedelta(days=today.weekday())
    return [
        instant_text(datetime.combine(monday - timedelta(weeks=back), time(), UTC))
        for back in reversed(range(count))
    ]


def rows(plan: Plan, given: Mapping[str, Given]) -> str:
    """One JSON array of weeks with their figures."""
    mark = plan.bind("json", lambda asked: weeks(asked, given.get("weeks")))
    since, until = plan.dialect.weeks()

    def during(column: str, *more: str) -> tuple[Table, str]:
        table = plan.table("complaint")
        clauses = [f"{table[column]} >= {since}", f"{table[column]} < {until}", *table.scope()]
        for name, condition in CONDITIONS.items():
            if name in given:
                clauses.append(condition(table, given[name]))
        return table, f"FROM {table.source}{where_all(clauses)}"

    def count(column: str) -> str:
        return f"(SELECT count(*) {during(column)[1]})"

    table, resolved = during("resolved_at")
    values: list[tuple[str, str]] = [
        ("startsOn", "w.start"),
        ("received", count("received_at")),
        ("resolved", count("resolved_at")),
        ("breached", f"{count('response_breached_at')} + {count('resolution_breached_at')}"),
        ("seconds", median(f"SELECT {table['resolution_seconds']} AS x {resolved}")),
    ]
    item = plan.dialect.object(values)
    each = f"SELECT {item} AS item, w.ordinal AS ordinal FROM {plan.dialect.texts(mark)} AS w"
    listed = plan.dialect.gathered("n.item", "n.ordinal", "1 = 1")
    return Json(f"(SELECT {listed} FROM ({each} ORDER BY w.ordinal) AS n)")


def figures(row: Any, asked: Asked) -> list[dict[str, Any]]:
    """The weeks as the graph shows them."""
    found = orjson.loads(row) if isinstance(row, str) else row
    return [_figure(week) for week in found]


def _figure(week: Mapping[str, Any]) -> dict[str, Any]:
    seconds = week["seconds"]
    hours = None if seconds is None else round(seconds / 3_600, 2)
    return {**week, "startsOn": week["startsOn"][:10], "medianHoursToResolve": hours}


CONDITIONS = {
    "customerId": refers("customer", "customer_id"),
    "serviceId": refers("service", "service_id"),
}


@strawberry.type
class Query:
    complaint_trend: list[ComplaintWeek] = declared(
        "What happened to complaints each week, up to the current one.",
        Series(rows, figures),
        {
            "weeks": Argument(
                int | None, f"How many weeks: 1 to {WEEKS_MAX}; {WEEKS_DEFAULT} by default."
            ),
            "customer_id": Argument(strawberry.ID | None, "Only complaints from this customer."),
            "service_id": Argument(strawberry.ID | None, "Only complaints about this service."),
        },
    )
