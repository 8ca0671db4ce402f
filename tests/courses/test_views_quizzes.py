from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Quiz, QuizAnswer, QuizAttempt, QuizQuestion
from courses.services import quizzes, taking
from tests.courses.personas import assert_only_writers, client_of
from tests.courses.work import keys, published_quiz
from tests.courses.world import enroll, published_course
from tests.factories.work import QuizFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return published_course(1)


@pytest.fixture
def seat(course):
    return enroll(course)


@pytest.fixture
def client(seat):
    client = Client(headers={"accept-language": "en"})
    client.force_login(seat.user)
    return client


@pytest.fixture
def quiz(course):
    quiz = published_quiz(course, title_en="Blocks", attempts=2)
    QuizQuestion.objects.update(explanation_en="Because of the *hash*.")
    quizzes.publish_quiz(quiz=quiz, by=None)
    return quiz


@pytest.fixture
def attempt(quiz, seat):
    return taking.start_attempt(quiz=quiz, user=seat.user, cohort=seat.cohort_id)


@pytest.fixture
def page(attempt):
    return at("quiz-attempt", attempt.quiz.course, attempt.quiz.public_id, attempt.number)


def at(name, course, *args):
    return reverse(f"courses:{name}", args=[course.slug, *args])


def sent(quiz, choice=0, base=0, **more):
    question = quiz.questions.get()
    typed = {} if choice is None else {f"q-{question.public_id}": keys(question)[choice]}
    return typed | {f"base-{question.public_id}": base} | more


def test_learner_takes_a_quiz_without_a_script(client, course, quiz):
    begun = client.post(at("quiz-detail", course, quiz.public_id))
    page = begun["Location"]
    client.post(page, sent(quiz))
    assert f'value="{keys(quiz.questions.get())[0]}" checked' in client.get(page).content.decode()

    for _ in range(2):
        html = client.post(page, sent(quiz, base=1, finish="1"), follow=True).content.decode()

    assert "100 %" in html
    assert "Because of the <em>hash</em>." in html
    assert QuizAttempt.objects.get().is_passed


def test_solution_is_not_told_while_something_can_be_gained(client, quiz, page):
    html = client.post(page, sent(quiz, choice=1, finish="1"), follow=True).content.decode()

    assert "0 %" in html
    assert "Because of" not in html
    assert "Right would be" not in html


def test_script_saves_one_answer(client, course, quiz, attempt):
    url, question = at("quiz-answer", course, quiz.public_id, 1), quiz.questions.get()
    right, wrong = keys(question)
    body = {"question": question.public_id, "base": "0"}

    first = client.post(url, body | {"value": right}).json()
    second = client.post(url, body | {"value": wrong}).json()

    assert (first, second) == (
        {"revision": 1, "was": ""},
        {"revision": 2, "was": "Choice 0"},
    )
    assert client.get(url).json() == {
        "is_open": True,
        "answers": {question.public_id: {"value": [wrong], "revision": 2}},
    }


def test_script_hears_that_it_is_over(client, course, quiz, attempt):
    taking.finish_attempt(attempt=attempt)
    url, question = at("quiz-answer", course, quiz.public_id, 1), quiz.questions.get()

    answer = client.post(url, {"question": question.public_id, "value": keys(question)[0]})

    assert (answer.status_code, answer.json()["code"]) == (409, "attempt_over")
    assert client.get(url).json()["is_open"] is False


def test_page_after_the_time_shows_what_was_saved(client, quiz, attempt, page):
    question = quiz.questions.get()
    taking.save_answer(
        attempt=attempt, question=question.public_id, typed=keys(question)[:1], base=0
    )
    QuizAttempt.objects.update(ends_at=timezone.now() - timedelta(minutes=1))

    html = client.post(page, sent(quiz, choice=1, base=1, finish="1"), follow=True)

    assert "what had been saved by then counts" in html.content.decode()
    assert QuizAttempt.objects.get().is_passed


def test_attempt_is_nobody_elses(course, quiz, page):
    classmate = Client()
    classmate.force_login(enroll(course).user)

    for client in (classmate, client_of("lecturer of it", course), client_of("stranger", course)):
        assert client.get(page).status_code == 404
        assert client.post(page, sent(quiz)).status_code == 404
        assert client.get(f"{page}answers/").status_code == 404
    assert not QuizAnswer.objects.exists()


def test_quiz_that_is_on_the_desk_or_taken_away_is_not_there(client, course, quiz):
    desk = QuizFactory(course=course)
    quizzes.archive_quiz(quiz=quiz, by=None)

    for one in (desk, quiz):
        assert client.get(at("quiz-detail", course, one.public_id)).status_code == 404


def test_list_shows_the_quiz_and_how_it_stands(client, course, quiz):
    html = client.get(at("work-list", course)).content.decode()

    assert "Blocks" in html


def test_only_who_writes_the_course_gets_to_the_desk(course, quiz):
    question = quiz.questions.get().public_id
    assert_only_writers(
        course,
        [
            at("quiz-create", course),
            at("quiz-edit", course, quiz.public_id),
            at("quiz-results", course, quiz.public_id),
            at("quiz-question-create", course, quiz.public_id),
            at("quiz-question-edit", course, quiz.public_id, question),
        ],
    )


def test_lecturer_writes_a_quiz_and_gives_it_to_learners(course):
    lecturer = client_of("lecturer of it", course)
    fields = {"title_en": "Hashes", "pass_percent": "60", "attempts": "2", "is_required": "on"}
    lecturer.post(at("quiz-create", course), fields)
    quiz = Quiz.objects.get()
    question = {
        "kind": "single",
        "text_en": "Which one?",
        "points": "2",
        "choice0_en": "This",
        "choice0_right": "on",
        "choice2_en": "That",
    }
    lecturer.post(at("quiz-question-create", course, quiz.public_id), question)
    lecturer.post(at("quiz-turn", course, quiz.public_id))

    (item,) = taking.quizzes.read(Quiz.objects.get().version.content)
    assert (item.text, item.points) == ("Which one?", 2)
    assert [(choice.text, choice.is_right) for choice in item.choices] == [
        ("This", True),
        ("That", False),
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"choice1_right": "on"}, "kind"),
        ({"choice0_right": ""}, "kind"),
        ({"choice1_en": ""}, "choice0_zh_hans"),
        ({"kind": "short_text"}, "accepted"),
        ({"text_en": ""}, "text_zh_hans"),
    ],
)
def test_question_that_cannot_be_judged_is_refused(course, change, field):
    quiz = QuizFactory(course=course)
    body = {
        "kind": "single",
        "text_en": "Which one?",
        "points": "1",
        "choice0_en": "This",
        "choice0_right": "on",
        "choice1_en": "That",
    }

    response = client_of("owner", course).post(
        at("quiz-question-create", course, quiz.public_id), body | change
    )

    assert list(response.context["form"].errors) == [field]
    assert not QuizQuestion.objects.exists()


def test_changed_question_keeps_its_choices(course, quiz):
    question = quiz.questions.get()
    before = keys(question)
    body = {
        "kind": "single",
        "text_en": "Which?",
        "points": "1",
        "choice0_en": "Better",
        "choice1_en": "That",
        "choice1_right": "on",
    }

    client_of("owner", course).post(
        at("quiz-question-edit", course, quiz.public_id, question.public_id), body
    )

    assert keys(QuizQuestion.objects.get()) == before
    assert quizzes.has_changes(quiz)


def test_questions_move_and_go(course, quiz):
    lecturer, first = client_of("owner", course), quiz.questions.get()
    second = quizzes.save_question(quiz=quiz, kind="short_text", text_en="Who?", accepted=["me"])

    def turn(question, action):
        url = at("quiz-question-turn", course, quiz.public_id, question.public_id)
        lecturer.post(url, {action: "1"})
        return list(quiz.questions.all())

    assert turn(second, "up") == [second, first]
    assert turn(second, "up") == [second, first]
    assert turn(second, "down") == [first, second]
    assert turn(first, "delete") == [second]
