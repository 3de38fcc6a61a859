"""Every setting, declared once: its name, type, default, bounds, unit and meaning.

A field `body_bytes_max` is read from the environment variable `RAPPORT_BODY_BYTES_MAX`. What
`rapport settings` prints, what the documentation lists and what the server reads is this class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from api import addresses
from api.addresses import HIDDEN, SQLITE, without_password

PREFIX = "RAPPORT_"
TEST_PREFIX = "RAPPORT_TEST_"
DATABASE_FILE_NAME = "rapport.sqlite3"
DATA_DIR = Path("data")
KEY_FILE_NAME = "secret.key"
SECRET_KEY_CHARACTERS_MIN = 32
MAIL_FROM = "Rapport <rapport@localhost>"


class SettingsError(Exception):
    """Invalid settings; `faults` has a line for each that says what is allowed."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Meaning:
    """A setting's description, unit and limits."""

    text: str
    unit: str = ""
    at_least: int = 0
    at_most: int = 2**31 - 1
    choices: tuple[str, ...] = ()
    default_shown: str = ""


def _setting(default: Any, text: str, **more: Any) -> Any:
    return field(default=default, metadata={"meaning": Meaning(text, **more)})


def _bound(default: int, unit: str, text: str) -> Any:
    return _setting(default, text, unit=unit, at_least=1)


@dataclass(frozen=True)
class Settings:
    """The settings of one process."""

    host: str = _setting("127.0.0.1", "The address to listen on.")
    port: int = _setting(8000, "The port to listen on; 0 picks a free port.", at_most=65_535)
    data_dir: Path = _setting(DATA_DIR, "The folder for the server's files.")
    database_url: str = _setting(
        "",
        "sqlite:// and the path of a file, or postgresql:// and the address of a server.",
        default_shown=f"{SQLITE}, {DATABASE_FILE_NAME} in the data folder",
    )
    public_url: str = _setting(
        "",
        "The URL at which people reach this server; links in mails begin with it.",
        default_shown="http:// and the address and port to listen on",
    )
    secret_key: str = _setting(
        "",
        "The secret that survey links are derived from, at least 32 characters; never shown.",
        default_shown=f"the content of {KEY_FILE_NAME} in the data folder",
    )
    smtp_url: str = _setting(
        "",
        "The mail server: smtp:// or smtps:// and user:password@host:port; ?starttls=1 requires "
        "TLS.",
        default_shown="none: mails are written to the data folder's outbox",
    )
    mail_from: str = _setting(
        MAIL_FROM,
        "The sender of mails: an address, or a name and an address in angle brackets.",
    )
    demo: bool = _setting(False, "Demo mode: no authentication, everyone may do everything.")
    introspection: bool = _setting(True, "Whether clients may introspect the schema.")
    log_level: str = _setting(
        "info",
        "The lowest severity that is logged.",
        choices=("debug", "info", "warning", "error", "critical"),
    )
    shutdown_seconds: int = _bound(
        5, "seconds", "How long requests under way may take to finish at shutdown."
    )
    pool_connections_max: int = _bound(
        10, "connections", "The largest number of connections to PostgreSQL."
    )
    body_bytes_max: int = _bound(262_144, "bytes", "The largest request body or WebSocket message.")
    document_bytes_max: int = _bound(32_768, "bytes", "The largest GraphQL document.")
    tokens_max: int = _bound(2_000, "tokens", "The most tokens in a document.")
    depth_max: int = _bound(12, "levels", "The greatest depth of a selection.")
    introspection_depth_max: int = _bound(
        20, "levels", "The greatest depth of an introspection query."
    )
    aliases_max: int = _bound(15, "aliases", "The most aliases in one selection.")
    directives_max: int = _bound(50, "directives", "The most directives in a document.")
    cost_max: int = _bound(5_000, "objects", "The highest estimated cost of an operation.")
    list_items_max: int = _bound(250, "items", "The most items in a list in an input.")
    socket_queue_events_max: int = _bound(
        256, "events", "The most events queued for a slow subscriber."
    )
    socket_queue_bytes_max: int = _bound(
        1_048_576, "bytes", "The most data queued for a slow subscriber."
    )
    init_timeout_seconds: int = _bound(
        10, "seconds", "How long a WebSocket may take to send connection_init."
    )

    def __post_init__(self) -> None:
        if not self.database_url:
            file = self.data_dir.absolute() / DATABASE_FILE_NAME
            object.__setattr__(self, "database_url", f"{SQLITE}{file}")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Reads the settings from environment variables; an empty value counts as unset.

        Raises SettingsError with a line for each invalid value and for each unknown RAPPORT_
        variable.
        """
        faults = list(_unknown(environment))
        values: dict[str, Any] = {}
        for each in fields(cls):
            written = environment.get(variable(each), "").strip()
            if not written:
                continue
            try:
                values[each.name] = _read(each, written)
            except ValueError as error:
                faults.append(f"{variable(each)} must be {error}, not '{shown(each, written)}'.")
        if faults:
            raise SettingsError(faults)
        return cls(**values)

    @property
    def database_file(self) -> Path | None:
        """The file of the SQLite database, or None on PostgreSQL."""
        if not self.database_url.startswith(SQLITE):
            return None
        return Path(self.database_url.removeprefix(SQLITE).partition("?")[0]).resolve()

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def variable(setting: Field[Any]) -> str:
    """The name of a setting's environment variable."""
    return PREFIX + setting.name.upper()


def meaning(setting: Field[Any]) -> Meaning:
    known: Meaning = setting.metadata["meaning"]
    return known


def default(setting: Field[Any]) -> str:
    """The default as a person would write it."""
    return meaning(setting).default_shown or shown(setting, setting.default)


def shown(setting: Field[Any], value: Any) -> str:
    """A value as a person would write it, with any password hidden."""
    if isinstance(value, bool):
        return str(int(value))
    if setting.name == "database_url":
        return without_password(value)
    if setting.name == "secret_key" or (
        setting.name == "smtp_url" and not addresses.is_smtp_url(value)
    ):
        return HIDDEN if value else ""
    return without_password(value) if setting.name == "smtp_url" else str(value)


def _unknown(environment: Mapping[str, str]) -> Iterator[str]:
    known = [variable(each) for each in fields(Settings)]
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name.startswith(TEST_PREFIX) or name in known:
            continue
        nearest = get_close_matches(name, known, n=1, cutoff=0)
        yield f"{name} is not a setting; did you mean {nearest[0]}?"


def _read(setting: Field[Any], written: str) -> Any:
    """Parses a setting's text. Raises ValueError, whose text says what is allowed."""
    known = meaning(setting)
    if setting.type == "bool":
        return _read_switch(written)
    if setting.type == "int":
        return _read_number(written, known)
    if setting.type == "Path":
        return Path(written)
    if known.choices and written not in known.choices:
        raise ValueError(f"one of {', '.join(known.choices)}")
    if setting.name in _READERS:
        return _READERS[setting.name](written)
    return written


def _read_switch(written: str) -> bool:
    if written not in ("0", "1"):
        raise ValueError("0 or 1")
    return written == "1"


def _read_number(written: str, known: Meaning) -> int:
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 11 else -1
    if not known.at_least <= number <= known.at_most:
        of = f" of {known.unit}" if known.unit else ""
        raise ValueError(f"a whole number{of} from {known.at_least} to {known.at_most}")
    return number


def _read_secret_key(written: str) -> str:
    if len(written) < SECRET_KEY_CHARACTERS_MIN:
        raise ValueError(f"at least {SECRET_KEY_CHARACTERS_MIN} characters")
    return written


_READERS: Mapping[str, Callable[[str], str]] = {
    "database_url": addresses.database_url,
    "public_url": addresses.public_url,
    "secret_key": _read_secret_key,
    "smtp_url": addresses.smtp_url,
    "mail_from": addresses.mailbox,
}
