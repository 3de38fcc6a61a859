"""Events take the models' names, once: from here on the database refuses to change one.

Kinds are those of the verbs, fields are columns, rows are nouns with numbers, and what a person
wrote stands beside the event, where it can be erased.
"""

import hashlib
import json
import os
from collections.abc import Callable
from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

KINDS = {
    "complaint.received": "complaint.recorded",
    "complaint.investigating": "complaint.investigated",
    "complaint.awaiting_customer": "complaint.customer_awaited",
    "customer.manager_assigned": "customer.relationship_manager_assigned",
    "interaction.followed_up": "interaction.follow_up_completed",
    "relationship.added": "relationship.related",
    "relationship.ended": "relationship.unrelated",
}
FIELDS = {
    "ciClass": "ci_class",
    "correctiveActionStatus": "corrective_action_status",
    "due": "due_at",
    "dueOn": "due_on",
    "effectiveFrom": "effective_from",
    "escalationLevel": "escalation_level",
    "externalKey": "external_key",
    "hasSafetyRisk": "has_safety_risk",
    "health": "health_band",
    "invitations": "invitation_count",
    "isActive": "is_active",
    "isPrimary": "is_primary",
    "isPriorityOverridden": "is_priority_overridden",
    "isStandard": "is_standard",
    "lastReviewedAt": "last_reviewed_at",
    "portfolioStatus": "portfolio_status",
    "reminders": "reminder_count",
    "resolutionKind": "resolution_kind",
    "reviewIntervalDays": "review_interval_days",
    "timeZone": "time_zone",
}
ROWS = {
    "calendar": "calendar_id",
    "comment": "comment_id",
    "correctiveAction": "corrective_action_id",
    "escalatedTo": "escalated_to_id",
    "nextRevision": "next_revision_id",
    "owner": "owner_id",
    "relationshipManager": "relationship_manager_id",
    "requirement": "requirement_id",
    "service": "service_id",
    "sla": "sla_id",
    "source": "source_id",
    "target": "target_id",
}
"""The fields that name a row: by its global id before, by its noun and number now."""
PERSONAL = {"name", "industry", "domain", "category", "ci_class", "external_key", "failure"}
BEFORE = {new: old for old, new in (FIELDS | ROWS).items()}
SIDES = ("before", "after")
BATCH_ROWS = 5_000
SALT_BYTES = 16

Change = dict[str, Any]
Rewritten = tuple[list[Change], dict[str, str]]
"""The changes of an event, and its personal values by name."""


def forwards(changes: list[Change], values: dict[str, str]) -> Rewritten:
    """An event as it is from now on; one that is so already stays."""
    made = []
    for change in changes:
        old = change["field"]
        change = {**change, "field": ROWS.get(old) or FIELDS.get(old) or old}
        if old in ROWS:
            change |= {side: _row(change[side]) for side in SIDES}
        if change["field"] in PERSONAL:
            for side in SIDES:
                text = change.pop(side, None)
                if text is not None:
                    values[f"{change['field']}.{side}"] = text
        made.append(change)
    return made, values


def _row(named: str | None) -> dict[str, int] | None:
    if named is None:
        return None
    noun, _, number = named.rpartition("_")
    return {noun: int(number)}


def backwards(changes: list[Change], values: dict[str, str]) -> Rewritten:
    """An event as it was before; what has been erased since stays erased."""
    made = []
    for change in changes:
        name = change["field"]
        sides = {side: change.get(side, values.get(f"{name}.{side}")) for side in SIDES}
        for side, value in sides.items():
            if isinstance(value, dict):
                sides[side] = "_".join(str(part) for pair in value.items() for part in pair)
        made.append({"field": BEFORE.get(name, name), **sides})
    return made, {name: text for name, text in values.items() if name == "reason"}


async def _rewrite(
    editor: Any,
    kinds: dict[str, str],
    rewritten: Callable[[list[Change], dict[str, str]], Rewritten],
    read: str,
    write: str,
    record: Callable[[int, str, str], list[Any]],
) -> None:
    """Rewrites all events, a batch at a time."""
    db = editor.client
    is_postgres = db.capabilities.dialect == "postgres"
    marks = [f"${n}" if is_postgres else "?" for n in range(1, 6)]
    for old, new in kinds.items():
        await db.execute_query(f"UPDATE event SET kind = '{new}' WHERE kind = '{old}'")
    changed = "UPDATE event SET changes = {} WHERE seq = {}".format(*marks)
    placed = write.format(", ".join(marks[: write.count(",") + 1]))
    last = 0
    while True:
        rows = await db.execute_query_dict(
            f"SELECT seq, changes FROM event WHERE seq > {last} ORDER BY seq LIMIT {BATCH_ROWS}"
        )
        if not rows:
            return
        first, last = rows[0]["seq"], rows[-1]["seq"]
        beside: dict[int, dict[str, str]] = {}
        for row in await db.execute_query_dict(f"{read} AND seq BETWEEN {first} AND {last}"):
            beside.setdefault(row["seq"], {})[row["name"]] = row["value"]
        updates, inserts = [], []
        for row in rows:
            stored = row["changes"]
            before = json.loads(stored) if isinstance(stored, str) else stored
            after, values = rewritten(before, beside.get(row["seq"], {}))
            if after != before:
                updates.append([json.dumps(after), row["seq"]])
            inserts += [record(row["seq"], name, text) for name, text in values.items()]
        if updates:
            await db.execute_many(changed, updates)
        if inserts:
            await db.execute_many(placed, inserts)


def _salted(seq: int, name: str, text: str) -> list[Any]:
    salt = os.urandom(SALT_BYTES)
    return [seq, name, text, salt, hashlib.sha256(salt + text.encode()).hexdigest()]


async def rewrite(apps: Any, editor: Any) -> None:
    """Gives events the models' names, and their personal values a table of their own."""
    await _rewrite(
        editor,
        KINDS,
        forwards,
        "SELECT seq, 'reason' AS name, reason AS value FROM event_reason WHERE true",
        "INSERT INTO event_value (seq, name, value, salt, digest) VALUES ({})",
        _salted,
    )


async def restore(apps: Any, editor: Any) -> None:
    """Gives events the names that they had."""
    await _rewrite(
        editor,
        {new: old for old, new in KINDS.items()},
        backwards,
        "SELECT seq, name, value FROM event_value WHERE value IS NOT NULL",
        "INSERT INTO event_reason (seq, reason) VALUES ({})",
        lambda seq, name, text: [seq, text],
    )


HOURS = (
    "UPDATE calendar_revision SET hours = replace(replace(CAST(hours AS text),"
    " '\"{0}\"', '\"{1}\"'), '\"{2}\"', '\"{3}\"'){4}"
)


async def rename_hours(apps: Any, editor: Any) -> None:
    """Gives opening hours the models' names."""
    await _hours(editor, "opensAt", "opens_at", "closesAt", "closes_at")


async def restore_hours(apps: Any, editor: Any) -> None:
    """Gives opening hours the names that they had."""
    await _hours(editor, "opens_at", "opensAt", "closes_at", "closesAt")


async def _hours(editor: Any, *names: str) -> None:
    cast = "::jsonb" if editor.client.capabilities.dialect == "postgres" else ""
    await editor.client.execute_query(HOURS.format(*names, cast))


SEAL = {
    "sqlite": (
        (
            "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event"
            " BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END"
        ),
    ),
    "postgres": (
        (
            "CREATE FUNCTION event_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'an event is never changed'; END $$"
        ),
        (
            "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event"
            " FOR EACH ROW EXECUTE FUNCTION event_is_never_changed()"
        ),
    ),
}
UNSEAL = {
    "sqlite": ("DROP TRIGGER event_is_never_changed",),
    "postgres": (
        "DROP TRIGGER event_is_never_changed ON event",
        "DROP FUNCTION event_is_never_changed",
    ),
}


async def seal(apps: Any, editor: Any) -> None:
    """Lets the database refuse to change an event."""
    for statement in SEAL[editor.client.capabilities.dialect]:
        await editor.client.execute_query_dict(statement)


async def unseal(apps: Any, editor: Any) -> None:
    """Lets events be changed again."""
    for statement in UNSEAL[editor.client.capabilities.dialect]:
        await editor.client.execute_query_dict(statement)


class Migration(migrations.Migration):
    dependencies = [("models", "0004_names")]

    operations = [
        ops.CreateModel(
            name="EventValue",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("seq", fields.BigIntField()),
                ("name", fields.CharField(max_length=60)),
                ("value", fields.TextField(null=True, unique=False)),
                ("salt", fields.BinaryField(null=True)),
                ("digest", fields.CharField(max_length=64)),
            ],
            options={
                "table": "event_value",
                "app": "models",
                "unique_together": (("seq", "name"),),
                "pk_attr": "id",
                "table_description": (
                    "What tells of a person beside an event: erasing it leaves the event, and the "
                    "digest."
                ),
            },
            bases=["Model"],
        ),
        ops.RunPython(rewrite, restore),
        ops.DeleteModel("EventReason"),
        ops.RunPython(rename_hours, restore_hours),
        ops.RunPython(seal, unseal),
    ]
