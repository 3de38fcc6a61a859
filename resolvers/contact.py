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
@strawberry.type(description="A person who represents a customer.")
class Contact(Node):
    version: int = column("Increases with each edit; for `expectedVersion`.")
    name: str = column("The person's name, up to 200 characters.")
    email: EmailAddress = column("The person's e-mail address.")
    phone: str | None = column(
        "The person's telephone number, as it was entered. Null if not known."
    )
    role: ContactRole = column("The person's role in the relationship.")
    is_primary: bool = column(
        "Whether this is the customer's primary contact; there is at most one."
    )
    is_active: bool = column(
        "False once deactivated: the person no longer represents the customer."
    )
    locale: Locale = column("The language for messages to the person.")
    customer: later.Customer = parent("The customer that the person represents.", "customer")
    relationships: Connection[later.Relationship] = relationships(
        "The relationships of this person."
    )


@strawberry.input(description="A person who represents a customer.")
class AddContactInput(IdempotentInput):
    customer_id: strawberry.ID = ref("customer", "The customer to add the person to.")
    name: str = required("1 to 200 characters.")
    email: EmailAddress = required("An address that no other active contact of the customer has.")
    role: ContactRole = required("The person's role in the relationship.")
    phone: str | None = optional("Up to 40 characters.")
    locale: Locale | None = optional("A BCP 47 tag; the customer's locale by default.")
    is_primary: bool | None = optional(
        "True replaces the current primary contact; false by default."
    )


@strawberry.input(description="The changes to a contact; omitted fields keep their values.")
class UpdateContactInput(VersionedInput):
    contact_id: strawberry.ID = acts_on("contact", "The contact to change.")
    name: str | None = optional("1 to 200 characters.")
    email: EmailAddress | None = optional(
        "An address that no other active contact of the customer has."
    )
    phone: str | None = optional("Up to 40 characters; an empty text removes it.")
    role: ContactRole | None = optional("The person's role in the relationship.")
    locale: Locale | None = optional("A BCP 47 tag, such as es or en-GB.")
    is_primary: bool | None = optional("True replaces the current primary contact.")


@strawberry.input(description="A contact to deactivate.")
class DeactivateContactInput(VersionedInput):
    contact_id: strawberry.ID = acts_on("contact", "The contact to deactivate.")


@strawberry.input(description="A contact whose personal data must be erased.")
class EraseContactInput(VersionedInput):
    contact_id: strawberry.ID = acts_on("contact", "The contact to erase.")


@strawberry.type
class Mutation:
    add_contact = verb(
        "Adds a contact to a customer.",
        AddContactInput,
        model.Contact.add,
        may=Caller.STAFF,
        contact=Contact,
    )
    update_contact = verb(
        "Changes the details of a contact.",
        UpdateContactInput,
        model.Contact.update,
        may=Caller.STAFF,
    )
    deactivate_contact = verb(
        "Marks a contact as no longer representing the customer; the history keeps them.",
        DeactivateContactInput,
        model.Contact.deactivate,
        may=Caller.STAFF,
    )
    erase_contact = verb(
        "Permanently replaces name, address, telephone and everything the person wrote. The log "
        "records that this was done.",
        EraseContactInput,
        model.Contact.erase,
        may=Caller.STAFF,
    )
