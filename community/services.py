"""Who runs a chapter. Whatever changes roles locks the chapter's row first."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from community import tasks
from community.errors import AlreadyMember, InvitationGone, LastOwner, NoRoles
from community.models import Chapter, Invitation, Membership, Role
from core.effects import after_commit


@transaction.atomic
def update_chapter(*, chapter: Chapter, **fields: Any) -> Chapter:
    for name, value in fields.items():
        setattr(chapter, name, value)
    chapter.save(update_fields=list(fields))
    return chapter


@transaction.atomic
def set_roles(*, chapter: Chapter, user: User, roles: Iterable[Role]) -> None:
    """Give `user` exactly `roles`; none takes them out of the chapter. Repeatable.

    Raises LastOwner when nobody would own the chapter: two owners who remove each other at
    the same time meet at the lock.
    """
    _lock(chapter)
    wanted = {Role(role) for role in roles}
    mine = Membership.objects.filter(chapter=chapter, user=user)
    had = set(mine.values_list("role", flat=True))
    mine.exclude(role__in=wanted).delete()
    _grant(chapter, user, wanted)
    if Role.OWNER in had and not _is_owned(chapter):
        raise LastOwner


@transaction.atomic
def invite_member(
    *, chapter: Chapter, by: User, email: str, roles: Iterable[Role], language: str
) -> Invitation:
    """Mail a link that gives `roles`. An open invitation of the same address is replaced: its
    link dies. Raises AlreadyMember, NoRoles."""
    _lock(chapter)
    wanted = sorted({Role(role) for role in roles})
    if not wanted:
        raise NoRoles
    email = email.strip().lower()
    _refuse_members(chapter, email, wanted)
    _open(chapter).filter(email__iexact=email).update(revoked_at=timezone.now())
    invitation = Invitation.objects.create(
        chapter=chapter, email=email, roles=wanted, language=language, invited_by=by
    )
    _send(invitation)
    return invitation


@transaction.atomic
def resend_invitation(*, invitation: Invitation) -> Invitation:
    """The same link once more, good for two weeks from now. Raises InvitationGone."""
    current = _waiting(invitation)
    current.expires_at, current.sent_at = timezone.now() + Invitation.LIFETIME, None
    current.save(update_fields=["expires_at", "sent_at"])
    _send(current)
    return current


@transaction.atomic
def revoke_invitation(*, invitation: Invitation) -> None:
    """Repeatable. One that was accepted stays accepted."""
    _open(invitation.chapter).filter(pk=invitation.pk).update(revoked_at=timezone.now())


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User) -> Chapter:
    """Give `user` the roles, on top of what they have. Good once; repeatable by the same person.

    Whoever holds the link may use it, whatever the address they sign in with.
    """
    _lock(invitation.chapter)
    current = Invitation.objects.select_related("chapter").get(pk=invitation.pk)
    if current.accepted_by_id == user.pk:
        return current.chapter
    if not Invitation.objects.open(timezone.now()).filter(pk=current.pk).exists():
        raise InvitationGone
    _grant(current.chapter, user, current.roles)
    current.accepted_at, current.accepted_by = timezone.now(), user
    current.save(update_fields=["accepted_at", "accepted_by"])
    return current.chapter


def _lock(chapter: Chapter) -> None:
    Chapter.objects.select_for_update().get(pk=chapter.pk)


def _grant(chapter: Chapter, user: User, roles: Iterable[Role | str]) -> None:
    rows = [Membership(chapter=chapter, user=user, role=role) for role in sorted(roles)]
    Membership.objects.bulk_create(rows, ignore_conflicts=True)


def _is_owned(chapter: Chapter) -> bool:
    return Membership.objects.filter(chapter=chapter, role=Role.OWNER).exists()


def _refuse_members(chapter: Chapter, email: str, roles: list[Role]) -> None:
    has = Membership.objects.filter(chapter=chapter, user__email__iexact=email, role__in=roles)
    members = list(has.select_related("user"))
    if len(members) == len(roles):
        raise AlreadyMember(name=members[0].user)


def _open(chapter: Chapter) -> Any:
    """Neither accepted nor taken back; it may be too old."""
    return Invitation.objects.filter(chapter=chapter, accepted_at=None, revoked_at=None)


def _waiting(invitation: Invitation) -> Invitation:
    _lock(invitation.chapter)
    current = _open(invitation.chapter).filter(pk=invitation.pk).first()
    if current is None:
        raise InvitationGone
    return current


def _send(invitation: Invitation) -> None:
    after_commit(tasks.send_invitation.delay, invitation.pk)
