"""Services and items with their edges, loaded in bulk, and walks over them in plain Python."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from models.configuration_item import ConfigurationItem
from models.loading import Row, load, row
from models.relationship import Relationship
from models.rules.edges import DEPENDENCIES, RelationshipKind
from models.rules.lifecycle import ConfigurationItemStatus, PortfolioStatus
from models.service import Service
from tests.graph.asking import START

End = tuple[str, int]
STAMPS = {"created_at": START, "updated_at": START}


def global_id(end: End) -> str:
    return f"{end[0]}_{end[1]}"


@dataclass
class Estate:
    """Which ends there are, and the live dependencies among them."""

    ends: list[End]
    edges: list[tuple[End, End]]
    noise: list[tuple[RelationshipKind, End, End, bool]] = field(default_factory=list)
    """Edges that no walk follows: of other kinds, or ended."""

    async def load(self) -> None:
        await load(self._rows())

    def _rows(self) -> Iterator[Row]:
        for noun, number in self.ends:
            name = f"{noun} {number:05}"
            named = {"id": number, "name": name, "sort_name": name, **STAMPS}
            if noun == "item":
                yield row(
                    ConfigurationItem,
                    ci_class="server",
                    status=ConfigurationItemStatus.IN_USE,
                    **named,
                )
            else:
                status = PortfolioStatus.CATALOGUE
                code = f"S{number}"
                yield row(Service, code=code, description="d", portfolio_status=status, **named)
        edges = [
            (self._kind(source, target, place), source, target, False)
            for place, (source, target) in enumerate(self.edges)
        ]
        for number, (kind, source, target, is_ended) in enumerate([*edges, *self.noise], start=1):
            yield row(
                Relationship,
                id=number,
                kind=kind,
                source_type=source[0],
                source_id=source[1],
                target_type=target[0],
                target_id=target[1],
                until=START.date() if is_ended else None,
                **STAMPS,
            )

    def _kind(self, source: End, target: End, place: int) -> RelationshipKind:
        of_items = source[0] == target[0] == "item"
        return DEPENDENCIES[place % 2] if of_items else RelationshipKind.DEPENDS_ON

    def neighbours(self, *, is_forward: bool) -> dict[End, set[End]]:
        found: dict[End, set[End]] = {}
        for source, target in self.edges:
            near, far = (source, target) if is_forward else (target, source)
            found.setdefault(near, set()).add(far)
        return found

    def depths(self, start: End, *, is_forward: bool) -> dict[End, int]:
        """Every end that is reached, with its least depth; the start has 0."""
        beside = self.neighbours(is_forward=is_forward)
        found, edge, depth = {start: 0}, {start}, 0
        while edge:
            depth += 1
            edge = {far for near in edge for far in beside.get(near, ())} - set(found)
            found |= dict.fromkeys(edge, depth)
        return found


def _numbered(items: int, services: int) -> list[End]:
    return [("item", n + 1) for n in range(items)] + [("service", n + 1) for n in range(services)]


def at_random(seed: int, *, items: int = 120, services: int = 25, edges: int = 300) -> Estate:
    """Without circles: every edge goes from an end to one that comes later in a shuffled order."""
    chance = random.Random(seed)
    ends = _numbered(items, services)
    order = chance.sample(ends, len(ends))
    pairs = {tuple(sorted(chance.sample(range(len(ends)), 2))) for _ in range(edges)}
    estate = Estate(ends, [(order[low], order[high]) for low, high in sorted(pairs)])
    other = [n for n in ends if n[0] == "item"]
    for place in range(30):
        source, target = chance.sample(other, 2)
        if (source, target) not in estate.edges:
            estate.noise.append((DEPENDENCIES[place % 2], source, target, True))
    estate.noise += [
        (RelationshipKind.SUPPORTED_BY, ("item", n), ("staff", n), False) for n in range(1, 20)
    ]
    return estate


def diamonds(levels: int, width: int) -> Estate:
    """A service on top, then levels of items of which each depends on all of the level below."""
    tops: list[list[End]] = [[("service", 1)]]
    tops += [
        [("item", level * width + place + 1) for place in range(width)] for level in range(levels)
    ]
    edges = [
        (source, target) for above, below in pairwise(tops) for source in above for target in below
    ]
    return Estate([end for level in tops for end in level], edges)


def ring(length: int) -> Estate:
    """Items in a circle, which no mutation would make."""
    ends = _numbered(length, 0)
    return Estate(ends, list(zip(ends, [*ends[1:], ends[0]], strict=True)))
