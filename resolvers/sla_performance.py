"""How well SLA targets were kept, for a customer, a service or an enrolment."""

from __future__ import annotations

from typing import Any

import strawberry

from models import complaint as model
from models.predicate import Predicate
from resolvers.engine.reading.conditions import during
from resolvers.engine.reading.declare import Argument, Expression, subselect, summary
from resolvers.engine.reading.plan import Filtered, Table
from resolvers.engine.types import DateTimeRange


def _count(*rules: Predicate) -> Expression:
    """How many of the rows that a summary is about meet the rules."""

    def expression(rows: Table) -> str:
        assert isinstance(rows, Filtered)
        return f"(SELECT count(*) {rows.rows(*(rule.sql for rule in rules))[1]})"

    return expression


def _attainment(rows: Table) -> str:
    assert isinstance(rows, Filtered)
    table, source = rows.rows((model.MET | model.BREACHED).sql)
    share = f"avg(CASE WHEN {model.BREACHED.sql(table)} THEN 0.0 ELSE 100.0 END)"
    return f"(SELECT CAST(round({share}, 2) AS float) {source})"


@strawberry.type(
    description="How well targets were kept, over complaints received in a stretch of time."
)
class SlaPerformance:
    complaints: int = subselect("Those with an SLA, withdrawn ones too.", _count(model.HAS_SLA))
    met: int = subselect("Those that kept both targets.", _count(model.HAS_SLA, model.MET))
    breached: int = subselect(
        "Those of which either clock breached.", _count(model.HAS_SLA, model.BREACHED)
    )
    running: int = subselect(
        "Those that may still keep or break a target.", _count(model.HAS_SLA, model.UNDECIDED)
    )
    attainment_percent: float | None = subselect(
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
