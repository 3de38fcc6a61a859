"""Scores of satisfaction, with what their sample can bear, and gaps of expectation.

CSAT is the share of 4 and 5 on 1 to 5, with Wilson's score interval (E. B. Wilson, Journal of the
American Statistical Association 22, 1927). NPS is the share of 9 and 10 less the share of 0 to 6
on 0 to 10, with the interval of a difference of multinomial shares. CES is the mean on 1 to 7.
The gap of an area is the mean expected less the mean perceived (after SERVQUAL: Parasuraman,
Zeithaml and Berry, Journal of Retailing 64, 1988, whose papers write perceived less expected).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

CONFIDENCE_PERCENT = 95
Z = 1.959963984540054
"""The normal quantile that leaves 2.5 % on either side."""


class SurveyQuestionKind(str, Enum):
    SATISFACTION = "SATISFACTION"
    RECOMMENDATION = "RECOMMENDATION"
    EFFORT = "EFFORT"
    EXPECTATION = "EXPECTATION"
    CHOICE = "CHOICE"
    TEXT = "TEXT"


SCALES: Mapping[SurveyQuestionKind, tuple[int, int]] = {
    SurveyQuestionKind.SATISFACTION: (1, 5),
    SurveyQuestionKind.RECOMMENDATION: (0, 10),
    SurveyQuestionKind.EFFORT: (1, 7),
    SurveyQuestionKind.EXPECTATION: (1, 7),
}
"""The least and the greatest score of a kind of question."""

SATISFIED_FROM = 4
PROMOTER_FROM = 9
DETRACTOR_TO = 6


@dataclass(frozen=True)
class Interval:
    """Where a figure of the whole lies, with CONFIDENCE_PERCENT certainty, in percent points."""

    low: float
    high: float
    confidence_percent: int = CONFIDENCE_PERCENT


def csat_percent(satisfied: int, answers: int) -> float | None:
    """The share of satisfied answers, 0 to 100; None of no answers."""
    return None if answers == 0 else 100 * satisfied / answers


def csat_interval(satisfied: int, answers: int) -> Interval | None:
    """Wilson's score interval of that share; None of no answers."""
    if answers == 0:
        return None
    share, z2 = satisfied / answers, Z * Z
    middle = share + z2 / (2 * answers)
    spread = Z * math.sqrt(share * (1 - share) / answers + z2 / (4 * answers * answers))
    scale = 1 + z2 / answers
    low, high = (middle - spread) / scale, (middle + spread) / scale
    return Interval(100 * max(low, 0.0), 100 * min(high, 1.0))


def nps(promoters: int, detractors: int, answers: int) -> float | None:
    """Promoters' share less detractors', -100 to 100; None of no answers."""
    return None if answers == 0 else 100 * (promoters - detractors) / answers


def nps_interval(promoters: int, detractors: int, answers: int) -> Interval | None:
    """The interval by the variance of a difference of two multinomial shares; None of no answers.

    The variance is (p + d - (p - d)^2) / n, with p and d the shares of promoters and detractors.
    """
    if answers == 0:
        return None
    p, d = promoters / answers, detractors / answers
    spread = Z * math.sqrt(max(p + d - (p - d) ** 2, 0.0) / answers)
    return Interval(100 * max(p - d - spread, -1.0), 100 * min(p - d + spread, 1.0))


SEVERITY_GAP_WEIGHT = 10.0
SEVERITY_COMPLAINT_WEIGHT = 1.0
SEVERITY_BREACH_WEIGHT = 2.0
SEVERITY_SAMPLE_FULL = 10
"""From this many answers on a survey's gap counts in full; fewer count in proportion."""


@dataclass(frozen=True)
class Severity:
    """How bad a gap is, and the parts that it is the sum of."""

    of_gap: float
    of_complaints: float
    of_breaches: float

    @property
    def total(self) -> float:
        return self.of_gap + self.of_complaints + self.of_breaches


def severity(gap: float | None, responses: int, complaints: int, breaches: int) -> Severity:
    """Weighs a gap with its evidence.

    The gap, where expectations were not met, counts 10 for each point of the scale, and in
    proportion to the sample where there were fewer than 10 answers; each complaint counts 1,
    each breached target 2.
    """
    certainty = min(responses, SEVERITY_SAMPLE_FULL) / SEVERITY_SAMPLE_FULL
    return Severity(
        SEVERITY_GAP_WEIGHT * max(gap or 0.0, 0.0) * certainty,
        SEVERITY_COMPLAINT_WEIGHT * complaints,
        SEVERITY_BREACH_WEIGHT * breaches,
    )
