"""Business calendars: opening hours in a time zone, and holidays, as revisions in force."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

from tortoise import fields

from models import bounds, database, events
from models.base import Act, Edited, Record, nouns
from models.columns import Instant, to
from models.errors import InvalidInput
from models.events import Change, Code, Fields, Kind
from models.faults import Faults
from models.holiday_source import HolidaySource, public_holidays
from models.rules import timetable
from models.rules.opening_hours import HoursFaultKind, Weekday, opening, validate_hours
from models.rules.timetable import OpenTime

FROM_THE_START = datetime(1970, 1, 1, tzinfo=UTC)
"""A calendar's first revision is in force from here: complaints may be older than it."""

_HOURS_FAULTS = {
    HoursFaultKind.EMPTY: (
        "hours_not_empty",
        "Enter opening hours, or mark the calendar as always open.",
        "Indique un horario, o marque el calendario como siempre abierto.",
    ),
    HoursFaultKind.GRANULARITY: (
        "HH:MM",
        'Write times as "09:30"; the closing time may be "24:00".',
        'Escriba las horas como "09:30"; la de cierre puede ser "24:00".',
    ),
    HoursFaultKind.ORDER: (
        "opens_before_it_closes",
        "The closing time must be after the opening time.",
        "La hora de cierre debe ser posterior a la de apertura.",
    ),
    HoursFaultKind.OVERLAP: (
        "hours_do_not_overlap",
        "These hours overlap others on the same day.",
        "Este horario se solapa con otro del mismo día.",
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


@dataclass(frozen=True)
class Revised(Fields):
    time_zone: Change
    revision: Change = None
    effective_from: Change = None


DEFINED = Kind("calendar.defined", "A business calendar was defined.", Revised)
REVISED = Kind(
    "calendar.revised", "A calendar got a new revision, in force from an instant.", Revised
)


class Calendar(Edited):
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
        holidays_of: Sequence[HolidaySource] = (),
    ) -> Self:
        """Defines a calendar with its first revision, which is in force from the start."""
        faults = Faults()
        row = cls.new(act)
        row.name = faults.text("name", name, bounds.NAME_CHARACTERS_MAX)
        revision = revision_of(
            faults, time_zone, is_always_open, hours, _days(faults, holidays, holidays_of)
        )
        if await Calendar.filter(name=row.name).exists():
            faults.invalid(
                "name",
                "unique",
                "Another calendar has this name.",
                "Otro calendario tiene este nombre.",
            )
        faults.settle()
        await row.save()
        await row._keep(act, revision, number=1, effective_from=FROM_THE_START)
        DEFINED.record(act, row, Revised(Code(revision.time_zone)))
        return row

    async def revise(
        self,
        act: Act,
        *,
        time_zone: str,
        is_always_open: bool = False,
        hours: Sequence[Hours] = (),
        holidays: Sequence[Holiday] = (),
        holidays_of: Sequence[HolidaySource] = (),
        effective_from: datetime | None = None,
    ) -> None:
        """Adds a revision in force from now on or from a later instant.

        What has been counted stays: every instant counts by the revision in force at it. The
        ticker works out anew when clocks that still run are due.
        """
        faults = Faults()
        revision = revision_of(
            faults, time_zone, is_always_open, hours, _days(faults, holidays, holidays_of)
        )
        newest = await CalendarRevision.filter(calendar_id=self.id).order_by("-revision").first()
        assert newest is not None
        start = act.now if effective_from is None else effective_from
        if start < act.now or start <= newest.effective_from:
            faults.invalid(
                "effective_from",
                "not before now and the revision before",
                "A revision can't take effect in the past or before the previous one.",
                "Una revisión no puede entrar en vigor en el pasado ni antes que la anterior.",
            )
        elif start > act.now + timedelta(days=bounds.CALENDAR_DAYS_AHEAD_MAX):
            faults.invalid(
                "effective_from",
                f"days_ahead_max={bounds.CALENDAR_DAYS_AHEAD_MAX}",
                f"This is more than {bounds.CALENDAR_DAYS_AHEAD_MAX} days ahead.",
                f"Queda a más de {bounds.CALENDAR_DAYS_AHEAD_MAX} días.",
            )
        if newest.revision >= bounds.CALENDAR_REVISIONS_MAX:
            faults.at_most("calendar_id", range(newest.revision + 1), bounds.CALENDAR_REVISIONS_MAX)
        faults.settle()
        await self._keep(act, revision, number=newest.revision + 1, effective_from=start)
        await self.edited(act)
        for noun in nouns():
            await noun.calendar_revised(act, self.id)
        REVISED.record(
            act,
            self,
            Revised(
                (Code(newest.time_zone), Code(revision.time_zone)),
                (newest.revision, revision.revision),
                start,
            ),
        )

    async def _keep(
        self, act: Act, revision: CalendarRevision, *, number: int, effective_from: datetime
    ) -> None:
        revision.calendar_id, revision.revision = self.id, number
        revision.effective_from = effective_from
        revision.created_at = revision.updated_at = act.now
        await revision.save()


class CalendarRevision(Record):
    """A calendar as it stands from an instant until its next revision."""

    noun = "calendar_revision"

    calendar = to("Calendar")
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
    time_zone: str,
    is_always_open: bool,
    hours: Sequence[Hours],
    days: dict[date, str],
) -> CalendarRevision:
    """A revision, not stored yet, from what a person wrote; its faults go to `faults`."""
    zone = faults.time_zone("time_zone", time_zone)
    faults.at_most("hours", hours, bounds.OPENING_HOURS_ITEMS_MAX)
    faults.at_most("holidays", list(days), bounds.HOLIDAY_ITEMS_MAX)
    week = [opening(item.weekday, item.opens_at, item.closes_at) for item in hours]
    for fault in validate_hours(week, is_always_open=is_always_open):
        constraint, en, es = _HOURS_FAULTS[fault.kind]
        path = ("hours",) if fault.index is None else ("hours", str(fault.index))
        faults.add(InvalidInput(constraint, en=en, es=es, path=path))
    return CalendarRevision(
        time_zone=zone,
        is_always_open=is_always_open,
        hours=[
            {"weekday": h.weekday.value, "opens_at": h.opens_at, "closes_at": h.closes_at}
            for h in sorted(hours, key=lambda h: (h.weekday.number, h.opens_at))
        ],
        holidays=[{"date": day.isoformat(), "name": days[day]} for day in sorted(days)],
    )


def _days(
    faults: Faults, holidays: Sequence[Holiday], sources: Sequence[HolidaySource]
) -> dict[date, str]:
    """All holidays by date; those given by hand have the last word, and each day once."""
    named: dict[date, str] = {}
    for index, holiday in enumerate(holidays):
        path = ("holidays", str(index))
        name = faults.text((*path, "name"), holiday.name, bounds.NAME_CHARACTERS_MAX)
        if holiday.date in named:
            faults.invalid(
                (*path, "date"),
                "unique",
                "This day appears twice.",
                "Este día aparece dos veces.",
            )
        named[holiday.date] = name
    return public_holidays(faults, sources) | named


_known: OrderedDict[tuple[int, int], OpenTime] = OrderedDict()
database.on_connect.append(_known.clear)  # another database may call others by their numbers


class CalendarNotLoaded(Exception):
    """A calendar that this process has not read yet; `await load()` and ask again."""

    def __init__(self, calendar_id: int, revisions: int) -> None:
        super().__init__(f"calendar {calendar_id}")
        self.calendar_id, self.revisions = calendar_id, revisions

    async def load(self) -> None:
        """Reads so many of the calendar's revisions; by now there may be more."""
        query = CalendarRevision.filter(
            calendar_id=self.calendar_id, revision__lte=self.revisions
        ).using_db(events.reading())
        _known[self.calendar_id, self.revisions] = open_time_of(await query.order_by("revision"))
        if len(_known) > bounds.CALENDARS_KEPT_MAX:
            _known.popitem(last=False)


async def hold(calendar_id: int) -> None:
    """Keeps a calendar from being revised until this transaction ends."""
    connection = Calendar._meta.db
    if connection.capabilities.dialect == "postgres":
        await connection.execute_query_dict(
            "SELECT id FROM calendar WHERE id = $1 FOR SHARE", [calendar_id]
        )


async def open_time(calendar_id: int) -> OpenTime:
    """When a calendar counts, by all its revisions, as the transaction sees them."""
    return open_time_of(await CalendarRevision.filter(calendar_id=calendar_id).order_by("revision"))


def known_open_time(calendar_id: int, revisions: int) -> OpenTime:
    """The same for a calendar of so many revisions, which never change.

    Raises CalendarNotLoaded where this process has not read it yet.
    """
    found = _known.get((calendar_id, revisions))
    if found is None:
        raise CalendarNotLoaded(calendar_id, revisions)
    return found


def open_time_of(revisions: Sequence[CalendarRevision]) -> OpenTime:
    """When a calendar of these revisions counts."""
    return OpenTime(tuple(_rule(revision) for revision in revisions))


def _rule(revision: CalendarRevision) -> timetable.CalendarRevision:
    return timetable.CalendarRevision(
        effective_from=revision.effective_from,
        zone=revision.time_zone,
        is_always_open=revision.is_always_open,
        hours=tuple(
            opening(Weekday(h["weekday"]), h["opens_at"], h["closes_at"]) for h in revision.hours
        ),
        holidays=frozenset(date.fromisoformat(h["date"]) for h in revision.holidays),
    )
