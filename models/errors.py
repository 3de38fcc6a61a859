"""What a rule may refuse, as one small tree; each error carries its words in every language.

A verb raises a DomainError, or Refused where it found several faults at once. Anything else that
leaves a verb is a defect of ours and is masked at the edge.
"""

from __future__ import annotations

from collections.abc import Sequence


class DomainError(Exception):
    """One fault that the caller can mend. `path` names the argument, outermost first."""

    code = "INTERNAL"

    def __init__(self, *, en: str, es: str, path: Sequence[str] = ()) -> None:
        super().__init__(en)
        self.says = {"en": en, "es": es}
        self.path = tuple(path)


class InvalidInput(DomainError):
    """A value that no state of the data would admit; `constraint` names the bound or form."""

    code = "INVALID_INPUT"

    def __init__(self, constraint: str, *, en: str, es: str, path: Sequence[str] = ()) -> None:
        super().__init__(en=en, es=es, path=path)
        self.constraint = constraint


class NotFound(DomainError):
    """No such object within the caller's scope; whether it exists elsewhere is not told."""

    code = "NOT_FOUND"

    def __init__(self, path: Sequence[str] = ("id",)) -> None:
        super().__init__(
            en="This object does not exist, or you may not see it.",
            es="Este objeto no existe, o usted no puede verlo.",
            path=path,
        )


class Forbidden(DomainError):
    """The caller sees the object, but may not do this to it."""

    code = "FORBIDDEN"

    def __init__(self, path: Sequence[str] = ()) -> None:
        super().__init__(en="You may not do this.", es="No puede hacer esto.", path=path)


class Conflict(DomainError):
    """The row has moved on since the caller read it; `row` is the row as it now stands."""

    code = "CONFLICT"

    def __init__(self, row: object, current_version: int) -> None:
        super().__init__(
            en=f"This was changed in the meantime; its current version is {current_version}.",
            es=f"Alguien lo cambió entretanto; su versión actual es {current_version}.",
            path=("expected_version",),
        )
        self.row = row
        self.current_version = current_version


class TransitionNotAllowed(DomainError):
    """The lifecycle has no such step from where the row stands."""

    code = "TRANSITION_NOT_ALLOWED"

    def __init__(self, source: str, wanted: str, allowed: Sequence[str]) -> None:
        listed = ", ".join(allowed)
        super().__init__(
            en=f"{source} can't become {wanted}; it may become {listed or 'nothing else'}.",
            es=f"{source} no puede pasar a {wanted}; puede pasar a {listed or 'nada más'}.",
        )
        self.source = source
        self.allowed = tuple(allowed)


class RuleViolated(DomainError):
    """A rule of the domain stands against it; `rule` is its stable name."""

    code = "RULE_VIOLATED"

    def __init__(self, rule: str, *, en: str, es: str, path: Sequence[str] = ()) -> None:
        super().__init__(en=en, es=es, path=path)
        self.rule = rule


class KeyReused(DomainError):
    """An idempotency key came again with another input."""

    code = "KEY_REUSED"

    def __init__(self) -> None:
        super().__init__(
            en="This idempotency key was already used with a different input.",
            es="Esta clave de idempotencia ya se usó con otros datos.",
            path=("idempotency_key",),
        )


class LimitExceeded(DomainError):
    """More than a bound admits; `limit` is the bound."""

    code = "LIMIT_EXCEEDED"

    def __init__(self, limit: int, *, en: str, es: str, path: Sequence[str] = ()) -> None:
        super().__init__(en=en, es=es, path=path)
        self.limit = limit


class TokenSpent(DomainError):
    """A link that opens nothing: wrong, expired, used, or to a closed survey; which is not told."""

    code = "TOKEN_SPENT"

    def __init__(self) -> None:
        super().__init__(
            en="This link is not valid, or no longer works.",
            es="Este enlace no es válido, o ya no funciona.",
            path=("token",),
        )


class Refused(Exception):
    """All the faults that were found in one input. Never empty; nothing was changed."""

    def __init__(self, faults: Sequence[DomainError]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class CursorInvalid(Exception):
    """A cursor that is malformed, of another log, or beyond the head of this one."""
