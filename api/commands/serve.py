"""`rapport serve`: runs a server in this process."""

from __future__ import annotations

import logging
import socket
import sys
from argparse import Namespace
from dataclasses import replace

from api.database_check import require_migrations
from api.folder_lock import held
from api.server_key import server_key
from api.settings import Settings
from api.terminal import YELLOW, Refused, coloured, say

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
WAITING_CONNECTIONS_MAX = 2048


def run(settings: Settings, arguments: Namespace) -> int:
    _refuse_an_open_server(settings)
    with held(settings, "serve"):
        require_migrations(settings)
        with _listening(settings) as listener:
            _serve(settings, listener)
    return 0


def _serve(settings: Settings, listener: socket.socket) -> None:
    from api.app import create_app, server
    from models import invitation

    logging.basicConfig(level=settings.log_level.upper(), format=LOG_FORMAT)
    invitation.use_key(server_key(settings))
    port = listener.getsockname()[1]
    settings = replace(settings, port=port)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    mode = coloured("Demo mode:", YELLOW, sys.stdout)
    say(f"{mode} everyone who can reach this server may do everything.")
    say(f"GraphiQL is at http://{host}:{port}/graphql")
    running = server(settings, create_app(settings))
    running.run(sockets=[listener])
    if not running.started:
        raise Refused("The server could not start; see the log above.")


def _refuse_an_open_server(settings: Settings) -> None:
    """Refuses to serve without authentication unless that is asked for, on this machine only."""
    if not settings.demo:
        raise Refused(
            "No authentication is configured; RAPPORT_DEMO=1 serves without it, "
            "on this machine only."
        )
    if not settings.is_loopback:
        raise Refused(
            "Demo mode has no authentication, so it serves this machine only: "
            f"RAPPORT_HOST must be 127.0.0.1, ::1 or localhost, not '{settings.host}'."
        )


def _listening(settings: Settings) -> socket.socket:
    where = (settings.host, settings.port)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server(where, family=family, backlog=WAITING_CONNECTIONS_MAX)
    except OSError as error:
        raise Refused(
            f"Port {settings.port} of {settings.host} can't be used: {error.strerror}; "
            "set RAPPORT_PORT to another."
        ) from None
