"""A mail server that speaks SMTP on loopback, and refuses, stalls or vanishes as a test says."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

STALL = "stall"
VANISH = "vanish"
VANISH_AFTER_TAKING = "vanish after taking"

_REPLIES = {
    "CONNECT": "220 mail.example",
    "EHLO": "250-mail.example\r\n250-AUTH PLAIN\r\n250 8BITMIME",
    "AUTH": "235 welcome",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "TAKE": "250 taken",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


class MailServer:
    """`taken` are the mails that it took over; `does` says what it does at a step of a session.

    That is a reply of its own, STALL, VANISH, or at TAKE, which ends the mail's data,
    VANISH_AFTER_TAKING. A reply for a single address goes by `RCPT` and the address.
    """

    def __init__(self) -> None:
        self.port = 0
        self.taken: list[EmailMessage] = []
        self.has_taken = asyncio.Event()
        self.to: list[str] = []
        self.logins: list[str] = []
        self.sessions = 0
        self.does: dict[str, str] = {}

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sessions += 1
        try:
            await self._session(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        step, argument = "CONNECT", ""
        while await self._replied(step, argument, writer):
            if step == "QUIT":
                return
            if step == "DATA" and "DATA" not in self.does:
                data = await reader.readuntil(b"\r\n.\r\n")
                self._take(data)
                step, argument = "TAKE", ""
                continue
            line = (await reader.readuntil(b"\r\n")).decode().strip()
            step, _, argument = line.partition(" ")
            step = step.upper()
            if step == "RCPT":
                argument = argument.partition("<")[2].partition(">")[0]
                self.to.append(argument)
            if step == "AUTH":
                self.logins.append(base64.b64decode(argument.split()[-1]).decode())

    def _take(self, data: bytes) -> None:
        if self.does.get("TAKE") in (None, VANISH_AFTER_TAKING):
            message = message_from_bytes(data[:-3].replace(b"\r\n..", b"\r\n."), policy=default)
            assert isinstance(message, EmailMessage)
            self.taken.append(message)
            self.has_taken.set()

    async def _replied(self, step: str, argument: str, writer: asyncio.StreamWriter) -> bool:
        """Whether the session goes on."""
        reply = self.does.get(f"{step} {argument}") or self.does.get(step) or _REPLIES[step]
        if reply == STALL:
            await asyncio.Event().wait()
        if reply in (VANISH, VANISH_AFTER_TAKING):
            return False
        writer.write(f"{reply}\r\n".encode())
        await writer.drain()
        return True


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    """Runs a mail server on a free port; sessions that are open at the end are cut."""
    running = MailServer()
    sessions: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(running.serve(reader, writer))
        sessions.add(task)
        task.add_done_callback(sessions.discard)

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
        for task in tuple(sessions):
            task.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)
        await server.wait_closed()
