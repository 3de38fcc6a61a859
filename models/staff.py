"""Members of staff: the provider's people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from tortoise import fields

from models import bounds
from models.access import STAFF_ROLES, Role
from models.base import Act, Edited, exists, sort_key
from models.errors import NotFound, RuleViolated
from models.events import Change, Deactivated, Fields, Kind
from models.faults import Faults
from models.predicate import one_of


@dataclass(frozen=True)
class Entitled(Fields):
    roles: Change


ADDED = Kind("staff.added", "A member of staff was added.", Entitled)
UPDATED = Kind("staff.updated", "A member of staff's particulars changed.", Entitled)
DEACTIVATED = Kind("staff.deactivated", "A member of staff was deactivated.", Deactivated)


class StaffMember(Edited):
    """A person at the provider, with roles, who owns relationships and complaints."""

    noun = "staff"

    name = fields.CharField(max_length=bounds.NAME_CHARACTERS_MAX)
    sort_name = fields.CharField(max_length=2 * bounds.NAME_CHARACTERS_MAX, default="")
    email = fields.CharField(max_length=bounds.EMAIL_CHARACTERS_MAX)
    roles: fields.Field[list[str]] = fields.JSONField(default=list)
    is_active = fields.BooleanField(default=True)

    class Meta:
        table = "staff"
        indexes = (("sort_name", "id"),)

    @classmethod
    async def add(cls, act: Act, *, name: str, email: str, roles: list[Role]) -> Self:
        """Adds a person at the provider."""
        faults = Faults()
        row = cls.new(act)
        row.name = faults.text("name", name, bounds.NAME_CHARACTERS_MAX)
        row.email = faults.email("email", email)
        row.roles = _roles(faults, roles)
        await row._email_is_free(faults)
        faults.settle()
        row.sort_name = sort_key(row.name)
        await row.save()
        row.tell_added(act)
        return row

    def tell_added(self, act: Act) -> None:
        """The event of a person who was stored."""
        ADDED.record(act, self, self._told())

    async def update(
        self,
        act: Act,
        *,
        name: str | None = None,
        email: str | None = None,
        roles: list[Role] | None = None,
    ) -> None:
        """Changes what is given and leaves the rest."""
        faults = Faults()
        before = self._told()
        if name is not None:
            self.name = faults.text("name", name, bounds.NAME_CHARACTERS_MAX)
        if email is not None:
            self.email = faults.email("email", email)
            await self._email_is_free(faults)
        if roles is not None:
            self.roles = _roles(faults, roles)
            if Role.RELATIONSHIP_MANAGER not in roles and await self._has_customers():
                faults.add(_keeps_customers("roles"))
        faults.settle()
        self.sort_name = sort_key(self.name)
        await self.edited(act)
        UPDATED.record(act, self, self._told(), before)

    async def deactivate(self, act: Act) -> None:
        """Takes the person out of use; refuses while customers rely on them."""
        if not self.is_active:
            raise RuleViolated(
                "staff_is_active",
                en="This person is already deactivated.",
                es="Esta persona ya está desactivada.",
            )
        if await self._has_customers():
            raise _keeps_customers()
        self.leave(act)
        await self.save()

    def leave(self, act: Act) -> None:
        """A deactivation that is still to be stored, and its event."""
        self.is_active = False
        self.touch(act)
        DEACTIVATED.record(act, self, Deactivated())

    def _told(self) -> Entitled:
        return Entitled([Role(role) for role in self.roles])

    async def _has_customers(self) -> bool:
        return await exists("customer", relationship_manager_id=self.id)

    async def _email_is_free(self, faults: Faults) -> None:
        others = StaffMember.filter(email__iexact=self.email)
        if self.id is not None:
            others = others.exclude(id=self.id)
        if await others.exists():
            faults.invalid(
                "email",
                "unique",
                "Another member of staff has this address.",
                "Otro miembro del personal tiene esta dirección.",
            )


def _keeps_customers(*path: str) -> RuleViolated:
    return RuleViolated(
        "manager_has_no_customers",
        en="Hand over this person's customers first.",
        es="Primero traspase los clientes de esta persona.",
        path=path,
    )


def _roles(faults: Faults, roles: list[Role]) -> list[str]:
    if not roles or not set(roles) <= STAFF_ROLES:
        faults.invalid(
            "roles",
            "staff roles",
            "Choose one or more staff roles.",
            "Elija uno o más roles del personal.",
        )
    return [role.value for role in Role if role in roles]


async def active_staff(
    act: Act, staff_id: int, *path: str, role: Role | None = None
) -> StaffMember:
    """An active member of staff, with `role` where one is asked for.

    Raises NotFound or RuleViolated at `path`.
    """
    return fit(await StaffMember.within(act, staff_id, *path), path, role)


def fit(person: StaffMember | None, path: tuple[str, ...], role: Role | None = None) -> StaffMember:
    """The person, who can be named at `path`. Raises NotFound for None, or RuleViolated."""
    if person is None:
        raise NotFound(path)
    for fault in unfitness(person, path, role):
        raise fault
    return person


def unfitness(
    person: StaffMember, path: tuple[str, ...], role: Role | None = None
) -> Iterator[RuleViolated]:
    """Why a person can't be named at `path`: deactivated, or without `role`."""
    if not person.is_active:
        yield RuleViolated(
            "staff_is_active",
            en="This person is deactivated.",
            es="Esta persona está desactivada.",
            path=path,
        )
    if role is not None and role.value not in person.roles:
        yield RuleViolated(
            f"staff_has_role_{role.value.lower()}",
            en=f"This person does not have the role {role.value}.",
            es=f"Esta persona no tiene el rol {role.value}.",
            path=path,
        )


ACTIVE = one_of("is_active", True)
