"""The server's key: made once, kept for its owner alone, or given by a setting."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.server_key import server_key
from api.settings import Settings
from api.terminal import Refused

GIVEN = "a key that was given, of 32 bytes and more"


def test_a_key_is_made_once_whoever_asks_at_the_same_time(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with ThreadPoolExecutor(max_workers=8) as threads:
        keys = set(threads.map(lambda _: server_key(settings), range(64)))
    (key,) = keys
    assert len(key) == 64
    (file,) = settings.data_dir.iterdir()
    assert (file.name, file.stat().st_mode & 0o777) == ("secret.key", 0o600)


def test_no_two_servers_make_the_same_key(tmp_path: Path) -> None:
    one, other = (Settings(data_dir=tmp_path / name) for name in ("one", "other"))
    assert server_key(one) != server_key(other)


def test_a_key_of_the_setting_stands_and_no_file_is_made(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, secret_key=GIVEN)
    assert server_key(settings) == GIVEN.encode()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_holds_too_little_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("short\n")
    with pytest.raises(Refused, match=r"secret\.key is shorter than 32 characters"):
        server_key(Settings(data_dir=tmp_path))


def test_a_key_that_can_t_be_read_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "secret.key").mkdir()
    with pytest.raises(Refused, match=r"secret\.key can't be used: Is a directory\.$"):
        server_key(Settings(data_dir=tmp_path))
