"""What a person wrote, and who the person was, is nowhere once the person is erased."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tortoise import Tortoise, fields
from tortoise.connection import get_connection
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from api.eraser import LOOK_SECONDS_MAX, RETRY_SECONDS, Eraser
from api.mailer import Mailer, transport_of
from api.settings import Settings
from models import database, mail
from models.contact import Contact
from models.events import Event
from tests.business.desk import Desk
from tests.graph.asking import number
from tests.graph.surveys import GOOD, Surveys

WORD = "wyxzq"
"""In all that the person says; nothing else holds it."""
PHONE = "+34 600 918 273"
LONG_ENOUGH_CHARACTERS = 40
"""A column that holds fewer holds a code, and nobody's words."""

STAYS = {
    "action.detail",
    "action.finding",
    "action.title",
    "complaint.resolution_summary",
    "complaint.root_cause",
    "enrollment.status_reason",
    "mail.failure",
    "requirement.decision_reason",
}
"""What the provider did and answered, in its own words; docs/domain/customers.md says so."""
IN_JSON = {"complaint.pauses", "enrollment.past_slas"}
"""What is JSON: of pauses the graph's own words show that they go, SLAs are numbers."""


@pytest.fixture
async def person(desk: Desk, surveys: Surveys, settings: Settings) -> str:
    """Somebody who has said something wherever a contact can, and was sent a mail."""
    graph, world = desk.graph, desk.world
    someone = await world.contact(
        desk.customer, name=f"{WORD} ana", email=f"{WORD}@example.org", phone=PHONE
    )
    await Contact.filter(id=number(someone)).update(external_key=f"key {WORD}")
    desk.contact = someone
    as_contact = {"viewer": desk.as_contact}
    said = {
        **as_contact,
        "subject": f"{WORD} subject",
        "description": f"{WORD} description",
        "category": f"{WORD} category",
        "remedySought": f"{WORD} remedy",
        "raisedById": someone,
    }
    first, second, third = [
        await desk.record(**said | {"idempotencyKey": f"{WORD} key {place}"}) for place in range(3)
    ]
    comment = {"body": f"{WORD} comment", "visibility": "CUSTOMER"}
    await desk.do("commentOnComplaint", first, **comment, **as_contact)
    await desk.plan(first)
    await desk.do("withdrawComplaint", first, reason=f"{WORD} withdrawn", **as_contact)
    for complaint in (second, third):
        await desk.do("acknowledgeComplaint", complaint, ownerId=desk.agent)
        await desk.resolve(complaint)
    await desk.do("reopenComplaint", second, reason=f"{WORD} reopened", **as_contact)
    await desk.do("closeComplaint", third, reason=f"{WORD} closed", **as_contact)
    need = await world.requirement(
        desk.customer,
        raisedById=someone,
        statement=f"{WORD} statement",
        desiredOutcome=f"{WORD} outcome",
    )
    offer = await world.service()
    await graph.do("matchRequirement", requirementId=need, serviceId=offer[0])
    await world.requested(desk.customer, offer, requirementId=need)
    talk = {"summary": f"{WORD} summary", "agreedActions": f"{WORD} agreed"}
    await graph.do(
        "recordInteraction", customerId=desk.customer, kind="CALL", contactId=someone, **talk
    )
    praise = {"serviceId": desk.service, "text": f"{WORD} praise"}
    await graph.do("recordCommendation", contactId=someone, **praise)
    other = await world.contact(desk.customer)
    await world.related("REPORTS_TO", someone, other, note=f"{WORD} note")
    survey = await surveys.opened()
    tokens = await surveys.asked(survey, customerIds=[desk.customer])
    *scores, _ = GOOD
    await Mailer(settings, lambda: graph.now, transport_of(settings)).deliver()
    await surveys.answer(tokens[someone], *scores, f"{WORD} answer")
    assert len(files(settings.data_dir / "outbox")) > 1
    return someone


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path, smtp_url="", mail_from="brm@provider.example", database_url=database_url
    )


@pytest.fixture
async def eraser(desk: Desk, settings: Settings) -> AsyncIterator[Eraser]:
    """What finishes erasures, as a server has it."""
    running = Eraser(settings.data_dir / "outbox", lambda: desk.graph.now)
    await running.start()
    yield running
    await running.stop()


async def places(folder: Path) -> set[str]:
    """The files of the data folder and the tables of PostgreSQL that hold the person's words."""
    found = {path.name for path in files(folder) if holds(path)}
    connection = get_connection("default")
    if connection.capabilities.dialect != "postgres":
        return found
    tables = await connection.execute_query_dict(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    for table in tables:
        rows = await connection.execute_query_dict(
            f'SELECT 1 FROM "{table["name"]}" AS t WHERE t::text ~ $1',
            [f"{WORD}|{re.escape(PHONE)}"],
        )
        found |= {table["name"] for _ in rows}
    return found


async def test_no_file_and_no_table_holds_what_an_erased_person_said(
    desk: Desk, person: str, eraser: Eraser, settings: Settings
) -> None:
    with reading(settings) as reader:
        if reader is not None:
            reader.execute("PRAGMA wal_checkpoint").fetchall()  # so that both files hold them
        assert len(await places(settings.data_dir)) > 2
        await desk.graph.do("eraseContact", contactId=person)
        assert await places(settings.data_dir) == set()
    assert await eraser.finish() == LOOK_SECONDS_MAX


async def test_what_a_long_read_still_sees_goes_from_the_files_when_it_ends(
    desk: Desk, person: str, eraser: Eraser, settings: Settings
) -> None:
    with reading(settings) as reader:
        if reader is not None:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM contact").fetchall()
        await desk.graph.do("eraseContact", contactId=person)
        assert await eraser.finish() == (LOOK_SECONDS_MAX if reader is None else RETRY_SECONDS)
    assert await eraser.finish() == LOOK_SECONDS_MAX
    assert await places(settings.data_dir) == set()


async def test_a_start_and_a_late_mail_find_the_erasure_done_all_the_same(
    desk: Desk, person: str, settings: Settings
) -> None:
    await desk.graph.do("eraseContact", contactId=person)
    (sent, *_) = [path for path in files(settings.data_dir / "outbox") if holds(path)]
    written = sent.read_bytes()
    eraser = Eraser(settings.data_dir / "outbox", lambda: desk.graph.now)
    await eraser.finish()
    assert await places(settings.data_dir) == set()
    sent.write_bytes(written)  # by a mailer that had claimed it before
    desk.graph.now += mail.CLAIM
    await eraser.finish()
    assert await places(settings.data_dir) == set()
    desk.graph.now += timedelta(seconds=1)
    await eraser.finish()
    sent.write_bytes(b"another's")
    await eraser.finish()
    assert sent.read_bytes() == b"another's"


async def test_every_column_that_can_hold_a_person_s_words_is_erased_or_the_provider_s(
    desk: Desk, person: str
) -> None:
    checked = set()
    for model, which in linked(number(person)):
        columns = {name for name, field in model._meta.fields_map.items() if is_free_text(field)}
        rows = await model.filter(**which)
        assert rows or not columns, f"{model.__name__} has no row of the person in this test"
        for row in rows:
            said = dict.fromkeys(columns, f"{WORD} {row.pk}")
            await model.filter(pk=row.pk).update(**said)
        checked |= {(model, row.pk, name) for row in rows for name in columns}
    await desk.graph.do("eraseContact", contactId=person)
    left = set()
    for model, key, name in checked:
        row = await model.get(pk=key)
        if WORD in (getattr(row, name) or ""):
            left.add(f"{model._meta.db_table}.{name}")
    assert left == STAYS


def test_words_within_json_are_known(database: str) -> None:
    found = {
        f"{model._meta.db_table}.{name}"
        for model, _ in linked(1)
        for name, field in model._meta.fields_map.items()
        if isinstance(field, fields.JSONField)
    }
    assert found == IN_JSON


async def test_an_erased_person_s_link_opens_no_survey(
    desk: Desk, surveys: Surveys, person: str
) -> None:
    survey = await surveys.opened()
    invited = await surveys.asked(survey, customerIds=[desk.customer], restDays=0)
    await desk.graph.do("eraseContact", contactId=person)
    form = "query ($token: String!) { surveyByToken(token: $token) { title } }"
    data = await desk.graph.read(form, {"token": invited[person]})
    assert data == {"surveyByToken": None}


def linked(contact_id: int) -> Iterator[tuple[type[Model], dict[str, Any]]]:
    """The tables whose rows may be about a contact, and which rows are; the contact's own first.

    A table is linked by a key to contacts, or by a noun and a number, as an author is, or else by
    a key to a table that is linked.
    """
    found: dict[type[Model], dict[str, Any]] = {Contact: {"id": contact_id}}
    for model in Tortoise.apps["models"].values():
        names = model._meta.fields_map
        pairs = [name for name in names if f"{name.removesuffix('_type')}_id" in names]
        pairs = [name for name in pairs if name.endswith("_type")]
        keys = {
            name: field.related_model
            for name, field in names.items()
            if isinstance(field, ForeignKeyFieldInstance) and field.related_model in found
        }
        direct = [name for name, parent in keys.items() if parent is Contact]
        if model is Contact or not (pairs or keys):
            continue
        if direct:
            found[model] = {f"{direct[0]}_id": contact_id}
        elif pairs:
            key = pairs[0].removesuffix("_type")
            found[model] = {pairs[0]: Contact.noun, f"{key}_id": contact_id}
        else:
            name, parent = next(iter(keys.items()))
            found[model] = {f"{name}__{k}": value for k, value in found[parent].items()}
    del found[Event]  # its personal values stand beside it, in a table of their own
    yield from found.items()


def is_free_text(field: fields.Field[Any]) -> bool:
    """Whether a column takes what somebody writes, and not a code."""
    if isinstance(field, fields.CharField):
        return field.max_length > LONG_ENOUGH_CHARACTERS and not hasattr(field, "enum_type")
    return isinstance(field, fields.TextField)


@contextmanager
def reading(settings: Settings) -> Iterator[sqlite3.Connection | None]:
    """Somebody else who has SQLite's file open."""
    if database.is_postgres(settings.database_url):
        yield None
        return
    file = database.sqlite_path(settings.database_url)
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        yield reader


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def holds(path: Path) -> bool:
    """Whether a file holds the person's words."""
    return any(each.encode() in path.read_bytes() for each in (WORD, PHONE))
