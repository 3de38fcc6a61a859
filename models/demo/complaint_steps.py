"""What happens to complaints: which step follows which, and how long each takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from models.rules.lifecycle import ComplaintStatus

PER_SCALE: dict[ComplaintStatus, int] = {
    ComplaintStatus.RECEIVED: 11,
    ComplaintStatus.ACKNOWLEDGED: 14,
    ComplaintStatus.INVESTIGATING: 28,
    ComplaintStatus.AWAITING_CUSTOMER: 16,
    ComplaintStatus.RESOLVED: 17,
    ComplaintStatus.CLOSED: 193,
    ComplaintStatus.WITHDRAWN: 21,
}
"""How many complaints end at each status, for a scale of 1: 300 together."""

HISTORY_DAYS = 365

STEP_HOURS: dict[str, tuple[float, float]] = {
    "acknowledge": (0.2, 5),
    "assign": (0.5, 9),
    "investigate": (0.5, 18),
    "note": (0.5, 12),
    "update": (1, 20),
    "await_customer": (1, 28),
    "answer": (2, 60),
    "resume": (5, 70),
    "resolve": (3, 90),
    "unconvinced": (2, 30),
    "thanks": (1, 40),
    "close": (0.2, 30),
    "auto_close": (0, 0),
    "reopen": (10, 260),
    "withdraw": (2, 80),
}
"""How long after the step before each may come, at least and at most, in hours."""

IDLE_HOURS: dict[ComplaintStatus, tuple[float, float]] = {
    ComplaintStatus.RECEIVED: (0.5, 34),
    ComplaintStatus.ACKNOWLEDGED: (3, 70),
    ComplaintStatus.INVESTIGATING: (4, 260),
    ComplaintStatus.AWAITING_CUSTOMER: (6, 220),
    ComplaintStatus.RESOLVED: (2, 44),
}
"""How long nothing has happened to a complaint that is not over, at least and at most."""

UNCONVINCED_IDLE_HOURS = (20.0, 320.0)
"""The same where a contact's comment keeps a RESOLVED complaint from closing by itself."""


@dataclass(frozen=True)
class Plot:
    """The steps of one complaint, and how long after the step before each comes."""

    status: ComplaintStatus
    steps: list[str]
    gaps: list[timedelta]

    def begins_at(self, random: Random, today: datetime) -> datetime:
        """When it must begin for its last step to come as long before `today` as it should."""
        length = sum(self.gaps, timedelta())
        if self.status in IDLE_HOURS:
            unanswered = "unconvinced" in self.steps[-1:]
            hours = UNCONVINCED_IDLE_HOURS if unanswered else IDLE_HOURS[self.status]
            return today - length * 1.1 - timedelta(hours=random.uniform(*hours))
        latest = length * 1.5 + timedelta(days=20 if "auto_close" in self.steps else 4)
        span = max(timedelta(days=HISTORY_DAYS) - latest, timedelta(days=1))
        return today - latest - span * random.random()


def plot(
    random: Random, status: ComplaintStatus, pace: float, *, is_eventful: bool = False
) -> Plot:
    """A way from RECEIVED to `status`; an eventful one asks the customer and is reopened.

    Steps take the share `pace` of their hours.
    """
    steps = _ways(random, status, is_eventful)
    gaps = [timedelta(hours=pace * random.uniform(*STEP_HOURS[step])) for step in steps]
    return Plot(status, steps, gaps)


def _ways(random: Random, status: ComplaintStatus, is_eventful: bool) -> list[str]:
    reopened = ["reopen"] if is_eventful or random.random() < 0.09 else []
    if status is ComplaintStatus.RECEIVED:
        return ["note"] if random.random() < 0.2 else []
    if status is ComplaintStatus.ACKNOWLEDGED:
        return ["acknowledge", *_perhaps(random, 0.3, "note")]
    if status is ComplaintStatus.INVESTIGATING:
        if reopened:
            return [*_answered(random, is_eventful), *reopened, *_perhaps(random, 0.6, "update")]
        return _looked_into(random, is_eventful)
    if status is ComplaintStatus.AWAITING_CUSTOMER:
        return [*_begun(random), "await_customer"]
    if status is ComplaintStatus.WITHDRAWN:
        return [*_before_withdrawal(random), "withdraw"]
    answered = _answered(random, is_eventful)
    if reopened:
        answered += [*_perhaps(random, 0.4, "close"), *reopened, *_perhaps(random, 0.6, "note")]
        answered.append("resolve")
    if status is ComplaintStatus.RESOLVED:
        return [*answered, *_perhaps(random, 1.0 if is_eventful else 0.4, "unconvinced")]
    return [*answered, *_ending(random)]


def _perhaps(random: Random, share: float, step: str) -> list[str]:
    return [step] if random.random() < share else []


def _begun(random: Random) -> list[str]:
    return [
        "acknowledge",
        *_perhaps(random, 0.1, "assign"),
        *_perhaps(random, 0.85, "investigate"),
        *_perhaps(random, 0.4, "note"),
    ]


def _looked_into(random: Random, is_eventful: bool) -> list[str]:
    steps = ["acknowledge", *_perhaps(random, 0.12, "assign"), "investigate"]
    steps += _perhaps(random, 0.5, "note")
    if is_eventful or random.random() < 0.35:
        steps += ["await_customer", "answer" if random.random() < 0.8 else "resume"]
    return steps + _perhaps(random, 0.4, "update")


def _answered(random: Random, is_eventful: bool) -> list[str]:
    if not is_eventful and random.random() < 0.12:
        return ["acknowledge", "resolve"]
    return [*_looked_into(random, is_eventful), "resolve"]


def _ending(random: Random) -> list[str]:
    share = random.random()
    if share < 0.35:
        return ["thanks", "close"]
    return ["auto_close"] if share < 0.8 else ["close"]


def _before_withdrawal(random: Random) -> list[str]:
    share = random.random()
    if share < 0.3:
        return []
    if share < 0.6:
        return ["acknowledge"]
    return _looked_into(random, False) if share < 0.9 else _answered(random, False)
