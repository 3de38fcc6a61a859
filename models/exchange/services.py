"""The table of services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models import bounds
from models.base import Act
from models.errors import RuleViolated
from models.exchange.cells import Entry, flag_text
from models.exchange.csv_file import Column
from models.exchange.sheet import EXTERNAL_KEY, ID, Sheet
from models.rules.lifecycle import PortfolioStatus
from models.service import UPDATED, Service


class Services(Sheet[Service]):
    """Services, proposed into the pipeline and edited; publishing takes an SLA and a verb."""

    name = "services"
    model = Service
    updated = UPDATED
    columns = (
        ID,
        EXTERNAL_KEY,
        Column("code", "The service's code, which never changes.", True),
        Column("name", "Its name.", True),
        Column("description", "What it does for a customer.", True),
        Column("category", "Its category."),
        Column("is_standard", "`yes` if customers can enrol in it; `yes` if empty."),
        Column("owner", "The e-mail address of a member of staff."),
    )

    def __init__(self, act: Act, *, is_dry_run: bool) -> None:
        super().__init__(act, is_dry_run=is_dry_run)
        self._taken: set[str] = set()
        self._lines: dict[str, int] = {}

    async def look_up(self, entries: Sequence[Entry], rows: Sequence[Service]) -> None:
        codes = sorted({entry.cells.get("code", "").upper() for entry in entries})
        found = await Service.filter(code__in=codes).values_list("code", flat=True)
        self._taken = set(map(str, found))

    def make(self, entry: Entry) -> Service:
        row = Service.new(self.act, portfolio_status=PortfolioStatus.PIPELINE, is_standard=True)
        row.code = entry.faults.text("code", entry.text("code"), bounds.CODE_CHARACTERS_MAX).upper()
        given = self._particulars(entry, row)
        row.is_standard, row.owner_id = given.pop("is_standard"), given.pop("owner_id")
        row.take_particulars(entry.faults, **given)
        if row.code and (row.code in self._taken or row.code in self._lines):
            entry.faults.invalid(
                "code",
                "unique",
                "Another service has this code.",
                "Otro servicio tiene este código.",
            )
        self._lines.setdefault(row.code, entry.line)
        return row

    def tell_made(self, row: Service, entry: Entry) -> None:
        row.tell_proposed(self.act)

    def change(self, row: Service, entry: Entry) -> None:
        if entry.text("code").upper() != row.code:
            entry.faults.add(
                RuleViolated(
                    "service_keeps_its_code",
                    en=f"A service's code can't change; this one is {row.code}.",
                    es=f"El código de un servicio no puede cambiar; el de este es {row.code}.",
                    path=("code",),
                )
            )
        given = self._particulars(entry, row)
        if any(getattr(row, name) != value for name, value in given.items()):
            row.edit_particulars(self.act, entry.faults, **given)

    def shown(self, row: Service) -> dict[str, str]:
        return {
            "code": row.code,
            "name": row.name,
            "description": row.description,
            "category": row.category or "",
            "is_standard": flag_text(row.is_standard),
            "owner": self.email_of(row.owner_id),
        }

    def exported(self) -> dict[str, Any]:
        """All but the retired ones, which an import elsewhere would propose anew."""
        return {"portfolio_status__not": PortfolioStatus.RETIRED}

    def _particulars(self, entry: Entry, row: Service) -> dict[str, Any]:
        return {
            "name": entry.text("name"),
            "description": entry.text("description"),
            "category": entry.text("category", kept=row.category) or None,
            "is_standard": entry.flag("is_standard", kept=row.is_standard, empty=True),
            "owner_id": self.member(entry, "owner", row.owner_id),
        }
