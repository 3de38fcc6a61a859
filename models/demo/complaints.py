"""The complaints: who complained of what, and how it was handled, over the last year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, groupby
from random import Random
from typing import Any

from models.access import SYSTEM, Role, Viewer
from models.action import CorrectiveAction
from models.base import Act, Record
from models.comment import Comment
from models.complaint import Complaint, ComplaintChannel, ServiceArea
from models.complaint_clock import Surroundings
from models.complaint_subject import Belonging
from models.contact import Contact
from models.demo import actions, texts
from models.demo.actions import Remedies, corrected, verified
from models.demo.client import Client, Enrolled
from models.demo.handling import Handling
from models.demo.ledger import Story
from models.demo.moments import PROVIDER_ZONE, at_work
from models.demo.plans import SEED, Plan
from models.demo.provider import Provider
from models.events import Fact
from models.faults import Faults
from models.loading import Row

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
    numbers, remedies = Numbers(), Remedies(today, provider)
    for _, group in groupby(in_order, key=lambda each: each[1].seed):
        (number, plan), *alike = group
        teller = _Teller(number, plan, clients, today, provider)
        story = teller.tell(numbers, remedies)
        yield story
        place = (teller.client.customer_id - 1) % CLIENTS
        for other, like in alike:
            client = clients[like.copy * CLIENTS + place]
            yield _moved(story, other, teller.client, client, numbers)


@dataclass
class Numbers:
    """The keys that are next, by table."""

    of: dict[type, Iterator[int]] = field(
        default_factory=lambda: {Comment: count(1), CorrectiveAction: count(1)}
    )


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

    def tell(self, numbers: Numbers, remedies: Remedies) -> Story:
        story = Story(self.plan.created_at, [], [])
        contact = Viewer(
            Contact.noun,
            self.contact,
            frozenset({Role.CONTACT}),
            (self.client.customer_id,),
        )
        row = self._received(Act(SYSTEM, self.plan.created_at))
        hands = Handling(
            row,
            story,
            contact=contact,
            agents=self._agents(),
            comments=numbers.of[Comment],
            say=self._say,
            random=self.random,
        )
        by = contact if self.channel in BY_THE_CUSTOMER else hands.owner
        row.tell_recorded(story.act(by, self.plan.created_at))
        kind, action, at = remedies.kind(row, self.plot), None, self.plan.created_at
        for step, gap in zip(self.plot.steps, self.plot.gaps, strict=True):
            at = self._next(step, at, gap, row.auto_close_at)
            if step == "resolve" and kind is not None:
                action = corrected(hands, next(numbers.of[CorrectiveAction]), kind, at)
            hands.take(step, at)
        if action is not None:
            verified(hands, action, self.today)
            story.rows.append((CorrectiveAction, action.columns))
        row.tell_alerts(story.act(SYSTEM, self.today), hands.owner_at, self.client.manager_at)
        story.rows.insert(0, (Complaint, row.columns))
        story.facts.sort(key=lambda fact: fact.occurred_at)
        return story

    def _agents(self) -> list[int]:
        """The agents, another one first each time."""
        agents = self.provider.agents
        first = self.plan.seed % len(agents)
        return agents[first:] + agents[:first]

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

    def _received(self, act: Act) -> Complaint:
        found, theme = self.enrolled, self.theme
        subject = Belonging(self.client.customer_id, raised_by_id=self._raised_by())
        around = Surroundings(customer_zone=self.client.text.time_zone, staff=self.provider.staff)
        if found is not None:
            subject.service_id, subject.enrollment_id = found.service_id, found.enrollment_id
            subject.sla_id, subject.calendar_id = found.sla_id, found.calendar_id
            around.calendar = self.provider.open_times[found.calendar_id]
            around.targets = self.provider.targets[found.sla_id]
        row = Complaint.received(
            act,
            Faults(),
            subject,
            self.received_at,
            title=self._say("subject"),
            description=self._say("description"),
            channel=self.channel,
            impact=self.levels[0],
            urgency=self.levels[1],
            has_safety_risk=theme.is_safety,
            remedy_sought=self._say("remedy") if self.random.random() < 0.4 else None,
            category=theme.category,
            area=ServiceArea(theme.area),
        )
        row.id, row.around = self.number, around
        row.set_targets()
        return row

    def _raised_by(self) -> int | None:
        is_named = self.channel in BY_THE_CUSTOMER or self.random.random() < 0.9
        return self.contact if is_named else None


def _moved(story: Story, number: int, of: Client, to: Client, numbers: Numbers) -> Story:
    """The same story of another customer that is like the first, and of its people."""
    contacts = to.people[0].contact_id - of.people[0].contact_id
    enrollments = zip(of.enrollments, to.enrollments, strict=True)
    moved = {old.enrollment_id: new.enrollment_id for old, new in enrollments}
    named: dict[tuple[str, int], int] = {}
    rows: list[Row] = []
    for table, told in story.rows:
        assert issubclass(table, Record)
        values = {**told, "customer_id": to.customer_id}
        if table is Complaint:
            values["id"] = number
            _shift(values, "raised_by_id", contacts)
            values["enrollment_id"] = moved.get(values["enrollment_id"])
        else:
            values |= {"id": next(numbers.of[table]), "complaint_id": number}
            named[table.noun, told["id"]] = values["id"]
            if values.get("author_type") == Contact.noun:
                _shift(values, "author_id", contacts)
        rows.append((table, values))
    facts = []
    for fact in story.facts:
        event = {**fact.event, "subject_id": number, "customer_id": to.customer_id}
        if event["actor_type"] == Contact.noun:
            event["actor_id"] += contacts
        event["changes"] = [_renamed(change, named) for change in event["changes"]]
        facts.append(Fact(event, fact.values))
    return Story(story.begins_at, rows, facts)


def _renamed(change: dict[str, Any], named: dict[tuple[str, int], int]) -> dict[str, Any]:
    """The change, where it names a row of the first story, with the row that is like it."""
    after = change.get("after")
    if isinstance(after, dict):
        ((noun, row_id),) = after.items()
        return {**change, "after": {noun: named.get((noun, row_id), row_id)}}
    return change


def _shift(values: dict[str, Any], column: str, by: int) -> None:
    if values[column] is not None:
        values[column] += by


_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio "
    "julio agosto septiembre octubre noviembre diciembre",
}


def _day(at: datetime, locale: str) -> str:
    """A date as people write it: 3 March, 3 de marzo."""
    month = _MONTHS[locale].split()[at.month - 1]
    return f"{at.day} de {month}" if locale == "es" else f"{at.day} {month}"
