"""The names that the graph is to have: columns are renamed, and minutes of targets are seconds."""

from typing import Any

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

TARGETS = (
    ("sla_target", "target_seconds"),
    ("complaint", "response_target_seconds"),
    ("complaint", "resolution_target_seconds"),
)
"""The columns, with their tables, that held minutes."""


class RenameParent(ops.RenameField):
    """Renames a foreign key, its column and what its model's indexes call it."""

    def state_forward(self, app_label: str, state: Any) -> None:
        model = self.get_model_state(state, app_label, self.model_name)
        before, after = f"{self.old_name}_id", f"{self.new_name}_id"
        model.options["indexes"] = [
            Index(fields=[after if name == before else name for name in index.fields])
            for index in model.options["indexes"]
        ]
        model.fields[self.old_name].source_field = after
        super().state_forward(app_label, state)


class Migration(migrations.Migration):
    dependencies = [("models", "0003_text_search")]

    operations = [
        ops.RenameModel("BusinessCalendar", "Calendar"),
        ops.RenameModel("ServiceRequirement", "Requirement"),
        ops.RenameField("Complaint", "subject", "title"),
        ops.RenameField("Complaint", "response_target_minutes", "response_target_seconds"),
        ops.RenameField("Complaint", "resolution_target_minutes", "resolution_target_seconds"),
        ops.RenameField("SlaTarget", "target_minutes", "target_seconds"),
        ops.RenameField("Requirement", "seconds_to_decide", "decision_seconds"),
        ops.RenameField("SurveyInvitation", "reminders_sent", "reminder_count"),
        RenameParent("Interaction", "relationship_manager", "held_by"),
        *(
            ops.RunSQL(
                f"UPDATE {table} SET {column} = {column} * 60",
                f"UPDATE {table} SET {column} = {column} / 60",
            )
            for table, column in TARGETS
        ),
    ]
