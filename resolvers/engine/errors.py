"""The errors that a mutation's payload may hold, one type for each kind of refusal."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry

from models import errors


@strawberry.enum(description="What kind of refusal an error is; codes never change.")
class ErrorCode(Enum):
    INVALID_INPUT = strawberry.enum_value(
        "INVALID_INPUT", description="A value that no state of the data would admit."
    )
    NOT_FOUND = strawberry.enum_value(
        "NOT_FOUND", description="No such object within what you may see."
    )
    FORBIDDEN = strawberry.enum_value("FORBIDDEN", description="You may not do this.")
    CONFLICT = strawberry.enum_value(
        "CONFLICT", description="The row has moved on from the version that you saw."
    )
    TRANSITION_NOT_ALLOWED = strawberry.enum_value(
        "TRANSITION_NOT_ALLOWED", description="The lifecycle has no such step from here."
    )
    RULE_VIOLATED = strawberry.enum_value(
        "RULE_VIOLATED", description="A rule of the domain stands against it."
    )
    KEY_REUSED = strawberry.enum_value(
        "KEY_REUSED", description="The idempotency key came with another input before."
    )
    LIMIT_EXCEEDED = strawberry.enum_value(
        "LIMIT_EXCEEDED", description="More than a bound admits."
    )
    TOKEN_SPENT = strawberry.enum_value(
        "TOKEN_SPENT", description="A survey's link that opens nothing, or no longer."
    )


@strawberry.interface(description="Why a mutation was refused; nothing was changed.")
class UserError:
    code: ErrorCode = strawberry.field(description="The kind of refusal, for programs.")
    message: str = strawberry.field(
        description="What is wrong, for people, in the language of Accept-Language (en, es)."
    )
    path: list[str] | None = strawberry.field(
        description="The way to the input's field that is at fault; empty for none in particular."
    )


@strawberry.type(description="A value that no state of the data would admit.")
class InvalidInput(UserError):
    constraint: str = strawberry.field(description="The bound or form that it fails, by name.")


@strawberry.type(description="No such object within what you may see.")
class NotFound(UserError):
    pass


@strawberry.type(description="You see the object, but may not do this.")
class Forbidden(UserError):
    pass


@strawberry.type(description="Somebody changed the row first; the payload shows it as it stands.")
class Conflict(UserError):
    current_version: int = strawberry.field(description="The version that it now stands at.")


@strawberry.type(description="The lifecycle has no such step from where the row stands.")
class TransitionNotAllowed(UserError):
    from_: str = strawberry.field(name="from", description="The status in which it stands.")
    allowed: list[str] = strawberry.field(description="The statuses that may follow this one.")


@strawberry.type(description="A rule of the domain stands against it.")
class RuleViolated(UserError):
    rule: str = strawberry.field(description="The rule's stable name.")


@strawberry.type(description="The idempotency key came with another input before.")
class KeyReused(UserError):
    pass


@strawberry.type(description="A survey's link that opens nothing, or no longer.")
class TokenSpent(UserError):
    pass


@strawberry.type(description="More than a bound admits.")
class LimitExceeded(UserError):
    limit: int = strawberry.field(description="The bound.")


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
