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
    reads,
    subselect,
)
from resolvers.engine.reading.dialect import Json
from resolvers.engine.reading.plan import Table
from resolvers.engine.reading.request import Asked
from resolvers.engine.scalars import TimeZone
from resolvers.engine.types import Connection, Node
from resolvers.enums import Weekday


@strawberry.type(description="An opening interval of a weekday, in local time.")
class OpeningHours:
    weekday: Weekday = strawberry.field(description="The day.")
    opens_at: str = strawberry.field(description='The local time from which it is open: "09:00".')
    closes_at: str = strawberry.field(
        description='The local time until which it is open, at most "24:00".'
    )


@strawberry.type(description="A local date on which no time counts.")
class Holiday:
    date: date = strawberry.field(description="The day.")
    name: str = strawberry.field(description="What it is called.")


def _stored(name: str) -> Any:
    """Reads a list that the revision keeps as JSON, under the models' names."""

    def value(row: Mapping[str, Any], asked: Asked) -> Any:
        found = row[name]
        found = orjson.loads(found) if isinstance(found, str) else found
        return [{camel(key): value for key, value in each.items()} for each in found]

    return value


@reads("calendar_revision", model.CalendarRevision)
@strawberry.type(description="A calendar as it stands from an instant until its next revision.")
class CalendarRevision:
    revision: int = column("1 for the first, and so on.")
    effective_from: datetime = column(
        "From when on it counts; the first counts for all time before too."
    )
    time_zone: TimeZone = column("The zone in which its hours are read.")
    is_always_open: bool = column("Whether all time counts, holidays aside.")
    hours: list[OpeningHours] = derived("When it is open.", ("hours",), _stored("hours"))
    holidays: list[Holiday] = derived("When it is not.", ("holidays",), _stored("holidays"))


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
@strawberry.type(description="When time counts: opening hours in a time zone, and holidays.")
class BusinessCalendar(Node):
    version: int = column("Raised by each revision; for `expectedVersion`.")
    name: str = column("The calendar's name; no other calendar has it.")
    time_zone: TimeZone = subselect("The zone of the revision in force.", _now("time_zone"))
    is_always_open: bool = subselect(
        "Whether all time counts by the revision in force, holidays aside.", _now("is_always_open")
    )
    hours: list[OpeningHours] = derived(
        "When it is open, by the revision in force.", {"hours": _now("hours")}, _stored("hours")
    )
    holidays: list[Holiday] = derived(
        "When it is not, by the revision in force.",
        {"holidays": _now("holidays")},
        _stored("holidays"),
    )
    revisions: Connection[CalendarRevision] = children(
        "Every revision, the newest first.",
        "calendar_revision",
        by="calendar_id",
        order=Order(("revision",), is_descending=True),
    )


@strawberry.type
class Query:
    calendars: Connection[BusinessCalendar] = children(
        "All calendars, by name.", "calendar", order=Order(("name",))
    )


@strawberry.input(description="An opening interval. Those of a day may meet but not overlap.")
class OpeningHoursInput:
    weekday: Weekday = required("The day.")
    opens_at: str = required('A local time in whole minutes: "09:00".')
    closes_at: str = required('A later local time, at most "24:00".')


@strawberry.input(description="A local date on which no time counts.")
class HolidayInput:
    date: date = required("The day.")
    name: str = required("1 to 200 characters.")


@strawberry.input(description="The public holidays of a country or region, for some years.")
class HolidaySourceInput:
    country: str = required("An ISO 3166-1 code, such as ES.")
    first_year: int = required("From 1970 on.")
    last_year: int = required("At most nine years after the first.")
    subdivision: str | None = optional("An ISO 3166-2 code without the country, such as MD.")


_TIME_ZONE = "An IANA name."
_ALWAYS = "Whether all time counts; false where left out."
_HOURS = "Up to 70 intervals; needed unless it is always open."
_HOLIDAYS = "Up to 400 days, by hand; these have the last word."
_SOURCES = "Public holidays, added to those given by hand."


@strawberry.input(description="A calendar and its first revision.")
class DefineCalendarInput(IdempotentInput):
    name: str = required("1 to 200 characters; no other calendar has it.")
    time_zone: TimeZone = required(_TIME_ZONE)
    is_always_open: bool | None = optional(_ALWAYS)
    hours: list[OpeningHoursInput] | None = optional(_HOURS, as_=model.Hours)
    holidays: list[HolidayInput] | None = optional(_HOLIDAYS, as_=model.Holiday)
    holidays_of: list[HolidaySourceInput] | None = optional(_SOURCES, as_=HolidaySource)


@strawberry.input(description="A calendar's next revision, whole.")
class ReviseCalendarInput(VersionedInput):
    calendar_id: strawberry.ID = acts_on("calendar", "The calendar.")
    time_zone: TimeZone = required(_TIME_ZONE)
    is_always_open: bool | None = optional(_ALWAYS)
    hours: list[OpeningHoursInput] | None = optional(_HOURS, as_=model.Hours)
    holidays: list[HolidayInput] | None = optional(_HOLIDAYS, as_=model.Holiday)
    holidays_of: list[HolidaySourceInput] | None = optional(_SOURCES, as_=HolidaySource)
    effective_from: datetime | None = optional(
        "From when on it counts: not in the past; now where left out."
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
        "Adds a revision. What has been counted stays; due instants ahead are worked out anew.",
        ReviseCalendarInput,
        model.Calendar.revise,
        may=Caller.STAFF,
    )
