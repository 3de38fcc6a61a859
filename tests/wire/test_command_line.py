"""The command line, as a person meets it: real processes, their output and their exit codes."""

from __future__ import annotations

import errno
import io
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from api.terminal import ProgressBars
from tests.conftest import NewDatabase
from tests.postgres import Postgres
from tests.wire.commands import TIMEOUT_SECONDS, CommandLine

ROOT = Path(__file__).parents[2]


@pytest.fixture
def command_line(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


@pytest.fixture
def migrated(command_line: CommandLine, new_sqlite: NewDatabase) -> CommandLine:
    command_line.database.parent.mkdir()
    new_sqlite(command_line.database.parent)
    return command_line


def test_help_names_every_command_and_shows_examples(command_line: CommandLine) -> None:
    text = command_line.done("--help")
    for word in ("serve", "migrate", "seed", "schema", "check", "settings", "examples:"):
        assert word in text
    assert "--scale N" in command_line.done("seed", "--help")


def test_the_console_script_is_the_same_program(command_line: CommandLine) -> None:
    script = Path(sys.executable).with_name("rapport")
    done = subprocess.run([script, "--help"], capture_output=True, text=True, check=True)
    assert done.stdout == command_line.done("--help")


@pytest.mark.parametrize("arguments", [(), ("sing",), ("seed", "--scale", "0"), ("serve", "now")])
def test_wrong_use_ends_with_2_and_says_how(
    command_line: CommandLine, arguments: tuple[str, ...]
) -> None:
    done = command_line.run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: rapport" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["serve", "migrate", "seed", "schema", "check", "settings"])
def test_a_wrong_setting_stops_every_command_with_one_line(
    command_line: CommandLine, command: str
) -> None:
    done = command_line.run(command, port="80000")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "rapport: RAPPORT_PORT must be a whole number from 0 to 65535, not '80000'.\n"
    )
    assert not command_line.database.parent.exists()


def test_an_unknown_setting_is_pointed_out(command_line: CommandLine) -> None:
    done = command_line.run("settings", ports="1")
    assert done.returncode == 2
    assert done.stderr == "rapport: RAPPORT_PORTS is not a setting; did you mean RAPPORT_PORT?\n"


def test_settings_are_listed_with_value_default_and_meaning(command_line: CommandLine) -> None:
    text = command_line.done(
        "settings",
        port="1234",
        database_url="postgresql://brm:hush@db/brm",
        secret_key="hush" * 8,
        smtp_url="smtps://brm:hush@mail.example",
    )
    assert (
        "RAPPORT_PORT=1234\n    The port to listen on; 0 picks a free port. (default 8000)" in text
    )
    assert "RAPPORT_BODY_BYTES_MAX=262144\n" in text
    assert "RAPPORT_DATABASE_URL=postgresql://brm:***@db/brm" in text
    assert "RAPPORT_SECRET_KEY=***\n" in text
    assert "RAPPORT_SMTP_URL=smtps://brm:***@mail.example\n" in text
    assert "hush" not in text


def test_without_an_identity_provider_only_demo_mode_serves(migrated: CommandLine) -> None:
    assert "RAPPORT_DEMO=1" in migrated.refused("serve")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_demo_mode_serves_no_other_machine(migrated: CommandLine, host: str) -> None:
    line = migrated.refused("serve", demo="1", host=host)
    assert line.startswith("Demo mode has no authentication")
    assert f"not '{host}'" in line


def test_serving_without_migrations_says_what_to_run(command_line: CommandLine) -> None:
    assert "run 'rapport migrate' first" in command_line.refused("serve", demo="1")
    assert not command_line.database.exists()


def test_a_database_that_lacks_migrations_says_how_many(
    command_line: CommandLine, unmigrated_url: str
) -> None:
    Path(unmigrated_url.removeprefix("sqlite://")).touch() if "sqlite" in unmigrated_url else None
    line = command_line.refused("serve", demo="1", database_url=unmigrated_url)
    assert re.fullmatch(r"The database needs \d+ migrations?; run 'rapport migrate' first\.", line)


def test_a_port_in_use_is_named(migrated: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = migrated.refused("serve", demo="1", port=port)
    assert line.startswith(
        f"Port {port} of 127.0.0.1 can't be used: {os.strerror(errno.EADDRINUSE)}"
    )


def test_a_server_serves_until_it_is_told_to_stop(migrated: CommandLine) -> None:
    with migrated.serving() as (process, origin):
        ready = httpx.get(f"{origin}/health/ready", timeout=TIMEOUT_SECONDS).json()
        assert (ready["status"], ready["mode"]) == ("ready", "demo")
        process.send_signal(signal.SIGTERM)
        assert process.wait(TIMEOUT_SECONDS) in (0, -signal.SIGTERM)


@pytest.mark.parametrize("command", ["serve", "migrate", "seed"])
def test_a_database_that_a_server_holds_is_left_alone(migrated: CommandLine, command: str) -> None:
    with migrated.serving() as (process, _):
        line = migrated.refused(command, demo="1", port="0")
        holder = f"'rapport serve' (process {process.pid})"
        assert line == f"The database {migrated.database} is in use by {holder}."


def test_another_data_folder_is_no_way_around_the_holder(migrated: CommandLine) -> None:
    with migrated.serving():
        line = migrated.refused(
            "migrate", data_dir="elsewhere", database_url="sqlite://data/rapport.sqlite3"
        )
        assert "is in use by 'rapport serve'" in line


def test_a_killed_server_holds_nothing(migrated: CommandLine) -> None:
    with migrated.serving() as (process, _):
        process.kill()
        process.wait(TIMEOUT_SECONDS)
        assert migrated.done("migrate") == "The database is up to date.\n"


def test_migrating_says_what_it_applied_and_then_that_there_is_nothing(
    command_line: CommandLine, unmigrated_url: str
) -> None:
    assert command_line.done("migrate", database_url=unmigrated_url).startswith("Applied ")
    again = command_line.done("migrate", database_url=unmigrated_url)
    assert again == "The database is up to date.\n"


@pytest.mark.parametrize("command", ["migrate", "seed"])
def test_a_data_folder_that_cannot_be_made_is_named(
    command_line: CommandLine, command: str
) -> None:
    (command_line.folder / "file").touch()
    line = command_line.refused(command, data_dir="file/data")
    assert line == "The data folder file/data can't be created: Not a directory."


@pytest.mark.parametrize("command", ["migrate", "serve", "seed"])
def test_a_database_file_that_is_none_cannot_be_opened(
    command_line: CommandLine, command: str
) -> None:
    command_line.database.parent.mkdir()
    command_line.database.write_bytes(b"This is a letter, not a database. " * 100)
    line = command_line.refused(command, demo="1", port="0")
    assert line.startswith(f"The database file {command_line.database} can't be opened")


def test_a_database_in_a_folder_that_is_missing_cannot_be_held(command_line: CommandLine) -> None:
    line = command_line.refused("migrate", database_url="sqlite:///nowhere/at/all.sqlite3")
    assert "/nowhere/at/all.sqlite3" in line
    assert "No such file or directory" in line


@pytest.mark.parametrize("command", ["migrate", "serve", "seed"])
def test_a_postgresql_that_does_not_answer_is_named_without_its_password(
    command_line: CommandLine, command: str
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        url = f"postgresql://brm:secret@127.0.0.1:{port}/brm"
        line = command_line.refused(command, demo="1", port="0", database_url=url)
    assert line.startswith(f"PostgreSQL at 127.0.0.1:{port} can't be used")
    assert "secret" not in line


def test_a_database_that_the_server_does_not_have_is_refused(
    command_line: CommandLine, postgres: Postgres
) -> None:
    url = re.sub(r"/rapport_test_\w+", "/rapport_test_missing", postgres.create())
    line = command_line.refused("migrate", database_url=url)
    assert "rapport_test_missing" in line


def test_check_is_content_with_what_a_server_needs(migrated: CommandLine) -> None:
    done = migrated.run("check")
    assert "The database sqlite://" in done.stdout
    assert "is reachable and up to date" in done.stdout
    is_page_built = (ROOT / "api" / "graphiql" / "dist" / "index.html").exists()
    assert done.returncode == (0 if is_page_built else 1)
    assert ("run 'make graphiql'" in done.stdout) is not is_page_built


def test_check_says_of_each_thing_what_is_wrong(command_line: CommandLine) -> None:
    done = command_line.run("check")
    assert (done.returncode, done.stderr) == (1, "")
    assert "ok      The settings are valid.\n" in done.stdout
    assert "failed  The database" in done.stdout
    assert not command_line.database.exists()


def test_the_schema_is_printed_as_it_is_kept(command_line: CommandLine) -> None:
    assert command_line.done("schema") == (ROOT / "schema.graphql").read_text(encoding="utf-8")


def test_seeding_fills_an_empty_database_and_no_other(migrated: CommandLine) -> None:
    assert re.fullmatch(r"Loaded \d+ [^\n]*\.\n", migrated.done("seed"))
    assert migrated.done("seed", "--if-empty") == "The database already contains data.\n"
    assert "needs an empty one" in migrated.refused("seed")


def test_a_reader_that_has_enough_is_no_error(command_line: CommandLine) -> None:
    reader = shutil.which("true")
    assert reader
    with subprocess.Popen(
        [sys.executable, "-m", "api", "schema"],
        env=command_line.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""


def test_colour_is_for_a_terminal_only(command_line: CommandLine) -> None:
    assert "\x1b[" not in command_line.run("serve").stderr
    assert "\x1b[31mrapport:\x1b[0m " in _on_a_terminal(command_line)
    assert "\x1b[" not in _on_a_terminal(command_line, NO_COLOR="1")


def _on_a_terminal(command_line: CommandLine, **environment: str) -> str:
    """What a refused command writes to a terminal."""
    ours, theirs = pty.openpty()
    try:
        subprocess.run(
            [sys.executable, "-m", "api", "serve"],
            cwd=command_line.folder,
            env={**command_line.environment(), "TERM": "xterm", "NO_COLOR": "", **environment},
            stderr=theirs,
            timeout=TIMEOUT_SECONDS,
        )
        return os.read(ours, 4096).decode()
    finally:
        os.close(ours)
        os.close(theirs)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _shown(stream: io.StringIO, seconds: float) -> str:
    """What the progress of work shows that takes so long between its two steps."""
    now = 0.0
    with ProgressBars(stream, lambda: now) as progress:
        progress("complaints", 0, 10)
        now += seconds
        progress("complaints", 5, 10)
    return stream.getvalue()


def test_progress_is_shown_on_a_terminal_when_the_work_takes_longer_than_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert "complaints" in _shown(Terminal(), seconds=1.5)
    assert _shown(Terminal(), seconds=0.5) == ""
    assert _shown(io.StringIO(), seconds=1.5) == ""
