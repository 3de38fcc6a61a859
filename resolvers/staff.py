"""Members of staff in the graph."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import strawberry

from models import staff as model
from models.rules.lifecycle import OPEN_COMPLAINTS
from resolvers import later
from resolvers.dependency import relationships
from resolvers.engine.inputs import Keyed, Versioned, given, ref, required
from resolvers.engine.mutation import verb
from resolvers.engine.pages import Connection, Node
from resolvers.engine.reading.declare import (
    Argument,
    Expression,
    Order,
    children,
    column,
    computed,
    group,
    reads,
)
from resolvers.engine.reading.given import Given
from resolvers.engine.reading.plan import Table
from resolvers.engine.reading.request import Asked
from resolvers.engine.scalars import EmailAddress
from resolvers.enums import Role

BY_NAME = Order(("sort_name",))


def _complaints(*clauses: Callable[[Table], str]) -> Expression:
    """How many open complaints the person owns, or has through a customer that it manages."""

    def expression(person: Table) -> str:
        def is_its(table: Table) -> str:
            customer = person.plan.table("customer")
            managed = (
                f"SELECT {customer.key} FROM {customer.source}"
                f" WHERE {customer['relationship_manager_id']} = {person.key}"
            )
            return f"({table['owner_id']} = {person.key} OR {table['customer_id']} IN ({managed}))"

        return person.count("complaint", _is_open, is_its, *clauses)

    return expression


def _is_open(table: Table) -> str:
    listed = ", ".join(f"'{status.value}'" for status in OPEN_COMPLAINTS)
    return f"{table['status']} IN ({listed})"


def _is_breached(table: Table) -> str:
    states = (table["response_state"], table["resolution_state"])
    return "(" + " OR ".join(f"{state} = 'BREACHED'" for state in states) + ")"


@strawberry.type(description="What waits for a person, of its own and its customers'.")
class Workload:
    open_complaints: int = computed(
        "Open complaints that the person owns, or that customers it manages have.", _complaints()
    )
    breached_complaints: int = computed(
        "Those of them with a clock that breached.", _complaints(_is_breached)
    )
    overdue_actions: int = computed(
        "Corrective actions that the person owns, open with their day ended.",
        lambda person: person.count(
            "action",
            lambda table: f"{table['owner_id']} = {person.key}",
            lambda table: f"{table['status']} IN ('PLANNED', 'IN_PROGRESS')",
            lambda table: f"{table['due_at']} <= {table.plan.now()}",
        ),
    )
    follow_ups_due: int = computed(
        "Talks that the person held whose follow-up is due.",
        lambda person: person.count(
            "interaction",
            lambda table: f"{table['held_by_id']} = {person.key}",
            lambda table: f"{table['follow_up_at']} <= {table.plan.now()}",
            lambda table: f"{table['followed_up_at']} IS NULL",
        ),
    )
    customers_at_risk: int = computed(
        "Customers that the person manages whose relationship is AT_RISK.",
        lambda person: person.count(
            "customer",
            lambda table: f"{table['relationship_manager_id']} = {person.key}",
            lambda table: f"{table['health_band']} = 'AT_RISK'",
        ),
    )
    overdue_reviews: int = computed(
        "ACTIVE customers that the person manages, with an overdue service review.",
        lambda person: person.count(
            "customer",
            lambda table: f"{table['relationship_manager_id']} = {person.key}",
            lambda table: f"{table['stage']} = 'ACTIVE'",
            lambda table: f"{table['review_due_at']} <= {table.plan.now()}",
        ),
    )


@reads("staff", model.StaffMember)
@strawberry.type(description="A person at the provider: owns relationships and complaints.")
class StaffMember(Node):
    version: int = column("Raised by each edit; for `expectedVersion`.")
    name: str = column("The person's name, up to 200 characters.")
    email: EmailAddress = column("The person's address at the provider.")
    roles: list[Role] = column("What the person may do, one or more.")
    is_active: bool = column("False once deactivated: the person owns nothing new.")
    customers: Connection[later.Customer] = children(
        "The customers whose relationship manager this person is, by name.",
        "customer",
        by="relationship_manager_id",
        order=BY_NAME,
    )
    relationships: Connection[later.Relationship] = relationships("The edges at this person.")
    workload: Workload = group("What waits for this person, of its own and its customers'.")


def _names(given: Given, role: Role, asked: Asked) -> bool:
    return role in given.get(asked)


def _has_role(table: Table, given: Given) -> str:
    """The person has one of the roles: each stands in the list's JSON between quotes."""
    cases = []
    for role in Role:
        mark = table.plan.bind("bool", partial(_names, given, role))
        cases.append(f"({mark} AND CAST({table['roles']} AS text) LIKE '%\"{role.value}\"%')")
    return f"({' OR '.join(cases)})"


@strawberry.type
class StaffQuery:
    staff: Connection[StaffMember] = children(
        "The provider's people, by name.",
        "staff",
        order=BY_NAME,
        where={"role": Argument(list[Role] | None, "People with one of these roles.", _has_role)},
    )


@strawberry.input(description="A person who joins the provider.")
class AddStaffMemberInput(Keyed):
    name: str = required("1 to 200 characters.")
    email: EmailAddress = required("An address that no other member of staff has.")
    roles: list[Role] = required("One or more roles of staff.")


@strawberry.input(description="What changes about a person; what is left out stays.")
class UpdateStaffMemberInput(Versioned):
    staff_member_id: strawberry.ID = ref("staff", "The person.")
    name: str | None = given("1 to 200 characters.")
    email: EmailAddress | None = given("An address that no other member of staff has.")
    roles: list[Role] | None = given("One or more roles of staff, in place of those before.")


@strawberry.input(description="A person who leaves.")
class DeactivateStaffMemberInput(Versioned):
    staff_member_id: strawberry.ID = ref("staff", "The person.")


_ON: dict[str, Any] = {"on": "staff_member_id", "model": model.StaffMember}


@strawberry.type
class StaffMutation:
    add_staff_member: None = verb(
        "Adds a person at the provider.",
        AddStaffMemberInput,
        model.StaffMember.add,
        staff_member=StaffMember,
    )
    update_staff_member: None = verb(
        "Changes a person's particulars or roles.",
        UpdateStaffMemberInput,
        model.StaffMember.update,
        **_ON,
        staff_member=StaffMember,
    )
    deactivate_staff_member: None = verb(
        "Takes a person out of use. RULE_VIOLATED while customers have it as their manager.",
        DeactivateStaffMemberInput,
        model.StaffMember.deactivate,
        **_ON,
        staff_member=StaffMember,
    )
