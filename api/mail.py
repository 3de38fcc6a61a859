"""Mail as it leaves: composed in the contact's language, given to an SMTP server or an outbox."""

from __future__ import annotations

import asyncio
import os
import re
import ssl
from collections.abc import Sequence
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr
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

from api.negotiation import LOCALES
from api.settings import Settings
from api.templating import day, language_of, rendered, words
from models.mail import ClaimedMail

SEND_TIMEOUT_SECONDS = 60.0
"""How long handing one mail over may take, a new connection included; sooner than a claim ends."""
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
_PORTS = {"smtp": 25, "smtps": 465}
_PERMANENT = range(500, 600)
_LEAVING = 421
_MAILBOX = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
"""What stands before the @ in an address that every server takes (RFC 5321's Dot-string)."""


class NotComposable(Exception):
    """A mail can't be composed, such as to an address that no mail can have."""


def link(settings: Settings, token: str) -> str:
    """The link that a token is sent in: by the public URL, else by where the server listens."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    base = settings.public_url.rstrip("/") or f"http://{host}:{settings.port}"
    return f"{base}/survey/{token}"


def compose(claimed: ClaimedMail, settings: Settings) -> EmailMessage:
    """The mail as a message, in the contact's language; its Message-ID never changes.

    Raises NotComposable.
    """
    locale = language_of(claimed.locale) or LOCALES[0]
    said = words(locale)["mail"]
    about = said[claimed.kind.value]
    title = _on_one_line(claimed.title)
    values = {
        "subject": about["subject"].format(title=title),
        "greeting": said["greeting"].format(name=_on_one_line(claimed.name)),
        "text": about["text"].format(title=title),
        "purpose": claimed.purpose,
        "link": link(settings, claimed.token),
        "once": said["once"].format(date=day(claimed.expires_at, locale)),
    }
    message = EmailMessage(policy=SMTP_POLICY)
    _, sender = parseaddr(settings.mail_from)
    try:
        message["From"] = settings.mail_from
        message["To"] = _addressee(claimed)
        message["Subject"] = values["subject"]
    except ValueError as error:
        raise NotComposable from error
    message["Date"] = format_datetime(claimed.written_at)
    message["Message-ID"] = f"<{claimed.key}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(rendered("mail.txt", locale, **values))
    message.add_alternative(rendered("mail.html", locale, **values), subtype="html")
    message["Content-Language"] = locale
    return message


def _addressee(claimed: ClaimedMail) -> Address:
    """The person; a domain beyond ASCII is written as the name system has it."""
    mailbox, _, domain = claimed.address.rpartition("@")
    if not _MAILBOX.fullmatch(mailbox):
        raise NotComposable
    ascii_domain = domain.encode("idna").decode("ascii")
    return Address(_on_one_line(claimed.name), username=mailbox, domain=ascii_domain)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


class NotDelivered(Exception):
    """A mail that was not taken over; `reason` quotes no server, which might name the person.

    `is_final` where the same mail will not be taken later either; `is_about_all` where no other
    mail is better off.
    """

    def __init__(self, reason: str, *, is_final: bool = False, is_about_all: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final
        self.is_about_all = is_about_all


class MailTransport(Protocol):
    async def send(self, message: EmailMessage) -> None:
        """Hands the message over. Raises NotDelivered."""

    async def close(self) -> None:
        """Closes the connection that is kept between messages, if there is one."""


class Outbox:
    """A folder in which each mail lies as a file, named by its Message-ID, for its owner alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: EmailMessage) -> None:
        try:
            await asyncio.to_thread(self._write, message)
        except OSError as error:
            reason = f"the outbox can't be written: {error.strerror}"
            raise NotDelivered(reason, is_about_all=True) from error

    async def close(self) -> None:
        """A folder keeps no connection."""

    def _write(self, message: EmailMessage) -> None:
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

    def remove(self, keys: Sequence[str]) -> None:
        """Deletes the mails of these keys, where they lie here."""
        for key in keys:
            for suffix in (".eml", ".part"):
                (self._folder / f"{key}{suffix}").unlink(missing_ok=True)


class SmtpTransport:
    """A mail server, with which a connection is kept while there are mails for it."""

    def __init__(self, url: str, *, timeout_seconds: float = SEND_TIMEOUT_SECONDS) -> None:
        self._url = url
        self._timeout_seconds = timeout_seconds
        self._client: SMTP | None = None

    async def send(self, message: EmailMessage) -> None:
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
            raise NotDelivered("the server takes no such address", is_final=True) from error
        except (SMTPException, OSError) as error:
            self._drop()
            raise NotDelivered(_reason(error), is_about_all=True) from error
        except BaseException:
            self._drop()
            raise

    async def close(self) -> None:
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


def _refused(what: str, code: int) -> NotDelivered:
    return NotDelivered(
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
