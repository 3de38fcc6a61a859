"""The table of configuration items."""

from __future__ import annotations

from typing import Any

from models.configuration_item import UPDATED, ConfigurationItem
from models.errors import TransitionNotAllowed
from models.exchange.cells import Entry
from models.exchange.csv_file import Column
from models.exchange.sheet import EXTERNAL_KEY, ID, Sheet
from models.rules.lifecycle import ConfigurationItemStatus


class Items(Sheet[ConfigurationItem]):
    """Configuration items, added, edited and activated; retiring one takes its verb."""

    name = "items"
    model = ConfigurationItem
    updated = UPDATED
    columns = (
        ID,
        EXTERNAL_KEY,
        Column("name", "The item's name.", True),
        Column("ci_class", "Its class.", True),
        Column("status", "PLANNED (the default for a new item) or IN_USE."),
    )

    def make(self, entry: Entry) -> ConfigurationItem:
        row = ConfigurationItem.new(self.act, status=ConfigurationItemStatus.PLANNED)
        row.take_particulars(entry.faults, **_particulars(entry))
        self._enters_use(entry, row)
        return row

    def tell_made(self, row: ConfigurationItem, entry: Entry) -> None:
        row.tell_added(self.act)
        if self._enters_use(entry, row):
            row.enter_use(self.act)

    def change(self, row: ConfigurationItem, entry: Entry) -> None:
        given = _particulars(entry)
        if any(getattr(row, name) != value for name, value in given.items()):
            row.edit_particulars(self.act, entry.faults, **given)
        if self._enters_use(entry, row) and not entry.faults.found:
            row.enter_use(self.act)

    def shown(self, row: ConfigurationItem) -> dict[str, str]:
        return {"name": row.name, "ci_class": row.ci_class, "status": row.status.value}

    def exported(self) -> dict[str, Any]:
        """All but the retired ones, which an import elsewhere would add anew."""
        return {"status__not": ConfigurationItemStatus.RETIRED}

    def _enters_use(self, entry: Entry, row: ConfigurationItem) -> bool:
        wanted = entry.choice("status", ConfigurationItemStatus, kept=row.status, empty=row.status)
        if wanted is row.status:
            return False
        if (
            wanted is ConfigurationItemStatus.IN_USE
            and row.status is ConfigurationItemStatus.PLANNED
        ):
            return True
        allowed = (
            [ConfigurationItemStatus.IN_USE.value]
            if row.status is ConfigurationItemStatus.PLANNED
            else []
        )
        fault = TransitionNotAllowed(row.status.value, wanted.value, allowed)
        fault.path = ("status",)
        entry.faults.add(fault)
        return False


def _particulars(entry: Entry) -> dict[str, str]:
    return {"name": entry.text("name"), "ci_class": entry.text("ci_class")}
