"""Commands of the command line, run as processes of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TIMEOUT_SECONDS = 60
READY = re.compile(r"GraphiQL is at (http://127\.0\.0\.1:\d+)/graphql")


class CommandLine:
    """Runs commands in a folder of their own, with an environment that only the test sets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "data" / "rapport.sqlite3"

    def environment(self, **settings: str) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("RAPPORT_")}
        return inherited | {f"RAPPORT_{k.upper()}": v for k, v in settings.items()}

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "api", *arguments],
            cwd=self.folder,
            env=self.environment(**settings),
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
        )

    def done(self, *arguments: str, **settings: str) -> str:
        """Runs a command that must succeed, and gives what it printed."""
        done = self.run(*arguments, **settings)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def refused(self, *arguments: str, **settings: str) -> str:
        """Runs a command that must be refused in one line, and gives that line."""
        done = self.run(*arguments, **settings)
        assert (done.returncode, done.stdout) == (1, ""), done
        assert done.stderr.count("\n") == 1, done.stderr
        return done.stderr.removeprefix("rapport: ").strip()

    @contextmanager
    def serving(self, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
        """A server on a free port while the context is open, and where it said it is."""
        process = subprocess.Popen(
            [sys.executable, "-m", "api", "serve"],
            cwd=self.folder,
            env=self.environment(**{"demo": "1", "port": "0", **settings}),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        with process.stdout:
            try:
                lines = [process.stdout.readline(), process.stdout.readline()]
                found = READY.search("".join(lines))
                assert found, lines
                assert "Demo mode" in lines[0]
                yield process, found[1]
            finally:
                process.terminate()
                process.wait(TIMEOUT_SECONDS)
