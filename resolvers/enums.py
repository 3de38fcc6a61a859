"""The domain's enums as the graph shows them: what each value means."""

from __future__ import annotations

from enum import Enum
from typing import Any, TypeVar

import strawberry

from models.access import Role as Role
from models.action import CorrectiveActionKind as CorrectiveActionKind
from models.comment import Visibility as Visibility
from models.complaint import ComplaintChannel as ComplaintChannel
from models.complaint import ResolutionKind as ResolutionKind
from models.complaint import ServiceArea as ServiceArea
from models.contact import ContactRole as ContactRole
from models.interaction import InteractionKind as InteractionKind
from models.rules.edges import RelationshipKind as RelationshipKind
from models.rules.health import HealthBand as HealthBand
from models.rules.health import HealthCode as HealthCode
from models.rules.lifecycle import ComplaintStatus as ComplaintStatus
from models.rules.lifecycle import ConfigurationItemStatus as ConfigurationItemStatus
from models.rules.lifecycle import CorrectiveActionStatus as CorrectiveActionStatus
from models.rules.lifecycle import CustomerStage as CustomerStage
from models.rules.lifecycle import EnrollmentStatus as EnrollmentStatus
from models.rules.lifecycle import PortfolioStatus as PortfolioStatus
from models.rules.lifecycle import RequirementStatus as RequirementStatus
from models.rules.lifecycle import SlaStatus as SlaStatus
from models.rules.lifecycle import SurveyStatus as SurveyStatus
from models.rules.opening_hours import Weekday as Weekday
from models.rules.priority import Level as Level
from models.rules.priority import Priority as Priority
from models.rules.satisfaction import SurveyQuestionKind as SurveyQuestionKind
from models.rules.sla_clock import ClockSegmentKind as ClockSegmentKind
from models.rules.sla_clock import ClockState as ClockState
from models.rules.sla_clock import SlaMetric as SlaMetric

E = TypeVar("E", bound=Enum)


def _shown(enum: type[E], description: str, name: str | None = None, **values: str) -> None:
    """Registers an enum of the domain. KeyError for a value without a description."""
    strawberry.enum(enum, name=name, description=description)
    definition: Any = enum.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[value.name]


_shown(
    CustomerStage,
    "The stage of a customer's relationship with the provider.",
    PROSPECT="Might use the services, but doesn't yet.",
    ACTIVE="Uses at least one service.",
    DORMANT="Uses no services for now.",
    FORMER="The relationship has ended.",
)
_shown(
    PortfolioStatus,
    "The status of a service in the portfolio.",
    PIPELINE="Proposed; customers can't be enrolled yet.",
    CATALOGUE="Offered to customers now.",
    RETIRED="No longer offered to customers.",
)
_shown(
    ConfigurationItemStatus,
    "The status of a configuration item.",
    name="CiStatus",
    PLANNED="It is not in use yet.",
    IN_USE="In use; services may run on it.",
    RETIRED="It is no longer in use.",
)
_shown(
    RelationshipKind,
    "What a relationship says about its source and target.",
    PARENT_OF="Customer to customer: the source owns the target. Circles are not allowed.",
    PARTNER_OF="Customer and customer: they work together; either may be the source.",
    REPORTS_TO="Contact to contact: the source reports to the target. Circles are not allowed.",
    SPONSORS="Contact to service: the source sponsors the service.",
    WORKS_WITH="Contact to member of staff: they work together.",
    DEPENDS_ON="Service or item to service or item: if the target fails, so does the "
    "source. Circles are not allowed, not even with HOSTED_ON.",
    HOSTED_ON="Item to item: the source runs on the target and fails with it. Circles "
    "are not allowed, not even with DEPENDS_ON.",
    SUPPORTED_BY="Service or item to member of staff: the target supports the source.",
)
_shown(
    SlaStatus,
    "The status of an SLA.",
    DRAFT="Being written; it can still change.",
    ACTIVE="Offered to new enrolments; it never changes.",
    RETIRED="No longer offered; existing enrolments keep it.",
)
_shown(
    EnrollmentStatus,
    "The status of an enrolment.",
    REQUESTED="Requested, but not yet decided.",
    ACTIVE="The customer uses the service.",
    SUSPENDED="Suspended; SLA clocks keep running.",
    ENDED="The enrolment has ended.",
    REJECTED="The request was turned down.",
)
_shown(
    RequirementStatus,
    "The status of a customer's requirement.",
    IDENTIFIED="Recorded, but nothing is decided yet.",
    MATCHED="An existing service will meet it.",
    NEW_SERVICE_PROPOSED="No service met it, so a new one is in the pipeline.",
    FULFILLED="The customer is enrolled in a service that meets it.",
    DECLINED="Nothing will be done about it.",
)
_shown(
    ComplaintStatus,
    "The status of a complaint, following the steps of ISO 10002.",
    RECEIVED="Recorded and assessed, but not yet acknowledged.",
    ACKNOWLEDGED="Receipt was acknowledged to the customer; it has an owner.",
    INVESTIGATING="Someone is looking into it.",
    AWAITING_CUSTOMER="Waiting for something the customer was asked for.",
    RESOLVED="Answered; the customer may still reopen it.",
    CLOSED="The complaint is closed.",
    WITHDRAWN="Withdrawn at the customer's request.",
)
_shown(
    Level,
    "How strong the impact or urgency is.",
    HIGH="The highest of the levels.",
    MEDIUM="The middle of the levels.",
    LOW="The lowest of the levels.",
)
_shown(
    Priority,
    "How urgent a complaint is; ascending order starts with CRITICAL.",
    CRITICAL="High impact and high urgency.",
    HIGH="High with medium, or at least this if safety is at risk.",
    MEDIUM="Medium with medium, or high with low.",
    LOW="All other combinations of levels.",
)
_shown(
    SlaMetric,
    "What an SLA target applies to.",
    RESPONSE="The time from receipt to acknowledgement.",
    RESOLUTION="The time from receipt to resolution, not counting waits for the customer.",
)
_shown(
    ClockState,
    "The state of a clock. If several apply, it is the first of BREACHED, MET, CANCELLED, PAUSED, "
    "WARNING, RUNNING.",
    RUNNING="Counting, with time left.",
    WARNING="Counting, and past the percentage of its target at which it warns.",
    PAUSED="On hold: the customer must answer.",
    MET="Stopped before its target was used up.",
    BREACHED="Its target was used up; this state is final.",
    CANCELLED="No longer relevant: the complaint was withdrawn.",
)
_shown(
    ClockSegmentKind,
    "How a segment of a clock's time was treated.",
    name="SegmentKind",
    COUNTED="Business time that was counted.",
    PAUSED="Time during a pause, not counted.",
    OUT_OF_HOURS="Time when the calendar is closed, not counted.",
)
_shown(
    CorrectiveActionKind,
    "What a corrective action is aimed at.",
    CORRECTION="It puts this case right.",
    CORRECTIVE="It removes the cause.",
    PREVENTIVE="It prevents similar cases, elsewhere or later.",
)
_shown(
    CorrectiveActionStatus,
    "The status of a corrective action.",
    PLANNED="It has not been started.",
    IN_PROGRESS="Someone is working on it.",
    DONE="Done, but its effect is not yet verified.",
    VERIFIED="Done, and found to be effective.",
    INEFFECTIVE="Found to be ineffective; a successor must be planned.",
    CANCELLED="It will not be done.",
)
_shown(
    InteractionKind,
    "The kind of an interaction with a customer.",
    MEETING="A meeting, in person.",
    CALL="A call by telephone or video.",
    EMAIL="An exchange by e-mail.",
    SERVICE_REVIEW="A service review; the next one is planned from its date.",
    ESCALATION_TALK="A conversation about something that went wrong.",
    OTHER="Any other kind of interaction.",
)
_shown(
    SurveyStatus,
    "The status of a survey.",
    DRAFT="Being written; it can still change.",
    OPEN="Accepts answers; its questions can't change.",
    CLOSED="It no longer accepts answers.",
)
_shown(
    SurveyQuestionKind,
    "The type of answer a question asks for.",
    name="QuestionKind",
    SATISFACTION="How satisfied, 1 to 5 (CSAT).",
    RECOMMENDATION="How likely to recommend, 0 to 10 (NPS).",
    EFFORT="How easy it was, 1 to 7 (CES).",
    EXPECTATION="The expected and the perceived quality of an area, 1 to 7 each.",
    CHOICE="One of the given choices.",
    TEXT="An answer in free text.",
)
_shown(
    HealthBand,
    "The state of a relationship.",
    GOOD="There are no significant problems.",
    WATCH="There are some problems; docs/domain/satisfaction.md lists the weights.",
    AT_RISK="There are serious problems: call the customer.",
    UNKNOWN="Nothing is known yet.",
)
_shown(
    HealthCode,
    "A reason that lowers a relationship's health.",
    OPEN_BREACHED_COMPLAINTS="The number of open complaints with a breached clock.",
    REOPENED_COMPLAINTS="The number of open complaints that were reopened.",
    LOW_ATTAINMENT="The percentage of targets met in 90 days, if below 95.",
    DETRACTOR="The last score given to a recommendation question, if 0 to 6.",
    OVERDUE_FOLLOW_UPS="The number of follow-ups past their day.",
    NO_INTERACTION="The number of days without an interaction, if 90 or more.",
)
_shown(
    Weekday,
    "One of the days of the week.",
    **{day.value: f"{day.value.title()}, in local time." for day in Weekday},
)
_shown(
    ContactRole,
    "A contact's role in the relationship.",
    SPONSOR="Pays for the services and champions them.",
    DECISION_MAKER="Decides on services and agreements.",
    SERVICE_OWNER="Is responsible for a service on the customer's side.",
    USER_REPRESENTATIVE="Represents the people who use the services.",
    BILLING="Deals with the provider's invoices.",
    OTHER="Any other kind of role.",
)
_shown(
    Role,
    "What a person or program may do.",
    ADMINISTRATOR="Staff: everything, including settings and identities.",
    RELATIONSHIP_MANAGER="Staff: owns the relationships with customers.",
    AGENT="Staff: handles complaints and enrolments.",
    CONTACT="A customer's contact: sees and acts for their own customer only.",
    PARTNER="A third-party program, within its token's scopes.",
    AUDITOR="Staff: sees everything but changes nothing.",
)
_shown(
    ComplaintChannel,
    "The channel through which a complaint was received.",
    PHONE="It came by telephone.",
    EMAIL="It came by e-mail.",
    PORTAL="It came through a portal.",
    MEETING="It came up in a meeting.",
    API="It came from a program, through this API.",
)
_shown(
    ServiceArea,
    "An area of service quality: the five of SERVQUAL, plus value and communication.",
    RELIABILITY="The service does what was promised, dependably.",
    RESPONSIVENESS="Staff help willingly and promptly.",
    ASSURANCE="Staff know their business and inspire trust.",
    EMPATHY="Staff care, and give individual attention.",
    TANGIBLES="Equipment, materials and appearance.",
    VALUE="The service is worth its price.",
    COMMUNICATION="Customers are kept informed in words they understand.",
)
_shown(
    ResolutionKind,
    "The answer to a complaint.",
    REMEDIED="The fault was put right; this requires a completed corrective action.",
    EXPLAINED="The reason was explained to the customer.",
    COMPENSATED="The customer was given compensation.",
    NOT_UPHELD="The complaint was found to be unjustified.",
)
_shown(
    Visibility,
    "Who may read a comment.",
    INTERNAL="Only staff may read it.",
    CUSTOMER="The customer may read it too.",
)
