"""Import and export: all or nothing, the rules and events of the verbs, and nothing twice."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from models import bounds
from models.access import Role
from models.base import ExternallyKeyed
from models.configuration_item import ConfigurationItem
from models.contact import Contact, ContactRole
from models.customer import Customer
from models.events import Event, EventValue
from models.exchange.cells import neutral, plain
from models.relationship import Relationship
from models.rules.edges import RelationshipKind
from models.rules.lifecycle import ConfigurationItemStatus, CustomerStage
from models.searching import SearchEntry
from models.service import Service
from tests.business.exchanging import (
    acted,
    customers_of,
    exported,
    faults_of,
    file_of,
    imported,
    log,
    member,
    numbers,
    taken,
)

CUSTOMERS = "external_key name time_zone"
CONTACTS = "external_key customer name email role is_primary is_active"
EDGES = "external_key kind source_type source target_type target"

pytestmark = pytest.mark.usefixtures("database")


def values_of(row: ExternallyKeyed) -> dict[str, Any]:
    """A row's values, apart from what names it."""
    return {n: getattr(row, n) for n in row._meta.fields_db_projection} | {
        "id": None,
        "external_key": None,
    }


async def entry_of(row: ExternallyKeyed) -> str:
    return (await SearchEntry.get(noun=row.noun, row_id=row.id)).stems


async def agree(first: ExternallyKeyed, second: ExternallyKeyed) -> None:
    """Two rows, one of a verb and one of an import, differ in nothing but what names them."""
    assert values_of(first) == values_of(second)
    if first.searched:
        assert await entry_of(first) == await entry_of(second)
    told = [str(await log(row.noun, row.id)) for row in (first, second)]
    assert told[0] == told[1]


async def test_an_imported_customer_is_what_the_verbs_make() -> None:
    manager = await member("rm@example.org", Role.RELATIONSHIP_MANAGER)

    async def verbs(act: Any) -> Customer:
        row = await Customer.register(
            act, name="Añil S.A.", time_zone="Europe/Madrid", relationship_manager_id=manager.id
        )
        await row.activate(act)
        await row.update(act, industry="Paint", locale="es")
        return row

    by_verbs = await acted(verbs)
    header = f"{CUSTOMERS} stage relationship_manager accept_duplicate industry locale"
    row = ("K", "Añil S.A.", "Europe/Madrid", "active", "RM@example.org", "yes")
    await taken("customers", file_of(header, (*row, "", "")))
    await taken("customers", file_of(header, (*row, "Paint", "es")))
    await agree(by_verbs, await Customer.get(external_key="K"))


async def test_an_imported_service_is_what_the_verbs_make() -> None:
    owner = await member("owner@example.org")

    async def verbs(act: Any) -> Service:
        row = await Service.propose(act, code="a1", name="Mail", description="It carries mail.")
        await row.update(act, category="Talk", owner_id=owner.id, is_standard=False)
        return row

    by_verbs = await acted(verbs)
    await Service.filter(id=by_verbs.id).update(code="A0", search_text="")
    header = "external_key code name description category owner is_standard"
    row = ("K", "a1", "Mail", "It carries mail.")
    await taken("services", file_of(header, (*row, "", "", "yes")))
    await taken("services", file_of(header, (*row, "Talk", "owner@example.org", "no")))
    imported_row = await Service.get(external_key="K")
    assert values_of(imported_row) == values_of(by_verbs)
    assert str(await log("service", imported_row.id)) == str(await log("service", by_verbs.id))


async def test_an_imported_contact_is_what_the_verbs_make() -> None:
    await customers_of("C", "D")
    first, second = await numbers("C", "D")

    async def verbs(act: Any) -> Contact:
        row = await Contact.add(
            act, customer_id=first, name="Eva", email="eva@a.example", role=ContactRole.BILLING
        )
        await row.update(act, is_primary=True, role=ContactRole.SPONSOR)
        return row

    by_verbs = await acted(verbs)
    row = ("K", "D", "Eva", "eva@a.example")
    await taken("contacts", file_of(CONTACTS, (*row, "BILLING", "", "")))
    await taken("contacts", file_of(CONTACTS, (*row, "sponsor", "yes", "")))
    imported_row = await Contact.get(external_key="K")
    assert imported_row.customer_id == second
    imported_row.customer_id = first
    await agree(by_verbs, imported_row)


async def test_imported_items_and_edges_are_what_the_verbs_make() -> None:
    async def verbs(act: Any) -> tuple[ConfigurationItem, Relationship]:
        disk = await ConfigurationItem.add(act, name="Disk", ci_class="Storage")
        await disk.activate(act)
        host = await ConfigurationItem.add(act, name="Host", ci_class="Server")
        edge = await Relationship.relate(
            act,
            kind=RelationshipKind.DEPENDS_ON,
            source_id=("item", host.id),
            target_id=("item", disk.id),
            since=date(2026, 1, 31),
            note="By cable",
        )
        return disk, edge

    disk, edge = await acted(verbs)
    items = file_of(
        "external_key name ci_class status",
        ("d", "Disk", "Storage", "in_use"),
        ("h", "Host", "Server", ""),
    )
    await taken("items", items)
    edges = file_of(
        f"{EDGES} since note",
        ("e", "depends_on", "item", "h", "item", "d", "2026-01-31", "By cable"),
    )
    await taken("relationships", edges)
    await agree(disk, await ConfigurationItem.get(external_key="d"))
    same = await Relationship.get(external_key="e")
    ends = {"source_id": same.source_id, "target_id": same.target_id}
    assert values_of(same) == values_of(edge) | ends
    kinds = [[kind for kind, *_ in await log("relationship", row.id)] for row in (edge, same)]
    assert kinds == [["relationship.related"]] * 2


async def test_the_same_file_again_changes_nothing() -> None:
    file = file_of(CUSTOMERS, ("A", "Acme", "Europe/Madrid"), ("B", "Bolt", "Asia/Tokyo"))
    first = await taken("customers", file)
    events = await Event.all().count()
    again = await taken("customers", file)
    assert (first.created, again.created, again.updated, again.unchanged) == (2, 0, 0, 2)
    assert await Event.all().count() == events == 2


async def test_a_changed_cell_updates_its_row_with_one_event() -> None:
    await customers_of("A", "B")
    rows = (("A", "Customer A", "Asia/Tokyo"), ("B", "Customer B", "Europe/Madrid"))
    report = await taken("customers", file_of(CUSTOMERS, *rows))
    assert (report.updated, report.unchanged) == (1, 1)
    assert [change.cells for change in report.changes] == [
        [("time_zone", "Europe/Madrid", "Asia/Tokyo")]
    ]
    row = await Customer.get(external_key="A")
    assert row.version == 2
    assert [kind for kind, *_ in await log("customer", row.id)] == [
        "customer.registered",
        "customer.updated",
    ]


async def test_a_changed_name_is_found_by_search_and_the_old_one_is_not() -> None:
    await customers_of("A")
    row = await Customer.get(external_key="A")
    assert "custom" in await entry_of(row)
    await taken("customers", file_of(CUSTOMERS, ("A", "Zephyr", "Europe/Madrid")))
    assert "zephyr" in await entry_of(row)
    assert "custom" not in await entry_of(row)


async def test_a_column_that_is_left_out_keeps_what_is_there_and_an_empty_cell_takes_it() -> None:
    full = f"{CUSTOMERS} industry locale review_interval_days domain"
    row = ("A", "Acme", "Europe/Madrid")
    await taken("customers", file_of(full, (*row, "Paint", "es", "30", "acme.example")))
    kept = await taken("customers", file_of(CUSTOMERS, row))
    assert kept.unchanged == 1
    await taken("customers", file_of(full, (*row, "", "", "", "")))
    found = await Customer.get(external_key="A")
    assert (found.industry, found.domain, found.locale) == (None, None, "en")
    assert found.review_interval_days == bounds.REVIEW_INTERVAL_DAYS_DEFAULT


async def test_a_dry_run_tells_the_same_and_changes_nothing() -> None:
    await customers_of("A")
    file = file_of(CUSTOMERS, ("A", "Other", "Europe/Madrid"), ("B", "Bolt", "Europe/Madrid"))
    before = await Event.all().count()
    forecast = await imported("customers", file, is_dry_run=True)
    assert await Event.all().count() == before
    assert await Customer.all().count() == 1
    assert (await Customer.get(external_key="A")).name == "Customer A"
    done = await imported("customers", file)
    assert forecast.told() | {"dryRun": False, "applied": True} == done.told()


async def test_one_fault_among_many_rows_leaves_nothing_behind() -> None:
    count = bounds.IMPORT_ROWS_AT_ONCE + 5
    rows = [(f"K{n}", f"Customer {n}", "Europe/Madrid") for n in range(count)]
    rows.append(("LAST", "Last", "Mars/Olympus"))
    report = await imported("customers", file_of(CUSTOMERS, *rows))
    assert faults_of(report) == [(count + 2, "time_zone", "iana")]
    assert not report.is_applied
    assert (await Customer.all().count(), await Event.all().count()) == (0, 0)
    assert await SearchEntry.all().count() == 0


async def test_every_fault_is_told_with_its_line_and_column() -> None:
    file = file_of(
        f"{CUSTOMERS} stage review_interval_days relationship_manager accept_duplicate",
        ("A", "", "Mars/Olympus", "GONE", "soon", "nobody@example.org", ""),
        ("A", "Two\nlines", "Europe/Madrid", "", "0", "", ""),
        ("", "No key", "Europe/Madrid", "FORMER", "", "", ""),
        ("customer_7", "An id", "Europe/Madrid", "", "", "", ""),
        ("E", "Two\nLines", "Europe/Madrid", "", "", "", "perhaps"),
        ("F", "short"),
    )
    report = await imported("customers", file, is_dry_run=True)
    assert faults_of(report) == [
        (2, "review_interval_days", "whole number"),
        (2, "name", "required"),
        (2, "time_zone", "iana"),
        (2, "relationship_manager", "NOT_FOUND"),
        (2, "stage", "choice"),
        (3, "external_key", "unique"),
        (3, "review_interval_days", "between 1 and 730"),
        (5, "external_key", "required"),
        (5, "stage", "TRANSITION_NOT_ALLOWED"),
        (6, "external_key", "no id"),
        (7, "accept_duplicate", "yes or no"),
        (7, "name", "customer_is_no_duplicate"),
        (9, None, "even"),
    ]


async def test_only_the_first_faults_are_told_and_all_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounds, "IMPORT_FAULTS_TOLD_MAX", 3)
    rows = [(f"K{n}", f"Customer {n}", "nowhere") for n in range(10)]
    report = await imported("customers", file_of(CUSTOMERS, *rows))
    assert (len(report.faults), report.faults_found) == (3, 10)


@pytest.mark.parametrize(
    ("accepts", "faults"), [("", [(2, "name", "customer_is_no_duplicate")]), ("yes", [])]
)
async def test_a_look_alike_needs_to_be_accepted(accepts: str, faults: list[Any]) -> None:
    await customers_of("A")
    file = file_of(f"{CUSTOMERS} accept_duplicate", ("Z", "CUSTOMER á", "Europe/Madrid", accepts))
    assert faults_of(await imported("customers", file)) == faults


async def test_an_id_names_a_row_without_a_key_and_gives_it_one() -> None:
    row = await acted(lambda act: Customer.register(act, name="Acme", time_zone="Asia/Tokyo"))
    file = file_of(f"id {CUSTOMERS}", (f"customer_{row.id}", "A", "Acme", "Asia/Tokyo"))
    assert (await taken("customers", file)).updated == 1
    kind, changes, *_ = (await log("customer", row.id))[-1]
    assert kind == "customer.updated"
    assert changes == [{"field": "external_key"}]
    assert (await EventValue.get(name="external_key.after")).value == "A"
    assert (await taken("customers", file)).unchanged == 1
    both = file_of(f"id {CUSTOMERS}", ("customer_999", "Z", "Zed", "Asia/Tokyo"))
    assert faults_of(await imported("customers", both)) == [(2, "id", "NOT_FOUND")]


async def test_stages_go_by_the_steps_that_need_no_reason() -> None:
    header = f"{CUSTOMERS} stage"
    row = ("A", "Acme", "Europe/Madrid")
    for stage in ("ACTIVE", "DORMANT", "ACTIVE"):
        await taken("customers", file_of(header, (*row, stage)))
    found = await Customer.get(external_key="A")
    assert (found.stage, found.version) == (CustomerStage.ACTIVE, 4)
    assert found.next_review_on is not None
    report = await imported("customers", file_of(header, (*row, "FORMER")))
    assert faults_of(report) == [(2, "stage", "TRANSITION_NOT_ALLOWED")]


async def test_who_manages_must_be_active_and_have_the_role() -> None:
    await member("agent@example.org")
    gone = await member("gone@example.org", Role.RELATIONSHIP_MANAGER)
    await acted(gone.deactivate)
    file = file_of(
        f"{CUSTOMERS} relationship_manager",
        ("A", "Acme", "Europe/Madrid", "agent@example.org"),
        ("B", "Bolt", "Europe/Madrid", "gone@example.org"),
    )
    assert faults_of(await imported("customers", file)) == [
        (2, "relationship_manager", "staff_has_role_relationship_manager"),
        (3, "relationship_manager", "staff_is_active"),
    ]


async def test_a_new_primary_contact_takes_the_place_of_the_old_one() -> None:
    await customers_of("C")
    old = ("1", "C", "Eva", "eva@a.example", "SPONSOR")
    new = ("2", "C", "Ian", "ian@a.example", "SPONSOR")
    await taken("contacts", file_of(CONTACTS, (*old, "yes", "")))
    await taken("contacts", file_of(CONTACTS, (*new, "yes", ""), (*old, "no", "")))
    assert (await Contact.get(is_primary=True)).external_key == "2"
    both = file_of(CONTACTS, (*new, "yes", ""), (*old, "yes", ""))
    assert faults_of(await imported("contacts", both)) == [
        (3, "is_primary", "customer_has_one_primary_contact")
    ]


async def test_a_primary_contact_that_only_changes_its_name_stays_primary() -> None:
    await customers_of("C")
    row = ("eva@a.example", "SPONSOR", "yes", "")
    await taken("contacts", file_of(CONTACTS, ("1", "C", "Eva", *row)))
    await taken("contacts", file_of(CONTACTS, ("1", "C", "Eva Luz", *row)))
    assert (await Contact.get(external_key="1")).is_primary


async def test_contacts_keep_their_customer_their_end_and_their_erasure() -> None:
    await customers_of("C", "D")
    rows = [(key, "C", key, f"{key}@a.example", "OTHER", "", "") for key in ("1", "2", "3")]
    await taken("contacts", file_of(CONTACTS, *rows))
    await acted((await Contact.get(external_key="2")).deactivate)
    gone = await Contact.get(external_key="3")
    await acted(gone.erase)
    file = file_of(
        CONTACTS,
        ("1", "D", "1", "1@a.example", "OTHER", "", ""),
        rows[1],
        ("4", "Nobody", "4", "4@a.example", "OTHER", "", ""),
        ("5", "C", "5", "1@a.example", "OTHER", "yes", "no"),
        ("6", "C", "6", "6@a.example", "OTHER", "", ""),
        ("7", "C", "7", "6@a.example", "OTHER", "", ""),
    )
    assert faults_of(await imported("contacts", file)) == [
        (2, "customer", "contact_stays_with_its_customer"),
        (3, "is_active", "contact_stays_deactivated"),
        (4, "customer", "NOT_FOUND"),
        (5, "is_primary", "primary_contact_is_active"),
        (7, "email", "unique"),
    ]
    again = file_of(f"id {CONTACTS}", (f"contact_{gone.id}", *rows[2]))
    assert faults_of(await imported("contacts", again)) == [
        (2, "id", "erased_contact_stays_erased")
    ]
    assert "erased" not in await exported("contacts")


async def test_contacts_may_pass_an_address_on_within_one_file() -> None:
    await customers_of("C")
    header, tail = "external_key customer name email role", ("OTHER",)
    await taken("contacts", file_of(header, ("1", "C", "Eva", "desk@a.example", *tail)))
    moved = file_of(
        header,
        ("1", "C", "Eva", "eva@a.example", *tail),
        ("2", "C", "Ian", "desk@a.example", *tail),
    )
    assert (await taken("contacts", moved)).created == 1


async def test_a_service_keeps_its_code_and_no_two_have_one() -> None:
    header = "external_key code name description"
    await taken("services", file_of(header, ("1", "A", "Mail", "Carries.")))
    file = file_of(
        header,
        ("1", "B", "Mail", "Carries."),
        ("2", "a", "More", "Also."),
        ("3", "C", "One", "First."),
        ("4", "c", "Two", "Second."),
    )
    assert faults_of(await imported("services", file)) == [
        (2, "code", "service_keeps_its_code"),
        (3, "code", "unique"),
        (5, "code", "unique"),
    ]


async def test_edges_are_refused_as_the_verb_refuses_them() -> None:
    await customers_of("A", "B", "C")
    a, b = ("customer", "A"), ("customer", "B")
    await taken("relationships", file_of(EDGES, ("1", "PARENT_OF", *a, *b)))
    file = file_of(
        f"{EDGES} since",
        ("1", "PARENT_OF", *a, *b, "2026-01-01"),
        ("2", "PARENT_OF", *a, *b, ""),
        ("3", "PARENT_OF", *a, *a, ""),
        ("4", "HOSTED_ON", *a, *b, ""),
        ("5", "PARENT_OF", *a, "customer", "Nobody", ""),
        ("6", "PARENT_OF", *a, "planet", "Mars", ""),
        ("7", "PARTNER_OF", *a, *b, "2099-01-01"),
        ("8", "PARTNER_OF", *b, *a, ""),
        ("9", "PARENT_OF", *b, "customer", "C", ""),
        ("10", "PARENT_OF", "customer", "C", *a, ""),
    )
    assert faults_of(await imported("relationships", file)) == [
        (2, "since", "relationship_is_never_edited"),
        (3, None, "relationship_is_not_repeated"),
        (4, "target", "relationship_has_two_ends"),
        (5, "source", "relationship_ends_fit_its_kind"),
        (5, "target", "relationship_ends_fit_its_kind"),
        (6, "target", "NOT_FOUND"),
        (7, "target_type", "choice"),
        (8, "since", "not in the future"),
        (9, None, "relationship_is_not_repeated"),
        (10, "target", "relationships_close_no_circle"),
        (11, "target", "relationships_close_no_circle"),
    ]
    assert await Relationship.all().count() == 1


async def test_an_export_taken_in_again_changes_nothing() -> None:
    await member("rm@example.org", Role.RELATIONSHIP_MANAGER)
    header = f"{CUSTOMERS} domain industry stage relationship_manager"
    await taken(
        "customers",
        file_of(
            header,
            ("A", "=SUM(A1)", "Europe/Madrid", "a.example", "@work", "ACTIVE", "rm@example.org"),
            ("B", '\'-quoted, "twice"\nand on', "Asia/Tokyo", "", "", "", ""),
        ),
    )
    await acted(lambda act: Customer.register(act, name="No key", time_zone="Asia/Tokyo"))
    phones = "external_key customer name email role phone"
    await taken("contacts", file_of(phones, ("1", "A", "Eva", "e@a.example", "OTHER", "+34 600")))
    await taken(
        "services", file_of("external_key code name description", ("S", "S", "Mail", "- a\n- b"))
    )
    await taken("items", file_of("external_key name ci_class", ("I", "Host", "Server")))
    await taken(
        "relationships",
        file_of(
            EDGES,
            ("E", "DEPENDS_ON", "service", "S", "item", "I"),
            ("F", "SUPPORTED_BY", "service", "S", "staff", "rm@example.org"),
        ),
    )
    events = await Event.all().count()
    for kind, rows in (
        ("customers", 3),
        ("contacts", 1),
        ("services", 1),
        ("items", 1),
        ("relationships", 2),
    ):
        report = await taken(kind, await exported(kind))
        assert (report.created, report.updated, report.unchanged) == (0, 0, rows), kind
    assert await Event.all().count() == events


async def test_an_export_holds_no_cell_that_a_spreadsheet_would_run() -> None:
    names = ["=1+1", "+1", "-1", "@x", "'=1", "plain", "'plain"]
    rows = [(f"K{n}", name, "Europe/Madrid") for n, name in enumerate(names)]
    await taken("customers", file_of(CUSTOMERS, *rows, ("-9", "'", "Europe/Madrid")))
    found = [row.name for row in await Customer.all().order_by("id")]
    assert found == ["=1+1", "+1", "-1", "@x", "=1", "plain", "'plain", "'"]
    lines = (await exported("customers")).splitlines()
    cells = [cell for line in lines[1:] for cell in line.split(",")]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r") and cell]


@pytest.mark.parametrize("text", ["=a", "'=a", "''=a", "'a", "a", "", "'", "\t", "'\rx", "-"])
def test_what_is_neutralised_comes_back_as_it_was(text: str) -> None:
    assert plain(neutral(text)) == text
    assert neutral(text)[:1] not in tuple("=+-@\t\r") or not text


@pytest.mark.parametrize(
    ("file", "line", "constraint"),
    [
        (b"", 1, "header"),
        (b"external_key,name\n", 1, "column"),
        (b"external_key,name,time_zone,nmae\n", 1, "column"),
        (b"external_key,name,time_zone,name\n", 1, "column"),
        (b"external_key,name,time_zone,\n", 1, "column"),
        ("external_key,name,time_zone\n".encode("utf-16"), 1, "encoding"),
        (b"external_key,name,time_zone\nA,Acme,Asia/Tokyo\nB,Caf\xe9,x\n", 3, "encoding"),
        (b"external_key,name,time_zone\nA,Ac\0me,Asia/Tokyo\n", 2, "nul"),
        (b'external_key,name,time_zone\nA,"Acme\n,Asia/Tokyo\n', 2, "csv"),
        (b'external_key,name,time_zone\nA,"Ac"me,Asia/Tokyo\n', 2, "csv"),
        (b"external_key,name,time_zone\nA," + b"x" * 70_000 + b",y\n", 2, "cell_characters_max"),
        (b"external_key,name,time_zone\nA," + b"x" * 300_000 + b",y\n", 2, "line_bytes_max"),
    ],
)
async def test_a_broken_file_is_refused_with_its_line(
    file: bytes, line: int, constraint: str
) -> None:
    report = await imported("customers", file)
    last = report.faults[-1]
    assert (last.line, last.code) == (line, "FILE_BROKEN")
    assert (last.constraint or "").split("=")[0] == constraint
    assert "\n" not in last.message
    assert await Customer.all().count() == 0


async def test_faults_before_a_broken_place_are_told_too() -> None:
    file = b"external_key,name,time_zone\nA,,Asia/Tokyo\nB,Caf\xe9,x\n"
    assert faults_of(await imported("customers", file)) == [
        (2, "name", "required"),
        (3, None, "encoding"),
    ]


@pytest.mark.parametrize("bound", ["IMPORT_BYTES_MAX", "IMPORT_ROWS_MAX"])
async def test_a_file_beyond_a_bound_is_refused(
    monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setattr(bounds, bound, 2)
    rows = [(f"K{n}", f"Customer {n}", "Asia/Tokyo") for n in range(3)]
    report = await imported("customers", file_of(CUSTOMERS, *rows))
    assert "at most" in report.faults[-1].message
    assert not report.is_applied


async def test_a_mark_semicolons_and_blank_rows_are_understood() -> None:
    file = "\ufeffExternal_Key;Name;time_zone\r\nA;Acme, Inc;Asia/Tokyo\r\n\r\n;;\r\n"
    assert (await taken("customers", file)).created == 1
    assert (await Customer.get(external_key="A")).name == "Acme, Inc"


async def test_an_item_comes_into_use_and_is_not_retired_by_import() -> None:
    header = "external_key name ci_class status"
    await taken("items", file_of(header, ("I", "Host", "Server", "")))
    await taken("items", file_of(header, ("I", "Host", "Server", "IN_USE")))
    assert (await ConfigurationItem.get(external_key="I")).status is ConfigurationItemStatus.IN_USE
    for status in ("RETIRED", "PLANNED"):
        report = await imported("items", file_of(header, ("I", "Host", "Server", status)))
        assert faults_of(report) == [(2, "status", "TRANSITION_NOT_ALLOWED")]


async def test_one_file_taken_in_twice_at_a_time_makes_its_rows_once() -> None:
    file = file_of(CUSTOMERS, *((f"K{n}", f"Customer {n}", "Asia/Tokyo") for n in range(50)))
    reports = await asyncio.gather(imported("customers", file), imported("customers", file))
    assert sorted((r.created, r.unchanged, r.is_applied) for r in reports) == [
        (0, 50, True),
        (50, 0, True),
    ]
    assert (await Customer.all().count(), await Event.all().count()) == (50, 50)
