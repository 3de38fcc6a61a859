"""The provider: its people, calendars, services and SLAs, which do not grow with the scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeVar

from models import calendar, service, sla
from models.access import SYSTEM, Role
from models.base import Record, folded, sort_key
from models.calendar import FROM_THE_START, Calendar, CalendarRevision, Hours, open_time_of
from models.demo import texts
from models.demo.ledger import Story, member
from models.demo.moments import PROVIDER_ZONE, at_work
from models.events import Code, Stepped
from models.faults import Faults
from models.holiday_source import HolidaySource, public_holidays
from models.rules.lifecycle import SERVICE, SLA, PortfolioStatus, SlaStatus
from models.rules.opening_hours import Weekday
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

ADMINISTRATOR = member(1)
R = TypeVar("R", bound=Record)
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
        for row in self._rows(SlaTarget):
            found.setdefault(row.sla_id, []).append(row)
        return found

    @cached_property
    def staff(self) -> dict[int, StaffMember]:
        """Its people."""
        return {row.id: row for row in self._rows(StaffMember)}

    def _rows(self, model: type[R]) -> Iterator[R]:
        rows = (row for story in self.stories for row in story.rows)
        return (row for row in rows if isinstance(row, model))


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
        open_times={n: open_time_of([_revision(n, today)]) for n in calendars.values()},
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
    at = opened + timedelta(minutes=5 * number)
    row = StaffMember(
        id=number,
        created_at=at,
        updated_at=at,
        name=text.name,
        sort_name=sort_key(text.name),
        email=f"{folded(text.name).replace(' ', '.')}@{texts.provider_domain()}",
        roles=text.roles,
    )
    story = Story(at, [row])
    actor = SYSTEM if number == ADMINISTRATOR.actor_id else ADMINISTRATOR
    row.tell_added(story.act(actor, at))
    if text.has_left:
        left_at = at_work(today - timedelta(days=STAFF_LEFT_DAYS_AGO), PROVIDER_ZONE)
        row.leave(story.act(ADMINISTRATOR, left_at))
    return story


def _calendar(number: int, opened: datetime, today: datetime) -> Story:
    text = texts.calendars()[number - 1]
    at = opened + timedelta(hours=2, minutes=8 * number)
    row = Calendar(id=number, created_at=at, updated_at=at, name=text.name)
    revision = _revision(number, today)
    revision.created_at = revision.updated_at = at
    story = Story(at, [row, revision])
    calendar.DEFINED.record(
        story.act(ADMINISTRATOR, at), row, calendar.Revised(Code(text.time_zone))
    )
    return story


def _revision(number: int, today: datetime) -> CalendarRevision:
    text, faults = texts.calendars()[number - 1], Faults()
    sources = []
    if text.holidays_of is not None:
        country, _, subdivision = text.holidays_of.partition("-")
        sources = [HolidaySource(country, today.year - 1, today.year + 1, subdivision or None)]
    days = public_holidays(faults, sources)
    row = calendar.revision_of(faults, text.time_zone, not text.hours, _week(text.hours), days)
    faults.settle()
    row.id, row.calendar_id, row.revision = number, number, 1
    row.effective_from = FROM_THE_START
    return row


def _week(hours: dict[str, list[str]]) -> list[Hours]:
    """ "MONDAY-FRIDAY" = ["09:00-18:00"], spelled out day by day."""
    week = list(Weekday)
    intervals: list[Hours] = []
    for span, times in hours.items():
        first, _, last = span.partition("-")
        for day in week[Weekday(first).number : Weekday(last or first).number + 1]:
            for time in times:
                opens, _, closes = time.partition("-")
                intervals.append(Hours(day, opens, closes))
    return intervals


def _service(number: int, staff: dict[str, int], begins_at: datetime, today: datetime) -> Story:
    text = texts.services()[number - 1]
    row = Service(
        id=number,
        created_at=begins_at,
        updated_at=begins_at,
        portfolio_status=PortfolioStatus.PIPELINE,
        code=text.code,
        is_standard=text.is_standard,
        owner_id=staff[text.owner],
    )
    row.take_particulars(Faults(), text.name, text.description, text.category)
    story = Story(begins_at, [row])
    row.tell_proposed(story.act(member(staff[text.owner]), begins_at))
    if text.status != PortfolioStatus.PIPELINE.value:
        act = story.act(ADMINISTRATOR, begins_at + timedelta(hours=4))
        row.enter(act, service.PUBLISHED, row.advance(SERVICE, "publish"))
    if text.status == PortfolioStatus.RETIRED.value:
        at = at_work(today - timedelta(days=RETIRED_DAYS_AGO), PROVIDER_ZONE)
        why = "The last customers have moved to the secure portal."
        act = story.act(ADMINISTRATOR, at)
        row.enter(act, service.RETIRED, row.advance(SERVICE, "retire"), why)
    return story


def _sla(
    offer: Offer, service_id: int, text: texts.ServiceText, opened: datetime, today: datetime
) -> Story:
    """Drafted after its service was proposed, in force before it was published."""
    at = _service_begins(service_id, opened, today) + timedelta(hours=2)
    if offer.is_premium:
        at += timedelta(minutes=45)
    row = Sla(
        id=offer.sla_id,
        created_at=at,
        updated_at=at,
        name=f"{text.name}, {'premium' if offer.is_premium else 'standard'}",
        status=SlaStatus.DRAFT,
        service_id=service_id,
        calendar_id=offer.calendar_id,
    )
    story = Story(at, [row, *_targets(offer, row)])
    sla.DRAFTED.record(story.act(ADMINISTRATOR, at), row, Stepped(row.status))
    if text.status != PortfolioStatus.PIPELINE.value:
        row.activated_at = at + timedelta(minutes=40)
        act = story.act(ADMINISTRATOR, row.activated_at)
        row.enter(act, sla.ACTIVATED, row.advance(SLA, "activate"))
    if text.status == PortfolioStatus.RETIRED.value:
        at = at_work(today - timedelta(days=RETIRED_DAYS_AGO + 60), PROVIDER_ZONE)
        row.enter(story.act(ADMINISTRATOR, at), sla.RETIRED, row.advance(SLA, "retire"))
    return story


def _targets(offer: Offer, row: Sla) -> Iterator[SlaTarget]:
    minutes = PREMIUM_MINUTES if offer.is_premium else STANDARD_MINUTES
    pairs = [(priority, metric) for priority in Priority for metric in SlaMetric]
    for place, (priority, metric) in enumerate(pairs, (offer.sla_id - 1) * len(pairs) + 1):
        target = sla.Target(priority, metric, minutes[priority][metric is SlaMetric.RESOLUTION])
        yield row.target(target, row.created_at, id=place)
