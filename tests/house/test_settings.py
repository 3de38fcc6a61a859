"""Settings: what is read, what is refused and how, and that the documentation lists them all."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from api.addresses import without_password
from api.mail import link
from api.settings import Settings, SettingsError, default, meaning, shown, variable
from resolvers.engine.limits import Limits

ROOT = Path(__file__).parents[2]
DOCUMENTATION = ROOT / "docs" / "operating" / "settings.md"
ROW = re.compile(
    r"^\| `(?P<name>RAPPORT_\w+)` \| (?P<default>.*?) \| (?P<unit>.*?) \| (?P<text>.*?) \|$",
    re.MULTILINE,
)


def faults(**environment: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment(environment)
    return refused.value.faults


def test_nothing_in_the_environment_gives_the_defaults() -> None:
    settings = Settings.from_environment({"PATH": "/bin", "HOME": "/"})
    assert settings == Settings()
    assert (settings.host, settings.port, settings.demo) == ("127.0.0.1", 8000, False)
    assert settings.database_url == f"sqlite://{Path.cwd()}/data/rapport.sqlite3"


def test_every_setting_is_read_from_its_variable() -> None:
    written = {
        each.name: {"int": "7", "bool": "1", "Path": "/tmp/x"}.get(str(each.type), "")
        for each in fields(Settings)
    } | {
        "host": "::1",
        "database_url": "postgresql://h/d",
        "log_level": "debug",
        "public_url": "https://brm.example/asked",
        "secret_key": "k" * 32,
        "smtp_url": "smtps://brm:secret@mail.example:465",
        "mail_from": "BRM <brm@mail.example>",
    }
    settings = Settings.from_environment(
        {variable(each): written[each.name] for each in fields(Settings)}
    )
    read = {each.name: getattr(settings, each.name) for each in fields(Settings)}
    kinds = {"int": 7, "bool": True, "Path": Path("/tmp/x")}
    assert read == {
        each.name: kinds.get(str(each.type), written[each.name]) for each in fields(Settings)
    }


def test_an_empty_value_counts_as_none() -> None:
    assert Settings.from_environment({"RAPPORT_PORT": "", "RAPPORT_HOST": " "}) == Settings()


def test_the_database_stands_in_the_data_folder() -> None:
    settings = Settings.from_environment({"RAPPORT_DATA_DIR": "/var/lib/rapport"})
    assert settings.database_url == "sqlite:///var/lib/rapport/rapport.sqlite3"
    assert settings.database_file == Path("/var/lib/rapport/rapport.sqlite3")


def test_postgresql_has_no_file() -> None:
    settings = Settings.from_environment({"RAPPORT_DATABASE_URL": "postgresql://brm@db:5433/brm"})
    assert settings.database_file is None


@pytest.mark.parametrize(
    "written", ["65536", "-1", "8 000", "8000.0", "eighty", "٨٠٠٠", "9" * 5000]
)
def test_a_port_that_is_none_is_refused(written: str) -> None:
    (fault,) = faults(RAPPORT_PORT=written)
    assert fault.startswith("RAPPORT_PORT must be a whole number from 0 to 65535, not '")


@pytest.mark.parametrize("written", ["true", "yes", "2", "on"])
def test_a_switch_is_0_or_1(written: str) -> None:
    assert faults(RAPPORT_DEMO=written) == [f"RAPPORT_DEMO must be 0 or 1, not '{written}'."]


def test_a_bound_of_zero_is_refused_with_its_unit() -> None:
    assert faults(RAPPORT_BODY_BYTES_MAX="0") == [
        "RAPPORT_BODY_BYTES_MAX must be a whole number of bytes from 1 to 2147483647, not '0'."
    ]


def test_an_unknown_level_is_refused_with_those_that_are() -> None:
    assert faults(RAPPORT_LOG_LEVEL="loud") == [
        "RAPPORT_LOG_LEVEL must be one of debug, info, warning, error, critical, not 'loud'."
    ]


@pytest.mark.parametrize(
    "url",
    [
        "mysql://h/d",
        "rapport.sqlite3",
        "sqlite://",
        "sqlite:///",
        "sqlite://:memory:",
        "postgresql://h:port/d",
        "postgresql://h:99999/d",
        "postgresql://[::1/d",
    ],
)
def test_a_database_url_that_names_no_database_is_refused(url: str) -> None:
    (fault,) = faults(RAPPORT_DATABASE_URL=url)
    assert fault == (
        "RAPPORT_DATABASE_URL must be sqlite:// and the path of a file, or postgresql:// and an "
        f"address, not '{url}'."
    )


def test_no_message_tells_a_password() -> None:
    (fault,) = faults(RAPPORT_DATABASE_URL="mysql://brm:secret@db/brm?password=secret")
    assert "secret" not in fault
    assert without_password("postgresql://u:a@b@h:5/d?x=1") == "postgresql://u:***@h:5/d?x=1"
    assert without_password("postgresql://h/d?password=p&x=1") == "postgresql://h/d?***"
    assert without_password("postgresql://u@h/d") == "postgresql://u@h/d"


@pytest.mark.parametrize(
    "url",
    ["brm.example", "ftp://brm.example", "https://", "https://u@h", "https://h?x=1", "http://h:0"],
)
def test_a_public_url_that_no_link_can_begin_with_is_refused(url: str) -> None:
    (fault,) = faults(RAPPORT_PUBLIC_URL=url)
    assert fault.startswith("RAPPORT_PUBLIC_URL must be http:// or https:// and a host")


def test_links_begin_with_the_public_url_or_with_where_the_server_listens() -> None:
    public = Settings(public_url="https://brm.example/asked/")
    assert link(public, "T") == "https://brm.example/asked/survey/T"
    assert link(Settings(port=8001), "T") == "http://127.0.0.1:8001/survey/T"
    assert link(Settings(host="::1"), "T") == "http://[::1]:8000/survey/T"


@pytest.mark.parametrize(
    "url",
    [
        "mail.example:25",
        "http://u:secret@h",
        "smtp://",
        "smtp://u:secret@h:port",
        "smtp://u:secret@h/path",
        "smtp://u:se?secret@h",
        "smtp://u:secret@h?starttls=yes",
        "smtp://u:secret@[::1",
        "u:secret@mail.example",
    ],
)
def test_a_mail_server_s_url_that_names_none_is_refused_without_its_password(url: str) -> None:
    (fault,) = faults(RAPPORT_SMTP_URL=url)
    assert fault.startswith("RAPPORT_SMTP_URL must be smtp:// or smtps:// and a host")
    assert "secret" not in fault


@pytest.mark.parametrize("written", ["brm", "brm@", "BRM <brm>", "a@h, b@h", "<a@h", "a b@h"])
def test_a_sender_that_is_no_mailbox_is_refused(written: str) -> None:
    (fault,) = faults(RAPPORT_MAIL_FROM=written)
    assert fault.startswith("RAPPORT_MAIL_FROM must be an address, or a name and an address")


def test_a_key_that_is_too_short_is_refused_and_none_is_ever_shown() -> None:
    (fault,) = faults(RAPPORT_SECRET_KEY="secret" * 5)
    assert fault == "RAPPORT_SECRET_KEY must be at least 32 characters, not '***'."
    named = {each.name: each for each in fields(Settings)}
    assert shown(named["secret_key"], "secret" * 6) == "***"
    assert shown(named["secret_key"], "") == ""
    assert shown(named["smtp_url"], "smtp://brm:secret@h:25") == "smtp://brm:***@h:25"


def test_an_unknown_variable_is_pointed_out_with_the_nearest_name() -> None:
    assert faults(RAPPORT_DATABASE="x") == [
        "RAPPORT_DATABASE is not a setting; did you mean RAPPORT_DATABASE_URL?"
    ]


def test_variables_of_the_tests_are_nobodys_fault() -> None:
    assert Settings.from_environment({"RAPPORT_TEST_POSTGRES_URL": "x"}) == Settings()


def test_all_faults_come_at_once() -> None:
    assert len(faults(RAPPORT_PORT="x", RAPPORT_DEMO="x", RAPPORT_COLOUR="x")) == 3


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("localhost.example.com", False),
    ],
)
def test_only_a_loopback_address_is_loopback(host: str, is_loopback: bool) -> None:
    assert Settings(host=host).is_loopback is is_loopback


def test_the_documentation_lists_every_setting_as_the_code_has_it() -> None:
    documented = [
        match.groups() for match in ROW.finditer(DOCUMENTATION.read_text(encoding="utf-8"))
    ]
    assert documented == [
        (variable(each), default(each), meaning(each).unit, meaning(each).text)
        for each in fields(Settings)
    ]


def test_the_documentation_names_no_setting_that_is_none() -> None:
    known = {variable(each) for each in fields(Settings)}
    for page in (*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md")):
        named = set(re.findall(r"RAPPORT_[A-Z_]+[A-Z]", page.read_text(encoding="utf-8")))
        unknown = {name for name in named - known if not name.startswith("RAPPORT_TEST_")}
        assert not unknown, f"{page.relative_to(ROOT)} names {sorted(unknown)}"


def test_every_setting_is_read_by_something() -> None:
    read = {name for file in _code() for name in _read_settings(file)}
    unread = [each.name for each in fields(Settings) if each.name not in read]
    assert unread == []


def _code() -> Iterator[Path]:
    for room in ("api", "resolvers", "models"):
        yield from (file for file in (ROOT / room).rglob("*.py") if file.name != "settings.py")


def _read_settings(file: Path) -> Iterator[str]:
    """The attributes that a file takes from something called settings."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            if name.strip("_") == "settings":
                yield node.attr


def test_the_limits_of_the_graph_default_to_those_of_the_settings() -> None:
    settings = Settings()
    for each in fields(Limits):
        name = "introspection" if each.name == "is_introspectable" else each.name
        assert each.default == getattr(settings, name), each.name
