"""`rapport import` and `rapport export` as a person meets them: files, tables and exit codes."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from models.bounds import IMPORT_BYTES_MAX
from tests.conftest import NewDatabase
from tests.wire.commands import TIMEOUT_SECONDS, CommandLine

GOOD = "external_key,name,time_zone\nA,Acme,Europe/Madrid\nB,=Bolt,Asia/Tokyo\n"
FAULTY = "external_key,name,time_zone\nA,Acme,Europe/Madrid\nB,,Mars\x1b[2J/Olympus\n"


@pytest.fixture
def command_line(tmp_path: Path, new_sqlite: NewDatabase) -> CommandLine:
    line = CommandLine(tmp_path)
    line.database.parent.mkdir()
    new_sqlite(line.database.parent)
    return line


def wrote(command_line: CommandLine, text: str, name: str = "customers.csv") -> Path:
    file = command_line.folder / name
    file.write_text(text, encoding="utf-8", newline="")
    return file


def test_a_file_goes_in_once_and_comes_out_as_it_went_in(command_line: CommandLine) -> None:
    wrote(command_line, GOOD)
    assert "Imported customers.csv." in command_line.done("import", "customers.csv")
    assert command_line.done("export", "customers", "out.csv") == (
        "Exported 2 customers to out.csv.\n"
    )
    raw = (command_line.folder / "out.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfid,external_key,name,")
    assert b",B,'=Bolt," in raw
    told = json.loads(command_line.done("import", "out.csv", "--kind", "customers", "--json"))
    assert (told["created"], told["updated"], told["unchanged"]) == (0, 0, 2)
    assert command_line.done("export", "customers").encode() == raw[3:].replace(b"\r\n", b"\n")
    assert sorted(each.name for each in command_line.folder.glob("*.csv*")) == [
        "customers.csv",
        "out.csv",
    ]


def test_a_dry_run_shows_each_cell_and_changes_nothing(command_line: CommandLine) -> None:
    wrote(command_line, GOOD)
    text = command_line.done("import", "customers.csv", "--dry-run")
    assert re.search(r"^customers +2 +0 +0 +0$", text, re.MULTILINE)
    assert re.search(r"^3 +B +created +name +=Bolt$", text, re.MULTILINE)
    assert text.endswith("Nothing was changed: this was a dry run.\n")
    assert command_line.done("export", "customers").count("\n") == 1


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_faults_are_shown_in_a_table_and_end_with_1(
    command_line: CommandLine, more: tuple[str, ...]
) -> None:
    wrote(command_line, FAULTY)
    done = command_line.run("import", "customers.csv", *more)
    assert done.returncode == 1
    assert done.stderr == "rapport: customers.csv has 2 faults; nothing was changed.\n"
    assert re.search(r"^3 +name +This can't be empty\.$", done.stdout, re.MULTILINE)
    assert re.search(r"^3 +time_zone +This contains characters that", done.stdout, re.MULTILINE)
    assert "\x1b" not in done.stdout
    assert command_line.done("export", "customers").count("\n") == 1


def test_programs_get_the_faults_as_json(command_line: CommandLine) -> None:
    wrote(command_line, FAULTY)
    done = command_line.run("import", "customers.csv", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr, told["applied"]) == (1, "", False)
    assert told["faults"][0] == {
        "line": 3,
        "column": "name",
        "code": "INVALID_INPUT",
        "constraint": "required",
        "message": "This can't be empty.",
    }


def test_a_broken_file_is_one_line_with_its_number(command_line: CommandLine) -> None:
    file = wrote(command_line, GOOD)
    file.write_bytes(file.read_bytes() + b"C,Caf\xe9,Asia/Tokyo\n")
    assert command_line.refused("import", "customers.csv") == (
        "customers.csv, line 4: Byte 6 is not UTF-8; save the file as UTF-8."
    )


def test_a_file_of_a_gigabyte_is_refused_by_its_size(command_line: CommandLine) -> None:
    file = command_line.folder / "customers.csv"
    with file.open("wb") as hole:
        hole.truncate(1 << 30)
    line = command_line.refused("import", "customers.csv")
    assert line == (
        f"customers.csv: A file may have at most {IMPORT_BYTES_MAX >> 20} MiB; split it."
    )


def test_what_is_no_ordinary_file_is_refused(command_line: CommandLine) -> None:
    assert "No such file" in command_line.refused("import", "customers.csv")
    os.mkfifo(command_line.folder / "services.csv")
    assert "not a regular file" in command_line.refused("import", "services.csv")
    (command_line.folder / "items.csv").mkdir()
    assert "not a regular file" in command_line.refused("import", "items.csv")
    assert "can't be written" in command_line.refused("export", "items", "none/items.csv")


@pytest.mark.parametrize("arguments", [("import", "cats.csv"), ("export", "cats")])
def test_an_unknown_kind_is_wrong_use(
    command_line: CommandLine, arguments: tuple[str, ...]
) -> None:
    done = command_line.run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "customers, services, contacts, items, relationships" in done.stderr
    assert done.stderr.count("\n") == 1


def test_beside_a_server_only_reading_is_allowed(command_line: CommandLine) -> None:
    wrote(command_line, GOOD)
    with command_line.serving() as (process, _):
        line = command_line.refused("import", "customers.csv")
        assert f"is in use by 'rapport serve' (process {process.pid})" in line
        command_line.done("import", "customers.csv", "--dry-run")
        command_line.done("export", "customers")


def test_a_database_without_its_tables_is_named(tmp_path: Path) -> None:
    bare = CommandLine(tmp_path)
    wrote(bare, GOOD)
    assert "run 'rapport migrate' first" in bare.refused("import", "customers.csv")
    assert "run 'rapport migrate' first" in bare.refused("export", "customers")


AT_ONCE = """
import api.terminal
from api.__main__ import main

api.terminal.PROGRESS_AFTER_SECONDS = -1.0
raise SystemExit(main(["import", "customers.csv", "--dry-run"]))
"""
"""The command, to which every import is a long one: how fast the machine is makes no difference."""


def test_a_terminal_sees_how_far_a_long_import_is(command_line: CommandLine) -> None:
    rows = (f"K{n},Customer {n},Europe/Madrid\n" for n in range(10_000))
    wrote(command_line, "external_key,name,time_zone\n" + "".join(rows))
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", AT_ONCE],
        cwd=command_line.folder,
        env=command_line.environment() | {"TERM": "xterm"},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    seen = b""
    try:
        while part := os.read(ours, 4096):
            seen += part
    except OSError:
        pass  # a terminal that everyone has left says so by an error
    os.close(ours)
    assert process.wait(TIMEOUT_SECONDS) == 0
    assert b"customers, bytes" in seen
