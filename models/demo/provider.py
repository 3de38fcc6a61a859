"""The provider: its people, calendars, services and SLAs, which do not grow with the scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from tortoise.models import Model

from models.access import Role
from models.base import folded, sort_key
from models.bounds import WARN_AT_PERCENT_DEFAULT
from models.calendar import FROM_THE_START, Calendar, CalendarRevision
from models.demo import texts
from models.demo.ledger import SYSTEM, Actor, Fact, Story, Subject
from models.demo.moments import PROVIDER_ZONE, at_work
from models.faults import Faults
from models.holiday_source import HolidaySource, public_holidays
from models.loading import Row, row
from models.rules import timetable
from models.rules.lifecycle import PortfolioStatus, SlaStatus
from models.rules.opening_hours import Weekday, opening
from models.rules.priority import Priority
from models.rules.sla_clock import SlaMetric
from models.rules.timetable import OpenTime
from models.service import Service
from models.sla import Sla, SlaTarget
from models.staff import StaffMember

OPENED_DAYS_AGO = 440
"""When the provider began to keep its relationships here."""
PIPELINE_DAYS_AGO = 55
RETIRED_DAYS_AGO = 150
STAFF_LEFT_DAYS_AGO = 70

ADMINISTRATOR = Actor(StaffMember.noun, 1)
ALWAYS_OPEN = "Always open"
OFFICE = "Madrid office hours"
LOCAL_CALENDARS = {
    "America/Bogota": "Bogotá split shifts",
    "Europe/London": "London office hours",
    "Asia/Kolkata": "Bengaluru office hours",
}
"""The calendar that an enrolment of a customer in a zone gets for its own."""

Minutes = dict[Priority, tuple[int, int]]
STANDARD_MINUTES: Minutes = {
    Priority.CRITICAL: (60, 720),
    Priority.HIGH: (150, 1_500),
    Priority.MEDIUM: (240, 3_600),
    Priority.LOW: (480, 7_200),
}
PREMIUM_MINUTES: Minutes = {
    Priority.CRITICAL: (30, 600),
    Priority.HIGH: (90, 2_160),
    Priority.MEDIUM: (240, 5_760),
    Priority.LOW: (480, 11_520),
}
"""Response and resolution targets by priority."""


@dataclass(frozen=True)
class Offer:
    """An SLA under which a service is offered."""

    sla_id: int
    calendar_id: int
    is_premium: bool


@dataclass(frozen=True)
class Provider:
    """What the stories of customers need to know of the provider."""

    stories: list[Story]
    managers: list[int]
    agents: list[int]
    services: dict[str, int]
    offers: dict[str, list[Offer]]
    calendars: dict[str, int]
    open_times: dict[int, OpenTime]

    @cached_property
    def targets(self) -> dict[int, list[SlaTarget]]:
        """The targets of each SLA."""
        found: dict[int, list[SlaTarget]] = {}
        for values in self._rows(SlaTarget):
            found.setdefault(values["sla_id"], []).append(SlaTarget(**values))
        return found

    @cached_property
    def staff(self) -> dict[int, StaffMember]:
        """Its people."""
        return {values["id"]: StaffMember(**values) for values in self._rows(StaffMember)}

    def _rows(self, model: type[Model]) -> Iterator[Mapping[str, Any]]:
        tables = (row for story in self.stories for row in story.rows)
        return (values for table, values in tables if table is model)


def provider(today: datetime) -> Provider:
    """Tells of the provider, from its first day here on."""
    opened = at_work(today - timedelta(days=OPENED_DAYS_AGO), PROVIDER_ZONE)
    staff_ids = {text.name: number for number, text in enumerate(texts.staff(), 1)}
    calendars = {text.name: number for number, text in enumerate(texts.calendars(), 1)}
    stories = [_member(number, opened, today) for number in staff_ids.values()]
    stories += [_calendar(number, opened, today) for number in calendars.values()]
    services = {text.code: number for number, text in enumerate(texts.services(), 1)}
    offers: dict[str, list[Offer]] = {}
    for code, number in services.items():
        begins_at = _service_begins(number, opened, today)
        stories.append(_service(number, staff_ids, begins_at, today))
        offers[code] = []
    for text, is_premium in _offered():
        number = sum(map(len, offers.values())) + 1
        name = ALWAYS_OPEN if is_premium or text.is_always_open else OFFICE
        offer = Offer(number, calendars[name], is_premium)
        offers[text.code].append(offer)
        stories.append(_sla(offer, services[text.code], text, opened, today))
    return Provider(
        stories=sorted(stories, key=lambda story: story.begins_at),
        managers=_with_role(Role.RELATIONSHIP_MANAGER),
        agents=_with_role(Role.AGENT),
        services=services,
        offers=offers,
        calendars=calendars,
        open_times={n: _open_time(n, today) for n in calendars.values()},
    )


def _with_role(role: Role) -> list[int]:
    return [
        number
        for number, text in enumerate(texts.staff(), 1)
        if role.value in text.roles and not text.has_left
    ]


def _offered() -> list[tuple[texts.ServiceText, bool]]:
    """Each service with its SLA, then the premium ones: so SLA 1 is that of service 1."""
    plain = [(text, False) for text in texts.services()]
    return plain + [(text, True) for text in texts.services() if text.has_premium]


def _service_begins(number: int, opened: datetime, today: datetime) -> datetime:
    if texts.services()[number - 1].status == PortfolioStatus.PIPELINE.value:
        return at_work(today - timedelta(days=PIPELINE_DAYS_AGO - number), PROVIDER_ZONE)
    return opened + timedelta(hours=3, minutes=6 * number)


def _member(number: int, opened: datetime, today: datetime) -> Story:
    text = texts.staff()[number - 1]
    added_at = opened + timedelta(minutes=5 * number)
    left_at = at_work(today - timedelta(days=STAFF_LEFT_DAYS_AGO), PROVIDER_ZONE)
    made = row(
        StaffMember,
        id=number,
        created_at=added_at,
        updated_at=left_at if text.has_left else added_at,
        version=2 if text.has_left else 1,
        name=text.name,
        sort_name=sort_key(text.name),
        email=f"{folded(text.name).replace(' ', '.')}@{texts.provider_domain()}",
        roles=text.roles,
        is_active=not text.has_left,
    )
    subject = Subject(StaffMember.noun, number)
    actor = SYSTEM if number == ADMINISTRATOR.row_id else ADMINISTRATOR
    facts = [Fact(added_at, "staff.added", subject, actor, [("roles", None, text.roles)])]
    if text.has_left:
        gone = [("is_active", True, False)]
        facts.append(Fact(left_at, "staff.deactivated", subject, ADMINISTRATOR, gone))
    return Story(added_at, [made], facts)


def _calendar(number: int, opened: datetime, today: datetime) -> Story:
    text = texts.calendars()[number - 1]
    at = opened + timedelta(hours=2, minutes=8 * number)
    defined = row(Calendar, id=number, created_at=at, updated_at=at, name=text.name)
    revision = row(
        CalendarRevision,
        id=number,
        created_at=at,
        updated_at=at,
        calendar_id=number,
        revision=1,
        effective_from=FROM_THE_START,
        time_zone=text.time_zone,
        is_always_open=not text.hours,
        hours=_week(text.hours),
        holidays=_holidays(text.holidays_of, today.year),
    )
    changes = [("time_zone", None, text.time_zone)]
    subject = Subject(Calendar.noun, number)
    return Story(
        at, [defined, revision], [Fact(at, "calendar.defined", subject, ADMINISTRATOR, changes)]
    )


def _open_time(number: int, today: datetime) -> OpenTime:
    """What a calendar's row says, as the rules take it."""
    text = texts.calendars()[number - 1]
    hours = tuple(
        opening(Weekday(each["weekday"]), each["opens_at"], each["closes_at"])
        for each in _week(text.hours)
    )
    days = _holidays(text.holidays_of, today.year)
    revision = timetable.CalendarRevision(
        effective_from=FROM_THE_START,
        zone=text.time_zone,
        is_always_open=not text.hours,
        hours=hours,
        holidays=frozenset(date.fromisoformat(each["date"]) for each in days),
    )
    return OpenTime((revision,))


def _week(hours: dict[str, list[str]]) -> list[dict[str, str]]:
    """ "MONDAY-FRIDAY" = ["09:00-18:00"], spelled out day by day."""
    week = list(Weekday)
    intervals: list[dict[str, str]] = []
    for span, times in hours.items():
        first, _, last = span.partition("-")
        for day in week[Weekday(first).number : Weekday(last or first).number + 1]:
            for time in times:
                opens, _, closes = time.partition("-")
                intervals.append({"weekday": day.value, "opens_at": opens, "closes_at": closes})
    return intervals


def _holidays(place: str | None, year: int) -> list[dict[str, str]]:
    """The public holidays of last, this and the next year."""
    if place is None:
        return []
    country, _, subdivision = place.partition("-")
    faults = Faults()
    source = HolidaySource(country, year - 1, year + 1, subdivision or None)
    named = public_holidays(faults, [source])
    faults.settle()
    return [{"date": day.isoformat(), "name": named[day]} for day in sorted(named)]


def _service(number: int, staff: dict[str, int], begins_at: datetime, today: datetime) -> Story:
    text = texts.services()[number - 1]
    status = PortfolioStatus(text.status)
    subject = Subject(Service.noun, number)
    owner = Actor(StaffMember.noun, staff[text.owner])
    pipeline, catalogue, retired = (each.value for each in PortfolioStatus)
    proposed = [("portfolio_status", None, pipeline)]
    facts = [Fact(begins_at, "service.proposed", subject, owner, proposed)]
    if status is not PortfolioStatus.PIPELINE:
        at, change = begins_at + timedelta(hours=4), ("portfolio_status", pipeline, catalogue)
        facts.append(Fact(at, "service.published", subject, ADMINISTRATOR, [change]))
    if status is PortfolioStatus.RETIRED:
        at = at_work(today - timedelta(days=RETIRED_DAYS_AGO), PROVIDER_ZONE)
        change = ("portfolio_status", catalogue, retired)
        why = "The last customers have moved to the secure portal."
        facts.append(Fact(at, "service.retired", subject, ADMINISTRATOR, [change], why))
    made = row(
        Service,
        id=number,
        created_at=begins_at,
        updated_at=facts[-1].at,
        version=len(facts),
        code=text.code,
        name=text.name,
        sort_name=sort_key(text.name),
        description=text.description,
        portfolio_status=status,
        is_standard=text.is_standard,
        category=text.category,
        owner_id=owner.row_id,
        search_text=folded(text.code, text.name, text.category, text.description),
    )
    return Story(begins_at, [made], facts)


def _sla(
    offer: Offer, service_id: int, text: texts.ServiceText, opened: datetime, today: datetime
) -> Story:
    """Drafted after its service was proposed, in force before it was published."""
    begins_at = _service_begins(service_id, opened, today) + timedelta(hours=2)
    if offer.is_premium:
        begins_at += timedelta(minutes=45)
    draft, active, retired = (each.value for each in SlaStatus)
    subject = Subject(Sla.noun, offer.sla_id)
    facts = [Fact(begins_at, "sla.drafted", subject, ADMINISTRATOR, [("status", None, draft)])]
    status, activated_at = SlaStatus.DRAFT, None
    if text.status != PortfolioStatus.PIPELINE.value:
        status, activated_at = SlaStatus.ACTIVE, begins_at + timedelta(minutes=40)
        change = ("status", draft, active)
        facts.append(Fact(activated_at, "sla.activated", subject, ADMINISTRATOR, [change]))
    if text.status == PortfolioStatus.RETIRED.value:
        status = SlaStatus.RETIRED
        at = at_work(today - timedelta(days=RETIRED_DAYS_AGO + 60), PROVIDER_ZONE)
        change = ("status", active, retired)
        facts.append(Fact(at, "sla.retired", subject, ADMINISTRATOR, [change]))
    made = row(
        Sla,
        id=offer.sla_id,
        created_at=begins_at,
        updated_at=facts[-1].at,
        version=len(facts),
        name=f"{text.name}, {'premium' if offer.is_premium else 'standard'}",
        status=status,
        service_id=service_id,
        calendar_id=offer.calendar_id,
        activated_at=activated_at,
    )
    return Story(begins_at, [made, *_targets(offer, begins_at)], facts)


def _targets(offer: Offer, at: datetime) -> list[Row]:
    minutes = PREMIUM_MINUTES if offer.is_premium else STANDARD_MINUTES
    pairs = [(priority, metric) for priority in Priority for metric in SlaMetric]
    first = (offer.sla_id - 1) * len(pairs) + 1
    return [
        row(
            SlaTarget,
            id=first + place,
            created_at=at,
            updated_at=at,
            sla_id=offer.sla_id,
            priority=priority,
            priority_rank=priority.rank,
            metric=metric,
            target_seconds=60 * minutes[priority][0 if metric is SlaMetric.RESPONSE else 1],
            warn_at_percent=WARN_AT_PERCENT_DEFAULT,
        )
        for place, (priority, metric) in enumerate(pairs)
    ]
