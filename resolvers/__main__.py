"""Prints how a query is read: `python -m resolvers document.graphql`. Nothing is executed."""

from __future__ import annotations

import asyncio
import json
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path

from tortoise import Tortoise

from models.access import SYSTEM
from models.database import tortoise_config
from resolvers.engine.explain import explained
from resolvers.engine.operation import Prepared, Request
from resolvers.engine.reading.dialect import POSTGRESQL, SQLITE
from resolvers.schema import ENGINE

NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""Any time will do: a plan is the same at all times."""


async def main(*given: str) -> int:
    """Prints the plan of a document, or why there is none."""
    parser = ArgumentParser(prog="python -m resolvers", description=__doc__)
    parser.add_argument("document", type=Path, help="a file with one query")
    parser.add_argument("--variables", type=json.loads, default={}, help="as JSON")
    parser.add_argument("--postgres", action="store_true", help="as PostgreSQL would be asked")
    options = parser.parse_args(given)
    request = Request(
        options.document.read_text(encoding="utf-8"), options.variables, None, SYSTEM, "en", NOW
    )
    prepared = ENGINE.prepare(request)
    if not isinstance(prepared, Prepared):
        print(prepared.body.decode())
        return 1
    await Tortoise.init(config=tortoise_config("sqlite://:memory:"))
    try:
        for line in explained(prepared, POSTGRESQL if options.postgres else SQLITE):
            print(line)
    finally:
        await Tortoise.close_connections()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
