"""What the demo data is told from: people, organisations and complaints, as TOML files beside this.

Everything and everybody in them is invented, and every address ends in `.example`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class StaffText:
    """A person at the provider."""

    name: str
    roles: list[str]
    has_left: bool = False


@dataclass(frozen=True)
class CalendarText:
    """Opening hours by span of weekdays ("MONDAY-FRIDAY"); none at all means always open."""

    name: str
    time_zone: str
    hours: dict[str, list[str]]
    holidays_of: str | None = None


@dataclass(frozen=True)
class ServiceText:
    """A service of the portfolio, and how its SLAs are made."""

    code: str
    name: str
    category: str
    description: str
    owner: str
    status: str = "CATALOGUE"
    is_standard: bool = True
    has_premium: bool = False
    is_always_open: bool = False


@dataclass(frozen=True)
class ItemText:
    """A configuration item, the items under it, and who of the staff looks after it."""

    name: str
    ci_class: str
    status: str = "IN_USE"
    keeper: str | None = None
    depends_on: list[str] = field(default_factory=list)
    hosted_on: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PartyText:
    """Two customers that belong together."""

    kind: str
    source: str
    target: str
    note: str | None = None


@dataclass(frozen=True)
class CustomerText:
    """A customer, the services that it asked for, and the `fates` of those not simply ACTIVE."""

    name: str
    city: str
    industry: str
    time_zone: str
    locale: str
    domain: str
    stage: str
    services: list[str]
    fates: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SurveyText:
    """A survey: what it is about, and when people were asked. Days are those before today."""

    title: str
    purpose: str
    drafted_days_ago: int
    areas: list[str]
    waves_days_ago: list[int] = field(default_factory=list)
    service: str | None = None
    recurs_every_days: int | None = None
    closed_days_ago: int | None = None
    is_sent_on_closure: bool = False
    has_choice: bool = False


@dataclass(frozen=True)
class RequirementText:
    """What a customer needs, by the customer's name, and what was decided about it."""

    customer: str
    statement: str
    priority: str
    status: str
    outcome: str | None = None
    days_ago: int = 0
    decided_after_days: int = 0
    service: str | None = None
    enrollment: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Theme:
    """One thing that customers complain of, from the first words to what comes of it."""

    area: str
    category: str
    subject: str
    description: str
    question: str
    answer: str
    cause: str
    explained: str
    not_upheld: str
    service: str | None = None
    is_safety: bool = False


Remarks = dict[str, Any]


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(name).read_text(encoding="utf-8"))


def provider_domain() -> str:
    """The mail domain of the provider."""
    return str(_read("provider.toml")["domain"])


@cache
def staff() -> tuple[StaffText, ...]:
    """The provider's people, the administrator first."""
    return tuple(StaffText(**each) for each in _read("provider.toml")["staff"])


@cache
def calendars() -> tuple[CalendarText, ...]:
    """The provider's calendars."""
    return tuple(CalendarText(**each) for each in _read("provider.toml")["calendar"])


@cache
def services() -> tuple[ServiceText, ...]:
    """The portfolio."""
    return tuple(ServiceText(**each) for each in _read("provider.toml")["service"])


@cache
def items() -> tuple[ItemText, ...]:
    """What the services run on."""
    return tuple(ItemText(**each) for each in _read("estate.toml")["item"])


def service_needs() -> dict[str, list[str]]:
    """The names of items, and the codes of services, that each service needs, by its code."""
    found: dict[str, list[str]] = _read("estate.toml")["service"]
    return found


@cache
def parties() -> tuple[PartyText, ...]:
    """Customers that belong together."""
    return tuple(PartyText(**each) for each in _read("estate.toml")["party"])


@cache
def surveys() -> tuple[SurveyText, ...]:
    """The surveys."""
    return tuple(SurveyText(**each) for each in _read("surveys.toml")["survey"])


def questions() -> dict[str, Any]:
    """The words of the questions, by their kind and by area."""
    found: dict[str, Any] = _read("surveys.toml")["questions"]
    return found


def answers(locale: str, mood: str) -> list[str]:
    """What people write who are in a mood, good or bad."""
    found: list[str] = _read("surveys.toml")["words"][locale][mood]
    return found


@cache
def requirements() -> tuple[RequirementText, ...]:
    """What customers need."""
    return tuple(RequirementText(**each) for each in _read("requirements.toml")["requirement"])


@cache
def customers() -> tuple[CustomerText, ...]:
    """The customers."""
    return tuple(CustomerText(**each) for each in _read("customers.toml")["customer"])


@cache
def themes(locale: str, service: str | None) -> tuple[Theme, ...]:
    """What customers complain of a service (None: of none), in English where need be."""
    found = tuple(
        theme
        for theme in (Theme(**each) for each in _read(f"complaints.{locale}.toml")["theme"])
        if theme.service == service
    )
    return found if found or locale == "en" else themes("en", service)


def remarks(locale: str) -> Remarks:
    """What people write beside a step, by the step."""
    found: Remarks = _read("remarks.toml")[locale]
    return found


def names(locale: str) -> tuple[list[str], list[str]]:
    """Given names and family names."""
    found = _read("names.toml")[locale]
    return found["given"], found["family"]
