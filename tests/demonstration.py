"""A real server with the demo data."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.wire.running import Server, environment, migrate, serving

SEED_TIMEOUT_SECONDS = 120


@contextmanager
def serving_demo_data(folder: Path) -> Iterator[Server]:
    """Runs a server on an SQLite file of its own in `folder` that holds the demo data."""
    file = folder / "rapport.sqlite3"
    file.write_bytes(_demo_data())
    with serving(f"sqlite://{file}", folder) as server:
        yield server


@cache
def _demo_data() -> bytes:
    """An SQLite file that holds the demo data; it is made once in a process."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "rapport.sqlite3"
        url = f"sqlite://{file}"
        migrate(url, folder)
        subprocess.run(
            [sys.executable, "-m", "api", "seed"],
            env=environment(url, folder),
            check=True,
            capture_output=True,
            timeout=SEED_TIMEOUT_SECONDS,
        )
        return file.read_bytes()
