"""Where mails are handed over: an SMTP server, or a folder where they lie for somebody to look."""

from __future__ import annotations

import asyncio
import os
import ssl
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPTimeoutError,
)

HANDOVER_TIMEOUT_SECONDS = 60.0
"""How long handing one mail over may take, a new connection included; sooner than a claim ends."""
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
_PORTS = {"smtp": 25, "smtps": 465}
_PERMANENT = range(500, 600)
_LEAVING = 421


class NotTaken(Exception):
    """A mail that was not taken over; `reason` quotes no server, which might name the person.

    `is_final` where the same mail will not be taken later either; `is_about_all` where no other
    mail is better off.
    """

    def __init__(self, reason: str, *, is_final: bool = False, is_about_all: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final
        self.is_about_all = is_about_all


class Post(Protocol):
    async def hand_over(self, message: EmailMessage) -> None:
        """Gives a mail away for good. Raises NotTaken."""

    async def rest(self) -> None:
        """There is nothing to hand over for now."""


class Outbox:
    """A folder in which each mail lies as a file, named by its Message-ID, for its owner alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def hand_over(self, message: EmailMessage) -> None:
        try:
            await asyncio.to_thread(self._lay_down, message)
        except OSError as error:
            reason = f"the outbox can't be written: {error.strerror}"
            raise NotTaken(reason, is_about_all=True) from error

    async def rest(self) -> None:
        """A folder needs no rest."""

    def _lay_down(self, message: EmailMessage) -> None:
        self._folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        name = message["Message-ID"].strip("<>").rpartition("@")[0]
        file = self._folder / f"{name}.eml"
        draft = file.with_suffix(".part")
        opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _FILE_MODE)
        with os.fdopen(opened, "wb") as writing:
            writing.write(message.as_bytes())
            writing.flush()
            os.fsync(writing.fileno())
        draft.replace(file)


class SmtpPost:
    """A mail server, with which a connection is kept while there are mails for it."""

    def __init__(self, url: str, *, timeout_seconds: float = HANDOVER_TIMEOUT_SECONDS) -> None:
        self._url = url
        self._timeout_seconds = timeout_seconds
        self._client: SMTP | None = None

    async def hand_over(self, message: EmailMessage) -> None:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                if self._client is None:
                    self._client = await self._connected()
                await self._client.send_message(message)
        except SMTPRecipientsRefused as error:
            raise _refused("the address", error.recipients[0].code) from error
        except SMTPDataError as error:
            raise _refused("the mail", error.code) from error
        except (SMTPNotSupported, UnicodeError) as error:
            raise NotTaken("the server takes no such address", is_final=True) from error
        except (SMTPException, OSError) as error:
            self._drop()
            raise NotTaken(_reason(error), is_about_all=True) from error
        except BaseException:
            self._drop()
            raise

    async def rest(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(SMTPException, OSError):
                await client.quit(timeout=self._timeout_seconds)
            client.close()

    async def _connected(self) -> SMTP:
        parts = urlsplit(self._url)
        client = SMTP(
            hostname=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=parts.scheme == "smtps",
            start_tls={"starttls=1": True, "starttls=0": False}.get(parts.query),
            timeout=self._timeout_seconds,
        )
        try:
            await client.connect()
        except BaseException:
            client.close()
            raise
        return client

    def _drop(self) -> None:
        """Forgets a connection of which nobody knows how it stands."""
        client, self._client = self._client, None
        if client is not None:
            client.close()


def _refused(what: str, code: int) -> NotTaken:
    return NotTaken(
        f"the server refused {what} ({code})",
        is_final=code in _PERMANENT,
        is_about_all=code == _LEAVING,
    )


def _reason(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        return f"the server refused us ({error.code})"
    if isinstance(error, SMTPTimeoutError | TimeoutError):
        return "the server did not answer in time"
    if isinstance(error, ssl.SSLError):
        return "the server's certificate can't be trusted"
    return "the server can't be reached, or left"
