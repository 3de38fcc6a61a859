"""A real server has taken a person out of all its files by the time that it answers."""

from __future__ import annotations

import time
from pathlib import Path

from tests.conftest import NewDatabase
from tests.wire.asked import ask
from tests.wire.running import serving

WAIT_SECONDS_MAX = 30
ERASE = """mutation ($contact: ID!, $key: String!) {
  eraseContact(input: { contactId: $contact, idempotencyKey: $key }) { errors { message } } }"""


def test_no_file_holds_a_person_once_the_erasure_is_answered(
    new_sqlite: NewDatabase, tmp_path: Path
) -> None:
    with serving(new_sqlite(tmp_path), tmp_path) as server:
        contact = ask(server).contact
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while not list(tmp_path.glob("outbox/*.eml")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert len(_holding(tmp_path)) > 1
        erased = server.answer(ERASE, contact=contact, key="once")
        assert _holding(tmp_path) == []
    assert erased == {"eraseContact": {"errors": []}}


def _holding(folder: Path) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if b"@ana.example" in path.read_bytes()]
