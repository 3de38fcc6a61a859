"""Contacts in the graph."""

from __future__ import annotations

from typing import Any

import strawberry

from models import contact as model
from resolvers import later
from resolvers.dependency import relationships
from resolvers.engine.inputs import Keyed, Versioned, given, ref, required
from resolvers.engine.mutation import verb
from resolvers.engine.pages import Connection, Node
from resolvers.engine.reading.declare import column, parent, reads
from resolvers.engine.scalars import EmailAddress, Locale
from resolvers.enums import ContactRole


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
class AddContactInput(Keyed):
    customer_id: strawberry.ID = ref("customer", "The customer.")
    name: str = required("1 to 200 characters.")
    email: EmailAddress = required("An address that no other active contact of the customer has.")
    role: ContactRole = required("What the person is in the relationship.")
    phone: str | None = given("Up to 40 characters.")
    locale: Locale | None = given("A BCP 47 tag; the customer's where left out.")
    is_primary: bool | None = given(
        "True takes the place of the primary contact before; false where left out."
    )


@strawberry.input(description="What changes about a contact; what is left out stays.")
class UpdateContactInput(Versioned):
    contact_id: strawberry.ID = ref("contact", "The contact.")
    name: str | None = given("1 to 200 characters.")
    email: EmailAddress | None = given("An address that no other active contact has.")
    phone: str | None = given("Up to 40 characters; an empty one takes it away.")
    role: ContactRole | None = given("What the person is in the relationship.")
    locale: Locale | None = given("A BCP 47 tag.")
    is_primary: bool | None = given("True takes the place of the primary contact before.")


@strawberry.input(description="A contact who speaks for the customer no more.")
class DeactivateContactInput(Versioned):
    contact_id: strawberry.ID = ref("contact", "The contact.")


@strawberry.input(description="A contact whose personal data must go.")
class EraseContactInput(Versioned):
    contact_id: strawberry.ID = ref("contact", "The contact.")


_ON: dict[str, Any] = {"on": "contact_id", "model": model.Contact}


@strawberry.type
class ContactMutation:
    add_contact: None = verb(
        "Adds a person to a customer.", AddContactInput, model.Contact.add, contact=Contact
    )
    update_contact: None = verb(
        "Changes a contact's particulars.",
        UpdateContactInput,
        model.Contact.update,
        **_ON,
        contact=Contact,
    )
    deactivate_contact: None = verb(
        "The person no longer speaks for the customer; history keeps it.",
        DeactivateContactInput,
        model.Contact.deactivate,
        **_ON,
        contact=Contact,
    )
    erase_contact: None = verb(
        "Replaces name, address, telephone and what the person wrote, for good. The log keeps "
        "that it was done.",
        EraseContactInput,
        model.Contact.erase,
        **_ON,
        contact=Contact,
    )
