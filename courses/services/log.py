"""The course's log: who changed what, and when. Never a learner's data."""

from accounts.models import User
from courses.models import Course, CourseLogEntry
from events.services.log import Changes


def record(
    *,
    course: Course,
    by: User | None,
    action: str,
    target: str = "",
    changes: Changes | None = None,
) -> CourseLogEntry:
    """Write one line. Call it inside the transaction that it tells of."""
    return CourseLogEntry.objects.create(
        course=course, by=by, action=action, target=str(target)[:200], changes=changes or {}
    )
