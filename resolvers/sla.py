"""SLAs in the graph."""

from __future__ import annotations

from datetime import datetime

import strawberry

from models import sla as model
from resolvers.engine import later
from resolvers.engine.inputs import (
    IdempotentInput,
    VersionedInput,
    acts_on,
    optional,
    ref,
    required,
)
from resolvers.engine.mutation import Caller, verb
from resolvers.engine.reading.conditions import among, refers
from resolvers.engine.reading.declare import (
    Argument,
    Order,
    by_id,
    children,
    column,
    computed,
    parent,
    reads,
    rows,
)
from resolvers.engine.types import Connection, Node
from resolvers.enrollment import enrollments
from resolvers.enums import Priority, SlaMetric, SlaStatus

_STATUS = Argument(list[SlaStatus] | None, "Only SLAs in one of these statuses.", among("status"))
TARGETS_MAX = 8


@reads("sla_target", model.SlaTarget)
@strawberry.type(description="How long something may take for a priority.")
class SlaTarget:
    priority: Priority = column("The priority of complaints it applies to.")
    metric: SlaMetric = column("What the target applies to.")
    target_minutes: int = computed(
        "The time allowed, in business minutes.",
        lambda table: f"{table['target_seconds']} / 60",
    )
    warn_at_percent: int = column("The percentage of that time after which a warning is given.")


@reads("sla", model.Sla)
@strawberry.type(
    description="The targets under which a service is offered. An ACTIVE SLA never changes."
)
class Sla(Node):
    version: int = column("Increases with each edit or change of status; for `expectedVersion`.")
    name: str = column("The SLA's name, up to 200 characters.")
    revision: int = column("The number of this revision, counted from 1.")
    status: SlaStatus = column("Its current status in the lifecycle.")
    service: later.Service = parent("The service that is offered under it.", "service")
    calendar: later.BusinessCalendar = parent(
        "The calendar by which its time is counted.", "calendar"
    )
    targets: list[SlaTarget] = rows(
        "Its targets, most urgent priority first; an ACTIVE SLA has eight.",
        "sla_target",
        by="sla_id",
        order=Order(("priority_rank", "metric")),
        rows_max=TARGETS_MAX,
    )
    predecessor: later.Sla | None = parent(
        "The revision that this one was drafted from. Null if there is none.",
        "sla",
        "predecessor_id",
    )
    activated_at: datetime | None = column("When it came into force. Null until then.")
    enrollments: Connection[later.Enrollment] = enrollments(
        "The enrolments under it, newest first.", by="sla_id"
    )


@strawberry.type
class Query:
    sla: Sla | None = by_id("The SLA", "sla")
    slas: Connection[Sla] = children(
        "All SLAs, newest first.",
        "sla",
        order=Order((), is_descending=True),
        where={
            "status": _STATUS,
            "service_id": Argument(
                strawberry.ID | None, "Only SLAs of this service.", refers("service", "service_id")
            ),
        },
    )


@strawberry.input(description="One target of an SLA.")
class SlaTargetInput:
    priority: Priority = required("The priority of complaints it applies to.")
    metric: SlaMetric = required("What the target applies to.")
    target_minutes: int = required(
        "1 to 525,600 business minutes; the response target must not exceed the resolution target."
    )
    warn_at_percent: int = optional("1 to 99 percent; 75 by default.", default=75)


@strawberry.input(description="A new SLA to draft.")
class DraftSlaInput(IdempotentInput):
    service_id: strawberry.ID = ref("service", "The service, which must not be RETIRED.")
    calendar_id: strawberry.ID = ref("calendar", "The calendar by which its time is counted.")
    name: str = required("1 to 200 characters.")
    targets: list[SlaTargetInput] | None = optional(
        "Up to eight: one for each priority and metric.", as_=model.Target
    )


@strawberry.input(description="An SLA to bring into force.")
class ActivateSlaInput(VersionedInput):
    sla_id: strawberry.ID = acts_on("sla", "The SLA, which must be DRAFT.")


@strawberry.input(description="The changes to a draft; omitted fields keep their values.")
class UpdateSlaInput(VersionedInput):
    sla_id: strawberry.ID = acts_on("sla", "The SLA, which must be DRAFT.")
    name: str | None = optional("1 to 200 characters.")
    calendar_id: strawberry.ID | None = ref(
        "calendar", "The calendar by which its time is counted.", is_required=False
    )
    targets: list[SlaTargetInput] | None = optional(
        "All of its targets; they replace the current ones.", as_=model.Target
    )


@strawberry.input(description="The next revision of an SLA; omitted fields are copied.")
class ReviseSlaInput(VersionedInput):
    sla_id: strawberry.ID = acts_on("sla", "The SLA, which must be ACTIVE.")
    name: str | None = optional("1 to 200 characters.")
    calendar_id: strawberry.ID | None = ref(
        "calendar", "The calendar by which its time is counted.", is_required=False
    )
    targets: list[SlaTargetInput] | None = optional(
        "All of the revision's targets.", as_=model.Target
    )


@strawberry.input(description="An SLA to retire.")
class RetireSlaInput(VersionedInput):
    sla_id: strawberry.ID = acts_on("sla", "The SLA, which must be DRAFT or ACTIVE.")
    reason: str | None = optional("The reason, up to 2,000 characters.")


@strawberry.type
class Mutation:
    draft_sla = verb(
        "Drafts an SLA for a service.", DraftSlaInput, model.Sla.draft, may=Caller.STAFF, sla=Sla
    )
    activate_sla = verb(
        "Moves an SLA from DRAFT to ACTIVE. RULE_VIOLATED without all eight targets.",
        ActivateSlaInput,
        model.Sla.activate,
        may=Caller.STAFF,
    )
    update_sla = verb(
        "Changes a draft. RULE_VIOLATED if the SLA is ACTIVE: revise it instead.",
        UpdateSlaInput,
        model.Sla.update,
        may=Caller.STAFF,
    )
    revise_sla = verb(
        "Drafts the next revision of an ACTIVE SLA. Activating the revision retires this one.",
        ReviseSlaInput,
        model.Sla.revise,
        may=Caller.STAFF,
    )
    retire_sla = verb(
        "Moves an SLA to RETIRED: new enrolments can't use it; existing ones keep it.",
        RetireSlaInput,
        model.Sla.retire,
        may=Caller.STAFF,
    )
