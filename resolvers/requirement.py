"""Requirements in the graph: what customers need, and what was decided about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry

from models import requirement as model
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
from resolvers.engine.reading.conditions import among, contains, refers
from resolvers.engine.reading.declare import (
    Argument,
    Order,
    Overview,
    by_id,
    children,
    column,
    computed,
    criterion,
    declared,
    filtered,
    parent,
    reads,
    subselect,
)
from resolvers.engine.reading.plan import Table
from resolvers.engine.reading.statistics import count, median_of, over
from resolvers.engine.types import Connection, Node
from resolvers.enums import Priority, RequirementStatus
from resolvers.event import timeline
from resolvers.service_match import ServiceMatch, candidates


def _enrollment(table: Table) -> str:
    """The newest enrolment made for it."""
    other = table.plan.table("enrollment")
    return (
        f"(SELECT max({other.key}) FROM {other.source}"
        f" WHERE {other['requirement_id']} = {table.key})"
    )


@reads("requirement", model.Requirement)
@strawberry.type(description="Something a customer needs, and what was decided about it.")
class ServiceRequirement(Node):
    version: int = column("Increases with each change of status; for `expectedVersion`.")
    reference: str = computed(
        "The reference that people use, such as REQ-000042.", lambda table: table.reference("REQ")
    )
    statement: str = column("What the customer needs, in their own words.")
    desired_outcome: str | None = column("What the customer wants to achieve. Null if not stated.")
    priority: Priority = column("How important it is to the customer.")
    status: RequirementStatus = column("Its current status in the lifecycle.")
    customer: later.Customer = parent("The customer who has the requirement.", "customer")
    raised_by: later.Contact | None = parent(
        "The contact who raised it. Null if not known, or if you may not see them.",
        "contact",
        "raised_by_id",
    )
    candidates: list[ServiceMatch] = candidates()
    service: later.Service | None = parent(
        "The service matched to it or proposed for it. Null if there is none, or if you may not "
        "see it.",
        "service",
    )
    enrollment: later.Enrollment | None = parent(
        "The newest enrolment made for it. Null if there is none.", "enrollment", _enrollment
    )
    identified_at: datetime = column("When it was recorded.")
    decided_at: datetime | None = column("When it was first decided. Null while undecided.")
    seconds_to_decide: int | None = column(
        "How many seconds the decision took. Null while undecided.", "decision_seconds"
    )
    decision_reason: str | None = column("The reason for the decision. Null if none was given.")
    timeline: Connection[later.Event] = timeline(
        "Everything that happened to it, newest first.", noun="requirement"
    )


@strawberry.input(description="Filters requirements; all the given conditions must hold.")
class RequirementFilter:
    status: list[RequirementStatus] | None = criterion(
        "Only requirements in one of these statuses.", among("status")
    )
    customer_id: strawberry.ID | None = criterion(
        "Only requirements of this customer.", refers("customer", "customer_id")
    )
    search: str | None = criterion(
        "Only requirements whose statement or desired outcome contains these words in this order, "
        "ignoring case and accents.",
        contains("search_text"),
    )


def requirements(description: str, *, by: str | None = None) -> Any:
    """A page of requirements."""
    return children(
        description,
        "requirement",
        by=by,
        order=Order((), is_descending=True),
        admits=RequirementFilter,
    )


@strawberry.type(
    description="The current state of all requirements that you may see and the filter admits."
)
class RequirementSummary:
    total: int = subselect("How many requirements there are.", count())
    open: int = subselect("Those that are neither FULFILLED nor DECLINED.", count(model.OPEN))
    undecided: int = subselect("Those that are still IDENTIFIED.", count(model.UNDECIDED))
    fulfilled: int = subselect("Those that are FULFILLED.", count(model.FULFILLED))
    declined: int = subselect("Those that are DECLINED.", count(model.DECLINED))
    median_seconds_to_decide: int | None = subselect(
        "The median time from identification to the first decision, in seconds. Null if none is "
        "decided.",
        median_of("decision_seconds"),
    )
    oldest_undecided_at: datetime | None = subselect(
        "When the oldest undecided requirement was identified. Null if none is undecided.",
        over(
            lambda table: table.plan.dialect.instant(f"min({table['identified_at']})"),
            model.UNDECIDED,
        ),
    )


@strawberry.type
class Query:
    requirement: ServiceRequirement | None = by_id(
        "The requirement", "requirement", reference="REQ-000042"
    )
    requirements: Connection[ServiceRequirement] = requirements("All requirements, newest first.")
    requirement_summary: RequirementSummary = declared(
        "The current state of all requirements, and how long decisions take.",
        Overview("requirement", filtered(RequirementFilter)),
        {"filter": Argument(RequirementFilter | None, "Only requirements that meet this filter.")},
    )


@strawberry.input(description="Something that a customer needs.")
class IdentifyRequirementInput(IdempotentInput):
    customer_id: strawberry.ID = ref("customer", "The customer who has the requirement.")
    statement: str = required("What the customer needs, 1 to 10,000 characters.")
    priority: Priority = required("How important it is to the customer.")
    desired_outcome: str | None = optional(
        "What the customer wants to achieve, up to 10,000 characters."
    )
    raised_by_id: strawberry.ID | None = ref(
        "contact", "The customer's contact who raised it.", is_required=False
    )


@strawberry.input(description="A requirement that an existing service meets.")
class MatchRequirementInput(VersionedInput):
    requirement_id: strawberry.ID = acts_on(
        "requirement", "The requirement, which must be IDENTIFIED."
    )
    service_id: strawberry.ID = ref("service", "The service, which must not be RETIRED.")
    reason: str | None = optional("Why this service, up to 2,000 characters.")


@strawberry.input(description="A new service for a requirement that no existing service meets.")
class ProposeServiceForRequirementInput(VersionedInput):
    requirement_id: strawberry.ID = acts_on(
        "requirement", "The requirement, which must be IDENTIFIED."
    )
    code: str = required("1 to 40 characters, stored in capitals; unique among services.")
    name: str = required("1 to 200 characters.")
    description: str = required("1 to 10,000 characters.")
    is_standard: bool | None = optional("Whether customers can enrol in it; true by default.")
    category: str | None = optional("Up to 80 characters.")
    owner_id: strawberry.ID | None = ref(
        "staff", "The member of staff responsible for it.", is_required=False
    )
    reason: str | None = optional("Why a new service, up to 2,000 characters.")


@strawberry.input(description="A requirement to decline.")
class DeclineRequirementInput(VersionedInput):
    requirement_id: strawberry.ID = acts_on(
        "requirement", "The requirement, which must not be FULFILLED."
    )
    reason: str = required("The reason, 1 to 2,000 characters.")


@strawberry.type
class Mutation:
    identify_requirement = verb(
        "Records something that a customer needs.",
        IdentifyRequirementInput,
        model.Requirement.identify,
        may=Caller.STAFF,
        requirement=ServiceRequirement,
    )
    match_requirement = verb(
        "Moves a requirement from IDENTIFIED to MATCHED: an existing service meets it.",
        MatchRequirementInput,
        model.Requirement.match,
        may=Caller.STAFF,
    )
    propose_service_for_requirement = verb(
        "Moves a requirement from IDENTIFIED to NEW_SERVICE_PROPOSED and adds a service for it to "
        "the pipeline.",
        ProposeServiceForRequirementInput,
        model.Requirement.propose_service,
        may=Caller.STAFF,
        service=later.Service,
    )
    decline_requirement = verb(
        "Moves a requirement to DECLINED, unless it is FULFILLED. RULE_VIOLATED while an "
        "enrolment made for it is live.",
        DeclineRequirementInput,
        model.Requirement.decline,
        may=Caller.STAFF,
    )
