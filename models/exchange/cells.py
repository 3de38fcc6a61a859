"""Cells: what stands in one is a spreadsheet's text; a value is what it means here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import cache
from typing import TypeVar

from models.faults import Faults

E = TypeVar("E", bound=Enum)

YES, NO = "yes", "no"
_FLAGS = {YES: True, "true": True, "1": True, NO: False, "false": False, "0": False}
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER_DIGITS_MAX = 9


def neutral(text: str) -> str:
    """A cell that no spreadsheet runs as a formula: an apostrophe stands before what would be one.

    One goes before what looks so already, so that `plain` gives each text back as it was.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def plain(cell: str) -> str:
    """The text of a cell that `neutral` may have written."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def flag_text(value: bool) -> str:
    return YES if value else NO


class Entry:
    """One row of a file: its cells by column, and the faults found in it so far.

    `line` is the one it begins in. A column that the file lacks leaves what is there (`kept`); an
    empty cell means nothing, or the default where there must be something (`empty`).
    """

    def __init__(self, line: int, cells: Mapping[str, str]) -> None:
        self.line = line
        self.cells = cells
        self.faults = Faults()
        self.key = ""
        self.row_id: int | None = None
        self.is_even = True

    def text(self, column: str, *, kept: str | None = None, empty: str = "") -> str:
        if column not in self.cells:
            return empty if kept is None else kept
        return self.cells[column] or empty

    def flag(self, column: str, *, kept: bool, empty: bool) -> bool:
        cell = self.text(column, kept=flag_text(kept), empty=flag_text(empty)).lower()
        if cell in _FLAGS:
            return _FLAGS[cell]
        self.faults.invalid(column, "yes or no", "This must be yes or no.", "Debe ser yes o no.")
        return empty

    def whole(self, column: str, *, kept: int, empty: int) -> int:
        """A whole number; what is out of bounds is for the rules to say."""
        cell = self.text(column, kept=str(kept), empty=str(empty))
        digits = cell.removeprefix("-")
        if digits.isascii() and digits.isdigit() and len(digits) <= _NUMBER_DIGITS_MAX:
            return int(cell)
        self.faults.invalid(
            column, "whole number", "This must be a whole number.", "Debe ser un número entero."
        )
        return empty

    def choice(self, column: str, of: type[E], *, kept: E | None, empty: E | None = None) -> E:
        """One of an enumeration's names, in whatever case; its first one where there is a fault."""
        cell = self.text(
            column,
            kept="" if kept is None else str(kept.value),
            empty="" if empty is None else str(empty.value),
        )
        known = _by_name(of)
        found = known.get(cell.upper())
        if isinstance(found, of):
            return found
        listed = ", ".join(known)
        self.faults.invalid(
            column, "choice", f"This must be one of {listed}.", f"Debe ser uno de {listed}."
        )
        return next(iter(of))

    def day(self, column: str, *, kept: date | None) -> date | None:
        """A day as ISO 8601 writes it, or None."""
        if column not in self.cells:
            return kept
        cell = self.cells[column]
        try:
            return date.fromisoformat(cell) if cell else None
        except ValueError:
            self.faults.invalid(
                column,
                "day",
                "This must be a day such as 2026-03-31.",
                "Debe ser un día como 2026-03-31.",
            )
            return None


@cache
def _by_name(of: type[Enum]) -> dict[str, Enum]:
    return {str(each.value): each for each in of}
