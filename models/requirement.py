"""Requirements: what customers need, and what was decided: an existing service, or a new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from tortoise import fields

from models import bounds, searching
from models.base import ERASED, Act, Edited, exists, folded
from models.columns import Instant, nullable, to, to_or_none
from models.contact import contact_of
from models.customer import Customer
from models.errors import DomainError, InvalidInput, RuleViolated
from models.events import Change, Kind, Stepped, ref
from models.faults import Faults, optional_reason, required_reason
from models.predicate import one_of
from models.rules.lifecycle import (
    DECIDED_REQUIREMENTS,
    LIVE_ENROLLMENTS,
    OPEN_REQUIREMENTS,
    REQUIREMENT,
    PortfolioStatus,
    RequirementStatus,
)
from models.rules.priority import Priority
from models.service import Service


@dataclass(frozen=True)
class Identified(Stepped):
    priority: Change


@dataclass(frozen=True)
class Decided(Stepped):
    service_id: Change


IDENTIFIED = Kind("requirement.identified", "A customer's need was written down.", Identified)
MATCHED = Kind(
    "requirement.matched", "An existing service was found to meet a customer's need.", Decided
)
SERVICE_PROPOSED = Kind(
    "requirement.service_proposed", "A new service was proposed to meet a customer's need.", Decided
)
REQUIREMENT_FULFILLED = Kind(
    "requirement.fulfilled", "A customer's need was fulfilled through an enrolment.", Stepped
)
REQUIREMENT_DECLINED = Kind("requirement.declined", "A customer's need was declined.", Decided)


class Requirement(Edited):
    """A customer's need, and what was decided about it."""

    noun = "requirement"
    searched = ("statement", "desired_outcome")

    customer = to("Customer")
    customer_id: int
    raised_by = to_or_none("Contact")
    raised_by_id: int | None
    statement = fields.TextField()
    desired_outcome = nullable(fields.TextField())
    priority = fields.CharEnumField(Priority, max_length=20)
    status = fields.CharEnumField(RequirementStatus, max_length=24)
    service = to_or_none("Service")
    service_id: int | None
    identified_at = Instant()
    decided_at = nullable(Instant())
    decision_seconds = nullable(fields.BigIntField())
    decision_reason = nullable(fields.TextField())
    search_text = fields.TextField(default="")
    search_terms = fields.TextField(default="")

    class Meta:
        table = "requirement"
        indexes = (("customer_id", "id"), ("service_id", "id"), ("status", "id"))

    @classmethod
    async def identify(
        cls,
        act: Act,
        *,
        customer_id: int,
        statement: str,
        priority: Priority,
        desired_outcome: str | None = None,
        raised_by_id: int | None = None,
    ) -> Self:
        """Writes a customer's need down; what is to be done about it is yet to be decided."""
        customer = await Customer.within(act, customer_id, "customer_id", is_locked=False)
        faults = Faults()
        row = cls.new(
            act,
            identified_at=act.now,
            customer_id=customer.id,
            priority=priority,
            status=RequirementStatus.IDENTIFIED,
        )
        row._describe(faults, statement, desired_outcome)
        row.raised_by_id = await contact_of(act, faults, customer.id, raised_by_id, "raised_by_id")
        faults.settle()
        await row.save()
        IDENTIFIED.record(act, row, Identified(row.status, priority))
        return row

    @classmethod
    async def forget(cls, act: Act, contact_id: int) -> None:
        """Replaces what the person asked for; what was decided about it stays."""
        for row in await cls.locked(raised_by_id=contact_id):
            row._describe(Faults(), ERASED, row.desired_outcome and ERASED)
            await row.save()

    def _describe(self, faults: Faults, statement: str, desired_outcome: str | None) -> None:
        self.statement = faults.text("statement", statement, bounds.TEXT_CHARACTERS_MAX)
        self.desired_outcome = faults.optional_text(
            "desired_outcome", desired_outcome, bounds.TEXT_CHARACTERS_MAX
        )
        self.search_text = folded(self.statement, self.desired_outcome)
        self.search_terms = searching.terms(f"{self.statement} {self.desired_outcome or ''}")

    async def match(self, act: Act, *, service_id: int, reason: str | None = None) -> None:
        """An existing service will meet it; one that is RETIRED can't."""
        change = self.advance(REQUIREMENT, "match")
        service = await Service.within(act, service_id, "service_id")
        clean = optional_reason(reason)
        if service.portfolio_status is PortfolioStatus.RETIRED:
            raise RuleViolated(
                "matched_service_is_not_retired",
                en="A retired service can't meet a requirement.",
                es="Un servicio retirado no puede satisfacer un requisito.",
                path=("service_id",),
            )
        await self._decided(act, MATCHED, change, service.id, clean)

    async def propose_service(
        self,
        act: Act,
        *,
        code: str,
        name: str,
        description: str,
        is_standard: bool = True,
        category: str | None = None,
        owner_id: int | None = None,
        reason: str | None = None,
    ) -> Service:
        """No service meets it: one that will is put into the pipeline."""
        change = self.advance(REQUIREMENT, "propose_service")
        clean = optional_reason(reason)
        service = await Service.propose(
            act,
            code=code,
            name=name,
            description=description,
            is_standard=is_standard,
            category=category,
            owner_id=owner_id,
        )
        await self._decided(act, SERVICE_PROPOSED, change, service.id, clean)
        return service

    async def decline(self, act: Act, *, reason: str) -> None:
        """Nothing will be done about it; refused while a live enrolment came of it."""
        change = self.advance(REQUIREMENT, "decline")
        clean = required_reason(reason)
        if await exists("enrollment", requirement_id=self.id, status__in=list(LIVE_ENROLLMENTS)):
            raise RuleViolated(
                "declined_requirement_has_no_live_enrollment",
                en="This requirement led to a live enrolment; reject or end it first.",
                es="Este requisito tiene una suscripción vigente; primero recházela o termínela.",
            )
        await self._decided(act, REQUIREMENT_DECLINED, change, self.service_id, clean)

    async def fulfil(self, act: Act) -> None:
        """The customer uses the service that was chosen for it."""
        change = self.advance(REQUIREMENT, "fulfil")
        await self.edited(act)
        REQUIREMENT_FULFILLED.record(act, self, Stepped(change))

    def against_enrolling(self, customer_id: int, service_id: int) -> list[DomainError]:
        """What stands against an enrolment of the customer in the service that meets this."""
        if self.customer_id != customer_id:
            return [
                InvalidInput(
                    "belongs together",
                    en="This requirement belongs to another customer.",
                    es="Este requisito pertenece a otro cliente.",
                    path=("requirement_id",),
                )
            ]
        if self.status in DECIDED_REQUIREMENTS and self.service_id == service_id:
            return []
        return [
            RuleViolated(
                "enrolled_requirement_is_matched_to_the_service",
                en="This requirement is not matched to this service.",
                es="Este requisito no está asignado a este servicio.",
                path=("requirement_id",),
            )
        ]

    async def _decided(
        self,
        act: Act,
        kind: Kind[Decided],
        change: Change,
        service_id: int | None,
        reason: str | None,
    ) -> None:
        """Stores a decision; how long it took is measured to the first one."""
        before, self.service_id = self.service_id, service_id
        self.decision_reason = reason
        if self.decided_at is None:
            self.decided_at = act.now
            self.decision_seconds = int((act.now - self.identified_at).total_seconds())
        await self.edited(act)
        services = (ref(Service.noun, before), ref(Service.noun, service_id))
        kind.record(act, self, Decided(change, services, reason=reason))


OPEN = one_of("status", *OPEN_REQUIREMENTS)
UNDECIDED = one_of("status", RequirementStatus.IDENTIFIED)
FULFILLED = one_of("status", RequirementStatus.FULFILLED)
DECLINED = one_of("status", RequirementStatus.DECLINED)
