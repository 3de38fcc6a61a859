"""Customers: the organisations that use, or may use, the provider's services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from tortoise import fields
from tortoise.expressions import Q

from models import bounds
from models.access import Role
from models.base import (
    Act,
    ExternallyKeyed,
    exists,
    folded,
    nouns,
    sort_key,
)
from models.columns import Instant, nullable, to_or_none
from models.errors import LimitExceeded, RuleViolated
from models.events import Change, Code, Fields, Keyed, Kind, Personal, ref
from models.faults import Faults, optional_reason, required_reason
from models.predicate import begun, missing, one_of
from models.rules.health import HealthBand
from models.rules.lifecycle import CUSTOMER, LIVE_ENROLLMENTS, CustomerStage
from models.staff import StaffMember, active_staff

LOOK_ALIKES_TOLD_MAX = 3


def start_of_day(day: date, zone: str) -> datetime:
    """The midnight that begins `day` in an IANA zone, in UTC."""
    return end_of_day(day - timedelta(days=1), zone)


def end_of_day(day: date, zone: str) -> datetime:
    """The midnight that ends `day` in an IANA zone, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True)
class Staged(Fields):
    stage: Change


@dataclass(frozen=True)
class Registered(Staged):
    name: Personal


@dataclass(frozen=True)
class Particulars(Keyed):
    name: Personal
    time_zone: Change
    locale: Change
    industry: Personal
    review_interval_days: Change
    domain: Personal


@dataclass(frozen=True)
class Reviewed(Fields):
    last_reviewed_at: Change


@dataclass(frozen=True)
class Managed(Fields):
    relationship_manager_id: Change


REGISTERED = Kind("customer.registered", "A customer or prospect was registered.", Registered)
UPDATED: Kind[Keyed] = Kind("customer.updated", "A customer's particulars changed.", Particulars)
ACTIVATED = Kind("customer.activated", "A customer became ACTIVE.", Staged)
MARKED_DORMANT = Kind("customer.marked_dormant", "A customer became DORMANT.", Staged)
MARKED_FORMER = Kind("customer.marked_former", "A customer became FORMER.", Staged)
RETURNED_TO_PROSPECT = Kind(
    "customer.returned_to_prospect", "A FORMER customer became a PROSPECT again.", Staged
)
RELATIONSHIP_MANAGER_ASSIGNED = Kind(
    "customer.relationship_manager_assigned",
    "A relationship manager was assigned to a customer.",
    Managed,
)
REVIEWED = Kind("customer.reviewed", "A service review was held with a customer.", Reviewed)


class Customer(ExternallyKeyed):
    """An organisation that uses, or may use, the provider's services."""

    noun = "customer"
    searched = ("name", "industry")

    name = fields.CharField(max_length=bounds.NAME_CHARACTERS_MAX)
    sort_name = fields.CharField(max_length=2 * bounds.NAME_CHARACTERS_MAX, default="")
    stage = fields.CharEnumField(CustomerStage, max_length=20)
    industry = nullable(fields.CharField(max_length=bounds.CATEGORY_CHARACTERS_MAX))
    domain = nullable(fields.CharField(max_length=bounds.DOMAIN_CHARACTERS_MAX, db_index=True))
    time_zone = fields.CharField(max_length=bounds.TIME_ZONE_CHARACTERS_MAX)
    locale = fields.CharField(max_length=bounds.LOCALE_CHARACTERS_MAX)
    relationship_manager = to_or_none("StaffMember")
    relationship_manager_id: int | None
    review_interval_days = fields.IntField(default=bounds.REVIEW_INTERVAL_DAYS_DEFAULT)
    last_reviewed_at = nullable(Instant())
    next_review_on = nullable(fields.DateField())
    review_due_at = nullable(Instant())
    health_band = fields.CharEnumField(HealthBand, max_length=20, default=HealthBand.UNKNOWN)
    health_rank = fields.SmallIntField(default=HealthBand.UNKNOWN.rank)
    health_reasons: fields.Field[list[dict[str, Any]]] = fields.JSONField(default=list)
    health_assessed_at = nullable(Instant())
    next_tick_at = nullable(Instant())
    search_text = fields.TextField(default="")

    class Meta:
        table = "customer"
        indexes = (
            ("sort_name", "id"),
            ("health_rank", "id"),
            ("next_tick_at", "id"),
            ("relationship_manager_id", "sort_name", "id"),
        )

    @classmethod
    async def register(
        cls,
        act: Act,
        *,
        name: str,
        time_zone: str,
        locale: str = "en",
        industry: str | None = None,
        relationship_manager_id: int | None = None,
        review_interval_days: int = bounds.REVIEW_INTERVAL_DAYS_DEFAULT,
        domain: str | None = None,
        accept_duplicate: bool = False,
    ) -> Self:
        """Registers a prospect: an organisation that may use our services.

        One that looks like another, by name or domain, needs `accept_duplicate`.
        """
        faults = Faults()
        row = cls.new(act, stage=CustomerStage.PROSPECT)
        row.take_particulars(
            faults,
            name=name,
            time_zone=time_zone,
            locale=locale,
            industry=industry,
            review_interval_days=review_interval_days,
            domain=domain,
        )
        if not accept_duplicate and not faults.found:
            found = await Customer.filter(row.alike).order_by("id").limit(LOOK_ALIKES_TOLD_MAX)
            if found:
                faults.add(looks_like([f"CUS-{other.id:06} {other.name}" for other in found]))
        faults.settle()
        if relationship_manager_id is not None:
            manager = await active_staff(
                act,
                relationship_manager_id,
                "relationship_manager_id",
                role=Role.RELATIONSHIP_MANAGER,
            )
            row.relationship_manager_id = manager.id
        row._plan_review()
        await row.save()
        row.tell_registered(act)
        return row

    def tell_registered(self, act: Act) -> None:
        """The event of a customer that was stored."""
        REGISTERED.record(act, self, Registered(self.stage, self.name))

    async def update(
        self,
        act: Act,
        *,
        name: str | None = None,
        time_zone: str | None = None,
        locale: str | None = None,
        industry: str | None = None,
        review_interval_days: int | None = None,
        domain: str | None = None,
    ) -> None:
        """Changes what is given and leaves the rest; an empty industry takes it away."""
        faults, zone_before = Faults(), self.time_zone
        self.edit_particulars(
            act,
            faults,
            name=name if name is not None else self.name,
            time_zone=time_zone if time_zone is not None else self.time_zone,
            locale=locale if locale is not None else self.locale,
            industry=industry if industry is not None else self.industry,
            review_interval_days=(
                review_interval_days
                if review_interval_days is not None
                else self.review_interval_days
            ),
            domain=domain if domain is not None else self.domain,
        )
        faults.settle()
        await self.save()
        if self.time_zone != zone_before:
            for noun in nouns():
                await noun.move_days(act, self.id, self.time_zone)

    def edit_particulars(self, act: Act, faults: Faults, **particulars: Any) -> None:
        """An edit that is still to be stored, and its event; neither where there are faults."""
        before = self._told()
        planned_from = self.next_review_on and self.next_review_on - self._review_interval
        self.take_particulars(faults, **particulars)
        if faults.found:
            return
        self._plan_review(planned_from)
        self.touch(act)
        UPDATED.record(act, self, self._told(), before)

    def _told(self) -> Particulars:
        return Particulars(
            self.name,
            Code(self.time_zone),
            Code(self.locale),
            self.industry,
            self.review_interval_days,
            self.domain,
        )

    def take_particulars(
        self,
        faults: Faults,
        *,
        name: str,
        time_zone: str,
        locale: str,
        industry: str | None,
        review_interval_days: int,
        domain: str | None,
    ) -> None:
        self.name = faults.text("name", name, bounds.NAME_CHARACTERS_MAX)
        self.time_zone = faults.time_zone("time_zone", time_zone)
        self.locale = faults.locale("locale", locale)
        self.industry = faults.optional_text("industry", industry, bounds.CATEGORY_CHARACTERS_MAX)
        self.review_interval_days = faults.between(
            "review_interval_days",
            review_interval_days,
            bounds.REVIEW_INTERVAL_DAYS_MIN,
            bounds.REVIEW_INTERVAL_DAYS_MAX,
        )
        self.domain = faults.domain("domain", domain)
        self.search_text = folded(self.name, self.industry)
        self.sort_name = sort_key(self.name)

    @property
    def alike(self) -> Q:
        """Customers of the same name or domain."""
        same = Q(sort_name=self.sort_name)
        return same if self.domain is None else same | Q(domain=self.domain)

    @property
    def zone(self) -> ZoneInfo:
        """The customer's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def _review_interval(self) -> timedelta:
        return timedelta(days=self.review_interval_days)

    def _plan_review(self, planned_from: date | None = None) -> None:
        """An ACTIVE customer's next service review: an interval after the last, or its start.

        An edit moves no start: it gives the day that the review was planned from before.
        """
        if self.stage is not CustomerStage.ACTIVE:
            self.next_review_on = self.review_due_at = None
            return
        since = (self.last_reviewed_at or self.updated_at).astimezone(self.zone)
        self.next_review_on = (planned_from or since.date()) + self._review_interval
        self.review_due_at = end_of_day(self.next_review_on, self.time_zone)

    async def _step(
        self, act: Act, verb: str, kind: Kind[Staged], reason: str | None = None
    ) -> None:
        self.step(act, verb, kind, reason)
        await self.save()

    def step(self, act: Act, verb: str, kind: Kind[Staged], reason: str | None = None) -> None:
        """A step of the lifecycle that is still to be stored, and its event."""
        change = self.advance(CUSTOMER, verb)
        self.touch(act)
        self._plan_review()
        kind.record(act, self, Staged(change, reason=reason))

    async def activate(self, act: Act) -> None:
        """The customer uses our services, from now on or again."""
        await self._step(act, "activate", ACTIVATED)

    async def mark_dormant(self, act: Act, *, reason: str | None = None) -> None:
        """The customer uses nothing of ours for now."""
        await self._step(act, "mark_dormant", MARKED_DORMANT, optional_reason(reason))

    async def mark_former(self, act: Act, *, reason: str) -> None:
        """The relationship ended; refused while live enrolments are there."""
        clean = required_reason(reason)
        if self.stage in CUSTOMER.step("mark_former").sources and await exists(
            "enrollment", customer_id=self.id, status__in=list(LIVE_ENROLLMENTS)
        ):
            raise RuleViolated(
                "former_customer_has_no_live_enrollment",
                en="End this customer's live enrolments first.",
                es="Primero termine las suscripciones vigentes de este cliente.",
            )
        await self._step(act, "mark_former", MARKED_FORMER, clean)

    async def return_to_prospect(self, act: Act, *, reason: str | None = None) -> None:
        """A former customer may use our services again."""
        await self._step(act, "return_to_prospect", RETURNED_TO_PROSPECT, optional_reason(reason))

    async def reviewed(self, act: Act, held_at: datetime) -> None:
        """A service review was held; the next one is planned from it. The version stays."""
        if self.last_reviewed_at is not None and self.last_reviewed_at >= held_at:
            return
        before, self.last_reviewed_at = self.last_reviewed_at, held_at
        self._plan_review()
        await self.save()
        REVIEWED.record(act, self, Reviewed((before, held_at)))

    @classmethod
    async def hand_over(cls, act: Act, *, from_id: int, to_id: int) -> StaffMember:
        """Gives all customers of one relationship manager to another; answers the taker."""
        giver = await StaffMember.within(act, from_id, "from_id", is_locked=False)
        if giver.id == to_id:
            raise RuleViolated(
                "customers_go_to_another",
                en="Name another relationship manager to take over.",
                es="Indique otro gestor que los asuma.",
                path=("to_id",),
            )
        query = (
            cls.filter(relationship_manager_id=giver.id)
            .order_by("id")
            .select_for_update(no_key=True)
        )
        rows = await query.limit(bounds.CUSTOMERS_HANDED_OVER_MAX + 1)
        if len(rows) > bounds.CUSTOMERS_HANDED_OVER_MAX:
            raise LimitExceeded(
                bounds.CUSTOMERS_HANDED_OVER_MAX,
                en="There are too many customers to hand over at once.",
                es="Hay demasiados clientes para traspasarlos a la vez.",
            )
        taker = await active_staff(act, to_id, "to_id", role=Role.RELATIONSHIP_MANAGER)
        for row in rows:
            await row.assign_relationship_manager(act, relationship_manager_id=taker.id)
        return taker

    async def assign_relationship_manager(
        self, act: Act, *, relationship_manager_id: int | None = None
    ) -> None:
        """Names the one who owns this relationship, or nobody."""
        if relationship_manager_id is not None:
            await active_staff(
                act,
                relationship_manager_id,
                "relationship_manager_id",
                role=Role.RELATIONSHIP_MANAGER,
            )
        self.take_manager(act, relationship_manager_id)
        await self.save()

    def take_manager(self, act: Act, staff_id: int | None) -> None:
        """Another manager, or nobody: an edit that is still to be stored, and its event."""
        before, self.relationship_manager_id = self.relationship_manager_id, staff_id
        self.touch(act)
        managers = (ref(StaffMember.noun, before), ref(StaffMember.noun, staff_id))
        RELATIONSHIP_MANAGER_ASSIGNED.record(act, self, Managed(managers))


def looks_like(others: list[str]) -> RuleViolated:
    """The fault of a customer that looks like these."""
    named = ", ".join(others)
    return RuleViolated(
        "customer_is_no_duplicate",
        en=f"This looks like {named}; to register it anyway, set acceptDuplicate.",
        es=f"Se parece a {named}; para registrarlo, indique acceptDuplicate.",
        path=("name",),
    )


ACTIVE = one_of("stage", CustomerStage.ACTIVE)
UNMANAGED = ACTIVE & missing("relationship_manager_id")
REVIEW_OVERDUE = ACTIVE & begun("review_due_at")
AT_RISK = one_of("health_band", HealthBand.AT_RISK)
