"""What people read outside GraphiQL: words in each language, and the templates that hold them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from api.negotiation import LOCALES

WORDS = Path(__file__).parent / "words"
TEMPLATES = Path(__file__).parent / "templates"

_environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@cache
def words(locale: str) -> Mapping[str, Any]:
    """The words of a language, one of LOCALES."""
    with (WORDS / f"{locale}.toml").open("rb") as file:
        return tomllib.load(file)


def language_of(locale: str) -> str | None:
    """The language of ours that a locale such as es-MX is written in; None where it is no other."""
    primary = locale.lower().partition("-")[0]
    return primary if primary in LOCALES else None


def day(instant: datetime, locale: str) -> str:
    """An instant's day in UTC, as people write it."""
    utc = instant.astimezone(UTC)
    said = words(locale)
    text: str = said["date"]
    return text.format(day=utc.day, month=said["months"][utc.month - 1], year=utc.year)


def rendered(template: str, locale: str, **values: Any) -> str:
    """A template with the words of a language; values are escaped where it is HTML."""
    return _environment.get_template(template).render(words=words(locale), locale=locale, **values)
