"""Which edges may stand between which nouns, and which of them may never close a circle.

Source: the edges of ITIL's configuration management, and those of a relationship's parties.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def on_circles(edges: Sequence[tuple[End, End]]) -> set[int]:
    """The places of those edges that lie on a circle of them, in one walk over all (Tarjan 1972).

    An edge lies on a circle if both of its ends belong to one strongly connected part.
    """
    onward: dict[End, list[End]] = {}
    for source, target in edges:
        onward.setdefault(source, []).append(target)
    part: dict[End, int] = {}
    reached: dict[End, int] = {}
    least: dict[End, int] = {}
    waiting: list[End] = []
    for start in onward:
        if start in reached:
            continue
        path = [(start, iter(onward[start]))]
        reached[start] = least[start] = len(reached)
        waiting.append(start)
        while path:
            here, left = path[-1]
            step = next(left, None)
            if step is None:
                path.pop()
                if path:
                    before = path[-1][0]
                    least[before] = min(least[before], least[here])
                if least[here] == reached[here]:
                    _close_part(here, waiting, part, reached[here])
            elif step not in reached:
                reached[step] = least[step] = len(reached)
                waiting.append(step)
                path.append((step, iter(onward.get(step, ()))))
            elif step not in part:
                least[here] = min(least[here], reached[step])
    return {place for place, (a, b) in enumerate(edges) if part[a] == part[b]}


def _close_part(root: End, waiting: list[End], part: dict[End, int], number: int) -> None:
    """Everything that waits above the root, and the root, is one part."""
    while True:
        end = waiting.pop()
        part[end] = number
        if end == root:
            return
