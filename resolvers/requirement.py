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
    """The newest enrolment that came of it."""
    other = table.plan.table("enrollment")
    return (
        f"(SELECT max({other.key}) FROM {other.source}"
        f" WHERE {other['requirement_id']} = {table.key})"
    )


@reads("requirement", model.Requirement)
@strawberry.type(description="A customer's need, and what was decided about it.")
class ServiceRequirement(Node):
    version: int = column("Raised by each change of status; for `expectedVersion`.")
    reference: str = computed(
        "The name for people, as in REQ-000042.", lambda table: table.reference("REQ")
    )
    statement: str = column("What the customer needs, in its own words.")
    desired_outcome: str | None = column("What it wants to achieve by it.")
    priority: Priority = column("How much it matters to the customer.")
    status: RequirementStatus = column("Where it stands.")
    customer: later.Customer = parent("The customer whose need it is.", "customer")
    raised_by: later.Contact | None = parent(
        "The contact who raised it.", "contact", "raised_by_id"
    )
    candidates: list[ServiceMatch] = candidates()
    service: later.Service | None = parent(
        "The service that was matched to it, or proposed for it.", "service"
    )
    enrollment: later.Enrollment | None = parent(
        "The newest enrolment that came of it.", "enrollment", _enrollment
    )
    identified_at: datetime = column("When it was written down.")
    decided_at: datetime | None = column("When it was first decided about.")
    seconds_to_decide: int | None = column(
        "How long that took; null while undecided.", "decision_seconds"
    )
    decision_reason: str | None = column("Why it was decided so, where a reason was given.")
    timeline: Connection[later.Event] = timeline(
        "Everything that happened to it, the newest first.", noun="requirement"
    )


@strawberry.input(description="Which requirements; all that is given must hold.")
class RequirementFilter:
    status: list[RequirementStatus] | None = criterion("In one of these.", among("status"))
    customer_id: strawberry.ID | None = criterion(
        "Of this customer.", refers("customer", "customer_id")
    )
    search: str | None = criterion(
        "Whose statement or desired outcome holds these words; case and accents don't matter.",
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
    description="Where all requirements that you may see, and a filter admits, stand now."
)
class RequirementSummary:
    total: int = subselect("All of them.", count())
    open: int = subselect("Those neither FULFILLED nor DECLINED.", count(model.OPEN))
    undecided: int = subselect("Those still IDENTIFIED.", count(model.UNDECIDED))
    fulfilled: int = subselect("Those FULFILLED.", count(model.FULFILLED))
    declined: int = subselect("Those DECLINED.", count(model.DECLINED))
    median_seconds_to_decide: int | None = subselect(
        "The median time from identification to the first decision; null where none is decided.",
        median_of("decision_seconds"),
    )
    oldest_undecided_at: datetime | None = subselect(
        "When the undecided one that waits longest was identified.",
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
    requirements: Connection[ServiceRequirement] = requirements(
        "All requirements, the newest first."
    )
    requirement_summary: RequirementSummary = declared(
        "Where all requirements stand, and how long decisions take.",
        Overview("requirement", filtered(RequirementFilter)),
        {"filter": Argument(RequirementFilter | None, "Only these requirements.")},
    )


@strawberry.input(description="A need of a customer.")
class IdentifyRequirementInput(IdempotentInput):
    customer_id: strawberry.ID = ref("customer", "The customer whose need it is.")
    statement: str = required("What it needs, 1 to 10,000 characters.")
    priority: Priority = required("How much it matters to the customer.")
    desired_outcome: str | None = optional("What it wants to achieve, up to 10,000 characters.")
    raised_by_id: strawberry.ID | None = ref(
        "contact", "The customer's contact who raised it.", is_required=False
    )


@strawberry.input(description="A requirement that an existing service meets.")
class MatchRequirementInput(VersionedInput):
    requirement_id: strawberry.ID = acts_on("requirement", "The requirement, IDENTIFIED.")
    service_id: strawberry.ID = ref("service", "The service, not RETIRED.")
    reason: str | None = optional("Why this one, up to 2,000 characters.")


@strawberry.input(description="A new service, to meet a requirement that no other meets.")
class ProposeServiceForRequirementInput(VersionedInput):
    requirement_id: strawberry.ID = acts_on("requirement", "The requirement, IDENTIFIED.")
    code: str = required("1 to 40 characters, kept in capitals; no other service has it.")
    name: str = required("1 to 200 characters.")
    description: str = required("1 to 10,000 characters.")
    is_standard: bool | None = optional("Whether customers can enrol in it; true where left out.")
    category: str | None = optional("Up to 80 characters.")
    owner_id: strawberry.ID | None = ref("staff", "Who answers for it.", is_required=False)
    reason: str | None = optional("Why a new one, up to 2,000 characters.")


@strawberry.input(description="A requirement about which nothing will be done.")
class DeclineRequirementInput(VersionedInput):
    requirement_id: strawberry.ID = acts_on("requirement", "The requirement.")
    reason: str = required("Why, 1 to 2,000 characters.")


@strawberry.type
class Mutation:
    identify_requirement = verb(
        "Writes a customer's need down.",
        IdentifyRequirementInput,
        model.Requirement.identify,
        may=Caller.STAFF,
        requirement=ServiceRequirement,
    )
    match_requirement = verb(
        "IDENTIFIED to MATCHED: an existing service meets it.",
        MatchRequirementInput,
        model.Requirement.match,
        may=Caller.STAFF,
    )
    propose_service_for_requirement = verb(
        "IDENTIFIED to NEW_SERVICE_PROPOSED: a service that meets it enters the pipeline.",
        ProposeServiceForRequirementInput,
        model.Requirement.propose_service,
        may=Caller.STAFF,
        service=later.Service,
    )
    decline_requirement = verb(
        "To DECLINED, unless FULFILLED. RULE_VIOLATED while a live enrolment came of it.",
        DeclineRequirementInput,
        model.Requirement.decline,
        may=Caller.STAFF,
    )
