"""The table of relationships."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from models.base import Act, Edited, ExternallyKeyed
from models.contact import Contact
from models.customer import Customer
from models.errors import NotFound, RuleViolated
from models.exchange.cells import Entry
from models.exchange.csv_file import Column
from models.exchange.sheet import EXTERNAL_KEY, ID, Sheet, referred, rows_of
from models.relationship import ENDS, Relationship, circle, is_over, over, repeated
from models.rules.edges import (
    RELATABLE,
    End,
    RelationshipKind,
    in_order,
    no_circle_with,
    on_circles,
)
from models.staff import StaffMember

_Edge = tuple[RelationshipKind, End, End]


class Relationships(Sheet[Relationship]):
    """Relationships, added; ending one takes its verb, and nothing else of one changes."""

    name = "relationships"
    model = Relationship
    columns = (
        ID,
        EXTERNAL_KEY,
        Column("kind", f"One of {', '.join(kind.value for kind in RelationshipKind)}.", True),
        Column("source_type", f"One of {', '.join(RELATABLE)}.", True),
        Column("source", "Its external key or id; for staff, the e-mail address.", True),
        Column("target_type", f"One of {', '.join(RELATABLE)}.", True),
        Column("target", "Its external key or id; for staff, the e-mail address.", True),
        Column("since", "A day such as 2026-03-31; open-ended if empty."),
        Column("note", "Notes about the relationship."),
    )

    def __init__(self, act: Act, *, is_dry_run: bool) -> None:
        super().__init__(act, is_dry_run=is_dry_run)
        self._ends: dict[tuple[str, str], Edited] = {}
        self._texts: dict[End, str] = {}
        self._customers: dict[int, Customer] = {}
        self._live: set[_Edge] = set()
        self._seen: set[_Edge] = set()
        self._added: dict[_Edge, int] = {}

    async def begin(self) -> None:
        await super().begin()
        if not self.is_dry_run:
            for kind in RelationshipKind:
                await self.model.hold_circles(kind)

    async def look_up(self, entries: Sequence[Entry], rows: Sequence[Relationship]) -> None:
        await self._look_up_ends(entries)
        self._texts = {(row.noun, row.id): text for (_, text), row in self._ends.items()}
        await self._name_ends(rows)
        contacts = [row for row in self._ends.values() if isinstance(row, Contact)]
        wanted = {contact.customer_id for contact in contacts}
        found = await rows_of(Customer, "id", wanted, is_locked=False)
        self._customers = {customer.id: customer for customer in found}
        sources = {(row.noun, row.id) for row in self._ends.values()}
        self._live = set()
        for noun in {noun for noun, _ in sources}:
            numbers = sorted(number for each, number in sources if each == noun)
            live = Relationship.filter(source_type=noun, source_id__in=numbers, until=None)
            for row in await live:
                self._live.add(_edge(row))

    async def _look_up_ends(self, entries: Sequence[Entry]) -> None:
        self._ends = {}
        for noun in RELATABLE:
            texts = {
                entry.cells.get(end, "")
                for entry in entries
                for end in ("source", "target")
                if entry.cells.get(f"{end}_type", "").lower() == noun
            }
            model = ENDS[noun]
            if issubclass(model, ExternallyKeyed):
                found = await referred(model, texts, is_locked=not self.is_dry_run)
                self._ends |= {(noun, text): row for text, row in found.items()}
            else:
                members = ((text, self.staff_at(text)) for text in texts)
                self._ends |= {(noun, text): person for text, person in members if person}

    async def _name_ends(self, rows: Sequence[Relationship]) -> None:
        """What the ends of rows that are there are called in a file."""
        ends = {end for row in rows for end in _edge(row)[1:]} - self._texts.keys()
        for noun in RELATABLE:
            model = ENDS[noun]
            if not issubclass(model, ExternallyKeyed):
                continue
            numbers = [number for each, number in ends if each == noun]
            for row in await rows_of(model, "id", numbers, is_locked=False):
                self._texts[noun, row.id] = row.external_key or f"{noun}_{row.id}"

    def make(self, entry: Entry) -> Relationship:
        row = Relationship.new(self.act, kind=entry.choice("kind", RelationshipKind, kept=None))
        source, target = self._end(entry, "source"), self._end(entry, "target")
        since = entry.day("since", kept=None)
        if source is None or target is None or entry.faults.found:
            return row
        row.join(
            entry.faults, (source.noun, source.id), (target.noun, target.id), entry.text("note")
        )
        for column, end in (("source", source), ("target", target)):
            if is_over(end):
                entry.faults.add(over(column))
        row.begin(self.act, entry.faults, since, self._customer_of(source, target))
        edge = _edge(row)
        if edge in self._live or edge in self._seen:
            entry.faults.add(repeated())
        self._seen.add(edge)
        if not entry.faults.found:
            self._added[edge] = entry.line
        return row

    def tell_made(self, row: Relationship, entry: Entry) -> None:
        row.tell_added(self.act)

    def change(self, row: Relationship, entry: Entry) -> None:
        if row.until is not None:
            entry.faults.add(_stays("external_key"))
            return
        kind = entry.choice("kind", RelationshipKind, kept=row.kind)
        ends = [self._end(entry, name) for name in ("source", "target")]
        if entry.faults.found:
            return
        source, target = ((end.noun, end.id) for end in ends if end is not None)
        if (kind, *in_order(kind, source, target)) != _edge(row):
            entry.faults.add(_stays("kind"))
        if entry.day("since", kept=row.since) != row.since:
            entry.faults.add(_stays("since"))
        if (entry.text("note", kept=row.note) or None) != row.note:
            entry.faults.add(_stays("note"))

    def set_external_key(self, row: Relationship, key: str) -> None:
        raise _stays("external_key")

    def shown(self, row: Relationship) -> dict[str, str]:
        _, source, target = _edge(row)
        return {
            "kind": row.kind.value,
            "source_type": row.source_type,
            "source": self._called(source),
            "target_type": row.target_type,
            "target": self._called(target),
            "since": row.since.isoformat() if row.since else "",
            "note": row.note or "",
        }

    async def finish(self) -> Iterable[Entry]:
        """Edges of this file that close a circle, with each other or with those that were there."""
        faulty = []
        groups = {no_circle_with(kind) for kind, _, _ in self._added} - {()}
        for group in sorted(groups):
            added = [edge for edge in self._added if edge[0] in group]
            old = Relationship.filter(kind__in=list(group), until=None).order_by("id")
            ends = await old.values_list("source_type", "source_id", "target_type", "target_id")
            edges = [edge[1:] for edge in added] + [((a, b), (c, d)) for a, b, c, d in ends]
            for place in sorted(on_circles(edges)):
                if place < len(added):
                    entry = Entry(self._added[added[place]], {})
                    entry.faults.add(circle())
                    faulty.append(entry)
        return faulty

    def exported(self) -> dict[str, Any]:
        """The live ones."""
        return {"until": None}

    def _end(self, entry: Entry, column: str) -> Edited | None:
        noun = entry.text(f"{column}_type").lower()
        if noun not in RELATABLE:
            listed = ", ".join(RELATABLE)
            entry.faults.invalid(
                f"{column}_type",
                "choice",
                f"This must be one of {listed}.",
                f"Debe ser uno de {listed}.",
            )
            return None
        found = self._ends.get((noun, entry.text(column)))
        if found is None:
            entry.faults.add(NotFound((column,)))
        return found

    def _customer_of(self, *ends: Edited) -> Customer | None:
        for end in ends:
            if isinstance(end, Customer):
                return end
            if isinstance(end, Contact):
                return self._customers[end.customer_id]
        return None

    def _called(self, end: End) -> str:
        return self.email_of(end[1]) if end[0] == StaffMember.noun else self._texts.get(end, "")


def _edge(row: Relationship) -> _Edge:
    return row.kind, (row.source_type, row.source_id), (row.target_type, row.target_id)


def _stays(column: str) -> RuleViolated:
    return RuleViolated(
        "relationship_is_never_edited",
        en="A relationship can't be edited: end it and add another with its own key.",
        es="Una relación no se puede editar: termínela y agregue otra con su propia clave.",
        path=(column,),
    )
