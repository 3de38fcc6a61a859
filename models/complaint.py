"""Complaints: recorded, assessed, answered; every step is one of the lifecycle's table."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import Self

from tortoise import fields

from models import bounds, events
from models.base import Act, Edited, Instant, folded, global_id
from models.calendar import BusinessCalendar
from models.contact import Contact
from models.customer import Customer
from models.enrollment import Enrollment
from models.errors import InvalidInput, RuleViolated
from models.faults import Faults, optional_reason, required_reason
from models.rules.lifecycle import COMPLAINT, REOPEN_CLOSED_DAYS_MAX, ComplaintStatus
from models.rules.priority import Level, Priority, assessed_priority
from models.service import Service
from models.sla import Sla
from models.staff import StaffMember, active_staff


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


class Complaint(Edited):
    """An expression of dissatisfaction that expects an answer."""

    noun = "complaint"

    subject = fields.CharField(max_length=bounds.SUBJECT_CHARACTERS_MAX)
    description = fields.TextField()
    category: fields.Field[str | None] = fields.CharField(
        max_length=bounds.CATEGORY_CHARACTERS_MAX, null=True
    )
    area: fields.Field[ServiceArea | None] = fields.CharEnumField(  # type: ignore[assignment]
        ServiceArea, max_length=20, null=True
    )
    channel = fields.CharEnumField(ComplaintChannel, max_length=20)
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name=False, on_delete=fields.RESTRICT
    )
    customer_id: int
    raised_by: fields.ForeignKeyNullableRelation[Contact] = fields.ForeignKeyField(
        "models.Contact", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    raised_by_id: int | None
    service: fields.ForeignKeyNullableRelation[Service] = fields.ForeignKeyField(
        "models.Service", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    service_id: int | None
    enrollment: fields.ForeignKeyNullableRelation[Enrollment] = fields.ForeignKeyField(
        "models.Enrollment", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    enrollment_id: int | None
    sla: fields.ForeignKeyNullableRelation[Sla] = fields.ForeignKeyField(
        "models.Sla", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    sla_id: int | None
    calendar: fields.ForeignKeyNullableRelation[BusinessCalendar] = fields.ForeignKeyField(
        "models.BusinessCalendar", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    calendar_id: int | None
    impact = fields.CharEnumField(Level, max_length=20)
    urgency = fields.CharEnumField(Level, max_length=20)
    has_safety_risk = fields.BooleanField(default=False)
    priority = fields.CharEnumField(Priority, max_length=20)
    priority_rank = fields.SmallIntField()
    is_priority_overridden = fields.BooleanField(default=False)
    remedy_sought: fields.Field[str | None] = fields.TextField(null=True)  # type: ignore[assignment]
    status = fields.CharEnumField(ComplaintStatus, max_length=20)
    status_rank = fields.SmallIntField()
    owner: fields.ForeignKeyNullableRelation[StaffMember] = fields.ForeignKeyField(
        "models.StaffMember", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    owner_id: int | None
    received_at = Instant()
    acknowledged_at: fields.Field[datetime | None] = Instant(null=True)  # type: ignore[assignment]
    resolved_at: fields.Field[datetime | None] = Instant(null=True)  # type: ignore[assignment]
    closed_at: fields.Field[datetime | None] = Instant(null=True)  # type: ignore[assignment]
    reopen_count = fields.IntField(default=0)
    escalation_level = fields.SmallIntField(default=0)
    resolution_kind: fields.Field[ResolutionKind | None] = fields.CharEnumField(  # type: ignore[assignment]
        ResolutionKind, max_length=20, null=True
    )
    resolution_summary: fields.Field[str | None] = fields.TextField(null=True)  # type: ignore[assignment]
    root_cause: fields.Field[str | None] = fields.TextField(null=True)  # type: ignore[assignment]
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
        )

    @classmethod
    async def receive(
        cls,
        act: Act,
        *,
        customer_id: int,
        subject: str,
        description: str,
        channel: ComplaintChannel,
        impact: Level,
        urgency: Level,
        has_safety_risk: bool = False,
        remedy_sought: str | None = None,
        category: str | None = None,
        area: ServiceArea | None = None,
        raised_by_id: int | None = None,
        service_id: int | None = None,
        enrollment_id: int | None = None,
        received_at: datetime | None = None,
    ) -> Self:
        """Records a complaint and assesses it; the SLA in force at `received_at` stays with it."""
        customer = await Customer.within(act, customer_id, "customer_id", is_locked=False)
        faults = Faults()
        row = cls(
            created_at=act.now,
            updated_at=act.now,
            channel=channel,
            customer_id=customer.id,
            impact=impact,
            urgency=urgency,
            has_safety_risk=has_safety_risk,
            area=area,
            status=ComplaintStatus.RECEIVED,
            status_rank=ComplaintStatus.RECEIVED.rank,
        )
        row._describe(faults, subject, description, category, remedy_sought)
        row.received_at = faults.recent(
            "received_at",
            received_at or act.now,
            act.now,
            days_max=bounds.RECEIVED_DAYS_AGO_MAX,
        )
        await row._about(
            act,
            faults,
            raised_by_id=raised_by_id,
            service_id=service_id,
            enrollment_id=enrollment_id,
        )
        faults.settle()
        row._prioritise(assessed_priority(impact, urgency, has_safety_risk=has_safety_risk))
        await row.save()
        events.record(
            act,
            "complaint.received",
            row,
            customer_id=customer.id,
            changes=[("status", None, row.status.value), ("priority", None, row.priority.value)],
        )
        return row

    def _describe(
        self,
        faults: Faults,
        subject: str,
        description: str,
        category: str | None,
        remedy_sought: str | None,
    ) -> None:
        self.subject = faults.text("subject", subject, characters_max=bounds.SUBJECT_CHARACTERS_MAX)
        self.description = faults.text(
            "description", description, characters_max=bounds.TEXT_CHARACTERS_MAX
        )
        self.category = faults.optional_text(
            "category", category, characters_max=bounds.CATEGORY_CHARACTERS_MAX
        )
        self.remedy_sought = faults.optional_text(
            "remedy_sought", remedy_sought, characters_max=bounds.REASON_CHARACTERS_MAX
        )
        self.search_text = folded(self.subject, self.category, self.description)

    async def _about(
        self,
        act: Act,
        faults: Faults,
        *,
        raised_by_id: int | None,
        service_id: int | None,
        enrollment_id: int | None,
    ) -> None:
        """Names contact, service and enrolment, which must belong to the customer and together."""
        if raised_by_id is not None:
            contact = await Contact.within(act, raised_by_id, "raised_by_id", is_locked=False)
            self.raised_by_id = contact.id
            if contact.customer_id != self.customer_id:
                faults.add(_elsewhere("raised_by_id"))
        if service_id is not None:
            service = await Service.within(act, service_id, "service_id", is_locked=False)
            self.service_id = service.id
        enrollment = None
        if enrollment_id is not None:
            enrollment = await Enrollment.within(
                act, enrollment_id, "enrollment_id", is_locked=False
            )
            if enrollment.customer_id != self.customer_id:
                faults.add(_elsewhere("enrollment_id"))
            if service_id is not None and enrollment.service_id != service_id:
                faults.add(_elsewhere("service_id"))
        elif service_id is not None:
            enrollment = await self._live_enrollment(service_id)
        if enrollment is not None:
            sla = await Sla.get(id=enrollment.sla_id)
            self.enrollment_id, self.service_id = enrollment.id, enrollment.service_id
            self.sla_id = sla.id
            self.calendar_id = enrollment.own_calendar_id or sla.calendar_id

    async def _live_enrollment(self, service_id: int) -> Enrollment | None:
        """The customer's enrolment in the service that was live when the complaint came."""
        rows = await Enrollment.filter(
            customer_id=self.customer_id,
            service_id=service_id,
            requested_at__lte=self.received_at,
        ).order_by("-requested_at", "-id")
        for row in rows:
            if row.ended_at is None or row.ended_at > self.received_at:
                return row
        return None

    def _prioritise(self, priority: Priority) -> None:
        self.priority, self.priority_rank = priority, priority.rank

    async def acknowledge(self, act: Act, *, owner_id: int | None = None) -> None:
        """Tells the customer that it has come; somebody owns it from here on."""
        change = self.take(COMPLAINT, "acknowledge")
        owner = await self._owner(act, owner_id)
        self.owner_id, before = owner.id, self.owner_id
        self.acknowledged_at = act.now
        await self._stepped(
            act, "complaint.acknowledged", change, more=[_owner_change(before, owner.id)]
        )

    async def _owner(self, act: Act, owner_id: int | None) -> StaffMember:
        """The owner that is given, the one it has, or the caller."""
        chosen = owner_id or self.owner_id
        if chosen is None and act.viewer.actor_type == StaffMember.noun:
            chosen = act.viewer.actor_id
        if chosen is None:
            raise RuleViolated(
                "acknowledged_complaint_has_owner",
                en="Name an owner.",
                es="Indique un responsable.",
                path=("owner_id",),
            )
        return await active_staff(act, chosen, "owner_id")

    async def investigate(self, act: Act) -> None:
        """Somebody looks into it."""
        change = self.take(COMPLAINT, "investigate")
        await self._stepped(act, "complaint.investigating", change)

    async def await_customer(self, act: Act, *, question: str) -> None:
        """Waits for the customer, who is asked `question`."""
        change = self.take(COMPLAINT, "await_customer")
        await self._stepped(
            act,
            "complaint.awaiting_customer",
            change,
            reason=required_reason(question, "question"),
        )

    async def resume(self, act: Act, *, reason: str | None = None) -> None:
        """Goes on without waiting any longer."""
        change = self.take(COMPLAINT, "resume")
        await self._stepped(act, "complaint.resumed", change, reason=optional_reason(reason))

    async def resolve(
        self, act: Act, *, kind: ResolutionKind, summary: str, root_cause: str | None = None
    ) -> None:
        """Answers the complaint."""
        change = self.take(COMPLAINT, "resolve")
        faults = Faults()
        self.resolution_kind = kind
        self.resolution_summary = faults.text(
            "summary", summary, characters_max=bounds.TEXT_CHARACTERS_MAX
        )
        self.root_cause = faults.optional_text(
            "root_cause", root_cause, characters_max=bounds.TEXT_CHARACTERS_MAX
        )
        if kind is ResolutionKind.REMEDIED:
            faults.add(
                RuleViolated(
                    "remedied_complaint_has_finished_action",
                    en="REMEDIED needs a correction or corrective action that is done.",
                    es="REMEDIED necesita una corrección o acción correctiva terminada.",
                    path=("kind",),
                )
            )
        faults.settle()
        self.resolved_at = act.now
        await self._stepped(
            act,
            "complaint.resolved",
            change,
            more=[("resolutionKind", None, kind.value)],
            reason=self.resolution_summary,
        )

    async def close(self, act: Act, *, reason: str | None = None) -> None:
        """Ends it: the customer is content, or has not answered."""
        change = self.take(COMPLAINT, "close")
        self.closed_at = act.now
        await self._stepped(act, "complaint.closed", change, reason=optional_reason(reason))

    async def reopen(self, act: Act, *, reason: str) -> None:
        """The answer did not hold; a CLOSED complaint only within 30 days."""
        late = self.closed_at is not None and act.now > self.closed_at + timedelta(
            days=REOPEN_CLOSED_DAYS_MAX
        )
        change = self.take(COMPLAINT, "reopen")
        clean = required_reason(reason)
        if late:
            raise RuleViolated(
                "closed_complaint_reopens_within_30_days",
                en=f"It was closed more than {REOPEN_CLOSED_DAYS_MAX} days ago; record a new one.",
                es=f"Se cerró hace más de {REOPEN_CLOSED_DAYS_MAX} días; registre una nueva.",
            )
        self.resolved_at = self.closed_at = None
        self.resolution_kind = self.resolution_summary = self.root_cause = None
        self.reopen_count += 1
        await self._stepped(act, "complaint.reopened", change, reason=clean)

    async def withdraw(self, act: Act, *, reason: str) -> None:
        """The customer takes it back."""
        change = self.take(COMPLAINT, "withdraw")
        await self._stepped(act, "complaint.withdrawn", change, reason=required_reason(reason))

    async def assign(self, act: Act, *, owner_id: int) -> None:
        """Gives the complaint to another owner, at any time before it ends."""
        if not COMPLAINT.steps_from(self.status) or self.status is ComplaintStatus.CLOSED:
            raise RuleViolated(
                "assigned_complaint_is_open",
                en="This complaint has ended.",
                es="Esta reclamación ha terminado.",
            )
        owner = await active_staff(act, owner_id, "owner_id")
        before, self.owner_id = self.owner_id, owner.id
        await self.edited(act)
        events.record(
            act,
            "complaint.assigned",
            self,
            customer_id=self.customer_id,
            changes=[_owner_change(before, owner.id)],
        )

    async def _stepped(
        self,
        act: Act,
        kind: str,
        change: tuple[str, str, str],
        *,
        more: list[tuple[str, str | None, str | None]] | None = None,
        reason: str | None = None,
    ) -> None:
        self.status_rank = self.status.rank
        await self.edited(act)
        events.record(
            act,
            kind,
            self,
            customer_id=self.customer_id,
            changes=[change, *(more or [])],
            reason=reason,
        )


def _owner_change(before: int | None, after: int) -> tuple[str, str | None, str | None]:
    return ("owner", global_id(StaffMember.noun, before), global_id(StaffMember.noun, after))


def _elsewhere(path: str) -> InvalidInput:
    return InvalidInput(
        "belongs together",
        en="This belongs to another customer or service.",
        es="Esto es de otro cliente o servicio.",
        path=(path,),
    )
