"""`rapport check`: checks what a server needs, one line each."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable

from api.addresses import without_password
from api.database_check import counted, missing_migrations
from api.settings import Settings
from api.terminal import GREEN, RED, Refused, coloured, say


def run(settings: Settings, arguments: Namespace) -> int:
    """Returns 0 if every check passes, else 1."""
    checks = (_settings, _database, _page)
    results = [_is_well(check, settings) for check in checks]
    return 0 if all(results) else 1


def _is_well(check: Callable[[Settings], str], settings: Settings) -> bool:
    try:
        text = check(settings)
    except Refused as refusal:
        say(f"{coloured('failed', RED, sys.stdout)}  {refusal}")
        return False
    say(f"{coloured('ok', GREEN, sys.stdout)}      {text}")
    return True


def _settings(settings: Settings) -> str:
    return "The settings are valid."


def _database(settings: Settings) -> str:
    missing = missing_migrations(settings)
    if missing:
        raise Refused(
            f"The database needs {counted(len(missing), 'migration')}: {', '.join(missing)}; "
            "run 'rapport migrate'."
        )
    where = without_password(settings.database_url)
    return f"The database {where} is reachable and up to date."


def _page(settings: Settings) -> str:
    from api import page

    if not page.is_built():
        raise Refused("The GraphiQL page is not built; run 'make graphiql'.")
    return "The GraphiQL page is built."
