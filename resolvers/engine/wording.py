"""Numbers and counts as people write them, in each language."""

from __future__ import annotations


def decimal(value: float, locale: str, digits: int = 1) -> str:
    """A number with so many decimals: 87.5 in English, 87,5 in Spanish."""
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if locale == "es" else text


def counted(count: int, one: str, many: str) -> str:
    """How many of something: 1 complaint, 2 complaints."""
    return f"{count} {one if count == 1 else many}"
