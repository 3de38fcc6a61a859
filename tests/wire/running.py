"""A real server in a process of its own, and the ways to talk to it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

START_TIMEOUT_SECONDS = 60.0
STOP_TIMEOUT_SECONDS = 30.0
ANSWER_TIMEOUT_SECONDS = 30.0
LOOK_AGAIN_SECONDS = 0.05


@dataclass(frozen=True)
class Server:
    """A server that is running; `log` holds what it has written."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path
    client: httpx.Client

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.origin}/graphql"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/graphql"

    def post(self, body: Any = None, **more: Any) -> httpx.Response:
        """Sends `body` as JSON, or what `more` says in httpx's own terms."""
        if body is not None:
            more["json"] = body
        return self.client.post(self.url, **more)

    def answer(self, document: str, **variables: Any) -> dict[str, Any]:
        """The data that a document answers, which must have no errors."""
        answer: dict[str, Any] = self.post({"query": document, "variables": variables}).json()
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    def socket(self, subprotocol: str = "graphql-transport-ws", **more: Any) -> connect:
        return connect(self.socket_url, subprotocols=[Subprotocol(subprotocol)], **more)

    def ask_to_stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def stopped(self) -> int:
        """Waits for the end of the process and gives its exit code."""
        return self.process.wait(STOP_TIMEOUT_SECONDS)


Socket = ClientConnection


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(database_url: str, data_dir: Path, **settings: Any) -> dict[str, str]:
    """The environment of a server that uses this database; settings in snake case."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("RAPPORT_")}
    own = {
        "demo": 1,
        "host": "127.0.0.1",
        "database_url": database_url,
        "data_dir": data_dir,
        **settings,
    }
    return inherited | {f"RAPPORT_{name.upper()}": str(value) for name, value in own.items()}


def migrate(database_url: str, data_dir: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "api", "migrate"],
        env=environment(database_url, data_dir),
        check=True,
        capture_output=True,
        timeout=START_TIMEOUT_SECONDS,
    )


@contextmanager
def serving(database_url: str, data_dir: Path, **settings: Any) -> Iterator[Server]:
    """Runs a server until the context ends; it is ready when the context begins."""
    port = settings.pop("port", None) or free_port()
    log = data_dir / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "api", "serve"],
            env=environment(database_url, data_dir, port=port, **settings),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    client = httpx.Client(timeout=ANSWER_TIMEOUT_SECONDS)
    server = Server(port, process, log, client)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        client.close()
        if process.poll() is None:
            server.ask_to_stop()
            try:
                process.wait(STOP_TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(server: Server) -> None:
    until = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < until and server.process.poll() is None:
        try:
            if httpx.get(f"{server.origin}/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(LOOK_AGAIN_SECONDS)
    raise AssertionError(f"the server did not become ready:\n{server.log.read_text()}")
