from tortoise import migrations
from tortoise.migrations import operations as ops
import datetime
from models.action import CorrectiveActionKind
from models.columns import Instant
from models.comment import Visibility
from models.complaint import ComplaintChannel, ResolutionKind, ServiceArea
from models.contact import ContactRole
from models.interaction import InteractionKind
from models.mail import MailKind, MailStatus
from models.rules.edges import RelationshipKind
from models.rules.health import HealthBand
from models.rules.lifecycle import (
    ConfigurationItemStatus,
    ComplaintStatus,
    CorrectiveActionStatus,
    CustomerStage,
    EnrollmentStatus,
    PortfolioStatus,
    RequirementStatus,
    SlaStatus,
    SurveyStatus,
)
from models.rules.priority import Level, Priority
from models.rules.satisfaction import SurveyQuestionKind
from models.rules.sla_clock import ClockState, SlaMetric
from orjson import loads
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="BusinessCalendar",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("created_at", Instant(auto_now=False, auto_now_add=False)),
                ("updated_at", Instant(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
                ("name", fields.CharField(unique=True, max_length=200)),
            ],
            options={
                "table": "calendar",
                "app": "models",
                "pk_attr": "id",
                "table_description": "When time counts. Its hours stand in revisions, which are never edited.",
            },
            bases=["Edited"],
        ),
        ops.CreateModel(
            name="CalendarRevision",
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
                    "calendar",
                    fields.ForeignKeyField(
                        "models.BusinessCalendar",
                        source_field="calendar_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("revision", fields.IntField()),
                ("effective_from", Instant(auto_now=False, auto_now_add=False)),
                ("time_zone", fields.CharField(max_length=64)),
                ("is_always_open", fields.BooleanField(default=False)),
                ("hours", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("holidays", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "calendar_revision",
                "app": "models",
                "unique_together": (("calendar_id", "revision"),),
                "indexes": [Index(fields=["calendar_id", "effective_from"])],
                "pk_attr": "id",
                "table_description": "A calendar as it stands from an instant until its next revision.",
            },
            bases=["Record"],
        ),
        ops.CreateModel(
            name="ConfigurationItem",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("created_at", Instant(auto_now=False, auto_now_add=False)),
                ("updated_at", Instant(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
                ("external_key", fields.CharField(null=True, unique=True, max_length=200)),
                ("name", fields.CharField(max_length=200)),
                ("sort_name", fields.CharField(default="", max_length=400)),
                ("ci_class", fields.CharField(max_length=80)),
                (
                    "status",
                    fields.CharEnumField(
                        description="PLANNED: PLANNED\nIN_USE: IN_USE\nRETIRED: RETIRED",
                        enum_type=ConfigurationItemStatus,
                        max_length=20,
                    ),
                ),
                ("search_text", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "item",
                "app": "models",
                "indexes": [Index(fields=["sort_name", "id"])],
                "pk_attr": "id",
                "table_description": "Something that a service, or another item, depends on.",
            },
            bases=["ExternallyKeyed"],
        ),
        ops.CreateModel(
            name="Event",
            fields=[
                (
                    "seq",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("kind", fields.CharField(max_length=60)),
                ("occurred_at", Instant(auto_now=False, auto_now_add=False)),
                ("actor_type", fields.CharField(max_length=20)),
                ("actor_id", fields.BigIntField(null=True)),
                ("subject_type", fields.CharField(max_length=20)),
                ("subject_id", fields.BigIntField()),
                ("customer_id", fields.BigIntField(null=True)),
                ("is_internal", fields.BooleanField(default=False)),
                ("changes", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "event",
                "app": "models",
                "indexes": [
                    Index(fields=["subject_type", "subject_id", "seq"]),
                    Index(fields=["customer_id", "seq"]),
                    Index(fields=["kind", "seq"]),
                ],
                "pk_attr": "seq",
                "table_description": "One fact. Its `seq` is the position that cursors carry, and rows are never changed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="EventReason",
            fields=[
                (
                    "seq",
                    fields.BigIntField(
                        generated=False, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("reason", fields.TextField(unique=False)),
            ],
            options={
                "table": "event_reason",
                "app": "models",
                "pk_attr": "seq",
                "table_description": "What a person wrote beside an event: kept apart, so that erasing it leaves the log.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("caller", fields.CharField(max_length=60)),
                ("key", fields.CharField(max_length=255)),
                ("input_digest", fields.CharField(max_length=64)),
                ("outcome", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ("used_at", Instant(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "idempotency_key",
                "app": "models",
                "unique_together": (("caller", "key"),),
                "indexes": [Index(fields=["used_at"])],
                "pk_attr": "id",
                "table_description": "A key that was used, what for, and which objects came of it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Log",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("token", fields.CharField(max_length=8)),
            ],
            options={
                "table": "log",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The one row that names this log, so that a cursor of another log is told apart.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Reader",
            fields=[
                (
                    "name",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40),
                ),
                ("seq", fields.BigIntField(default=0)),
            ],
            options={
                "table": "reader",
                "app": "models",
                "pk_attr": "name",
                "table_description": "How far a reader has come in the log.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("noun", fields.CharField(max_length=20)),
                ("row_id", fields.BigIntField()),
                ("customer_id", fields.BigIntField(null=True)),
                ("stems", fields.TextField(unique=False)),
            ],
            options={
                "table": "search_entry",
                "app": "models",
                "unique_together": (("noun", "row_id"),),
                "pk_attr": "id",
                "table_description": "The stems of a row's text. `customer_id` is null where the row belongs to no customer.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StaffMember",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("created_at", Instant(auto_now=False, auto_now_add=False)),
                ("updated_at", Instant(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
                ("name", fields.CharField(max_length=200)),
                ("sort_name", fields.CharField(default="", max_length=400)),
                ("email", fields.CharField(max_length=254)),
                ("roles", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("is_active", fields.BooleanField(default=True)),
            ],
            options={
                "table": "staff",
                "app": "models",
                "indexes": [Index(fields=["sort_name", "id"])],
                "pk_attr": "id",
                "table_description": "A person at the provider, with roles, who owns relationships and complaints.",
            },
            bases=["Edited"],
        ),
        ops.CreateModel(
            name="Customer",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("created_at", Instant(auto_now=False, auto_now_add=False)),
                ("updated_at", Instant(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
                ("external_key", fields.CharField(null=True, unique=True, max_length=200)),
                ("name", fields.CharField(max_length=200)),
                ("sort_name", fields.CharField(default="", max_length=400)),
                (
                    "stage",
                    fields.CharEnumField(
                        description="PROSPECT: PROSPECT\nACTIVE: ACTIVE\nDORMANT: DORMANT\nFORMER: FORMER",
                        enum_type=CustomerStage,
                        max_length=20,
                    ),
                ),
                ("industry", fields.CharField(null=True, max_length=80)),
                ("domain", fields.CharField(null=True, db_index=True, max_length=253)),
                ("time_zone", fields.CharField(max_length=64)),
                ("locale", fields.CharField(max_length=35)),
                (
                    "relationship_manager",
                    fields.ForeignKeyField(
                        "models.StaffMember",
                        source_field="relationship_manager_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("review_interval_days", fields.IntField(default=90)),
                ("last_reviewed_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("next_review_on", fields.DateField(null=True)),
                ("review_due_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                (
                    "health_band",
                    fields.CharEnumField(
                        default=HealthBand.UNKNOWN,
                        description="GOOD: GOOD\nWATCH: WATCH\nAT_RISK: AT_RISK\nUNKNOWN: UNKNOWN",
                        enum_type=HealthBand,
                        max_length=20,
                    ),
                ),
                ("health_rank", fields.SmallIntField(default=3)),
                (
                    "health_reasons",
                    fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads),
                ),
                ("health_assessed_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("next_tick_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("search_text", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "customer",
                "app": "models",
                "indexes": [
                    Index(fields=["sort_name", "id"]),
                    Index(fields=["health_rank", "id"]),
                    Index(fields=["next_tick_at", "id"]),
                    Index(fields=["relationship_manager_id", "sort_name", "id"]),
                ],
                "pk_attr": "id",
                "table_description": "An organisation that uses, or may use, the provider's services.",
            },
            bases=["ExternallyKeyed"],
        ),
        ops.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("created_at", Instant(auto_now=False, auto_now_add=False)),
                ("updated_at", Instant(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
                ("external_key", fields.CharField(null=True, unique=True, max_length=200)),
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
                ("name", fields.CharField(max_length=200)),
                ("sort_name", fields.CharField(default="", max_length=400)),
                ("email", fields.CharField(max_length=254)),
                ("phone", fields.CharField(null=True, max_length=40)),
                (
                    "role",
                    fields.CharEnumField(
                        description="SPONSOR: SPONSOR\nDECISION_MAKER: DECISION_MAKER\nSERVICE_OWNER: SERVICE_OWNER\nUSER_REPRESENTATIVE: USER_REPRESENTATIVE\nBILLING: BILLING\nOTHER: OTHER",
                        enum_type=ContactRole,
                        max_length=20,
                    ),
                ),
                ("is_primary", fields.BooleanField(default=False)),
                ("is_active", fields.BooleanField(default=True)),
                ("locale", fields.CharField(max_length=35)),
            ],
            options={
                "table": "contact",
                "app": "models",
                "indexes": [Index(fields=["customer_id", "sort_name", "id"])],
                "pk_attr": "id",
                "table_description": "A person at a customer, with a role in the relationship.",
            },
            bases=["ExternallyKeyed"],
        ),
        ops.CreateModel(
            name="Interaction",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("created_at", Instant(auto_now=False, auto_now_add=False)),
                ("updated_at", Instant(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
                (
                    "kind",
                    fields.CharEnumField(
                        description="MEETING: MEETING\nCALL: CALL\nEMAIL: EMAIL\nSERVICE_REVIEW: SERVICE_REVIEW\nESCALATION_TALK: ESCALATION_TALK\nOTHER: OTHER",
                        enum_type=InteractionKind,
                        max_length=20,
                    ),
                ),
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
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "relationship_manager",
                    fields.ForeignKeyField(
                        "models.StaffMember",
                        source_field="relationship_manager_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("occurred_at", Instant(auto_now=False, auto_now_add=False)),
                ("summary", fields.TextField(unique=False)),
                ("agreed_actions", fields.TextField(null=True, unique=False)),
                ("follow_up_on", fields.DateField(null=True)),
                ("follow_up_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("followed_up_at", Instant(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "interaction",
                "app": "models",
                "indexes": [
                    Index(fields=["customer_id", "occurred_at", "id"]),
                    Index(fields=["occurred_at", "id"]),
                    Index(fields=["relationship_manager_id", "follow_up_at"]),
                ],
                "pk_attr": "id",
                "table_description": "A meeting, a call or a service review with a customer.",
            },
            bases=["Edited"],
        ),
        ops.CreateModel(
            name="Relationship",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("created_at", Instant(auto_now=False, auto_now_add=False)),
                ("updated_at", Instant(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
                ("external_key", fields.CharField(null=True, unique=True, max_length=200)),
                (
                    "kind",
                    fields.CharEnumField(
                        description="PARENT_OF: PARENT_OF\nPARTNER_OF: PARTNER_OF\nREPORTS_TO: REPORTS_TO\nSPONSORS: SPONSORS\nWORKS_WITH: WORKS_WITH\nDEPENDS_ON: DEPENDS_ON\nHOSTED_ON: HOSTED_ON\nSUPPORTED_BY: SUPPORTED_BY",
                        enum_type=RelationshipKind,
                        max_length=20,
                    ),
                ),
                ("source_type", fields.CharField(max_length=20)),
                ("source_id", fields.BigIntField()),
                ("target_type", fields.CharField(max_length=20)),
                ("target_id", fields.BigIntField()),
                (
                    "customer",
                    fields.ForeignKeyField(
                        "models.Customer",
                        source_field="customer_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("since", fields.DateField(null=True)),
                ("until", fields.DateField(null=True)),
                ("note", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "relationship",
                "app": "models",
                "indexes": [
                    Index(fields=["source_type", "source_id", "id"]),
                    Index(fields=["target_type", "target_id", "id"]),
                ],
                "pk_attr": "id",
                "table_description": "An edge of one kind from a source to a target, live until it ends.",
            },
            bases=["ExternallyKeyed"],
        ),
        ops.CreateModel(
            name="Service",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("created_at", Instant(auto_now=False, auto_now_add=False)),
                ("updated_at", Instant(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
                ("external_key", fields.CharField(null=True, unique=True, max_length=200)),
                ("code", fields.CharField(unique=True, max_length=40)),
                ("name", fields.CharField(max_length=200)),
                ("sort_name", fields.CharField(default="", max_length=400)),
                ("description", fields.TextField(unique=False)),
                (
                    "portfolio_status",
                    fields.CharEnumField(
                        description="PIPELINE: PIPELINE\nCATALOGUE: CATALOGUE\nRETIRED: RETIRED",
                        enum_type=PortfolioStatus,
                        max_length=20,
                    ),
                ),
                ("is_standard", fields.BooleanField(default=True)),
                ("category", fields.CharField(null=True, max_length=80)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "models.StaffMember",
                        source_field="owner_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("search_text", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "service",
                "app": "models",
                "indexes": [Index(fields=["sort_name", "id"])],
                "pk_attr": "id",
                "table_description": "An entry of the service portfolio, of which a standard one can be enrolled in.",
            },
            bases=["ExternallyKeyed"],
        ),
        ops.CreateModel(
            name="ServiceRequirement",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("created_at", Instant(auto_now=False, auto_now_add=False)),
                ("updated_at", Instant(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
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
                    "raised_by",
                    fields.ForeignKeyField(
                        "models.Contact",
                        source_field="raised_by_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("statement", fields.TextField(unique=False)),
                ("desired_outcome", fields.TextField(null=True, unique=False)),
                (
                    "priority",
                    fields.CharEnumField(
                        description="CRITICAL: CRITICAL\nHIGH: HIGH\nMEDIUM: MEDIUM\nLOW: LOW",
                        enum_type=Priority,
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    fields.CharEnumField(
                        description="IDENTIFIED: IDENTIFIED\nMATCHED: MATCHED\nNEW_SERVICE_PROPOSED: NEW_SERVICE_PROPOSED\nFULFILLED: FULFILLED\nDECLINED: DECLINED",
                        enum_type=RequirementStatus,
                        max_length=24,
                    ),
                ),
                (
                    "service",
                    fields.ForeignKeyField(
                        "models.Service",
                        source_field="service_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("identified_at", Instant(auto_now=False, auto_now_add=False)),
                ("decided_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("seconds_to_decide", fields.BigIntField(null=True)),
                ("decision_reason", fields.TextField(null=True, unique=False)),
                ("search_text", fields.TextField(default="", unique=False)),
                ("search_terms", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "requirement",
                "app": "models",
                "indexes": [
                    Index(fields=["customer_id", "id"]),
                    Index(fields=["service_id", "id"]),
                    Index(fields=["status", "id"]),
                ],
                "pk_attr": "id",
                "table_description": "A customer's need, and what was decided about it.",
            },
            bases=["Edited"],
        ),
        ops.CreateModel(
            name="Sla",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("created_at", Instant(auto_now=False, auto_now_add=False)),
                ("updated_at", Instant(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
                ("name", fields.CharField(max_length=200)),
                ("revision", fields.IntField(default=1)),
                (
                    "status",
                    fields.CharEnumField(
                        description="DRAFT: DRAFT\nACTIVE: ACTIVE\nRETIRED: RETIRED",
                        enum_type=SlaStatus,
                        max_length=20,
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
                (
                    "calendar",
                    fields.ForeignKeyField(
                        "models.BusinessCalendar",
                        source_field="calendar_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "predecessor",
                    fields.ForeignKeyField(
                        "models.Sla",
                        source_field="predecessor_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("activated_at", Instant(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "sla",
                "app": "models",
                "indexes": [Index(fields=["service_id", "id"])],
                "pk_attr": "id",
                "table_description": "Targets, priority by metric, on a business calendar. Once ACTIVE they never change.",
            },
            bases=["Edited"],
        ),
        ops.CreateModel(
            name="Enrollment",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("created_at", Instant(auto_now=False, auto_now_add=False)),
                ("updated_at", Instant(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
                (
                    "status",
                    fields.CharEnumField(
                        description="REQUESTED: REQUESTED\nACTIVE: ACTIVE\nSUSPENDED: SUSPENDED\nENDED: ENDED\nREJECTED: REJECTED",
                        enum_type=EnrollmentStatus,
                        max_length=20,
                    ),
                ),
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
                (
                    "sla",
                    fields.ForeignKeyField(
                        "models.Sla",
                        source_field="sla_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("past_slas", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                (
                    "own_calendar",
                    fields.ForeignKeyField(
                        "models.BusinessCalendar",
                        source_field="own_calendar_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "requirement",
                    fields.ForeignKeyField(
                        "models.ServiceRequirement",
                        source_field="requirement_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("requested_at", Instant(auto_now=False, auto_now_add=False)),
                ("starts_on", fields.DateField(null=True)),
                ("ends_on", fields.DateField(null=True)),
                ("ends_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("next_tick_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("status_reason", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "enrollment",
                "app": "models",
                "indexes": [
                    Index(fields=["customer_id", "id"]),
                    Index(fields=["service_id", "id"]),
                    Index(fields=["sla_id", "id"]),
                    Index(fields=["requirement_id", "id"]),
                    Index(fields=["next_tick_at", "id"]),
                ],
                "pk_attr": "id",
                "table_description": "A customer's subscription to a standard service.",
            },
            bases=["Edited"],
        ),
        ops.CreateModel(
            name="Complaint",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("created_at", Instant(auto_now=False, auto_now_add=False)),
                ("updated_at", Instant(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
                ("withdrawn_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("pauses", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("response_target_minutes", fields.IntField(null=True)),
                ("response_warn_percent", fields.SmallIntField(null=True)),
                (
                    "response_state",
                    fields.CharEnumField(
                        null=True,
                        description="RUNNING: RUNNING\nWARNING: WARNING\nPAUSED: PAUSED\nMET: MET\nBREACHED: BREACHED\nCANCELLED: CANCELLED",
                        enum_type=ClockState,
                        max_length=20,
                    ),
                ),
                ("response_due_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("response_breached_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("response_alerts", fields.SmallIntField(default=0)),
                ("resolution_target_minutes", fields.IntField(null=True)),
                ("resolution_warn_percent", fields.SmallIntField(null=True)),
                (
                    "resolution_state",
                    fields.CharEnumField(
                        null=True,
                        description="RUNNING: RUNNING\nWARNING: WARNING\nPAUSED: PAUSED\nMET: MET\nBREACHED: BREACHED\nCANCELLED: CANCELLED",
                        enum_type=ClockState,
                        max_length=20,
                    ),
                ),
                ("resolution_due_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("resolution_breached_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("resolution_alerts", fields.SmallIntField(default=0)),
                (
                    "due_order_at",
                    Instant(
                        default=datetime.datetime.fromisoformat("9999-12-31T00:00:00+00:00"),
                        auto_now=False,
                        auto_now_add=False,
                    ),
                ),
                ("auto_close_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("next_alert_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("next_tick_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("subject", fields.CharField(max_length=200)),
                ("description", fields.TextField(unique=False)),
                ("category", fields.CharField(null=True, max_length=80)),
                (
                    "area",
                    fields.CharEnumField(
                        null=True,
                        description="RELIABILITY: RELIABILITY\nRESPONSIVENESS: RESPONSIVENESS\nASSURANCE: ASSURANCE\nEMPATHY: EMPATHY\nTANGIBLES: TANGIBLES\nVALUE: VALUE\nCOMMUNICATION: COMMUNICATION",
                        enum_type=ServiceArea,
                        max_length=20,
                    ),
                ),
                (
                    "channel",
                    fields.CharEnumField(
                        description="PHONE: PHONE\nEMAIL: EMAIL\nPORTAL: PORTAL\nMEETING: MEETING\nAPI: API",
                        enum_type=ComplaintChannel,
                        max_length=20,
                    ),
                ),
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
                    "raised_by",
                    fields.ForeignKeyField(
                        "models.Contact",
                        source_field="raised_by_id",
                        null=True,
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
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "enrollment",
                    fields.ForeignKeyField(
                        "models.Enrollment",
                        source_field="enrollment_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "sla",
                    fields.ForeignKeyField(
                        "models.Sla",
                        source_field="sla_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "calendar",
                    fields.ForeignKeyField(
                        "models.BusinessCalendar",
                        source_field="calendar_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "impact",
                    fields.CharEnumField(
                        description="HIGH: HIGH\nMEDIUM: MEDIUM\nLOW: LOW",
                        enum_type=Level,
                        max_length=20,
                    ),
                ),
                (
                    "urgency",
                    fields.CharEnumField(
                        description="HIGH: HIGH\nMEDIUM: MEDIUM\nLOW: LOW",
                        enum_type=Level,
                        max_length=20,
                    ),
                ),
                ("has_safety_risk", fields.BooleanField(default=False)),
                (
                    "priority",
                    fields.CharEnumField(
                        description="CRITICAL: CRITICAL\nHIGH: HIGH\nMEDIUM: MEDIUM\nLOW: LOW",
                        enum_type=Priority,
                        max_length=20,
                    ),
                ),
                ("priority_rank", fields.SmallIntField()),
                ("is_priority_overridden", fields.BooleanField(default=False)),
                ("remedy_sought", fields.TextField(null=True, unique=False)),
                (
                    "status",
                    fields.CharEnumField(
                        description="RECEIVED: RECEIVED\nACKNOWLEDGED: ACKNOWLEDGED\nINVESTIGATING: INVESTIGATING\nAWAITING_CUSTOMER: AWAITING_CUSTOMER\nRESOLVED: RESOLVED\nCLOSED: CLOSED\nWITHDRAWN: WITHDRAWN",
                        enum_type=ComplaintStatus,
                        max_length=20,
                    ),
                ),
                ("status_rank", fields.SmallIntField()),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "models.StaffMember",
                        source_field="owner_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("received_at", Instant(auto_now=False, auto_now_add=False)),
                ("acknowledged_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("resolved_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("closed_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("reopen_count", fields.IntField(default=0)),
                ("escalation_level", fields.SmallIntField(default=0)),
                (
                    "resolution_kind",
                    fields.CharEnumField(
                        null=True,
                        description="REMEDIED: REMEDIED\nEXPLAINED: EXPLAINED\nCOMPENSATED: COMPENSATED\nNOT_UPHELD: NOT_UPHELD",
                        enum_type=ResolutionKind,
                        max_length=20,
                    ),
                ),
                ("resolution_summary", fields.TextField(null=True, unique=False)),
                ("root_cause", fields.TextField(null=True, unique=False)),
                ("resolution_seconds", fields.BigIntField(null=True)),
                ("search_text", fields.TextField(default="", unique=False)),
            ],
            options={
                "table": "complaint",
                "app": "models",
                "indexes": [
                    Index(fields=["received_at", "id"]),
                    Index(fields=["priority_rank", "id"]),
                    Index(fields=["status_rank", "id"]),
                    Index(fields=["updated_at", "id"]),
                    Index(fields=["customer_id", "received_at", "id"]),
                    Index(fields=["service_id", "received_at", "id"]),
                    Index(fields=["owner_id", "received_at", "id"]),
                    Index(fields=["enrollment_id", "received_at", "id"]),
                    Index(fields=["status", "received_at", "id"]),
                    Index(fields=["due_order_at", "id"]),
                    Index(fields=["response_state", "received_at", "id"]),
                    Index(fields=["resolution_state", "received_at", "id"]),
                    Index(fields=["response_breached_at"]),
                    Index(fields=["resolution_breached_at"]),
                    Index(fields=["resolved_at"]),
                    Index(fields=["next_tick_at", "id"]),
                    Index(fields=["calendar_id", "status"]),
                ],
                "pk_attr": "id",
                "table_description": "An expression of dissatisfaction that expects an answer.",
            },
            bases=["Clocked"],
        ),
        ops.CreateModel(
            name="Comment",
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
                    "complaint",
                    fields.ForeignKeyField(
                        "models.Complaint",
                        source_field="complaint_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
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
                ("body", fields.TextField(unique=False)),
                (
                    "visibility",
                    fields.CharEnumField(
                        description="INTERNAL: INTERNAL\nCUSTOMER: CUSTOMER",
                        enum_type=Visibility,
                        max_length=20,
                    ),
                ),
                ("author_type", fields.CharField(max_length=20)),
                ("author_id", fields.BigIntField(null=True)),
            ],
            options={
                "table": "comment",
                "app": "models",
                "indexes": [Index(fields=["complaint_id", "id"])],
                "pk_attr": "id",
                "table_description": "What somebody wrote about a complaint. It is never edited.",
            },
            bases=["Record"],
        ),
        ops.CreateModel(
            name="CorrectiveAction",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("created_at", Instant(auto_now=False, auto_now_add=False)),
                ("updated_at", Instant(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
                (
                    "complaint",
                    fields.ForeignKeyField(
                        "models.Complaint",
                        source_field="complaint_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
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
                    "kind",
                    fields.CharEnumField(
                        description="CORRECTION: CORRECTION\nCORRECTIVE: CORRECTIVE\nPREVENTIVE: PREVENTIVE",
                        enum_type=CorrectiveActionKind,
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    fields.CharEnumField(
                        description="PLANNED: PLANNED\nIN_PROGRESS: IN_PROGRESS\nDONE: DONE\nVERIFIED: VERIFIED\nINEFFECTIVE: INEFFECTIVE\nCANCELLED: CANCELLED",
                        enum_type=CorrectiveActionStatus,
                        max_length=20,
                    ),
                ),
                ("is_unfinished", fields.BooleanField(default=True)),
                ("title", fields.CharField(max_length=200)),
                ("detail", fields.TextField(null=True, unique=False)),
                (
                    "owner",
                    fields.ForeignKeyField(
                        "models.StaffMember",
                        source_field="owner_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("due_on", fields.DateField(null=True)),
                ("due_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("completed_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("verified_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("finding", fields.TextField(null=True, unique=False)),
                (
                    "successor",
                    fields.ForeignKeyField(
                        "models.CorrectiveAction",
                        source_field="successor_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "action",
                "app": "models",
                "indexes": [
                    Index(fields=["complaint_id", "id"]),
                    Index(fields=["owner_id", "id"]),
                    Index(fields=["status", "due_at"]),
                    Index(fields=["complaint_id", "is_unfinished"]),
                ],
                "pk_attr": "id",
                "table_description": "Something that is done about a complaint.",
            },
            bases=["Edited"],
        ),
        ops.CreateModel(
            name="SlaTarget",
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
                    "sla",
                    fields.ForeignKeyField(
                        "models.Sla",
                        source_field="sla_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "priority",
                    fields.CharEnumField(
                        description="CRITICAL: CRITICAL\nHIGH: HIGH\nMEDIUM: MEDIUM\nLOW: LOW",
                        enum_type=Priority,
                        max_length=20,
                    ),
                ),
                ("priority_rank", fields.SmallIntField()),
                (
                    "metric",
                    fields.CharEnumField(
                        description="RESPONSE: RESPONSE\nRESOLUTION: RESOLUTION",
                        enum_type=SlaMetric,
                        max_length=20,
                    ),
                ),
                ("target_minutes", fields.IntField()),
                ("warn_at_percent", fields.SmallIntField()),
            ],
            options={
                "table": "sla_target",
                "app": "models",
                "unique_together": (("sla_id", "priority_rank", "metric"),),
                "pk_attr": "id",
                "table_description": "One target of an SLA.",
            },
            bases=["Record"],
        ),
        ops.CreateModel(
            name="Survey",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("created_at", Instant(auto_now=False, auto_now_add=False)),
                ("updated_at", Instant(auto_now=False, auto_now_add=False)),
                ("version", fields.IntField(default=1)),
                ("title", fields.CharField(max_length=200)),
                ("purpose", fields.TextField(null=True, unique=False)),
                (
                    "status",
                    fields.CharEnumField(
                        description="DRAFT: DRAFT\nOPEN: OPEN\nCLOSED: CLOSED",
                        enum_type=SurveyStatus,
                        max_length=20,
                    ),
                ),
                (
                    "service",
                    fields.ForeignKeyField(
                        "models.Service",
                        source_field="service_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("opens_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("closes_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("is_sent_on_closure", fields.BooleanField(default=False)),
                ("recurs_every_days", fields.IntField(null=True)),
                ("wave", fields.IntField(default=0)),
                ("audience", fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
                ("next_tick_at", Instant(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "survey",
                "app": "models",
                "indexes": [
                    Index(fields=["status", "id"]),
                    Index(fields=["service_id", "id"]),
                    Index(fields=["next_tick_at", "id"]),
                ],
                "pk_attr": "id",
                "table_description": "Questions for contacts. Once OPEN they can't change, but a copy can.",
            },
            bases=["Edited"],
        ),
        ops.CreateModel(
            name="SurveyInvitation",
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
                    "survey",
                    fields.ForeignKeyField(
                        "models.Survey",
                        source_field="survey_id",
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
                ("complaint_id", fields.BigIntField(null=True)),
                ("wave", fields.IntField(default=1)),
                ("generation", fields.IntField(default=1)),
                ("token_hash", fields.CharField(null=True, unique=True, max_length=64)),
                ("sent_at", Instant(auto_now=False, auto_now_add=False)),
                ("expires_at", Instant(auto_now=False, auto_now_add=False)),
                ("responded_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("reminders_sent", fields.SmallIntField(default=0)),
                ("reminded_at", Instant(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "survey_invitation",
                "app": "models",
                "indexes": [
                    Index(fields=["survey_id", "id"]),
                    Index(fields=["contact_id", "sent_at"]),
                ],
                "pk_attr": "id",
                "table_description": "A person asked to answer a survey. The table keeps only the hash of the token.",
            },
            bases=["Record"],
        ),
        ops.CreateModel(
            name="Mail",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("created_at", Instant(auto_now=False, auto_now_add=False)),
                ("updated_at", Instant(auto_now=False, auto_now_add=False)),
                ("event_seq", fields.BigIntField(unique=True)),
                (
                    "invitation",
                    fields.ForeignKeyField(
                        "models.SurveyInvitation",
                        source_field="invitation_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="INVITATION: INVITATION\nREMINDER: REMINDER",
                        enum_type=MailKind,
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    fields.CharEnumField(
                        description="WAITING: WAITING\nSENT: SENT\nDROPPED: DROPPED\nGIVEN_UP: GIVEN_UP",
                        enum_type=MailStatus,
                        max_length=20,
                    ),
                ),
                ("attempts", fields.SmallIntField(default=0)),
                ("next_try_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("sent_at", Instant(null=True, auto_now=False, auto_now_add=False)),
                ("failure", fields.CharField(null=True, max_length=200)),
            ],
            options={
                "table": "mail",
                "app": "models",
                "indexes": [Index(fields=["next_try_at", "id"])],
                "pk_attr": "id",
                "table_description": "A letter, by the event that it comes from. Its address and its link are not kept here.",
            },
            bases=["Record"],
        ),
        ops.CreateModel(
            name="SurveyQuestion",
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
                    "survey",
                    fields.ForeignKeyField(
                        "models.Survey",
                        source_field="survey_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("position", fields.SmallIntField()),
                ("prompt", fields.TextField(unique=False)),
                (
                    "kind",
                    fields.CharEnumField(
                        description="SATISFACTION: SATISFACTION\nRECOMMENDATION: RECOMMENDATION\nEFFORT: EFFORT\nEXPECTATION: EXPECTATION\nCHOICE: CHOICE\nTEXT: TEXT",
                        enum_type=SurveyQuestionKind,
                        max_length=20,
                    ),
                ),
                (
                    "area",
                    fields.CharEnumField(
                        null=True,
                        description="RELIABILITY: RELIABILITY\nRESPONSIVENESS: RESPONSIVENESS\nASSURANCE: ASSURANCE\nEMPATHY: EMPATHY\nTANGIBLES: TANGIBLES\nVALUE: VALUE\nCOMMUNICATION: COMMUNICATION",
                        enum_type=ServiceArea,
                        max_length=20,
                    ),
                ),
                ("is_required", fields.BooleanField(default=True)),
                ("choices", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "survey_question",
                "app": "models",
                "unique_together": (("survey_id", "position"),),
                "pk_attr": "id",
                "table_description": "One question of a survey, in its place.",
            },
            bases=["Record"],
        ),
        ops.CreateModel(
            name="SurveyResponse",
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
                    "survey",
                    fields.ForeignKeyField(
                        "models.Survey",
                        source_field="survey_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "invitation",
                    fields.ForeignKeyField(
                        "models.SurveyInvitation",
                        source_field="invitation_id",
                        unique=True,
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
                ("submitted_at", Instant(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "survey_response",
                "app": "models",
                "indexes": [
                    Index(fields=["survey_id", "id"]),
                    Index(fields=["customer_id", "submitted_at"]),
                ],
                "pk_attr": "id",
                "table_description": "What one invited person answered, all at once.",
            },
            bases=["Record"],
        ),
        ops.CreateModel(
            name="SurveyAnswer",
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
                    "response",
                    fields.ForeignKeyField(
                        "models.SurveyResponse",
                        source_field="response_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "question",
                    fields.ForeignKeyField(
                        "models.SurveyQuestion",
                        source_field="question_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("survey_id", fields.BigIntField()),
                ("customer_id", fields.BigIntField()),
                ("service_id", fields.BigIntField(null=True)),
                (
                    "kind",
                    fields.CharEnumField(
                        description="SATISFACTION: SATISFACTION\nRECOMMENDATION: RECOMMENDATION\nEFFORT: EFFORT\nEXPECTATION: EXPECTATION\nCHOICE: CHOICE\nTEXT: TEXT",
                        enum_type=SurveyQuestionKind,
                        max_length=20,
                    ),
                ),
                (
                    "area",
                    fields.CharEnumField(
                        null=True,
                        description="RELIABILITY: RELIABILITY\nRESPONSIVENESS: RESPONSIVENESS\nASSURANCE: ASSURANCE\nEMPATHY: EMPATHY\nTANGIBLES: TANGIBLES\nVALUE: VALUE\nCOMMUNICATION: COMMUNICATION",
                        enum_type=ServiceArea,
                        max_length=20,
                    ),
                ),
                ("score", fields.SmallIntField(null=True)),
                ("expected", fields.SmallIntField(null=True)),
                ("perceived", fields.SmallIntField(null=True)),
                ("choice", fields.CharField(null=True, max_length=200)),
                ("text", fields.TextField(null=True, unique=False)),
                ("submitted_at", Instant(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "survey_answer",
                "app": "models",
                "unique_together": (("response_id", "question_id"),),
                "indexes": [
                    Index(fields=["survey_id", "question_id"]),
                    Index(fields=["customer_id", "submitted_at"]),
                    Index(fields=["service_id", "submitted_at"]),
                    Index(fields=["area", "submitted_at"]),
                ],
                "pk_attr": "id",
                "table_description": "The answer to one question, with what results are grouped by beside it.",
            },
            bases=["Record"],
        ),
    ]
