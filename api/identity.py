"""Identifies the caller. In demo mode everyone is the same member of staff."""

from __future__ import annotations

import time
from typing import Protocol

from starlette.requests import HTTPConnection

from models.access import SYSTEM, Role, Viewer
from models.staff import StaffMember

_VIEWER_SECONDS_KEPT = 5.0


class Identity(Protocol):
    async def viewer_of(self, connection: HTTPConnection) -> Viewer:
        """The viewer on whose behalf a request or socket acts."""


class DemoIdentity:
    """Everyone is the first active administrator, or the system if there is none.

    The answer is cached for _VIEWER_SECONDS_KEPT, so that most requests don't read it.
    """

    def __init__(self) -> None:
        self._viewer: Viewer | None = None
        self._kept_until = 0.0

    async def viewer_of(self, connection: HTTPConnection) -> Viewer:
        if self._viewer is not None and time.monotonic() < self._kept_until:
            return self._viewer
        self._viewer = await _first_administrator()
        self._kept_until = time.monotonic() + _VIEWER_SECONDS_KEPT
        return self._viewer or SYSTEM


async def _first_administrator() -> Viewer | None:
    async for person in StaffMember.filter(is_active=True).order_by("id"):
        if Role.ADMINISTRATOR in person.roles:
            roles = frozenset(Role(role) for role in person.roles)
            return Viewer("staff", person.id, roles, customer_ids=None, name=person.name)
    return None
