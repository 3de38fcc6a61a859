"""What the services run on, and who belongs together: configuration items and relationships."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from models.configuration_item import ConfigurationItem
from models.contact import Contact
from models.customer import Customer
from models.demo import texts
from models.demo.client import Client
from models.demo.ledger import Story, member
from models.demo.moments import PROVIDER_ZONE, at_work
from models.demo.provider import ADMINISTRATOR, OPENED_DAYS_AGO, PIPELINE_DAYS_AGO, Provider
from models.faults import Faults
from models.relationship import Relationship
from models.rules.edges import End, RelationshipKind
from models.rules.lifecycle import CONFIGURATION_ITEM, ConfigurationItemStatus, PortfolioStatus
from models.service import Service
from models.staff import StaffMember

FOUND_AFTER_DAYS = 12
"""How long after the provider's first day its items were taken stock of."""
RETIRED_DAYS_AGO = 140
PARTIES_DAYS_AGO = 60
CLOSE_CUSTOMERS = 8
"""How many customers of the list have a contact whom their manager works with."""

_K = RelationshipKind


def estate(today: datetime, provider: Provider, clients: list[Client]) -> list[Story]:
    """The stories of items, of the edges among them and their services, and of parties."""
    return sorted(_Estate(today, provider, clients).tell(), key=lambda story: story.begins_at)


class _Estate:
    """Tells of items and edges, numbering them on the way."""

    def __init__(self, today: datetime, provider: Provider, clients: list[Client]) -> None:
        self.today, self.provider, self.clients = today, provider, clients
        self.items = {text.name: number for number, text in enumerate(texts.items(), 1)}
        self.staff = {text.name: number for number, text in enumerate(texts.staff(), 1)}
        opened = at_work(today - timedelta(days=OPENED_DAYS_AGO), PROVIDER_ZONE)
        self.found_at = at_work(opened + timedelta(days=FOUND_AFTER_DAYS), PROVIDER_ZONE)
        self.planned_at = at_work(today - timedelta(days=PIPELINE_DAYS_AGO - 25), PROVIDER_ZONE)
        self.retired_at = at_work(today - timedelta(days=RETIRED_DAYS_AGO), PROVIDER_ZONE)
        self.edges = 0

    def tell(self) -> Iterator[Story]:
        for text in texts.items():
            yield self._item(text)
        for text in texts.items():
            yield from self._under(text)
        yield from self._services()
        yield from self._parties()
        yield from self._people()

    def _begins(self, text: texts.ItemText) -> datetime:
        is_planned = text.status == ConfigurationItemStatus.PLANNED.value
        start = self.planned_at if is_planned else self.found_at
        return start + timedelta(minutes=4 * self.items[text.name])

    def _item(self, text: texts.ItemText) -> Story:
        at = self._begins(text)
        row = ConfigurationItem(
            id=self.items[text.name],
            created_at=at,
            updated_at=at,
            status=ConfigurationItemStatus.PLANNED,
        )
        row.take_particulars(Faults(), text.name, text.ci_class)
        story = Story(at, [row])
        row.tell_added(story.act(ADMINISTRATOR, at))
        if text.status != ConfigurationItemStatus.PLANNED.value:
            row.enter_use(story.act(ADMINISTRATOR, at + timedelta(minutes=2)))
        if text.status == ConfigurationItemStatus.RETIRED.value:
            act = story.act(ADMINISTRATOR, self.retired_at)
            change = row.advance(CONFIGURATION_ITEM, "retire")
            row.leave_use(act, change, "Nobody sends faxes any more.")
        return story

    def _under(self, text: texts.ItemText) -> Iterator[Story]:
        """What an item stands on, and who looks after it."""
        at = self._begins(text) + timedelta(hours=2)
        ended_at = self.retired_at if text.status == ConfigurationItemStatus.RETIRED.value else None
        source = (ConfigurationItem.noun, self.items[text.name])
        for kind, names in ((_K.DEPENDS_ON, text.depends_on), (_K.HOSTED_ON, text.hosted_on)):
            for name in names:
                target = (ConfigurationItem.noun, self.items[name])
                yield self._edge(kind, source, target, at, ended_at=ended_at)
        if text.keeper is not None:
            yield self._edge(
                _K.SUPPORTED_BY, source, (StaffMember.noun, self.staff[text.keeper]), at
            )

    def _services(self) -> Iterator[Story]:
        pipeline = {
            each.code for each in texts.services() if each.status == PortfolioStatus.PIPELINE.value
        }
        for code, names in texts.service_needs().items():
            start = self.planned_at if code in pipeline else self.found_at
            source = (Service.noun, self.provider.services[code])
            for name in names:
                if name in self.items:
                    target = (ConfigurationItem.noun, self.items[name])
                else:
                    target = (Service.noun, self.provider.services[name])
                yield self._edge(_K.DEPENDS_ON, source, target, start + timedelta(hours=4))

    def _parties(self) -> Iterator[Story]:
        first = {client.text.name: client for client in reversed(self.clients)}
        at = at_work(self.today - timedelta(days=PARTIES_DAYS_AGO), PROVIDER_ZONE)
        for text in texts.parties():
            source, target = first[text.source], first[text.target]
            ends = [(Customer.noun, each.customer_id) for each in (source, target)]
            kind = RelationshipKind(text.kind)
            yield self._edge(kind, ends[0], ends[1], at, client=source, note=text.note)

    def _people(self) -> Iterator[Story]:
        """Whom the managers of the first customers work with, and what these people stand for."""
        at = at_work(self.today - timedelta(days=PARTIES_DAYS_AGO - 1), PROVIDER_ZONE)
        for client in self.clients[:CLOSE_CUSTOMERS]:
            if client.left_at is not None or client.manager_id is None:
                continue
            person = (Contact.noun, client.people[0].contact_id)
            manager = (StaffMember.noun, client.manager_id)
            yield self._edge(_K.WORKS_WITH, person, manager, at, client=client)
            service = (Service.noun, self.provider.services[client.text.services[0]])
            yield self._edge(_K.SPONSORS, person, service, at, client=client)

    def _edge(
        self,
        kind: RelationshipKind,
        source: End,
        target: End,
        at: datetime,
        *,
        client: Client | None = None,
        note: str | None = None,
        ended_at: datetime | None = None,
    ) -> Story:
        self.edges += 1
        at += timedelta(minutes=self.edges)
        row = Relationship(id=self.edges, created_at=at, updated_at=at, kind=kind)
        row.join(Faults(), source, target, note)
        row.customer_id = None if client is None else client.customer_id
        story = Story(at, [row])
        actor = member(client.manager_id) if client and client.manager_id else ADMINISTRATOR
        row.tell_added(story.act(actor, at))
        if ended_at is not None:
            row.end(story.act(actor, ended_at), ended_at.date(), None)
        return story
