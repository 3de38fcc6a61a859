"""Complaints: recorded, assessed, answered; every step is one of the lifecycle's table."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any, NotRequired, Self, TypedDict, TypeVar, Unpack

from tortoise import fields
from tortoise.expressions import Q

from models import access, bounds, events
from models import complaint_events as kinds
from models.base import ERASED, Act, exists, folded, nouns
from models.calendar import hold, open_time
from models.columns import Instant, nullable, to, to_or_none
from models.complaint_clock import NEVER, Clocked, Surroundings
from models.complaint_subject import Belonging, belonging
from models.contact import Contact
from models.customer import Customer
from models.errors import RuleViolated
from models.events import Change, Fields, Kind, Stepped, ref
from models.faults import Faults, optional_reason, required_reason
from models.predicate import at_least, has, missing, one_of
from models.rules.lifecycle import (
    COMPLAINT,
    OPEN_COMPLAINTS,
    OVER_COMPLAINTS,
    PROVEN_ACTIONS,
    REOPEN_CLOSED_DAYS_MAX,
    ComplaintStatus,
    reopens_too_late,
)
from models.rules.priority import Level, Priority, assessed_priority
from models.rules.sla_clock import ClockState
from models.sla import SlaTarget
from models.staff import ACTIVE, StaffMember, fit
from models.verb import verb

F = TypeVar("F", bound=Fields)

ESCALATED_BY_HAND = 3
"""The level of escalation that only a person gives: 1 is a warning's, 2 a breach's."""


class ComplaintChannel(str, Enum):
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    PORTAL = "PORTAL"
    MEETING = "MEETING"
    API = "API"


class ServiceArea(str, Enum):
    RELIABILITY = "RELIABILITY"
    RESPONSIVENESS = "RESPONSIVENESS"
    ASSURANCE = "ASSURANCE"
    EMPATHY = "EMPATHY"
    TANGIBLES = "TANGIBLES"
    VALUE = "VALUE"
    COMMUNICATION = "COMMUNICATION"


class ResolutionKind(str, Enum):
    REMEDIED = "REMEDIED"
    EXPLAINED = "EXPLAINED"
    COMPENSATED = "COMPENSATED"
    NOT_UPHELD = "NOT_UPHELD"


class Content(TypedDict):
    """What a complaint says of itself."""

    title: str
    description: str
    channel: ComplaintChannel
    impact: Level
    urgency: Level
    has_safety_risk: NotRequired[bool]
    remedy_sought: NotRequired[str | None]
    category: NotRequired[str | None]
    area: NotRequired[ServiceArea | None]


class Complaint(Clocked):
    """An expression of dissatisfaction that expects an answer."""

    noun = "complaint"
    searched = ("title", "category", "description")

    title = fields.CharField(max_length=bounds.SUBJECT_CHARACTERS_MAX)
    description = fields.TextField()
    category = nullable(fields.CharField(max_length=bounds.CATEGORY_CHARACTERS_MAX))
    area = nullable(fields.CharEnumField(ServiceArea, max_length=20))
    channel = fields.CharEnumField(ComplaintChannel, max_length=20)
    customer = to("Customer")
    customer_id: int
    raised_by = to_or_none("Contact")
    raised_by_id: int | None
    service = to_or_none("Service")
    service_id: int | None
    enrollment = to_or_none("Enrollment")
    enrollment_id: int | None
    sla = to_or_none("Sla")
    sla_id: int | None
    calendar = to_or_none("Calendar")
    calendar_id: int | None
    impact = fields.CharEnumField(Level, max_length=20)
    urgency = fields.CharEnumField(Level, max_length=20)
    has_safety_risk = fields.BooleanField(default=False)
    priority = fields.CharEnumField(Priority, max_length=20)
    priority_rank = fields.SmallIntField()
    is_priority_overridden = fields.BooleanField(default=False)
    remedy_sought = nullable(fields.TextField())
    status = fields.CharEnumField(ComplaintStatus, max_length=20)
    status_rank = fields.SmallIntField()
    owner = to_or_none("StaffMember")
    owner_id: int | None
    received_at = Instant()
    acknowledged_at = nullable(Instant())
    resolved_at = nullable(Instant())
    closed_at = nullable(Instant())
    reopen_count = fields.IntField(default=0)
    escalation_level = fields.SmallIntField(default=0)
    resolution_kind = nullable(fields.CharEnumField(ResolutionKind, max_length=20))
    resolution_summary = nullable(fields.TextField())
    root_cause = nullable(fields.TextField())
    resolution_seconds = nullable(fields.BigIntField())
    search_text = fields.TextField(default="")

    class Meta:
        table = "complaint"
        indexes = (
            ("received_at", "id"),
            ("priority_rank", "id"),
            ("status_rank", "id"),
            ("updated_at", "id"),
            ("customer_id", "received_at", "id"),
            ("service_id", "received_at", "id"),
            ("owner_id", "received_at", "id"),
            ("enrollment_id", "received_at", "id"),
            ("status", "received_at", "id"),
            ("due_order_at", "id"),
            ("response_state", "received_at", "id"),
            ("resolution_state", "received_at", "id"),
            ("response_breached_at",),
            ("resolution_breached_at",),
            ("resolved_at",),
            ("next_tick_at", "id"),
            ("calendar_id", "status"),
        )

    @classmethod
    async def record(
        cls,
        act: Act,
        *,
        customer_id: int,
        raised_by_id: int | None = None,
        service_id: int | None = None,
        enrollment_id: int | None = None,
        received_at: datetime | None = None,
        **told: Unpack[Content],
    ) -> Self:
        """Records a complaint and assesses it; the SLA in force at `received_at` stays with it."""
        faults = Faults()
        await faults.of(Customer.within(act, customer_id, "customer_id", is_locked=False))
        came_at = faults.recent(
            "received_at",
            received_at or act.now,
            act.now,
            days_max=bounds.RECEIVED_DAYS_AGO_MAX,
        )
        subject = await belonging(
            act,
            faults,
            customer_id=customer_id,
            received_at=came_at,
            raised_by_id=raised_by_id,
            service_id=service_id,
            enrollment_id=enrollment_id,
        )
        row = cls.received(act, faults, subject, came_at, **told)
        if row.calendar_id is not None:
            await hold(row.calendar_id)
        await row.gather(act, frozenset({"targets"}), {})
        row.begin(act)
        await row.save()
        row.tell_recorded(act)
        return row

    @classmethod
    def received(
        cls,
        act: Act,
        faults: Faults,
        subject: Belonging,
        received_at: datetime,
        **told: Unpack[Content],
    ) -> Self:
        """A new row, RECEIVED and assessed; its faults are told with those that are there."""
        impact, urgency = told["impact"], told["urgency"]
        has_safety_risk = told.get("has_safety_risk", False)
        row = cls.new(
            act,
            channel=told["channel"],
            impact=impact,
            urgency=urgency,
            has_safety_risk=has_safety_risk,
            area=told.get("area"),
            status=ComplaintStatus.RECEIVED,
            status_rank=ComplaintStatus.RECEIVED.rank,
            received_at=received_at,
            due_order_at=NEVER,
            **vars(subject),
        )
        row.title = faults.text("title", told["title"], bounds.SUBJECT_CHARACTERS_MAX)
        row.description = faults.text(
            "description", told["description"], bounds.TEXT_CHARACTERS_MAX
        )
        row.category = faults.optional_text(
            "category", told.get("category"), bounds.CATEGORY_CHARACTERS_MAX
        )
        row.remedy_sought = faults.optional_text(
            "remedy_sought",
            told.get("remedy_sought"),
            bounds.REASON_CHARACTERS_MAX,
        )
        faults.settle()
        row.search_text = folded(row.title, row.category, row.description)
        row._prioritise(assessed_priority(impact, urgency, has_safety_risk=has_safety_risk))
        return row

    def begin(self, act: Act) -> None:
        """Its clocks run."""
        self.set_targets()
        self.settle(act)

    def tell_recorded(self, act: Act) -> None:
        """The event of a complaint that was stored."""
        kinds.RECORDED.record(act, self, kinds.Assessed(self.status, self.priority))

    def _prioritise(self, priority: Priority) -> None:
        self.priority, self.priority_rank = priority, priority.rank

    async def gather(self, act: Act, needs: frozenset[str], given: dict[str, Any]) -> None:
        """Loads its calendar and the state of its actions, and what a verb needs besides."""
        around = Surroundings()
        if self.calendar_id is not None:
            around.calendar = await open_time(self.calendar_id)
        if self.id is not None:
            around.has_unfinished_actions = await exists(
                "action", complaint_id=self.id, is_unfinished=True
            )
        if "remedy" in needs:
            around.has_remedy = await self._has_remedy()
        if "targets" in needs:
            around.targets = await SlaTarget.filter(sla_id=self.sla_id)
        if "customer" in needs:
            customer = await Customer.get(id=self.customer_id)
            around.customer_zone = customer.time_zone
            around.manager_id = customer.relationship_manager_id
        owner_id = self._chosen_owner(act, given.get("owner_id")) if "owner" in needs else None
        if owner_id is not None:
            seen = access.criteria(act.viewer, StaffMember.noun)
            around.staff = {row.id: row for row in await StaffMember.locked(id=owner_id, **seen)}
        self.around = around

    async def _has_remedy(self) -> bool:
        return await exists(
            "action",
            complaint_id=self.id,
            status__in=list(PROVEN_ACTIONS),
            kind__in=["CORRECTION", "CORRECTIVE"],
        )

    @verb("owner")
    def acknowledge(self, act: Act, *, owner_id: int | None = None) -> None:
        """Tells the customer that it has come; somebody owns it from here on."""
        change = self.advance(COMPLAINT, "acknowledge")
        chosen = self._chosen_owner(act, owner_id)
        if chosen is None:
            raise RuleViolated(
                "acknowledged_complaint_has_owner",
                en="Name an owner.",
                es="Indique un responsable.",
                path=("owner_id",),
            )
        self.acknowledged_at = act.now
        owners = self._give_to(chosen)
        self._edit(act, kinds.ACKNOWLEDGED, kinds.Acknowledged(change, owners))

    def _chosen_owner(self, act: Act, owner_id: int | None) -> int | None:
        """The owner that is given, the one it has, or the caller."""
        caller = act.viewer.actor_id if act.viewer.actor_type == StaffMember.noun else None
        return owner_id or self.owner_id or caller

    def _give_to(self, owner_id: int) -> Change:
        owner = fit(self.around.staff.get(owner_id), ("owner_id",))
        before, self.owner_id = self.owner_id, owner.id
        return ref(owner.noun, before), ref(owner.noun, owner.id)

    @verb()
    def investigate(self, act: Act) -> None:
        """Somebody looks into it."""
        change = self.advance(COMPLAINT, "investigate")
        self._edit(act, kinds.INVESTIGATED, Stepped(change))

    @verb()
    def await_customer(self, act: Act, *, question: str) -> None:
        """Waits for the customer, who is asked `question`."""
        change = self.advance(COMPLAINT, "await_customer")
        asked = required_reason(question, "question")
        self.pause(act.now, asked)
        self._edit(act, kinds.CUSTOMER_AWAITED, Stepped(change, reason=asked))

    @verb()
    def resume(self, act: Act, *, reason: str | None = None) -> None:
        """Goes on without waiting any longer."""
        change = self.advance(COMPLAINT, "resume")
        self.end_pause(act.now)
        self._edit(act, kinds.RESUMED, Stepped(change, reason=optional_reason(reason)))

    @verb("remedy", "customer")
    def resolve(
        self, act: Act, *, kind: ResolutionKind, summary: str, root_cause: str | None = None
    ) -> None:
        """Answers the complaint."""
        change = self.advance(COMPLAINT, "resolve")
        faults = Faults()
        self.resolution_kind = kind
        self.resolution_summary = faults.text("summary", summary, bounds.TEXT_CHARACTERS_MAX)
        self.root_cause = faults.optional_text("root_cause", root_cause, bounds.TEXT_CHARACTERS_MAX)
        if kind is ResolutionKind.REMEDIED and not self.around.has_remedy:
            faults.add(
                RuleViolated(
                    "remedied_complaint_has_finished_action",
                    en="REMEDIED needs a completed correction or corrective action.",
                    es="REMEDIED requiere una corrección o acción correctiva terminada.",
                    path=("kind",),
                )
            )
        faults.settle()
        self.end_pause(act.now)
        self.resolved_at = act.now
        self.resolution_seconds = int((act.now - self.received_at).total_seconds())
        self.auto_close_at = self.closes_itself_at(act.now)
        summary = self.resolution_summary
        self._edit(act, kinds.RESOLVED, kinds.Resolved(change, kind, reason=summary))

    async def close(self, act: Act, *, reason: str | None = None) -> None:
        """Ends it: the customer is content, or has not answered."""
        await self.end(act, reason=reason)
        for noun in nouns():
            await noun.complaint_closed(act, self)

    @verb()
    def end(self, act: Act, *, reason: str | None = None) -> None:
        """What closing does to the complaint itself."""
        change = self.advance(COMPLAINT, "close")
        if self.around.has_unfinished_actions:
            raise RuleViolated(
                "closed_complaint_has_finished_actions",
                en="Finish, cancel or replace the corrective actions first.",
                es="Primero termine, cancele o sustituya las acciones correctivas.",
            )
        self.closed_at, self.auto_close_at = act.now, None
        self._edit(act, kinds.CLOSED, Stepped(change, reason=optional_reason(reason)))

    @verb("targets")
    def reopen(self, act: Act, *, reason: str) -> None:
        """The answer did not hold; a CLOSED complaint only within 30 days.

        The resolution clock goes on, by the target of the priority that it has by now.
        """
        late = reopens_too_late(self.closed_at, act.now)
        change = self.advance(COMPLAINT, "reopen")
        clean = required_reason(reason)
        if late:
            raise RuleViolated(
                "closed_complaint_reopens_within_30_days",
                en=f"It was closed more than {REOPEN_CLOSED_DAYS_MAX} days ago; record a new one.",
                es=f"Se cerró hace más de {REOPEN_CLOSED_DAYS_MAX} días; registre una nueva.",
            )
        self.pause(self.resolved_at or act.now, clean)
        self.end_pause(act.now)
        self.resolved_at = self.closed_at = self.auto_close_at = None
        self.resolution_seconds = None
        self.resolution_kind = self.resolution_summary = self.root_cause = None
        self.reopen_count += 1
        self.set_targets()
        self._edit(act, kinds.REOPENED, Stepped(change, reason=clean))

    @verb()
    def withdraw(self, act: Act, *, reason: str) -> None:
        """The customer takes it back."""
        change = self.advance(COMPLAINT, "withdraw")
        self.withdrawn_at, self.auto_close_at = act.now, None
        self._edit(act, kinds.WITHDRAWN, Stepped(change, reason=required_reason(reason)))

    @verb("owner")
    def assign(self, act: Act, *, owner_id: int) -> None:
        """Gives the complaint to another owner, at any time before it ends."""
        self.require_unfinished()
        self._edit(act, kinds.ASSIGNED, kinds.Owned(self._give_to(owner_id)))

    @verb("targets")
    def reprioritize(
        self,
        act: Act,
        *,
        impact: Level | None = None,
        urgency: Level | None = None,
        has_safety_risk: bool | None = None,
        priority: Priority | None = None,
        reason: str | None = None,
    ) -> None:
        """Assesses it again, or sets its priority by hand, with a reason.

        The target changes; start, elapsed time and pauses stay, and so does a breach.
        """
        self.require_unfinished()
        self.update_clocks(act.now)
        before = self._assessment()
        self.impact, self.urgency = impact or self.impact, urgency or self.urgency
        self.has_safety_risk = self.has_safety_risk if has_safety_risk is None else has_safety_risk
        assessed = assessed_priority(
            self.impact, self.urgency, has_safety_risk=self.has_safety_risk
        )
        clean = optional_reason(reason)
        if priority is None and self.is_priority_overridden:
            priority = self.priority
        elif priority is not None and priority is not assessed:
            clean = required_reason(reason or "")
        self._check_override(priority)
        self.is_priority_overridden = priority is not None and priority is not assessed
        self._prioritise(priority or assessed)
        self.set_targets()
        self._edit(act, kinds.REPRIORITIZED, self._assessment(clean), before)

    def _assessment(self, reason: str | None = None) -> kinds.Assessment:
        return kinds.Assessment(
            self.priority,
            self.impact,
            self.urgency,
            self.has_safety_risk,
            self.is_priority_overridden,
            reason=reason,
        )

    def _check_override(self, priority: Priority | None) -> None:
        if priority is not None and self.has_safety_risk and priority.rank > Priority.HIGH.rank:
            raise RuleViolated(
                "safety_risk_is_at_least_high",
                en="The priority can't be below HIGH where safety is at risk.",
                es="Con riesgo para la seguridad, la prioridad no puede ser inferior a HIGH.",
                path=("priority",),
            )

    @verb()
    def escalate(self, act: Act, *, reason: str) -> None:
        """Takes it to the process owner: level 3, by hand, once."""
        self.require_unfinished()
        clean = required_reason(reason)
        if self.escalation_level >= ESCALATED_BY_HAND:
            raise RuleViolated(
                "escalated_once",
                en="This complaint is already at the highest level.",
                es="Esta reclamación ya está en el nivel más alto.",
            )
        before, self.escalation_level = self.escalation_level, ESCALATED_BY_HAND
        levels = (before, ESCALATED_BY_HAND)
        self._edit(act, kinds.ESCALATED, kinds.Escalated(levels, reason=clean))

    @verb("customer")
    def tick(self, act: Act) -> None:
        """What is due by itself: alerts are told, and a revised calendar moves its closing."""
        self.tell_alerts(act, lambda at: self.owner_id, lambda at: self.around.manager_id)
        if self.resolved_at and self.auto_close_at and self.auto_close_at > act.now:
            self.auto_close_at = self.closes_itself_at(self.resolved_at)

    @verb()
    def answered(self, act: Act) -> None:
        """A contact has written: it does not close by itself any more, and a wait is over."""
        self.auto_close_at = None
        if self.status is ComplaintStatus.AWAITING_CUSTOMER:
            Complaint.resume.decide(self, act)

    @verb()
    def action_changed(self, act: Act, *, is_finished: bool = False) -> None:
        """Closing by itself may have waited for the action that is finished now."""
        if is_finished and self.auto_close_at and not self.around.has_unfinished_actions:
            self.auto_close_at = max(self.auto_close_at, act.now)

    @classmethod
    async def forget(cls, act: Act, contact_id: int) -> None:
        """Replaces what the person wrote: in its own complaints, and why others had to go on."""
        reasons = await events.reasons_of(Contact.noun, contact_id)
        for row in await cls.locked(Q(raised_by_id=contact_id) | Q(id__in=list(reasons))):
            if row.raised_by_id == contact_id:
                row.title = row.description = ERASED
                row.remedy_sought = None if row.remedy_sought is None else ERASED
                row.category = None
                row.search_text = folded(row.title, row.description)
            row.pauses = [
                {**pause, "reason": ERASED} if pause["reason"] in reasons.get(row.id, ()) else pause
                for pause in row.pauses
            ]
            await row.save()

    def require_unfinished(self) -> None:
        """Raises RuleViolated where the complaint is over."""
        if self.status in OVER_COMPLAINTS:
            raise RuleViolated(
                "complaint_is_not_over",
                en="This complaint has ended.",
                es="Esta reclamación ha terminado.",
            )

    def _edit(self, act: Act, kind: Kind[F], after: F, before: F | None = None) -> None:
        """A person's edit, and its event."""
        self.status_rank = self.status.rank
        self.touch(act)
        kind.record(act, self, after, before)


OPEN = one_of("status", *OPEN_COMPLAINTS)
UNASSIGNED = OPEN & ~has(StaffMember, by="id", of="owner_id", where=ACTIVE)
REOPENED = OPEN & at_least("reopen_count", 1)
ESCALATED = at_least("escalation_level", 1)
UPHELD = ~missing("resolution_kind") & ~one_of("resolution_kind", ResolutionKind.NOT_UPHELD)

HAS_SLA = ~missing("sla_id")
RESPONSE_BREACHED = one_of("response_state", ClockState.BREACHED)
RESOLUTION_BREACHED = one_of("resolution_state", ClockState.BREACHED)
BREACHED = RESPONSE_BREACHED | RESOLUTION_BREACHED
WARNING = ~BREACHED & (
    one_of("response_state", ClockState.WARNING) | one_of("resolution_state", ClockState.WARNING)
)
MET = one_of("response_state", ClockState.MET) & one_of("resolution_state", ClockState.MET)
UNDECIDED = ~BREACHED & one_of(
    "resolution_state", ClockState.RUNNING, ClockState.WARNING, ClockState.PAUSED
)
"""It may still keep or break a target."""
