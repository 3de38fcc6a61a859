"""The errors that a mutation's payload may hold, one type for each kind of refusal."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry

from models import errors
from resolvers.engine.reading.declare import part, value


@strawberry.enum(description="What kind of refusal an error is. Codes never change.")
class ErrorCode(Enum):
    INVALID_INPUT = value(
        "INVALID_INPUT", "The value is not valid, whatever the state of the data."
    )
    NOT_FOUND = value("NOT_FOUND", "The object doesn't exist, or you may not see it.")
    FORBIDDEN = value("FORBIDDEN", "You are not allowed to do this.")
    CONFLICT = value("CONFLICT", "The row has changed since the version that you saw.")
    TRANSITION_NOT_ALLOWED = value(
        "TRANSITION_NOT_ALLOWED", "The lifecycle doesn't allow this step from the current status."
    )
    RULE_VIOLATED = value("RULE_VIOLATED", "A rule of the domain forbids it.")
    KEY_REUSED = value("KEY_REUSED", "The idempotency key was already used with a different input.")
    LIMIT_EXCEEDED = value("LIMIT_EXCEEDED", "A limit has been exceeded.")
    TOKEN_SPENT = value("TOKEN_SPENT", "The survey link is not valid, or no longer valid.")


@strawberry.interface(description="Why a mutation was refused. Nothing was changed.")
class UserError:
    code: ErrorCode = part("The kind of refusal, for programs.")
    message: str = part("What is wrong, for people, in the language of Accept-Language (en, es).")
    path: list[str] | None = part(
        "The path to the input field at fault; empty or null if it is no particular field."
    )


@strawberry.type(description="The value is not valid, whatever the state of the data.")
class InvalidInput(UserError):
    constraint: str = part("The name of the constraint that the value violates.")


@strawberry.type(description="The object doesn't exist, or you may not see it.")
class NotFound(UserError):
    pass


@strawberry.type(description="You may see the object, but not do this.")
class Forbidden(UserError):
    pass


@strawberry.type(
    description="The row was changed by someone else first. The payload shows its current state."
)
class Conflict(UserError):
    current_version: int = part("The row's current version.")


@strawberry.type(description="The lifecycle doesn't allow this step from the row's current status.")
class TransitionNotAllowed(UserError):
    from_: str = strawberry.field(name="from", description="The current status of the row.")
    allowed: list[str] = part("The statuses that may follow the current one.")


@strawberry.type(description="A rule of the domain forbids it.")
class RuleViolated(UserError):
    rule: str = part("The rule's name, which never changes.")


@strawberry.type(description="The idempotency key was already used with a different input.")
class KeyReused(UserError):
    pass


@strawberry.type(description="The survey link is not valid, or no longer valid.")
class TokenSpent(UserError):
    pass


@strawberry.type(description="A limit has been exceeded.")
class LimitExceeded(UserError):
    limit: int = part("The limit that was exceeded.")


TYPES = (
    InvalidInput,
    NotFound,
    Forbidden,
    Conflict,
    TransitionNotAllowed,
    RuleViolated,
    KeyReused,
    TokenSpent,
    LimitExceeded,
)


def described(
    fault: errors.DomainError, locale: str, path: list[str]
) -> tuple[str, dict[str, Any]]:
    """An error's type in the graph, and its values in a language, at a client's path."""
    values: dict[str, Any] = {
        "code": fault.code,
        "message": fault.says.get(locale, fault.says["en"]),
        "path": path,
    }
    if isinstance(fault, errors.InvalidInput):
        values["constraint"] = fault.constraint
    elif isinstance(fault, errors.Conflict):
        values["currentVersion"] = fault.current_version
    elif isinstance(fault, errors.TransitionNotAllowed):
        values |= {"from": fault.source, "allowed": list(fault.allowed)}
    elif isinstance(fault, errors.RuleViolated):
        values["rule"] = fault.rule
    elif isinstance(fault, errors.LimitExceeded):
        values["limit"] = fault.limit
    return type(fault).__name__, values
