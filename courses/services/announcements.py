"""What lecturers tell all learners: a page, and a mail to each once."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.effects import after_commit
from courses import tasks
from courses.errors import NotOfThisCourse
from courses.models import Announcement, Cohort, Course
from courses.services.log import record
from events.services.log import assign


@transaction.atomic
def announce(
    *, course: Course, by: User, cohort: Cohort | None = None, **texts: str
) -> Announcement:
    """To who has a seat now, of `cohort` or of any run. Raises NotOfThisCourse."""
    if cohort is not None and cohort.course_id != course.pk:
        raise NotOfThisCourse
    made = Announcement(course=course, cohort=cohort, by=by)
    assign(made, texts)
    made.save()
    record(course=course, by=by, action="announced", target=made.title)
    after_commit(tasks.send_announcement.delay, made.pk)
    return made


@transaction.atomic
def edit_announcement(*, announcement: Announcement, by: User, **texts: str) -> None:
    """Mend the text on the page; what was mailed is not mailed again."""
    current = Announcement.objects.select_for_update(of=("self",)).get(pk=announcement.pk)
    if changes := assign(current, texts):
        current.edited_at = timezone.now()
        current.save(update_fields=[*changes, "edited_at"])
        record(course=current.course, by=by, action="announcement_edited", target=current.title)


@transaction.atomic
def remove_announcement(*, announcement: Announcement, by: User) -> None:
    """Off the page, and mailed to nobody any more. Repeatable."""
    shown = Announcement.objects.filter(pk=announcement.pk, removed_at=None)
    if shown.update(removed_at=timezone.now()):
        course = announcement.course
        record(course=course, by=by, action="announcement_removed", target=announcement.title)
