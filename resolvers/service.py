"""The service portfolio in the graph."""

from __future__ import annotations

import strawberry

from models import service as model
from models.complaint import OPEN
from models.enrollment import LIVE
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
from resolvers.engine.mutation import Caller, verb
from resolvers.engine.reading.conditions import among, contains, equals
from resolvers.engine.reading.declare import (
    Argument,
    Order,
    by_id,
    children,
    column,
    criterion,
    parent,
    reads,
    subselect,
)
from resolvers.engine.reading.plan import Table
from resolvers.engine.types import Connection, Node
from resolvers.enrollment import enrollments
from resolvers.enums import PortfolioStatus, SlaStatus
from resolvers.event import timeline
from resolvers.impact import Impact, impact
from resolvers.relationship import Dependency, dependents, depends_on, relationships
from resolvers.requirement import requirements
from resolvers.satisfaction import Satisfaction, satisfaction
from resolvers.sla_performance import SlaPerformance, sla_performance
from resolvers.staff import BY_NAME


@strawberry.input(description="Filters services; all the given conditions must hold.")
class ServiceFilter:
    portfolio_status: list[PortfolioStatus] | None = criterion(
        "Only services in one of these statuses.", among("portfolio_status")
    )
    is_standard: bool | None = criterion(
        "Only services that customers can enrol in, or only the others.", equals("is_standard")
    )
    search: str | None = criterion(
        "Only services whose code, name, category or description contains these words in this "
        "order, ignoring case and accents.",
        contains("search_text"),
    )


def _enrolled(service: Table) -> str:
    return service.count(
        "enrollment",
        lambda table: f"{table['service_id']} = {service.key}",
        LIVE.sql,
    )


def _open_complaints(service: Table) -> str:
    return service.count(
        "complaint",
        lambda table: f"{table['service_id']} = {service.key}",
        OPEN.sql,
    )


@reads("service", model.Service)
@strawberry.type(description="A service in the portfolio.")
class Service(Node):
    version: int = column("Increases with each edit or change of status; for `expectedVersion`.")
    code: str = column("A short code for people, in capitals; unique among services.")
    name: str = column("The service's name, up to 200 characters.")
    description: str = column("What the service does for customers.")
    portfolio_status: PortfolioStatus = column("Its current status in the portfolio.")
    is_standard: bool = column("Whether customers can be enrolled in it without changes to it.")
    category: str | None = column("A group in the portfolio. Null if none was given.")
    owner: later.StaffMember | None = parent(
        "The member of staff responsible for the service. Null while nobody is assigned.",
        "staff",
        "owner_id",
    )
    slas: Connection[later.Sla] = children(
        "The past, current and drafted SLAs of the service, newest first.",
        "sla",
        by="service_id",
        order=Order((), is_descending=True),
        where={
            "status": Argument(
                list[SlaStatus] | None, "Only SLAs in one of these statuses.", among("status")
            )
        },
    )
    enrollments: Connection[later.Enrollment] = enrollments(
        "The enrolments of customers in it, newest first.", by="service_id"
    )
    requirements: Connection[later.ServiceRequirement] = requirements(
        "The requirements it was matched to or proposed for, newest first.",
        by="service_id",
    )
    complaints: Connection[later.Complaint] = complaints(
        "Complaints about the service.", by="service_id"
    )
    commendations: Connection[later.Commendation] = commendations(
        "Praise for the service.", by="service_id"
    )
    depends_on: list[Dependency] = depends_on()
    dependents: list[Dependency] = dependents()
    impact: Impact = impact()
    relationships: Connection[later.Relationship] = relationships(
        "The relationships of this service."
    )
    live_enrollments: int = subselect("How many enrolments in it are live.", _enrolled)
    open_complaints: int = subselect("How many complaints about it are open.", _open_complaints)
    satisfaction: Satisfaction = satisfaction(
        "How people answered surveys about it.", by="service_id"
    )
    sla_performance: SlaPerformance = sla_performance("service_id")
    timeline: Connection[later.Event] = timeline(
        "Everything that happened to the service itself, newest first.", noun="service"
    )


@strawberry.type
class Query:
    service: Service | None = by_id("The service", "service")
    services: Connection[Service] = children(
        "The portfolio, ordered by name.", "service", order=BY_NAME, admits=ServiceFilter
    )


@strawberry.input(description="A new service for the pipeline.")
class ProposeServiceInput(IdempotentInput):
    code: str = required("1 to 40 characters, stored in capitals; unique among services.")
    name: str = required("1 to 200 characters.")
    description: str = required("1 to 10,000 characters.")
    is_standard: bool | None = optional("Whether customers can enrol in it; true by default.")
    category: str | None = optional("Up to 80 characters.")
    owner_id: strawberry.ID | None = ref(
        "staff", "The member of staff responsible for it.", is_required=False
    )


@strawberry.input(description="A service to publish in the catalogue.")
class PublishServiceInput(VersionedInput):
    service_id: strawberry.ID = acts_on("service", "The service to publish.")


@strawberry.input(description="The changes to a service; omitted fields keep their values.")
class UpdateServiceInput(VersionedInput):
    service_id: strawberry.ID = acts_on("service", "The service to change.")
    name: str | None = optional("1 to 200 characters.")
    description: str | None = optional("1 to 10,000 characters.")
    category: str | None = optional("Up to 80 characters; an empty text removes it.")
    is_standard: bool | None = optional("Whether customers can enrol in it.")
    owner_id: strawberry.ID | None = ref(
        "staff", "The member of staff responsible for it.", is_required=False
    )


@strawberry.input(description="A service to retire.")
class RetireServiceInput(VersionedInput):
    service_id: strawberry.ID = acts_on("service", "The service to retire.")
    reason: str = required("The reason, 1 to 2,000 characters.")


@strawberry.type
class Mutation:
    propose_service = verb(
        "Adds a service to the pipeline.",
        ProposeServiceInput,
        model.Service.propose,
        may=Caller.STAFF,
        service=Service,
    )
    publish_service = verb(
        "Moves a service from PIPELINE to CATALOGUE. RULE_VIOLATED without an ACTIVE SLA.",
        PublishServiceInput,
        model.Service.publish,
        may=Caller.STAFF,
    )
    update_service = verb(
        "Changes the details of a service, except its code.",
        UpdateServiceInput,
        model.Service.update,
        may=Caller.STAFF,
    )
    retire_service = verb(
        "Moves a service to RETIRED. RULE_VIOLATED while it has live enrolments.",
        RetireServiceInput,
        model.Service.retire,
        may=Caller.STAFF,
    )
