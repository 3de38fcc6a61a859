"""A small model of a complaint, written from the domain's text and not from the code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from tests.business.desk import written

MINUTES = {"response": 60, "resolution": 240}
RANKS = ("CRITICAL", "HIGH", "MEDIUM", "LOW")
POINTS = {"HIGH": 3, "MEDIUM": 2, "LOW": 1}
OPEN = ("RECEIVED", "ACKNOWLEDGED", "INVESTIGATING", "AWAITING_CUSTOMER")
OVER = ("CLOSED", "WITHDRAWN")
WARNS_AT = 0.75
CLOSES_AFTER = timedelta(days=5)
REOPENS_WITHIN = timedelta(days=30)
Pauses = list[tuple[datetime, datetime | None]]


@dataclass
class ModelledClock:
    """One clock on a calendar that is always open."""

    start: datetime
    target: timedelta
    pauses: Pauses
    stopped_at: datetime | None
    cancelled_at: datetime | None
    breached_at: datetime | None

    def spans(self, until: datetime) -> list[tuple[datetime, datetime]]:
        """The spans before `until` in which no pause holds."""
        at, found = self.start, []
        for since, end in sorted(self.pauses, key=lambda pause: pause[0]):
            if at < min(since, until):
                found.append((at, min(since, until)))
            at = max(at, until if end is None else min(end, until))
        if at < until:
            found.append((at, until))
        return found

    def reached(self, amount: timedelta) -> datetime | None:
        """The first instant at which so much has passed."""
        for since, until in self.spans(datetime.max.replace(tzinfo=self.start.tzinfo)):
            if until - since >= amount:
                return since + amount
            amount -= until - since
        return None

    def ends(self, now: datetime) -> datetime:
        return min([at for at in (self.stopped_at, self.cancelled_at) if at is not None] or [now])

    def breach(self, now: datetime) -> datetime | None:
        due = self.reached(self.target)
        if self.breached_at is None and due is not None and due <= self.ends(now):
            return due
        return self.breached_at

    def warning(self, now: datetime) -> datetime | None:
        """When it warned, if it did, and did before it breached."""
        warns = self.reached(self.target * WARNS_AT)
        horizon = self.breach(now) or self.ends(now)
        return warns if warns is not None and warns <= horizon else None

    def state(self, now: datetime) -> str:
        warns = self.reached(self.target * WARNS_AT)
        states = {
            "BREACHED": self.breach(now) is not None,
            "MET": self.stopped_at is not None,
            "CANCELLED": self.cancelled_at is not None,
            "PAUSED": any(until is None for _, until in self.pauses),
            "WARNING": warns is not None and warns <= now,
            "RUNNING": True,
        }
        return next(state for state, is_so in states.items() if is_so)

    def read(self, now: datetime) -> dict[str, Any]:
        """What the graph shows of it."""
        passed = sum((until - since for since, until in self.spans(self.ends(now))), timedelta())
        state = self.state(now)
        hides = state in ("PAUSED", "CANCELLED")
        return {
            "state": state,
            "targetSeconds": self.target // timedelta(seconds=1),
            "elapsedSeconds": passed // timedelta(seconds=1),
            "dueAt": None if hides else written(self.reached(self.target)),
            "breachedAt": written(self.breach(now)),
        }


@dataclass
class ModelledComplaint:
    """What is known of a complaint, and what each verb makes of it."""

    received_at: datetime
    status: str = "RECEIVED"
    version: int = 1
    level: int = 0
    reopen_count: int = 0
    priority: str = "MEDIUM"
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    closes_at: datetime | None = None
    pauses: Pauses = field(default_factory=list)
    actions: dict[str, str] = field(default_factory=dict)
    breaches: dict[str, datetime | None] = field(
        default_factory=lambda: {"response": None, "resolution": None}
    )
    targets: dict[str, str] = field(
        default_factory=lambda: {"response": "MEDIUM", "resolution": "MEDIUM"}
    )
    told: list[tuple[str, str, datetime]] = field(default_factory=list)

    steps: ClassVar[dict[str, dict[str, str]]] = {
        "RECEIVED": {"acknowledge": "ACKNOWLEDGED", "withdraw": "WITHDRAWN"},
        "ACKNOWLEDGED": {
            "investigate": "INVESTIGATING",
            "await_customer": "AWAITING_CUSTOMER",
            "resolve": "RESOLVED",
            "withdraw": "WITHDRAWN",
        },
        "INVESTIGATING": {
            "await_customer": "AWAITING_CUSTOMER",
            "resolve": "RESOLVED",
            "withdraw": "WITHDRAWN",
        },
        "AWAITING_CUSTOMER": {
            "resume": "INVESTIGATING",
            "resolve": "RESOLVED",
            "withdraw": "WITHDRAWN",
        },
        "RESOLVED": {"close": "CLOSED", "reopen": "INVESTIGATING", "withdraw": "WITHDRAWN"},
        "CLOSED": {"reopen": "INVESTIGATING"},
        "WITHDRAWN": {},
    }
    action_steps: ClassVar[dict[str, dict[str, str]]] = {
        "PLANNED": {"start": "IN_PROGRESS", "cancel": "CANCELLED"},
        "IN_PROGRESS": {"complete": "DONE", "cancel": "CANCELLED"},
        "DONE": {"verify": "VERIFIED", "find_ineffective": "INEFFECTIVE"},
    }

    @property
    def is_unfinished(self) -> bool:
        return any(s in ("PLANNED", "IN_PROGRESS", "INEFFECTIVE") for s in self.actions.values())

    def clock(self, name: str) -> ModelledClock:
        is_response = name == "response"
        minutes = MINUTES[name] * (1 + RANKS.index(self.targets[name]))
        return ModelledClock(
            self.received_at,
            timedelta(minutes=minutes),
            [] if is_response else self.pauses,
            self.acknowledged_at if is_response else self.resolved_at,
            self.withdrawn_at,
            self.breaches[name],
        )

    def take(self, verb: str, now: datetime, **given: Any) -> str | None:
        """Does what a verb does; gives the code of its refusal, or None."""
        if verb in ("escalate", "reprioritize"):
            if self.status in OVER or (verb == "escalate" and self.level == 3):
                return "RULE_VIOLATED"
        else:
            to = self.steps[self.status].get(verb)
            if to is None:
                return "TRANSITION_NOT_ALLOWED"
            if not self._may(verb, now):
                return "RULE_VIOLATED"
            self.status = to
        change: Callable[..., None] = getattr(self, f"_{verb}", lambda now: None)
        change(now, **given) if verb == "reprioritize" else change(now)
        self.version += 1
        for name in self.breaches:
            self.breaches[name] = self.clock(name).breach(now)
        return None

    def _may(self, verb: str, now: datetime) -> bool:
        if verb == "close":
            return not self.is_unfinished
        is_late = self.closed_at is not None and now > self.closed_at + REOPENS_WITHIN
        return not (verb == "reopen" and is_late)

    def _acknowledge(self, now: datetime) -> None:
        self.acknowledged_at = now

    def _await_customer(self, now: datetime) -> None:
        self.pauses.append((now, None))

    def _resume(self, now: datetime) -> None:
        if self.pauses and self.pauses[-1][1] is None:
            self.pauses[-1] = (self.pauses[-1][0], now)

    def _resolve(self, now: datetime) -> None:
        self._resume(now)
        self.resolved_at, self.closes_at = now, now + CLOSES_AFTER

    def _close(self, now: datetime) -> None:
        self.closed_at, self.closes_at = now, None

    def _reopen(self, now: datetime) -> None:
        assert self.resolved_at is not None
        self.pauses.append((self.resolved_at, now))
        self.resolved_at = self.closed_at = self.closes_at = None
        self.targets["resolution"] = self.priority
        self.reopen_count += 1

    def _withdraw(self, now: datetime) -> None:
        self.withdrawn_at, self.closes_at = now, None

    def _escalate(self, now: datetime) -> None:
        self.level = 3

    def _reprioritize(self, now: datetime, impact: str, urgency: str) -> None:
        for name in self.breaches:
            self.breaches[name] = self.clock(name).breach(now)
        points = POINTS[impact] + POINTS[urgency]
        self.priority = {6: "CRITICAL", 5: "HIGH", 4: "MEDIUM"}.get(points, "LOW")
        stops = {"response": self.acknowledged_at, "resolution": self.resolved_at}
        for name, stopped in stops.items():
            if stopped is None:
                self.targets[name] = self.priority

    def answered(self, now: datetime) -> None:
        """A contact commented."""
        self.closes_at = None
        if self.status == "AWAITING_CUSTOMER":
            self.take("resume", now)

    def may_plan(self) -> str | None:
        return "RULE_VIOLATED" if self.status in OVER else None

    def plan(self, action: str, replaces: str | None, now: datetime) -> None:
        self.actions[action] = "PLANNED"
        if replaces is not None:
            self.actions[replaces] = "REPLACED"

    def step_action(self, action: str, verb: str, now: datetime) -> str | None:
        if self.status == "WITHDRAWN" and verb != "cancel":
            return "RULE_VIOLATED"
        to = self.action_steps.get(self.actions[action], {}).get(verb)
        if to is None:
            return "TRANSITION_NOT_ALLOWED"
        was_unfinished = self.is_unfinished
        self.actions[action] = to
        if was_unfinished and not self.is_unfinished and self.closes_at is not None:
            self.closes_at = max(self.closes_at, now)
        return None

    def tick(self, now: datetime) -> None:
        """What happens by itself by `now`."""
        alerts = []
        for name in self.breaches:
            clock = self.clock(name)
            known = {state for each, state, _ in self.told if each == name}
            warned, breached = clock.warning(now), clock.breach(now)
            if warned is not None and not known:
                alerts.append((name, "WARNING", warned))
            if breached is not None and "BREACHED" not in known:
                alerts.append((name, "BREACHED", breached))
            self.breaches[name] = breached
        alerts.sort(key=lambda alert: (alert[2], alert[0]))
        self.told += alerts
        for _, state, _ in alerts:
            self.level = max(self.level, 2 if state == "BREACHED" else 1)
        if self.closes_at is not None and self.closes_at <= now and not self.is_unfinished:
            self.take("close", self.closes_at)

    def offered(self, now: datetime) -> list[str]:
        """The actions that staff are offered, in the order of the graph."""
        steps = {verb for verb in self.steps[self.status] if self._may(verb, now)}
        if self.status not in OVER:
            steps |= {"reprioritize", "assign", "plan_corrective_action"}
            steps |= {"escalate"} if self.level < 3 else set()
        order = (
            *("acknowledge", "investigate", "await_customer", "resume", "resolve", "close"),
            *("reopen", "withdraw", "reprioritize", "assign", "escalate", "comment"),
            "plan_corrective_action",
        )
        return [verb.upper() for verb in order if verb in steps | {"comment"}]
