"""Comments in the graph."""

from __future__ import annotations

from datetime import datetime

import strawberry

from models import comment as model
from resolvers.engine.reading.declare import column, reads, union
from resolvers.engine.types import Node
from resolvers.enums import Visibility
from resolvers.event import SYSTEM, Actor


@reads("comment", model.Comment)
@strawberry.type(description="A comment on a complaint. It is never edited.")
class Comment(Node):
    body: str = column("The text, up to 10,000 characters.")
    visibility: Visibility = column("Who may read it.")
    author: Actor = union(
        "The person who wrote it, or the server.",
        type_column="author_type",
        id_column="author_id",
        nouns=("staff", "contact"),
        otherwise=SYSTEM,
    )
    created_at: datetime = column("When it was written.")
