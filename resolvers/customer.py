"""Customers in the graph."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import strawberry

from models import customer as model
from models.health import NEEDS_CALL
from models.interaction import FOLLOW_UP_DUE
from models.rules.lifecycle import CUSTOMER
from resolvers.complaint import complaints
from resolvers.engine import later
from resolvers.engine.inputs import (
    IdempotentInput,
    VersionedInput,
    acts_on,
    optional,
    ref,
    required,
)
from resolvers.engine.mutation import Caller, may, verb
from resolvers.engine.reading.conditions import among, contains, flag, refers
from resolvers.engine.reading.declare import (
    Order,
    Ordering,
    by_id,
    children,
    column,
    computed,
    criterion,
    derived,
    group,
    parent,
    reads,
)
from resolvers.engine.reading.plan import Table
from resolvers.engine.reading.request import Asked
from resolvers.engine.scalars import Locale, TimeZone
from resolvers.engine.types import Connection, Direction, Node
from resolvers.enrollment import enrollments
from resolvers.enums import CustomerStage, HealthBand
from resolvers.event import timeline
from resolvers.expectation_gap import expectation_gaps
from resolvers.health import RelationshipHealth, call_reasons
from resolvers.interaction import interactions
from resolvers.relationship import relationships
from resolvers.requirement import requirements
from resolvers.satisfaction import Satisfaction, satisfaction
from resolvers.sla_performance import SlaPerformance, sla_performance
from resolvers.staff import BY_NAME


def _follow_ups(table: Table) -> str:
    return table.count(
        "interaction",
        lambda other: f"{other['customer_id']} = {table.key}",
        FOLLOW_UP_DUE.sql,
    )


@strawberry.enum(description="What customers are ordered by.")
class CustomerOrderField(Enum):
    NAME = strawberry.enum_value("NAME", description="The name, whatever case and accents.")
    HEALTH = strawberry.enum_value(
        "HEALTH", description="How the relationship stands; ascending puts AT_RISK first."
    )


@strawberry.input(description="In which order customers come.")
class CustomerOrder:
    field: CustomerOrderField = strawberry.field(description="What they are ordered by.")
    direction: Direction = strawberry.field(description="Which way.")


_ORDERS = Ordering(CustomerOrder, {"NAME": BY_NAME, "HEALTH": Order(("health_rank",))}, "by name")


@strawberry.input(description="Which customers; all that is given must hold.")
class CustomerFilter:
    stage: list[CustomerStage] | None = criterion("In one of these stages.", among("stage"))
    relationship_manager_id: strawberry.ID | None = criterion(
        "With this relationship manager.", refers("staff", "relationship_manager_id")
    )
    health: list[HealthBand] | None = criterion("In one of these.", among("health_band"))
    needs_call: bool | None = criterion(
        "Whether there is a reason to call today: WATCH or AT_RISK, a follow-up due, or a service "
        "review overdue.",
        flag(NEEDS_CALL),
    )
    search: str | None = criterion(
        "Whose name or industry holds these words; case and accents don't matter.",
        contains("search_text"),
    )


@strawberry.enum(description="What may be done to a customer.")
class CustomerAction(Enum):
    UPDATE = strawberry.enum_value("UPDATE", description="updateCustomer.")
    ACTIVATE = strawberry.enum_value("ACTIVATE", description="activateCustomer.")
    MARK_DORMANT = strawberry.enum_value("MARK_DORMANT", description="markCustomerDormant.")
    MARK_FORMER = strawberry.enum_value("MARK_FORMER", description="markCustomerFormer.")
    RETURN_TO_PROSPECT = strawberry.enum_value(
        "RETURN_TO_PROSPECT", description="returnCustomerToProspect."
    )
    ASSIGN_MANAGER = strawberry.enum_value(
        "ASSIGN_MANAGER", description="assignRelationshipManager."
    )
    REQUEST_ENROLLMENT = strawberry.enum_value(
        "REQUEST_ENROLLMENT", description="requestEnrollment, unless FORMER."
    )
    RECORD_COMPLAINT = strawberry.enum_value("RECORD_COMPLAINT", description="recordComplaint.")


_MUTATIONS = {
    "activate": "activate_customer",
    "mark_dormant": "mark_customer_dormant",
    "mark_former": "mark_customer_former",
    "return_to_prospect": "return_customer_to_prospect",
    "update": "update_customer",
    "assign_manager": "assign_relationship_manager",
    "request_enrollment": "request_enrollment",
    "record_complaint": "record_complaint",
}


def _allowed(row: Mapping[str, Any], asked: Asked) -> list[str]:
    """The steps from here and what may always be done, of what the viewer's role admits."""
    stage = CustomerStage(row["stage"])
    verbs = {step.verb for step in CUSTOMER.steps_from(stage)}
    verbs |= {"update", "assign_manager", "record_complaint"}
    if stage is not CustomerStage.FORMER:
        verbs.add("request_enrollment")
    return [
        action.name
        for action in CustomerAction
        if action.name.lower() in verbs and may(asked.viewer, _MUTATIONS[action.name.lower()])
    ]


@reads("customer", model.Customer)
@strawberry.type(description="An organisation that uses, or may use, the provider's services.")
class Customer(Node):
    version: int = column("Raised by each edit or change of stage; for `expectedVersion`.")
    reference: str = computed(
        "The name for people, as in CUS-000042.", lambda table: table.reference("CUS")
    )
    name: str = column("The organisation's name, up to 200 characters.")
    stage: CustomerStage = column("How far the relationship has come.")
    industry: str | None = column("The line of business, where it is known.")
    domain: str | None = column("The customer's internet domain, in lower case.")
    time_zone: TimeZone = column("The zone in which the customer's days begin and end.")
    locale: Locale = column("The language in which the customer is written to.")
    relationship_manager: later.StaffMember | None = parent(
        "Who owns this relationship; null while nobody does.", "staff", "relationship_manager_id"
    )
    review_interval_days: int = column("How many days lie between service reviews.")
    last_reviewed_at: datetime | None = column("When the last service review was.")
    next_review_on: date | None = column(
        "The day by which the next service review is due; null unless ACTIVE."
    )
    is_review_overdue: bool = computed(
        "Whether that day has ended, in the customer's zone, without a review.",
        lambda table: table.meets(model.REVIEW_OVERDUE),
    )
    health: RelationshipHealth = group("How the relationship stands, and why.")
    call_reasons: list[str] = derived(
        "Why to call the customer today, in the language of Accept-Language (en, es); none where "
        "nothing asks for it.",
        {
            "reasons": lambda table: table.output("health_reasons"),
            "followUps": _follow_ups,
            "review": lambda table: table.meets(model.REVIEW_OVERDUE),
        },
        call_reasons,
    )
    contacts: Connection[later.Contact] = children(
        "The people who speak for the customer, by name.",
        "contact",
        by="customer_id",
        order=BY_NAME,
    )
    interactions: Connection[later.Interaction] = interactions(
        "The talks with the customer.", by="customer_id"
    )
    enrollments: Connection[later.Enrollment] = enrollments(
        "What the customer is enrolled in, the newest first.", by="customer_id"
    )
    requirements: Connection[later.ServiceRequirement] = requirements(
        "What the customer needs, the newest first.", by="customer_id"
    )
    complaints: Connection[later.Complaint] = complaints(
        "What the customer complained about.", by="customer_id"
    )
    relationships: Connection[later.Relationship] = relationships(
        "The edges at this customer: parents, parts and partners."
    )
    expectation_gaps: list[later.ExpectationGap] = expectation_gaps(
        "Where its expectations are not met, the severest first.", 10
    )
    satisfaction: Satisfaction = satisfaction(
        "What its people answered to surveys.", by="customer_id"
    )
    sla_performance: SlaPerformance = sla_performance("customer_id")
    timeline: Connection[later.Event] = timeline(
        "Everything that happened to this customer and what belongs to it, the newest first.",
    )
    allowed_actions: list[CustomerAction] = derived(
        "What you may do to it now.", ("stage",), _allowed
    )
    created_at: datetime = column("When it was registered.")
    updated_at: datetime = column("When it was last edited.")


@strawberry.type
class Query:
    customer: Customer | None = by_id("The customer", "customer")
    customers: Connection[Customer] = children(
        "Customers and prospects, by name.",
        "customer",
        order=BY_NAME,
        admits=CustomerFilter,
        orders=_ORDERS,
    )


@strawberry.input(description="An organisation that may use our services.")
class RegisterCustomerInput(IdempotentInput):
    name: str = required("1 to 200 characters.")
    time_zone: TimeZone = required("An IANA name, such as Europe/Madrid.")
    locale: Locale | None = optional("A BCP 47 tag; en where left out.")
    industry: str | None = optional("Up to 80 characters.")
    relationship_manager_id: strawberry.ID | None = ref(
        "staff", "An active relationship manager.", is_required=False
    )
    review_interval_days: int | None = optional("1 to 730; 90 where left out.")
    domain: str | None = optional("The customer's internet domain, such as acme.example.")
    accept_duplicate: bool | None = optional(
        "Registers it although another customer has the same name or domain; false where left out."
    )


@strawberry.input(description="What changes about a customer; what is left out stays.")
class UpdateCustomerInput(VersionedInput):
    customer_id: strawberry.ID = acts_on("customer", "The customer.")
    name: str | None = optional("1 to 200 characters.")
    time_zone: TimeZone | None = optional("An IANA name.")
    locale: Locale | None = optional("A BCP 47 tag.")
    industry: str | None = optional("Up to 80 characters; an empty one takes it away.")
    review_interval_days: int | None = optional("1 to 730.")
    domain: str | None = optional("An internet domain; an empty one takes it away.")


@strawberry.input(description="A customer whose stage changes.")
class CustomerStageInput(VersionedInput):
    customer_id: strawberry.ID = acts_on("customer", "The customer.")


@strawberry.input(description="A customer that starts, or starts again, to use our services.")
class ActivateCustomerInput(CustomerStageInput):
    pass


@strawberry.input(description="A customer that uses nothing of ours for now.")
class MarkCustomerDormantInput(CustomerStageInput):
    reason: str | None = optional("Why, up to 2,000 characters.")


@strawberry.input(description="A customer with whom the relationship ended.")
class MarkCustomerFormerInput(CustomerStageInput):
    reason: str = required("Why, 1 to 2,000 characters.")


@strawberry.input(description="A former customer that may use our services again.")
class ReturnCustomerToProspectInput(CustomerStageInput):
    reason: str | None = optional("Why, up to 2,000 characters.")


@strawberry.input(description="Who is to own a relationship.")
class AssignRelationshipManagerInput(VersionedInput):
    customer_id: strawberry.ID = acts_on("customer", "The customer.")
    relationship_manager_id: strawberry.ID | None = ref(
        "staff", "An active relationship manager; null for nobody.", is_required=False
    )


@strawberry.input(description="Whose customers go to whom.")
class HandOverCustomersInput(IdempotentInput):
    from_id: strawberry.ID = ref("staff", "The one who gives its customers away.")
    to_id: strawberry.ID = ref("staff", "An active relationship manager who takes them.")


@strawberry.type
class Mutation:
    register_customer = verb(
        "Registers a prospect. RULE_VIOLATED where it looks like another customer.",
        RegisterCustomerInput,
        model.Customer.register,
        may=Caller.STAFF,
        customer=Customer,
    )
    update_customer = verb(
        "Changes a customer's particulars.",
        UpdateCustomerInput,
        model.Customer.update,
        may=Caller.STAFF,
    )
    activate_customer = verb(
        "PROSPECT or DORMANT to ACTIVE; plans the next service review.",
        ActivateCustomerInput,
        model.Customer.activate,
        may=Caller.STAFF,
    )
    mark_customer_dormant = verb(
        "ACTIVE to DORMANT.",
        MarkCustomerDormantInput,
        model.Customer.mark_dormant,
        may=Caller.STAFF,
    )
    mark_customer_former = verb(
        "Ends the relationship. RULE_VIOLATED while live enrolments are there.",
        MarkCustomerFormerInput,
        model.Customer.mark_former,
        may=Caller.STAFF,
    )
    return_customer_to_prospect = verb(
        "FORMER to PROSPECT.",
        ReturnCustomerToProspectInput,
        model.Customer.return_to_prospect,
        may=Caller.STAFF,
    )
    assign_relationship_manager = verb(
        "Names the one who owns this relationship, or nobody.",
        AssignRelationshipManagerInput,
        model.Customer.assign_relationship_manager,
        may=Caller.STAFF,
    )
    hand_over_customers = verb(
        "Gives all customers of one relationship manager, at most 1,000, to another.",
        HandOverCustomersInput,
        model.Customer.hand_over,
        may=Caller.STAFF,
        staff_member=later.StaffMember,
    )
