"""Every kind of table that is taken in and given out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.exchange.contacts import Contacts
from models.exchange.customers import Customers
from models.exchange.items import Items
from models.exchange.relationships import Relationships
from models.exchange.services import Services
from models.exchange.sheet import Sheet

SHEETS: Mapping[str, type[Sheet[Any]]] = {
    sheet.name: sheet for sheet in (Customers, Services, Contacts, Items, Relationships)
}
"""In the order in which they refer to one another."""
