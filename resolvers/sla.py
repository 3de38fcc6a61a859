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

_STATUS = Argument(list[SlaStatus] | None, "In one of these.", among("status"))
TARGETS_MAX = 8


@reads("sla_target", model.SlaTarget)
@strawberry.type(description="How long a metric may take for a priority.")
class SlaTarget:
    priority: Priority = column("For complaints of this priority.")
    metric: SlaMetric = column("What must be done in time.")
    target_minutes: int = computed(
        "The time that it may take, in business minutes.",
        lambda table: f"{table['target_seconds']} / 60",
    )
    warn_at_percent: int = column("The share of that time at which a warning comes.")


@reads("sla", model.Sla)
@strawberry.type(
    description="Targets under which a service is offered. An ACTIVE one never changes."
)
class Sla(Node):
    version: int = column("Raised by each edit or change of status; for `expectedVersion`.")
    name: str = column("The SLA's name, up to 200 characters.")
    revision: int = column("1 for the first of its line, and so on.")
    status: SlaStatus = column("Where it stands.")
    service: later.Service = parent("The service that is offered under it.", "service")
    calendar: later.BusinessCalendar = parent("When its time counts.", "calendar")
    targets: list[SlaTarget] = rows(
        "Its targets, the most urgent priority first: eight once it is ACTIVE.",
        "sla_target",
        by="sla_id",
        order=Order(("priority_rank", "metric")),
        rows_max=TARGETS_MAX,
    )
    predecessor: later.Sla | None = parent(
        "The revision before, where this one was drafted from it.", "sla", "predecessor_id"
    )
    activated_at: datetime | None = column("When it came into force.")
    enrollments: Connection[later.Enrollment] = enrollments(
        "The enrolments under it, the newest first.", by="sla_id"
    )


@strawberry.type
class Query:
    sla: Sla | None = by_id("The SLA", "sla")
    slas: Connection[Sla] = children(
        "All SLAs, the newest first.",
        "sla",
        order=Order((), is_descending=True),
        where={
            "status": _STATUS,
            "service_id": Argument(
                strawberry.ID | None, "Of this service.", refers("service", "service_id")
            ),
        },
    )


@strawberry.input(description="A target of an SLA.")
class SlaTargetInput:
    priority: Priority = required("For complaints of this priority.")
    metric: SlaMetric = required("What must be done in time.")
    target_minutes: int = required("1 to 525,600 business minutes; response within resolution.")
    warn_at_percent: int = optional("1 to 99; 75 where left out.", default=75)


@strawberry.input(description="An SLA to be drafted.")
class DraftSlaInput(IdempotentInput):
    service_id: strawberry.ID = ref("service", "The service, not retired.")
    calendar_id: strawberry.ID = ref("calendar", "When its time counts.")
    name: str = required("1 to 200 characters.")
    targets: list[SlaTargetInput] | None = optional(
        "Up to eight: each priority and metric once.", as_=model.Target
    )


@strawberry.input(description="An SLA that comes into force.")
class ActivateSlaInput(VersionedInput):
    sla_id: strawberry.ID = acts_on("sla", "The SLA.")


@strawberry.input(description="What changes about a draft; what is left out stays.")
class UpdateSlaInput(VersionedInput):
    sla_id: strawberry.ID = acts_on("sla", "The SLA, DRAFT.")
    name: str | None = optional("1 to 200 characters.")
    calendar_id: strawberry.ID | None = ref("calendar", "When its time counts.", is_required=False)
    targets: list[SlaTargetInput] | None = optional(
        "All of its targets, in place of those before.", as_=model.Target
    )


@strawberry.input(description="The next revision of an SLA; what is left out is copied.")
class ReviseSlaInput(VersionedInput):
    sla_id: strawberry.ID = acts_on("sla", "The SLA, ACTIVE.")
    name: str | None = optional("1 to 200 characters.")
    calendar_id: strawberry.ID | None = ref("calendar", "When its time counts.", is_required=False)
    targets: list[SlaTargetInput] | None = optional("All of its targets.", as_=model.Target)


@strawberry.input(description="An SLA that is offered no longer.")
class RetireSlaInput(VersionedInput):
    sla_id: strawberry.ID = acts_on("sla", "The SLA, DRAFT or ACTIVE.")
    reason: str | None = optional("Why, up to 2,000 characters.")


@strawberry.type
class Mutation:
    draft_sla = verb(
        "Drafts an SLA for a service.", DraftSlaInput, model.Sla.draft, may=Caller.STAFF, sla=Sla
    )
    activate_sla = verb(
        "DRAFT to ACTIVE. RULE_VIOLATED without all eight targets.",
        ActivateSlaInput,
        model.Sla.activate,
        may=Caller.STAFF,
    )
    update_sla = verb(
        "Changes a draft. RULE_VIOLATED once it is ACTIVE: revise it.",
        UpdateSlaInput,
        model.Sla.update,
        may=Caller.STAFF,
    )
    revise_sla = verb(
        "Drafts the next revision of an ACTIVE SLA; activating it retires this one.",
        ReviseSlaInput,
        model.Sla.revise,
        may=Caller.STAFF,
    )
    retire_sla = verb(
        "To RETIRED: new enrolments can't have it; those under it keep it.",
        RetireSlaInput,
        model.Sla.retire,
        may=Caller.STAFF,
    )
