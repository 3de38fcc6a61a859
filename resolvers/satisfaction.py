"""Satisfaction scores in the graph, with the uncertainty of their sample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import strawberry

from models.response import SCORED, answers_to
from models.rules import satisfaction as rules
from resolvers.engine.reading.conditions import during
from resolvers.engine.reading.declare import Argument, Expression, measured, part
from resolvers.engine.reading.request import Asked
from resolvers.engine.reading.statistics import count, over
from resolvers.engine.types import DateTimeRange


@strawberry.type(description="The range in which the true value lies, with a certain confidence.")
class Interval:
    low: float = part("The lower end, in percentage points.")
    high: float = part("The upper end, in percentage points.")
    confidence_percent: int = part("The confidence level: 95 percent.")


@strawberry.type(
    description="Satisfaction scores. Each is null without answers; every share comes with an "
    "interval."
)
class Satisfaction:
    responses: int = part("How many responses include a score.")
    csat_percent: float | None = part(
        "CSAT: the percentage of scores 4 and 5 on a scale of 1 to 5. Null without answers."
    )
    csat_interval: Interval | None = part(
        "The 95% Wilson interval of that percentage. Null without answers."
    )
    nps: float | None = part(
        "NPS: the percentage of scores 9 and 10 minus that of 0 to 6, on a scale of 0 "
        "to 10; from -100 to 100. Null without answers."
    )
    nps_interval: Interval | None = part(
        "Its 95% interval, from the multinomial variance. Null without answers."
    )
    ces: float | None = part("CES: the mean on a scale of 1 to 7. Null without answers.")


_K = rules.SurveyQuestionKind


def _count(kind: rules.SurveyQuestionKind, scores: str = "IS NOT NULL") -> Expression:
    """How many answers of a kind have such a score."""
    return count(answers_to(kind), lambda table: f"{table['score']} {scores}")


NEEDS: Mapping[str, Expression] = {
    "responses": over(lambda table: f"count(DISTINCT {table['response_id']})", SCORED),
    "rated": _count(_K.SATISFACTION),
    "satisfied": _count(_K.SATISFACTION, f">= {rules.SATISFIED_FROM}"),
    "asked": _count(_K.RECOMMENDATION),
    "promoters": _count(_K.RECOMMENDATION, f">= {rules.PROMOTER_FROM}"),
    "detractors": _count(_K.RECOMMENDATION, f"<= {rules.DETRACTOR_TO}"),
    "effort": over(lambda table: f"CAST(avg({table['score']}) AS float)", answers_to(_K.EFFORT)),
}


def scores(row: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    """The scores of the counts that NEEDS names."""
    csat = rules.csat_percent(row["satisfied"], row["rated"])
    nps = rules.nps(row["promoters"], row["detractors"], row["asked"])
    return {
        "responses": row["responses"],
        "csatPercent": _rounded(csat),
        "csatInterval": _shown(rules.csat_interval(row["satisfied"], row["rated"])),
        "nps": _rounded(nps),
        "npsInterval": _shown(
            rules.nps_interval(row["promoters"], row["detractors"], row["asked"])
        ),
        "ces": _rounded(row["effort"]),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _shown(interval: rules.Interval | None) -> dict[str, Any] | None:
    if interval is None:
        return None
    return {
        "low": round(interval.low, 2),
        "high": round(interval.high, 2),
        "confidencePercent": interval.confidence_percent,
    }


def satisfaction(description: str, *, by: str) -> Any:
    """The scores of the answers that belong to one row."""
    return measured(
        f"{description} Staff only; over all time by default.",
        "answer",
        by=by,
        needs=NEEDS,
        value=scores,
        where={
            "during": Argument(
                DateTimeRange | None,
                "Only answers submitted in this period.",
                during("submitted_at"),
            )
        },
    )
