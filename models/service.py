"""Services: the entries of the portfolio, from the pipeline to retirement."""

from __future__ import annotations

from typing import Self

from tortoise import fields

from models import bounds, events
from models.base import Act, Edited, folded, sort_key
from models.errors import RuleViolated
from models.faults import Faults
from models.rules.lifecycle import SERVICE, PortfolioStatus, SlaStatus
from models.staff import StaffMember, active_staff


class Service(Edited):
    """An entry of the service portfolio, of which a standard one can be enrolled in."""

    noun = "service"

    code = fields.CharField(max_length=bounds.CODE_CHARACTERS_MAX, unique=True)
    name = fields.CharField(max_length=bounds.NAME_CHARACTERS_MAX)
    sort_name = fields.CharField(max_length=2 * bounds.NAME_CHARACTERS_MAX, default="")
    description = fields.TextField()
    portfolio_status = fields.CharEnumField(PortfolioStatus, max_length=20)
    is_standard = fields.BooleanField(default=True)
    category: fields.Field[str | None] = fields.CharField(
        max_length=bounds.CATEGORY_CHARACTERS_MAX, null=True
    )
    owner: fields.ForeignKeyNullableRelation[StaffMember] = fields.ForeignKeyField(
        "models.StaffMember", related_name=False, null=True, on_delete=fields.RESTRICT
    )
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
        row = cls(
            created_at=act.now,
            updated_at=act.now,
            portfolio_status=PortfolioStatus.PIPELINE,
            is_standard=is_standard,
        )
        row.code = faults.text("code", code, characters_max=bounds.CODE_CHARACTERS_MAX).upper()
        row.name = faults.text("name", name, characters_max=bounds.NAME_CHARACTERS_MAX)
        row.description = faults.text(
            "description", description, characters_max=bounds.TEXT_CHARACTERS_MAX
        )
        row.category = faults.optional_text(
            "category", category, characters_max=bounds.CATEGORY_CHARACTERS_MAX
        )
        if await Service.filter(code=row.code).exists():
            faults.invalid(
                "code", "unique", "A service has this code.", "Un servicio tiene este código."
            )
        faults.settle()
        if owner_id is not None:
            row.owner_id = (await active_staff(act, owner_id, "owner_id")).id
        row.sort_name = sort_key(row.name)
        row.search_text = folded(row.code, row.name, row.category, row.description)
        await row.save()
        events.record(
            act,
            "service.proposed",
            row,
            changes=[("portfolioStatus", None, row.portfolio_status.value)],
        )
        return row

    async def publish(self, act: Act) -> None:
        """Puts the service into the catalogue; it needs an SLA that is ACTIVE."""
        from models.sla import Sla

        change = self.take(SERVICE, "publish")
        if not await Sla.filter(service_id=self.id, status=SlaStatus.ACTIVE).exists():
            raise RuleViolated(
                "published_service_has_active_sla",
                en="Activate an SLA for this service first.",
                es="Primero active un SLA para este servicio.",
            )
        await self.edited(act)
        events.record(act, "service.published", self, changes=[change])
