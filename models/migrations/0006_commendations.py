"""What changed: commendations."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from models.columns import Instant
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    dependencies = [("models", "0005_events_rewritten")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Commendation",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("created_at", Instant(auto_now=False, auto_now_add=False)),
                ("updated_at", Instant(auto_now=False, auto_now_add=False)),
                (
                    "customer",
                    fields.ForeignKeyField(
                        "models.Customer",
                        source_field="customer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "contact",
                    fields.ForeignKeyField(
                        "models.Contact",
                        source_field="contact_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "service",
                    fields.ForeignKeyField(
                        "models.Service",
                        source_field="service_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("text", fields.TextField(unique=False)),
                ("received_at", Instant(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "commendation",
                "app": "models",
                "indexes": [
                    Index(fields=["customer_id", "received_at", "id"]),
                    Index(fields=["service_id", "received_at", "id"]),
                    Index(fields=["received_at", "id"]),
                    Index(fields=["contact_id", "id"]),
                ],
                "pk_attr": "id",
                "table_description": "What a contact praised a service for. It is never edited.",
            },
            bases=["Record"],
        ),
    ]
