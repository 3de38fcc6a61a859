"""A mutation that comes twice with one key acts once: the key is stored with its effect."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models import bounds
from models.base import Act
from models.columns import Instant, nullable
from models.errors import KeyReused


class IdempotencyKey(Model):
    """A key that was used, what for, and which objects came of it."""

    id = fields.BigIntField(primary_key=True)
    caller = fields.CharField(max_length=60)
    key = fields.CharField(max_length=bounds.IDEMPOTENCY_KEY_CHARACTERS_MAX)
    input_digest = fields.CharField(max_length=64)
    outcome: fields.Field[dict[str, Any] | None] = nullable(fields.JSONField())
    used_at = Instant()

    class Meta:
        table = "idempotency_key"
        unique_together = (("caller", "key"),)
        indexes = (("used_at",),)


@dataclass(frozen=True)
class Claim:
    """A key taken in this transaction; `outcome` is set where an earlier one used it already."""

    row: IdempotencyKey
    outcome: dict[str, Any] | None

    async def keep(self, outcome: dict[str, Any]) -> None:
        """Stores what came of the mutation, in its own transaction."""
        self.row.outcome = outcome
        await self.row.save(update_fields=["outcome"])


def digest(mutation: str, arguments: object) -> str:
    """What a key was used for, so that another use of it can be told."""
    text = json.dumps([mutation, arguments], sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


async def forget(caller: str) -> None:
    """Deletes the keys of a caller who was erased: a key may hold any words."""
    await IdempotencyKey.filter(caller=caller).delete()


async def claim(act: Act, key: str, input_digest: str) -> Claim:
    """Takes the key for this transaction; waits for another transaction that has just taken it.

    Raises KeyReused where the key was used for another input.
    """
    connection = IdempotencyKey._meta.db
    expired = act.now - timedelta(days=bounds.IDEMPOTENCY_KEY_DAYS_KEPT)
    await IdempotencyKey.filter(used_at__lt=expired).delete()
    fresh = IdempotencyKey(
        caller=act.viewer.key, key=key, input_digest=input_digest, used_at=act.now
    )
    marks = "$1, $2, $3, $4" if connection.capabilities.dialect == "postgres" else "?, ?, ?, ?"
    inserted = await connection.execute_query_dict(
        "INSERT INTO idempotency_key (caller, key, input_digest, used_at) "
        f"VALUES ({marks}) ON CONFLICT DO NOTHING RETURNING id",
        [fresh.caller, fresh.key, fresh.input_digest, fresh.used_at],
    )
    row = await IdempotencyKey.get(caller=act.viewer.key, key=key)
    if inserted:
        return Claim(row, None)
    if row.input_digest != input_digest:
        raise KeyReused
    return Claim(row, row.outcome or {})
