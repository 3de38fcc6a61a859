"""Configuration items: what services run on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from tortoise import fields

from models import bounds
from models.base import Act, ExternallyKeyed, exists, folded, nouns, sort_key
from models.errors import RuleViolated
from models.events import Change, Keyed, Kind, Personal, Stepped
from models.faults import Faults, optional_reason
from models.rules.edges import DEPENDENCIES
from models.rules.lifecycle import CONFIGURATION_ITEM, ConfigurationItemStatus


@dataclass(frozen=True)
class Particulars(Keyed):
    status: Change
    name: Personal
    ci_class: Personal


ADDED = Kind("item.added", "A configuration item was added.", Particulars)
UPDATED: Kind[Keyed] = Kind(
    "item.updated", "A configuration item's particulars changed.", Particulars
)
ACTIVATED = Kind("item.activated", "A configuration item came into use.", Stepped)
RETIRED = Kind("item.retired", "A configuration item was retired.", Stepped)


class ConfigurationItem(ExternallyKeyed):
    """Something that a service, or another item, depends on."""

    noun = "item"

    name = fields.CharField(max_length=bounds.NAME_CHARACTERS_MAX)
    sort_name = fields.CharField(max_length=2 * bounds.NAME_CHARACTERS_MAX, default="")
    ci_class = fields.CharField(max_length=bounds.CI_CLASS_CHARACTERS_MAX)
    status = fields.CharEnumField(ConfigurationItemStatus, max_length=20)
    search_text = fields.TextField(default="")

    class Meta:
        table = "item"
        indexes = (("sort_name", "id"),)

    @classmethod
    async def add(cls, act: Act, *, name: str, ci_class: str) -> Self:
        """Records an item that is planned."""
        faults = Faults()
        row = cls.new(act, status=ConfigurationItemStatus.PLANNED)
        row.take_particulars(faults, name, ci_class)
        faults.settle()
        await row.save()
        row.tell_added(act)
        return row

    def tell_added(self, act: Act) -> None:
        """The event of an item that was stored."""
        ADDED.record(act, self, self._told())

    async def update(
        self, act: Act, *, name: str | None = None, ci_class: str | None = None
    ) -> None:
        """Changes what is given and leaves the rest."""
        faults = Faults()
        self.edit_particulars(
            act,
            faults,
            name if name is not None else self.name,
            ci_class if ci_class is not None else self.ci_class,
        )
        faults.settle()
        await self.save()

    def edit_particulars(self, act: Act, faults: Faults, name: str, ci_class: str) -> None:
        """An edit that is still to be stored, and its event; neither where there are faults."""
        if self.status is ConfigurationItemStatus.RETIRED:
            faults.add(
                RuleViolated(
                    "updated_item_is_not_retired",
                    en="This item is retired.",
                    es="Este elemento está retirado.",
                )
            )
            return
        before = self._told()
        self.take_particulars(faults, name, ci_class)
        if faults.found:
            return
        self.touch(act)
        UPDATED.record(act, self, self._told(), before)

    async def activate(self, act: Act) -> None:
        """The item is in use from now on."""
        self.enter_use(act)
        await self.save()

    def enter_use(self, act: Act) -> None:
        """An activation that is still to be stored, and its event."""
        change = self.advance(CONFIGURATION_ITEM, "activate")
        self.touch(act)
        ACTIVATED.record(act, self, Stepped(change))

    async def retire(self, act: Act, *, reason: str | None = None) -> None:
        """The item is used no more, and its own edges end with it.

        Refused while live items or services depend on it.
        """
        clean = optional_reason(reason)
        change = self.advance(CONFIGURATION_ITEM, "retire")
        if await exists(
            "relationship",
            kind__in=list(DEPENDENCIES),
            target_type=self.noun,
            target_id=self.id,
            until=None,
        ):
            raise RuleViolated(
                "retired_item_has_no_dependents",
                en="Live items or services depend on this item.",
                es="Hay elementos o servicios vigentes que dependen de este elemento.",
            )
        self.leave_use(act, change, clean)
        await self.save()
        for noun in nouns():
            await noun.retired(act, self.noun, self.id)

    def leave_use(self, act: Act, change: Change, reason: str | None) -> None:
        """A retirement that is still to be stored, and its event."""
        self.touch(act)
        RETIRED.record(act, self, Stepped(change, reason=reason))

    def take_particulars(self, faults: Faults, name: str, ci_class: str) -> None:
        self.name = faults.text("name", name, bounds.NAME_CHARACTERS_MAX)
        self.ci_class = faults.text("ci_class", ci_class, bounds.CI_CLASS_CHARACTERS_MAX)
        self.sort_name = sort_key(self.name)
        self.search_text = folded(self.name, self.ci_class)

    def _told(self) -> Particulars:
        return Particulars(self.status, self.name, self.ci_class)
