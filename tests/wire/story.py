"""A complaint whose status changes as often as a test wants, made through the graph alone."""

from __future__ import annotations

import secrets
from typing import Any

from tests.wire.running import Server

STATUS_CHANGES = """
subscription ($after: Cursor) {
  complaintStatusChanged(after: $after) { cursor from to complaint { reference } }
}
"""
CHANGES_IN_A_REQUEST_MAX = 10

_DESCRIPTION_CHARACTERS = 10_000
_COPIES = 15
LONG_STATUS_CHANGES = (
    "subscription ($after: Cursor) { complaintStatusChanged(after: $after) { cursor complaint {"
    + " ".join(f"copy{number}: description" for number in range(_COPIES))
    + "} } }"
)
"""Tells each change at a length of some 150 KB."""

_SETTING = """
mutation ($customer: RegisterCustomerInput!, $owner: AddStaffMemberInput!) {
  registerCustomer(input: $customer) { customer { id } errors { message } }
  addStaffMember(input: $owner) { staffMember { id } errors { message } }
}
"""
_RECORDING = """
mutation ($complaint: RecordComplaintInput!) {
  recordComplaint(input: $complaint) { complaint { id } errors { message } }
}
"""
_BEGINNING = """
mutation ($taken: AcknowledgeComplaintInput!, $complaint: InvestigateComplaintInput!) {
  acknowledgeComplaint(input: $taken) { errors { message } }
  investigateComplaint(input: $complaint) { errors { message } }
}
"""


class Story:
    """One complaint under investigation; each `change` is one event of its status."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._changes = 0
        self._complaint_id = self._begin()

    def _begin(self) -> str:
        mark = secrets.token_hex(4)
        owner = {"name": "Ana", "email": f"ana-{mark}@example.org", "roles": ["AGENT"]}
        made = self._done(
            _SETTING,
            customer={"name": f"Northwind {mark}", "timeZone": "Europe/Madrid"},
            owner=owner,
        )
        complaint = {
            "customerId": made["registerCustomer"]["customer"]["id"],
            "subject": "The line is dead",
            "description": "x" * _DESCRIPTION_CHARACTERS,
            "channel": "PHONE",
            "impact": "HIGH",
            "urgency": "HIGH",
        }
        recorded = self._done(_RECORDING, complaint=complaint)
        complaint_id: str = recorded["recordComplaint"]["complaint"]["id"]
        taken = {
            "complaintId": complaint_id,
            "ownerId": made["addStaffMember"]["staffMember"]["id"],
        }
        self._done(_BEGINNING, taken=taken, complaint={"complaintId": complaint_id})
        return complaint_id

    def on(self, server: Server) -> Story:
        """The same complaint, served by another process."""
        self._server = server
        return self

    def change(self, times: int = 1) -> None:
        """Lets the complaint wait for the customer and be resumed, in turns."""
        while times > 0:
            count = min(times, CHANGES_IN_A_REQUEST_MAX)
            steps = [self._step(number) for number in range(count)]
            self._done("mutation {" + " ".join(steps) + "}")
            self._changes += count
            times -= count

    def _step(self, number: int) -> str:
        on = f'complaintId: "{self._complaint_id}"'
        if (self._changes + number) % 2 == 0:
            step = f'awaitCustomer(input: {{{on}, question: "Which line?"}})'
        else:
            step = f"resumeComplaint(input: {{{on}}})"
        return f"step{number}: {step} {{ errors {{ message }} }}"

    def head(self) -> str:
        """The cursor of the newest event."""
        cursor: str = self._server.answer("{ eventHead }")["eventHead"]
        return cursor

    def _done(self, document: str, **variables: Any) -> dict[str, Any]:
        data = self._server.answer(document, **variables)
        for payload in data.values():
            assert payload["errors"] == [], payload
        return data
