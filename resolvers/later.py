"""Types by name, for nouns that refer to each other: looked up when they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from strawberry.types.lazy_type import LazyType

if TYPE_CHECKING:
    BusinessCalendar: TypeAlias = Any
    Comment: TypeAlias = Any
    Complaint: TypeAlias = Any
    ConfigurationItem: TypeAlias = Any
    Contact: TypeAlias = Any
    CorrectiveAction: TypeAlias = Any
    Customer: TypeAlias = Any
    Dependency: TypeAlias = Any
    Enrollment: TypeAlias = Any
    ExpectationGap: TypeAlias = Any
    Event: TypeAlias = Any
    Impact: TypeAlias = Any
    Interaction: TypeAlias = Any
    Relationship: TypeAlias = Any
    Service: TypeAlias = Any
    ServiceRequirement: TypeAlias = Any
    Sla: TypeAlias = Any
    StaffMember: TypeAlias = Any
    Survey: TypeAlias = Any
else:
    BusinessCalendar = LazyType("BusinessCalendar", "resolvers.calendar")
    Comment = LazyType("Comment", "resolvers.comment")
    Complaint = LazyType("Complaint", "resolvers.complaint")
    ConfigurationItem = LazyType("ConfigurationItem", "resolvers.configuration_item")
    Contact = LazyType("Contact", "resolvers.contact")
    CorrectiveAction = LazyType("CorrectiveAction", "resolvers.action")
    Customer = LazyType("Customer", "resolvers.customer")
    Dependency = LazyType("Dependency", "resolvers.relationship")
    Enrollment = LazyType("Enrollment", "resolvers.enrollment")
    ExpectationGap = LazyType("ExpectationGap", "resolvers.gap")
    Event = LazyType("Event", "resolvers.event")
    Impact = LazyType("Impact", "resolvers.impact")
    Interaction = LazyType("Interaction", "resolvers.interaction")
    Relationship = LazyType("Relationship", "resolvers.relationship")
    Service = LazyType("Service", "resolvers.service")
    ServiceRequirement = LazyType("ServiceRequirement", "resolvers.requirement")
    Sla = LazyType("Sla", "resolvers.sla")
    StaffMember = LazyType("StaffMember", "resolvers.staff")
    Survey = LazyType("Survey", "resolvers.survey")
