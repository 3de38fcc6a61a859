"""The domain's enums as the graph shows them: every value with what it means."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar

import strawberry

from models.access import Role
from models.action import CorrectiveActionKind
from models.comment import Visibility
from models.complaint import ComplaintChannel, ResolutionKind, ServiceArea
from models.contact import ContactRole
from models.interaction import InteractionKind
from models.rules.edges import RelationshipKind
from models.rules.health import HealthBand, HealthCode
from models.rules.lifecycle import (
    ComplaintStatus,
    ConfigurationItemStatus,
    CorrectiveActionStatus,
    CustomerStage,
    EnrollmentStatus,
    PortfolioStatus,
    RequirementStatus,
    SlaStatus,
    SurveyStatus,
)
from models.rules.opening_hours import Weekday
from models.rules.priority import Level, Priority
from models.rules.satisfaction import SurveyQuestionKind
from models.rules.sla_clock import ClockSegmentKind, ClockState, SlaMetric

E = TypeVar("E", bound=Enum)


def _shown(
    enum: type[E], description: str, values: Mapping[str, str], name: str | None = None
) -> None:
    """Registers an enum of the domain. KeyError for a value without a description."""
    strawberry.enum(enum, name=name, description=description)
    definition: Any = enum.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[value.name]


_shown(
    CustomerStage,
    "How far the relationship with a customer has come.",
    {
        "PROSPECT": "May use our services; does not yet.",
        "ACTIVE": "Uses our services.",
        "DORMANT": "Uses nothing of ours for now.",
        "FORMER": "The relationship ended.",
    },
)
_shown(
    PortfolioStatus,
    "Where a service stands in the portfolio.",
    {
        "PIPELINE": "Proposed; can't be enrolled in yet.",
        "CATALOGUE": "Offered to customers.",
        "RETIRED": "No longer offered.",
    },
)
_shown(
    ConfigurationItemStatus,
    "Where a configuration item stands.",
    {
        "PLANNED": "Not in use yet.",
        "IN_USE": "Something may run on it.",
        "RETIRED": "No longer in use.",
    },
    "CiStatus",
)
_shown(
    RelationshipKind,
    "What an edge says of its source and its target.",
    {
        "PARENT_OF": "Customer to customer: the source owns the target. Without circles.",
        "PARTNER_OF": "Customer and customer: they work together; either may be the source.",
        "REPORTS_TO": "Contact to contact: the target is the source's superior. Without circles.",
        "SPONSORS": "Contact to service: the source backs the service.",
        "WORKS_WITH": "Contact to member of staff: they work together.",
        "DEPENDS_ON": "Service or item to service or item: where the target fails, the source "
        "fails. Without circles, HOSTED_ON included.",
        "HOSTED_ON": "Item to item: the source runs on the target, and fails with it. Without "
        "circles, DEPENDS_ON included.",
        "SUPPORTED_BY": "Service or item to member of staff: the target looks after the source.",
    },
)
_shown(
    SlaStatus,
    "Where an SLA stands.",
    {
        "DRAFT": "Being written; can change.",
        "ACTIVE": "Offered to new enrolments; never changes.",
        "RETIRED": "No longer offered; enrolments under it keep it.",
    },
)
_shown(
    EnrollmentStatus,
    "Where an enrolment stands.",
    {
        "REQUESTED": "Asked for; not decided yet.",
        "ACTIVE": "The customer uses the service.",
        "SUSPENDED": "Resting; no clock stops for it.",
        "ENDED": "Over.",
        "REJECTED": "Turned down.",
    },
)
_shown(
    RequirementStatus,
    "Where a customer's requirement stands.",
    {
        "IDENTIFIED": "Written down; nothing decided yet.",
        "MATCHED": "An existing service will meet it.",
        "NEW_SERVICE_PROPOSED": "No service met it: a new one is in the pipeline.",
        "FULFILLED": "The customer is enrolled in the service that meets it.",
        "DECLINED": "Nothing will be done about it.",
    },
)
_shown(
    ComplaintStatus,
    "Where a complaint stands, by ISO 10002's steps.",
    {
        "RECEIVED": "Recorded and assessed; nobody has answered yet.",
        "ACKNOWLEDGED": "The customer knows that it has come; it has an owner.",
        "INVESTIGATING": "Somebody looks into it.",
        "AWAITING_CUSTOMER": "Waits for something that the customer was asked.",
        "RESOLVED": "Answered; the customer may still object.",
        "CLOSED": "Over, the answer stands.",
        "WITHDRAWN": "Taken back by the customer.",
    },
)
_shown(
    Level,
    "How strong an impact or an urgency is.",
    {"HIGH": "Strong.", "MEDIUM": "Noticeable.", "LOW": "Slight."},
)
_shown(
    Priority,
    "How urgent a complaint is; ascending order puts CRITICAL first.",
    {
        "CRITICAL": "High impact and high urgency.",
        "HIGH": "High with medium, or a risk to safety.",
        "MEDIUM": "Medium with medium, or high with low.",
        "LOW": "Everything else.",
    },
)
_shown(
    SlaMetric,
    "What a target is about.",
    {
        "RESPONSE": "From receipt to the acknowledgement.",
        "RESOLUTION": "From receipt to the resolution, without the waits for the customer.",
    },
)
_shown(
    ClockState,
    "Where a clock stands; of several states the first of BREACHED, MET, CANCELLED, PAUSED, "
    "WARNING, RUNNING that is true.",
    {
        "RUNNING": "Counting, with time left.",
        "WARNING": "Counting, and beyond the share of its target at which it warns.",
        "PAUSED": "Held: the customer must answer.",
        "MET": "Stopped in time.",
        "BREACHED": "Its target was used up; stays so whatever comes.",
        "CANCELLED": "Of no account: the complaint was withdrawn.",
    },
)
_shown(
    ClockSegmentKind,
    "What a stretch of a clock's time was.",
    {
        "COUNTED": "Business time that counted.",
        "PAUSED": "Time that a pause held.",
        "OUT_OF_HOURS": "Time at which the calendar is closed.",
    },
    "SegmentKind",
)
_shown(
    CorrectiveActionKind,
    "What a corrective action is aimed at.",
    {
        "CORRECTION": "This case.",
        "CORRECTIVE": "Its cause.",
        "PREVENTIVE": "Its like, elsewhere or later.",
    },
)
_shown(
    CorrectiveActionStatus,
    "Where a corrective action stands.",
    {
        "PLANNED": "To be done.",
        "IN_PROGRESS": "Somebody works on it.",
        "DONE": "Done; whether it helped is yet to be seen.",
        "VERIFIED": "Found effective.",
        "INEFFECTIVE": "Found without effect; a successor must be planned.",
        "CANCELLED": "Will not be done.",
    },
)
_shown(
    InteractionKind,
    "What kind of talk it was.",
    {
        "MEETING": "People met.",
        "CALL": "By telephone or video.",
        "EMAIL": "By e-mail.",
        "SERVICE_REVIEW": "A service review: the next one is planned from it.",
        "ESCALATION_TALK": "About something that had gone wrong.",
        "OTHER": "Anything else.",
    },
)
_shown(
    SurveyStatus,
    "Where a survey stands.",
    {
        "DRAFT": "Being written; can change.",
        "OPEN": "Takes answers; its questions can't change.",
        "CLOSED": "Takes answers no longer.",
    },
)
_shown(
    SurveyQuestionKind,
    "What a question asks for.",
    {
        "SATISFACTION": "How satisfied, 1 to 5 (CSAT).",
        "RECOMMENDATION": "How likely to recommend, 0 to 10 (NPS).",
        "EFFORT": "How easy it was, 1 to 7 (CES).",
        "EXPECTATION": "What was expected and what was perceived of an area, 1 to 7 each.",
        "CHOICE": "One of its choices.",
        "TEXT": "Words of one's own.",
    },
    "QuestionKind",
)
_shown(
    HealthBand,
    "How a relationship stands.",
    {
        "GOOD": "Nothing speaks against it.",
        "WATCH": "Something does; docs/domain/satisfaction.md says what weighs how much.",
        "AT_RISK": "Much does: call the customer.",
        "UNKNOWN": "Nothing is known yet.",
    },
)
_shown(
    HealthCode,
    "What makes a relationship worse.",
    {
        "OPEN_BREACHED_COMPLAINTS": "Open complaints of which a clock breached: how many.",
        "REOPENED_COMPLAINTS": "Open complaints that were reopened: how many.",
        "LOW_ATTAINMENT": "Targets kept in 90 days, below 95 percent: the percentage.",
        "DETRACTOR": "The last answer to a recommendation question, 0 to 6: the score.",
        "OVERDUE_FOLLOW_UPS": "Follow-ups whose day has ended: how many.",
        "NO_INTERACTION": "No talk for 90 days or more: how many days.",
    },
)
_shown(
    Weekday,
    "A day of the week.",
    {day.value: f"{day.value.title()}." for day in Weekday},
)
_shown(
    ContactRole,
    "What a contact is in the relationship.",
    {
        "SPONSOR": "Pays for, and stands behind, the services.",
        "DECISION_MAKER": "Decides on services and agreements.",
        "SERVICE_OWNER": "Answers for a service on the customer's side.",
        "USER_REPRESENTATIVE": "Speaks for those who use the services.",
        "BILLING": "Handles invoices.",
        "OTHER": "Anything else.",
    },
)
_shown(
    Role,
    "What somebody may do here.",
    {
        "ADMINISTRATOR": "Staff: everything, settings and identity included.",
        "RELATIONSHIP_MANAGER": "Staff: owns relationships with customers.",
        "AGENT": "Staff: handles complaints and enrolments.",
        "CONTACT": "A customer's person: its own customer's side.",
        "PARTNER": "A program of somebody else's, within its token's scopes.",
        "AUDITOR": "Staff: sees everything, changes nothing.",
    },
)
_shown(
    ComplaintChannel,
    "The way on which a complaint came.",
    {
        "PHONE": "By telephone.",
        "EMAIL": "By e-mail.",
        "PORTAL": "Through a portal.",
        "MEETING": "In a meeting.",
        "API": "Through this API, by a program.",
    },
)
_shown(
    ServiceArea,
    "The area of a service's quality: SERVQUAL's five, value and communication.",
    {
        "RELIABILITY": "Does what was promised, dependably.",
        "RESPONSIVENESS": "Helps willingly and promptly.",
        "ASSURANCE": "Knows its business and inspires trust.",
        "EMPATHY": "Cares, and gives individual attention.",
        "TANGIBLES": "Equipment, material and appearance.",
        "VALUE": "Is worth what it costs.",
        "COMMUNICATION": "Keeps people informed in words they understand.",
    },
)
_shown(
    ResolutionKind,
    "How a complaint was answered.",
    {
        "REMEDIED": "The fault was put right; needs a finished corrective action.",
        "EXPLAINED": "The customer was told why.",
        "COMPENSATED": "The customer got something for it.",
        "NOT_UPHELD": "The complaint was found to be without ground.",
    },
)
_shown(
    Visibility,
    "Who reads a comment.",
    {"INTERNAL": "Staff only.", "CUSTOMER": "The customer too."},
)

__all__ = [
    "ClockSegmentKind",
    "ClockState",
    "ComplaintChannel",
    "ComplaintStatus",
    "ConfigurationItemStatus",
    "ContactRole",
    "CorrectiveActionKind",
    "CorrectiveActionStatus",
    "CustomerStage",
    "EnrollmentStatus",
    "HealthBand",
    "HealthCode",
    "InteractionKind",
    "Level",
    "PortfolioStatus",
    "Priority",
    "RelationshipKind",
    "RequirementStatus",
    "ResolutionKind",
    "Role",
    "ServiceArea",
    "SlaMetric",
    "SlaStatus",
    "SurveyQuestionKind",
    "SurveyStatus",
    "Visibility",
    "Weekday",
]
