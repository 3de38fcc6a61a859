"""How well SLA targets were met, for a customer, a service or an enrolment."""

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


@strawberry.type(description="How well SLA targets were met, for complaints received in a period.")
class SlaPerformance:
    complaints: int = subselect(
        "Complaints with an SLA, including withdrawn ones.", count(model.HAS_SLA)
    )
    met: int = subselect("Complaints that met both targets.", count(model.HAS_SLA, model.MET))
    breached: int = subselect(
        "Complaints with at least one breached clock.", count(model.HAS_SLA, model.BREACHED)
    )
    running: int = subselect(
        "Complaints that may still meet or breach a target.", count(model.HAS_SLA, model.UNDECIDED)
    )
    attainment_percent: float | None = subselect(
        "The percentage of met among met and breached, to two decimal places. Null if there are "
        "none.",
        over(_attainment, model.MET | model.BREACHED),
    )


def sla_performance(by: str) -> Any:
    """The SLA performance of one row's complaints, by the column that names it."""
    return summary(
        "How well SLA targets were met; over all time by default.",
        "complaint",
        by=by,
        where={
            "during": Argument(
                DateTimeRange | None,
                "Only complaints received in this period.",
                during("received_at"),
            )
        },
    )
