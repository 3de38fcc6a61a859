"""How well SLA targets were kept, for a customer, a service or an enrolment."""

from __future__ import annotations

from typing import Any

import strawberry

from models import complaint as model
from resolvers.engine.reading.conditions import during
from resolvers.engine.reading.declare import Argument, subselect, summary
from resolvers.engine.reading.plan import Table
from resolvers.engine.reading.statistics import count, over
from resolvers.engine.types import DateTimeRange


def _attainment(table: Table) -> str:
    share = f"avg(CASE WHEN {model.BREACHED.sql(table)} THEN 0.0 ELSE 100.0 END)"
    return f"CAST(round({share}, 2) AS float)"


@strawberry.type(
    description="How well targets were kept, over complaints received in a stretch of time."
)
class SlaPerformance:
    complaints: int = subselect("Those with an SLA, withdrawn ones too.", count(model.HAS_SLA))
    met: int = subselect("Those that kept both targets.", count(model.HAS_SLA, model.MET))
    breached: int = subselect(
        "Those of which either clock breached.", count(model.HAS_SLA, model.BREACHED)
    )
    running: int = subselect(
        "Those that may still keep or break a target.", count(model.HAS_SLA, model.UNDECIDED)
    )
    attainment_percent: float | None = subselect(
        "The share of met among met and breached, to two places; null for none.",
        over(_attainment, model.MET | model.BREACHED),
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
