"""A real server with the demo data."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.wire.running import Server, environment, migrate, serving

SEED_TIMEOUT_SECONDS = 120


@contextmanager
def serving_demo_data(folder: Path) -> Iterator[Server]:
    """Runs a server on a fresh SQLite file in `folder` that holds the demo data."""
    url = f"sqlite://{folder / 'rapport.sqlite3'}"
    migrate(url, folder)
    subprocess.run(
        [sys.executable, "-m", "api", "seed"],
        env=environment(url, folder),
        check=True,
        capture_output=True,
        timeout=SEED_TIMEOUT_SECONDS,
    )
    with serving(url, folder) as server:
        yield server
