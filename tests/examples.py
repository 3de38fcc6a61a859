"""The example documents of the GraphiQL page, which every test may run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql import OperationDefinitionNode, parse

FOLDER = Path(__file__).parent.parent / "api" / "graphiql" / "examples"


@dataclass(frozen=True)
class Example:
    """One document with its variables; its name is that of its file."""

    name: str
    document: str
    variables: dict[str, Any]

    @property
    def title(self) -> str:
        return self.document.partition("\n")[0].removeprefix("#").strip()

    @property
    def operation(self) -> str:
        """query, mutation or subscription."""
        (definition,) = parse(self.document).definitions
        assert isinstance(definition, OperationDefinitionNode)
        return definition.operation.value


def read(name: str) -> Example:
    variables = FOLDER / f"{name}.json"
    return Example(
        name,
        (FOLDER / f"{name}.graphql").read_text(encoding="utf-8"),
        json.loads(variables.read_text(encoding="utf-8")) if variables.exists() else {},
    )


EXAMPLES = [read(path.stem) for path in sorted(FOLDER.glob("*.graphql"))]
QUERIES = [example for example in EXAMPLES if example.operation == "query"]
MUTATIONS = [example for example in EXAMPLES if example.operation == "mutation"]
