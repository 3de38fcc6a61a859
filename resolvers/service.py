"""The service portfolio in the graph."""

from __future__ import annotations

import strawberry

from models import service as model
from models.complaint import OPEN
from models.enrollment import LIVE
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


@strawberry.input(description="Which services; all that is given must hold.")
class ServiceFilter:
    portfolio_status: list[PortfolioStatus] | None = criterion(
        "Standing in one of these.", among("portfolio_status")
    )
    is_standard: bool | None = criterion("Whether it can be enrolled in.", equals("is_standard"))
    search: str | None = criterion(
        "Whose code, name, category or description holds these words; case and accents don't "
        "matter.",
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
@strawberry.type(description="An entry of the service portfolio.")
class Service(Node):
    version: int = column("Raised by each edit or change of status; for `expectedVersion`.")
    code: str = column("A short code for people, in capitals; no other service has it.")
    name: str = column("The service's name, up to 200 characters.")
    description: str = column("What the service does for a customer.")
    portfolio_status: PortfolioStatus = column("Where it stands in the portfolio.")
    is_standard: bool = column("Whether customers can be enrolled in it as it is.")
    category: str | None = column("A group of the portfolio, where it belongs to one.")
    owner: later.StaffMember | None = parent("Who answers for the service.", "staff", "owner_id")
    slas: Connection[later.Sla] = children(
        "The SLAs under which it is, was or will be offered, the newest first.",
        "sla",
        by="service_id",
        order=Order((), is_descending=True),
        where={"status": Argument(list[SlaStatus] | None, "In one of these.", among("status"))},
    )
    enrollments: Connection[later.Enrollment] = enrollments(
        "The customers' enrolments in it, the newest first.", by="service_id"
    )
    requirements: Connection[later.ServiceRequirement] = requirements(
        "The requirements that it was matched to, or proposed for, the newest first.",
        by="service_id",
    )
    complaints: Connection[later.Complaint] = complaints(
        "What customers complained about.", by="service_id"
    )
    depends_on: list[Dependency] = depends_on()
    dependents: list[Dependency] = dependents()
    impact: Impact = impact()
    relationships: Connection[later.Relationship] = relationships("The edges at this service.")
    live_enrollments: int = subselect("How many enrolments in it are live.", _enrolled)
    open_complaints: int = subselect("How many complaints about it are open.", _open_complaints)
    satisfaction: Satisfaction = satisfaction(
        "What people answered to surveys about it.", by="service_id"
    )
    sla_performance: SlaPerformance = sla_performance("service_id")
    timeline: Connection[later.Event] = timeline(
        "Everything that happened to the service itself, the newest first.", noun="service"
    )


@strawberry.type
class Query:
    service: Service | None = by_id("The service", "service")
    services: Connection[Service] = children(
        "The portfolio, by name.", "service", order=BY_NAME, admits=ServiceFilter
    )


@strawberry.input(description="A service that enters the pipeline.")
class ProposeServiceInput(IdempotentInput):
    code: str = required("1 to 40 characters, kept in capitals; no other service has it.")
    name: str = required("1 to 200 characters.")
    description: str = required("1 to 10,000 characters.")
    is_standard: bool | None = optional("Whether customers can enrol in it; true where left out.")
    category: str | None = optional("Up to 80 characters.")
    owner_id: strawberry.ID | None = ref("staff", "Who answers for it.", is_required=False)


@strawberry.input(description="A service that enters the catalogue.")
class PublishServiceInput(VersionedInput):
    service_id: strawberry.ID = acts_on("service", "The service.")


@strawberry.input(description="What changes about a service; what is left out stays.")
class UpdateServiceInput(VersionedInput):
    service_id: strawberry.ID = acts_on("service", "The service.")
    name: str | None = optional("1 to 200 characters.")
    description: str | None = optional("1 to 10,000 characters.")
    category: str | None = optional("Up to 80 characters; an empty one takes it away.")
    is_standard: bool | None = optional("Whether customers can enrol in it.")
    owner_id: strawberry.ID | None = ref("staff", "Who answers for it.", is_required=False)


@strawberry.input(description="A service that leaves the portfolio.")
class RetireServiceInput(VersionedInput):
    service_id: strawberry.ID = acts_on("service", "The service.")
    reason: str = required("Why, 1 to 2,000 characters.")


@strawberry.type
class Mutation:
    propose_service = verb(
        "Puts a service into the pipeline.",
        ProposeServiceInput,
        model.Service.propose,
        may=Caller.STAFF,
        service=Service,
    )
    publish_service = verb(
        "PIPELINE to CATALOGUE. RULE_VIOLATED without an SLA that is ACTIVE.",
        PublishServiceInput,
        model.Service.publish,
        may=Caller.STAFF,
    )
    update_service = verb(
        "Changes a service's particulars; its code stays.",
        UpdateServiceInput,
        model.Service.update,
        may=Caller.STAFF,
    )
    retire_service = verb(
        "To RETIRED. RULE_VIOLATED while live enrolments are there.",
        RetireServiceInput,
        model.Service.retire,
        may=Caller.STAFF,
    )
