"""Relationships: typed edges between parties, and between what depends on one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date
from typing import Self

from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q

from models import bounds
from models.base import Act, Edited, ExternallyKeyed
from models.columns import nullable, to_or_none
from models.configuration_item import ConfigurationItem
from models.contact import Contact
from models.customer import Customer
from models.errors import DomainError, NotFound, Refused, RuleViolated
from models.events import Change, Fields, Kind, ref
from models.faults import Faults, optional_reason
from models.predicate import missing, one_of
from models.rules.edges import (
    DEPENDENCIES,
    EDGES,
    End,
    RelationshipKind,
    in_order,
    misfits,
    no_circle_with,
)
from models.rules.lifecycle import ConfigurationItemStatus, CustomerStage, PortfolioStatus
from models.service import Service
from models.staff import StaffMember

_CIRCLE_LOCKS_FROM = 7_236_100
"""Each group of kinds that may close no circle has an advisory lock of its own, from here on."""

ENDS: Mapping[str, type[Edited]] = {
    table.noun: table for table in (Customer, Contact, StaffMember, Service, ConfigurationItem)
}


@dataclass(frozen=True)
class Edge(Fields):
    kind: Change
    source_id: Change
    target_id: Change
    since: Change
    until: Change


RELATED = Kind(
    "relationship.related", "Two objects were related to each other.", Edge, is_internal=True
)
UNRELATED = Kind("relationship.unrelated", "A relationship ended.", Edge, is_internal=True)
"""Edges are the provider's own knowledge: a customer's side learns of none."""


class Relationship(ExternallyKeyed):
    """An edge of one kind from a source to a target, live until it ends."""

    noun = "relationship"

    kind = fields.CharEnumField(RelationshipKind, max_length=20)
    source_type = fields.CharField(max_length=20)
    source_id = fields.BigIntField()
    target_type = fields.CharField(max_length=20)
    target_id = fields.BigIntField()
    customer = to_or_none("Customer")
    customer_id: int | None
    since = nullable(fields.DateField())
    until = nullable(fields.DateField())
    note = nullable(fields.TextField())

    class Meta:
        table = "relationship"
        indexes = (("source_type", "source_id", "id"), ("target_type", "target_id", "id"))

    @classmethod
    async def relate(
        cls,
        act: Act,
        *,
        kind: RelationshipKind,
        source_id: End,
        target_id: End,
        since: date | None = None,
        note: str | None = None,
    ) -> Self:
        """Adds an edge that is live from now on; `since` None leaves open when it began."""
        faults = Faults()
        row = cls.new(act, kind=kind)
        row.join(faults, source_id, target_id, note)
        faults.settle()
        await cls.hold_circles(kind)
        customer = await _customer_of(*await _live_ends(act, source_id, target_id))
        row.begin(act, faults, since, customer)
        if await row._is_repeated():
            faults.add(repeated())
        if await row._closes_circle():
            faults.add(circle())
        faults.settle()
        try:
            await row.save()
        except IntegrityError:
            raise Refused([repeated()]) from None
        row.tell_added(act)
        return row

    def join(self, faults: Faults, source: End, target: End, note: str | None) -> None:
        """Gives a new edge its ends and note."""
        for name in misfits(self.kind, source, target):
            faults.add(_misfit(self.kind, f"{name}_id"))
        if source == target:
            faults.add(_self_edge())
        self.note = faults.optional_text("note", note, bounds.REASON_CHARACTERS_MAX)
        ends = in_order(self.kind, source, target)
        (self.source_type, self.source_id), (self.target_type, self.target_id) = ends

    def begin(
        self, act: Act, faults: Faults, since: date | None, customer: Customer | None
    ) -> None:
        """Says whose edge a new one is, and since when it holds."""
        if since is not None and since > _today(act, customer):
            faults.invalid(
                "since",
                "not in the future",
                "This can't be in the future.",
                "No puede estar en el futuro.",
            )
        self.customer_id = None if customer is None else customer.id
        self.since = since

    def tell_added(self, act: Act) -> None:
        """The event of an edge that was stored."""
        RELATED.record(act, self, self._told())

    async def unrelate(self, act: Act, *, reason: str | None = None) -> None:
        """Ends the edge today; it stays in the history."""
        if not LIVE.holds(self):
            raise RuleViolated(
                "ended_relationship_is_live",
                en="This relationship has already ended.",
                es="Esta relación ya ha terminado.",
            )
        await self._end(act, optional_reason(reason))

    @classmethod
    async def retired(cls, act: Act, noun: str, row_id: int) -> None:
        """Its live edges end with it."""
        for edge in await cls.locked(_at(noun, row_id), LIVE.q()):
            await edge._end(act, None)

    @classmethod
    async def forget(cls, act: Act, contact_id: int) -> None:
        """Takes away what was noted of the person's edges, and their keys; the edges stay."""
        theirs = _at(Contact.noun, contact_id)
        await cls.locked(theirs)
        await cls.filter(theirs).update(note=None, external_key=None)

    async def _end(self, act: Act, reason: str | None) -> None:
        customer = await Customer.get_or_none(id=self.customer_id) if self.customer_id else None
        today = _today(act, customer)
        self.end(act, today if self.since is None else max(today, self.since), reason)
        await self.save()

    def end(self, act: Act, day: date, reason: str | None) -> None:
        """An end that is still to be stored, and its event."""
        self.until = day
        self.touch(act)
        UNRELATED.record(act, self, self._told(reason))

    @classmethod
    async def hold_circles(cls, kind: RelationshipKind) -> None:
        """Lets no other transaction add an edge that could close a circle with this one's.

        SQLite has one writer at a time, and needs no lock for that.
        """
        group = no_circle_with(kind)
        if group and cls._meta.db.capabilities.dialect == "postgres":
            lock = _CIRCLE_LOCKS_FROM + list(RelationshipKind).index(group[0])
            await cls._meta.db.execute_query_dict(f"SELECT pg_advisory_xact_lock({lock})")

    async def _is_repeated(self) -> bool:
        ends = {
            name: getattr(self, name)
            for name in ("source_type", "source_id", "target_type", "target_id")
        }
        return await Relationship.filter(LIVE.q(), kind=self.kind, **ends).exists()

    async def _closes_circle(self) -> bool:
        """Whether the source is reached from the target along edges of the same group."""
        kinds = no_circle_with(self.kind)
        if not kinds:
            return False
        listed = ", ".join(f"'{kind.value}'" for kind in kinds)
        edges = (
            "relationship AS e WHERE e.source_type = r.noun AND e.source_id = r.id"
            f" AND e.kind IN ({listed}) AND e.until IS NULL"
        )
        if self._meta.db.capabilities.dialect == "postgres":
            # By index for each row reached, also while the planner knows no statistics.
            edges = f"LATERAL (SELECT e.* FROM {edges} OFFSET 0) AS e"
        found = await self._meta.db.execute_query_dict(
            "WITH RECURSIVE reached(noun, id) AS ("
            f" SELECT CAST('{self.target_type}' AS text), CAST({self.target_id} AS bigint)"
            " UNION SELECT CAST(e.target_type AS text), e.target_id"
            f" FROM reached AS r CROSS JOIN {edges})"
            f" SELECT 1 FROM reached WHERE noun = '{self.source_type}' AND id = {self.source_id}"
            " LIMIT 1"
        )
        return bool(found)

    def _told(self, reason: str | None = None) -> Edge:
        ends = (ref(self.source_type, self.source_id), ref(self.target_type, self.target_id))
        days = (self.since, None) if self.until is None else (None, self.until)
        return Edge(self.kind, *ends, *days, reason=reason)


def _at(noun: str, row_id: int) -> Q:
    """Edges with a row at either end."""
    return Q(source_type=noun, source_id=row_id) | Q(target_type=noun, target_id=row_id)


async def _live_ends(act: Act, source: End, target: End) -> tuple[Edited, Edited]:
    """Both ends, locked in one order, so that no two transactions wait for each other."""
    paths = {source: "source_id", target: "target_id"}
    found: dict[End, Edited] = {}
    faults: list[DomainError] = []
    for end in sorted(paths):
        try:
            found[end] = await ENDS[end[0]].within(act, end[1], paths[end])
        except NotFound as fault:
            faults.append(fault)
            continue
        if is_over(found[end]):
            faults.append(over(paths[end]))
    if faults:
        raise Refused(sorted(faults, key=lambda fault: fault.path))
    return found[source], found[target]


def is_over(row: Edited) -> bool:
    """Whether a row ended, was retired or deactivated, and takes no new edge."""
    if isinstance(row, Customer):
        return row.stage is CustomerStage.FORMER
    if isinstance(row, Service):
        return row.portfolio_status is PortfolioStatus.RETIRED
    if isinstance(row, ConfigurationItem):
        return row.status is ConfigurationItemStatus.RETIRED
    assert isinstance(row, Contact | StaffMember)
    return not row.is_active


async def _customer_of(*ends: Edited) -> Customer | None:
    """The customer whose edge it is: the source's, or else the target's, where one has any."""
    for end in ends:
        if isinstance(end, Customer):
            return end
        if isinstance(end, Contact):
            return await Customer.get(id=end.customer_id)
    return None


def _today(act: Act, customer: Customer | None) -> date:
    """The day it is for the edge's customer; for an edge of no customer, in UTC."""
    return act.now.astimezone(UTC if customer is None else customer.zone).date()


def _misfit(kind: RelationshipKind, path: str) -> RuleViolated:
    sources, targets = EDGES[kind].sources, EDGES[kind].targets
    return RuleViolated(
        "relationship_ends_fit_its_kind",
        en=f"{kind.value} goes from {' or '.join(sources)} to {' or '.join(targets)}.",
        es=f"{kind.value} va de {' o '.join(sources)} a {' o '.join(targets)}.",
        path=(path,),
    )


def _self_edge() -> RuleViolated:
    return RuleViolated(
        "relationship_has_two_ends",
        en="An object can't be related to itself.",
        es="Un objeto no puede relacionarse consigo mismo.",
        path=("target_id",),
    )


def repeated() -> RuleViolated:
    return RuleViolated(
        "relationship_is_not_repeated",
        en="This relationship already exists.",
        es="Esta relación ya existe.",
    )


def circle() -> RuleViolated:
    return RuleViolated(
        "relationships_close_no_circle",
        en="This would create a cycle.",
        es="Esto crearía un ciclo.",
        path=("target_id",),
    )


def over(path: str) -> RuleViolated:
    return RuleViolated(
        "relationship_ends_are_live",
        en="This object has ended, or was retired or deactivated.",
        es="Este objeto ha terminado, o se ha retirado o desactivado.",
        path=(path,),
    )


LIVE = missing("until")
DEPENDENCY = LIVE & one_of("kind", *DEPENDENCIES)
"""A failure spreads along it, from target to source."""
