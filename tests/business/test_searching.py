"""The index of text: what it holds, that both databases find alike by it, and that it is used."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from tortoise.transactions import in_transaction

from models import bounds
from models.complaint import Complaint, ComplaintChannel
from models.contact import Contact
from models.customer import Customer
from models.loading import Row, load, row
from models.rules.lifecycle import ComplaintStatus, CustomerStage
from models.rules.priority import Level, Priority
from models.searching import SearchEntry, matched, sought, stemmed, terms
from resolvers.engine.reading.statement import dialect
from tests.graph.asking import Graph
from tests.graph.world import World

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_MIXED = """
    Nóminas nómina facturación factura facturas Reports report reporting printer printers corazón
    Año años NEAR or and not 24x7 42e961e4z 1e5 0007 straße STRASSE œuvre 東京 Ελλάδα la de the
    * ( ) " ' : ^ -- naïve e-mail snake_case ½ x² ﬁne
"""
WORDS = _MIXED.split()


def complaints(count: int, chance: random.Random) -> list[Row]:
    rows = [
        row(
            Customer,
            id=1,
            created_at=NOW,
            updated_at=NOW,
            name="Acme",
            stage=CustomerStage.ACTIVE,
            time_zone="UTC",
            locale="es",
        )
    ]
    for number in range(1, count + 1):
        text = " ".join(chance.choices(WORDS, k=chance.randint(1, 6)))
        rows.append(
            row(
                Complaint,
                id=number,
                created_at=NOW,
                updated_at=NOW,
                received_at=NOW,
                title=f"Complaint {number}",
                description=text,
                channel=ComplaintChannel.EMAIL,
                customer_id=1,
                impact=Level.LOW,
                urgency=Level.LOW,
                priority=Priority.LOW,
                priority_rank=Priority.LOW.rank,
                status=ComplaintStatus.RECEIVED,
                status_rank=ComplaintStatus.RECEIVED.rank,
            )
        )
    return rows


async def found(graph: Graph, text: str) -> dict[str, list[str]]:
    data = await graph.read(
        """query ($text: String!) { search(text: $text, kinds: [COMPLAINT], first: 100) {
             node { id } matchedTerms } }""",
        {"text": text},
    )
    return {hit["node"]["id"]: hit["matchedTerms"] for hit in data["search"]}


async def test_any_text_finds_exactly_the_rows_that_share_a_stem_with_it(graph: Graph) -> None:
    chance = random.Random(7)
    rows = complaints(90, chance)
    await load(rows)
    texts = {
        f"complaint_{values['id']}": f"{values['title']} {values['description']}"
        for model, values in rows
        if model is Complaint
    }
    for _ in range(60):
        text = " ".join(chance.choices(WORDS, k=chance.randint(1, 4)))
        wanted = {one: matched(text, stemmed(held)) for one, held in texts.items()}
        if terms(text):
            assert await found(graph, text) == {one: by for one, by in wanted.items() if by}, text


async def test_rows_that_are_loaded_and_rows_that_verbs_made_have_like_entries(
    graph: Graph, world: World
) -> None:
    await load(complaints(1, random.Random(1)))
    loaded = await Complaint.get(id=1)
    made = await world.complaint(
        await world.customer(), subject=loaded.title, description=loaded.description
    )
    entries = await SearchEntry.filter(noun="complaint").order_by("row_id")
    assert [f"complaint_{entry.row_id}" for entry in entries] == ["complaint_1", made]
    assert entries[0].stems == entries[1].stems == stemmed(loaded.title, loaded.description)
    assert [entry.customer_id for entry in entries] == [1, 2]


async def test_every_row_with_text_has_one_entry_through_all_its_changes(
    graph: Graph, world: World
) -> None:
    customer = await world.customer(name="Alerce")
    contact = await world.contact(customer, name="Ana")
    owner = await world.staff()
    complaint = await world.complaint(customer, subject="Ruido")
    await world.brought(complaint, "CLOSED", owner)
    await graph.do("updateCustomer", customerId=customer, name="Ciprés")
    await graph.do("eraseContact", contactId=contact)
    assert await SearchEntry.all().count() == 3
    for model in (Customer, Contact, Complaint):
        for one in await model.all():
            texts = [getattr(one, name) for name in one.searched]
            entry = await SearchEntry.get(noun=one.noun, row_id=one.id)
            assert entry.stems == stemmed(*texts)


@pytest.mark.usefixtures("database")
async def test_an_entry_is_stored_only_where_the_text_changed() -> None:
    await load(complaints(0, random.Random(1)))
    customer = await Customer.get(id=1)
    await SearchEntry.all().update(stems="kept")
    customer.review_interval_days = 30
    await customer.save()
    assert (await SearchEntry.get()).stems == "kept"
    customer.name = "Olmo"
    await customer.save()
    assert (await SearchEntry.get()).stems == stemmed("Olmo")


@pytest.mark.usefixtures("database")
async def test_the_index_of_the_database_is_what_finds_rows() -> None:
    await load(complaints(3_000, random.Random(3)))
    words = dialect()
    found = words.finds(f"'{stemmed('1717')}'", "'complaint'", weighs_all=True)
    select = f"SELECT e.row_id FROM {found.source} WHERE {found.condition}"
    async with in_transaction("default") as connection:
        if words.name == "postgres":
            await connection.execute_query("SELECT gin_clean_pending_list('search_entry_document')")
            await connection.execute_script("ANALYZE search_entry; SET LOCAL enable_seqscan = off")
            plan = await connection.execute_query_dict(f"EXPLAIN {select}")
            assert "search_entry_document" in str(plan)
        else:
            plan = await connection.execute_query_dict(f"EXPLAIN QUERY PLAN {select}")
            told = [step["detail"] for step in plan]
            assert "VIRTUAL TABLE INDEX" in told[0]
            assert told[1].startswith("SEARCH e USING INTEGER PRIMARY KEY")


def test_a_word_that_comes_again_in_any_form_is_sought_once() -> None:
    assert list(sought("Nómina, nominas y NÓMINA del Report")) == ["Nómina", "Report"]


def test_no_more_words_are_sought_than_the_bound() -> None:
    text = " ".join(f"w{number}x" for number in range(2 * bounds.SOUGHT_WORDS_MAX))
    assert len(sought(text)) == bounds.SOUGHT_WORDS_MAX
