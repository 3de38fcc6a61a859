"""Letters as mail: who writes to whom, in which words, with the link that opens the survey."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from api.negotiation import LOCALES
from api.settings import Settings
from api.templating import day, language_of, rendered, words
from models.mail import Letter

_MAILBOX = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
"""What stands before the @ in an address that every server takes (RFC 5321's Dot-string)."""


class Unwritable(Exception):
    """A letter that can't become a mail, such as to an address that no mail can have."""


def link(settings: Settings, token: str) -> str:
    """The link that a token is sent in: by the public URL, else by where the server listens."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    base = settings.public_url.rstrip("/") or f"http://{host}:{settings.port}"
    return f"{base}/survey/{token}"


def written(letter: Letter, settings: Settings) -> EmailMessage:
    """The mail of a letter, in the contact's language; its Message-ID is the letter's for good.

    Raises Unwritable.
    """
    locale = language_of(letter.locale) or LOCALES[0]
    said = words(locale)["mail"]
    about = said[letter.kind.value]
    title = _on_one_line(letter.title)
    values = {
        "subject": about["subject"].format(title=title),
        "greeting": said["greeting"].format(name=_on_one_line(letter.name)),
        "text": about["text"].format(title=title),
        "purpose": letter.purpose,
        "link": link(settings, letter.token),
        "once": said["once"].format(date=day(letter.expires_at, locale)),
    }
    message = EmailMessage(policy=SMTP)
    _, sender = parseaddr(settings.mail_from)
    try:
        message["From"] = settings.mail_from
        message["To"] = _addressee(letter)
        message["Subject"] = values["subject"]
    except ValueError as error:
        raise Unwritable from error
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.key}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(rendered("mail.txt", locale, **values))
    message.add_alternative(rendered("mail.html", locale, **values), subtype="html")
    message["Content-Language"] = locale
    return message


def _addressee(letter: Letter) -> Address:
    """The person; a domain beyond ASCII is written as the name system has it."""
    mailbox, _, domain = letter.address.rpartition("@")
    if not _MAILBOX.fullmatch(mailbox):
        raise Unwritable
    ascii_domain = domain.encode("idna").decode("ascii")
    return Address(_on_one_line(letter.name), username=mailbox, domain=ascii_domain)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
