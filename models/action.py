"""Corrective actions: what is done about a complaint, its cause and its like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any, Self

from tortoise import fields

from models import bounds
from models.base import Act
from models.columns import Instant, nullable, to, to_or_none
from models.complaint import Complaint
from models.customer import Customer, end_of_day
from models.errors import LimitExceeded, RuleViolated
from models.events import Change, Fields, Kind, ref
from models.faults import Faults, required_reason
from models.predicate import begun, one_of
from models.rules.lifecycle import (
    CORRECTIVE_ACTION,
    OPEN_ACTIONS,
    ComplaintStatus,
    CorrectiveActionStatus,
)
from models.staff import StaffMember, active_staff
from models.verb import Decided, verb


class CorrectiveActionKind(str, Enum):
    CORRECTION = "CORRECTION"
    CORRECTIVE = "CORRECTIVE"
    PREVENTIVE = "PREVENTIVE"


@dataclass(frozen=True)
class Acted(Fields):
    corrective_action_id: Change
    corrective_action_status: Change
    kind: Change
    owner_id: Change
    due_on: Change


PLANNED = Kind("action.planned", "A corrective action was planned for a complaint.", Acted)
UPDATED = Kind("action.updated", "A corrective action's particulars changed.", Acted)
STARTED = Kind("action.started", "A corrective action was started.", Acted)
COMPLETED = Kind("action.completed", "A corrective action was done.", Acted)
VERIFIED = Kind("action.verified", "A corrective action was found effective.", Acted)
FOUND_INEFFECTIVE = Kind(
    "action.found_ineffective", "A corrective action was found without effect.", Acted
)
CANCELLED = Kind("action.cancelled", "A corrective action was cancelled.", Acted)


class CorrectiveAction(Decided):
    """Something that is done about a complaint."""

    noun = "action"
    locked_after = (Complaint, "complaint_id")

    complaint = to("Complaint")
    complaint_id: int
    customer = to("Customer")
    customer_id: int
    kind = fields.CharEnumField(CorrectiveActionKind, max_length=20)
    status = fields.CharEnumField(CorrectiveActionStatus, max_length=20)
    is_unfinished = fields.BooleanField(default=True)
    title = fields.CharField(max_length=bounds.SUBJECT_CHARACTERS_MAX)
    detail = nullable(fields.TextField())
    owner = to_or_none("StaffMember")
    owner_id: int | None
    due_on = nullable(fields.DateField())
    due_at = nullable(Instant())
    completed_at = nullable(Instant())
    verified_at = nullable(Instant())
    finding = nullable(fields.TextField())
    successor = to_or_none("CorrectiveAction")
    successor_id: int | None
    about: Complaint
    _is_just_finished = False

    class Meta:
        table = "action"
        indexes = (
            ("complaint_id", "id"),
            ("owner_id", "id"),
            ("status", "due_at"),
            ("complaint_id", "is_unfinished"),
        )

    @classmethod
    async def plan(
        cls,
        complaint: Complaint,
        act: Act,
        *,
        kind: CorrectiveActionKind,
        title: str,
        detail: str | None = None,
        owner_id: int | None = None,
        due_on: date | None = None,
        replaces_id: int | None = None,
    ) -> Self:
        """Plans an action for a complaint that is not over; it may replace an ineffective one."""
        complaint.require_unfinished()
        if await cls.filter(complaint_id=complaint.id).count() >= bounds.CORRECTIVE_ACTIONS_MAX:
            raise LimitExceeded(
                bounds.CORRECTIVE_ACTIONS_MAX,
                en="This complaint has too many corrective actions.",
                es="Esta reclamación tiene demasiadas acciones correctivas.",
            )
        customer = await Customer.get(id=complaint.customer_id)
        faults = Faults()
        row = cls.planned(act, faults, complaint, kind, title, detail)
        row._due_by(faults, act, customer, due_on)
        replaced = None
        if replaces_id is not None:
            replaced = await faults.of(cls._replaceable(act, complaint, replaces_id))
        if owner_id is not None:
            owner = await faults.of(active_staff(act, owner_id, "owner_id"))
            row.owner_id = None if owner is None else owner.id
        faults.settle()
        await row.save()
        if replaced is not None:
            replaced.successor_id, replaced.is_unfinished = row.id, False
            replaced.updated_at = act.now
            await replaced.save()
        row.tell_planned(act)
        await complaint.action_changed(act)
        return row

    @classmethod
    def planned(
        cls,
        act: Act,
        faults: Faults,
        complaint: Complaint,
        kind: CorrectiveActionKind,
        title: str,
        detail: str | None,
    ) -> Self:
        """An action that is still to be stored."""
        row = cls.new(
            act,
            complaint_id=complaint.id,
            customer_id=complaint.customer_id,
            kind=kind,
            status=CorrectiveActionStatus.PLANNED,
        )
        row.about = complaint
        row._describe(faults, title, detail)
        return row

    def tell_planned(self, act: Act) -> None:
        """The event of an action that was stored."""
        self._tell(act, PLANNED, self.status, of_kind=self.kind)

    @classmethod
    async def _replaceable(cls, act: Act, complaint: Complaint, row_id: int) -> Self:
        row = await cls.within(act, row_id, "replaces_id")
        if (
            row.complaint_id != complaint.id
            or row.status is not CorrectiveActionStatus.INEFFECTIVE
            or row.successor_id is not None
        ):
            raise RuleViolated(
                "replaced_action_is_ineffective",
                en="Only an ineffective action of the same complaint can be replaced, once.",
                es="Solo se puede sustituir una vez una acción ineficaz de la misma reclamación.",
                path=("replaces_id",),
            )
        return row

    async def update(
        self,
        act: Act,
        *,
        title: str | None = None,
        detail: str | None = None,
        owner_id: int | None = None,
        due_on: date | None = None,
    ) -> None:
        """Changes what is given of an action that is not finished; an empty detail goes."""
        if not OPEN.holds(self):
            raise RuleViolated(
                "updated_action_is_open",
                en="This action has ended.",
                es="Esta acción ha terminado.",
            )
        owner_before, due_before = ref(StaffMember.noun, self.owner_id), self.due_on
        customer = await Customer.get(id=self.customer_id)
        faults = Faults()
        self._describe(
            faults,
            title if title is not None else self.title,
            detail if detail is not None else self.detail,
        )
        if due_on is not None:
            self._due_by(faults, act, customer, due_on)
        faults.settle()
        if owner_id is not None:
            self.owner_id = (await active_staff(act, owner_id, "owner_id")).id
        await self.edited(act)
        self._tell(
            act,
            UPDATED,
            None,
            owner_id=(owner_before, ref(StaffMember.noun, self.owner_id)),
            due_on=(due_before, self.due_on),
        )

    async def gather(self, act: Act, needs: frozenset[str], given: dict[str, Any]) -> None:
        """Loads its complaint, which was locked before it."""
        self.about = await Complaint.within(act, self.complaint_id)

    async def stored(self, act: Act) -> None:
        """Its complaint may wait for it no longer."""
        await self.about.action_changed(act, is_finished=self._is_just_finished)

    @verb()
    def start(self, act: Act) -> None:
        """Somebody works on it."""
        self._step(act, "start", STARTED)

    @verb()
    def complete(self, act: Act, *, detail: str | None = None) -> None:
        """It is done; whether it helped is yet to be seen."""
        if detail is not None:
            faults = Faults()
            self._describe(faults, self.title, detail)
            faults.settle()
        self.completed_at = act.now
        self._step(act, "complete", COMPLETED)

    @verb()
    def verify(self, act: Act, *, is_effective: bool, finding: str | None = None) -> None:
        """Somebody looked whether it helped; where it did not, a successor must be planned."""
        if is_effective:
            self.finding = required_reason(finding, "finding") if finding else None
            self.verified_at = act.now
            self._step(act, "verify", VERIFIED, self.finding)
        else:
            self.finding = required_reason(finding or "", "finding")
            self._step(act, "find_ineffective", FOUND_INEFFECTIVE, self.finding)

    @verb()
    def cancel(self, act: Act, *, reason: str) -> None:
        """It will not be done."""
        self._step(act, "cancel", CANCELLED, required_reason(reason))

    def _step(self, act: Act, verb: str, kind: Kind[Acted], reason: str | None = None) -> None:
        was_unfinished = self.is_unfinished
        if self.about.status is ComplaintStatus.WITHDRAWN and verb != "cancel":
            self.about.require_unfinished()
        change = self.advance(CORRECTIVE_ACTION, verb)
        self.is_unfinished = OPEN.holds(self) or (
            self.status is CorrectiveActionStatus.INEFFECTIVE and self.successor_id is None
        )
        self._is_just_finished = was_unfinished and not self.is_unfinished
        self.touch(act)
        self._tell(act, kind, change, reason=reason)

    def _describe(self, faults: Faults, title: str, detail: str | None) -> None:
        self.title = faults.text("title", title, bounds.SUBJECT_CHARACTERS_MAX)
        self.detail = faults.optional_text("detail", detail, bounds.TEXT_CHARACTERS_MAX)

    @classmethod
    async def move_days(cls, act: Act, customer_id: int, time_zone: str) -> None:
        """What is unfinished is due when its day ends there."""
        for row in await cls.locked(UNFINISHED.q(), customer_id=customer_id, due_on__isnull=False):
            assert row.due_on is not None
            row.due_at = end_of_day(row.due_on, time_zone)
            await row.save()

    def _due_by(self, faults: Faults, act: Act, customer: Customer, day: date | None) -> None:
        """The day must not have ended in the customer's zone, nor lie years ahead."""
        self.due_on, self.due_at = day, None
        if day is None:
            return
        today = act.now.astimezone(customer.zone).date()
        if day < today:
            faults.invalid(
                "due_on",
                "not in the past",
                "This day is in the past in the customer's time zone.",
                "Este día ya ha pasado en la zona horaria del cliente.",
            )
        elif day > today + timedelta(days=bounds.DUE_DAYS_AHEAD_MAX):
            faults.invalid(
                "due_on",
                f"days_ahead_max={bounds.DUE_DAYS_AHEAD_MAX}",
                f"This is more than {bounds.DUE_DAYS_AHEAD_MAX} days ahead.",
                f"Queda a más de {bounds.DUE_DAYS_AHEAD_MAX} días.",
            )
        else:
            self.due_at = end_of_day(day, customer.time_zone)

    def _tell(
        self,
        act: Act,
        kind: Kind[Acted],
        status: Change,
        *,
        of_kind: Change = None,
        owner_id: Change = None,
        due_on: Change = None,
        reason: str | None = None,
    ) -> None:
        """An action's events stand in its complaint's timeline."""
        complaint = Complaint(id=self.complaint_id, customer_id=self.customer_id)
        action = ref(self.noun, self.id)
        kind.record(act, complaint, Acted(action, status, of_kind, owner_id, due_on, reason=reason))


OPEN = one_of("status", *OPEN_ACTIONS)
OVERDUE = OPEN & begun("due_at")
UNFINISHED = one_of("is_unfinished", True)
"""It is open, or had no effect and was not replaced: its complaint can't be closed."""
