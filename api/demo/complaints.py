"""The complaints: who complained of what, and how it was handled, over the last year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from api.demo import texts
from api.demo.customers import Client
from api.demo.enrollments import Enrolled
from api.demo.handling import Handling, Values
from api.demo.ledger import Actor, Story, Subject
from api.demo.moments import PROVIDER_ZONE, at_work, before_at_work
from api.demo.plots import PER_SCALE, Plot, plot
from api.demo.provider import Provider
from models.base import folded
from models.complaint import Complaint, ComplaintChannel, ServiceArea
from models.contact import Contact
from models.loading import Row
from models.rules.lifecycle import ComplaintStatus
from models.rules.priority import Level, assessed_priority
from models.staff import StaffMember

SEED = 20_260_807
KNOWN_DAYS = 12
"""A customer has been with us at least so long when it first complains."""
GENERAL_SHARE = 0.07
"""How many complaints are about no service."""
CUSTOMER_DRAWS_MAX = 12
AUTO_CLOSE_DAYS = 7
RECORDED_AFTER_MINUTES_MAX = 240

BY_THE_CUSTOMER = (ComplaintChannel.PORTAL, ComplaintChannel.API)
BY_STAFF = ("acknowledge", "assign", "investigate", "note", "update", "await_customer")


@dataclass(frozen=True)
class Leading:
    """One of the first complaints, which the page's example documents name."""

    status: ComplaintStatus
    client: int
    levels: tuple[Level, Level] = (Level.MEDIUM, Level.MEDIUM)
    is_eventful: bool = False


_S = ComplaintStatus
LEADING = (
    Leading(_S.RESOLVED, 0, (Level.HIGH, Level.HIGH), is_eventful=True),
    Leading(_S.INVESTIGATING, 0, (Level.HIGH, Level.MEDIUM), is_eventful=True),
    Leading(_S.AWAITING_CUSTOMER, 1, (Level.HIGH, Level.MEDIUM)),
    Leading(_S.ACKNOWLEDGED, 2, (Level.HIGH, Level.HIGH)),
    Leading(_S.CLOSED, 0, is_eventful=True),
    Leading(_S.INVESTIGATING, 5),
    Leading(_S.WITHDRAWN, 3),
    Leading(_S.RESOLVED, 1),
    Leading(_S.CLOSED, 4),
    Leading(_S.AWAITING_CUSTOMER, 9, (Level.MEDIUM, Level.LOW)),
    Leading(_S.ACKNOWLEDGED, 10),
    Leading(_S.RECEIVED, 2, (Level.HIGH, Level.MEDIUM)),
)
"""CMP-000001 and those after it. They come first, so that every scale has them by these numbers."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A complaint before it is told: when it is recorded, and what it starts its chance from."""

    created_at: datetime
    seed: int
    status: ComplaintStatus
    copy: int
    leading: Leading | None = None


def planned(scale: int, today: datetime) -> list[tuple[int, Planned]]:
    """All complaints by number: the leading ones, then the others as they came."""
    left = dict(PER_SCALE)
    first: list[Planned] = []
    for leading in LEADING:
        left[leading.status] -= 1
        first.append(_plan(len(first), leading.status, 0, today, leading))
    rest: list[Planned] = []
    for copy in range(scale):
        for status, count in (left if copy == 0 else PER_SCALE).items():
            for _ in range(count):
                rest.append(_plan(len(first) + len(rest), status, copy, today))
    rest.sort(key=lambda each: (each.created_at, each.seed))
    return list(enumerate([*first, *rest], 1))


def _plan(
    seed: int,
    status: ComplaintStatus,
    copy: int,
    today: datetime,
    leading: Leading | None = None,
) -> Planned:
    random, drawn = _drawn(seed, status, leading)
    begins_at = before_at_work(drawn.begins_at(random, today), PROVIDER_ZONE)
    return Planned(begins_at, seed, status, copy, leading)


def _drawn(seed: int, status: ComplaintStatus, leading: Leading | None) -> tuple[Random, Plot]:
    """The same plot each time it is asked for, so that plans need not hold it."""
    random = Random(SEED + seed)
    return random, plot(random, status, is_eventful=leading is not None and leading.is_eventful)


def complaints(
    plans: list[tuple[int, Planned]], clients: list[Client], today: datetime, provider: Provider
) -> Iterator[Story]:
    """The story of each complaint, in the order in which they were recorded."""
    for number, plan in sorted(plans, key=lambda each: (each[1].created_at, each[0])):
        yield _Teller(number, plan, clients, today, provider).tell()


class _Teller:
    """Tells of one complaint."""

    def __init__(
        self,
        number: int,
        plan: Planned,
        clients: list[Client],
        today: datetime,
        provider: Provider,
    ) -> None:
        self.number, self.plan, self.today, self.provider = number, plan, today, provider
        _, self.plot = _drawn(plan.seed, plan.status, plan.leading)
        self.random = Random(-SEED - plan.seed)
        self.client = self._client(clients)
        self.channel = self.random.choices(list(ComplaintChannel), weights=(9, 10, 8, 2, 1))[0]
        self.received_at = plan.created_at - self._delay()
        self.enrolled = self._enrolled()
        code = self.enrolled.service_code if self.enrolled else None
        self.theme = self.random.choice(texts.themes(self.client.text.locale, code))
        people = self.client.people_at(plan.created_at)
        self.contact = self.random.choice(people).contact_id
        self.slots = self._slots()

    def _client(self, clients: list[Client]) -> Client:
        size = len(texts.customers())
        own = clients[self.plan.copy * size : (self.plan.copy + 1) * size]
        if self.plan.leading is not None:
            return own[self.plan.leading.client]
        at = self.plan.created_at
        for _ in range(CUSTOMER_DRAWS_MAX):
            client = own[int(self.random.random() ** 1.4 * size)]
            is_known = client.registered_at + timedelta(days=KNOWN_DAYS) <= at
            if is_known and (client.left_at is None or at < client.left_at):
                return client
        return own[0]

    def _delay(self) -> timedelta:
        """How long after it came it was taken down."""
        if self.channel in BY_THE_CUSTOMER:
            return timedelta()
        return timedelta(minutes=self.random.randint(3, RECORDED_AFTER_MINUTES_MAX))

    def _enrolled(self) -> Enrolled | None:
        live = self.client.live_at(self.received_at)
        if not live or (self.plan.leading is None and self.random.random() < GENERAL_SHARE):
            return None
        return self.random.choice(live)

    def _slots(self) -> dict[str, Any]:
        day = self.received_at - timedelta(days=self.random.randint(1, 9))
        return {
            "site": self.client.text.city,
            "day": _day(day, self.client.text.locale),
            "count": self.random.randint(3, 48),
            "hours": self.random.randint(3, 30),
            "amount": self.random.randrange(140, 4_900, 20),
            "ref": f"{self.random.choice('ABDFKRT')}-{self.random.randint(1_000, 9_999)}",
        }

    def _say(self, step: str) -> str:
        """The words of the theme, or else one of the remarks for a step."""
        found: str | None = getattr(self.theme, step, None)
        if found is not None:
            return found.format(**self.slots)
        said = texts.remarks(self.client.text.locale)[step]
        words: str = said if isinstance(said, str) else self.random.choice(said)
        explained = self.theme.explained.format(**self.slots)
        return words.format(explained=explained, **self.slots)

    def tell(self) -> Story:
        values = self._received()
        hands = Handling(
            values,
            Subject(Complaint.noun, self.number, self.client.customer_id),
            contact=Actor(Contact.noun, self.contact),
            agents=self._agents(),
            say=self._say,
            random=self.random,
        )
        hands.receive(self.plan.created_at, self._recorder(hands))
        at = self.plan.created_at
        for step, gap in zip(self.plot.steps, self.plot.gaps, strict=True):
            at = self._next(step, at, gap)
            hands.take(step, at)
        return Story(self.plan.created_at, [_row(values)], hands.facts)

    def _agents(self) -> list[int]:
        """The agents, another one first each time."""
        agents = self.provider.agents
        first = self.plan.seed % len(agents)
        return agents[first:] + agents[:first]

    def _recorder(self, hands: Handling) -> Actor:
        if self.channel in BY_THE_CUSTOMER:
            return hands.contact
        return Actor(StaffMember.noun, hands.agents[0])

    def _next(self, step: str, before: datetime, gap: timedelta) -> datetime:
        """When a step comes: in the office hours of whoever takes it, and before today."""
        if step == "auto_close":
            at = before + timedelta(days=AUTO_CLOSE_DAYS)
        else:
            where = PROVIDER_ZONE if step in BY_STAFF else self.client.zone
            at = at_work(before + gap, where)
        if at < self.today:
            return at
        if before + gap < self.today:
            return before + gap
        return before + (self.today - before) / 2

    def _received(self) -> Values:
        levels = list(Level)
        impact = self.random.choices(levels, weights=(3, 5, 4))[0]
        urgency = self.random.choices(levels, weights=(3, 5, 4))[0]
        if self.plan.leading is not None:
            impact, urgency = self.plan.leading.levels
        priority = assessed_priority(impact, urgency, has_safety_risk=self.theme.is_safety)
        subject, description = self._say("subject"), self._say("description")
        found = self.enrolled
        return {
            "id": self.number,
            "created_at": self.plan.created_at,
            "updated_at": self.plan.created_at,
            "version": 1,
            "subject": subject,
            "description": description,
            "category": self.theme.category,
            "area": ServiceArea(self.theme.area),
            "channel": self.channel,
            "customer_id": self.client.customer_id,
            "raised_by_id": self._raised_by(),
            "service_id": found.service_id if found else None,
            "enrollment_id": found.enrollment_id if found else None,
            "sla_id": found.sla_id if found else None,
            "calendar_id": found.calendar_id if found else None,
            "impact": impact,
            "urgency": urgency,
            "has_safety_risk": self.theme.is_safety,
            "priority": priority,
            "priority_rank": priority.rank,
            "remedy_sought": self._say("remedy") if self.random.random() < 0.4 else None,
            "status": ComplaintStatus.RECEIVED,
            "status_rank": ComplaintStatus.RECEIVED.rank,
            "owner_id": None,
            "received_at": self.received_at,
            "reopen_count": 0,
            "pauses": [],
            "search_text": folded(subject, self.theme.category, description),
        }

    def _raised_by(self) -> int | None:
        is_named = self.channel in BY_THE_CUSTOMER or self.random.random() < 0.9
        return self.contact if is_named else None


def _row(values: Values) -> Row:
    return Complaint, values


_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio "
    "julio agosto septiembre octubre noviembre diciembre",
}


def _day(at: datetime, locale: str) -> str:
    """A date as people write it: 3 March, 3 de marzo."""
    month = _MONTHS[locale].split()[at.month - 1]
    return f"{at.day} de {month}" if locale == "es" else f"{at.day} {month}"
