"""The event log in the graph, and the subscriptions that follow it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import orjson
import strawberry

from models import access
from models import events as model
from models.complaint_events import SLA_BREACHED, SLA_WARNED
from models.events import EventRow
from resolvers.engine import later
from resolvers.engine.names import camel
from resolvers.engine.reading.conditions import among, refers
from resolvers.engine.reading.declare import (
    Argument,
    Constant,
    Order,
    children,
    column,
    declared,
    derived,
    named,
    parent,
    reads,
    subselect,
    union,
)
from resolvers.engine.reading.dialect import literal
from resolvers.engine.reading.plan import Plan, Table, where_all
from resolvers.engine.reading.request import Asked, row_id
from resolvers.engine.scalars import JSON, Cursor
from resolvers.engine.subscription import following
from resolvers.engine.types import Connection, Node
from resolvers.enums import ClockState, ComplaintStatus, SlaMetric

SYSTEM = ("SystemActor", {"name": "Rapport"})
"""Stands for an actor that is no person, or none that the viewer may know."""


@strawberry.type(description="The server itself, or somebody whom you may not know.")
class SystemActor:
    name: str = strawberry.field(description="What it is called.")


Actor = Annotated[
    later.StaffMember | later.Contact | SystemActor,
    strawberry.union("Actor", description="Who did something."),
]


@strawberry.type(description="What happened to one field.")
class Change:
    field: str = strawberry.field(description="The field, as the graph calls it.")
    before: JSON | None = strawberry.field(description="What it was; null for nothing.")
    after: JSON | None = strawberry.field(description="What it became; null for nothing.")


def _cursor(table: Table) -> str:
    return f"(SELECT token FROM log WHERE id = 1) || '-' || CAST({table.key} AS text)"


def _json(found: Any) -> Any:
    """JSON that the statement brings along: as text at the top, read already further down."""
    return orjson.loads(found) if isinstance(found, str) else found


def _changes(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(_json(row["changes"]))


_NAMES = {
    "health_band": "health",
    "due_at": "due",
    "invitation_count": "invitations",
    "reminder_count": "reminders",
}
"""Fields that the graph calls otherwise than the models do."""


def _shown(value: Any) -> Any:
    """A value of a change as the graph has it: a row is its global id."""
    if not isinstance(value, dict):
        return value
    ((noun, number),) = value.items()
    return f"{noun}_{number}"


def _told(row: Mapping[str, Any], asked: Asked) -> list[dict[str, Any]]:
    """Changes in the graph's names, with the personal values that stand beside the event."""
    values = _json(row["values"]) or {}
    return [
        {
            "field": _NAMES.get(name) or camel(name.removesuffix("_id")),
            **{
                side: _shown(change[side]) if side in change else values.get(f"{name}.{side}")
                for side in ("before", "after")
            },
        }
        for change in _changes(row)
        for name in [change["field"]]
    ]


def _values(table: Table) -> str:
    gathered = table.plan.dialect.mapping("v.name", "v.value")
    return f"(SELECT CAST({gathered} AS text) FROM event_value AS v WHERE v.seq = {table.key})"


def _change(field: str, side: str) -> Any:
    """What the event says of one field, before or after it."""

    def value(row: Mapping[str, Any], asked: Asked) -> Any:
        return next((c[side] for c in _changes(row) if c["field"] == field), None)

    return value


def _reason(table: Table) -> str:
    return f"(SELECT v.value FROM event_value AS v WHERE v.seq = {table.key} AND v.name = 'reason')"


_NOUNS = tuple(
    noun
    for noun in access.CUSTOMER_SIDE
    if noun not in ("event", "sla_target", "calendar_revision")
)


def _actor() -> Any:
    return union(
        "Who did it; SystemActor for the server, or for one whom you may not know.",
        type_column="actor_type",
        id_column="actor_id",
        nouns=("staff", "contact"),
        otherwise=SYSTEM,
    )


@reads("event", model.Event)
@strawberry.type(description="One fact of the log: who did what to which object, when and why.")
class Event(Node):
    cursor: Cursor = subselect("Its place in the log, in commit order.", _cursor)
    kind: str = column("What happened, such as complaint.resolved; docs/events.md lists all.")
    occurred_at: datetime = column("When it happened.")
    actor: Actor = _actor()
    subject: Node = union(
        "What it happened to, as it now stands.",
        type_column="subject_type",
        id_column="subject_id",
        nouns=_NOUNS,
    )
    customer: later.Customer | None = parent("The customer that it concerns, if any.", "customer")
    changes: list[Change] = derived(
        "What changed, field by field, as it was then.",
        {"changes": lambda table: table.output("changes"), "values": _values},
        _told,
    )
    reason: str | None = subselect("What the actor gave as the reason, if anything.", _reason)


@reads("event", model.Event, is_view=True)
@strawberry.type(description="A complaint went from one status to another.")
class ComplaintStatusChanged:
    cursor: Cursor = subselect("Where to continue from: pass it as `after`.", _cursor)
    occurred_at: datetime = column("When it happened.")
    complaint: later.Complaint = parent(
        "The complaint, as it stands when this is sent.", "complaint", "subject_id"
    )
    from_: ComplaintStatus | None = named(
        "from",
        derived(
            "Where it stood before; null where it has just been received.",
            ("changes",),
            _change("status", "before"),
        ),
    )
    to: ComplaintStatus = derived("Where it went.", ("changes",), _change("status", "after"))
    reason: str | None = subselect("What was given as the reason, if anything.", _reason)
    actor: Actor = _actor()


@reads("event", model.Event, is_view=True)
@strawberry.type(description="A clock of a complaint warned, or used its target up.")
class SlaAlert:
    cursor: Cursor = subselect("Where to continue from: pass it as `after`.", _cursor)
    occurred_at: datetime = column("When the clock reached it, also where it is told later.")
    complaint: later.Complaint = parent(
        "The complaint, as it stands when this is sent.", "complaint", "subject_id"
    )
    metric: SlaMetric = derived("Which clock.", ("changes",), _change("metric", "after"))
    state: ClockState = derived("WARNING or BREACHED.", ("changes",), _change("state", "after"))


def _head(plan: Plan) -> str:
    table = plan.table("event")
    return (
        "(SELECT '\"' || (SELECT token FROM log WHERE id = 1) || '-' ||"
        f" CAST(coalesce(max({table.key}), 0) AS text) || '\"'"
        f" FROM {table.source}{where_all(table.scope())})"
    )


def timeline(description: str, *, noun: str | None = None) -> Any:
    """A page of events about one row of `noun`; without it, about all that is a customer's."""
    return children(
        description,
        "event",
        by="customer_id" if noun is None else "subject_id",
        order=Order((), is_descending=True),
        always=None if noun is None else lambda table: f"{table['subject_type']} = {literal(noun)}",
    )


def events(description: str) -> Any:
    """A page of the log."""
    return children(
        description,
        "event",
        order=Order((), is_descending=True),
        where={
            "customer_id": Argument(
                strawberry.ID | None,
                "Only what concerns this customer.",
                refers("customer", "customer_id"),
            ),
            "kind": Argument(
                list[str] | None,
                "Only events of these kinds, as docs/events.md lists.",
                among("kind"),
            ),
        },
    )


@strawberry.type
class Query:
    events: Connection[Event] = events("The log, the newest first.")
    event_head: Cursor = declared(
        "The newest position in the log that you may see, worked out before the other root "
        "fields: read, then subscribe `after` it, and miss nothing.",
        Constant(_head, is_first=True),
    )


def _is_about(event: EventRow, noun: str, global_id: str | None) -> bool:
    return global_id is None or event.subject_id == row_id(noun, global_id)


def _concerns(event: EventRow, values: Mapping[str, Any]) -> bool:
    customer = values.get("customerId")
    return customer is None or event.customer_id == row_id("customer", customer)


def _status_changed(event: EventRow, values: Mapping[str, Any]) -> bool:
    if event.subject_type != "complaint":
        return False
    change = event.change("status")
    if change is None or not _is_about(event, "complaint", values.get("complaintId")):
        return False
    to = values.get("to")
    return _concerns(event, values) and (to is None or ComplaintStatus(change["after"]) in to)


def _is_clock_alert(event: EventRow, values: Mapping[str, Any]) -> bool:
    if event.kind not in (SLA_WARNED.name, SLA_BREACHED.name):
        return False
    owner = event.change("owner_id")
    is_owned = "ownerId" not in values or (
        owner is not None and _shown(owner["after"]) == values["ownerId"]
    )
    return is_owned and _concerns(event, values)


def _any(event: EventRow, values: Mapping[str, Any]) -> bool:
    return _concerns(event, values) and event.kind in values.get("kind", (event.kind,))


@strawberry.type(
    description="What can be followed. Each answer has a cursor: to miss nothing, subscribe again "
    "with `after` where a connection broke."
)
class Subscription:
    sla_alerts: SlaAlert = following(
        "Every clock that warns or breaches, once for each clock and state.",
        _is_clock_alert,
        {
            "customer_id": Argument(strawberry.ID | None, "Only of this customer's complaints."),
            "owner_id": Argument(
                strawberry.ID | None, "Only of complaints that this person owned at the time."
            ),
        },
    )
    events: Event = following(
        "Every event of the log that you may see, once each and in commit order.",
        _any,
        {
            "customer_id": Argument(strawberry.ID | None, "Only what concerns this customer."),
            "kind": Argument(list[str] | None, "Only these kinds, as docs/events.md lists."),
        },
    )
    complaint_status_changed: ComplaintStatusChanged = following(
        "Every change of a complaint's status, once each and in commit order.",
        _status_changed,
        {
            "complaint_id": Argument(strawberry.ID | None, "Only of this complaint."),
            "customer_id": Argument(strawberry.ID | None, "Only of this customer's complaints."),
            "to": Argument(list[ComplaintStatus] | None, "Only changes to one of these."),
        },
    )
