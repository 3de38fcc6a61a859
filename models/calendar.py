"""Business calendars: opening hours in a time zone, and holidays, as revisions in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self

from tortoise import fields

from models import bounds, events
from models.base import Act, Edited, Instant, Record
from models.errors import InvalidInput
from models.faults import Faults
from models.rules.opening_hours import HoursFaultKind, Weekday, opening, validate_hours

FROM_THE_START = datetime(1970, 1, 1, tzinfo=UTC)
"""A calendar's first revision is in force from here: complaints may have come before it was made."""

_HOURS_FAULTS = {
    HoursFaultKind.EMPTY: (
        "hours_not_empty",
        "Give opening hours, or say that it is always open.",
        "Indique un horario, o que está siempre abierto.",
    ),
    HoursFaultKind.GRANULARITY: (
        "HH:MM",
        'Times are written "09:30"; closing may be "24:00".',
        'Las horas se escriben "09:30"; el cierre puede ser "24:00".',
    ),
    HoursFaultKind.ORDER: (
        "opens_before_it_closes",
        "It must close after it opens.",
        "Debe cerrar después de abrir.",
    ),
    HoursFaultKind.OVERLAP: (
        "hours_do_not_overlap",
        "These hours overlap others of that day.",
        "Este horario se solapa con otro de ese día.",
    ),
}


@dataclass(frozen=True)
class Hours:
    """One opening interval as it is written: local times "09:00", closing at most "24:00"."""

    weekday: Weekday
    opens_at: str
    closes_at: str


@dataclass(frozen=True)
class Holiday:
    """A local date on which nothing counts."""

    date: date
    name: str


class BusinessCalendar(Edited):
    """When time counts. Its hours stand in revisions, which are never edited."""

    noun = "calendar"

    name = fields.CharField(max_length=bounds.NAME_CHARACTERS_MAX, unique=True)

    class Meta:
        table = "calendar"

    @classmethod
    async def define(
        cls,
        act: Act,
        *,
        name: str,
        time_zone: str,
        is_always_open: bool = False,
        hours: Sequence[Hours] = (),
        holidays: Sequence[Holiday] = (),
    ) -> Self:
        """Defines a calendar with its first revision, which is in force from the start."""
        faults = Faults()
        row = cls(created_at=act.now, updated_at=act.now)
        row.name = faults.text("name", name, characters_max=bounds.NAME_CHARACTERS_MAX)
        revision = revision_of(
            faults,
            time_zone=time_zone,
            is_always_open=is_always_open,
            hours=hours,
            holidays=holidays,
        )
        if await BusinessCalendar.filter(name=row.name).exists():
            faults.invalid(
                "name", "unique", "A calendar has this name.", "Un calendario tiene este nombre."
            )
        faults.settle()
        await row.save()
        revision.calendar_id, revision.revision = row.id, 1
        revision.effective_from = FROM_THE_START
        revision.created_at = revision.updated_at = act.now
        await revision.save()
        events.record(
            act, "calendar.defined", row, changes=[("timeZone", None, revision.time_zone)]
        )
        return row


class CalendarRevision(Record):
    """A calendar as it stands from an instant until its next revision."""

    noun = "calendar_revision"

    calendar: fields.ForeignKeyRelation[BusinessCalendar] = fields.ForeignKeyField(
        "models.BusinessCalendar", related_name=False, on_delete=fields.RESTRICT
    )
    calendar_id: int
    revision = fields.IntField()
    effective_from = Instant()
    time_zone = fields.CharField(max_length=bounds.TIME_ZONE_CHARACTERS_MAX)
    is_always_open = fields.BooleanField(default=False)
    hours: fields.Field[list[dict[str, str]]] = fields.JSONField(default=list)
    holidays: fields.Field[list[dict[str, str]]] = fields.JSONField(default=list)

    class Meta:
        table = "calendar_revision"
        unique_together = (("calendar_id", "revision"),)
        indexes = (("calendar_id", "effective_from"),)


def revision_of(
    faults: Faults,
    *,
    time_zone: str,
    is_always_open: bool,
    hours: Sequence[Hours],
    holidays: Sequence[Holiday],
) -> CalendarRevision:
    """A revision, not stored yet, from what a person wrote; its faults go to `faults`."""
    zone = faults.time_zone("time_zone", time_zone)
    faults.at_most("hours", hours, bounds.OPENING_HOURS_ITEMS_MAX)
    faults.at_most("holidays", holidays, bounds.HOLIDAY_ITEMS_MAX)
    week = [opening(item.weekday, item.opens_at, item.closes_at) for item in hours]
    for fault in validate_hours(week, is_always_open=is_always_open):
        constraint, en, es = _HOURS_FAULTS[fault.kind]
        path = ("hours",) if fault.index is None else ("hours", str(fault.index))
        faults.add(InvalidInput(constraint, en=en, es=es, path=path))
    return CalendarRevision(
        time_zone=zone,
        is_always_open=is_always_open,
        hours=[
            {"weekday": h.weekday.value, "opensAt": h.opens_at, "closesAt": h.closes_at}
            for h in sorted(hours, key=lambda h: (h.weekday.number, h.opens_at))
        ],
        holidays=_days(faults, holidays),
    )


def _days(faults: Faults, holidays: Sequence[Holiday]) -> list[dict[str, str]]:
    """The holidays by date; a date that comes twice is a fault."""
    named: dict[date, str] = {}
    for index, holiday in enumerate(holidays):
        path = ("holidays", str(index))
        name = faults.text((*path, "name"), holiday.name, characters_max=bounds.NAME_CHARACTERS_MAX)
        if holiday.date in named:
            faults.invalid(
                (*path, "date"),
                "unique",
                "This day is given twice.",
                "Este día se indica dos veces.",
            )
        named[holiday.date] = name
    return [{"date": day.isoformat(), "name": named[day]} for day in sorted(named)]
