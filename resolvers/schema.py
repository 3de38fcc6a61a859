"""The whole graph: every noun's types, queries, mutations and subscriptions as one schema."""

from __future__ import annotations

import strawberry
from graphql import GraphQLSchema, lexicographic_sort_schema, print_schema
from strawberry.schema.config import StrawberryConfig

from resolvers.action import ActionMutation, ActionQuery, CorrectiveAction
from resolvers.board import BoardQuery
from resolvers.calendar import BusinessCalendar, CalendarMutation, CalendarQuery
from resolvers.comment import Comment
from resolvers.complaint import Complaint, ComplaintQuery
from resolvers.complaint_verbs import ComplaintMutation
from resolvers.configuration_item import (
    ConfigurationItem,
    ConfigurationItemMutation,
    ConfigurationItemQuery,
)
from resolvers.contact import Contact, ContactMutation
from resolvers.customer import Customer, CustomerMutation, CustomerQuery
from resolvers.engine import errors
from resolvers.engine.operation import Engine
from resolvers.engine.pages import Node
from resolvers.engine.reading.declare import Argument, Nodes, declared
from resolvers.engine.scalars import SCALARS
from resolvers.enrollment import Enrollment, EnrollmentMutation, EnrollmentQuery
from resolvers.event import Event, EventQuery, Subscription
from resolvers.gap import GapQuery
from resolvers.interaction import Interaction, InteractionMutation, InteractionQuery
from resolvers.relationship import Relationship, RelationshipMutation
from resolvers.report import ReportQuery
from resolvers.requirement import RequirementMutation, RequirementQuery, ServiceRequirement
from resolvers.satisfaction_trend import SatisfactionTrendQuery
from resolvers.search import SearchQuery
from resolvers.service import Service, ServiceMutation, ServiceQuery
from resolvers.sla import Sla, SlaMutation, SlaQuery
from resolvers.staff import StaffMember, StaffMutation, StaffQuery
from resolvers.survey import (
    Survey,
    SurveyInvitation,
    SurveyMutation,
    SurveyQuery,
    SurveyQuestion,
    SurveyResponse,
)
from resolvers.trend import TrendQuery

NODES = (
    BusinessCalendar,
    Comment,
    Complaint,
    ConfigurationItem,
    Contact,
    CorrectiveAction,
    Customer,
    Enrollment,
    Event,
    Interaction,
    Relationship,
    Service,
    ServiceRequirement,
    Sla,
    StaffMember,
    Survey,
    SurveyInvitation,
    SurveyQuestion,
    SurveyResponse,
)


@strawberry.type(description="What can be read. Each root field is one statement.")
class Query(
    CustomerQuery,
    ServiceQuery,
    ConfigurationItemQuery,
    SlaQuery,
    CalendarQuery,
    RequirementQuery,
    EnrollmentQuery,
    ComplaintQuery,
    ActionQuery,
    InteractionQuery,
    ReportQuery,
    SatisfactionTrendQuery,
    GapQuery,
    SurveyQuery,
    BoardQuery,
    TrendQuery,
    StaffQuery,
    EventQuery,
    SearchQuery,
):
    node: Node | None = declared(
        "The object with this id; null where there is none for you.",
        Nodes(is_list=False),
        {"id": Argument(strawberry.ID, "A global id.")},
    )
    nodes: list[Node | None] = declared(
        "The objects with these ids, in their order; null for each that is not there for you.",
        Nodes(is_list=True),
        {"ids": Argument(list[strawberry.ID], "At most 100 global ids.")},
    )


@strawberry.type(
    description="What can be done. Each is one transaction and takes one `input`; where its "
    "payload's `errors` are not empty, nothing was changed."
)
class Mutation(
    CustomerMutation,
    ContactMutation,
    StaffMutation,
    ServiceMutation,
    ConfigurationItemMutation,
    RelationshipMutation,
    CalendarMutation,
    SlaMutation,
    RequirementMutation,
    EnrollmentMutation,
    ComplaintMutation,
    ActionMutation,
    InteractionMutation,
    SurveyMutation,
):
    pass


SCHEMA = strawberry.Schema(
    Query,
    Mutation,
    Subscription,
    types=[*NODES, *errors.TYPES],
    config=StrawberryConfig(scalar_map=SCALARS),
)
GRAPH: GraphQLSchema = SCHEMA._schema
ENGINE = Engine(GRAPH)


def printed() -> str:
    """The schema as SDL, sorted by name, as schema.graphql holds it."""
    return print_schema(lexicographic_sort_schema(GRAPH)) + "\n"


__all__ = ["ENGINE", "GRAPH", "SCHEMA", "printed"]
