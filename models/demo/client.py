"""What the stories of a customer know of it: who spoke for it, and what it used, at an instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from models.demo import texts
from models.demo.moments import zone


@dataclass(frozen=True)
class Enrolled:
    """An enrolment, as the stories of complaints need to know it."""

    enrollment_id: int
    service_code: str
    service_id: int
    sla_id: int
    calendar_id: int
    is_premium: bool
    requested_at: datetime
    over_at: datetime | None

    def is_live(self, at: datetime) -> bool:
        """Whether a complaint that came at an instant belongs to it."""
        return self.requested_at <= at and (self.over_at is None or at < self.over_at)


@dataclass(frozen=True)
class Person:
    """A contact, as the stories of complaints need to know it."""

    contact_id: int
    until: datetime | None


@dataclass(eq=False)
class Client:
    """A customer, as the stories of complaints need to know it."""

    customer_id: int
    text: texts.CustomerText
    manager_id: int | None
    registered_at: datetime
    left_at: datetime | None = None
    handed_over: tuple[datetime, int | None] | None = None
    people: list[Person] = field(default_factory=list)
    enrollments: list[Enrolled] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        """Where its people live."""
        return zone(self.text.time_zone)

    def manager_at(self, at: datetime) -> int | None:
        """Who looked after it at an instant."""
        if self.handed_over is not None and at < self.handed_over[0]:
            return self.handed_over[1]
        return self.manager_id

    def people_at(self, at: datetime) -> list[Person]:
        """Who could have spoken for it at an instant; the primary contact always can."""
        return [person for person in self.people if person.until is None or at < person.until]

    def live_at(self, at: datetime) -> list[Enrolled]:
        """What it was enrolled in at an instant."""
        return [each for each in self.enrollments if each.is_live(at)]
