"""The last attempt from two tabs, and an answer that meets the end of the attempt."""

from threading import Barrier

import pytest
from django.db.models import QuerySet

from courses.errors import AttemptOver
from courses.models import QuizAnswer, QuizAttempt
from courses.services import taking
from tests.concurrency.threads import at_once
from tests.courses.work import keys, published_quiz
from tests.courses.world import enroll, published_course

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
TIMES = 6


@pytest.fixture
def seat():
    return enroll(published_course(1))


@pytest.fixture
def quiz(seat):
    return published_quiz(seat.cohort.course, attempts=1)


def start(quiz, seat):
    return taking.start_attempt(quiz=quiz, user=seat.user, cohort=seat.cohort_id)


def test_last_attempt_from_several_tabs_is_one(quiz, seat):
    results = at_once(TIMES, lambda number: start(quiz, seat))

    assert {one.pk for one in results} == {QuizAttempt.objects.get().pk}


def test_control_without_the_constraints_each_tab_gets_its_own(quiz, seat, monkeypatch):
    """All have counted before one begins: only the database keeps the second from being stored."""
    all_counted, refused = Barrier(TIMES, timeout=30), []
    read = taking.quizzes.read

    def read_together(content):
        all_counted.wait()
        return read(content)

    monkeypatch.setattr(taking.quizzes, "read", read_together)
    begin = taking._start

    def begin_once(*args):
        return begin(quiz, seat.user, seat.cohort_id, args[0])

    at = QuizAttempt._meta.get_field("started_at").default()
    results = at_once(TIMES, lambda number: begin_once(at))
    refused = [one for one in results if not isinstance(one, QuizAttempt)]

    assert {type(one).__name__ for one in refused} == {"IntegrityError"}
    assert len(refused) == TIMES - 1


def test_answer_that_meets_the_end_is_judged_or_refused(quiz, seat):
    attempt, question = start(quiz, seat), quiz.questions.get()

    def act(number):
        if number:
            return taking.finish_attempt(attempt=attempt)
        return taking.save_answer(
            attempt=attempt, question=question.public_id, typed=keys(question)[:1], base=0
        )

    saved, over = at_once(2, act)

    kept = QuizAnswer.objects.count()
    assert (over.score, kept) == ((0, 0) if isinstance(saved, AttemptOver) else (1, 1))


def test_control_without_the_lock_an_answer_slips_in_after_the_end(quiz, seat, monkeypatch):
    attempt, question = start(quiz, seat), quiz.questions.get()
    is_seen, is_over = Barrier(2, timeout=30), Barrier(2, timeout=30)
    find = taking._item

    def find_slowly(*args):
        is_seen.wait()
        is_over.wait()
        return find(*args)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    monkeypatch.setattr(taking, "_item", find_slowly)

    def act(number):
        if number:
            is_seen.wait()
            over = taking.finish_attempt(attempt=attempt)
            is_over.wait()
            return over
        return taking.save_answer(
            attempt=attempt, question=question.public_id, typed=keys(question)[:1], base=0
        )

    _saved, over = at_once(2, act)

    assert (over.score, QuizAnswer.objects.count()) == (0, 1)
