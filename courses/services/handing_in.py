"""What learners do with an assignment: write, add files, hand in, and hand in again.

The caller has asked `queries.work.is_open`. What is being written is kept on the server with
every pause, so that nothing hangs on one tab.
"""

from datetime import datetime
from typing import BinaryIO, NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from courses.errors import (
    AlreadyAccepted,
    DraftMoved,
    FileTooLarge,
    NothingHandedIn,
    TooManyFiles,
    WorkClosed,
)
from courses.models import (
    Assignment,
    AssignmentDue,
    Submission,
    SubmissionFile,
    SubmissionStatus,
)
from courses.services import files

MOST_FILES = 10


class Place(NamedTuple):
    """In which run somebody works on an assignment, and until when."""

    cohort: int
    due: AssignmentDue | None


def open_draft(*, assignment: Assignment, user: User, place: Place) -> Submission:
    """What the person is writing; a new one begins as a copy of what they handed in last.

    Raises AlreadyAccepted. Two at once get the same.
    """
    try:
        with transaction.atomic():
            return _draft(assignment, user, place)
    except IntegrityError:  # another tab has just begun it
        with transaction.atomic():
            return _draft(assignment, user, place)


def _draft(assignment: Assignment, user: User, place: Place) -> Submission:
    own = Submission.objects.filter(assignment=assignment, user=user)
    draft = own.filter(status=SubmissionStatus.DRAFT).first()
    if draft is not None:
        return draft
    last = own.order_by("number").last()
    if last and last.status == SubmissionStatus.ACCEPTED:
        raise AlreadyAccepted
    draft = Submission.objects.create(
        assignment=assignment,
        user=user,
        cohort_id=place.cohort,
        number=last.number + 1 if last else 1,
        text=last.text if last else "",
        link=last.link if last else "",
    )
    for file in last.files.all() if last else []:
        SubmissionFile.objects.create(submission=draft, blob_id=file.blob_id, name=file.name)
    return draft


def write(
    *, assignment: Assignment, user: User, place: Place, number: int, revision: int, **words: str
) -> Submission:
    """Keep what was typed (`text`, `link`) on a page that was made for hand-in `number`.

    Where that one was handed in meanwhile, from a second tab or by a second press of the button:
    the same content is that hand-in; other content raises DraftMoved. Raises AlreadyAccepted.
    """
    handed_in = Submission.objects.handed_in().filter(assignment=assignment, user=user)
    earlier = handed_in.filter(number=number).first()
    if earlier and (earlier.text, earlier.link) == (words["text"], words["link"]):
        return earlier
    draft = open_draft(assignment=assignment, user=user, place=place)
    if draft.number != number:
        raise DraftMoved(theirs=draft)
    return save_draft(draft=draft, revision=revision, text=words["text"], link=words["link"])


@transaction.atomic
def save_draft(*, draft: Submission, text: str, link: str, revision: int) -> Submission:
    """Keep what was typed over what `revision` says was read. The same content again is no new
    save, so a repeated request is harmless. Raises DraftMoved."""
    current = Submission.objects.select_for_update().get(pk=draft.pk)
    if (current.text, current.link) == (text, link):
        return current
    if current.status != SubmissionStatus.DRAFT or current.revision != revision:
        raise DraftMoved(theirs=current)
    current.text, current.link = text, link
    current.revision += 1
    current.updated_at = timezone.now()
    current.save(update_fields=["text", "link", "revision", "updated_at"])
    return current


def add_file(*, draft: Submission, name: str, file: BinaryIO) -> SubmissionFile:
    """Store a file with the draft; one of the same name is replaced. Waits on the storage: call it
    outside a transaction. Raises TooManyFiles, FileTooLarge, FileEmpty, FileNotAccepted,
    ChapterFull, DraftMoved."""
    most = settings.WORK_FILE_MAX_BYTES
    if (getattr(file, "size", 0) or 0) > most:
        raise FileTooLarge(megabytes=most // files.MEGABYTE, field="file")
    chapter = draft.assignment.course.chapter
    stored = files.store_file(chapter=chapter, name=name, file=file)
    with transaction.atomic():
        current = Submission.objects.select_for_update().get(pk=draft.pk)
        if current.status != SubmissionStatus.DRAFT:
            raise DraftMoved(theirs=current)
        if current.files.exclude(name=stored.name).count() >= MOST_FILES:
            raise TooManyFiles(most=MOST_FILES)
        kept, _new = SubmissionFile.objects.update_or_create(
            submission=current, name=stored.name, defaults={"blob": stored.blob}
        )
        return kept


@transaction.atomic
def drop_file(*, file: SubmissionFile) -> None:
    """Take a file out of a draft. What was handed in keeps its files. Repeatable."""
    SubmissionFile.objects.filter(pk=file.pk, submission__status=SubmissionStatus.DRAFT).delete()


@transaction.atomic
def hand_in(*, draft: Submission, place: Place, at: datetime | None = None) -> Submission:
    """Hand the draft in, as it is stored. Twice is once. An earlier one that still waits for its
    reader is replaced. Locks the person's hand-ins of the assignment.

    Late is what comes after the due date and its grace. Raises WorkClosed, AlreadyAccepted,
    NothingHandedIn.
    """
    at = at or timezone.now()
    own = Submission.objects.select_for_update().filter(
        assignment=draft.assignment_id, user=draft.user_id
    )
    all_of_them = list(own.order_by("pk"))
    current = next(one for one in all_of_them if one.pk == draft.pk)
    if current.status != SubmissionStatus.DRAFT:
        return current
    is_late = place.due is not None and place.due.is_late(at)
    _refuse(current, place, is_late, all_of_them)
    own.filter(status=SubmissionStatus.SUBMITTED).update(status=SubmissionStatus.REPLACED)
    current.status = SubmissionStatus.SUBMITTED
    current.submitted_at = current.updated_at = at
    current.is_late = is_late
    current.cohort_id = place.cohort
    current.save(update_fields=["status", "submitted_at", "updated_at", "is_late", "cohort"])
    return current


def _refuse(draft: Submission, place: Place, is_late: bool, own: list[Submission]) -> None:
    if any(one.status == SubmissionStatus.ACCEPTED for one in own):
        raise AlreadyAccepted
    live = Assignment.objects.live().filter(pk=draft.assignment_id).exists()
    if not live or (is_late and place.due is not None and not place.due.takes_late):
        raise WorkClosed
    has_file = draft.files.exists()
    if not (draft.text.strip() or draft.link or has_file):
        raise NothingHandedIn
