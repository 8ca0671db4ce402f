from datetime import UTC, datetime

import pytest
from django.urls import reverse

from courses.models import Assignment, AssignmentDue, Feedback
from tests.courses.personas import assert_only_writers, client_of
from tests.courses.work import hand_in
from tests.courses.world import enroll, lesson_of, published_course
from tests.factories.courses import CohortFactory, LessonFactory
from tests.factories.work import AssignmentDueFactory, AssignmentFactory, SubmissionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return published_course(1)


@pytest.fixture
def client(course):
    return client_of("lecturer of it", course)


@pytest.fixture
def assignment(course):
    return AssignmentFactory(course=course)


def at(name, course, *args):
    return reverse(f"courses:{name}", args=[course.slug, *args])


def fields(**changes):
    return {
        "title_zh_hans": "画一个区块",
        "title_en": "Draw a block",
        "text_en": "With its *hash*.",
        "takes_text": "on",
        "is_required": "on",
    } | changes


def test_only_who_writes_the_course_gets_in(course):
    seat = enroll(course)
    assignment = AssignmentFactory(course=course)
    submission = SubmissionFactory(assignment=assignment, cohort=seat.cohort)

    assert_only_writers(
        course,
        [
            at("work-desk", course),
            at("assignment-create", course),
            at("assignment-edit", course, assignment.public_id),
            at("assignment-turn", course, assignment.public_id),
            at("due-edit", course, assignment.public_id, seat.cohort.public_id),
            at("hand-in-list", course),
            at("hand-in-detail", course, submission.public_id),
        ],
    )


def test_assignment_is_written_and_given_to_learners(client, course):
    lesson = lesson_of(course, 1)

    client.post(at("assignment-create", course), fields(lesson=lesson.pk, publish="1"))

    made = Assignment.objects.get()
    assert (made.title_en, made.title_zh_hans, made.lesson) == (
        "Draw a block",
        "画一个区块",
        lesson,
    )
    assert (made.takes_text, made.takes_file, made.is_required) == (True, False, True)
    assert list(Assignment.objects.live()) == [made]


def test_saved_on_the_desk_it_is_not_before_learners(client, course):
    client.post(at("assignment-create", course), fields())

    assert not Assignment.objects.live().exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title_zh_hans": "", "title_en": ""}, "title_zh_hans"),
        ({"takes_text": ""}, "takes_text"),
    ],
)
def test_assignment_without_the_least_is_refused(client, course, change, field):
    response = client.post(at("assignment-create", course), fields(**change))

    assert list(response.context["form"].errors) == [field]
    assert not Assignment.objects.exists()


def test_lesson_of_another_course_is_no_choice(client, course):
    response = client.post(
        at("assignment-create", course), fields(lesson=LessonFactory(drafts=()).pk)
    )

    assert list(response.context["form"].errors) == ["lesson"]


def test_assignment_is_changed_taken_away_and_brought_back(client, course, assignment):
    client.post(at("assignment-edit", course, assignment.public_id), fields(takes_link="on"))
    assignment.refresh_from_db()
    assert (assignment.title_en, assignment.takes_link) == ("Draw a block", True)

    client.post(at("assignment-turn", course, assignment.public_id), {"archive": "1"})
    assert not Assignment.objects.live().exists()

    client.post(at("assignment-turn", course, assignment.public_id))
    assert Assignment.objects.live().exists()


def test_due_date_is_in_the_zone_of_the_run(client, course, assignment):
    cohort = CohortFactory(course=course, dated=True, time_zone="Europe/Berlin")
    url = at("due-edit", course, assignment.public_id, cohort.public_id)

    client.post(url, {"due_at": "2036-07-01T23:59", "grace_minutes": "30"})

    due = AssignmentDue.objects.get()
    assert due.due_at == datetime(2036, 7, 1, 21, 59, tzinfo=UTC)
    assert (due.grace_minutes, due.takes_late, due.time_zone) == (30, False, "Europe/Berlin")


def test_broken_due_date_is_shown_again(client, course, assignment):
    cohort = course.cohorts.get()
    url = at("due-edit", course, assignment.public_id, cohort.public_id)

    response = client.post(url, {"due_at": "2036-07-01T23:59", "grace_minutes": "-1"})

    assert list(response.context["form"].errors) == ["grace_minutes"]


def test_what_waits_is_read_one_after_the_other(client, course, assignment):
    cohort = course.cohorts.get()
    first, second = (
        hand_in(assignment, enroll(course).user, cohort, text) for text in ("One.", "Two.")
    )
    page = client.get(at("hand-in-list", course)).context["page"]
    assert list(page) == [first, second]

    response = client.post(
        at("hand-in-detail", course, first.public_id), {"text": "Good.", "accept": "1"}
    )

    first.refresh_from_db()
    assert first.status == "accepted"
    assert response["Location"] == at("hand-in-detail", course, second.public_id)
    response = client.post(
        at("hand-in-detail", course, second.public_id), {"text": "Why?", "revise": "1"}
    )
    assert response["Location"] == at("hand-in-list", course)
    assert list(Feedback.objects.values_list("verdict", "text")) == [
        ("accept", "Good."),
        ("revise", "Why?"),
    ]


def test_sending_back_without_a_word_is_refused(client, course, assignment):
    submission = hand_in(assignment, enroll(course).user, course.cohorts.get())

    response = client.post(
        at("hand-in-detail", course, submission.public_id), {"text": "", "revise": "1"}
    )

    assert list(response.context["form"].errors) == ["text"]
    assert not Feedback.objects.exists()


def test_older_one_names_the_newer(client, course, assignment):
    user, cohort = enroll(course).user, course.cohorts.get()
    first = hand_in(assignment, user, cohort, "One.")
    hand_in(assignment, user, cohort, "Two.", number=2)

    response = client.get(at("hand-in-detail", course, first.public_id))

    assert response.context["newest"].text == "Two."
    assert "There is a newer one." in response.content.decode()


def test_draft_is_nobody_elses_business(client, course, assignment):
    draft = SubmissionFactory(assignment=assignment, cohort=course.cohorts.get(), draft=True)

    assert client.get(at("hand-in-detail", course, draft.public_id)).status_code == 404


def test_list_is_narrowed(client, course, assignment):
    cohort = course.cohorts.get()
    accepted = SubmissionFactory(assignment=assignment, cohort=cohort, status="accepted")
    other = SubmissionFactory(assignment__course=course, cohort=cohort)

    def shown(query):
        return list(client.get(at("hand-in-list", course) + query).context["page"])

    assert shown("") == [other]
    assert shown("?status=accepted") == [accepted]
    assert shown(f"?status=all&assignment={assignment.public_id}") == [accepted]


@pytest.mark.parametrize("count", [1, 3])
def test_desk_and_list_ask_as_much_for_many_as_for_one(
    client, course, count, django_assert_num_queries
):
    for _ in range(count):
        due = AssignmentDueFactory(assignment__course=course, cohort=course.cohorts.get())
        hand_in(due.assignment, enroll(course).user, due.cohort)

    with django_assert_num_queries(7):
        client.get(at("work-desk", course))
    with django_assert_num_queries(6):
        client.get(at("hand-in-list", course))
