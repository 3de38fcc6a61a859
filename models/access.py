"""Who may see which rows: the one place that says so, for verbs and for the reading compiler.

Staff see everything. A viewer from a customer's side sees the rows of its customers, and of
what belongs to no customer only what is published to all. A noun that has no line here can't
be read by anyone, so a new table without a policy fails at its first test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from models.rules.lifecycle import PortfolioStatus, SlaStatus


class Role(str, Enum):
    ADMINISTRATOR = "ADMINISTRATOR"
    RELATIONSHIP_MANAGER = "RELATIONSHIP_MANAGER"
    AGENT = "AGENT"
    CONTACT = "CONTACT"
    PARTNER = "PARTNER"
    AUDITOR = "AUDITOR"


class Visibility(str, Enum):
    """Who reads a comment."""

    INTERNAL = "INTERNAL"
    CUSTOMER = "CUSTOMER"


STAFF_ROLES = frozenset({Role.ADMINISTRATOR, Role.RELATIONSHIP_MANAGER, Role.AGENT, Role.AUDITOR})


@dataclass(frozen=True)
class Viewer:
    """Who asks. `customer_ids` of None means every customer; an empty one means none."""

    actor_type: str
    actor_id: int | None
    roles: frozenset[Role]
    customer_ids: tuple[int, ...] | None = None
    name: str = "system"

    @property
    def sees_everything(self) -> bool:
        return self.customer_ids is None

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF_ROLES)

    @property
    def may_write(self) -> bool:
        return bool(self.roles - {Role.AUDITOR})

    @property
    def key(self) -> str:
        """Tells callers apart, for idempotency keys and for answers rendered once per viewer."""
        return f"{self.actor_type}:{self.actor_id}"


SYSTEM = Viewer("system", None, frozenset({Role.ADMINISTRATOR}))
ANYBODY = Viewer("anybody", None, frozenset(), customer_ids=(), name="anybody")
"""One of whom nothing is known: who follows a link, whose token alone opens something."""


@dataclass(frozen=True)
class Reach:
    """Which rows of a table a customer's side sees.

    `customer_column` names the column that must be one of the viewer's customers, or None where
    rows belong to no customer; `only` names columns and the values that they must have one of;
    `parents` names, by the column that names them, the rows without which a row can't be shown.
    `is_staff_only` keeps all rows from a customer's side. `reached_from` names nouns and their
    columns: one row in sight that names this one makes it visible, and nothing else does.
    `is_by_parent_only` keeps a noun from being asked for by its id.
    """

    customer_column: str | None = None
    only: Mapping[str, tuple[Enum | bool, ...]] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    is_staff_only: bool = False
    is_by_parent_only: bool = False
    reached_from: Mapping[str, str] = field(default_factory=dict)


CUSTOMER_SIDE: Mapping[str, Reach] = {
    "customer": Reach("id"),
    "contact": Reach("customer_id"),
    "staff": Reach(only={"is_active": (True,)}),
    "item": Reach(is_staff_only=True),
    "relationship": Reach(is_staff_only=True),
    "service": Reach(
        only={"portfolio_status": (PortfolioStatus.CATALOGUE, PortfolioStatus.RETIRED)}
    ),
    "sla": Reach(
        only={"status": (SlaStatus.ACTIVE, SlaStatus.RETIRED)}, parents={"service_id": "service"}
    ),
    "sla_target": Reach(parents={"sla_id": "sla"}),
    "calendar": Reach(
        reached_from={"enrollment": "own_calendar_id", "sla": "calendar_id"},
    ),
    "calendar_revision": Reach(parents={"calendar_id": "calendar"}),
    "requirement": Reach("customer_id"),
    "enrollment": Reach("customer_id", parents={"sla_id": "sla"}),
    "complaint": Reach("customer_id"),
    "action": Reach("customer_id"),
    "interaction": Reach(is_staff_only=True),
    "commendation": Reach("customer_id"),
    "survey": Reach(is_staff_only=True),
    "question": Reach(is_by_parent_only=True),
    "invitation": Reach(is_staff_only=True),
    "response": Reach(is_staff_only=True),
    "answer": Reach(is_staff_only=True),
    "survey_form": Reach(),
    "gap": Reach(is_staff_only=True),
    "comment": Reach("customer_id", {"visibility": (Visibility.CUSTOMER,)}),
    "event": Reach("customer_id", {"is_internal": (False,)}),
}


def reach(viewer: Viewer, noun: str) -> Reach | None:
    """The rows of `noun` that the viewer sees; None means all. KeyError for an unknown noun."""
    limited = CUSTOMER_SIDE[noun]
    return None if viewer.sees_everything else limited


def is_node(viewer: Viewer, noun: str) -> bool:
    """Whether the viewer may ask for rows of a noun by their ids."""
    limits = reach(viewer, noun)
    return limits is None or not limits.is_by_parent_only


def criteria(viewer: Viewer, noun: str) -> dict[str, list[Any]]:
    """What confines a query to the rows of `noun` that the viewer sees; nothing for all of them."""
    limits = reach(viewer, noun)
    if limits is None:
        return {}
    if limits.is_staff_only or limits.reached_from:
        return {"id__in": [0]}
    found: dict[str, list[Any]] = {f"{name}__in": list(v) for name, v in limits.only.items()}
    if limits.customer_column is not None:
        found[f"{limits.customer_column}__in"] = list(viewer.customer_ids or ())
    return found
