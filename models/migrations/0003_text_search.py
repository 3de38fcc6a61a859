"""Finding text: FTS5 and triggers on SQLite, a tsvector and its index on PostgreSQL."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

SQLITE = """
CREATE VIRTUAL TABLE search_stems USING fts5(
    noun, stems, content = 'search_entry', content_rowid = 'id', tokenize = 'ascii'
);
INSERT INTO search_stems (search_stems, rank) VALUES ('rank', 'bm25(0.0, 1.0)');
CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN
    INSERT INTO search_stems (rowid, noun, stems) VALUES (new.id, new.noun, new.stems);
END;
CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN
    INSERT INTO search_stems (search_stems, rowid, noun, stems)
    VALUES ('delete', old.id, old.noun, old.stems);
END;
CREATE TRIGGER search_entry_changed AFTER UPDATE OF id, noun, stems ON search_entry BEGIN
    INSERT INTO search_stems (search_stems, rowid, noun, stems)
    VALUES ('delete', old.id, old.noun, old.stems);
    INSERT INTO search_stems (rowid, noun, stems) VALUES (new.id, new.noun, new.stems);
END;
"""
POSTGRESQL = """
ALTER TABLE search_entry ADD COLUMN document tsvector
    GENERATED ALWAYS AS (to_tsvector('simple', stems)) STORED;
CREATE INDEX search_entry_document ON search_entry USING gin (document);
"""


async def make_findable(apps: Any, editor: Any) -> None:
    """The index of each database; the noun's own column weighs nothing in SQLite's ranks."""
    is_postgres = editor.client.capabilities.dialect == "postgres"
    await editor.client.execute_script(POSTGRESQL if is_postgres else SQLITE)


async def leave(apps: Any, editor: Any) -> None:
    """Takes the index away; the entries go with the migration before."""
    if editor.client.capabilities.dialect == "postgres":
        await editor.client.execute_script("ALTER TABLE search_entry DROP COLUMN document")
        return
    for trigger in ("added", "removed", "changed"):
        await editor.client.execute_script(f"DROP TRIGGER search_entry_{trigger}")
    await editor.client.execute_script("DROP TABLE search_stems")


class Migration(migrations.Migration):
    dependencies = [("models", "0002_rules_kept_by_the_database")]

    operations = [ops.RunPython(make_findable, leave)]
