"""Takes files in and gives them out, as the command line does."""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from models.access import SYSTEM, Role
from models.base import Act
from models.customer import Customer
from models.events import Event
from models.exchange.exporting import give_out
from models.exchange.importing import import_file
from models.exchange.report import Report
from models.exchange.sheets import SHEETS
from models.staff import StaffMember
from models.transaction import transact

T = TypeVar("T")

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def imported(kind: str, file: str | bytes, *, is_dry_run: bool = False) -> Report:
    """The report of an import."""
    source = io.BytesIO(file.encode() if isinstance(file, str) else file)
    return await import_file(SHEETS[kind], Act(SYSTEM, NOW), source, is_dry_run=is_dry_run)


async def taken(kind: str, file: str) -> Report:
    """The report of an import that has nothing against it."""
    report = await imported(kind, file)
    assert (report.faults, report.is_applied) == ([], True)
    return report


async def exported(kind: str) -> str:
    to = io.StringIO(newline="")
    await give_out(SHEETS[kind], Act(SYSTEM, NOW), to)
    return to.getvalue()


def file_of(header: str, *rows: Sequence[str]) -> str:
    """A file: the columns that the header names, parted by blanks, and rows of cells."""
    to = io.StringIO(newline="")
    writer = csv.writer(to)
    writer.writerow(header.split())
    writer.writerows(rows)
    return to.getvalue()


async def acted(work: Callable[[Act], Awaitable[T]]) -> T:
    """What a verb answers, in a transaction of its own."""
    act = Act(SYSTEM, NOW)
    return await transact(act, lambda: work(act))


async def member(email: str, *roles: Role) -> StaffMember:
    given = list(roles) or [Role.AGENT]
    return await acted(lambda act: StaffMember.add(act, name="Ana", email=email, roles=given))


async def customers_of(*keys: str) -> None:
    """Customers with these keys, each named like its key."""
    rows = [(key, f"Customer {key}", "Europe/Madrid") for key in keys]
    await taken("customers", file_of("external_key name time_zone", *rows))


async def numbers(*keys: str) -> list[int]:
    return [(await Customer.get(external_key=key)).id for key in keys]


async def log(noun: str, row_id: int) -> list[tuple[str, Any, Any, bool]]:
    """What the log tells of a row, apart from its number."""
    events = await Event.filter(subject_type=noun, subject_id=row_id).order_by("seq")
    return [(e.kind, e.changes, e.actor_type, e.is_internal) for e in events]


def faults_of(report: Report) -> list[tuple[int, str | None, str | None]]:
    """Where the faults of a report stand, and what each breaks."""
    return [(fault.line, fault.column, fault.constraint or fault.code) for fault in report.faults]
