"""Prints into the pages what the code already says: `make docs`.

A page names the place with a pair of comments, such as `<!-- lifecycle: complaint -->` and
`<!-- end -->`; what stands between them is printed from the lifecycles, the kinds of event or the
commands of the command line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any

from api.__main__ import COMMANDS
from models.database import MODELS
from models.events import KINDS
from models.exchange.sheets import SHEETS
from models.rules import lifecycle as lifecycles
from models.rules.lifecycle import Lifecycle, Step
from resolvers.engine.mutation import Verb
from resolvers.engine.names import camel
from resolvers.engine.reading.declare import KIND
from resolvers.schema import GRAPH

for _module in MODELS:
    import_module(_module)
PAGES = Path(__file__).parent
LIFECYCLES: dict[str, Lifecycle[Any]] = {
    each.noun: each for each in vars(lifecycles).values() if isinstance(each, Lifecycle)
}
PLACE = re.compile(r"(<!-- (?:lifecycle: )?(\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
TAKEN_BY = {("action", "find_ineffective"): "verify"}
"""The verb that takes a step of another name: verifying may find a thing ineffective."""
_NONE = "none"


def fresh(page: str) -> str:
    """A page's text with its printed parts as the code now has them."""
    return PLACE.sub(lambda place: "\n".join((place[1], *_part(place[2]), "", place[3])), page)


def _part(name: str) -> Iterator[str]:
    """The part of this name. Raises KeyError for a name that is none."""
    if name == "kinds":
        return _listed("kind", "meaning", {name: KINDS[name].says for name in sorted(KINDS)})
    if name == "commands":
        return _listed("command", "does", COMMANDS)
    if name == "columns":
        return _columns()
    return _printed(LIFECYCLES[name])


def _listed(key: str, value: str, items: Mapping[str, str]) -> Iterator[str]:
    yield f"| {key} | {value} |"
    yield "|---|---|"
    for name, meaning in items.items():
        yield f"| `{name}` | {meaning} |"


def _columns() -> Iterator[str]:
    """The columns of each kind's table."""
    for kind, sheet in SHEETS.items():
        yield from (f"### {kind}", "", "| column | holds |", "|---|---|")
        for column in sheet.columns:
            name = f"**`{column.name}`**" if column.is_required else f"`{column.name}`"
            yield f"| {name} | {column.meaning} |"
        yield ""


def _printed(lifecycle: Lifecycle[Any]) -> Iterator[str]:
    """A state diagram and the table of steps, in Markdown."""
    yield from ("```mermaid", *_diagram(lifecycle), "```", "")
    yield "| from | to | mutation | needs |"
    yield "|---|---|---|---|"
    for step in lifecycle.steps:
        sources = ", ".join(source.value for source in step.sources)
        yield f"| {sources} | {step.to.value} | {_mutation(lifecycle, step)} | {_needs(step)} |"


def _diagram(lifecycle: Lifecycle[Any]) -> Iterator[str]:
    status_type: type[Enum] = type(lifecycle.steps[0].to)
    statuses = list(status_type)
    yield "stateDiagram-v2"
    yield f"    [*] --> {statuses[0].value}"
    for step in lifecycle.steps:
        for source in step.sources:
            yield f"    {source.value} --> {step.to.value} : {step.verb.replace('_', ' ')}"
    yield from (f"    {status.value} --> [*]" for status in _ends(lifecycle, statuses))


def _ends(lifecycle: Lifecycle[Any], statuses: list[Enum]) -> list[Enum]:
    return [status for status in statuses if not lifecycle.steps_from(status)]


def _mutation(lifecycle: Lifecycle[Any], step: Step[Any]) -> str:
    """The mutation that runs the step's verb on a row of this noun."""
    mutations = GRAPH.mutation_type
    assert mutations is not None
    taken = (lifecycle.noun, TAKEN_BY.get((lifecycle.noun, step.verb), step.verb))
    for name, field in mutations.fields.items():
        verb: Verb = field.extensions["strawberry-definition"].metadata[KIND]
        if (verb.noun, verb.run.__name__) == taken:
            return f"`{name}`"
    return _NONE


def _needs(step: Step[Any]) -> str:
    return ", ".join(f"`{camel(need)}`" for need in step.needs) or _NONE


def main() -> None:
    for path in sorted(PAGES.rglob("*.md")):
        path.write_text(fresh(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
