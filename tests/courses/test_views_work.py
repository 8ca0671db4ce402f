from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Lesson, Submission, SubmissionFile
from courses.services.files import store_file
from courses.services.publishing import publish_course
from tests.courses.personas import client_of
from tests.courses.work import hand_in
from tests.courses.world import enroll, lesson_of, published_course
from tests.factories.accounts import UserFactory
from tests.factories.work import (
    AssignmentDueFactory,
    AssignmentFactory,
    FeedbackFactory,
    SubmissionFileFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def course():
    return published_course(2)


@pytest.fixture
def seat(course):
    return enroll(course)


@pytest.fixture
def client(seat):
    client = Client(headers={"accept-language": "en"})
    client.force_login(seat.user)
    return client


@pytest.fixture
def assignment(course):
    return AssignmentFactory(
        course=course, title_en="Draw a block", takes_file=True, takes_link=True
    )


@pytest.fixture
def page(course, assignment):
    return reverse("courses:assignment-detail", args=[course.slug, assignment.public_id])


def body(read="1.0", **fields):
    return {"text": "Mine.", "link": "", "read_draft": read} | fields


def stored():
    return [(one.number, one.text, one.status) for one in Submission.objects.order_by("number")]


def test_learner_writes_leaves_and_goes_on(client, page):
    client.post(page, body())

    form = client.get(page).context["form"]

    assert (form["text"].value(), form["read_draft"].value()) == ("Mine.", "1.1")
    assert stored() == [(1, "Mine.", "draft")]


def test_learner_hands_in_once_however_often_they_press(client, page):
    for _ in range(2):
        response = client.post(page, body(hand_in="1"), follow=True)

    assert stored() == [(1, "Mine.", "submitted")]
    assert "Handed in." in response.content.decode()


def test_autosave_keeps_and_never_hands_in(client, page):
    response = client.post(page, body(hand_in="1"), headers={"X-Autosave": "1"})

    assert response.json() == {"read": {"read_draft": "1.1"}}
    assert stored() == [(1, "Mine.", "draft")]


@pytest.mark.parametrize("headers", [{}, {"X-Autosave": "1"}], ids=["page", "script"])
def test_second_tab_is_shown_both_texts(client, page, headers):
    client.post(page, body())

    response = client.post(page, body(text="From the other tab."), headers=headers)

    html = response.json()["html"] if headers else response.content.decode()
    assert response.status_code == (409 if headers else 200)
    assert "Mine.</textarea>" in html
    assert "From the other tab.</textarea>" in html
    assert stored() == [(1, "Mine.", "draft")]


def test_second_tab_saves_over_what_it_has_seen(client, page):
    client.post(page, body())

    client.post(page, body(text="Better.", over_draft="1.1"))

    assert stored() == [(1, "Better.", "draft")]


def test_second_tab_lets_the_other_text_stand(client, page):
    client.post(page, body())

    client.post(page, body(text="Worse.", theirs="1"))

    assert stored() == [(1, "Mine.", "draft")]


def test_revised_work_begins_with_what_was_handed_in(client, page, assignment, seat):
    first = hand_in(assignment, seat.user, seat.cohort, "Mine.")
    FeedbackFactory(submission=first, verdict="revise", text="Say *why*.")
    Submission.objects.update(status="revise")
    assert "Say <em>why</em>." in client.get(page).content.decode()

    client.post(page, {"begin": "1", "read_draft": ""})
    client.post(page, body("2.0", text="Mine, because.", hand_in="1"))

    assert stored() == [(1, "Mine.", "revise"), (2, "Mine, because.", "submitted")]


def test_file_comes_with_the_work_and_goes_again(client, page, course):
    file = SimpleUploadedFile("notes.txt", b"what I found")
    client.post(page, body(file=file))
    kept = SubmissionFile.objects.get()
    address = reverse("courses:work-file", args=[course.slug, kept.public_id, kept.name])

    answer = client.get(address)

    assert b"".join(answer.streaming_content) == b"what I found"
    assert answer["Cache-Control"] == "private, max-age=3600"
    client.post(page, body("1.1", drop=kept.public_id))
    assert not SubmissionFile.objects.exists()


def test_late_work_is_said_to_be_late(client, page, assignment, seat):
    AssignmentDueFactory(
        assignment=assignment, cohort=seat.cohort, due_at=timezone.now() - timedelta(minutes=1)
    )
    assert "marked as late" in client.get(page).content.decode()

    response = client.post(page, body(hand_in="1"), follow=True)

    assert "it is marked as late" in response.content.decode()
    assert Submission.objects.get().is_late


def test_grace_is_shown_and_counts(client, page, assignment, seat):
    AssignmentDueFactory(
        assignment=assignment,
        cohort=seat.cohort,
        due_at=timezone.now() - timedelta(minutes=1),
        grace_minutes=10,
    )
    assert "it still counts as in time" in client.get(page).content.decode()

    client.post(page, body(hand_in="1"))

    assert not Submission.objects.get().is_late


def test_what_is_not_taken_any_more_is_kept(client, page, assignment, seat):
    client.post(page, body())
    AssignmentDueFactory(
        assignment=assignment,
        cohort=seat.cohort,
        due_at=timezone.now() - timedelta(seconds=1),
        takes_late=False,
    )

    response = client.post(page, body("1.1", hand_in="1"))

    assert "takes nothing any more" in response.content.decode()
    assert stored() == [(1, "Mine.", "draft")]


def test_broken_link_is_not_saved_and_said(client, page):
    response = client.post(page, body(link="not a link"), headers={"X-Autosave": "1"})

    assert (response.status_code, list(response.json()["errors"])) == (422, ["link"])
    assert not Submission.objects.exists()


def test_work_of_a_locked_lesson_is_not_there(client, course, assignment, page):
    lesson = lesson_of(course, 2)
    Lesson.objects.filter(pk=lesson.pk).update(release="on_date", release_at=timezone.now() + DAY)
    publish_course(course=course, by=None)
    assignment.lesson = lesson
    assignment.save(update_fields=["lesson"])

    assert client.get(page).status_code == 404
    assert client.post(page, body()).status_code == 404
    assert (
        "Draw a block"
        not in client.get(reverse("courses:work-list", args=[course.slug])).content.decode()
    )


def test_lesson_and_list_show_what_there_is_to_do(client, course, assignment):
    assignment.lesson = lesson_of(course, 1)
    assignment.save(update_fields=["lesson"])

    for url in (
        reverse("courses:lesson-detail", args=[course.slug, "lesson-1"]),
        reverse("courses:work-list", args=[course.slug]),
    ):
        assert "Draw a block" in client.get(url).content.decode()


@pytest.mark.parametrize("persona", ["stranger", "steward", "lecturer of another"])
def test_only_learners_and_staff_find_the_work(course, page, persona):
    client = client_of(persona, course)

    assert {client.get(page).status_code, client.post(page, body()).status_code} == {404}
    assert client.get(reverse("courses:work-list", args=[course.slug])).status_code == 404


def test_staff_sees_the_page_and_hands_nothing_in(course, page):
    client = client_of("lecturer of it", course)

    assert "This is what learners see." in client.get(page).content.decode()
    assert client.post(page, body(hand_in="1")).status_code == 404


@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("lecturer of it", 200),
        ("owner", 200),
        ("steward", 404),
        ("lecturer of another", 404),
        ("stranger", 404),
    ],
)
def test_file_is_for_its_learner_and_the_staff(course, assignment, seat, persona, status):
    handed_in = hand_in(assignment, seat.user, seat.cohort)
    stored = store_file(chapter=course.chapter, name="a.txt", file=BytesIO(b"mine"))
    file = SubmissionFileFactory(submission=handed_in, blob=stored.blob)
    address = reverse("courses:work-file", args=[course.slug, file.public_id, file.name])

    answer = client_of(persona, course).get(address)

    assert answer.status_code == status
    assert (answer.getvalue() == b"mine") == (status == 200)


def test_file_of_another_learner_and_of_a_draft_is_not_there(course, assignment, seat):
    draft = Submission.objects.create(
        assignment=assignment, user=seat.user, cohort=seat.cohort, number=1
    )
    file = SubmissionFileFactory(submission=draft)
    address = reverse("courses:work-file", args=[course.slug, file.public_id, file.name])
    classmate = Client()
    classmate.force_login(enroll(course, UserFactory()).user)

    assert classmate.get(address).status_code == 404
    assert client_of("lecturer of it", course).get(address).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_as_much_for_many_as_for_one(
    client, course, seat, count, django_assert_num_queries
):
    for _ in range(count):
        due = AssignmentDueFactory(assignment__course=course, cohort=seat.cohort)
        hand_in(due.assignment, seat.user, seat.cohort)

    with django_assert_num_queries(11):
        client.get(reverse("courses:work-list", args=[course.slug]))
