"""SLAs: the targets under which a service is offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from tortoise import fields

from models import bounds
from models.base import Act, Edited, Record
from models.calendar import Calendar
from models.columns import Instant, nullable, to, to_or_none
from models.errors import RuleViolated
from models.events import Change, Fields, Kind, Personal, Stepped, ref
from models.faults import Faults, optional_reason
from models.rules.lifecycle import SLA, PortfolioStatus, SlaStatus
from models.rules.priority import Priority
from models.rules.sla_clock import SlaMetric
from models.service import Service


@dataclass(frozen=True)
class Target:
    """How long a metric may take for a priority, in business minutes, and when to warn."""

    priority: Priority
    metric: SlaMetric
    target_minutes: int
    warn_at_percent: int = bounds.WARN_AT_PERCENT_DEFAULT


@dataclass(frozen=True)
class Particulars(Fields):
    name: Personal
    calendar_id: Change


@dataclass(frozen=True)
class Revised(Fields):
    next_revision_id: Change


DRAFTED = Kind("sla.drafted", "An SLA was drafted.", Stepped)
UPDATED = Kind("sla.updated", "A draft of an SLA changed.", Particulars)
REVISED = Kind("sla.revised", "The next revision of an SLA was drafted.", Revised)
ACTIVATED = Kind("sla.activated", "An SLA came into force.", Stepped)
RETIRED = Kind("sla.retired", "An SLA is no longer offered to new enrolments.", Stepped)


class Sla(Edited):
    """Targets, priority by metric, on a business calendar. Once ACTIVE they never change."""

    noun = "sla"

    name = fields.CharField(max_length=bounds.NAME_CHARACTERS_MAX)
    revision = fields.IntField(default=1)
    status = fields.CharEnumField(SlaStatus, max_length=20)
    service = to("Service")
    service_id: int
    calendar = to("Calendar")
    calendar_id: int
    predecessor = to_or_none("Sla")
    predecessor_id: int | None
    activated_at = nullable(Instant())

    class Meta:
        table = "sla"
        indexes = (("service_id", "id"),)

    @classmethod
    async def draft(
        cls,
        act: Act,
        *,
        service_id: int,
        calendar_id: int,
        name: str,
        targets: Sequence[Target] = (),
    ) -> Self:
        """Drafts an SLA for a service that is not retired."""
        faults = Faults()
        service = await faults.of(Service.within(act, service_id, "service_id", is_locked=False))
        await faults.of(Calendar.within(act, calendar_id, "calendar_id", is_locked=False))
        row = cls.new(act, status=SlaStatus.DRAFT, service_id=service_id, calendar_id=calendar_id)
        row.name = faults.text("name", name, bounds.NAME_CHARACTERS_MAX)
        _check(faults, targets)
        if service is not None and service.portfolio_status is PortfolioStatus.RETIRED:
            faults.add(
                RuleViolated(
                    "service_is_not_retired",
                    en="A retired service can't get a new SLA.",
                    es="Un servicio retirado no admite nuevos SLA.",
                    path=("service_id",),
                )
            )
        faults.settle()
        await row.save()
        await row._keep(act, targets)
        DRAFTED.record(act, row, Stepped(row.status))
        return row

    async def activate(self, act: Act) -> None:
        """Brings the SLA into force; it needs a target for each priority and metric."""
        change = self.advance(SLA, "activate")
        service = await Service.within(act, self.service_id)
        if service.portfolio_status is PortfolioStatus.RETIRED:
            raise RuleViolated(
                "service_is_not_retired",
                en="A retired service can't get a new SLA.",
                es="Un servicio retirado no admite nuevos SLA.",
            )
        given = await SlaTarget.filter(sla_id=self.id).count()
        if given != len(Priority) * len(SlaMetric):
            raise RuleViolated(
                "active_sla_has_all_targets",
                en="An SLA needs a response and a resolution target for each priority.",
                es="Un SLA necesita objetivos de respuesta y resolución para cada prioridad.",
            )
        self.activated_at = act.now
        self.enter(act, ACTIVATED, change)
        await self.save()
        if self.predecessor_id is not None:
            before = await Sla.within(act, self.predecessor_id)
            if before.status is SlaStatus.ACTIVE:
                await before.retire(act)

    async def retire(self, act: Act, *, reason: str | None = None) -> None:
        """Offers it to new enrolments no longer; those under it keep it."""
        change = self.advance(SLA, "retire")
        service = await Service.within(act, self.service_id)
        if service.portfolio_status is PortfolioStatus.CATALOGUE and not (
            await Sla.filter(service_id=service.id, status=SlaStatus.ACTIVE)
            .exclude(id=self.id)
            .exists()
        ):
            raise RuleViolated(
                "catalogue_service_has_active_sla",
                en="This is the last active SLA of a service in the catalogue.",
                es="Es el último SLA activo de un servicio del catálogo.",
            )
        self.enter(act, RETIRED, change, optional_reason(reason))
        await self.save()

    def enter(
        self, act: Act, kind: Kind[Stepped], change: Change, reason: str | None = None
    ) -> None:
        """A step of the lifecycle that is still to be stored, and its event."""
        self.touch(act)
        kind.record(act, self, Stepped(change, reason=reason))

    async def update(
        self,
        act: Act,
        *,
        name: str | None = None,
        calendar_id: int | None = None,
        targets: Sequence[Target] | None = None,
    ) -> None:
        """Changes a draft; `targets` take the place of all that were there."""
        if self.status is not SlaStatus.DRAFT:
            raise RuleViolated(
                "updated_sla_is_draft",
                en="Only a draft can be changed; revise this SLA instead.",
                es="Solo se puede cambiar un borrador; revise este SLA.",
            )
        before = self._told()
        faults = Faults()
        if name is not None:
            self.name = faults.text("name", name, bounds.NAME_CHARACTERS_MAX)
        _check(faults, targets or ())
        faults.settle()
        if calendar_id is not None:
            await Calendar.within(act, calendar_id, "calendar_id", is_locked=False)
            self.calendar_id = calendar_id
        if targets is not None:
            await SlaTarget.filter(sla_id=self.id).delete()
            await self._keep(act, targets)
        await self.edited(act)
        UPDATED.record(act, self, self._told(), before)

    def _told(self) -> Particulars:
        return Particulars(self.name, ref(Calendar.noun, self.calendar_id))

    async def revise(
        self,
        act: Act,
        *,
        name: str | None = None,
        calendar_id: int | None = None,
        targets: Sequence[Target] | None = None,
    ) -> Self:
        """Drafts the next revision of an ACTIVE SLA: a copy, with what is given in its place."""
        if self.status is not SlaStatus.ACTIVE:
            raise RuleViolated(
                "revised_sla_is_active",
                en="Only an active SLA can be revised.",
                es="Solo se puede revisar un SLA activo.",
            )
        if await Sla.filter(predecessor_id=self.id, status=SlaStatus.DRAFT).exists():
            raise RuleViolated(
                "one_draft_revision",
                en="The next revision already has a draft.",
                es="Ya hay un borrador de la siguiente revisión.",
            )
        if targets is None:
            kept = await SlaTarget.filter(sla_id=self.id).order_by("id")
            targets = [
                Target(t.priority, t.metric, t.target_seconds // 60, t.warn_at_percent)
                for t in kept
            ]
        draft = await type(self).draft(
            act,
            service_id=self.service_id,
            calendar_id=calendar_id or self.calendar_id,
            name=name if name is not None else self.name,
            targets=targets,
        )
        draft.predecessor_id, draft.revision = self.id, self.revision + 1
        await draft.save()
        REVISED.record(act, self, Revised(ref(self.noun, draft.id)))
        return draft

    async def _keep(self, act: Act, targets: Sequence[Target]) -> None:
        for target in targets:
            await self.target(target, act.now).save()

    def target(self, told: Target, at: datetime, **key: int) -> SlaTarget:
        """One of its targets, which is still to be stored."""
        return SlaTarget(
            **key,
            sla_id=self.id,
            created_at=at,
            updated_at=at,
            priority=told.priority,
            priority_rank=told.priority.rank,
            metric=told.metric,
            target_seconds=told.target_minutes * 60,
            warn_at_percent=told.warn_at_percent,
        )


class SlaTarget(Record):
    """One target of an SLA."""

    noun = "sla_target"

    sla = to("Sla")
    sla_id: int
    priority = fields.CharEnumField(Priority, max_length=20)
    priority_rank = fields.SmallIntField()
    metric = fields.CharEnumField(SlaMetric, max_length=20)
    target_seconds = fields.IntField()
    warn_at_percent = fields.SmallIntField()

    class Meta:
        table = "sla_target"
        unique_together = (("sla_id", "priority_rank", "metric"),)


def _check(faults: Faults, targets: Sequence[Target]) -> None:
    """Each pair once, each target positive, and no response longer than its resolution."""
    faults.at_most("targets", targets, len(Priority) * len(SlaMetric))
    minutes: dict[tuple[Priority, SlaMetric], int] = {}
    for index, target in enumerate(targets):
        path = ("targets", str(index))
        faults.between(
            (*path, "target_minutes"), target.target_minutes, 1, bounds.TARGET_MINUTES_MAX
        )
        faults.between(
            (*path, "warn_at_percent"),
            target.warn_at_percent,
            bounds.WARN_AT_PERCENT_MIN,
            bounds.WARN_AT_PERCENT_MAX,
        )
        pair = (target.priority, target.metric)
        if pair in minutes:
            faults.invalid(
                path, "unique", "This target appears twice.", "Este objetivo aparece dos veces."
            )
        minutes[pair] = target.target_minutes
    for index, target in enumerate(targets):
        resolution = minutes.get((target.priority, SlaMetric.RESOLUTION))
        if target.metric is SlaMetric.RESOLUTION or resolution is None:
            continue
        if target.target_minutes > resolution:
            faults.add(
                RuleViolated(
                    "response_within_resolution",
                    en="The response target can't be longer than the resolution target.",
                    es="El objetivo de respuesta no puede superar al de resolución.",
                    path=("targets", str(index), "target_minutes"),
                )
            )
