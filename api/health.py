"""What an operator's probes ask: whether the process lives, and whether it can serve."""

from __future__ import annotations

import asyncio

import orjson
from starlette.requests import Request

from api.edge import Edge
from api.replies import Reply, json_reply
from models import database, events

DATABASE_TIMEOUT_SECONDS = 2.0


async def live(request: Request) -> Reply:
    """The process answers; nothing is asked of the database."""
    return json_reply(200, b'{"status":"live"}')


class Readiness:
    """The endpoint that says whether requests can be served now, and in which mode."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._are_migrations_applied = False

    async def ready(self, request: Request) -> Reply:
        settings = self._edge.settings
        is_database_well = await self._database_answers()
        is_ready = is_database_well and self._are_migrations_applied and not self._edge.is_closing
        told = {
            "status": "ready" if is_ready else "not ready",
            "mode": "demo" if settings.demo else "production",
            "database": "ok" if is_database_well else "away",
            "migrations": "applied" if self._are_migrations_applied else "missing",
        }
        return json_reply(200 if is_ready else 503, orjson.dumps(told))

    async def _database_answers(self) -> bool:
        """Asks for the log's head; whether migrations are missing is asked until none is."""
        try:
            async with asyncio.timeout(DATABASE_TIMEOUT_SECONDS):
                await events.head()
                if not self._are_migrations_applied:
                    missing = await database.unapplied(self._edge.settings.database_url)
                    self._are_migrations_applied = not missing
        except Exception:
            return False
        return True
