"""One good input for each mutation, on the provider of tests/graph/world.py `populated`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.graph.asking import Graph
from tests.graph.world import OFFICE_HOURS, TARGETS, World


@dataclass(frozen=True)
class Case:
    """A mutation that is done, and the events that it appends, in their order."""

    given: dict[str, Any]
    events: tuple[str, ...]
    objects: tuple[str, ...] = field(default=())
    is_customers_own: bool = False
    """Whether a contact may do it too."""


def _case(*events: str, objects: str, **given: Any) -> Case:
    return Case(given, events, tuple(objects.split()))


def _own(*events: str, objects: str, **given: Any) -> Case:
    return Case(given, events, tuple(objects.split()), is_customers_own=True)


_FORM = {
    "subject": "s",
    "description": "d",
    "channel": "API",
    "impact": "HIGH",
    "urgency": "LOW",
}

# complaint_1 to complaint_7 stand at the statuses of STATUSES, those with odd numbers are of
# customer_1; enrollment_1 is ACTIVE, enrollment_2 REQUESTED, enrollment_3 SUSPENDED; customer_3 is
# a prospect; sla_3 is a draft for service_3, which is in the pipeline.
GOOD: dict[str, Case] = {
    "registerCustomer": _case(
        "customer.registered", objects="customer", name="New", timeZone="Asia/Kathmandu"
    ),
    "updateCustomer": _case(
        "customer.updated", objects="customer", customerId="customer_1", name="Renamed"
    ),
    "activateCustomer": _case("customer.activated", objects="customer", customerId="customer_3"),
    "markCustomerDormant": _case(
        "customer.marked_dormant", objects="customer", customerId="customer_1", reason="Rests."
    ),
    "markCustomerFormer": _case(
        "customer.marked_former", objects="customer", customerId="customer_3", reason="Gone."
    ),
    "returnCustomerToProspect": _case(
        "customer.returned_to_prospect", objects="customer", customerId="customer_3"
    ),
    "assignRelationshipManager": _case(
        "customer.relationship_manager_assigned",
        objects="customer",
        customerId="customer_3",
        relationshipManagerId="staff_2",
    ),
    "addContact": _case(
        "contact.added",
        objects="contact",
        customerId="customer_3",
        name="Eva",
        email="eva@example.org",
        role="BILLING",
        isPrimary=True,
    ),
    "updateContact": _case(
        "contact.updated", objects="contact", contactId="contact_1", phone="+34 1", role="OTHER"
    ),
    "recordCommendation": _own(
        "commendation.recorded",
        objects="commendation",
        contactId="contact_1",
        serviceId="service_1",
        text="Thanks.",
    ),
    "deactivateContact": _case("contact.deactivated", objects="contact", contactId="contact_2"),
    "eraseContact": _case("contact.erased", objects="contact", contactId="contact_1"),
    "addStaffMember": _case(
        "staff.added", objects="staffMember", name="Di", email="di@example.org", roles=["AGENT"]
    ),
    "updateStaffMember": _case(
        "staff.updated", objects="staffMember", staffMemberId="staff_3", roles=["AUDITOR"]
    ),
    "deactivateStaffMember": _case(
        "staff.deactivated", objects="staffMember", staffMemberId="staff_3"
    ),
    "proposeService": _case(
        "service.proposed", objects="service", code="new", name="New", description="d"
    ),
    "publishService": _case("service.published", objects="service", serviceId="service_3"),
    "defineCalendar": _case(
        "calendar.defined", objects="calendar", name="New", timeZone="UTC", hours=OFFICE_HOURS
    ),
    "draftSla": _case(
        "sla.drafted",
        objects="sla",
        serviceId="service_1",
        calendarId="calendar_1",
        name="Gold",
        targets=TARGETS,
    ),
    "activateSla": _case("sla.activated", objects="sla", slaId="sla_3"),
    "requestEnrollment": _case(
        "enrollment.requested",
        objects="enrollment",
        customerId="customer_3",
        serviceId="service_2",
        slaId="sla_2",
        calendarId="calendar_1",
        startsOn="2026-04-01",
        endsOn="2026-04-01",
    ),
    "activateEnrollment": _case(
        "enrollment.activated", objects="enrollment", enrollmentId="enrollment_2"
    ),
    "rejectEnrollment": _case(
        "enrollment.rejected", objects="enrollment", enrollmentId="enrollment_2", reason="No."
    ),
    "suspendEnrollment": _case(
        "enrollment.suspended", objects="enrollment", enrollmentId="enrollment_1", reason="Rests."
    ),
    "resumeEnrollment": _case(
        "enrollment.resumed", objects="enrollment", enrollmentId="enrollment_3"
    ),
    "endEnrollment": _case(
        "enrollment.ended", objects="enrollment", enrollmentId="enrollment_1", reason="Over."
    ),
    "changeEnrollmentSla": _case(
        "enrollment.sla_changed", objects="enrollment", enrollmentId="enrollment_1", slaId="sla_4"
    ),
    "recordComplaint": _own(
        "complaint.recorded", objects="complaint", customerId="customer_1", **_FORM
    ),
    "acknowledgeComplaint": _case(
        "complaint.acknowledged", objects="complaint", complaintId="complaint_1", ownerId="staff_1"
    ),
    "investigateComplaint": _case(
        "complaint.investigated", objects="complaint", complaintId="complaint_2"
    ),
    "awaitCustomer": _case(
        "complaint.customer_awaited", objects="complaint", complaintId="complaint_3", question="?"
    ),
    "resumeComplaint": _case("complaint.resumed", objects="complaint", complaintId="complaint_4"),
    "resolveComplaint": _case(
        "complaint.resolved",
        objects="complaint",
        complaintId="complaint_3",
        kind="COMPENSATED",
        summary="Paid.",
        rootCause="Rain.",
    ),
    "closeComplaint": _own("complaint.closed", objects="complaint", complaintId="complaint_5"),
    "reopenComplaint": _own(
        "complaint.reopened", objects="complaint", complaintId="complaint_6", reason="Again."
    ),
    "withdrawComplaint": _own(
        "complaint.withdrawn", objects="complaint", complaintId="complaint_1", reason="No."
    ),
    "assignComplaint": _case(
        "complaint.assigned", objects="complaint", complaintId="complaint_1", ownerId="staff_3"
    ),
    "commentOnComplaint": _own(
        "complaint.commented",
        objects="complaint comment",
        complaintId="complaint_1",
        body="b",
        visibility="CUSTOMER",
    ),
    "handOverCustomers": _case(
        "customer.relationship_manager_assigned",
        objects="staffMember",
        fromId="staff_1",
        toId="staff_2",
    ),
    "updateService": _case(
        "service.updated", objects="service", serviceId="service_1", name="Renamed"
    ),
    "retireService": _case(
        "service.retired", objects="service", serviceId="service_3", reason="Old."
    ),
    "addConfigurationItem": _case(
        "item.added", objects="configurationItem", name="Three", ciClass="host"
    ),
    "updateConfigurationItem": _case(
        "item.updated", objects="configurationItem", configurationItemId="item_1", name="Uno"
    ),
    "activateConfigurationItem": _case(
        "item.activated", objects="configurationItem", configurationItemId="item_1"
    ),
    "retireConfigurationItem": _case(
        "item.retired", objects="configurationItem", configurationItemId="item_2", reason="Old."
    ),
    "relate": _case(
        "relationship.related",
        objects="relationship",
        kind="HOSTED_ON",
        sourceId="item_1",
        targetId="item_2",
    ),
    "unrelate": _case(
        "relationship.unrelated", objects="relationship", relationshipId="relationship_1"
    ),
    "reviseCalendar": _case(
        "calendar.revised",
        objects="calendar",
        calendarId="calendar_1",
        timeZone="Europe/Madrid",
        isAlwaysOpen=True,
    ),
    "updateSla": _case("sla.updated", objects="sla", slaId="sla_3", name="Silver"),
    "reviseSla": _case("sla.drafted", "sla.revised", objects="sla", slaId="sla_1", name="Gold"),
    "retireSla": _case("sla.retired", objects="sla", slaId="sla_3", reason="Old."),
    "identifyRequirement": _case(
        "requirement.identified",
        objects="requirement",
        customerId="customer_1",
        statement="More.",
        priority="HIGH",
    ),
    "matchRequirement": _case(
        "requirement.matched",
        objects="requirement",
        requirementId="requirement_1",
        serviceId="service_1",
    ),
    "proposeServiceForRequirement": _case(
        "service.proposed",
        "requirement.service_proposed",
        objects="requirement service",
        requirementId="requirement_1",
        code="new",
        name="New",
        description="d",
    ),
    "declineRequirement": _case(
        "requirement.declined",
        objects="requirement",
        requirementId="requirement_1",
        reason="No.",
    ),
    "moveEnrollments": _case(
        "enrollment.sla_changed",
        "enrollment.sla_changed",
        objects="sla",
        fromSlaId="sla_1",
        toSlaId="sla_4",
    ),
    "reprioritizeComplaint": _case(
        "complaint.reprioritized",
        objects="complaint",
        complaintId="complaint_1",
        priority="CRITICAL",
        reason="So.",
    ),
    "escalateComplaint": _case(
        "complaint.escalated", objects="complaint", complaintId="complaint_1", reason="So."
    ),
    "planCorrectiveAction": _case(
        "action.planned",
        objects="complaint correctiveAction",
        complaintId="complaint_3",
        kind="CORRECTIVE",
        title="Do",
        ownerId="staff_1",
    ),
    "updateCorrectiveAction": _case(
        "action.updated", objects="correctiveAction", correctiveActionId="action_1", title="So"
    ),
    "startCorrectiveAction": _case(
        "action.started", objects="correctiveAction", correctiveActionId="action_1"
    ),
    "completeCorrectiveAction": _case(
        "action.completed", objects="correctiveAction", correctiveActionId="action_2"
    ),
    "verifyCorrectiveAction": _case(
        "action.verified",
        objects="correctiveAction",
        correctiveActionId="action_3",
        isEffective=True,
    ),
    "cancelCorrectiveAction": _case(
        "action.cancelled", objects="correctiveAction", correctiveActionId="action_1", reason="No."
    ),
    "recordInteraction": _case(
        "interaction.recorded",
        objects="interaction",
        customerId="customer_1",
        kind="MEETING",
        summary="So.",
    ),
    "completeFollowUp": _case(
        "interaction.follow_up_completed", objects="interaction", interactionId="interaction_1"
    ),
}


LATER = frozenset(
    {
        "markCustomerDormant",
        "markCustomerFormer",
        "returnCustomerToProspect",
        "deactivateStaffMember",
        "retireService",
        "retireSla",
        "rejectEnrollment",
        "endEnrollment",
        "declineRequirement",
        "retireConfigurationItem",
        "updateSla",
        "draftSla",
        "resolveComplaint",
        "withdrawComplaint",
        "cancelCorrectiveAction",
    }
)
"""Those that need a world of their own, since others have taken their way from them."""
ELSEWHERE = frozenset(
    {
        "draftSurvey",
        "updateSurvey",
        "openSurvey",
        "closeSurvey",
        "inviteToSurvey",
        "remindSurvey",
        "answerSurvey",
    }
)
"""Those that tests/business/test_surveys.py and test_answering.py do."""
ALONE = frozenset(
    {"moveEnrollments", "activateSla", "proposeServiceForRequirement", "handOverCustomers"}
)


async def prepared(graph: Graph, world: World, mutation: str) -> None:
    """Does what a case needs beyond what `populated` has made, where it is not there already."""
    if mutation == "returnCustomerToProspect":
        await graph.attempt("markCustomerFormer", customerId="customer_3", reason="Gone.")
    if mutation == "publishService":
        await graph.attempt("activateSla", slaId="sla_3")
    if mutation in ("changeEnrollmentSla", "moveEnrollments"):
        await world.offered("service_1", calendarId="calendar_1")
