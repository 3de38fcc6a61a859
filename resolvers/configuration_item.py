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
@strawberry.type(description="Something that a service runs on. Staff only: customers see none.")
class ConfigurationItem(Node):
    version: int = column("Increases with each edit or change of status; for `expectedVersion`.")
    name: str = column("The item's name, up to 200 characters.")
    ci_class: str = column(
        "What kind of item it is, such as server, database or network; up to 80 characters."
    )
    status: ConfigurationItemStatus = column("Its current status in the lifecycle.")
    depends_on: list[Dependency] = depends_on()
    dependents: list[Dependency] = dependents()
    impact: Impact = impact()
    relationships: Connection[later.Relationship] = relationships("The relationships of this item.")
    timeline: Connection[later.Event] = timeline(
        "Everything that happened to the item itself, newest first.", noun="item"
    )
    created_at: datetime = column("When it was recorded.")
    updated_at: datetime = column("When it was last edited.")


@strawberry.type
class Query:
    configuration_item: ConfigurationItem | None = by_id("The configuration item", "item")
    configuration_items: Connection[ConfigurationItem] = children(
        "Configuration items, ordered by name. Staff only: customers see none.",
        "item",
        order=BY_NAME,
        where={
            "search": Argument(
                str | None,
                "Only items whose name or class contains these words in this order, ignoring case "
                "and accents.",
                contains("search_text"),
            ),
            "status": Argument(
                list[ConfigurationItemStatus] | None,
                "Only items in one of these statuses.",
                among("status"),
            ),
        },
    )


@strawberry.input(description="An item for services or other items to run on.")
class AddConfigurationItemInput(IdempotentInput):
    name: str = required("1 to 200 characters.")
    ci_class: str = required("What kind of item it is, 1 to 80 characters.")


@strawberry.input(description="The changes to an item; omitted fields keep their values.")
class UpdateConfigurationItemInput(VersionedInput):
    configuration_item_id: strawberry.ID = acts_on("item", "The item, which must not be RETIRED.")
    name: str | None = optional("1 to 200 characters.")
    ci_class: str | None = optional("1 to 80 characters.")


@strawberry.input(description="An item to put into use.")
class ActivateConfigurationItemInput(VersionedInput):
    configuration_item_id: strawberry.ID = acts_on("item", "The item, which must be PLANNED.")


@strawberry.input(description="An item to take out of use.")
class RetireConfigurationItemInput(VersionedInput):
    configuration_item_id: strawberry.ID = acts_on(
        "item", "The item, which must be PLANNED or IN_USE."
    )
    reason: str | None = optional("The reason, up to 2,000 characters.")


@strawberry.type
class Mutation:
    add_configuration_item = verb(
        "Records a new item with the status PLANNED.",
        AddConfigurationItemInput,
        model.ConfigurationItem.add,
        may=Caller.STAFF,
        configuration_item=ConfigurationItem,
    )
    update_configuration_item = verb(
        "Changes the details of an item.",
        UpdateConfigurationItemInput,
        model.ConfigurationItem.update,
        may=Caller.STAFF,
    )
    activate_configuration_item = verb(
        "Moves an item from PLANNED to IN_USE.",
        ActivateConfigurationItemInput,
        model.ConfigurationItem.activate,
        may=Caller.STAFF,
    )
    retire_configuration_item = verb(
        "Moves an item to RETIRED and ends its own relationships. RULE_VIOLATED while anything "
        "live depends on it.",
        RetireConfigurationItemInput,
        model.ConfigurationItem.retire,
        may=Caller.STAFF,
    )
