import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.services import erase_account
from courses.models import Question, Reply
from courses.services import enrolling, questions
from tests.courses.personas import client_of
from tests.courses.world import enroll, lesson_of, publish, published_course
from tests.factories.courses import QuestionFactory, ReplyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return published_course(2)


@pytest.fixture
def asker(course):
    return enroll(course).user


@pytest.fixture
def question(course, asker):
    return QuestionFactory(lesson=lesson_of(course, 1), user=asker)


def signed_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def url(name, course, *args):
    return reverse(f"courses:{name}", args=[course.slug, *args])


def every_url(course, question):
    reply = ReplyFactory(question=question, user=question.user)
    at = (question.public_id, reply.public_id)
    return [
        url("question-list", course),
        url("question-create", course, "lesson-1"),
        *(url(f"question-{act}", course, at[0]) for act in ("detail", "edit", "remove", "hide")),
        *(url(f"reply-{act}", course, *at) for act in ("accept", "edit", "remove", "hide")),
    ]


def test_a_stranger_finds_no_question(course, question):
    stranger = client_of("stranger", course)
    for each in every_url(course, question):
        assert Client().get(each).headers.get("Location", "").startswith("/accounts/login") or (
            Client().get(each).status_code == 405
        )
        assert {stranger.get(each).status_code, stranger.post(each).status_code} <= {404, 405}


def test_a_seat_that_ended_ends_the_questions(course):
    seat = enroll(course)
    client = signed_in(seat.user)
    assert client.get(url("question-list", course)).status_code == 200

    enrolling.end_seat(enrollment=seat)

    assert client.get(url("question-list", course)).status_code == 404


def test_a_learner_asks_from_a_lesson_and_finds_it_there(course, asker):
    client = signed_in(asker)

    answer = client.post(
        url("question-create", course, "lesson-1"), {"title": "Why?", "text": "I tried `x`."}
    )

    question = Question.objects.get()
    assert answer.headers["Location"] == url("question-detail", course, question.public_id)
    assert (question.lesson, question.user) == (lesson_of(course, 1), asker)
    page = client.get(reverse("courses:lesson-detail", args=[course.slug, "lesson-1"]))
    assert url("question-detail", course, question.public_id) in page.content.decode()


def test_another_learner_answers_and_who_asked_accepts(course, asker, question):
    helper = signed_in(enroll(course).user)
    helper.post(url("question-detail", course, question.public_id), {"text": "Because."})
    reply = Reply.objects.get()
    accept = url("reply-accept", course, question.public_id, reply.public_id)

    assert helper.post(accept).status_code == 404
    signed_in(asker).post(accept)

    question.refresh_from_db()
    assert question.accepted_reply == reply


def test_only_its_writer_changes_a_post_and_only_staff_hide_it(course, question):
    other = signed_in(enroll(course).user)
    for name in ("question-edit", "question-remove", "question-hide"):
        address = url(name, course, question.public_id)
        assert other.post(address, {"title": "x", "text": "x", "reason": "x"}).status_code == 404
    lecturer = client_of("lecturer of it", course)
    assert lecturer.get(url("question-edit", course, question.public_id)).status_code == 404

    lecturer.post(url("question-hide", course, question.public_id), {"reason": "Off topic."})

    question.refresh_from_db()
    assert question.hidden_reason == "Off topic."


def test_what_was_taken_away_is_gone_for_learners_and_there_for_staff(course, asker, question):
    hidden = ReplyFactory(question=question, text="Very rude", hidden_at=timezone.now())
    address = url("question-detail", course, question.public_id)
    assert "Very rude" not in signed_in(asker).get(address).content.decode()
    assert "Very rude" in client_of("lecturer of it", course).get(address).content.decode()
    assert (
        signed_in(asker)
        .post(url("reply-accept", course, question.public_id, hidden.public_id))
        .status_code
        == 404
    )

    questions.remove(post=question)

    assert signed_in(asker).get(address).status_code == 404
    assert client_of("lecturer of it", course).get(address).status_code == 200


def test_questions_of_a_locked_lesson_are_locked_with_it(course, asker):
    lesson = lesson_of(course, 2)
    lesson.prerequisites.add(lesson_of(course, 1))
    publish(course)
    locked = QuestionFactory(lesson=lesson)
    client = signed_in(asker)

    assert client.get(url("question-detail", course, locked.public_id)).status_code == 404
    assert client.get(url("question-create", course, "lesson-2")).status_code == 404
    assert client.get(url("question-list", course)).context["rows"] == []


def test_a_question_is_read_in_its_own_course_only(course, asker):
    elsewhere = QuestionFactory(lesson=lesson_of(published_course(1), 1))

    assert (
        signed_in(asker).get(url("question-detail", course, elsewhere.public_id)).status_code == 404
    )


def test_the_list_is_searched_and_narrowed(course, asker, question):
    answered = ReplyFactory(question__lesson=lesson_of(course, 2)).question
    questions.accept(reply=answered.replies.get(), accepted=True)
    client = signed_in(asker)

    def shown(**asked):
        rows = client.get(url("question-list", course), asked).context["rows"]
        return [row.question for row in rows]

    assert shown() == [answered, question]
    assert shown(state="unanswered") == [question]
    assert shown(state="answered") == [answered]
    assert shown(q=question.title) == [question]
    assert shown(lesson=answered.lesson.public_id) == [answered]


def test_the_list_asks_the_same_queries_for_one_question_and_for_three(
    course, asker, django_assert_num_queries
):
    client = signed_in(asker)
    for total in (1, 3):
        while Question.objects.count() < total:
            ReplyFactory(question__lesson=lesson_of(course, 1))
        with django_assert_num_queries(7):
            client.get(url("question-list", course))


def test_a_thread_asks_the_same_queries_for_one_reply_and_for_three(
    course, asker, question, django_assert_num_queries
):
    client = signed_in(asker)
    for total in (1, 3):
        while Reply.objects.count() < total:
            ReplyFactory(question=question)
        with django_assert_num_queries(9):
            client.get(url("question-detail", course, question.public_id))


def test_who_deleted_their_account_asked_as_somebody_who_left(course, asker, question):
    erase_account(user=question.user)

    page = signed_in(enroll(course).user).get(url("question-detail", course, question.public_id))

    assert ["Somebody who left" in page.content.decode(), "erased-" in page.content.decode()] == [
        True, False,
    ]  # fmt: skip
