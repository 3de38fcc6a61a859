"""How well SLA targets were kept, for a customer, a service or an enrolment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import strawberry

from resolvers.engine.pages import DateTimeRange
from resolvers.engine.reading.conditions import during
from resolvers.engine.reading.declare import Argument, Expression, computed, summary
from resolvers.engine.reading.plan import Filtered, Table


def _has_clock(table: Table) -> str:
    return f"{table['sla_id']} IS NOT NULL"


def _is_breached(table: Table) -> str:
    return (
        f"({table['response_breached_at']} IS NOT NULL"
        f" OR {table['resolution_breached_at']} IS NOT NULL)"
    )


def _is_met(table: Table) -> str:
    return f"({table['response_state']} = 'MET' AND {table['resolution_state']} = 'MET')"


def _is_running(table: Table) -> str:
    ended = f"({table['resolution_state']} IN ('MET', 'CANCELLED'))"
    return f"(NOT {_is_breached(table)} AND NOT {ended})"


def counted(*clauses: Callable[[Table], str]) -> Expression:
    """How many of the rows that a summary is about meet the clauses."""

    def expression(rows: Table) -> str:
        assert isinstance(rows, Filtered)
        return f"(SELECT count(*) {rows.rows(*clauses)[1]})"

    return expression


def _attainment(rows: Table) -> str:
    assert isinstance(rows, Filtered)
    table, source = rows.rows(lambda table: f"({_is_met(table)} OR {_is_breached(table)})")
    share = f"avg(CASE WHEN {_is_breached(table)} THEN 0.0 ELSE 100.0 END)"
    return f"(SELECT CAST(round({share}, 2) AS float) {source})"


@strawberry.type(
    description="How well targets were kept, over complaints received in a stretch of time."
)
class SlaPerformance:
    complaints: int = computed("Those with an SLA, withdrawn ones too.", counted(_has_clock))
    met: int = computed("Those that kept both targets.", counted(_has_clock, _is_met))
    breached: int = computed(
        "Those of which either clock breached.", counted(_has_clock, _is_breached)
    )
    running: int = computed(
        "Those that may still keep or break a target.", counted(_has_clock, _is_running)
    )
    attainment_percent: float | None = computed(
        "The share of met among met and breached, to two places; null for none.", _attainment
    )


def sla_performance(by: str) -> Any:
    """The SLA performance of one row's complaints, by the column that names it."""
    return summary(
        "How well targets were kept; over all time where no stretch is given.",
        "complaint",
        by=by,
        where={
            "during": Argument(
                DateTimeRange | None, "Complaints received then.", during("received_at")
            )
        },
    )
