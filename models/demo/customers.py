"""The customers: how each came, who speaks for it, and where the relationship stands now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from models.base import folded, sort_key
from models.contact import Contact, ContactRole
from models.customer import Customer, end_of_day
from models.demo import texts
from models.demo.client import Client, Person
from models.demo.enrollments import enrolled
from models.demo.interactions import interaction
from models.demo.ledger import Fact, Story, Subject, member
from models.demo.moments import at_work, zone
from models.demo.plans import VARIETY
from models.demo.provider import OPENED_DAYS_AGO, Provider
from models.events import ref
from models.health import ASSESSED_EVERY
from models.interaction import InteractionKind
from models.loading import Row, row
from models.rules.lifecycle import CUSTOMER, CustomerStage
from models.staff import StaffMember

SEED = 20_260_101
PROSPECT_DAYS_AGO_MAX = 92
HANDED_OVER_DAYS_AGO = 100
NEWCOMERS_DAYS_AGO = {5: 300, 12: 158, 19: 118, 26: 58}
"""Those, by place in the list, who came as the year went on."""
WITHOUT_MANAGER = (6, 21)
"""Places in the list of ACTIVE customers that nobody looks after."""
ASSESSED_IN_TURNS = 48
REVIEW_INTERVALS_DAYS = (90, 90, 90, 60, 120)
PHONES = {"en": "+44 1632 960{:03}", "es": "+34 555 010 {:03}"}


@dataclass
class Numbers:
    """The keys given so far to the rows of contacts and enrolments."""

    contacts: int = 0
    enrollments: int = 0
    interactions: int = 0


def clients(scale: int, today: datetime, provider: Provider) -> tuple[list[Client], list[Story]]:
    """Each customer of the list, `scale` times over, with its story; these by when they begin."""
    numbers = Numbers()
    found: list[Client] = []
    stories: list[Story] = []
    for copy in range(scale):
        for place, text in enumerate(texts.customers()):
            teller = _Teller(copy, place, text, today, provider, numbers)
            stories.append(teller.tell())
            found.append(teller.client)
    return found, sorted(stories, key=lambda story: story.begins_at)


class _Teller:
    """Tells of one customer, step by step."""

    def __init__(
        self,
        copy: int,
        place: int,
        text: texts.CustomerText,
        today: datetime,
        provider: Provider,
        numbers: Numbers,
    ) -> None:
        self.copy, self.place, self.text, self.today = copy, place, text, today
        self.provider, self.numbers = provider, numbers
        self.variant = copy % VARIETY
        self.random = Random(SEED + self.variant * len(texts.customers()) + place)
        managers = provider.managers
        manager_id = None if place in WITHOUT_MANAGER else managers[place % len(managers)]
        number = copy * len(texts.customers()) + place + 1
        self.client = Client(number, text, manager_id, self._registered_at())
        self.subject = Subject(Customer.noun, number, number)
        self.staff = member(manager_id or managers[0])
        self.facts: list[Fact] = []

    def _registered_at(self) -> datetime:
        """Those that were there at the start within weeks, the others as the year went on."""
        if self.text.stage == CustomerStage.PROSPECT.value:
            first = len(texts.customers()) - 6
            days_ago = PROSPECT_DAYS_AGO_MAX - 13 * (self.place - first)
        elif self.place in NEWCOMERS_DAYS_AGO:
            days_ago = NEWCOMERS_DAYS_AGO[self.place]
        else:
            days_ago = OPENED_DAYS_AGO - 4 - self.place // 2
        spread = timedelta(hours=2 + self.place % 5, minutes=11 * self.variant)
        return at_work(self.today - timedelta(days=days_ago) + spread, zone(self.text.time_zone))

    def tell(self) -> Story:
        rows = [*self._people(), *self._enrollments()]
        self._stages()
        self._hand_over()
        customer, reviewed_at = self._row()
        rows += self._talks(reviewed_at)
        self.facts.sort(key=lambda fact: fact.at)
        self._register()
        return Story(self.client.registered_at, [customer, *rows], self.facts)

    def _register(self) -> None:
        changes = [("stage", None, CustomerStage.PROSPECT.value), ("name", None, self._name)]
        at = self.client.registered_at
        self.facts.insert(0, Fact(at, "customer.registered", self.subject, self.staff, changes))

    @property
    def _name(self) -> str:
        return self.text.name if self.copy == 0 else f"{self.text.name} {self.copy + 1}"

    def _people(self) -> list[Row]:
        given, family = texts.names(self.text.locale)
        count = self.random.randint(2, 4)
        first, last = self.random.sample(given, count), self.random.sample(family, count)
        roles = self.random.sample(list(ContactRole)[1:], count)
        roles[0] = self.random.choice((ContactRole.SPONSOR, ContactRole.DECISION_MAKER))
        rows = []
        for place in range(count):
            name = f"{first[place]} {last[place]}"
            gone = place == count - 1 and self.place % 13 == 5
            rows.append(self._person(name, roles[place], place, gone))
        return rows

    def _person(self, name: str, role: ContactRole, place: int, gone: bool) -> Row:
        self.numbers.contacts += 1
        number = self.numbers.contacts
        added_at = self.client.registered_at + timedelta(minutes=9 * (place + 1))
        gone_at = at_work(self.today - timedelta(days=80), self.client.zone) if gone else None
        self.client.people.append(Person(number, gone_at))
        subject = Subject(Contact.noun, number, self.client.customer_id)
        is_primary = place == 0
        told = [("role", None, role.value), ("is_primary", None, is_primary)]
        self.facts.append(Fact(added_at, "contact.added", subject, self.staff, told))
        if gone_at is not None:
            change = [("is_active", True, False)]
            self.facts.append(Fact(gone_at, "contact.deactivated", subject, self.staff, change))
        domain = self.text.domain if self.copy == 0 else f"n{self.copy + 1}.{self.text.domain}"
        locale = self.text.locale
        return row(
            Contact,
            id=number,
            created_at=added_at,
            updated_at=gone_at or added_at,
            version=1 if gone_at is None else 2,
            customer_id=self.client.customer_id,
            name=name,
            sort_name=sort_key(name),
            email=f"{folded(name).replace(' ', '.')}@{domain}",
            phone=PHONES[locale].format(number % 1_000) if place < 2 else None,
            role=role,
            is_primary=is_primary,
            is_active=gone_at is None,
            locale=locale,
        )

    def _enrollments(self) -> list[Row]:
        rows: list[Row] = []
        for place, code in enumerate(self.text.services):
            self.numbers.enrollments += 1
            found, row, facts = enrolled(
                self.numbers.enrollments,
                self.client,
                code,
                place,
                self.staff,
                self.today,
                self.provider,
                self.random,
            )
            self.client.enrollments.append(found)
            self.facts.extend(facts)
            rows.append(row)
        return rows

    def _stages(self) -> None:
        """From PROSPECT to where it stands now."""
        activated_at = min(
            (fact.at for fact in self.facts if fact.kind == "enrollment.activated"), default=None
        )
        if activated_at is None:
            return
        self._step("activate", "customer.activated", activated_at)
        over_at = max(
            (each.over_at for each in self.client.enrollments if each.over_at is not None),
            default=activated_at,
        ) + timedelta(days=3)
        said = texts.remarks(self.text.locale)
        if self.text.stage == CustomerStage.DORMANT.value:
            self._step("mark_dormant", "customer.marked_dormant", over_at, said["dormant"])
        elif self.text.stage == CustomerStage.FORMER.value:
            self._step("mark_former", "customer.marked_former", over_at, said["former"])

    def _step(self, verb: str, kind: str, at: datetime, said: list[str] | None = None) -> None:
        before = self.stage
        self.stage = CUSTOMER.step(verb).to
        if said is not None:
            at = at_work(at, self.client.zone)
            self.client.left_at = at
        reason = said[self.place % len(said)] if said else None
        change = ("stage", before.value, self.stage.value)
        self.facts.append(Fact(at, kind, self.subject, self.staff, [change], reason))

    stage = CustomerStage.PROSPECT

    def _hand_over(self) -> None:
        """Some got another relationship manager in the course of the year."""
        if self.place % 9 != 4 or self.text.stage != CustomerStage.ACTIVE.value:
            return
        managers = self.provider.managers
        after = managers[(self.place + 2) % len(managers)]
        at = at_work(self.today - timedelta(days=HANDED_OVER_DAYS_AGO - self.place), zone("UTC"))
        noun = StaffMember.noun
        change = (
            "relationship_manager_id",
            ref(noun, self.client.manager_id),
            ref(noun, after),
        )
        actor = member(managers[0])
        self.facts.append(
            Fact(at, "customer.relationship_manager_assigned", self.subject, actor, [change])
        )
        self.client.handed_over = (at, self.client.manager_id)
        self.client.manager_id = after

    def _talks(self, reviewed_at: datetime | None) -> list[Row]:
        held = [(InteractionKind.SERVICE_REVIEW, reviewed_at)] if reviewed_at else []
        if self.client.left_at is None:
            kind = self.random.choice((InteractionKind.CALL, InteractionKind.MEETING))
            days_ago = 3 + self.random.randrange(14)
            held.append((kind, at_work(self.today - timedelta(days=days_ago), self.client.zone)))
        rows: list[Row] = []
        for kind, at in held:
            self.numbers.interactions += 1
            made, facts = interaction(
                self.numbers.interactions, self.client, kind, at, self.today, self.random
            )
            rows.append(made)
            self.facts.extend(facts)
        return rows

    def _row(self) -> tuple[Row, datetime | None]:
        edits = [fact.at for fact in self.facts if fact.subject == self.subject]
        interval = REVIEW_INTERVALS_DAYS[self.place % len(REVIEW_INTERVALS_DAYS)]
        reviewed_at, next_on = self._review(interval)
        made = row(
            Customer,
            id=self.client.customer_id,
            created_at=self.client.registered_at,
            updated_at=max(edits, default=self.client.registered_at),
            version=1 + len(edits),
            name=self._name,
            sort_name=sort_key(self._name),
            stage=self.stage,
            industry=self.text.industry,
            time_zone=self.text.time_zone,
            locale=self.text.locale,
            relationship_manager_id=self.client.manager_id,
            review_interval_days=interval,
            last_reviewed_at=reviewed_at,
            next_review_on=next_on,
            review_due_at=end_of_day(next_on, self.text.time_zone) if next_on else None,
            next_tick_at=self._first_assessed_at(),
            search_text=folded(self._name, self.text.industry),
        )
        return made, reviewed_at

    def _first_assessed_at(self) -> datetime:
        """At once for the first copy, and for the others spread over the day to come."""
        share = self.copy % ASSESSED_IN_TURNS / ASSESSED_IN_TURNS
        return self.today + share * ASSESSED_EVERY

    def _review(self, interval_days: int) -> tuple[datetime | None, date | None]:
        """When it was last reviewed, some too long ago, and when it is due again."""
        if self.stage is not CustomerStage.ACTIVE:
            return None, None
        active = [fact.at for fact in self.facts if fact.kind == "customer.activated"]
        days_ago = 4 + self.random.randrange(interval_days - 10)
        if self.place % 8 == 3:
            days_ago = interval_days + 6 + self.place
        reviewed_at = at_work(self.today - timedelta(days=days_ago), self.client.zone)
        reviewed = reviewed_at if reviewed_at > active[0] else None
        since = (reviewed or active[0]).astimezone(self.client.zone)
        return reviewed, since.date() + timedelta(days=interval_days)
