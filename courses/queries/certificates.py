"""Certificates as their holders, staff and strangers may see them."""

from django.db.models import Q, QuerySet

from accounts.models import User
from community.models import Chapter
from core.ids import CERTIFICATE_LENGTH, READABLE
from courses.badges import LIST_SIZE
from courses.models import Certificate, Course


def by_number(typed: str) -> Certificate | None:
    """What somebody read out, typed or scanned: case, spaces and hyphens do not matter."""
    number = "".join(sign for sign in typed.upper() if sign.isalnum())
    if len(number) != CERTIFICATE_LENGTH or not set(number) <= set(READABLE):
        return None
    found = Certificate.objects.select_related("course__chapter", "cohort", "rule", "replacement")
    return found.filter(number=number).first()


def kept_by(user: User) -> QuerySet[Certificate]:
    """Those that `user` may take away as a file: their own, and those of courses they work on."""
    if not user.is_authenticated:
        return Certificate.objects.none()
    mine = Q(user=user) | Q(course__in=Course.objects.edited_by(user))
    return Certificate.objects.filter(mine).select_related("course__chapter", "cohort", "rule")


def issued(course: Course, *, q: str = "") -> QuerySet[Certificate]:
    """A course's, the newest first, narrowed by a name, an address or a number."""
    found = course.certificates.select_related("user", "cohort", "rule")
    if q := q.strip():
        number = "".join(sign for sign in q.upper() if sign.isalnum())
        named = Q(name__icontains=q) | Q(user__email__icontains=q)
        found = found.filter(named | Q(number__startswith=number) if number else named)
    return found.order_by("-issued_at", "-pk")


def revoked_places(chapter: Chapter, number: int) -> list[int]:
    """The bits of the chapter's list `number` that are set."""
    first = number * LIST_SIZE
    revoked = Certificate.objects.filter(course__chapter=chapter, revoked_at__isnull=False)
    within = revoked.filter(pk__gte=first, pk__lt=first + LIST_SIZE)
    return [pk - first for pk in within.values_list("pk", flat=True)]


def earned_by(user: User) -> QuerySet[Certificate]:
    """A person's own, of every course, the newest first; what was replaced is left out."""
    mine = Certificate.objects.filter(user=user, replacement=None)
    return mine.select_related("course__chapter").order_by("-issued_at", "-pk")
