"""The health of a relationship in the graph, and who to call today and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
import strawberry

from models.rules.health import LOOK_BACK_DAYS
from models.rules.health import HealthCode as Code
from resolvers.engine.reading.declare import column, derived, part, subselect
from resolvers.engine.reading.plan import Table
from resolvers.engine.reading.request import Asked
from resolvers.engine.wording import counted, decimal
from resolvers.enums import HealthBand, HealthCode

_COUNTS = {
    Code.OPEN_BREACHED_COMPLAINTS: (
        ("open complaint past its target", "open complaints past their targets"),
        ("reclamación abierta fuera de plazo", "reclamaciones abiertas fuera de plazo"),
    ),
    Code.REOPENED_COMPLAINTS: (
        ("open complaint had to be reopened", "open complaints had to be reopened"),
        (
            "reclamación abierta se tuvo que reabrir",
            "reclamaciones abiertas se tuvieron que reabrir",
        ),
    ),
    Code.OVERDUE_FOLLOW_UPS: (
        ("overdue follow-up", "overdue follow-ups"),
        ("seguimiento atrasado", "seguimientos atrasados"),
    ),
}
_FIGURES = {
    Code.LOW_ATTAINMENT: (
        1,
        ("targets met in 90 days: {}%", "objetivos cumplidos en 90 días: {} %"),
    ),
    Code.DETRACTOR: (
        0,
        (
            "last recommendation score: {} out of 10",
            "última puntuación de recomendación: {} de 10",
        ),
    ),
    Code.NO_INTERACTION: (0, ("no interaction for {} days", "sin contacto desde hace {} días")),
}
_SEEN_BY_ALL = {
    Code.OPEN_BREACHED_COMPLAINTS,
    Code.REOPENED_COMPLAINTS,
    Code.LOW_ATTAINMENT,
}
"""Customers see their complaints, not what staff noted or what one person answered."""
_DUE = (
    ("follow-up due", "follow-ups due"),
    ("seguimiento pendiente", "seguimientos pendientes"),
)


def _text(reason: Mapping[str, Any], locale: str) -> str:
    code, is_spanish = Code(reason["code"]), locale == "es"
    if code in _COUNTS:
        return counted(int(reason["figure"]), *_COUNTS[code][is_spanish])
    digits, texts = _FIGURES[code]
    return texts[is_spanish].format(decimal(reason["figure"], locale, digits))


def _shown(row: Mapping[str, Any], asked: Asked) -> list[Mapping[str, Any]]:
    """The stored reasons that the viewer may know."""
    found = row["reasons"]
    reasons = orjson.loads(found) if isinstance(found, str) else found
    is_staff = asked.viewer.sees_everything
    return [each for each in reasons if is_staff or Code(each["code"]) in _SEEN_BY_ALL]


def _reasons(row: Mapping[str, Any], asked: Asked) -> list[dict[str, Any]]:
    return [
        {**reason, "text": _text(reason, asked.locale), "worsens": True}
        for reason in _shown(row, asked)
    ]


def call_reasons(row: Mapping[str, Any], asked: Asked) -> list[str]:
    """Why to call a customer today, one line each."""
    spanish = asked.locale == "es"
    found = [_text(reason, asked.locale) for reason in _shown(row, asked)]
    if row["followUps"]:
        found.append(counted(row["followUps"], *_DUE[spanish]))
    if row["review"]:
        found.append("revisión del servicio atrasada" if spanish else "service review overdue")
    return found


@strawberry.type(description="A reason for a relationship's health, with its figure.")
class HealthReason:
    code: HealthCode = part("The reason's code, for programs.")
    text: str = part("The reason in words, in the language of Accept-Language (en, es).")
    figure: float = part("A figure whose meaning depends on the code.")
    worsens: bool = part("Whether it lowers the relationship's health.")


def _commendations(customer: Table) -> str:
    since = timedelta(days=LOOK_BACK_DAYS)
    return customer.count(
        "commendation",
        lambda other: f"{other['customer_id']} = {customer.key}",
        lambda other: (
            f"{other['received_at']} >="
            f" {customer.plan.bind('instant', lambda asked: asked.now - since)}"
        ),
    )


@strawberry.type(
    description="The health of a relationship: a band, and the reasons for it. It is assessed "
    "after anything happens to the customer, and once a day."
)
class RelationshipHealth:
    band: HealthBand = column("The state of the relationship.", "health_band")
    reasons: list[HealthReason] = derived(
        "The reasons, most significant first; customers see only those about their complaints.",
        {"reasons": lambda table: table.output("health_reasons")},
        _reasons,
    )
    assessed_at: datetime | None = column(
        "When it was last assessed. Null before the first assessment.", "health_assessed_at"
    )
    commendation_count: int = subselect(
        "How many commendations came from the customer's contacts in the last 90 days; the band "
        "doesn't depend on it.",
        _commendations,
    )
