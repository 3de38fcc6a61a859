"""Gives a kind's rows out, as an import takes them in."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any, TextIO

from models import bounds, events
from models.base import Act
from models.exchange.cells import neutral
from models.exchange.sheet import Sheet


async def give_out(
    kind: type[Sheet[Any]],
    act: Act,
    to: TextIO,
    *,
    heard: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Writes the rows in the order in which they were made; answers how many.

    `heard` hears how many are written, and of how many.
    """
    sheet = kind(act, is_dry_run=True)
    await sheet.begin()
    writer = csv.writer(to)
    writer.writerow(column.name for column in sheet.columns)
    query = sheet.model.filter(**sheet.exported()).using_db(events.reading())
    total, count, last = await query.count(), 0, 0
    while True:
        page = query.filter(id__gt=last).order_by("id").limit(bounds.IMPORT_ROWS_AT_ONCE)
        rows = await page
        if not rows:
            return count
        await sheet.look_up((), rows)
        for row in rows:
            writer.writerow(neutral(cell) for cell in sheet.line(row).values())
        count, last = count + len(rows), rows[-1].id
        heard(count, max(count, total))
