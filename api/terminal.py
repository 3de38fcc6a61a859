"""What a person sees of the command line: lines, colour and progress, these only on a terminal."""

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
"""Work that ends sooner shows no progress bar."""

GREEN = "32"
RED = "31"
YELLOW = "33"


class Refused(Exception):
    """A command that can't do what was asked: one line that says why and what would help."""

    exit_code = 1


def say(text: str) -> None:
    """Prints a line for the person who called, at once even where it goes to a file."""
    print(text, flush=True)


def complain(text: str) -> None:
    """Prints a line about what went wrong."""
    print(coloured("rapport:", RED, sys.stderr), text, file=sys.stderr, flush=True)


def coloured(text: str, colour: str, stream: TextIO) -> str:
    """The text in a colour where `stream` is a terminal whose owner has not declined (NO_COLOR)."""
    if not stream.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return f"\x1b[{colour}m{text}\x1b[0m"


class ProgressBars:
    """Shows how far a longer piece of work is, one bar for each of its steps.

    Calling it with a step's name, what is done and what there is in all moves that step's bar.
    Nothing is shown where the stream is no terminal, nor before the work has taken a second.
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
