"""`rapport import` and `rapport export`: CSV files from and for other programs."""

from __future__ import annotations

import asyncio
import io
import json
import os
import stat
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from api.columns import columns
from api.database_check import counted, require_migrations
from api.folder_lock import held
from api.settings import Settings
from api.terminal import RED, ProgressBars, Refused, coloured, say

if TYPE_CHECKING:
    from models.exchange.report import Report

_FILE_MODE = 0o666


class WrongUse(Refused):
    """A command line that names something unknown."""

    exit_code = 2


def run(settings: Settings, arguments: Namespace) -> int:
    return (_import if arguments.command == "import" else _export)(settings, arguments)


def _import(settings: Settings, arguments: Namespace) -> int:
    file = Path(arguments.file)
    kind = _known(arguments.kind or file.stem.lower(), "name the kind with --kind")
    holding = nullcontext() if arguments.dry_run else held(settings, "import")
    with _opened(file) as source, holding:
        require_migrations(settings)
        report = asyncio.run(_take_in(settings, kind, source, arguments.dry_run))
    if arguments.json:
        say(json.dumps(report.told(), ensure_ascii=False, indent=2))
        return 1 if report.faults_found else 0
    if report.faults_found == 1 and report.faults[0].code == "FILE_BROKEN":
        raise Refused(f"{file}, line {report.faults[0].line}: {report.faults[0].message}")
    _show(report)
    if report.faults_found:
        raise Refused(f"{file} has {counted(report.faults_found, 'fault')}; nothing was changed.")
    say("Nothing was changed: this was a dry run." if report.is_dry_run else f"Imported {file}.")
    return 0


async def _take_in(settings: Settings, kind: str, source: BinaryIO, is_dry_run: bool) -> Report:
    from models import database
    from models.access import SYSTEM
    from models.base import Act
    from models.exchange.importing import import_file
    from models.exchange.sheets import SHEETS

    size = os.fstat(source.fileno()).st_size
    await database.connect(settings.database_url)
    try:
        act = Act(SYSTEM, datetime.now(UTC))
        with ProgressBars(sys.stderr) as progress:
            return await import_file(
                SHEETS[kind],
                act,
                source,
                is_dry_run=is_dry_run,
                heard=lambda done: progress(f"{kind}, bytes", done, max(size, done)),
            )
    finally:
        await database.disconnect()


def _export(settings: Settings, arguments: Namespace) -> int:
    kind = _known(arguments.kind, "the kinds are")
    require_migrations(settings)
    if arguments.file is None:
        with _standard_output() as to:
            asyncio.run(_give_out(settings, kind, to))
        return 0
    file = Path(arguments.file)
    with _written(file) as to:
        count = asyncio.run(_give_out(settings, kind, to))
    say(f"Exported {count} {kind} to {file}.")
    return 0


async def _give_out(settings: Settings, kind: str, to: TextIO) -> int:
    from models import database
    from models.access import SYSTEM
    from models.base import Act
    from models.exchange.exporting import give_out
    from models.exchange.sheets import SHEETS

    await database.connect(settings.database_url)
    try:
        act = Act(SYSTEM, datetime.now(UTC))
        with ProgressBars(sys.stderr) as progress:
            return await give_out(SHEETS[kind], act, to, heard=lambda *far: progress(kind, *far))
    finally:
        await database.disconnect()


def _known(kind: str, hint: str) -> str:
    from models.exchange.sheets import SHEETS

    if kind not in SHEETS:
        raise WrongUse(f"'{kind}' is not a kind of table; {hint}: {', '.join(SHEETS)}.")
    return kind


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    """Opens a regular file within the size limit for reading. Raises Refused."""
    from models.exchange.csv_file import FileBroken, refuse_beyond

    try:
        # Without O_NONBLOCK, opening a named pipe would wait for a writer.
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Refused(f"{file} can't be read: {error.strerror}.") from None
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode):
        os.close(descriptor)
        raise Refused(f"{file} can't be read: it is not a regular file.")
    with os.fdopen(descriptor, "rb") as source:
        try:
            refuse_beyond(about.st_size)
        except FileBroken as error:
            raise Refused(f"{file}: {error}") from None
        yield source


@contextmanager
def _written(file: Path) -> Iterator[TextIO]:
    """Opens a text file that appears only when complete. Its BOM marks it as UTF-8."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    except OSError as error:
        raise Refused(f"{file} can't be written: {error.strerror}.") from None
    part = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as to:
            yield to
        part.chmod(_FILE_MODE & ~_umask())
        part.replace(file)
    except OSError as error:
        raise Refused(f"{file} can't be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _standard_output() -> Iterator[TextIO]:
    to = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    try:
        yield to
        to.flush()
    finally:
        to.detach()


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _show(report: Report) -> None:
    """Prints a report's tables: counts, first changes and first faults."""
    say(
        columns(
            ("", "created", "updated", "unchanged", "faults"),
            [
                (
                    report.kind,
                    *map(str, (report.created, report.updated, report.unchanged)),
                    str(report.faults_found),
                )
            ],
        )
    )
    if report.changes and not report.is_applied:
        say("")
        say(columns(("line", "row", "", "column", "before", "after"), _changes(report)))
        _say_more(report.created + report.updated - len(report.changes), "change")
    if report.faults:
        say("")
        rows = [(str(f.line), f.column or "", f.message) for f in report.faults]
        say(coloured(columns(("line", "column", "fault"), rows), RED, sys.stdout))
        _say_more(report.faults_found - len(report.faults), "fault")


def _changes(report: Report) -> Iterator[tuple[str, ...]]:
    for change in report.changes:
        for column, before, after in change.cells:
            yield str(change.line), change.key, change.action, column, before, after


def _say_more(number: int, noun: str) -> None:
    if number > 0:
        say(f"... and {counted(number, f'more {noun}')}.")
