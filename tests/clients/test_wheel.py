"""The wheel, installed where this checkout is not: it brings everything that serving takes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 300


def _run(*command: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the project's wheel, and nothing else of this checkout, was unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")
    build = ("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT))
    _run(*pip, *build, cwd=folder)
    (built,) = folder.glob("rapport-*.whl")
    _run(*pip, "install", "--no-deps", "--target", str(folder / "site"), str(built), cwd=folder)
    return folder / "site"


def test_a_wheel_migrates_seeds_and_holds_the_page(installed: Path, tmp_path: Path) -> None:
    settings = {"PYTHONPATH": str(installed), "RAPPORT_DATA_DIR": str(tmp_path / "data")}
    settings |= {"RAPPORT_DEMO": "1", "RAPPORT_DATABASE_URL": f"sqlite://{tmp_path / 'w.sqlite3'}"}
    where = "import api, models, resolvers; print(api.__path__, models.__file__)"
    assert str(ROOT) not in _run(sys.executable, "-c", where, cwd=tmp_path, **settings)
    for command in (["migrate"], ["seed"], ["check"], ["schema"]):
        told = _run(sys.executable, "-m", "api", *command, cwd=tmp_path, **settings)
    assert told == (ROOT / "schema.graphql").read_text(encoding="utf-8")
    assert (installed / "api" / "graphiql" / "dist" / "index.html").is_file()
