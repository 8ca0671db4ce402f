"""The roster and the dashboard: who may see them, what they say, and what that costs."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.forms.overview import SORTS as SORT_CHOICES
from courses.models import CourseProgress, Enrollment, LessonProgress, QuizAnswer, SubmissionStatus
from courses.queries.roster import SORTS
from courses.services.quizzes import publish_quiz
from tests.courses.personas import assert_only_writers, client_of
from tests.courses.work import add_question
from tests.courses.world import complete, lesson_of, published_course
from tests.factories.classes import AttendanceFactory, ClassSessionFactory
from tests.factories.courses import CohortFactory, EnrollmentFactory, QuestionFactory
from tests.factories.work import (
    AssignmentFactory,
    QuizAttemptFactory,
    QuizFactory,
    SubmissionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return published_course(slug="contracts")


@pytest.fixture
def cohort(course):
    return CohortFactory(course=course, dated=True)


@pytest.fixture
def client(course):
    return client_of("lecturer of it", course)


def url(name, cohort):
    return reverse(f"courses:{name}", args=[cohort.course.slug, cohort.public_id])


def learner(cohort, name, percent=0, **fields):
    seat = EnrollmentFactory(cohort=cohort, name=name, **fields)
    CourseProgress.objects.create(course=cohort.course, user=seat.user, percent=percent)
    return seat.user


def work_of(cohort, *users):
    """One assignment that each of `users` has had accepted."""
    assignment = AssignmentFactory(course=cohort.course)
    for user in users:
        SubmissionFactory(
            assignment=assignment, cohort=cohort, user=user, status=SubmissionStatus.ACCEPTED
        )
    return assignment


def names(client, cohort, **asked):
    page = client.get(url("cohort-roster", cohort), asked).context["page"]
    return [seat.shown for seat in page]


def test_only_writers_of_the_course_see_roster_and_dashboard(course, cohort):
    pages = ["cohort-roster", "cohort-roster-csv", "cohort-dashboard"]
    dashboard = reverse("courses:course-dashboard", args=[course.slug])

    assert_only_writers(course, [*(url(page, cohort) for page in pages), dashboard])


def test_a_run_of_another_course_is_not_found(course, client):
    other = CohortFactory()
    address = reverse("courses:cohort-roster", args=[course.slug, other.public_id])

    assert client.get(address).status_code == 404


def test_the_roster_says_what_everybody_reached(client, cohort):
    lin, ada = learner(cohort, "Lin", 40), learner(cohort, "Ada", 90)
    first, second = (ClassSessionFactory(cohort=cohort, held=True) for _ in range(2))
    AttendanceFactory(session=first, user=lin, source="join")
    AttendanceFactory(session=first, user=lin, source="hand")
    AttendanceFactory(session=second, user=lin, withdrawn_at=timezone.now())
    AttendanceFactory(session=ClassSessionFactory(cohort=cohort), user=lin)
    work_of(cohort, ada)
    QuizAttemptFactory(version__quiz__course=cohort.course, user=ada, passed=True)

    response = client.get(url("cohort-roster", cohort))

    rows = [
        (seat.shown, seat.percent, seat.attended, seat.accepted, seat.passed)
        for seat in response.context["page"]
    ]
    assert rows == [("Ada", 90, 0, 1, 1), ("Lin", 40, 1, 0, 0)]
    assert response.context["out_of"] == (2, 1, 1)


def test_the_roster_is_of_one_run_and_names_a_person_once(client, cohort):
    lin = learner(cohort, "Lin")
    EnrollmentFactory(cohort=cohort, user=lin)
    EnrollmentFactory(cohort=CohortFactory(course=cohort.course, dated=True), name="Elsewhere")
    EnrollmentFactory(cohort=cohort, user=None, email="unproven@example.com")
    EnrollmentFactory(cohort=cohort, user=None, email="other@example.com")

    assert names(client, cohort) == ["Lin", "other@example.com", "unproven@example.com"]


def test_the_roster_is_searched_and_narrowed(client, cohort):
    lin, ada = learner(cohort, "Lin"), learner(cohort, "Ada")
    done = learner(cohort, "Done")
    CourseProgress.objects.filter(user=done).update(
        percent=100, completed_at=timezone.now(), publication=cohort.course.publication
    )
    LessonProgress.objects.create(user=ada, lesson=lesson_of(cohort.course, 1))
    SubmissionFactory(assignment__course=cohort.course, cohort=cohort, user=lin)

    assert names(client, cohort, q="ad") == ["Ada"]
    assert names(client, cohort, who="quiet") == ["Lin"]
    assert names(client, cohort, who="waiting") == ["Lin"]
    assert names(client, cohort, who="done") == ["Done"]
    assert names(client, cohort, who="nonsense", sort="nonsense") == ["Ada", "Done", "Lin"]


def test_the_roster_is_sorted_by_whatever_it_shows(client, cohort):
    learner(cohort, "Ada", 10)
    lin = learner(cohort, "Lin", 50)
    AttendanceFactory(session=ClassSessionFactory(cohort=cohort, held=True), user=lin)
    work_of(cohort, lin)
    QuizAttemptFactory(version__quiz__course=cohort.course, user=lin, passed=True)
    LessonProgress.objects.create(user=lin, lesson=lesson_of(cohort.course, 1))

    for column in ("progress", "attendance", "work", "quizzes", "seen"):
        assert names(client, cohort, sort=f"-{column}") == ["Lin", "Ada"], column
    assert names(client, cohort, sort="-name") == ["Lin", "Ada"]
    assert names(client, cohort, sort="progress") == ["Ada", "Lin"]
    assert names(client, cohort, sort="seen") == ["Lin", "Ada"]
    assert {choice.removeprefix("-") for choice, _words in SORT_CHOICES} == set(SORTS)


def test_a_column_says_how_it_is_sorted_and_turns(client, cohort):
    learner(cohort, "Ada")

    page = client.get(url("cohort-roster", cohort), {"sort": "-progress", "page": 1, "q": "a"})

    html = page.content.decode()
    assert 'aria-sort="descending"><a class="sort-link" href="?sort=progress&amp;q=a"' in html
    assert '<a class="sort-link" href="?sort=name&amp;q=a"' in html


@pytest.mark.parametrize("sort", ["name", "-work"])
def test_the_roster_asks_the_same_queries_for_one_and_for_three(client, cohort, sort):
    counts = []
    for total in (1, 3):
        while Enrollment.objects.filter(cohort=cohort).count() < total:
            user = learner(cohort, "Lin")
            work_of(cohort, user)
            AttendanceFactory(session=ClassSessionFactory(cohort=cohort, held=True), user=user)
        with CaptureQueriesContext(connection) as queries:
            client.get(url("cohort-roster", cohort), {"sort": sort})
        counts.append(len(queries))

    assert counts == [7, 7]


def test_the_roster_as_a_spreadsheet_runs_no_formula(client, cohort):
    learner(cohort, "=1+1", 30)
    learner(cohort, "Other")

    response = client.get(url("cohort-roster-csv", cohort), {"q": "=1"})

    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Name,E-mail,Progress in percent,Completed (Asia/Shanghai),")
    assert len(lines) == 2
    assert lines[1].startswith("'=1+1,")
    assert lines[1].endswith(",30,,0,0,0,")


def test_the_dashboard_counts_people_and_where_they_stop(client, course, cohort):
    lin, ada = learner(cohort, "Lin"), learner(cohort, "Ada")
    one, two = lesson_of(course, 1), lesson_of(course, 2)
    complete(lin, one)
    for user, lesson in [(lin, one), (ada, one), (lin, two)]:
        LessonProgress.objects.update_or_create(user=user, lesson=lesson)
    stranger = EnrollmentFactory().user
    LessonProgress.objects.create(user=stranger, lesson=one)

    context = client.get(url("cohort-dashboard", cohort)).context

    assert (context["counts"].learners, context["counts"].active) == (2, 2)
    assert [(stop.completed, stop.opened) for stop in context["counts"].stops] == [
        (1, 1),
        (0, 1),
        (0, 0),
    ]


def test_the_dashboard_draws_seats_by_the_day_of_the_runs_zone(client, cohort):
    now = timezone.now()
    for days in (9, 9, 4):
        EnrollmentFactory(cohort=cohort, granted_at=now - timedelta(days=days))

    context = client.get(url("cohort-dashboard", cohort)).context

    assert [total for _on, total in context["counts"].seats] == [2, 3, 3]


def test_the_dashboard_shows_who_came_and_what_waits(client, course, cohort):
    lin = learner(cohort, "Lin")
    held = ClassSessionFactory(cohort=cohort, held=True)
    AttendanceFactory(session=held, user=lin)
    AttendanceFactory(session=held, user=lin, source="door")
    ClassSessionFactory(cohort=cohort, held=True, canceled_at=timezone.now())
    coming = ClassSessionFactory(cohort=cohort)
    for _ in range(7):
        SubmissionFactory(assignment__course=course, cohort=cohort)
    SubmissionFactory(assignment__course=course, cohort=CohortFactory(course=course, dated=True))
    QuestionFactory(lesson=lesson_of(course, 1))

    run = client.get(url("cohort-dashboard", cohort)).context
    whole = client.get(reverse("courses:course-dashboard", args=[course.slug])).context

    assert [(one.session, one.present) for one in run["classes"].held] == [(held, 1)]
    assert run["classes"].next == coming
    assert (len(run["work"].rows), run["work"].total, whole["work"].total) == (5, 7, 8)
    assert run["questions"].total == 1


def test_the_dashboard_draws_how_a_quiz_was_answered(client, course, cohort):
    quiz = QuizFactory(course=course)
    question = add_question(quiz, text_en="Why **zero**?").public_id
    version = publish_quiz(quiz=quiz, by=None)
    for points in (1, 1, 0, None):
        attempt = QuizAttemptFactory(version=version, cohort=cohort, failed=True)
        if points is not None:
            QuizAnswer.objects.create(
                attempt=attempt, question=question, value=[], revision=1, points=points
            )

    page = client.get(url("cohort-dashboard", cohort)).content.decode()

    row = page[page.index("1. Why zero?") :]
    assert re.findall(r"<td>(\d+)</td>", row)[:3] == ["2", "1", "1"]


def test_the_dashboard_asks_the_same_queries_whatever_it_draws(client, course, cohort):
    QuizAttemptFactory(version__quiz__course=course, cohort=cohort, passed=True)
    counts = []
    for total in (1, 3):
        while Enrollment.objects.filter(cohort=cohort).count() < total:
            user = learner(cohort, "Lin")
            AttendanceFactory(session=ClassSessionFactory(cohort=cohort, held=True), user=user)
            SubmissionFactory(assignment__course=course, cohort=cohort)
            QuestionFactory(lesson=lesson_of(course, 1))
            LessonProgress.objects.create(user=user, lesson=lesson_of(course, 1))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("cohort-dashboard", cohort))
        counts.append(len(queries))

    assert counts == [10, 10]
