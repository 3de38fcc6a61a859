"""How urgent a complaint is: impact and urgency make its priority (ITIL's matrix)."""

from __future__ import annotations

from enum import Enum


class Level(str, Enum):
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


class Priority(str, Enum):
    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"

    @property
    def rank(self) -> int:
        """1 for CRITICAL to 4 for LOW: ascending order puts the most urgent first."""
        return list(Priority).index(self) + 1


_WEIGHT = {Level.HIGH: 3, Level.MEDIUM: 2, Level.LOW: 1}
_BY_WEIGHT = {6: Priority.CRITICAL, 5: Priority.HIGH, 4: Priority.MEDIUM}


def assessed_priority(impact: Level, urgency: Level, *, has_safety_risk: bool) -> Priority:
    """The priority that an assessment gives; a risk to safety is never below HIGH.

    HIGH with HIGH is critical, HIGH with MEDIUM high, MEDIUM with MEDIUM and HIGH with LOW
    medium, and the rest low.
    """
    priority = _BY_WEIGHT.get(_WEIGHT[impact] + _WEIGHT[urgency], Priority.LOW)
    if has_safety_risk and priority.rank > Priority.HIGH.rank:
        return Priority.HIGH
    return priority
