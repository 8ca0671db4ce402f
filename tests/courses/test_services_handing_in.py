from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core import mail

from courses.errors import (
    AlreadyAccepted,
    DraftMoved,
    FeedbackMissing,
    FileNotAccepted,
    FileTooLarge,
    NewerHandIn,
    NothingHandedIn,
    NotOfThisCourse,
    TooManyFiles,
    WorkClosed,
)
from courses.models import AssignmentDue, FeedbackVerdict, Submission, SubmissionStatus
from courses.services import assignments, files, handing_in
from tests.courses.work import hand_in, place_in, write
from tests.factories.accounts import UserFactory
from tests.factories.courses import CohortFactory
from tests.factories.work import AssignmentDueFactory, AssignmentFactory, SubmissionFactory

pytestmark = pytest.mark.django_db
DUE = datetime(2036, 3, 3, 11, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def cohort():
    return CohortFactory()


@pytest.fixture
def assignment(cohort):
    return AssignmentFactory(course=cohort.course)


@pytest.fixture
def learner():
    return UserFactory(email="lin@example.com", language="en")


def statuses(assignment):
    rows = Submission.objects.filter(assignment=assignment).order_by("number")
    return [(row.number, row.status) for row in rows]


def test_what_is_written_is_kept_until_it_is_handed_in(assignment, learner, cohort):
    write(assignment, learner, cohort, "First words.")

    draft = write(assignment, learner, cohort, "More words.", revision=1)

    assert (draft.text, draft.revision, draft.status) == ("More words.", 2, "draft")
    assert statuses(assignment) == [(1, "draft")]


def test_same_words_again_are_no_new_save(assignment, learner, cohort):
    write(assignment, learner, cohort, "First words.")

    again = write(assignment, learner, cohort, "First words.")

    assert again.revision == 1


def test_second_tab_does_not_overwrite_what_the_first_saved(assignment, learner, cohort):
    write(assignment, learner, cohort, "From the first tab.")

    with pytest.raises(DraftMoved) as refused:
        write(assignment, learner, cohort, "From the second tab.")

    assert refused.value.theirs.text == "From the first tab."
    assert Submission.objects.get().text == "From the first tab."


def test_handed_in_twice_is_handed_in_once(assignment, learner, cohort):
    first = hand_in(assignment, learner, cohort)

    second = hand_in(assignment, learner, cohort)

    assert second.pk == first.pk
    assert statuses(assignment) == [(1, "submitted")]


def test_other_words_after_handing_in_are_not_taken_for_it(assignment, learner, cohort):
    hand_in(assignment, learner, cohort)

    with pytest.raises(DraftMoved):
        write(assignment, learner, cohort, "From a tab that did not know.")

    assert Submission.objects.get(number=1).text == "My work."


def test_handing_in_again_replaces_what_nobody_has_read(assignment, learner, cohort):
    hand_in(assignment, learner, cohort)

    hand_in(assignment, learner, cohort, "Better.", number=2)

    assert statuses(assignment) == [(1, "replaced"), (2, "submitted")]


def test_new_version_begins_with_what_was_handed_in(assignment, learner, cohort):
    assignment.takes_file = True
    draft = write(assignment, learner, cohort, "Mine.")
    handing_in.add_file(draft=draft, name="notes.txt", file=BytesIO(b"notes"))
    handing_in.hand_in(draft=draft, place=place_in(cohort, assignment))

    again = handing_in.open_draft(
        assignment=assignment, user=learner, place=place_in(cohort, assignment)
    )

    assert (again.number, again.text) == (2, "Mine.")
    assert [file.name for file in again.files.all()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("grace", "seconds", "is_late"),
    [(0, 0, False), (0, 1, True), (15, 1, False), (15, 15 * 60, False), (15, 15 * 60 + 1, True)],
)
def test_second_too_late_is_late_unless_the_grace_covers_it(
    assignment, learner, cohort, grace, seconds, is_late
):
    AssignmentDueFactory(assignment=assignment, cohort=cohort, due_at=DUE, grace_minutes=grace)

    handed_in = hand_in(assignment, learner, cohort, at=DUE + seconds * SECOND)

    assert (handed_in.status, handed_in.is_late) == ("submitted", is_late)


def test_late_work_that_is_not_taken_stays_a_draft(assignment, learner, cohort):
    AssignmentDueFactory(
        assignment=assignment, cohort=cohort, due_at=DUE, grace_minutes=15, takes_late=False
    )

    with pytest.raises(WorkClosed):
        hand_in(assignment, learner, cohort, at=DUE + timedelta(minutes=15) + SECOND)

    draft = Submission.objects.get()
    assert (draft.status, draft.text) == ("draft", "My work.")


def test_date_that_is_put_off_makes_nobody_late(assignment, learner, cohort):
    AssignmentDueFactory(assignment=assignment, cohort=cohort, due_at=DUE)
    late = hand_in(assignment, learner, cohort, at=DUE + SECOND)
    assert late.is_late

    assignments.set_due(assignment=assignment, cohort=cohort, by=None, due_at=DUE + 2 * SECOND)

    late.refresh_from_db()
    assert not late.is_late


def test_due_date_is_taken_away(assignment, cohort):
    AssignmentDueFactory(assignment=assignment, cohort=cohort)

    assert assignments.set_due(assignment=assignment, cohort=cohort, by=None, due_at=None) is None

    assert not AssignmentDue.objects.exists()


def test_run_of_another_course_has_no_due_date_here(assignment):
    with pytest.raises(NotOfThisCourse):
        assignments.set_due(assignment=assignment, cohort=CohortFactory(), by=None, due_at=DUE)


@pytest.mark.parametrize("text", ["", "  \n"])
def test_nothing_is_not_handed_in(assignment, learner, cohort, text):
    with pytest.raises(NothingHandedIn):
        hand_in(assignment, learner, cohort, text)


def test_assignment_that_was_taken_away_takes_nothing(assignment, learner, cohort):
    draft = write(assignment, learner, cohort)
    assignments.archive_assignment(assignment=assignment, by=None)

    with pytest.raises(WorkClosed):
        handing_in.hand_in(draft=draft, place=place_in(cohort, assignment))


def test_archived_assignment_comes_back(assignment):
    assignments.archive_assignment(assignment=assignment, by=None)
    assignments.publish_assignment(assignment=assignment, by=None)

    assert (assignment.archived_at, assignment.course.log.count()) == (None, 2)


def test_accepted_work_is_handed_in_no_more(assignment, learner, cohort):
    handed_in = hand_in(assignment, learner, cohort)
    assignments.give_feedback(submission=handed_in, by=UserFactory(), verdict="accept")

    with pytest.raises(AlreadyAccepted):
        hand_in(assignment, learner, cohort, "More.", number=2)


def test_feedback_is_said_and_mailed_once(
    assignment, learner, cohort, django_capture_on_commit_callbacks
):
    handed_in, lecturer = hand_in(assignment, learner, cohort), UserFactory()

    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            assignments.give_feedback(
                submission=handed_in,
                by=lecturer,
                verdict=FeedbackVerdict.REVISE,
                text="Say *why*.",
            )

    handed_in.refresh_from_db()
    assert handed_in.status == SubmissionStatus.REVISE
    assert [(m.to, m.subject) for m in mail.outbox] == [
        (["lin@example.com"], f"Please revise: {assignment.title_en}")
    ]
    assert "Say *why*." in mail.outbox[0].body


def test_later_word_counts_and_the_earlier_stays(assignment, learner, cohort):
    handed_in, lecturer = hand_in(assignment, learner, cohort), UserFactory()

    for verdict in ("accept", "revise"):
        assignments.give_feedback(submission=handed_in, by=lecturer, verdict=verdict, text=verdict)

    handed_in.refresh_from_db()
    assert handed_in.status == SubmissionStatus.REVISE
    assert [one.verdict for one in handed_in.feedback.all()] == ["accept", "revise"]


def test_what_was_replaced_is_not_answered(assignment, learner, cohort):
    first = hand_in(assignment, learner, cohort)
    hand_in(assignment, learner, cohort, "Better.", number=2)

    with pytest.raises(NewerHandIn):
        assignments.give_feedback(submission=first, by=UserFactory(), verdict="accept")


def test_sending_back_says_what_to_revise():
    with pytest.raises(FeedbackMissing):
        assignments.give_feedback(
            submission=SubmissionFactory(), by=UserFactory(), verdict="revise", text=" "
        )


def test_files_of_hand_ins_take_room_of_the_chapter_once(assignment, learner, cohort):
    draft = write(assignment, learner, cohort)

    for name in ("a.txt", "b.txt", "a.txt"):
        handing_in.add_file(draft=draft, name=name, file=BytesIO(b"same bytes"))

    assert [file.name for file in draft.files.all()] == ["a.txt", "b.txt"]
    assert files.used_bytes(cohort.course.chapter) == len(b"same bytes")


def test_hand_in_holds_a_handful_of_files(assignment, learner, cohort):
    draft = write(assignment, learner, cohort)
    for number in range(handing_in.MOST_FILES):
        handing_in.add_file(draft=draft, name=f"{number}.txt", file=BytesIO(b"text"))

    with pytest.raises(TooManyFiles):
        handing_in.add_file(draft=draft, name="more.txt", file=BytesIO(b"text"))


def test_what_cannot_be_taken_is_refused(assignment, learner, cohort, settings):
    draft = write(assignment, learner, cohort)
    settings.WORK_FILE_MAX_BYTES = 3

    with pytest.raises(FileNotAccepted):
        handing_in.add_file(draft=draft, name="a.exe", file=BytesIO(b"MZ\x00"))
    big = BytesIO(b"text")
    big.size = 4
    with pytest.raises(FileTooLarge):
        handing_in.add_file(draft=draft, name="a.txt", file=big)

    assert not draft.files.exists()


def test_file_that_was_handed_in_is_not_dropped(assignment, learner, cohort):
    draft = write(assignment, learner, cohort)
    kept = handing_in.add_file(draft=draft, name="a.txt", file=BytesIO(b"text"))
    gone = handing_in.add_file(draft=draft, name="b.txt", file=BytesIO(b"text"))
    handing_in.drop_file(file=gone)
    handing_in.hand_in(draft=draft, place=place_in(cohort, assignment))

    handing_in.drop_file(file=kept)
    with pytest.raises(DraftMoved):
        handing_in.add_file(draft=draft, name="c.txt", file=BytesIO(b"text"))

    assert [file.name for file in draft.files.all()] == ["a.txt"]
