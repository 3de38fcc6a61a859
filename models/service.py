"""Services: the entries of the portfolio, from the pipeline to retirement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from tortoise import fields

from models import bounds
from models.base import (
    Act,
    ExternallyKeyed,
    exists,
    folded,
    nouns,
    sort_key,
)
from models.columns import nullable, to_or_none
from models.errors import RuleViolated
from models.events import Change, Fields, Keyed, Kind, Personal, ref
from models.faults import Faults, required_reason
from models.predicate import one_of
from models.rules.lifecycle import LIVE_ENROLLMENTS, SERVICE, PortfolioStatus, SlaStatus
from models.staff import StaffMember, active_staff


@dataclass(frozen=True)
class Placed(Fields):
    portfolio_status: Change


@dataclass(frozen=True)
class Particulars(Keyed):
    name: Personal
    category: Personal
    is_standard: Change
    owner_id: Change


PROPOSED = Kind("service.proposed", "A service entered the pipeline.", Placed)
UPDATED: Kind[Keyed] = Kind("service.updated", "A service's particulars changed.", Particulars)
PUBLISHED = Kind("service.published", "A service entered the catalogue.", Placed)
RETIRED = Kind("service.retired", "A service left the portfolio for good.", Placed)


class Service(ExternallyKeyed):
    """An entry of the service portfolio, of which a standard one can be enrolled in."""

    noun = "service"
    searched = ("code", "name", "category", "description")

    code = fields.CharField(max_length=bounds.CODE_CHARACTERS_MAX, unique=True)
    name = fields.CharField(max_length=bounds.NAME_CHARACTERS_MAX)
    sort_name = fields.CharField(max_length=2 * bounds.NAME_CHARACTERS_MAX, default="")
    description = fields.TextField()
    portfolio_status = fields.CharEnumField(PortfolioStatus, max_length=20)
    is_standard = fields.BooleanField(default=True)
    category = nullable(fields.CharField(max_length=bounds.CATEGORY_CHARACTERS_MAX))
    owner = to_or_none("StaffMember")
    owner_id: int | None
    search_text = fields.TextField(default="")

    class Meta:
        table = "service"
        indexes = (("sort_name", "id"),)

    @classmethod
    async def propose(
        cls,
        act: Act,
        *,
        code: str,
        name: str,
        description: str,
        is_standard: bool = True,
        category: str | None = None,
        owner_id: int | None = None,
    ) -> Self:
        """Puts a service into the pipeline."""
        faults = Faults()
        row = cls.new(act, portfolio_status=PortfolioStatus.PIPELINE, is_standard=is_standard)
        row.code = faults.text("code", code.upper(), bounds.CODE_CHARACTERS_MAX)
        row.take_particulars(faults, name, description, category)
        if await Service.filter(code=row.code).exists():
            faults.invalid(
                "code",
                "unique",
                "Another service has this code.",
                "Otro servicio tiene este código.",
            )
        if owner_id is not None:
            owner = await faults.of(active_staff(act, owner_id, "owner_id"))
            row.owner_id = None if owner is None else owner.id
        faults.settle()
        await row.save()
        row.tell_proposed(act)
        return row

    def tell_proposed(self, act: Act) -> None:
        """The event of a service that was stored."""
        PROPOSED.record(act, self, Placed(self.portfolio_status))

    async def publish(self, act: Act) -> None:
        """Puts the service into the catalogue; it needs an SLA that is ACTIVE."""
        change = self.advance(SERVICE, "publish")
        if not await exists("sla", service_id=self.id, status=SlaStatus.ACTIVE):
            raise RuleViolated(
                "published_service_has_active_sla",
                en="Activate an SLA for this service first.",
                es="Primero active un SLA para este servicio.",
            )
        self.enter(act, PUBLISHED, change)
        await self.save()

    def enter(
        self, act: Act, kind: Kind[Placed], change: Change, reason: str | None = None
    ) -> None:
        """A step of the lifecycle that is still to be stored, and its event."""
        self.touch(act)
        kind.record(act, self, Placed(change, reason=reason))

    async def update(
        self,
        act: Act,
        *,
        name: str | None = None,
        description: str | None = None,
        category: str | None = None,
        is_standard: bool | None = None,
        owner_id: int | None = None,
    ) -> None:
        """Changes what is given and leaves the rest; an empty category takes it away."""
        faults = Faults()
        self.edit_particulars(
            act,
            faults,
            name=name if name is not None else self.name,
            description=description if description is not None else self.description,
            category=category if category is not None else self.category,
            is_standard=self.is_standard if is_standard is None else is_standard,
            owner_id=self.owner_id if owner_id is None else owner_id,
        )
        faults.settle()
        if owner_id is not None:
            await active_staff(act, owner_id, "owner_id")
        await self.save()

    def edit_particulars(
        self,
        act: Act,
        faults: Faults,
        *,
        is_standard: bool,
        owner_id: int | None,
        **particulars: Any,
    ) -> None:
        """An edit that is still to be stored, and its event; neither where there are faults."""
        before = self._told()
        self.owner_id = owner_id
        self.take_particulars(faults, **particulars)
        self.is_standard = is_standard
        if faults.found:
            return
        self.touch(act)
        UPDATED.record(act, self, self._told(), before)

    def _told(self) -> Particulars:
        owner = ref(StaffMember.noun, self.owner_id)
        return Particulars(self.name, self.category, self.is_standard, owner)

    async def retire(self, act: Act, *, reason: str) -> None:
        """Takes the service out of the portfolio, and its edges with it.

        Refused while live enrolments are there.
        """
        clean = required_reason(reason)
        change = self.advance(SERVICE, "retire")
        if await exists("enrollment", service_id=self.id, status__in=list(LIVE_ENROLLMENTS)):
            raise RuleViolated(
                "retired_service_has_no_live_enrollment",
                en="End the live enrolments in this service first.",
                es="Primero termine las suscripciones vigentes a este servicio.",
            )
        self.enter(act, RETIRED, change, clean)
        await self.save()
        for noun in nouns():
            await noun.retired(act, self.noun, self.id)

    def take_particulars(
        self, faults: Faults, name: str, description: str, category: str | None
    ) -> None:
        self.name = faults.text("name", name, bounds.NAME_CHARACTERS_MAX)
        self.description = faults.text("description", description, bounds.TEXT_CHARACTERS_MAX)
        self.category = faults.optional_text("category", category, bounds.CATEGORY_CHARACTERS_MAX)
        self.sort_name = sort_key(self.name)
        self.search_text = folded(self.code, self.name, self.category, self.description)


IN_CATALOGUE = one_of("portfolio_status", PortfolioStatus.CATALOGUE)
CURRENT = IN_CATALOGUE | one_of("portfolio_status", PortfolioStatus.PIPELINE)
