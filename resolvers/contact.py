"""Contacts in the graph."""

from __future__ import annotations

import strawberry

from models import contact as model
from resolvers.engine import later
from resolvers.engine.inputs import (
    IdempotentInput,
    VersionedInput,
    acts_on,
    optional,
    ref,
    required,
)
from resolvers.engine.mutation import Caller, verb
from resolvers.engine.reading.declare import column, parent, reads
from resolvers.engine.scalars import EmailAddress, Locale
from resolvers.engine.types import Connection, Node
from resolvers.enums import ContactRole
from resolvers.relationship import relationships


@reads("contact", model.Contact)
@strawberry.type(description="A person who speaks for a customer, with a role in the relationship.")
class Contact(Node):
    version: int = column("Raised by each edit; for `expectedVersion`.")
    name: str = column("The person's name, up to 200 characters.")
    email: EmailAddress = column("The person's address.")
    phone: str | None = column("The person's telephone number, as people write it.")
    role: ContactRole = column("What the person is in the relationship.")
    is_primary: bool = column("Whether this is the customer's primary contact; at most one is.")
    is_active: bool = column("False once deactivated: the person speaks for the customer no more.")
    locale: Locale = column("The language in which the person is written to.")
    customer: later.Customer = parent("The customer that the person speaks for.", "customer")
    relationships: Connection[later.Relationship] = relationships("The edges at this person.")


@strawberry.input(description="A person who speaks for a customer.")
class AddContactInput(IdempotentInput):
    customer_id: strawberry.ID = ref("customer", "The customer.")
    name: str = required("1 to 200 characters.")
    email: EmailAddress = required("An address that no other active contact of the customer has.")
    role: ContactRole = required("What the person is in the relationship.")
    phone: str | None = optional("Up to 40 characters.")
    locale: Locale | None = optional("A BCP 47 tag; the customer's where left out.")
    is_primary: bool | None = optional(
        "True takes the place of the primary contact before; false where left out."
    )


@strawberry.input(description="What changes about a contact; what is left out stays.")
class UpdateContactInput(VersionedInput):
    contact_id: strawberry.ID = acts_on("contact", "The contact.")
    name: str | None = optional("1 to 200 characters.")
    email: EmailAddress | None = optional("An address that no other active contact has.")
    phone: str | None = optional("Up to 40 characters; an empty one takes it away.")
    role: ContactRole | None = optional("What the person is in the relationship.")
    locale: Locale | None = optional("A BCP 47 tag.")
    is_primary: bool | None = optional("True takes the place of the primary contact before.")


@strawberry.input(description="A contact who speaks for the customer no more.")
class DeactivateContactInput(VersionedInput):
    contact_id: strawberry.ID = acts_on("contact", "The contact.")


@strawberry.input(description="A contact whose personal data must go.")
class EraseContactInput(VersionedInput):
    contact_id: strawberry.ID = acts_on("contact", "The contact.")


@strawberry.type
class Mutation:
    add_contact = verb(
        "Adds a person to a customer.",
        AddContactInput,
        model.Contact.add,
        may=Caller.STAFF,
        contact=Contact,
    )
    update_contact = verb(
        "Changes a contact's particulars.",
        UpdateContactInput,
        model.Contact.update,
        may=Caller.STAFF,
    )
    deactivate_contact = verb(
        "The person no longer speaks for the customer; history keeps it.",
        DeactivateContactInput,
        model.Contact.deactivate,
        may=Caller.STAFF,
    )
    erase_contact = verb(
        "Replaces name, address, telephone and what the person wrote, for good. The log keeps "
        "that it was done.",
        EraseContactInput,
        model.Contact.erase,
        may=Caller.STAFF,
    )
