from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import CourseInvitation, CourseProgress, Enrollment, ReleaseException
from courses.services import enrolling
from tests.courses.personas import assert_only_writers, client_of
from tests.factories.accounts import UserFactory
from tests.factories.courses import (
    CohortFactory,
    CourseFactory,
    CourseInvitationFactory,
    EnrollmentFactory,
    LessonFactory,
    ModuleFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return CourseFactory(slug="contracts")


@pytest.fixture
def cohort(course):
    return CohortFactory(course=course)


@pytest.fixture
def client(course):
    return client_of("lecturer of it", course)


def url(name, course, *args):
    return reverse(f"courses:{name}", args=[course.slug, *args])


def shown(client, course, **asked):
    page = client.get(url("learner-list", course), asked).context["page"]
    return [seat.email for seat in page]


def test_only_its_writers_see_who_learns(course, cohort):
    seat = EnrollmentFactory(cohort=cohort)
    invitation = CourseInvitationFactory(cohort=cohort)
    lesson = LessonFactory(module=ModuleFactory(course=course))
    exception = ReleaseException.objects.create(
        lesson=lesson, user=seat.user, open_at=timezone.now()
    )

    assert_only_writers(
        course,
        [
            url("learner-list", course),
            url("learner-csv", course),
            url("learner-invite", course),
            url("learner-end", course, seat.public_id),
            url("invitation-withdraw", course, invitation.pk),
            url("lesson-exceptions", course, lesson.public_id),
            url("exception-drop", course, lesson.public_id, exception.pk),
        ],
    )


def test_the_list_says_how_far_each_is(course, cohort, client):
    near, far = EnrollmentFactory(cohort=cohort), EnrollmentFactory(cohort=cohort)
    CourseProgress.objects.create(course=course, user=near.user, percent=40)
    EnrollmentFactory()

    page = client.get(url("learner-list", course)).context["page"]

    assert [(seat.pk, seat.percent) for seat in page] == [(far.pk, None), (near.pk, 40)]


def test_the_list_is_searched_and_narrowed(course, cohort, client):
    spring = CohortFactory(course=course, dated=True)
    EnrollmentFactory(cohort=cohort, name="Lin", email="lin@example.com")
    EnrollmentFactory(cohort=spring, user__name="Ada", email="ada@example.com")
    EnrollmentFactory(
        cohort=cohort, email="gone@example.com", status="canceled", ended_at=timezone.now()
    )

    assert shown(client, course, q="lin") == ["lin@example.com"]
    assert shown(client, course, q="ada") == ["ada@example.com"]
    assert shown(client, course, cohort=spring.public_id) == ["ada@example.com"]
    assert shown(client, course, status="canceled") == ["gone@example.com"]
    assert shown(client, course) == ["ada@example.com", "lin@example.com"]


def test_the_list_asks_the_same_queries_for_one_learner_and_for_three(course, cohort, client):
    counts = []
    for total in (1, 3):
        while Enrollment.objects.count() < total:
            EnrollmentFactory(cohort=cohort)
        with CaptureQueriesContext(connection) as queries:
            client.get(url("learner-list", course))
        counts.append(len(queries))

    assert counts == [8, 8]


def test_the_export_holds_what_the_list_shows_and_runs_no_formula(course, cohort, client):
    EnrollmentFactory(cohort=cohort, name="=1+1", email="lin@example.com")
    EnrollmentFactory(cohort=cohort, name="Other", email="other@example.com")

    response = client.get(url("learner-csv", course), {"q": "lin@"})

    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert (
        response.headers["Content-Disposition"] == 'attachment; filename="contracts-learners.csv"'
    )
    assert len(lines) == 2
    assert lines[0].startswith("Name,E-mail,Run,State,By")
    assert lines[1].startswith("'=1+1,lin@example.com,At your own pace,Active,By hand")


def test_many_are_invited_at_once_and_who_has_a_seat_is_named(course, cohort, client):
    invited = CourseInvitationFactory(cohort=cohort, email="has@example.com")
    enrolling.accept_invitation(
        invitation=invited, user=UserFactory(email="has@example.com"), at=timezone.now()
    )

    response = client.post(
        url("learner-invite", course),
        {
            "cohort": cohort.public_id,
            "emails": "A@example.com, b@example.com\n\nhas@example.com\na@example.com",
            "note": "Welcome",
            "language": "en",
        },
        follow=True,
    )

    waiting = CourseInvitation.objects.open(timezone.now())
    assert sorted(waiting.values_list("email", flat=True)) == ["a@example.com", "b@example.com"]
    page = response.content.decode()
    assert "2 invitations are on their way." in page
    assert "has@example.com" in page


def test_a_wrong_address_invites_nobody_and_is_named(course, cohort, client):
    response = client.post(
        url("learner-invite", course),
        {"cohort": cohort.public_id, "emails": "a@example.com\nnonsense", "language": "en"},
    )

    assert response.context["form"].errors == {
        "emails": ["This is not an e-mail address: nonsense"]
    }
    assert CourseInvitation.objects.count() == 0


def test_nobody_is_invited_to_a_run_of_another_course_or_a_closed_one(course, cohort, client):
    closed = CohortFactory(course=course, dated=True, closed_at=timezone.now())

    for run in (CohortFactory(), closed):
        response = client.post(
            url("learner-invite", course),
            {"cohort": run.public_id, "emails": "a@example.com", "language": "en"},
        )
        assert list(response.context["form"].errors) == ["cohort"]


def test_an_invitation_is_taken_back_once(course, cohort, client):
    invitation = CourseInvitationFactory(cohort=cohort)

    client.post(url("invitation-withdraw", course, invitation.pk))

    invitation.refresh_from_db()
    assert invitation.revoked_at is not None
    assert client.get(url("invitation-withdraw", course, invitation.pk)).status_code == 404


def test_a_seat_that_was_given_can_be_ended(course, cohort, client):
    seat = enrolling.grant_seat(cohort=cohort, user=UserFactory())

    client.post(url("learner-end", course, seat.public_id))

    seat.refresh_from_db()
    assert seat.status == "canceled"
    assert client.post(url("learner-end", course, seat.public_id)).status_code == 404


def test_a_lesson_opens_for_one_learner_until_the_exception_is_dropped(course, cohort, client):
    lesson = LessonFactory(module=ModuleFactory(course=course))
    seat = EnrollmentFactory(cohort=cohort)
    page = url("lesson-exceptions", course, lesson.public_id)

    client.post(page, {"email": seat.email.upper(), "open_at": ""})

    exception = ReleaseException.objects.get()
    assert (exception.user, exception.lesson) == (seat.user, lesson)
    assert timezone.now() - exception.open_at < timedelta(minutes=1)

    client.post(url("exception-drop", course, lesson.public_id, exception.pk))

    assert ReleaseException.objects.count() == 0


@pytest.mark.parametrize("typed", [{"email": "nobody@example.com"}, {"email": ""}])
def test_an_exception_is_for_somebody_who_learns(course, cohort, client, typed):
    lesson = LessonFactory(module=ModuleFactory(course=course))

    response = client.post(url("lesson-exceptions", course, lesson.public_id), typed)

    assert list(response.context["form"].errors) == ["email"]
    assert ReleaseException.objects.count() == 0


def test_a_lesson_opens_for_a_whole_run(course, cohort, client):
    lesson = LessonFactory(module=ModuleFactory(course=course))

    client.post(
        url("lesson-exceptions", course, lesson.public_id),
        {"cohort": cohort.public_id, "open_at": "2036-05-01T09:00"},
    )

    exception = ReleaseException.objects.get()
    assert (exception.cohort, exception.user) == (cohort, None)
    assert exception.open_at.isoformat() == "2036-05-01T01:00:00+00:00"
