"""`rapport schema`: prints the schema, as in schema.graphql."""

from __future__ import annotations

import sys
from argparse import Namespace

from api.settings import Settings


def run(settings: Settings, arguments: Namespace) -> int:
    from resolvers.schema import printed

    sys.stdout.write(printed())
    return 0
