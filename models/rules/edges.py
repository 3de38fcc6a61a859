"""Which edges may stand between which nouns, and which of them may never close a circle.

Source: the edges of ITIL's configuration management, and those of a relationship's parties.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class RelationshipKind(str, Enum):
    PARENT_OF = "PARENT_OF"
    PARTNER_OF = "PARTNER_OF"
    REPORTS_TO = "REPORTS_TO"
    SPONSORS = "SPONSORS"
    WORKS_WITH = "WORKS_WITH"
    DEPENDS_ON = "DEPENDS_ON"
    HOSTED_ON = "HOSTED_ON"
    SUPPORTED_BY = "SUPPORTED_BY"


End = tuple[str, int]
"""One end of an edge: a noun, and the number of its row."""


@dataclass(frozen=True)
class Ends:
    """The nouns that may stand at an edge's source and target; a symmetric one has no direction."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    is_symmetric: bool = False

    @property
    def told(self) -> str:
        """The ends in words: `service or item to staff`."""
        return f"{' or '.join(self.sources)} to {' or '.join(self.targets)}"


_K = RelationshipKind
EDGES: Mapping[RelationshipKind, Ends] = {
    _K.PARENT_OF: Ends(("customer",), ("customer",)),
    _K.PARTNER_OF: Ends(("customer",), ("customer",), is_symmetric=True),
    _K.REPORTS_TO: Ends(("contact",), ("contact",)),
    _K.SPONSORS: Ends(("contact",), ("service",)),
    _K.WORKS_WITH: Ends(("contact",), ("staff",)),
    _K.DEPENDS_ON: Ends(("service", "item"), ("service", "item")),
    _K.HOSTED_ON: Ends(("item",), ("item",)),
    _K.SUPPORTED_BY: Ends(("service", "item"), ("staff",)),
}
RELATABLE = ("customer", "contact", "staff", "service", "item")
"""Every noun that may stand at an end."""
DEPENDENCIES = (_K.DEPENDS_ON, _K.HOSTED_ON)
"""The edges along which a failure spreads, from target to source."""
_WITHOUT_CIRCLE = ((_K.PARENT_OF,), (_K.REPORTS_TO,), DEPENDENCIES)


def misfits(kind: RelationshipKind, source: End, target: End) -> list[str]:
    """Which of the ends, `source` and `target`, is of a noun that the kind doesn't admit there."""
    ends = EDGES[kind]
    found = [("source", source[0] in ends.sources), ("target", target[0] in ends.targets)]
    return [name for name, fits in found if not fits]


def in_order(kind: RelationshipKind, source: End, target: End) -> tuple[End, End]:
    """The ends as they are stored: a symmetric edge has the lesser number first."""
    if EDGES[kind].is_symmetric and target < source:
        return target, source
    return source, target


def no_circle_with(kind: RelationshipKind) -> tuple[RelationshipKind, ...]:
    """The kinds that may close no circle together with this one; none where circles may be."""
    return next((kinds for kinds in _WITHOUT_CIRCLE if kind in kinds), ())
