"""How a relationship stands: a band, and each reason that moved it, with its figure.

Each reason has a weight; their sum makes the band: GOOD of none, WATCH below AT_RISK_FROM, and
AT_RISK from there on. A relationship of which nothing is known yet is UNKNOWN.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class HealthBand(str, Enum):
    GOOD = "GOOD"
    WATCH = "WATCH"
    AT_RISK = "AT_RISK"
    UNKNOWN = "UNKNOWN"

    @property
    def rank(self) -> int:
        """Its place in the order of concern: 1 for AT_RISK."""
        return (HealthBand.AT_RISK, HealthBand.WATCH, HealthBand.UNKNOWN, HealthBand.GOOD).index(
            self
        ) + 1


class HealthCode(str, Enum):
    OPEN_BREACHED_COMPLAINTS = "OPEN_BREACHED_COMPLAINTS"
    REOPENED_COMPLAINTS = "REOPENED_COMPLAINTS"
    LOW_ATTAINMENT = "LOW_ATTAINMENT"
    DETRACTOR = "DETRACTOR"
    OVERDUE_FOLLOW_UPS = "OVERDUE_FOLLOW_UPS"
    NO_INTERACTION = "NO_INTERACTION"


WEIGHTS = {
    HealthCode.OPEN_BREACHED_COMPLAINTS: 2,
    HealthCode.REOPENED_COMPLAINTS: 1,
    HealthCode.LOW_ATTAINMENT: 2,
    HealthCode.DETRACTOR: 2,
    HealthCode.OVERDUE_FOLLOW_UPS: 1,
    HealthCode.NO_INTERACTION: 1,
}
AT_RISK_FROM = 4
ATTAINMENT_PERCENT_MIN = 95.0
LOOK_BACK_DAYS = 90


@dataclass(frozen=True)
class Evidence:
    """What is known of a relationship; counts, unless a name says otherwise.

    `days_without_interaction` runs from the registration where there was no talk yet.
    """

    open_breached: int = 0
    reopened: int = 0
    attainment_percent: float | None = None
    last_recommendation: int | None = None
    overdue_follow_ups: int = 0
    days_without_interaction: int | None = None
    is_active: bool = True
    has_any: bool = True


@dataclass(frozen=True)
class Reason:
    """One thing that makes a relationship worse, and its figure."""

    code: HealthCode
    figure: float


def assess(evidence: Evidence) -> tuple[HealthBand, tuple[Reason, ...]]:
    """The band and its reasons, the heaviest first.

    A last recommendation of 0 to 6 is a detractor's. Silence counts for ACTIVE customers alone.
    """
    if not evidence.has_any:
        return HealthBand.UNKNOWN, ()
    found = [
        (HealthCode.OPEN_BREACHED_COMPLAINTS, evidence.open_breached, evidence.open_breached > 0),
        (HealthCode.REOPENED_COMPLAINTS, evidence.reopened, evidence.reopened > 0),
        (
            HealthCode.LOW_ATTAINMENT,
            evidence.attainment_percent,
            evidence.attainment_percent is not None
            and evidence.attainment_percent < ATTAINMENT_PERCENT_MIN,
        ),
        (
            HealthCode.DETRACTOR,
            evidence.last_recommendation,
            evidence.last_recommendation is not None and evidence.last_recommendation <= 6,
        ),
        (
            HealthCode.OVERDUE_FOLLOW_UPS,
            evidence.overdue_follow_ups,
            evidence.overdue_follow_ups > 0,
        ),
        (
            HealthCode.NO_INTERACTION,
            evidence.days_without_interaction,
            evidence.is_active
            and evidence.days_without_interaction is not None
            and evidence.days_without_interaction >= LOOK_BACK_DAYS,
        ),
    ]
    reasons = [Reason(code, float(figure or 0)) for code, figure, holds in found if holds]
    reasons.sort(key=lambda reason: -WEIGHTS[reason.code])
    weight = sum(WEIGHTS[reason.code] for reason in reasons)
    if weight == 0:
        return HealthBand.GOOD, ()
    band = HealthBand.AT_RISK if weight >= AT_RISK_FROM else HealthBand.WATCH
    return band, tuple(reasons)
