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


@strawberry.type(
    description="The work waiting for a member of staff, including that of their customers."
)
class Workload:
    open_complaints: int = subselect(
        "Open complaints that the person owns or whose customer the person manages.",
        _complaints(complaint.OPEN),
    )
    breached_complaints: int = subselect(
        "Those of them with a breached clock.",
        _complaints(complaint.OPEN & complaint.BREACHED),
    )
    overdue_actions: int = subselect(
        "Open corrective actions that the person owns and that are past their due day.",
        _its("action", "owner_id", action.OVERDUE),
    )
    follow_ups_due: int = subselect(
        "Interactions that the person held whose follow-up is due.",
        _its("interaction", "held_by_id", interaction.FOLLOW_UP_DUE),
    )
    customers_at_risk: int = subselect(
        "Customers that the person manages whose health is AT_RISK.",
        _its("customer", "relationship_manager_id", customer.AT_RISK),
    )
    overdue_reviews: int = subselect(
        "ACTIVE customers that the person manages with an overdue service review.",
        _its("customer", "relationship_manager_id", customer.REVIEW_OVERDUE),
    )


@reads("staff", model.StaffMember)
@strawberry.type(
    description="A person who works for the provider and owns relationships and complaints."
)
class StaffMember(Node):
    version: int = column("Increases with each edit; for `expectedVersion`.")
    name: str = column("The person's name, up to 200 characters.")
    email: EmailAddress = column("The person's work e-mail address.")
    roles: list[Role] = column("What the person may do; at least one role.")
    is_active: bool = column("False once deactivated: the person can't be assigned anything new.")
    customers: Connection[later.Customer] = children(
        "The customers that this person manages, ordered by name.",
        "customer",
        by="relationship_manager_id",
        order=BY_NAME,
    )
    relationships: Connection[later.Relationship] = relationships(
        "The relationships of this person."
    )
    workload: Workload = group(
        "The work waiting for this person, including that of their customers."
    )


def _names(given: Given, role: Role, asked: Asked) -> bool:
    return role in given.get(asked)


def _has_role(table: Table, given: Given) -> str:
    """The person has one of the roles: each is in the list's JSON between quotes."""
    cases = []
    for role in Role:
        mark = table.plan.bind("bool", partial(_names, given, role))
        named = literal(f'%"{role.value}"%')
        cases.append(f"({mark} AND CAST({table['roles']} AS text) LIKE {named})")
    return f"({' OR '.join(cases)})"


@strawberry.type
class Query:
    staff: Connection[StaffMember] = children(
        "The provider's members of staff, ordered by name.",
        "staff",
        order=BY_NAME,
        where={
            "role": Argument(list[Role] | None, "Only people with one of these roles.", _has_role)
        },
    )


@strawberry.input(description="A new member of staff.")
class AddStaffMemberInput(IdempotentInput):
    name: str = required("1 to 200 characters.")
    email: EmailAddress = required("An address that no other member of staff has.")
    roles: list[Role] = required("At least one of the staff roles.")


@strawberry.input(description="The changes to a member of staff; omitted fields keep their values.")
class UpdateStaffMemberInput(VersionedInput):
    staff_member_id: strawberry.ID = acts_on("staff", "The member of staff to change.")
    name: str | None = optional("1 to 200 characters.")
    email: EmailAddress | None = optional("An address that no other member of staff has.")
    roles: list[Role] | None = optional(
        "At least one of the staff roles; they replace the current ones."
    )


@strawberry.input(description="A member of staff to deactivate.")
class DeactivateStaffMemberInput(VersionedInput):
    staff_member_id: strawberry.ID = acts_on("staff", "The member of staff to deactivate.")


@strawberry.type
class Mutation:
    add_staff_member = verb(
        "Adds a member of staff.",
        AddStaffMemberInput,
        model.StaffMember.add,
        may=Caller.STAFF,
        staff_member=StaffMember,
    )
    update_staff_member = verb(
        "Changes a member of staff's details or roles.",
        UpdateStaffMemberInput,
        model.StaffMember.update,
        may=Caller.STAFF,
    )
    deactivate_staff_member = verb(
        "Deactivates a member of staff. RULE_VIOLATED while they manage any customers.",
        DeactivateStaffMemberInput,
        model.StaffMember.deactivate,
        may=Caller.STAFF,
    )
