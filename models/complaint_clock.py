"""The clocks of a complaint: the columns that they are kept in, alerts, waits and closing itself.

Nothing here asks the database: everything is decided by the row and its surroundings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tortoise import fields

from models import bounds
from models import complaint_events as kinds
from models.base import Act
from models.columns import Instant, instant_text, nullable
from models.errors import LimitExceeded
from models.events import ref
from models.rules.business_time import Pause, business_days_after
from models.rules.lifecycle import AUTO_CLOSE_BUSINESS_DAYS, OPEN_COMPLAINTS, ComplaintStatus
from models.rules.priority import Priority
from models.rules.sla_clock import ClockReading, ClockState, SlaMetric, clock
from models.rules.timetable import OpenTime
from models.sla import SlaTarget
from models.staff import StaffMember
from models.verb import Decided

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Stands for no instant where one is ordered by: behind all others."""

WARNED, BREACHED = 1, 2
"""How much of a clock has been told to the world, and the escalation that each brings."""

RUNS = (ClockState.RUNNING, ClockState.WARNING)
_STATES = {WARNED: (ClockState.RUNNING, ClockState.WARNING), BREACHED: (None, ClockState.BREACHED)}


@dataclass
class Surroundings:
    """What a complaint's verbs decide by, beside its row.

    `targets` are those of its SLA, `has_remedy` says whether a correction or corrective action
    is done, `staff` holds the people whom a verb may name. Time counts by `calendar`; without
    one, days are Monday to Friday in the customer's zone.
    """

    calendar: OpenTime | None = None
    has_unfinished_actions: bool = False
    has_remedy: bool = False
    targets: Sequence[SlaTarget] = ()
    customer_zone: str = "UTC"
    manager_id: int | None = None
    staff: Mapping[int, StaffMember] = field(default_factory=dict)


Readings = dict[str, ClockReading]
PersonAt = Callable[[datetime], int | None]
"""Who it was at an instant, by the number of a member of staff."""


@dataclass(frozen=True)
class Alert:
    """A clock's warning or breach, at the instant when it happened."""

    clock: str
    level: int
    at: datetime


class Clocked(Decided):
    """A row with a response and a resolution clock. Complaints are the one noun that has them."""

    around: Surroundings

    customer_id: int
    calendar_id: int | None
    escalation_level: int
    priority: Priority
    received_at: datetime
    acknowledged_at: datetime | None
    resolved_at: datetime | None
    withdrawn_at = nullable(Instant())
    pauses: fields.Field[list[dict[str, str | None]]] = fields.JSONField(default=list)
    response_target_seconds = nullable(fields.IntField())
    response_warn_percent = nullable(fields.SmallIntField())
    response_state = nullable(fields.CharEnumField(ClockState, max_length=20))
    response_due_at = nullable(Instant())
    response_breached_at = nullable(Instant())
    response_alerts = fields.SmallIntField(default=0)
    resolution_target_seconds = nullable(fields.IntField())
    resolution_warn_percent = nullable(fields.SmallIntField())
    resolution_state = nullable(fields.CharEnumField(ClockState, max_length=20))
    resolution_due_at = nullable(Instant())
    resolution_breached_at = nullable(Instant())
    resolution_alerts = fields.SmallIntField(default=0)
    due_order_at = Instant(default=NEVER)
    auto_close_at = nullable(Instant())
    next_alert_at = nullable(Instant())
    next_tick_at = nullable(Instant())

    class Meta:
        abstract = True

    @classmethod
    async def calendar_revised(cls, act: Act, calendar_id: int) -> None:
        """Has the ticker look at the clocks that still run on the calendar."""
        concerned = {
            "calendar_id": calendar_id,
            "status__in": [*OPEN_COMPLAINTS, ComplaintStatus.RESOLVED],
        }
        await cls.locked(**concerned)
        await cls.filter(**concerned).update(next_tick_at=act.now)

    def settle(self, act: Act) -> None:
        """Its clocks follow from everything else in the row."""
        self.update_clocks(act.now)

    def set_targets(self) -> None:
        """Takes the targets of its SLA and priority, for clocks that have not stopped."""
        stopped = {
            SlaMetric.RESPONSE: self.acknowledged_at is not None,
            SlaMetric.RESOLUTION: self.resolved_at is not None,
        }
        for target in self.around.targets:
            if target.priority is self.priority and not stopped[target.metric]:
                name = target.metric.value.lower()
                setattr(self, f"{name}_target_seconds", target.target_seconds)
                setattr(self, f"{name}_warn_percent", target.warn_at_percent)

    def update_clocks(self, now: datetime) -> None:
        """Sets each clock's state and due instant, and when the ticker must look next."""
        self._set_clocks(self._read(now), now)

    def tell_alerts(self, act: Act, owner_at: PersonAt, manager_at: PersonAt) -> None:
        """Tells of the warnings and breaches that are still to be told, and updates the clocks."""
        readings = self._read(act.now)
        for alert in self._untold(readings, act.now):
            self._tell_alert(act, alert, owner_at(alert.at), manager_at(alert.at))
        self._set_clocks(readings, act.now)

    def _set_clocks(self, readings: Readings, now: datetime) -> None:
        for name, reading in readings.items():
            due_at = reading.due_at if reading.state in RUNS else None
            setattr(self, f"{name}_state", reading.state)
            setattr(self, f"{name}_breached_at", reading.breached_at)
            setattr(self, f"{name}_due_at", due_at)
        dues = (self.response_due_at, self.resolution_due_at)
        self.due_order_at = min((due for due in dues if due), default=NEVER)
        alerts = [alert.at for alert in self._untold(readings, now)]
        self.next_alert_at = min([*alerts, *_ahead(readings, now)], default=None)
        waits = [self.next_alert_at]
        if not self.around.has_unfinished_actions:
            waits.append(self.auto_close_at)
        self.next_tick_at = min((at for at in waits if at is not None), default=None)

    def _read(self, now: datetime) -> Readings:
        """Each clock that the complaint has, by the name of its columns."""
        stops = {
            SlaMetric.RESPONSE: self.acknowledged_at,
            SlaMetric.RESOLUTION: self.resolved_at,
        }
        readings: Readings = {}
        for metric, stopped_at in stops.items():
            name = metric.value.lower()
            seconds = getattr(self, f"{name}_target_seconds")
            if self.around.calendar is not None and seconds is not None:
                readings[name] = clock(
                    self.around.calendar,
                    metric=metric,
                    started_at=self.received_at,
                    target_seconds=seconds,
                    warn_at_percent=getattr(self, f"{name}_warn_percent"),
                    pauses=pauses_of(self.pauses),
                    stopped_at=stopped_at,
                    cancelled_at=self.withdrawn_at,
                    breached_at=getattr(self, f"{name}_breached_at"),
                    now=now,
                )
        return readings

    def _untold(self, readings: Readings, now: datetime) -> list[Alert]:
        """The alerts that are still to be told, the earliest first.

        A breach on record may be older than the warning that a later target would have brought:
        that warning is never told.
        """
        found: list[Alert] = []
        for name, reading in readings.items():
            told = getattr(self, f"{name}_alerts")
            horizon = reading.breached_at or reading.stopped_at or now
            if told < WARNED and reading.warns_at is not None and reading.warns_at <= horizon:
                found.append(Alert(name, WARNED, reading.warns_at))
            if told < BREACHED and reading.breached_at is not None:
                found.append(Alert(name, BREACHED, reading.breached_at))
        return sorted(found, key=lambda alert: (alert.at, alert.clock))

    def _tell_alert(
        self, act: Act, alert: Alert, owner_id: int | None, manager_id: int | None
    ) -> None:
        """Tells of a warning or breach, and escalates: to the owner, or the manager."""
        before, after = _STATES[alert.level]
        setattr(self, f"{alert.clock}_alerts", alert.level)
        owner = ref(StaffMember.noun, owner_id)
        manager = ref(StaffMember.noun, manager_id)
        metric = SlaMetric(alert.clock.upper())
        kind = kinds.SLA_WARNED if alert.level == WARNED else kinds.SLA_BREACHED
        told = kinds.Alerted(metric, (before, after), owner, occurred_at=alert.at)
        kind.record(act, self, told)
        raised = max(self.escalation_level, alert.level)
        escalated = kinds.Escalated(
            (self.escalation_level, raised),
            metric,
            manager if alert.level == BREACHED else owner,
            alert.at,
            occurred_at=alert.at,
        )
        kinds.ESCALATED.record(act, self, escalated)
        self.escalation_level = raised

    def closes_itself_at(self, resolved_at: datetime) -> datetime | None:
        """When it closes by itself, if nobody answers."""
        return business_days_after(
            self.around.calendar,
            resolved_at,
            AUTO_CLOSE_BUSINESS_DAYS,
            zone=self.around.customer_zone,
        )

    def pause(self, since: datetime, reason: str) -> None:
        """Stops the resolution clock. Raises LimitExceeded where that was done too often."""
        if len(self.pauses) >= bounds.PAUSES_MAX:
            raise LimitExceeded(
                bounds.PAUSES_MAX,
                en="This complaint has been paused too many times; record a new one.",
                es="Esta reclamación se ha pausado demasiadas veces; registre una nueva.",
            )
        pause = {"since": instant_text(since), "until": None, "reason": reason}
        self.pauses = [*self.pauses, pause]

    def end_pause(self, now: datetime) -> None:
        """Lets the resolution clock run again, where it is paused."""
        if self.pauses and self.pauses[-1]["until"] is None:
            self.pauses = [*self.pauses[:-1], {**self.pauses[-1], "until": instant_text(now)}]


def pauses_of(stored: Sequence[Mapping[str, str | None]]) -> list[Pause]:
    """The pauses as the rules take them, from what the row keeps."""
    return [
        Pause(
            datetime.fromisoformat(pause["since"] or ""),
            datetime.fromisoformat(pause["until"]) if pause["until"] else None,
            pause["reason"],
        )
        for pause in stored
    ]


def _ahead(readings: Readings, now: datetime) -> Iterator[datetime]:
    """When the state of a running clock will change, whether that is still to be told or not."""
    for reading in readings.values():
        if reading.state in RUNS:
            instants = (reading.warns_at, reading.due_at)
            yield from (instant for instant in instants if instant is not None and instant > now)
