"""Configuration items in the graph."""

from __future__ import annotations

from datetime import datetime

import strawberry

from models import configuration_item as model
from resolvers.engine import later
from resolvers.engine.inputs import (
    IdempotentInput,
    VersionedInput,
    acts_on,
    optional,
    required,
)
from resolvers.engine.mutation import Caller, verb
from resolvers.engine.reading.conditions import among, contains
from resolvers.engine.reading.declare import Argument, by_id, children, column, reads
from resolvers.engine.types import Connection, Node
from resolvers.enums import ConfigurationItemStatus
from resolvers.event import timeline
from resolvers.impact import Impact, impact
from resolvers.relationship import Dependency, dependents, depends_on, relationships
from resolvers.staff import BY_NAME


@reads("item", model.ConfigurationItem)
@strawberry.type(description="What a service runs on. Staff only: a customer's side sees none.")
class ConfigurationItem(Node):
    version: int = column("Raised by each edit or change of status; for `expectedVersion`.")
    name: str = column("The item's name, up to 200 characters.")
    ci_class: str = column("What it is, such as server, database or network; up to 80 characters.")
    status: ConfigurationItemStatus = column("Where it stands.")
    depends_on: list[Dependency] = depends_on()
    dependents: list[Dependency] = dependents()
    impact: Impact = impact()
    relationships: Connection[later.Relationship] = relationships("The edges at this item.")
    timeline: Connection[later.Event] = timeline(
        "Everything that happened to the item itself, the newest first.", noun="item"
    )
    created_at: datetime = column("When it was recorded.")
    updated_at: datetime = column("When it was last edited.")


@strawberry.type
class Query:
    configuration_item: ConfigurationItem | None = by_id("The configuration item", "item")
    configuration_items: Connection[ConfigurationItem] = children(
        "Configuration items, by name. Staff only: a customer's side sees none.",
        "item",
        order=BY_NAME,
        where={
            "search": Argument(
                str | None,
                "Whose name or class holds these words; case and accents don't matter.",
                contains("search_text"),
            ),
            "status": Argument(
                list[ConfigurationItemStatus] | None, "In one of these.", among("status")
            ),
        },
    )


@strawberry.input(description="An item that services, or other items, are to run on.")
class AddConfigurationItemInput(IdempotentInput):
    name: str = required("1 to 200 characters.")
    ci_class: str = required("What it is, 1 to 80 characters.")


@strawberry.input(description="What changes about an item; what is left out stays.")
class UpdateConfigurationItemInput(VersionedInput):
    configuration_item_id: strawberry.ID = acts_on("item", "The item, not RETIRED.")
    name: str | None = optional("1 to 200 characters.")
    ci_class: str | None = optional("1 to 80 characters.")


@strawberry.input(description="An item that comes into use.")
class ActivateConfigurationItemInput(VersionedInput):
    configuration_item_id: strawberry.ID = acts_on("item", "The item, PLANNED.")


@strawberry.input(description="An item that is used no more.")
class RetireConfigurationItemInput(VersionedInput):
    configuration_item_id: strawberry.ID = acts_on("item", "The item, PLANNED or IN_USE.")
    reason: str | None = optional("Why, up to 2,000 characters.")


@strawberry.type
class Mutation:
    add_configuration_item = verb(
        "Records an item as PLANNED.",
        AddConfigurationItemInput,
        model.ConfigurationItem.add,
        may=Caller.STAFF,
        configuration_item=ConfigurationItem,
    )
    update_configuration_item = verb(
        "Changes an item's particulars.",
        UpdateConfigurationItemInput,
        model.ConfigurationItem.update,
        may=Caller.STAFF,
    )
    activate_configuration_item = verb(
        "PLANNED to IN_USE.",
        ActivateConfigurationItemInput,
        model.ConfigurationItem.activate,
        may=Caller.STAFF,
    )
    retire_configuration_item = verb(
        "To RETIRED; the item's own edges end. RULE_VIOLATED while anything live depends on it.",
        RetireConfigurationItemInput,
        model.ConfigurationItem.retire,
        may=Caller.STAFF,
    )
