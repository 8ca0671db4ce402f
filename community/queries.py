"""Reads that span the models of the community."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from accounts.models import User
from community.models import RUNNERS, Chapter, Membership, Role


def members(chapter: Chapter) -> QuerySet[User]:
    """People with a role in `chapter`, each with `chapter_roles`: their memberships of it."""
    here = Membership.objects.filter(chapter=chapter).order_by("role")
    people = User.objects.filter(pk__in=here.values("user")).order_by("name", "email", "pk")
    return people.prefetch_related(Prefetch("memberships", here, to_attr="chapter_roles"))


@dataclass
class Part:
    """One person's part in a chapter."""

    chapter: Chapter
    roles: list[Role]

    @property
    def runs(self) -> bool:
        return any(role in RUNNERS for role in self.roles)

    @property
    def owns(self) -> bool:
        return Role.OWNER in self.roles


def parts_of(user: User) -> list[Part]:
    """The chapters that `user` has a part in, with their roles. Administrators own all."""
    if user.is_superuser:
        chapters = Chapter.objects.select_related("city")
        return [Part(chapter, [Role.OWNER]) for chapter in chapters]
    mine = Membership.objects.filter(user=user).select_related("chapter__city")
    parts: dict[int, Part] = {}
    for membership in mine.order_by("chapter__slug", "pk"):
        part = parts.setdefault(membership.chapter_id, Part(membership.chapter, []))
        part.roles.append(Role(membership.role))
    return list(parts.values())
