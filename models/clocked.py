"""What a complaint's clocks need of its row: their columns, the waits, and when to look next."""

from __future__ import annotations

from datetime import datetime

from tortoise import fields

from models import bounds
from models.base import Act, Edited, exists
from models.columns import Instant, instant_text, nullable
from models.errors import LimitExceeded
from models.reckoning import NEVER, plan_tick, reckon
from models.rules.lifecycle import OPEN_COMPLAINTS, ComplaintStatus
from models.rules.priority import Priority
from models.rules.sla_clock import ClockState, SlaMetric
from models.sla import SlaTarget


class Clocked(Edited):
    """A row with a response and a resolution clock. Complaints are the one noun that has them."""

    customer_id: int
    sla_id: int | None
    calendar_id: int | None
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

    async def _aim(self) -> None:
        """Takes the targets of its SLA and priority, for clocks that have not stopped."""
        if self.sla_id is None:
            return
        stopped = {
            SlaMetric.RESPONSE: self.acknowledged_at is not None,
            SlaMetric.RESOLUTION: self.resolved_at is not None,
        }
        for target in await SlaTarget.filter(sla_id=self.sla_id, priority=self.priority):
            if not stopped[target.metric]:
                name = target.metric.value.lower()
                setattr(self, f"{name}_target_seconds", target.target_seconds)
                setattr(self, f"{name}_warn_percent", target.warn_at_percent)

    async def reckon(self, now: datetime) -> None:
        """Works its clocks out anew, and when the ticker must look at it next."""
        await reckon(self, now)

    @classmethod
    async def calendar_revised(cls, act: Act, calendar_id: int) -> None:
        """Has the ticker work out anew the clocks that still run on the calendar."""
        concerned = {
            "calendar_id": calendar_id,
            "status__in": [*OPEN_COMPLAINTS, ComplaintStatus.RESOLVED],
        }
        await cls.locked(**concerned)
        await cls.filter(**concerned).update(next_tick_at=act.now)

    async def answered(self) -> None:
        """A contact has written: it does not close by itself any more."""
        if self.auto_close_at is not None:
            self.auto_close_at = None
            await self.worked_out()

    async def worked_out(self, *, finished_at: datetime | None = None) -> None:
        """Stores what was worked out; nobody edited the row, so its version stays.

        `finished_at` is when an action was finished: closing by itself may have waited for it.
        """
        is_waiting = await self.has_unfinished_actions()
        if finished_at is not None and self.auto_close_at is not None and not is_waiting:
            self.auto_close_at = max(self.auto_close_at, finished_at)
        plan_tick(self, is_waiting)
        await self.save()

    async def has_unfinished_actions(self) -> bool:
        """Whether a corrective action is open, or ineffective and not replaced."""
        return await exists("action", complaint_id=self.id, is_unfinished=True)

    def _pause(self, since: datetime, reason: str) -> None:
        if len(self.pauses) >= bounds.PAUSES_MAX:
            raise LimitExceeded(
                bounds.PAUSES_MAX,
                en="This complaint has been paused too often; record a new one.",
                es="Esta reclamación se ha pausado demasiadas veces; registre una nueva.",
            )
        pause = {"since": instant_text(since), "until": None, "reason": reason}
        self.pauses = [*self.pauses, pause]

    def _go_on(self, now: datetime) -> None:
        if self.pauses and self.pauses[-1]["until"] is None:
            self.pauses = [*self.pauses[:-1], {**self.pauses[-1], "until": instant_text(now)}]
