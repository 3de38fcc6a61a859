"""A verb keeps one name from end to end: the mutation, the model's method, the event's kind."""

from __future__ import annotations

import pytest

from models.events import KINDS
from resolvers.engine.names import snake
from resolvers.engine.reading.declare import KIND
from resolvers.schema import GRAPH
from tests.business.cases import GOOD

assert GRAPH.mutation_type is not None
VERBS = {
    name: field.extensions["strawberry-definition"].metadata[KIND].run.__name__
    for name, field in GRAPH.mutation_type.fields.items()
}
NOUNS = {
    "configuration_item": "item",
    "corrective_action": "action",
    "staff_member": "staff",
}
"""What mutations call a noun that the models call otherwise."""
WITHOUT_NOUN = {
    "assignRelationshipManager": ("customer", "assign_relationship_manager"),
    "awaitCustomer": ("complaint", "await_customer"),
    "changeEnrollmentSla": ("enrollment", "change_sla"),
    "commentOnComplaint": ("complaint", "comment"),
    "completeFollowUp": ("interaction", "complete_follow_up"),
    "handOverCustomers": ("customer", "hand_over"),
    "inviteToSurvey": ("survey", "invite"),
    "markCustomerDormant": ("customer", "mark_dormant"),
    "markCustomerFormer": ("customer", "mark_former"),
    "moveEnrollments": ("enrollment", "move"),
    "proposeServiceForRequirement": ("requirement", "propose_service"),
    "returnCustomerToProspect": ("customer", "return_to_prospect"),
    "relate": ("relationship", "relate"),
    "unrelate": ("relationship", "unrelate"),
}
"""Mutations that are more than a verb and its noun."""
PAST = {
    "cancel": "cancelled",
    "plan": "planned",
    "withdraw": "withdrawn",
    "await_customer": "customer_awaited",
    "assign_relationship_manager": "relationship_manager_assigned",
    "change_sla": "sla_changed",
    "complete_follow_up": "follow_up_completed",
    "propose_service": "service_proposed",
    "mark_dormant": "marked_dormant",
    "mark_former": "marked_former",
    "return_to_prospect": "returned_to_prospect",
}
"""Past tenses that no rule makes; of a verb with an object, the object comes first."""
OF_EACH = {
    "handOverCustomers": "customer.relationship_manager_assigned",
    "moveEnrollments": "enrollment.sla_changed",
}
"""Verbs that do another verb to each of many rows, and the kind that it leaves at each."""


def split(mutation: str) -> tuple[str, str]:
    """The noun and the verb that a mutation's name says."""
    if mutation in WITHOUT_NOUN:
        return WITHOUT_NOUN[mutation]
    words = snake(mutation)
    for noun in [*NOUNS, *{kind.partition(".")[0] for kind in KINDS}]:
        if words.endswith(f"_{noun}"):
            return NOUNS.get(noun, noun), words.removesuffix(f"_{noun}")
    raise KeyError(mutation)


def past(verb: str) -> str:
    if verb in PAST:
        return PAST[verb]
    if verb.endswith("e"):
        return f"{verb}d"
    return f"{verb[:-1]}ied" if verb.endswith("fy") else f"{verb}ed"


@pytest.mark.parametrize("mutation", VERBS)
def test_a_verb_has_one_name_from_the_mutation_to_the_event(mutation: str) -> None:
    noun, verb = split(mutation)
    assert VERBS[mutation] == verb
    kind = OF_EACH.get(mutation, f"{noun}.{past(verb)}")
    assert kind in KINDS
    if mutation in GOOD:
        assert kind in GOOD[mutation].events
