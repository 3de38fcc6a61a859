"""Which complaints there are: how many of each status, from which customers, and since when."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from random import Random

from models.demo.complaint_steps import PER_SCALE, Plot, plot
from models.demo.moments import PROVIDER_ZONE, before_at_work
from models.rules.lifecycle import ComplaintStatus
from models.rules.priority import Level, Priority, assessed_priority

VARIETY = 20
"""So many copies of the customers differ from each other; the ones after them are like these.

Measurements ask for hundreds of copies, and to tell each anew would take most of their time.
"""
SEED = 20_260_807
SEEDS_PER_COPY = 1_000
PACE: dict[Priority, float] = {
    Priority.CRITICAL: 0.15,
    Priority.HIGH: 0.3,
    Priority.MEDIUM: 0.6,
    Priority.LOW: 1.0,
}
"""How long the steps of a complaint take, as a share of those of a LOW one."""


@dataclass(frozen=True)
class Leading:
    """One of the first complaints, which the page's example documents name."""

    status: ComplaintStatus
    client: int
    levels: tuple[Level, Level] = (Level.MEDIUM, Level.MEDIUM)
    is_eventful: bool = False


_S = ComplaintStatus
LEADING = (
    Leading(_S.RESOLVED, 0, (Level.HIGH, Level.HIGH), is_eventful=True),
    Leading(_S.INVESTIGATING, 0, (Level.HIGH, Level.MEDIUM), is_eventful=True),
    Leading(_S.AWAITING_CUSTOMER, 1, (Level.HIGH, Level.MEDIUM)),
    Leading(_S.ACKNOWLEDGED, 2, (Level.HIGH, Level.HIGH)),
    Leading(_S.CLOSED, 0, is_eventful=True),
    Leading(_S.INVESTIGATING, 5),
    Leading(_S.WITHDRAWN, 3),
    Leading(_S.RESOLVED, 1),
    Leading(_S.CLOSED, 4),
    Leading(_S.AWAITING_CUSTOMER, 9, (Level.MEDIUM, Level.LOW)),
    Leading(_S.ACKNOWLEDGED, 10),
    Leading(_S.RECEIVED, 2, (Level.HIGH, Level.MEDIUM)),
)
"""CMP-000001 and those after it. They come first, so that every scale has them by these numbers."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A complaint before it is told. Equal seeds tell the same, of customers that are alike."""

    created_at: datetime
    seed: int
    status: ComplaintStatus
    copy: int
    leading: Leading | None = None

    def drawn(self) -> tuple[Random, tuple[Level, Level], Plot]:
        """The chance that is left, impact and urgency, and its plot: the same each time."""
        random = Random(SEED + self.seed)
        levels = self.leading.levels if self.leading else (_level(random), _level(random))
        priority = assessed_priority(*levels, has_safety_risk=False)
        is_eventful = self.leading is not None and self.leading.is_eventful
        drawn = plot(random, self.status, PACE[priority], is_eventful=is_eventful)
        return random, levels, drawn


def _level(random: Random) -> Level:
    return random.choices(list(Level), weights=(3, 5, 4))[0]


def planned(scale: int, today: datetime) -> list[tuple[int, Plan]]:
    """All complaints by number: the leading ones, then the others as they came."""
    first = [_plan(place, leading.status, today, leading) for place, leading in enumerate(LEADING)]
    kinds = [_copy(variant, today) for variant in range(min(scale, VARIETY))]
    rest = [
        Plan(like.created_at, like.seed, like.status, copy)
        for copy in range(scale)
        for like in (_without_leading(kinds[0]) if copy == 0 else kinds[copy % VARIETY])
    ]
    rest.sort(key=lambda plan: (plan.created_at, plan.seed, plan.copy))
    return list(enumerate([*first, *rest], 1))


def _copy(variant: int, today: datetime) -> list[Plan]:
    statuses = [status for status, count in PER_SCALE.items() for _ in range(count)]
    first = SEEDS_PER_COPY * (variant + 1)
    return [_plan(first + place, status, today) for place, status in enumerate(statuses)]


def _without_leading(plans: list[Plan]) -> list[Plan]:
    """The first copy has its leading complaints in the place of some others of their status."""
    taken = Counter(leading.status for leading in LEADING)
    left: list[Plan] = []
    for plan in plans:
        if taken[plan.status]:
            taken[plan.status] -= 1
        else:
            left.append(plan)
    return left


def _plan(
    seed: int, status: ComplaintStatus, today: datetime, leading: Leading | None = None
) -> Plan:
    undated = Plan(today, seed, status, 0, leading)
    random, _, drawn = undated.drawn()
    created_at = before_at_work(drawn.begins_at(random, today), PROVIDER_ZONE)
    return Plan(created_at, seed, status, 0, leading)
