"""A real server has taken a person out of all its files by the time that it answers."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
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


REGISTER = """mutation { registerCustomer(input: { name: "One", timeZone: "UTC" }) {
  customer { id } } }"""
ADD = """mutation ($customer: ID!, $email: EmailAddress!) {
  addContact(input: { customerId: $customer, name: "A", email: $email, role: OTHER }) {
    contact { id } } }"""
UPDATE = """mutation ($contact: ID!, $phone: String!) {
  updateContact(input: { contactId: $contact, phone: $phone }) { errors { message } } }"""
ERASED, UPDATES = 6, 60


def test_what_is_written_while_an_erasure_clears_the_files_is_stored(
    new_sqlite: NewDatabase, tmp_path: Path
) -> None:
    with serving(new_sqlite(tmp_path), tmp_path) as server:
        customer = server.answer(REGISTER)["registerCustomer"]["customer"]["id"]
        kept, *others = (
            server.answer(ADD, customer=customer, email=f"c{n}@example.org")["addContact"]
            for n in range(ERASED + 1)
        )
        on = {"contact": kept["contact"]["id"]}
        reader = sqlite3.connect(tmp_path / "rapport.sqlite3", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM event")  # clearing is tried again while this is open
        with ThreadPoolExecutor(max_workers=3) as threads:
            erasing = threads.map(
                lambda each: server.answer(ERASE, contact=each["contact"]["id"], key=str(each)),
                others,
            )
            updating = threads.map(
                lambda n: server.answer(UPDATE, **on, phone=f"+34 {n}"), range(UPDATES)
            )
            assert all(done == {"eraseContact": {"errors": []}} for done in erasing)
            assert all(done == {"updateContact": {"errors": []}} for done in updating)
        reader.close()


def _holding(folder: Path) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if b"@ana.example" in path.read_bytes()]
