"""Enrolments: a customer's subscriptions to standard services under an SLA."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from tortoise import fields
from tortoise.exceptions import IntegrityError

from models import bounds
from models.base import Act, Edited
from models.calendar import Calendar
from models.columns import Instant, instant_text, nullable, to, to_or_none
from models.customer import Customer, end_of_day
from models.errors import DomainError, InvalidInput, LimitExceeded, Refused, RuleViolated
from models.events import Change, Fields, Kind, Stepped, ref
from models.faults import Faults, optional_reason, required_reason
from models.predicate import one_of
from models.requirement import Requirement
from models.rules.lifecycle import (
    ENROLLMENT,
    LIVE_ENROLLMENTS,
    CustomerStage,
    EnrollmentStatus,
    PortfolioStatus,
    SlaStatus,
)
from models.service import Service
from models.sla import Sla


@dataclass(frozen=True)
class Requested(Stepped):
    service_id: Change
    sla_id: Change
    requirement_id: Change


@dataclass(frozen=True)
class Moved(Fields):
    sla_id: Change


REQUESTED = Kind("enrollment.requested", "An enrolment was requested.", Requested)
ACTIVATED = Kind("enrollment.activated", "An enrolment became ACTIVE.", Stepped)
REJECTED = Kind("enrollment.rejected", "An enrolment was rejected.", Stepped)
SUSPENDED = Kind("enrollment.suspended", "An enrolment was suspended.", Stepped)
RESUMED = Kind("enrollment.resumed", "A suspended enrolment became ACTIVE again.", Stepped)
ENDED = Kind("enrollment.ended", "An enrolment ended.", Stepped)
SLA_CHANGED = Kind("enrollment.sla_changed", "An enrolment moved to another SLA.", Moved)


class Enrollment(Edited):
    """A customer's subscription to a standard service."""

    noun = "enrollment"
    locked_after = (Customer, "customer_id")

    status = fields.CharEnumField(EnrollmentStatus, max_length=20)
    customer = to("Customer")
    customer_id: int
    service = to("Service")
    service_id: int
    sla = to("Sla")
    sla_id: int
    past_slas: fields.Field[list[dict[str, Any]]] = fields.JSONField(default=list)
    own_calendar = to_or_none("Calendar")
    own_calendar_id: int | None
    requirement = to_or_none("Requirement")
    requirement_id: int | None
    requested_at = Instant()
    starts_on = nullable(fields.DateField())
    ends_on = nullable(fields.DateField())
    ends_at = nullable(Instant())
    ended_at = nullable(Instant())
    next_tick_at = nullable(Instant())
    status_reason = nullable(fields.TextField())

    class Meta:
        table = "enrollment"
        indexes = (
            ("customer_id", "id"),
            ("service_id", "id"),
            ("sla_id", "id"),
            ("requirement_id", "id"),
            ("next_tick_at", "id"),
        )

    @classmethod
    async def request(
        cls,
        act: Act,
        *,
        customer_id: int,
        service_id: int,
        sla_id: int,
        calendar_id: int | None = None,
        requirement_id: int | None = None,
        starts_on: date | None = None,
        ends_on: date | None = None,
    ) -> Self:
        """Asks for a service on behalf of a customer; at most one live enrolment for the two."""
        faults = Faults()
        customer = await faults.of(Customer.within(act, customer_id, "customer_id"))
        requirement = None
        if requirement_id is not None:
            requirement = await faults.of(Requirement.within(act, requirement_id, "requirement_id"))
        service = await faults.of(Service.within(act, service_id, "service_id"))
        sla = await faults.of(Sla.within(act, sla_id, "sla_id", is_locked=False))
        if calendar_id is not None:
            await faults.of(Calendar.within(act, calendar_id, "calendar_id", is_locked=False))
        if starts_on is not None and ends_on is not None and ends_on < starts_on:
            faults.add(_ends_before_it_starts())
        if customer is None or service is None or sla is None:
            raise Refused(faults.found)
        row = cls.new(
            act,
            requested_at=act.now,
            status=EnrollmentStatus.REQUESTED,
            customer_id=customer.id,
            service_id=service.id,
            sla_id=sla.id,
            own_calendar_id=calendar_id,
            requirement_id=requirement_id,
            starts_on=starts_on,
        )
        faults.found += [*_may_enrol(customer, service), *_is_offered(sla, service.id)]
        if requirement is not None:
            faults.found += requirement.against_enrolling(customer.id, service.id)
        if await row._has_rival():
            faults.add(_second_live())
        faults.settle()
        row._end_on(customer, ends_on)
        try:
            await row.save()
        except IntegrityError:
            raise Refused([_second_live()]) from None
        REQUESTED.record(
            act,
            row,
            Requested(
                row.status,
                ref(Service.noun, service.id),
                ref(Sla.noun, sla.id),
                ref(Requirement.noun, requirement_id),
            ),
        )
        return row

    async def activate(self, act: Act, *, starts_on: date | None = None) -> None:
        """The customer uses the service from now on.

        A PROSPECT becomes an ACTIVE customer, and the requirement that it came of is fulfilled.
        """
        customer = await Customer.within(act, self.customer_id, "customer_id")
        self.starts_on = starts_on or self.starts_on or act.now.astimezone(customer.zone).date()
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise Refused([_ends_before_it_starts()])
        await self._step(act, "activate", ACTIVATED)
        if customer.stage is CustomerStage.PROSPECT:
            await customer.activate(act)
        if self.requirement_id is not None:
            requirement = await Requirement.within(act, self.requirement_id)
            await requirement.fulfil(act)

    async def reject(self, act: Act, *, reason: str) -> None:
        """The request is turned down."""
        self.ended_at = act.now
        await self._step(act, "reject", REJECTED, required_reason(reason))

    async def suspend(self, act: Act, *, reason: str) -> None:
        """The service rests for this customer; no clock stops for it."""
        await self._step(act, "suspend", SUSPENDED, required_reason(reason))

    async def resume(self, act: Act, *, reason: str | None = None) -> None:
        """The customer uses the service again."""
        await self._step(act, "resume", RESUMED, optional_reason(reason))

    async def end(self, act: Act, *, reason: str) -> None:
        """The customer uses the service no longer."""
        customer = await Customer.within(act, self.customer_id, "customer_id")
        self.ended_at = act.now
        clean = required_reason(reason)
        self._end_on(customer, act.now.astimezone(customer.zone).date())
        await self._step(act, "end", ENDED, clean)

    async def end_itself(self, act: Act) -> None:
        """Its last day has ended in the customer's zone."""
        assert self.ends_at is not None
        then = Act(act.viewer, self.ends_at, act.facts)
        self.ended_at = self.ends_at
        await self._step(then, "end", ENDED)

    async def change_sla(self, act: Act, *, sla_id: int) -> None:
        """Moves a live enrolment to another SLA of its service; open complaints keep theirs."""
        sla = await Sla.within(act, sla_id, "sla_id", is_locked=False)
        faults = list(_is_offered(sla, self.service_id))
        if self.status not in LIVE_ENROLLMENTS:
            faults.append(
                RuleViolated(
                    "enrollment_is_live",
                    en="This enrolment has ended.",
                    es="Esta suscripción ha terminado.",
                )
            )
        if faults:
            raise Refused(faults)
        before, self.sla_id = self.sla_id, sla.id
        past = {"sla": before, "until": instant_text(act.now)}
        self.past_slas = [*self.past_slas, past][-bounds.PAST_SLAS_MAX :]
        await self.edited(act)
        SLA_CHANGED.record(act, self, Moved((ref(Sla.noun, before), ref(Sla.noun, sla.id))))

    @classmethod
    async def move(cls, act: Act, *, from_sla_id: int, to_sla_id: int) -> Sla:
        """Moves all live enrolments from one SLA to another of its service; answers the latter."""
        before = await Sla.within(act, from_sla_id, "from_sla_id", is_locked=False)
        after = await Sla.within(act, to_sla_id, "to_sla_id", is_locked=False)
        query = cls.filter(LIVE.q(), sla_id=before.id).order_by("id")
        rows = await query.select_for_update(no_key=True).limit(bounds.ENROLLMENTS_MOVED_MAX + 1)
        if len(rows) > bounds.ENROLLMENTS_MOVED_MAX:
            raise LimitExceeded(
                bounds.ENROLLMENTS_MOVED_MAX,
                en="There are too many enrolments to move at once.",
                es="Hay demasiadas suscripciones para moverlas a la vez.",
            )
        faults = _is_offered(after, before.service_id, "to_sla_id")
        if faults:
            raise Refused(faults)
        for row in rows:
            await row.change_sla(act, sla_id=after.id)
        return after

    def sla_at(self, instant: datetime) -> int:
        """The number of the SLA that it was under at an instant."""
        for past in self.past_slas:
            if instant < datetime.fromisoformat(past["until"]):
                return int(past["sla"])
        return self.sla_id

    def was_live_at(self, instant: datetime) -> bool:
        """Whether it had been asked for by then, and had not ended or been rejected."""
        return self.requested_at <= instant and (self.ended_at is None or instant < self.ended_at)

    async def _step(
        self, act: Act, verb: str, kind: Kind[Stepped], reason: str | None = None
    ) -> None:
        change = self.advance(ENROLLMENT, verb)
        self.status_reason = reason
        uses = self.status in (EnrollmentStatus.ACTIVE, EnrollmentStatus.SUSPENDED)
        self.next_tick_at = self.ends_at if uses else None
        await self.edited(act)
        kind.record(act, self, Stepped(change, reason=reason))

    @classmethod
    async def move_days(cls, act: Act, customer_id: int, time_zone: str) -> None:
        """What is live ends when its last day ends there."""
        for row in await cls.locked(LIVE.q(), customer_id=customer_id, ends_on__isnull=False):
            assert row.ends_on is not None
            row.ends_at = end_of_day(row.ends_on, time_zone)
            if row.next_tick_at is not None:
                row.next_tick_at = row.ends_at
            await row.save()

    def _end_on(self, customer: Customer, day: date | None) -> None:
        self.ends_on = day
        self.ends_at = None if day is None else end_of_day(day, customer.time_zone)

    async def _has_rival(self) -> bool:
        return await Enrollment.filter(
            LIVE.q(), customer_id=self.customer_id, service_id=self.service_id
        ).exists()


def _may_enrol(customer: Customer, service: Service) -> list[DomainError]:
    faults: list[DomainError] = []
    if customer.stage is CustomerStage.FORMER:
        faults.append(
            RuleViolated(
                "customer_is_not_former",
                en="A former customer can't enrol; make it a prospect again first.",
                es="Un antiguo cliente no puede suscribirse; primero conviértalo en prospecto.",
                path=("customer_id",),
            )
        )
    if service.portfolio_status is not PortfolioStatus.CATALOGUE or not service.is_standard:
        faults.append(
            RuleViolated(
                "service_is_standard_and_in_catalogue",
                en="Customers can enrol only in standard services of the catalogue.",
                es="Solo es posible suscribirse a servicios estándar del catálogo.",
                path=("service_id",),
            )
        )
    return faults


def _is_offered(sla: Sla, service_id: int, path: str = "sla_id") -> list[DomainError]:
    faults: list[DomainError] = []
    if sla.status is not SlaStatus.ACTIVE:
        faults.append(
            RuleViolated(
                "sla_is_active",
                en="This SLA is not active.",
                es="Este SLA no está activo.",
                path=(path,),
            )
        )
    if sla.service_id != service_id:
        faults.append(
            RuleViolated(
                "sla_is_of_the_service",
                en="This SLA belongs to another service.",
                es="Este SLA pertenece a otro servicio.",
                path=(path,),
            )
        )
    return faults


def _second_live() -> DomainError:
    return RuleViolated(
        "one_live_enrollment_per_service",
        en="This customer already has a live enrolment in this service.",
        es="Este cliente ya tiene una suscripción vigente a este servicio.",
        path=("service_id",),
    )


def _ends_before_it_starts() -> DomainError:
    return InvalidInput(
        "not before startsOn",
        en="The end can't be before the start.",
        es="El fin no puede ser anterior al inicio.",
        path=("ends_on",),
    )


LIVE = one_of("status", *LIVE_ENROLLMENTS)
