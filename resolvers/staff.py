"""Members of staff in the graph."""

from __future__ import annotations

from functools import partial

import strawberry

from models import action, complaint, customer, interaction
from models import staff as model
from models.predicate import Predicate
from resolvers.engine import later
from resolvers.engine.inputs import (
    IdempotentInput,
    VersionedInput,
    acts_on,
    optional,
    required,
)
from resolvers.engine.mutation import Caller, verb
from resolvers.engine.reading.arguments import Given
from resolvers.engine.reading.declare import (
    Argument,
    Expression,
    Order,
    children,
    column,
    group,
    reads,
    subselect,
)
from resolvers.engine.reading.dialect import literal
from resolvers.engine.reading.plan import Table
from resolvers.engine.reading.request import Asked
from resolvers.engine.scalars import EmailAddress
from resolvers.engine.types import Connection, Node
from resolvers.enums import Role
from resolvers.relationship import relationships

BY_NAME = Order(("sort_name",))


def _complaints(rule: Predicate) -> Expression:
    """How many complaints meet a rule that the person owns, or has through a managed customer."""

    def expression(person: Table) -> str:
        def is_its(table: Table) -> str:
            managed = person.plan.table("customer")
            theirs = (
                f"SELECT {managed.key} FROM {managed.source}"
                f" WHERE {managed['relationship_manager_id']} = {person.key}"
            )
            return f"({table['owner_id']} = {person.key} OR {table['customer_id']} IN ({theirs}))"

        return person.count("complaint", rule.sql, is_its)

    return expression


def _its(noun: str, column: str, rule: Predicate) -> Expression:
    """How many rows of a noun that name the person in a column meet a rule."""
    return lambda person: person.count(
        noun, lambda table: f"{table[column]} = {person.key}", rule.sql
    )


@strawberry.type(description="What waits for a person, of its own and its customers'.")
class Workload:
    open_complaints: int = subselect(
        "Open complaints that the person owns, or that customers it manages have.",
        _complaints(complaint.OPEN),
    )
    breached_complaints: int = subselect(
        "Those of them with a clock that breached.",
        _complaints(complaint.OPEN & complaint.BREACHED),
    )
    overdue_actions: int = subselect(
        "Corrective actions that the person owns, open with their day ended.",
        _its("action", "owner_id", action.OVERDUE),
    )
    follow_ups_due: int = subselect(
        "Talks that the person held whose follow-up is due.",
        _its("interaction", "held_by_id", interaction.FOLLOW_UP_DUE),
    )
    customers_at_risk: int = subselect(
        "Customers that the person manages whose relationship is AT_RISK.",
        _its("customer", "relationship_manager_id", customer.AT_RISK),
    )
    overdue_reviews: int = subselect(
        "ACTIVE customers that the person manages, with an overdue service review.",
        _its("customer", "relationship_manager_id", customer.REVIEW_OVERDUE),
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
        named = literal(f'%"{role.value}"%')
        cases.append(f"({mark} AND CAST({table['roles']} AS text) LIKE {named})")
    return f"({' OR '.join(cases)})"


@strawberry.type
class Query:
    staff: Connection[StaffMember] = children(
        "The provider's people, by name.",
        "staff",
        order=BY_NAME,
        where={"role": Argument(list[Role] | None, "People with one of these roles.", _has_role)},
    )


@strawberry.input(description="A person who joins the provider.")
class AddStaffMemberInput(IdempotentInput):
    name: str = required("1 to 200 characters.")
    email: EmailAddress = required("An address that no other member of staff has.")
    roles: list[Role] = required("One or more roles of staff.")


@strawberry.input(description="What changes about a person; what is left out stays.")
class UpdateStaffMemberInput(VersionedInput):
    staff_member_id: strawberry.ID = acts_on("staff", "The person.")
    name: str | None = optional("1 to 200 characters.")
    email: EmailAddress | None = optional("An address that no other member of staff has.")
    roles: list[Role] | None = optional("One or more roles of staff, in place of those before.")


@strawberry.input(description="A person who leaves.")
class DeactivateStaffMemberInput(VersionedInput):
    staff_member_id: strawberry.ID = acts_on("staff", "The person.")


@strawberry.type
class Mutation:
    add_staff_member = verb(
        "Adds a person at the provider.",
        AddStaffMemberInput,
        model.StaffMember.add,
        may=Caller.STAFF,
        staff_member=StaffMember,
    )
    update_staff_member = verb(
        "Changes a person's particulars or roles.",
        UpdateStaffMemberInput,
        model.StaffMember.update,
        may=Caller.STAFF,
    )
    deactivate_staff_member = verb(
        "Takes a person out of use. RULE_VIOLATED while customers have it as their manager.",
        DeactivateStaffMemberInput,
        model.StaffMember.deactivate,
        may=Caller.STAFF,
    )
