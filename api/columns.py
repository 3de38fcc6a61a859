"""Rows of text, in columns that stand under one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

CELL_CHARACTERS_MAX = 60
_GAP = "  "


def columns(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A header and rows, one a line. A long cell but the last is cut.

    Signs that a terminal would act on are shown as Python writes them.
    """
    shown = [
        [_shown(cell, place < len(header) - 1) for place, cell in enumerate(row)]
        for row in (header, *rows)
    ]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    lines = (
        _GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in shown
    )
    return "\n".join(lines)


def _shown(cell: str, is_cut: bool) -> str:
    safe = "".join(c if c.isprintable() else repr(c)[1:-1] for c in cell)
    if is_cut and len(safe) > CELL_CHARACTERS_MAX:
        return f"{safe[: CELL_CHARACTERS_MAX - 1]}…"
    return safe
