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
    part,
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
"""Replaces an actor who is not a person, or whom the viewer may not know."""


@strawberry.type(description="The server itself, or someone you may not see.")
class SystemActor:
    name: str = part("The name of the server.")


Actor = Annotated[
    later.StaffMember | later.Contact | SystemActor,
    strawberry.union("Actor", description="The person or program that did something."),
]


@strawberry.type(description="The change of one field.")
class Change:
    field: str = part("The field's name in this API.")
    before: JSON | None = part("The value before the change. Null if there was none.")
    after: JSON | None = part("The value after the change. Null if there is none.")


def _cursor(table: Table) -> str:
    return f"(SELECT token FROM log WHERE id = 1) || '-' || CAST({table.key} AS text)"


def _json(found: Any) -> Any:
    """JSON that the statement returns: as text at the top level, already parsed further down."""
    return orjson.loads(found) if isinstance(found, str) else found


def _changes(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(_json(row["changes"]))


_NAMES = {
    "health_band": "health",
    "due_at": "due",
    "invitation_count": "invitations",
    "reminder_count": "reminders",
}
"""Fields that the graph names differently from the models."""


def _shown(value: Any) -> Any:
    """A change's value as the graph has it: a row is its global id."""
    if not isinstance(value, dict):
        return value
    ((noun, number),) = value.items()
    return f"{noun}_{number}"


def _told(row: Mapping[str, Any], asked: Asked) -> list[dict[str, Any]]:
    """Changes with the graph's names, and the personal values that are stored beside the event."""
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
        "Who did it; SystemActor for the server, or for someone you may not see.",
        type_column="actor_type",
        id_column="actor_id",
        nouns=("staff", "contact"),
        otherwise=SYSTEM,
    )


@reads("event", model.Event)
@strawberry.type(description="One entry of the log: who did what to which object, when and why.")
class Event(Node):
    cursor: Cursor = subselect("Its position in the log, in commit order.", _cursor)
    kind: str = column(
        "The kind of event, such as complaint.resolved; docs/events.md lists them all."
    )
    occurred_at: datetime = column("The time at which it happened.")
    actor: Actor = _actor()
    subject: Node = union(
        "The object it happened to, in its current state.",
        type_column="subject_type",
        id_column="subject_id",
        nouns=_NOUNS,
    )
    customer: later.Customer | None = parent(
        "The customer it concerns. Null if there is none.", "customer"
    )
    changes: list[Change] = derived(
        "The changed fields, with their values at the time.",
        {"changes": lambda table: table.output("changes"), "values": _values},
        _told,
    )
    reason: str | None = subselect(
        "The reason given by the actor. Null if none was given.", _reason
    )


@reads("event", model.Event, is_view=True)
@strawberry.type(description="A complaint moved from one status to another.")
class ComplaintStatusChanged:
    cursor: Cursor = subselect("The position to resume from: pass it as `after`.", _cursor)
    occurred_at: datetime = column("The time at which it happened.")
    complaint: later.Complaint = parent(
        "The complaint, as it is when this is sent.", "complaint", "subject_id"
    )
    from_: ComplaintStatus | None = named(
        "from",
        derived(
            "The status before. Null if the complaint has just been recorded.",
            ("changes",),
            _change("status", "before"),
        ),
    )
    to: ComplaintStatus = derived(
        "The new status of the complaint.", ("changes",), _change("status", "after")
    )
    reason: str | None = subselect("The reason given. Null if none was given.", _reason)
    actor: Actor = _actor()


@reads("event", model.Event, is_view=True)
@strawberry.type(description="A complaint's clock is warning, or has breached its target.")
class SlaAlert:
    cursor: Cursor = subselect("The position to resume from: pass it as `after`.", _cursor)
    occurred_at: datetime = column(
        "When the clock reached this state, even if it is reported later."
    )
    complaint: later.Complaint = parent(
        "The complaint, as it is when this is sent.", "complaint", "subject_id"
    )
    metric: SlaMetric = derived("Which clock it is.", ("changes",), _change("metric", "after"))
    state: ClockState = derived(
        "Either WARNING or BREACHED.", ("changes",), _change("state", "after")
    )


def _head(plan: Plan) -> str:
    table = plan.table("event")
    return (
        "(SELECT '\"' || (SELECT token FROM log WHERE id = 1) || '-' ||"
        f" CAST(coalesce(max({table.key}), 0) AS text) || '\"'"
        f" FROM {table.source}{where_all(table.scope())})"
    )


def timeline(description: str, *, noun: str | None = None) -> Any:
    """A page of events about one row of `noun`; without it, about everything of a customer's."""
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
                "Only events that concern this customer.",
                refers("customer", "customer_id"),
            ),
            "kind": Argument(
                list[str] | None,
                "Only events of these kinds; docs/events.md lists them.",
                among("kind"),
            ),
        },
    )


@strawberry.type
class Query:
    events: Connection[Event] = events("The event log, newest first.")
    event_head: Cursor = declared(
        "The newest position in the log that you may see, determined before the other root fields "
        "are read. Subscribe `after` it to miss nothing.",
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
    description="Everything you can subscribe to. Each message carries a cursor: if the "
    "connection breaks, subscribe again with `after` to miss nothing."
)
class Subscription:
    sla_alerts: SlaAlert = following(
        "Every clock that warns or breaches, once for each clock and state.",
        _is_clock_alert,
        {
            "customer_id": Argument(strawberry.ID | None, "Only complaints of this customer."),
            "owner_id": Argument(
                strawberry.ID | None, "Only complaints that this member of staff owned at the time."
            ),
        },
    )
    events: Event = following(
        "Every event of the log that you may see, once each and in commit order.",
        _any,
        {
            "customer_id": Argument(
                strawberry.ID | None, "Only events that concern this customer."
            ),
            "kind": Argument(
                list[str] | None, "Only events of these kinds; docs/events.md lists them."
            ),
        },
    )
    complaint_status_changed: ComplaintStatusChanged = following(
        "Every change of a complaint's status, once each and in commit order.",
        _status_changed,
        {
            "complaint_id": Argument(strawberry.ID | None, "Only changes of this complaint."),
            "customer_id": Argument(strawberry.ID | None, "Only complaints of this customer."),
            "to": Argument(list[ComplaintStatus] | None, "Only changes to one of these statuses."),
        },
    )
