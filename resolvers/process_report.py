"""The figures by which the process is judged, for a period and the one before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import strawberry

from models.complaint import UPHELD
from models.invitation import ANSWERED
from models.response import SCORED
from models.rules.lifecycle import CustomerStage
from models.service import Service as ServiceRow
from resolvers.engine import later
from resolvers.engine.reading.arguments import Given
from resolvers.engine.reading.declare import (
    Argument,
    Expression,
    Grouping,
    Overview,
    declared,
    derived,
    parent,
    part,
    reads,
)
from resolvers.engine.reading.dialect import literal
from resolvers.engine.reading.nouns import NOUNS
from resolvers.engine.reading.plan import Filtered, Plan, Table, where_all
from resolvers.engine.reading.request import Asked, InvalidArgument
from resolvers.engine.types import DateTimeRange
from resolvers.satisfaction import NEEDS, Satisfaction, scores

DAYS_DEFAULT = 90
_FROM_PROSPECT = f"%{CustomerStage.PROSPECT.value}%"
SERVICES_DEFAULT = 20
SERVICES_MAX = 100


@strawberry.type(description="A figure for a period, next to the one for the period before.")
class Figure:
    value: float | None = part("The figure for the period. Null if there is none.")
    before: float | None = part(
        "The figure for the preceding period of the same length. Null if there is none."
    )
    change_percent: float | None = part(
        "The change from the preceding period, in percent. Null if its figure was zero or missing."
    )


def _period(table: Table, asked: Asked) -> tuple[datetime, datetime]:
    """The requested period. Raises InvalidArgument if an end is missing or the period is empty."""
    assert isinstance(table, Filtered)
    during = table.given.get("during")
    given = None if during is None else during.get(asked)
    if given is None:
        return asked.now - timedelta(days=DAYS_DEFAULT), asked.now
    since, until = given.get("from"), given.get("until")
    if since is None or until is None or since >= until:
        raise InvalidArgument("The report needs a period: both `from` and a later `until`.")
    return since, until


def _end(table: Table, index: int) -> str:
    """When the period before begins (0), when this one does (1), and when it ends (2)."""

    def instant(asked: Asked) -> datetime:
        since, until = _period(table, asked)
        return (since - (until - since), since, until)[index]

    return table.plan.bind("instant", instant)


def _both(
    noun: str, column: str, *clauses: Callable[[Table], str], value: str = "count(*)"
) -> dict[str, Expression]:
    """An aggregate over the rows of a noun whose instant lies in the period, and before it."""

    def expression(index: int) -> Expression:
        def write(table: Table) -> str:
            other = table.plan.table(noun)
            where = [
                f"{other[column]} >= {_end(table, index)}",
                f"{other[column]} < {_end(table, index + 1)}",
                *(clause(other) for clause in clauses),
                *other.scope(),
            ]
            return f"(SELECT {value} FROM {other.source}{where_all(where)})"

        return write

    return {"before": expression(0), "value": expression(1)}


def _figure(row: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    value, before = row["value"], row["before"]
    change = None
    if value is not None and before:
        change = round(100 * (value - before) / before, 2)
    return {"value": value, "before": before, "changePercent": change}


def _count(description: str, noun: str, column: str, *clauses: Callable[[Table], str]) -> Any:
    return derived(description, _both(noun, column, *clauses), _figure)


def _events(description: str, kind: str, *clauses: Callable[[Table], str]) -> Any:
    return _count(
        description,
        "event",
        "occurred_at",
        lambda table: f"{table['kind']} = {literal(kind)}",
        *clauses,
    )


def _returned(table: Table) -> str:
    return f"CASE WHEN {ANSWERED.sql(table)} THEN 100.0 ELSE 0.0 END"


def _return_rate() -> Any:
    def rate(index: int) -> Expression:
        def write(table: Table) -> str:
            other = table.plan.table("invitation")
            where = [
                f"{other['sent_at']} >= {_end(table, index)}",
                f"{other['sent_at']} < {_end(table, index + 1)}",
                *other.scope(),
            ]
            share = f"CAST(round(avg({_returned(other)}), 2) AS float)"
            return f"(SELECT {share} FROM {other.source}{where_all(where)})"

        return write

    return derived(
        "The percentage of the invitations sent in the period that were answered.",
        {"before": rate(0), "value": rate(1)},
        _figure,
    )


def _services(plan: Plan, given: Mapping[str, Given], of: Table | None) -> str:
    """The services scored in the period or the one before it, those with most answers first."""
    assert of is not None
    start, since, until = (_end(of, index) for index in range(3))
    answer = plan.table("answer")
    where = [
        f"{answer['service_id']} IS NOT NULL",
        SCORED.sql(answer),
        f"{answer['submitted_at']} >= {start}",
        f"{answer['submitted_at']} < {until}",
        *answer.scope(),
    ]
    order = f"count(*) DESC, {answer['service_id']}"
    return (
        f"SELECT {answer['service_id']} AS id, {start} AS start, {since} AS since,"
        f" {until} AS until, row_number() OVER (ORDER BY {order}) AS place"
        f" FROM {answer.source}{where_all(where)} GROUP BY {answer['service_id']} ORDER BY {order}"
    )


def _scores(description: str, since: str, until: str) -> Any:
    """The scores of a group's service in a period that the group's columns name."""

    def over(expression: Expression) -> Expression:
        def write(table: Table) -> str:
            def admits(other: Table) -> str:
                return (
                    f"{other['service_id']} = {table['id']}"
                    f" AND {other['submitted_at']} >= {table[since]}"
                    f" AND {other['submitted_at']} < {table[until]}"
                )

            return expression(Filtered(table.plan, NOUNS["answer"], "", admits))

        return write

    return derived(description, {name: over(need) for name, need in NEEDS.items()}, scores)


@reads("service", ServiceRow, is_view=True)
@strawberry.type(
    description="How satisfied people were with a service, in the period and the one before it."
)
class ServiceSatisfaction:
    service: later.Service = parent("The service that was scored.", "service", "id")
    now: Satisfaction = _scores("The scores in the period.", "since", "until")
    before: Satisfaction = _scores("The scores in the period before it.", "start", "since")


@strawberry.type(
    description="The figures by which ITIL judges business relationship management, for a period, "
    "each next to the one for the preceding period of the same length. "
    "docs/domain/satisfaction.md says how each is counted."
)
class ProcessReport:
    new_prospects: Figure = _events("How many prospects were registered.", "customer.registered")
    new_customers: Figure = _events(
        "How many prospects became ACTIVE customers.",
        "customer.activated",
        lambda table: f"CAST({table['changes']} AS text) LIKE {table.literal(_FROM_PROSPECT)}",
    )
    new_enrollments: Figure = _events(
        "How many enrolments in standard services were activated.", "enrollment.activated"
    )
    requirements_identified: Figure = _events(
        "How many requirements were identified.", "requirement.identified"
    )
    requirements_decided: Figure = _count(
        "How many requirements were decided: matched, proposed as a new service, or declined.",
        "requirement",
        "decided_at",
    )
    complaints_received: Figure = _count(
        "How many complaints were received.", "complaint", "received_at"
    )
    complaints_upheld: Figure = _count(
        "How many complaints were resolved in the period and found to be justified.",
        "complaint",
        "resolved_at",
        UPHELD.sql,
    )
    surveys_sent: Figure = _count("How many survey invitations were sent.", "invitation", "sent_at")
    return_rate_percent: Figure = _return_rate()
    satisfaction_by_service: list[ServiceSatisfaction] = declared(
        "The services scored in the period or the one before it, those with most answers first.",
        Grouping("service", _services, SERVICES_DEFAULT, SERVICES_MAX),
        {
            "first": Argument(
                int, f"How many services: 1 to {SERVICES_MAX}.", default=SERVICES_DEFAULT
            )
        },
    )


@strawberry.type
class Query:
    process_report: ProcessReport = declared(
        "The process's figures for a period and the one before it.",
        Overview("complaint", lambda table, given: "TRUE"),
        {
            "during": Argument(
                DateTimeRange | None,
                "The period, with both ends given and the first before the second; the last "
                f"{DAYS_DEFAULT} days by default.",
            )
        },
    )
