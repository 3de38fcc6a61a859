"""Checks an input as a whole, so that a person gets all its faults in one answer."""

from __future__ import annotations

import re
import unicodedata
import zoneinfo
from collections.abc import Awaitable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import TypeVar

from models import bounds
from models.errors import DomainError, InvalidInput, Refused

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_KEPT_CONTROLS = {"\n", "\t"}


T = TypeVar("T")


class Faults:
    """Collects the faults of one input; `settle` raises Refused where there are any."""

    def __init__(self) -> None:
        self.found: list[DomainError] = []

    def add(self, fault: DomainError) -> None:
        self.found.append(fault)

    def invalid(self, path: str | Sequence[str], constraint: str, en: str, es: str) -> None:
        at = (path,) if isinstance(path, str) else tuple(path)
        self.add(InvalidInput(constraint, en=en, es=es, path=at))

    def settle(self) -> None:
        if self.found:
            raise Refused(self.found)

    async def of(self, finding: Awaitable[T]) -> T | None:
        """What `finding` finds; None, and its fault among these, where it refuses."""
        try:
            return await finding
        except DomainError as fault:
            self.add(fault)
            return None

    def text(self, path: str | Sequence[str], value: str, characters_max: int) -> str:
        """The value without outer blanks: 1 to `characters_max` characters, no control ones.

        Text that is at fault is given back as none, so that nothing is looked for by it.
        """
        clean = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
        if not clean:
            self.invalid(path, "required", "This can't be empty.", "No puede estar vacío.")
        elif len(clean) > characters_max:
            self.invalid(
                path,
                f"characters_max={characters_max}",
                f"This may have at most {characters_max} characters.",
                f"Puede tener como máximo {characters_max} caracteres.",
            )
        elif not clean.isprintable() and any(_is_unfit(character) for character in clean):
            self.invalid(
                path,
                "printable",
                "This contains characters that can't be stored.",
                "Contiene caracteres que no se pueden guardar.",
            )
        else:
            return clean
        return ""

    def optional_text(self, path: str, value: str | None, characters_max: int) -> str | None:
        """As `text`, but nothing, or only blanks, is None."""
        if value is None or not value.strip():
            return None
        return self.text(path, value, characters_max)

    def email(self, path: str, value: str) -> str:
        clean = self.text(path, value, bounds.EMAIL_CHARACTERS_MAX)
        if clean and not _EMAIL.fullmatch(clean):
            self.invalid(
                path,
                "email",
                "This is not a valid e-mail address.",
                "Este valor no es una dirección de correo válida.",
            )
        return clean

    def domain(self, path: str, value: str | None) -> str | None:
        """An internet domain in lower case; nothing, or only blanks, is None."""
        clean = self.optional_text(path, value, bounds.DOMAIN_CHARACTERS_MAX)
        if clean is not None and not _DOMAIN.fullmatch(clean.lower()):
            self.invalid(
                path,
                "domain",
                "This is not a valid domain name.",
                "Este valor no es un nombre de dominio válido.",
            )
        return None if clean is None else clean.lower()

    def locale(self, path: str, value: str) -> str:
        clean = self.text(path, value, bounds.LOCALE_CHARACTERS_MAX)
        if clean and not _LOCALE.fullmatch(clean):
            self.invalid(
                path,
                "bcp47",
                "This is not a valid BCP 47 language tag.",
                "Este valor no es una etiqueta de idioma BCP 47 válida.",
            )
        return clean

    def time_zone(self, path: str, value: str) -> str:
        """The name of a zone that the IANA database holds."""
        clean = self.text(path, value, bounds.TIME_ZONE_CHARACTERS_MAX)
        if clean and not is_time_zone(clean):
            self.invalid(
                path,
                "iana",
                "This is not a valid IANA time zone.",
                "Este valor no es una zona horaria IANA válida.",
            )
        return clean

    def between(self, path: str | Sequence[str], value: int, low: int, high: int) -> int:
        if not low <= value <= high:
            self.invalid(
                path,
                f"between {low} and {high}",
                f"This must be between {low} and {high}.",
                f"Debe estar entre {low} y {high}.",
            )
        return value

    def at_most(self, path: str, items: Sequence[object], items_max: int) -> None:
        """A list of no more than `items_max`."""
        if len(items) > items_max:
            self.invalid(
                path,
                f"items_max={items_max}",
                f"This may have at most {items_max} items.",
                f"Puede tener como máximo {items_max} elementos.",
            )

    def recent(self, path: str, value: datetime, now: datetime, *, days_max: int) -> datetime:
        """An instant of the last `days_max` days, not in the future."""
        if value > now:
            self.invalid(
                path, "past", "This can't be in the future.", "No puede estar en el futuro."
            )
        elif value < now - timedelta(days=days_max):
            self.invalid(
                path,
                f"days_max={days_max}",
                f"This can't be more than {days_max} days ago.",
                f"No puede ser de hace más de {days_max} días.",
            )
        return value


def is_time_zone(name: str) -> bool:
    """Whether the IANA database holds a zone of this name."""
    return name in _time_zones()


@cache
def _time_zones() -> frozenset[str]:
    """The names of all zones: reading them from their files takes milliseconds."""
    return frozenset(zoneinfo.available_timezones())


def _is_unfit(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind == "Cs" or (kind == "Cc" and character not in _KEPT_CONTROLS)


def required_reason(reason: str, path: str = "reason") -> str:
    """A reason that a rule asks for, without outer blanks. Raises Refused."""
    faults = Faults()
    clean = faults.text(path, reason, bounds.REASON_CHARACTERS_MAX)
    faults.settle()
    return clean


def optional_reason(reason: str | None, path: str = "reason") -> str | None:
    """A reason that may be left out. Raises Refused."""
    return required_reason(reason, path) if reason is not None and reason.strip() else None
