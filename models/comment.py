"""Comments on complaints, internal or for the customer to read."""

from __future__ import annotations

from typing import Self

from tortoise import fields

from models import bounds
from models import complaint_events as kinds
from models.access import Visibility as Visibility
from models.base import ERASED, Act, Record
from models.columns import nullable, to
from models.complaint import Complaint
from models.contact import Contact
from models.errors import RuleViolated
from models.events import ref
from models.faults import Faults


class Comment(Record):
    """What somebody wrote about a complaint. It is never edited."""

    noun = "comment"

    complaint = to("Complaint")
    complaint_id: int
    customer = to("Customer")
    customer_id: int
    body = fields.TextField()
    visibility = fields.CharEnumField(Visibility, max_length=20)
    author_type = fields.CharField(max_length=20)
    author_id = nullable(fields.BigIntField())

    class Meta:
        table = "comment"
        indexes = (("complaint_id", "id"),)

    @classmethod
    async def forget(cls, act: Act, contact_id: int) -> None:
        """Replaces the person's comments."""
        theirs = {"author_type": Contact.noun, "author_id": contact_id}
        await cls.locked(**theirs)
        await cls.filter(**theirs).update(body=ERASED)

    @classmethod
    async def comment(
        cls, complaint: Complaint, act: Act, *, body: str, visibility: Visibility
    ) -> Self:
        """Comments on a complaint; its version stays.

        A customer's own comment is always for the customer, and ends the wait for its answer.
        """
        row = cls.written(act, complaint, body=body, visibility=visibility)
        await row.save()
        row.tell(act, complaint)
        if not act.viewer.is_staff:
            await complaint.answered(act)
        return row

    @classmethod
    def written(cls, act: Act, complaint: Complaint, *, body: str, visibility: Visibility) -> Self:
        """A comment that is still to be stored."""
        faults = Faults()
        clean = faults.text("body", body, bounds.TEXT_CHARACTERS_MAX)
        if not act.viewer.is_staff and visibility is Visibility.INTERNAL:
            faults.add(
                RuleViolated(
                    "internal_comment_is_by_staff",
                    en="Only staff may write internal comments.",
                    es="Solo el personal puede escribir comentarios internos.",
                    path=("visibility",),
                )
            )
        faults.settle()
        return cls.new(
            act,
            complaint_id=complaint.id,
            customer_id=complaint.customer_id,
            body=clean,
            visibility=visibility,
            author_type=act.viewer.actor_type,
            author_id=act.viewer.actor_id,
        )

    def tell(self, act: Act, complaint: Complaint) -> None:
        """The event of a comment that was stored."""
        is_internal = self.visibility is Visibility.INTERNAL
        commented = kinds.Commented(ref(self.noun, self.id), is_internal=is_internal)
        kinds.COMMENTED.record(act, complaint, commented)
