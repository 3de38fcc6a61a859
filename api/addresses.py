"""Checks the URLs and addresses in settings, and hides their passwords."""

from __future__ import annotations

import re
from email.utils import parseaddr
from urllib.parse import SplitResult, urlsplit

SQLITE = "sqlite://"
HIDDEN = "***"
"""Shown in place of a secret."""

_POSTGRES = ("postgresql://", "postgres://")
_BLANK = re.compile(r"\s")
_MAILBOX = re.compile(r"[\x21-\x7e]+@[A-Za-z0-9.-]+")


def without_password(url: str) -> str:
    """The URL of a database or mail server, safe to show and log."""
    place, question, query = url.partition("?")
    scheme, slashes, rest = place.partition("://")
    login, at, address = rest.rpartition("@")
    user, colon, _ = login.partition(":")
    hidden = f"{user}{colon}{HIDDEN}{at}" if colon else f"{login}{at}"
    query = HIDDEN if "password=" in query else query
    return f"{scheme}{slashes}{hidden}{address}{question}{query}"


def database_url(written: str) -> str:
    """Checks a database URL. Raises ValueError, whose text says what is allowed."""
    file = written.removeprefix(SQLITE).partition("?")[0]
    is_file = written.startswith(SQLITE) and file not in ("", "/", ":memory:", "/:memory:")
    if not is_file and not (written.startswith(_POSTGRES) and _parts(written)):
        raise ValueError("sqlite:// and the path of a file, or postgresql:// and an address")
    return written


def public_url(written: str) -> str:
    """Checks a URL for links to begin with. Raises ValueError, whose text says what is allowed."""
    parts = _parts(written)
    is_plain = parts and not (
        parts.query or parts.fragment or "@" in parts.netloc or _BLANK.search(written)
    )
    if not (parts and is_plain and parts.scheme in ("http", "https") and parts.hostname):
        raise ValueError("http:// or https:// and a host, optionally with a port and a path")
    return written


def is_smtp_url(written: str) -> bool:
    """Whether a text is a valid URL of a mail server."""
    parts = _parts(written)
    return bool(
        parts
        and parts.scheme in ("smtp", "smtps")
        and parts.hostname
        and parts.path in ("", "/")
        and parts.query in ("", "starttls=0", "starttls=1")
        and not parts.fragment
    )


def smtp_url(written: str) -> str:
    """Checks the URL of a mail server. Raises ValueError, whose text says what is allowed."""
    if not is_smtp_url(written):
        raise ValueError(
            "smtp:// or smtps:// and a host, optionally with a login, a port and ?starttls=1"
        )
    return written


def mailbox(written: str) -> str:
    """Checks a mailbox, named or not. Raises ValueError, whose text says what is allowed."""
    name, address = parseaddr(written)
    is_whole = bool(name) or address == written
    if not is_whole or not _MAILBOX.fullmatch(address):
        raise ValueError("an address, or a name and an address in angle brackets")
    return written


def _parts(url: str) -> SplitResult | None:
    """The parts of a URL; None where it or its port is malformed."""
    try:
        parts = urlsplit(url)
        return None if parts.port == 0 else parts
    except ValueError:
        return None
