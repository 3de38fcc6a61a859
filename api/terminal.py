"""Command-line output: lines, and on a terminal colours and progress bars."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PROGRESS_AFTER_SECONDS = 1.0
"""Shorter work shows no progress bar."""

GREEN = "32"
RED = "31"
YELLOW = "33"


class Refused(Exception):
    """A command can't do what was asked; the message is one line that says why and what helps."""

    exit_code = 1


def say(text: str) -> None:
    """Prints a line to standard output and flushes it."""
    print(text, flush=True)


def complain(text: str) -> None:
    """Prints an error line to standard error."""
    print(coloured("rapport:", RED, sys.stderr), text, file=sys.stderr, flush=True)


def coloured(text: str, colour: str, stream: TextIO) -> str:
    """The text in a colour, if `stream` is a terminal and NO_COLOR is not set."""
    if not stream.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return f"\x1b[{colour}m{text}\x1b[0m"


class ProgressBars:
    """Shows the progress of long work, with a bar for each step.

    Call it with a step's name, the amount done and the total to move that step's bar. Nothing is
    shown if the stream is not a terminal, or before PROGRESS_AFTER_SECONDS have passed.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._shown: Progress | None = None
        self._steps: dict[str, TaskID] = {}

    def __enter__(self) -> ProgressBars:
        self._shows_from = self._clock() + PROGRESS_AFTER_SECONDS
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._shown is not None:
            self._shown.stop()

    def __call__(self, step: str, done: int, total: int) -> None:
        if not self._stream.isatty() or self._clock() < self._shows_from:
            return
        if self._shown is None:
            self._shown = self._start()
        if step not in self._steps:
            self._steps[step] = self._shown.add_task(step)
        self._shown.update(self._steps[step], completed=done, total=total)

    def _start(self) -> Progress:
        from rich.console import Console
        from rich.progress import Progress

        shown = Progress(console=Console(file=self._stream), transient=True)
        shown.start()
        return shown
