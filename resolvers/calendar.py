"""Business calendars in the graph."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson
import strawberry

from models import calendar as model
from models.holiday_source import HolidaySource
from resolvers.engine.inputs import (
    IdempotentInput,
    VersionedInput,
    acts_on,
    optional,
    required,
)
from resolvers.engine.mutation import Caller, verb
from resolvers.engine.names import camel
from resolvers.engine.reading.declare import (
    Order,
    children,
    column,
    derived,
    part,
    reads,
    subselect,
)
from resolvers.engine.reading.dialect import Json
from resolvers.engine.reading.plan import Table
from resolvers.engine.reading.request import Asked
from resolvers.engine.scalars import TimeZone
from resolvers.engine.types import Connection, Node
from resolvers.enums import Weekday


@strawberry.type(description="A period of opening hours on a weekday, in local time.")
class OpeningHours:
    weekday: Weekday = part("The day of the week.")
    opens_at: str = part('The local opening time, such as "09:00".')
    closes_at: str = part('The local closing time, at most "24:00".')


@strawberry.type(description="A local date on which no time is counted.")
class Holiday:
    date: date = part("The date of the holiday.")
    name: str = part("The name of the holiday.")


def _stored(name: str) -> Any:
    """Reads a list that the revision stores as JSON, with the models' field names."""

    def value(row: Mapping[str, Any], asked: Asked) -> Any:
        found = row[name]
        found = orjson.loads(found) if isinstance(found, str) else found
        return [{camel(key): value for key, value in each.items()} for each in found]

    return value


@reads("calendar_revision", model.CalendarRevision)
@strawberry.type(description="A calendar as it applies from an instant until its next revision.")
class CalendarRevision:
    revision: int = column("The revision's number, counted from 1.")
    effective_from: datetime = column(
        "When it takes effect; the first revision also covers all time before."
    )
    time_zone: TimeZone = column("The time zone of its opening hours.")
    is_always_open: bool = column("Whether all time is counted, except on holidays.")
    hours: list[OpeningHours] = derived(
        "The opening hours of each week.", ("hours",), _stored("hours")
    )
    holidays: list[Holiday] = derived(
        "The days on which it is closed.", ("holidays",), _stored("holidays")
    )


def _now(name: str) -> Any:
    """A column of the revision that is in force at the request's time."""

    def expression(table: Table) -> str:
        plan = table.plan
        revision = plan.table("calendar_revision")
        found = (
            f"(SELECT {revision.output(name)} FROM {revision.source}"
            f" WHERE {revision['calendar_id']} = {table.key}"
            f" AND {revision['effective_from']} <= {plan.now()}"
            f" ORDER BY {revision['effective_from']} DESC, {revision['revision']} DESC LIMIT 1)"
        )
        return Json(found) if revision.kind(name) in ("json", "bool") else found

    return expression


@reads("calendar", model.Calendar)
@strawberry.type(description="Which time is counted: opening hours in a time zone, less holidays.")
class BusinessCalendar(Node):
    version: int = column("Increases with each revision; for `expectedVersion`.")
    name: str = column("The calendar's name, unique among calendars.")
    time_zone: TimeZone = subselect("The time zone of the revision in force.", _now("time_zone"))
    is_always_open: bool = subselect(
        "Whether the revision in force counts all time, except on holidays.", _now("is_always_open")
    )
    hours: list[OpeningHours] = derived(
        "The opening hours of the revision in force.", {"hours": _now("hours")}, _stored("hours")
    )
    holidays: list[Holiday] = derived(
        "The holidays of the revision in force.",
        {"holidays": _now("holidays")},
        _stored("holidays"),
    )
    revisions: Connection[CalendarRevision] = children(
        "Every revision, newest first.",
        "calendar_revision",
        by="calendar_id",
        order=Order(("revision",), is_descending=True),
    )


@strawberry.type
class Query:
    calendars: Connection[BusinessCalendar] = children(
        "All calendars, ordered by name.", "calendar", order=Order(("name",))
    )


@strawberry.input(
    description="A period of opening hours. Periods of one day may touch but not overlap."
)
class OpeningHoursInput:
    weekday: Weekday = required("The day of the week.")
    opens_at: str = required('A local time in whole minutes: "09:00".')
    closes_at: str = required('A later local time, at most "24:00".')


@strawberry.input(description="A local date on which no time is counted.")
class HolidayInput:
    date: date = required("The date of the holiday.")
    name: str = required("1 to 200 characters.")


@strawberry.input(description="The public holidays of a country or region over some years.")
class HolidaySourceInput:
    country: str = required("An ISO 3166-1 code, such as ES.")
    first_year: int = required("The first year, from 1970.")
    last_year: int = required("The last year, at most nine years after the first.")
    subdivision: str | None = optional("An ISO 3166-2 code without the country, such as MD.")


_TIME_ZONE = "An IANA name, such as Europe/Madrid."
_ALWAYS = "Whether all time is counted, except on holidays; false by default."
_HOURS = "Up to 70 periods; required unless the calendar is always open."
_HOLIDAYS = "Up to 400 days, given by hand; on the same day they override public holidays."
_SOURCES = "Public holidays to add to those given by hand."


@strawberry.input(description="A calendar and its first revision.")
class DefineCalendarInput(IdempotentInput):
    name: str = required("1 to 200 characters; unique among calendars.")
    time_zone: TimeZone = required(_TIME_ZONE)
    is_always_open: bool | None = optional(_ALWAYS)
    hours: list[OpeningHoursInput] | None = optional(_HOURS, as_=model.Hours)
    holidays: list[HolidayInput] | None = optional(_HOLIDAYS, as_=model.Holiday)
    holidays_of: list[HolidaySourceInput] | None = optional(_SOURCES, as_=HolidaySource)


@strawberry.input(description="A calendar's next revision, in full.")
class ReviseCalendarInput(VersionedInput):
    calendar_id: strawberry.ID = acts_on("calendar", "The calendar to revise.")
    time_zone: TimeZone = required(_TIME_ZONE)
    is_always_open: bool | None = optional(_ALWAYS)
    hours: list[OpeningHoursInput] | None = optional(_HOURS, as_=model.Hours)
    holidays: list[HolidayInput] | None = optional(_HOLIDAYS, as_=model.Holiday)
    holidays_of: list[HolidaySourceInput] | None = optional(_SOURCES, as_=HolidaySource)
    effective_from: datetime | None = optional(
        "When it takes effect, not in the past; now by default."
    )


@strawberry.type
class Mutation:
    define_calendar = verb(
        "Defines a calendar; its first revision is in force from the start.",
        DefineCalendarInput,
        model.Calendar.define,
        may=Caller.STAFF,
        calendar=BusinessCalendar,
    )
    revise_calendar = verb(
        "Adds a revision. Time already counted stays as it is; due times that lie ahead are "
        "recalculated.",
        ReviseCalendarInput,
        model.Calendar.revise,
        may=Caller.STAFF,
    )
