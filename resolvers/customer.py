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
from resolvers.commendation import commendations
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
    part,
    reads,
    value,
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


@strawberry.enum(description="What to order customers by.")
class CustomerOrderField(Enum):
    NAME = value("NAME", "By name, ignoring case and accents.")
    HEALTH = value("HEALTH", "By health: ascending starts with AT_RISK.")


@strawberry.input(description="The order in which customers are listed.")
class CustomerOrder:
    field: CustomerOrderField = part("The field to order by.")
    direction: Direction = part("The direction to order in.")


_ORDERS = Ordering(CustomerOrder, {"NAME": BY_NAME, "HEALTH": Order(("health_rank",))}, "by name")


@strawberry.input(description="Filters customers; all the given conditions must hold.")
class CustomerFilter:
    stage: list[CustomerStage] | None = criterion(
        "Only customers in one of these stages.", among("stage")
    )
    relationship_manager_id: strawberry.ID | None = criterion(
        "Only customers with this relationship manager.", refers("staff", "relationship_manager_id")
    )
    health: list[HealthBand] | None = criterion(
        "Only customers in one of these health bands.", among("health_band")
    )
    needs_call: bool | None = criterion(
        "Only customers with a reason to call today, or only the others. Reasons are the health "
        "WATCH or AT_RISK, a follow-up that is due, and an overdue service review.",
        flag(NEEDS_CALL),
    )
    search: str | None = criterion(
        "Only customers whose name or industry contains these words in this order, ignoring case "
        "and accents.",
        contains("search_text"),
    )


@strawberry.enum(description="Something that may be done to a customer.")
class CustomerAction(Enum):
    UPDATE = value("UPDATE", "Use the mutation updateCustomer.")
    ACTIVATE = value("ACTIVATE", "Use the mutation activateCustomer.")
    MARK_DORMANT = value("MARK_DORMANT", "Use the mutation markCustomerDormant.")
    MARK_FORMER = value("MARK_FORMER", "Use the mutation markCustomerFormer.")
    RETURN_TO_PROSPECT = value("RETURN_TO_PROSPECT", "Use the mutation returnCustomerToProspect.")
    ASSIGN_MANAGER = value("ASSIGN_MANAGER", "Use the mutation assignRelationshipManager.")
    REQUEST_ENROLLMENT = value(
        "REQUEST_ENROLLMENT", "Use the mutation requestEnrollment; never for FORMER."
    )
    RECORD_COMPLAINT = value("RECORD_COMPLAINT", "Use the mutation recordComplaint.")


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
    """The lifecycle steps and what may always be done, as far as the viewer's role allows."""
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
@strawberry.type(description="An organisation that uses, or might use, the provider's services.")
class Customer(Node):
    version: int = column("Increases with each edit or change of stage; for `expectedVersion`.")
    reference: str = computed(
        "The reference that people use, such as CUS-000042.", lambda table: table.reference("CUS")
    )
    name: str = column("The organisation's name, up to 200 characters.")
    stage: CustomerStage = column("The stage of the relationship.")
    industry: str | None = column("The line of business. Null if not known.")
    domain: str | None = column("The customer's internet domain, in lower case. Null if not known.")
    time_zone: TimeZone = column("The time zone in which the customer's days begin and end.")
    locale: Locale = column("The language for messages to the customer.")
    relationship_manager: later.StaffMember | None = parent(
        "The member of staff who owns this relationship. Null while nobody is assigned.",
        "staff",
        "relationship_manager_id",
    )
    review_interval_days: int = column("The number of days between service reviews.")
    last_reviewed_at: datetime | None = column(
        "When the last service review was held. Null if there has been none."
    )
    next_review_on: date | None = column(
        "The day by which the next service review is due. Null unless ACTIVE."
    )
    is_review_overdue: bool = computed(
        "Whether that day has passed, in the customer's time zone, without a review.",
        lambda table: table.meets(model.REVIEW_OVERDUE),
    )
    health: RelationshipHealth = group("The state of the relationship, and the reasons.")
    call_reasons: list[str] = derived(
        "The reasons to call the customer today, in the language of Accept-Language (en, es); "
        "empty if there are none.",
        {
            "reasons": lambda table: table.output("health_reasons"),
            "followUps": _follow_ups,
            "review": lambda table: table.meets(model.REVIEW_OVERDUE),
        },
        call_reasons,
    )
    contacts: Connection[later.Contact] = children(
        "The people who represent the customer, ordered by name.",
        "contact",
        by="customer_id",
        order=BY_NAME,
    )
    interactions: Connection[later.Interaction] = interactions(
        "The interactions with the customer.", by="customer_id"
    )
    enrollments: Connection[later.Enrollment] = enrollments(
        "The customer's enrolments, newest first.", by="customer_id"
    )
    requirements: Connection[later.ServiceRequirement] = requirements(
        "The customer's requirements, newest first.", by="customer_id"
    )
    complaints: Connection[later.Complaint] = complaints(
        "The customer's complaints.", by="customer_id"
    )
    commendations: Connection[later.Commendation] = commendations(
        "What its contacts praised.", by="customer_id"
    )
    relationships: Connection[later.Relationship] = relationships(
        "The customer's relationships: parents, subsidiaries and partners."
    )
    expectation_gaps: list[later.ExpectationGap] = expectation_gaps(
        "Where the customer's expectations are not met, most severe first.", 10
    )
    satisfaction: Satisfaction = satisfaction(
        "How the customer's contacts answered surveys.", by="customer_id"
    )
    sla_performance: SlaPerformance = sla_performance("customer_id")
    timeline: Connection[later.Event] = timeline(
        "Everything that happened to this customer and what belongs to it, newest first.",
    )
    allowed_actions: list[CustomerAction] = derived(
        "What you may do to the customer now.", ("stage",), _allowed
    )
    created_at: datetime = column("When it was registered.")
    updated_at: datetime = column("When it was last edited.")


@strawberry.type
class Query:
    customer: Customer | None = by_id("The customer", "customer")
    customers: Connection[Customer] = children(
        "Customers and prospects, by default ordered by name.",
        "customer",
        order=BY_NAME,
        admits=CustomerFilter,
        orders=_ORDERS,
    )


@strawberry.input(description="An organisation that might use the provider's services.")
class RegisterCustomerInput(IdempotentInput):
    name: str = required("1 to 200 characters.")
    time_zone: TimeZone = required("An IANA name, such as Europe/Madrid.")
    locale: Locale | None = optional("A BCP 47 tag; en by default.")
    industry: str | None = optional("Up to 80 characters.")
    relationship_manager_id: strawberry.ID | None = ref(
        "staff", "An active member of staff with the role RELATIONSHIP_MANAGER.", is_required=False
    )
    review_interval_days: int | None = optional("1 to 730 days; 90 by default.")
    domain: str | None = optional("The customer's internet domain, such as acme.example.")
    accept_duplicate: bool | None = optional(
        "True registers it even if another customer has the same name or domain; false by default."
    )


@strawberry.input(description="The changes to a customer; omitted fields keep their values.")
class UpdateCustomerInput(VersionedInput):
    customer_id: strawberry.ID = acts_on("customer", "The customer to change.")
    name: str | None = optional("1 to 200 characters.")
    time_zone: TimeZone | None = optional("An IANA name, such as Europe/Madrid.")
    locale: Locale | None = optional("A BCP 47 tag, such as es or en-GB.")
    industry: str | None = optional("Up to 80 characters; an empty text removes it.")
    review_interval_days: int | None = optional("1 to 730 days.")
    domain: str | None = optional("An internet domain; an empty text removes it.")


@strawberry.input(description="A change of a customer's stage.")
class CustomerStageInput(VersionedInput):
    customer_id: strawberry.ID = acts_on("customer", "The customer to change.")


@strawberry.input(description="A customer that uses the services, for the first time or again.")
class ActivateCustomerInput(CustomerStageInput):
    pass


@strawberry.input(description="A customer that uses no services for now.")
class MarkCustomerDormantInput(CustomerStageInput):
    reason: str | None = optional("The reason, up to 2,000 characters.")


@strawberry.input(description="A customer with whom the relationship has ended.")
class MarkCustomerFormerInput(CustomerStageInput):
    reason: str = required("The reason, 1 to 2,000 characters.")


@strawberry.input(description="A former customer that might use the services again.")
class ReturnCustomerToProspectInput(CustomerStageInput):
    reason: str | None = optional("The reason, up to 2,000 characters.")


@strawberry.input(description="A new relationship manager for a customer.")
class AssignRelationshipManagerInput(VersionedInput):
    customer_id: strawberry.ID = acts_on("customer", "The customer to change.")
    relationship_manager_id: strawberry.ID | None = ref(
        "staff",
        "An active member of staff with the role RELATIONSHIP_MANAGER; null for nobody.",
        is_required=False,
    )


@strawberry.input(description="The relationship managers to hand customers over from and to.")
class HandOverCustomersInput(IdempotentInput):
    from_id: strawberry.ID = ref("staff", "The relationship manager who hands them over.")
    to_id: strawberry.ID = ref(
        "staff", "An active member of staff with the role RELATIONSHIP_MANAGER who takes them over."
    )


@strawberry.type
class Mutation:
    register_customer = verb(
        "Registers a prospect. RULE_VIOLATED if it looks like a duplicate of another customer.",
        RegisterCustomerInput,
        model.Customer.register,
        may=Caller.STAFF,
        customer=Customer,
    )
    update_customer = verb(
        "Changes the details of a customer.",
        UpdateCustomerInput,
        model.Customer.update,
        may=Caller.STAFF,
    )
    activate_customer = verb(
        "Moves a customer from PROSPECT or DORMANT to ACTIVE and plans the next service review.",
        ActivateCustomerInput,
        model.Customer.activate,
        may=Caller.STAFF,
    )
    mark_customer_dormant = verb(
        "Moves a customer from ACTIVE to DORMANT.",
        MarkCustomerDormantInput,
        model.Customer.mark_dormant,
        may=Caller.STAFF,
    )
    mark_customer_former = verb(
        "Ends the relationship. RULE_VIOLATED while the customer has live enrolments.",
        MarkCustomerFormerInput,
        model.Customer.mark_former,
        may=Caller.STAFF,
    )
    return_customer_to_prospect = verb(
        "Moves a customer from FORMER to PROSPECT.",
        ReturnCustomerToProspectInput,
        model.Customer.return_to_prospect,
        may=Caller.STAFF,
    )
    assign_relationship_manager = verb(
        "Assigns the relationship manager of a customer, or nobody.",
        AssignRelationshipManagerInput,
        model.Customer.assign_relationship_manager,
        may=Caller.STAFF,
    )
    hand_over_customers = verb(
        "Hands all customers of one relationship manager, at most 1,000, over to another.",
        HandOverCustomersInput,
        model.Customer.hand_over,
        may=Caller.STAFF,
        staff_member=later.StaffMember,
    )
