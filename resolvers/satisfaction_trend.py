"""How satisfied people were, month by month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import orjson
import strawberry

from models.columns import instant_text
from resolvers.engine.reading.arguments import Given
from resolvers.engine.reading.conditions import refers
from resolvers.engine.reading.declare import Argument, Series, declared, part
from resolvers.engine.reading.dialect import Json
from resolvers.engine.reading.nouns import NOUNS
from resolvers.engine.reading.plan import Filtered, Plan, Table
from resolvers.engine.reading.request import Asked, InvalidArgument
from resolvers.satisfaction import NEEDS, Satisfaction, scores

MONTHS_DEFAULT = 12
MONTHS_MAX = 36
_MONTHS_PER_YEAR = 12


@strawberry.type(description="The answers of one month, in UTC.")
class SatisfactionMonth:
    starts_on: date = part("The first day of the month.")
    satisfaction: Satisfaction = part("The scores of the month's answers.")


def months(asked: Asked, given: Given | None) -> list[str]:
    """The starts of the requested months, the last being this one, and of the one after it."""
    count = MONTHS_DEFAULT if given is None else int(given.get(asked))
    if not 1 <= count <= MONTHS_MAX:
        raise InvalidArgument(f"Ask for 1 to {MONTHS_MAX} months.")
    today = asked.now.astimezone(UTC)
    this = today.year * _MONTHS_PER_YEAR + today.month - 1
    return [instant_text(_first_instant(this - back)) for back in reversed(range(-1, count))]


def _first_instant(month: int) -> datetime:
    """The beginning of a month, counted from the year 0."""
    return datetime(month // _MONTHS_PER_YEAR, month % _MONTHS_PER_YEAR + 1, 1, tzinfo=UTC)


def rows(plan: Plan, given: Mapping[str, Given]) -> str:
    """One JSON array of months with their counts."""
    mark = plan.bind("json", lambda asked: months(asked, given.get("months")))
    since, until = (plan.dialect.instant_of(f"w.{end}") for end in ("start", "until"))

    def admits(table: Table) -> str:
        clauses = [f"{table['submitted_at']} >= {since}", f"{table['submitted_at']} < {until}"]
        clauses += [CONDITIONS[name](table, given[name]) for name in CONDITIONS if name in given]
        return " AND ".join(clauses)

    answers = Filtered(plan, NOUNS["answer"], "", admits)
    values = [("startsOn", "w.start"), *((name, need(answers)) for name, need in NEEDS.items())]
    spans = (
        "SELECT s.start AS start, s.ordinal AS ordinal, lead(s.start) OVER (ORDER BY s.ordinal)"
        f" AS until FROM {plan.dialect.texts(mark)} AS s"
    )
    each = (
        f"SELECT {plan.dialect.object(values)} AS item, w.ordinal AS ordinal FROM ({spans}) AS w"
        " WHERE w.until IS NOT NULL ORDER BY w.ordinal"
    )
    listed = plan.dialect.gathered("n.item", "n.ordinal", "1 = 1")
    return Json(f"(SELECT {listed} FROM ({each}) AS n)")


def figures(row: Any, asked: Asked) -> list[dict[str, Any]]:
    """The months as the graph shows them."""
    found = orjson.loads(row) if isinstance(row, str) else row
    return [_figure(month, asked) for month in found]


def _figure(month: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    return {"startsOn": month["startsOn"][:10], "satisfaction": scores(month, asked)}


CONDITIONS = {
    "customerId": refers("customer", "customer_id"),
    "serviceId": refers("service", "service_id"),
    "surveyId": refers("survey", "survey_id"),
}


@strawberry.type
class Query:
    satisfaction_trend: list[SatisfactionMonth] = declared(
        "The answers of each month, up to the current one. Staff only.",
        Series(rows, figures),
        {
            "months": Argument(
                int | None, f"How many months: 1 to {MONTHS_MAX}; {MONTHS_DEFAULT} by default."
            ),
            "customer_id": Argument(
                strawberry.ID | None, "Only answers from this customer's contacts."
            ),
            "service_id": Argument(strawberry.ID | None, "Only complaints about this service."),
            "survey_id": Argument(
                strawberry.ID | None, "Only answers to this survey, such as one that recurs."
            ),
        },
    )
