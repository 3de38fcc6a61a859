"""The complaints: who complained of what, and how it was handled, over the last year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from random import Random
from typing import Any

from models.base import folded
from models.complaint import Complaint, ComplaintChannel, ServiceArea
from models.contact import Contact
from models.demo import actions, clocks, texts
from models.demo.client import Client, Enrolled
from models.demo.handling import Handling, Values
from models.demo.ledger import Actor, Story, Subject
from models.demo.moments import PROVIDER_ZONE, at_work
from models.demo.plans import SEED, Plan
from models.demo.provider import PREMIUM_MINUTES, STANDARD_MINUTES, Provider
from models.rules.business_time import business_days_after
from models.rules.lifecycle import AUTO_CLOSE_BUSINESS_DAYS, ComplaintStatus
from models.rules.priority import assessed_priority
from models.staff import StaffMember

CLIENTS = len(texts.customers())
"""How many customers a copy has."""
KNOWN_DAYS = 12
"""A customer has been with us at least so long when it first complains."""
GENERAL_SHARE = 0.07
"""How many complaints are about no service."""
CUSTOMER_DRAWS_MAX = 12
RECORDED_AFTER_MINUTES_MAX = 9
"""Sooner than the shortest clock warns, since nothing is told of what is not recorded."""

BY_THE_CUSTOMER = (ComplaintChannel.PORTAL, ComplaintChannel.API)
BY_STAFF = ("acknowledge", "assign", "investigate", "note", "update", "await_customer")


def complaints(
    plans: list[tuple[int, Plan]], clients: list[Client], today: datetime, provider: Provider
) -> Iterator[Story]:
    """The story of each complaint, in the order in which they were recorded."""
    in_order = sorted(plans, key=lambda each: (each[1].created_at, each[1].seed, each[0]))
    for _, group in groupby(in_order, key=lambda each: each[1].seed):
        (number, plan), *alike = group
        teller = _Teller(number, plan, clients, today, provider)
        story = teller.tell()
        yield story
        place = (teller.client.customer_id - 1) % CLIENTS
        for other, like in alike:
            client = clients[like.copy * CLIENTS + place]
            yield _moved(story, other, teller.client, client)


class _Teller:
    """Tells of one complaint."""

    def __init__(
        self,
        number: int,
        plan: Plan,
        clients: list[Client],
        today: datetime,
        provider: Provider,
    ) -> None:
        self.number, self.plan, self.today, self.provider = number, plan, today, provider
        _, self.levels, self.plot = plan.drawn()
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
        own = clients[self.plan.copy * CLIENTS : (self.plan.copy + 1) * CLIENTS]
        if self.plan.leading is not None:
            return own[self.plan.leading.client]
        at = self.plan.created_at
        for _ in range(CUSTOMER_DRAWS_MAX):
            client = own[int(self.random.random() ** 1.4 * CLIENTS)]
            is_known = client.registered_at + timedelta(days=KNOWN_DAYS) <= at
            if is_known and (client.left_at is None or at < client.left_at):
                return client
        return own[0]

    def _delay(self) -> timedelta:
        """How long after it came it was taken down."""
        if self.channel in BY_THE_CUSTOMER:
            return timedelta()
        return timedelta(minutes=self.random.randint(2, RECORDED_AFTER_MINUTES_MAX))

    def _enrolled(self) -> Enrolled | None:
        live = self.client.live_at(self.received_at)
        if not live or (self.plan.leading is None and self.random.random() < GENERAL_SHARE):
            return None
        weights = actions.weights(live, self.received_at, self.today)
        return self.random.choices(live, weights)[0]

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
            closes_after=self._closes_after,
            random=self.random,
        )
        hands.receive(self.plan.created_at, self._recorder(hands))
        at = self.plan.created_at
        for step, gap in zip(self.plot.steps, self.plot.gaps, strict=True):
            at = self._next(step, at, gap, values["auto_close_at"])
            hands.take(step, at)
        told = clocks.reckon(values, hands.facts, self.client, self.provider, self.today)
        return Story(self.plan.created_at, [(Complaint, values)], hands.facts + told)

    def _closes_after(self, at: datetime) -> datetime | None:
        """When it closes by itself, if it is resolved at an instant and nobody answers."""
        found = self.enrolled
        calendar = self.provider.open_times[found.calendar_id] if found else None
        zone_name = self.client.text.time_zone
        return business_days_after(calendar, at, AUTO_CLOSE_BUSINESS_DAYS, zone_name)

    def _agents(self) -> list[int]:
        """The agents, another one first each time."""
        agents = self.provider.agents
        first = self.plan.seed % len(agents)
        return agents[first:] + agents[:first]

    def _recorder(self, hands: Handling) -> Actor:
        if self.channel in BY_THE_CUSTOMER:
            return hands.contact
        return Actor(StaffMember.noun, hands.agents[0])

    def _next(
        self, step: str, before: datetime, gap: timedelta, closes_at: datetime | None
    ) -> datetime:
        """When a step comes: in the office hours of whoever takes it, and before today."""
        if step == "auto_close" and closes_at is not None:
            at = closes_at
        else:
            where = PROVIDER_ZONE if step in BY_STAFF else self.client.zone
            at = at_work(before + gap, where)
        if at < self.today:
            return at
        if before + gap >= self.today:
            gap = (self.today - before) / 2
        return (before + gap).replace(microsecond=0)

    def _received(self) -> Values:
        impact, urgency = self.levels
        priority = assessed_priority(impact, urgency, has_safety_risk=self.theme.is_safety)
        title, description = self._say("subject"), self._say("description")
        found = self.enrolled
        values: Values = {
            "id": self.number,
            "created_at": self.plan.created_at,
            "updated_at": self.plan.created_at,
            "version": 1,
            "title": title,
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
            "escalation_level": 0,
            "auto_close_at": None,
            "pauses": [],
            "search_text": folded(title, self.theme.category, description),
        }
        if found is not None:
            minutes = PREMIUM_MINUTES if found.is_premium else STANDARD_MINUTES
            values.update(clocks.targets(minutes, values))
        return values

    def _raised_by(self) -> int | None:
        is_named = self.channel in BY_THE_CUSTOMER or self.random.random() < 0.9
        return self.contact if is_named else None


def _moved(story: Story, number: int, of: Client, to: Client) -> Story:
    """The same story of another customer that is like the first, and of its people."""
    contacts = to.people[0].contact_id - of.people[0].contact_id
    ((table, told),) = story.rows
    values = {**told, "id": number, "customer_id": to.customer_id}
    if values["raised_by_id"] is not None:
        values["raised_by_id"] += contacts
    if values["enrollment_id"] is not None:
        values["enrollment_id"] += to.enrollments[0].enrollment_id - of.enrollments[0].enrollment_id
    subject = Subject(Complaint.noun, number, to.customer_id)
    facts = [fact.moved(subject, Contact.noun, contacts) for fact in story.facts]
    return Story(story.begins_at, [(table, values)], facts)


_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio "
    "julio agosto septiembre octubre noviembre diciembre",
}


def _day(at: datetime, locale: str) -> str:
    """A date as people write it: 3 March, 3 de marzo."""
    month = _MONTHS[locale].split()[at.month - 1]
    return f"{at.day} de {month}" if locale == "es" else f"{at.day} {month}"
