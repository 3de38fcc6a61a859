"""The health of a relationship in the graph, and who to call today and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
import strawberry

from models.rules.health import HealthCode as Code
from resolvers.enums import HealthBand, HealthCode
from resolvers.reading.declare import column, derived
from resolvers.reading.request import Asked

_TEXTS = {
    Code.OPEN_BREACHED_COMPLAINTS: (
        "{0:.0f} open complaint(s) beyond their target",
        "{0:.0f} reclamación(es) abiertas fuera de objetivo",
    ),
    Code.REOPENED_COMPLAINTS: (
        "{0:.0f} open complaint(s) had to be reopened",
        "{0:.0f} reclamación(es) abiertas se tuvieron que reabrir",
    ),
    Code.LOW_ATTAINMENT: (
        "targets kept in 90 days: {0:.1f} %",
        "objetivos cumplidos en 90 días: {0:.1f} %",
    ),
    Code.DETRACTOR: (
        "the last answer would recommend us with {0:.0f} of 10",
        "la última respuesta nos recomendaría con {0:.0f} de 10",
    ),
    Code.OVERDUE_FOLLOW_UPS: (
        "{0:.0f} overdue follow-up(s)",
        "{0:.0f} seguimiento(s) atrasados",
    ),
    Code.NO_INTERACTION: (
        "no talk for {0:.0f} days",
        "sin contacto desde hace {0:.0f} días",
    ),
}


def _text(reason: Mapping[str, Any], locale: str) -> str:
    english, spanish = _TEXTS[Code(reason["code"])]
    return (spanish if locale == "es" else english).format(reason["figure"])


def _stored(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = row["reasons"]
    return list(orjson.loads(found) if isinstance(found, str) else found)


def _reasons(row: Mapping[str, Any], asked: Asked) -> list[dict[str, Any]]:
    return [
        {**reason, "text": _text(reason, asked.locale), "worsens": True} for reason in _stored(row)
    ]


def call_reasons(row: Mapping[str, Any], asked: Asked) -> list[str]:
    """Why to call a customer today, one line each."""
    spanish = asked.locale == "es"
    found = [_text(reason, asked.locale) for reason in _stored(row)]
    if row["followUps"]:
        due = "seguimiento(s) para hoy o antes" if spanish else "follow-up(s) due"
        found.append(f"{row['followUps']} {due}")
    if row["review"]:
        found.append("revisión del servicio atrasada" if spanish else "service review overdue")
    return found


@strawberry.type(description="What moved a relationship's health, and its figure.")
class HealthReason:
    code: HealthCode = strawberry.field(description="What it is, for programs.")
    text: str = strawberry.field(
        description="What it is, for people, in the language of Accept-Language (en, es)."
    )
    figure: float = strawberry.field(description="Its figure; the code says of what.")
    worsens: bool = strawberry.field(description="Whether it makes the relationship worse.")


@strawberry.type(
    description="Why the relationship stands where it stands: a band, and each reason that moved "
    "it. Assessed after what happens to the customer, and once a day."
)
class RelationshipHealth:
    band: HealthBand = column("How it stands.", "health_band")
    reasons: list[HealthReason] = derived(
        "Why, the heaviest reason first.",
        {"reasons": lambda table: table.output("health_reasons")},
        _reasons,
    )
    assessed_at: datetime | None = column(
        "When it was assessed; null before the first time.", "health_assessed_at"
    )
