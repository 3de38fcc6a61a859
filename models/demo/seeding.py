"""The demo data: a provider of services for information technology, its customers, and a year.

It is the same for every start within one day, lies before that day, and grows with its scale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from heapq import merge

from models.demo.complaint_steps import PER_SCALE
from models.demo.complaints import complaints
from models.demo.customers import clients
from models.demo.estate import estate
from models.demo.ledger import told
from models.demo.moments import midnight
from models.demo.plans import planned
from models.demo.provider import provider
from models.demo.requirements import requirements
from models.demo.surveys import surveys
from models.loading import Row, load

Progress = Callable[[str, int, int], None]
"""Hears of a step: its name, what is done of it, and about how much there is in all."""

ROWS_PER_COMPLAINT = 10
"""How many rows there are for each complaint, its events and comments among them: about."""


async def seed(scale: int, now: datetime, progress: Progress) -> dict[str, int]:
    """Fills an empty database, all or nothing; answers how many rows each table got."""
    expected = scale * sum(PER_SCALE.values()) * ROWS_PER_COMPLAINT

    def heard(count: int) -> None:
        progress("rows", min(count, expected), expected)

    counts = await load(rows(scale, now), heard=heard)
    progress("rows", expected, expected)
    return counts


def rows(scale: int, now: datetime) -> Iterator[Row]:
    """All rows, each after those that it names, and the log in order of time."""
    today = midnight(now)
    house = provider(today)
    customers, relationships = clients(scale, today, house)
    needs = requirements(today, house, customers, relationships)
    asked = surveys(today, house, customers)
    grievances = complaints(planned(scale, today), customers, today, house)
    founded = estate(today, house, customers)
    lists = (house.stories, relationships, founded, needs, asked, grievances)
    by_time = merge(*lists, key=lambda story: story.begins_at)
    yield from told(by_time)
