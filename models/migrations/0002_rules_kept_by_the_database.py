"""What the database keeps by itself: uniqueness among live rows, the order of names."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

LIVE_ENROLLMENT = (
    "CREATE UNIQUE INDEX one_live_enrollment ON enrollment (customer_id, service_id)"
    " WHERE status IN ('REQUESTED', 'ACTIVE', 'SUSPENDED')"
)
PRIMARY_CONTACT = (
    "CREATE UNIQUE INDEX one_primary_contact ON contact (customer_id) WHERE is_primary"
)
LIVE_RELATIONSHIP = (
    "CREATE UNIQUE INDEX one_live_relationship ON relationship"
    " (kind, source_type, source_id, target_type, target_id) WHERE until IS NULL"
)
LIVE_RELATIONSHIP_BACKWARDS = (
    "CREATE INDEX live_relationship_backwards ON relationship"
    " (kind, target_type, target_id, source_type, source_id) WHERE until IS NULL"
)
NAMED = {
    "customer": "sort_name TYPE varchar(400)",
    "contact": "sort_name TYPE varchar(400)",
    "service": "sort_name TYPE varchar(400)",
    "item": "sort_name TYPE varchar(400)",
    "staff": "sort_name TYPE varchar(400)",
    "calendar": "name TYPE varchar(200)",
    "sla_target": "metric TYPE varchar(20)",
}


async def order_names_by_bytes(apps: Any, editor: Any) -> None:
    """On PostgreSQL names would order by the database's language; SQLite orders by bytes."""
    if editor.client.capabilities.dialect != "postgres":
        return
    for table, column in NAMED.items():
        await editor.client.execute_script(f'ALTER TABLE {table} ALTER COLUMN {column} COLLATE "C"')


async def name_the_log(apps: Any, editor: Any) -> None:
    """A name of its own for each log, so that a cursor of another is told apart."""
    is_postgres = editor.client.capabilities.dialect == "postgres"
    token = "substr(md5(random()::text), 1, 8)" if is_postgres else "lower(hex(randomblob(4)))"
    await editor.client.execute_script(
        f"INSERT INTO log (id, token) VALUES (1, {token}) ON CONFLICT DO NOTHING"
    )


def leave(apps: Any, editor: Any) -> None:
    """Going back changes nothing: the tables go with the migration before; a log keeps its name."""


class Migration(migrations.Migration):
    dependencies = [("models", "0001_first")]

    operations = [
        ops.RunSQL(LIVE_ENROLLMENT, "DROP INDEX one_live_enrollment"),
        ops.RunSQL(PRIMARY_CONTACT, "DROP INDEX one_primary_contact"),
        ops.RunSQL(LIVE_RELATIONSHIP, "DROP INDEX one_live_relationship"),
        ops.RunSQL(LIVE_RELATIONSHIP_BACKWARDS, "DROP INDEX live_relationship_backwards"),
        ops.RunPython(order_names_by_bytes, leave),
        ops.RunPython(name_the_log, leave),
    ]
