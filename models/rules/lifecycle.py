"""Every lifecycle of the domain, each as one table that verbs, the graph and the docs read.

Source: ITIL Business Relationship Management; complaint handling after ISO 10002.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Generic, TypeVar


class CustomerStage(str, Enum):
    PROSPECT = "PROSPECT"
    ACTIVE = "ACTIVE"
    DORMANT = "DORMANT"
    FORMER = "FORMER"


class PortfolioStatus(str, Enum):
    PIPELINE = "PIPELINE"
    CATALOGUE = "CATALOGUE"
    RETIRED = "RETIRED"


class SlaStatus(str, Enum):
    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    RETIRED = "RETIRED"


class ConfigurationItemStatus(str, Enum):
    PLANNED = "PLANNED"
    IN_USE = "IN_USE"
    RETIRED = "RETIRED"


class EnrollmentStatus(str, Enum):
    REQUESTED = "REQUESTED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    ENDED = "ENDED"
    REJECTED = "REJECTED"


class RequirementStatus(str, Enum):
    IDENTIFIED = "IDENTIFIED"
    MATCHED = "MATCHED"
    NEW_SERVICE_PROPOSED = "NEW_SERVICE_PROPOSED"
    FULFILLED = "FULFILLED"
    DECLINED = "DECLINED"


DECIDED_REQUIREMENTS = (RequirementStatus.MATCHED, RequirementStatus.NEW_SERVICE_PROPOSED)
"""A service was chosen for it, and an enrolment in that service will fulfil it."""

OPEN_REQUIREMENTS = (RequirementStatus.IDENTIFIED, *DECIDED_REQUIREMENTS)


LIVE_ENROLLMENTS = (
    EnrollmentStatus.REQUESTED,
    EnrollmentStatus.ACTIVE,
    EnrollmentStatus.SUSPENDED,
)


class ComplaintStatus(str, Enum):
    RECEIVED = "RECEIVED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    INVESTIGATING = "INVESTIGATING"
    AWAITING_CUSTOMER = "AWAITING_CUSTOMER"
    RESOLVED = "RESOLVED"
    CLOSED = "CLOSED"
    WITHDRAWN = "WITHDRAWN"

    @property
    def rank(self) -> int:
        """Its place in the order of the lifecycle, 1 for RECEIVED."""
        return list(ComplaintStatus).index(self) + 1


OPEN_COMPLAINTS = (
    ComplaintStatus.RECEIVED,
    ComplaintStatus.ACKNOWLEDGED,
    ComplaintStatus.INVESTIGATING,
    ComplaintStatus.AWAITING_CUSTOMER,
)


OVER_COMPLAINTS = (ComplaintStatus.CLOSED, ComplaintStatus.WITHDRAWN)


class SurveyStatus(str, Enum):
    DRAFT = "DRAFT"
    OPEN = "OPEN"
    CLOSED = "CLOSED"


class CorrectiveActionStatus(str, Enum):
    PLANNED = "PLANNED"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    VERIFIED = "VERIFIED"
    INEFFECTIVE = "INEFFECTIVE"
    CANCELLED = "CANCELLED"


OPEN_ACTIONS = (CorrectiveActionStatus.PLANNED, CorrectiveActionStatus.IN_PROGRESS)
PROVEN_ACTIONS = (CorrectiveActionStatus.DONE, CorrectiveActionStatus.VERIFIED)
"""An action that stands for a remedy: done, and at best verified."""

S = TypeVar("S", bound=Enum)


@dataclass(frozen=True)
class Step(Generic[S]):
    """One row of a lifecycle: the verb that goes from any of `sources` to `to`, and its needs."""

    verb: str
    sources: tuple[S, ...]
    to: S
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lifecycle(Generic[S]):
    """All the steps of one noun, in the order in which a person would read them."""

    noun: str
    column: str
    steps: tuple[Step[S], ...]

    def step(self, verb: str) -> Step[S]:
        """The step that a verb takes. Raises KeyError for a verb that is none of this noun's."""
        for step in self.steps:
            if step.verb == verb:
                return step
        raise KeyError(verb)

    def steps_from(self, status: S) -> tuple[Step[S], ...]:
        """What may happen next to a row that stands at `status`."""
        return tuple(step for step in self.steps if status in step.sources)

    def targets_from(self, status: S) -> tuple[S, ...]:
        """The statuses that may follow, each once, in the table's order."""
        return tuple(dict.fromkeys(step.to for step in self.steps_from(status)))


_C = CustomerStage
CUSTOMER = Lifecycle(
    "customer",
    "stage",
    (
        Step("activate", (_C.PROSPECT, _C.DORMANT), _C.ACTIVE),
        Step("mark_dormant", (_C.ACTIVE,), _C.DORMANT),
        Step("mark_former", (_C.PROSPECT, _C.ACTIVE, _C.DORMANT), _C.FORMER, ("reason",)),
        Step("return_to_prospect", (_C.FORMER,), _C.PROSPECT),
    ),
)

_P = PortfolioStatus
SERVICE = Lifecycle(
    "service",
    "portfolio_status",
    (
        Step("publish", (_P.PIPELINE,), _P.CATALOGUE),
        Step("retire", (_P.PIPELINE, _P.CATALOGUE), _P.RETIRED, ("reason",)),
    ),
)

_I = ConfigurationItemStatus
CONFIGURATION_ITEM = Lifecycle(
    "item",
    "status",
    (
        Step("activate", (_I.PLANNED,), _I.IN_USE),
        Step("retire", (_I.PLANNED, _I.IN_USE), _I.RETIRED),
    ),
)

_A = SlaStatus
SLA = Lifecycle(
    "sla",
    "status",
    (
        Step("activate", (_A.DRAFT,), _A.ACTIVE),
        Step("retire", (_A.DRAFT, _A.ACTIVE), _A.RETIRED),
    ),
)

_R = RequirementStatus
REQUIREMENT = Lifecycle(
    "requirement",
    "status",
    (
        Step("match", (_R.IDENTIFIED,), _R.MATCHED, ("service_id",)),
        Step(
            "propose_service",
            (_R.IDENTIFIED,),
            _R.NEW_SERVICE_PROPOSED,
            ("code", "name", "description"),
        ),
        Step("fulfil", DECIDED_REQUIREMENTS, _R.FULFILLED),
        Step("decline", OPEN_REQUIREMENTS, _R.DECLINED, ("reason",)),
    ),
)

_E = EnrollmentStatus
ENROLLMENT = Lifecycle(
    "enrollment",
    "status",
    (
        Step("activate", (_E.REQUESTED,), _E.ACTIVE),
        Step("reject", (_E.REQUESTED,), _E.REJECTED, ("reason",)),
        Step("suspend", (_E.ACTIVE,), _E.SUSPENDED, ("reason",)),
        Step("resume", (_E.SUSPENDED,), _E.ACTIVE),
        Step("end", (_E.ACTIVE, _E.SUSPENDED), _E.ENDED, ("reason",)),
    ),
)

_S = ComplaintStatus
COMPLAINT = Lifecycle(
    "complaint",
    "status",
    (
        Step("acknowledge", (_S.RECEIVED,), _S.ACKNOWLEDGED, ("owner",)),
        Step("investigate", (_S.ACKNOWLEDGED,), _S.INVESTIGATING),
        Step(
            "await_customer",
            (_S.ACKNOWLEDGED, _S.INVESTIGATING),
            _S.AWAITING_CUSTOMER,
            ("question",),
        ),
        Step("resume", (_S.AWAITING_CUSTOMER,), _S.INVESTIGATING),
        Step(
            "resolve",
            (_S.ACKNOWLEDGED, _S.INVESTIGATING, _S.AWAITING_CUSTOMER),
            _S.RESOLVED,
            ("kind", "summary"),
        ),
        Step("close", (_S.RESOLVED,), _S.CLOSED),
        Step("reopen", (_S.RESOLVED, _S.CLOSED), _S.INVESTIGATING, ("reason",)),
        Step(
            "withdraw",
            (*OPEN_COMPLAINTS, _S.RESOLVED),
            _S.WITHDRAWN,
            ("reason",),
        ),
    ),
)

_O = CorrectiveActionStatus
CORRECTIVE_ACTION = Lifecycle(
    "action",
    "status",
    (
        Step("start", (_O.PLANNED,), _O.IN_PROGRESS),
        Step("complete", (_O.IN_PROGRESS,), _O.DONE),
        Step("verify", (_O.DONE,), _O.VERIFIED),
        Step("find_ineffective", (_O.DONE,), _O.INEFFECTIVE, ("finding",)),
        Step("cancel", OPEN_ACTIONS, _O.CANCELLED, ("reason",)),
    ),
)

_V = SurveyStatus
SURVEY = Lifecycle(
    "survey",
    "status",
    (
        Step("open", (_V.DRAFT,), _V.OPEN),
        Step("close", (_V.OPEN,), _V.CLOSED),
    ),
)

AUTO_CLOSE_BUSINESS_DAYS = 5
"""A RESOLVED complaint closes by itself after this many business days without an answer."""
REOPEN_CLOSED_DAYS_MAX = 30
"""A CLOSED complaint may be reopened this many days after it was closed, and no later."""


def reopens_too_late(closed_at: datetime | None, now: datetime) -> bool:
    """Whether a complaint was closed too long ago to be reopened."""
    return closed_at is not None and now > closed_at + timedelta(days=REOPEN_CLOSED_DAYS_MAX)
