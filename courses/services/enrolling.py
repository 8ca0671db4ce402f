"""Seats that nobody pays for: by hand, and by invitation. Orders' seats are `sales`' work.

Each locks the cohort's row by taking or returning its seat.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.effects import after_commit
from courses import tasks
from courses.errors import AlreadyEnrolled, InvitationGone, SoldSeat
from courses.models import (
    GIVES_ACCESS,
    Cohort,
    CourseInvitation,
    Enrollment,
    EnrollmentSource,
    EnrollmentStatus,
)
from courses.services import seats
from courses.services.log import record


@transaction.atomic
def grant_seat(
    *,
    cohort: Cohort,
    user: User | None = None,
    email: str = "",
    name: str = "",
    by: User | None = None,
    reason: str = "",
) -> Enrollment:
    """Give a seat by hand, to a person or to whoever will prove `email`. Raises SeatsGone,
    CohortClosed, AlreadyEnrolled."""
    email = (user.email if user else email).strip().lower()
    seats.take({cohort.pk: 1})
    _refuse_enrolled(cohort, email, EnrollmentSource.STAFF)
    seat = Enrollment.objects.create(
        cohort=cohort,
        user=user,
        email=email,
        name=name or (user.name if user else ""),
        source=EnrollmentSource.STAFF,
        status=EnrollmentStatus.ACTIVE,
        granted_by=by,
        granted_at=timezone.now(),
        reason=reason,
    )
    record(course=cohort.course, by=by, action="seat_granted", target=seat.public_id)
    return seat


def _refuse_enrolled(cohort: Cohort, email: str, source: EnrollmentSource) -> None:
    """Once by hand and once by invitation is enough. Under the cohort's lock."""
    has = Enrollment.objects.filter(cohort=cohort, email=email, source=source)
    if has.giving_access().exists():
        raise AlreadyEnrolled(name=email)


@transaction.atomic
def end_seat(*, enrollment: Enrollment, by: User | None = None) -> Enrollment:
    """Take back a seat that was given. What the person learned stays theirs. Repeatable.

    Raises SoldSeat for one that an order paid.
    """
    if enrollment.source == EnrollmentSource.ORDER:
        raise SoldSeat
    cohort = Cohort.objects.select_for_update().get(pk=enrollment.cohort_id)
    ended = Enrollment.objects.filter(pk=enrollment.pk, status__in=GIVES_ACCESS).update(
        status=EnrollmentStatus.CANCELED, ended_at=timezone.now()
    )
    if ended:
        seats.give_back({cohort.pk: 1})
        record(course=cohort.course, by=by, action="seat_ended", target=enrollment.public_id)
    enrollment.refresh_from_db()
    return enrollment


@transaction.atomic
def invite(
    *, cohort: Cohort, email: str, language: str, by: User, note: str = ""
) -> CourseInvitation:
    """Mail a link that gives a seat for nothing. An open invitation to the same address is sent
    again with the new words. Raises AlreadyEnrolled."""
    email = email.strip().lower()
    _refuse_enrolled(cohort, email, EnrollmentSource.INVITE)
    now = timezone.now()
    invitation, _new = CourseInvitation.objects.update_or_create(
        cohort=cohort,
        email=email,
        accepted_at=None,
        revoked_at=None,
        defaults={
            "language": language,
            "note": note,
            "invited_by": by,
            "expires_at": now + CourseInvitation.LIFETIME,
            "sent_at": None,
        },
    )
    after_commit(tasks.send_invitation.delay, invitation.pk)
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation: CourseInvitation) -> None:
    """Repeatable. One that was accepted stays accepted."""
    waiting = CourseInvitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    waiting.update(revoked_at=timezone.now())


@transaction.atomic
def accept_invitation(*, invitation: CourseInvitation, user: User, at: datetime) -> Enrollment:
    """Give `user` the seat. Good once; repeatable by the same person. Whoever holds the link may
    use it, whatever the address they sign in with. Raises InvitationGone, SeatsGone, CohortClosed.
    """
    current = CourseInvitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    seat = Enrollment.objects.filter(invitation=current).first()
    if seat is not None and seat.user_id == user.pk and seat.status in GIVES_ACCESS:
        return seat
    if not CourseInvitation.objects.open(at).filter(pk=current.pk).exists():
        raise InvitationGone
    seats.take({current.cohort_id: 1})
    current.accepted_at = at
    current.save(update_fields=["accepted_at"])
    return Enrollment.objects.create(
        cohort=current.cohort,
        user=user,
        email=user.email.lower(),
        name=user.name,
        source=EnrollmentSource.INVITE,
        invitation=current,
        granted_by=current.invited_by,
        status=EnrollmentStatus.ACTIVE,
        granted_at=at,
    )
