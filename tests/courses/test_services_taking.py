from datetime import UTC, datetime, timedelta

import pytest

from courses.errors import AttemptOver, NoAttemptsLeft, QuizIncomplete, TimeUp, UnknownQuestion
from courses.models import TRANSIT, Quiz, QuizAnswer, QuizAttempt
from courses.queries.taking import sheet
from courses.queries.work import quiz_results
from courses.services import quizzes, taking
from tests.courses.work import add_question, keys, published_quiz
from tests.courses.world import enroll, published_course
from tests.factories.work import QuizFactory

pytestmark = pytest.mark.django_db
AT = datetime(2036, 3, 3, 11, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def seat():
    return enroll(published_course(1))


@pytest.fixture
def quiz(seat):
    return published_quiz(seat.cohort.course, attempts=2, minutes=10)


@pytest.fixture
def question(quiz):
    return quiz.questions.get()


def start(quiz, seat, at=AT):
    return taking.start_attempt(quiz=quiz, user=seat.user, cohort=seat.cohort_id, at=at)


def answer(attempt, question, *typed, base=0, at=AT):
    return taking.save_answer(
        attempt=attempt, question=question.public_id, typed=list(typed), base=base, at=at
    )


def finish(attempt, at=AT):
    return taking.finish_attempt(attempt=attempt, at=at)


def stored():
    return [(row.revision, row.value) for row in QuizAnswer.objects.order_by("pk")]


def test_right_answer_passes_and_a_wrong_one_does_not(quiz, seat, question):
    right, wrong = keys(question)
    first = start(quiz, seat)
    answer(first, question, wrong)
    assert (finish(first).is_passed, finish(first).percent) == (False, 0)

    second = start(quiz, seat)
    answer(second, question, right)

    assert (finish(second).is_passed, finish(second).percent) == (True, 100)


def test_handed_in_twice_is_the_same_end(quiz, seat, question):
    attempt = start(quiz, seat)
    answer(attempt, question, keys(question)[0])
    first = finish(attempt, AT + MINUTE)

    second = finish(attempt, AT + 2 * MINUTE)

    assert (second.submitted_at, second.score) == (first.submitted_at, 1) == (AT + MINUTE, 1)


def test_open_attempt_is_gone_on_with(quiz, seat):
    assert start(quiz, seat) == start(quiz, seat, AT + MINUTE)


def test_attempts_run_out(quiz, seat):
    for _ in range(2):
        finish(start(quiz, seat))

    with pytest.raises(NoAttemptsLeft):
        start(quiz, seat)


def test_same_answer_again_is_no_new_one(quiz, seat, question):
    attempt, right = start(quiz, seat), keys(question)[0]

    assert [answer(attempt, question, right) for _ in range(2)] == [(1, None), (1, None)]


def test_later_save_wins_and_says_what_it_replaced(quiz, seat, question):
    attempt, (right, wrong) = start(quiz, seat), keys(question)
    answer(attempt, question, right)

    saved = answer(attempt, question, wrong, base=0)

    assert saved == (2, [right])
    assert stored() == [(1, [right]), (2, [wrong])]


def test_page_leaves_alone_what_its_reader_did_not_touch(quiz, seat, question):
    """A tab that was opened before the other one answered sends its empty question along."""
    attempt, right = start(quiz, seat), keys(question)[0]
    answer(attempt, question, right)

    taking.save_sheet(attempt=attempt, typed={question.public_id: ([], 0)}, at=AT)

    assert stored() == [(1, [right])]


def test_page_saves_what_its_reader_changed(quiz, seat, question):
    attempt, (right, wrong) = start(quiz, seat), keys(question)
    taking.save_sheet(attempt=attempt, typed={question.public_id: ([wrong], 0)}, at=AT)

    taking.save_sheet(attempt=attempt, typed={question.public_id: ([right], 1)}, at=AT)

    assert stored() == [(1, [wrong]), (2, [right])]


def test_answer_on_its_way_at_the_end_counts_and_a_later_one_does_not(quiz, seat, question):
    attempt, (right, wrong) = start(quiz, seat), keys(question)
    end = AT + 10 * MINUTE
    answer(attempt, question, right, at=end + TRANSIT)

    with pytest.raises(TimeUp):
        answer(attempt, question, wrong, base=1, at=end + TRANSIT + SECOND)

    over = finish(attempt, end + TRANSIT + SECOND)
    assert (over.is_timed_out, over.submitted_at, over.score) == (True, end, 1)


def test_what_was_saved_counts_when_nobody_comes_back(quiz, seat, question):
    attempt = start(quiz, seat)
    answer(attempt, question, keys(question)[0])

    assert taking.finish_overdue(AT + 11 * MINUTE) == 1
    assert taking.finish_overdue(AT + 11 * MINUTE) == 0

    attempt.refresh_from_db()
    assert (attempt.is_timed_out, attempt.is_passed) == (True, True)


def test_time_that_ran_out_uses_the_attempt(quiz, seat):
    first = start(quiz, seat)

    second = start(quiz, seat, AT + 11 * MINUTE)

    assert (first.number, second.number) == (1, 2)
    assert QuizAttempt.objects.open().get() == second


def test_nothing_is_saved_after_the_end(quiz, seat, question):
    attempt = start(quiz, seat)
    finish(attempt)

    with pytest.raises(AttemptOver):
        answer(attempt, question, keys(question)[0])


def test_foreign_questions_and_choices_are_not_saved(quiz, seat, question):
    attempt = start(quiz, seat)

    with pytest.raises(UnknownQuestion):
        taking.save_answer(attempt=attempt, question="nothing", typed=["x"], base=0, at=AT)
    answer(attempt, question, "not-a-choice")

    assert stored() == []


def test_quiz_does_not_change_under_who_takes_it(quiz, seat, question):
    attempt = start(quiz, seat)
    quizzes.delete_question(question=question)
    add_question(quiz, text_en="Something else?")
    quizzes.publish_quiz(quiz=quiz, by=None)

    assert [row.item.text for row in sheet(QuizAttempt.objects.get())] == ["Which one?"]
    assert Quiz.objects.get().version.number == 2
    attempt.refresh_from_db()
    assert attempt.version.number == 1


def test_publishing_the_same_is_no_new_version(quiz):
    assert quizzes.publish_quiz(quiz=quiz, by=None).number == 1
    assert not quizzes.has_changes(quiz)


def test_quiz_without_questions_is_not_published():
    with pytest.raises(QuizIncomplete):
        quizzes.publish_quiz(quiz=QuizFactory(), by=None)


def test_shuffled_order_is_an_attempts_own_and_stays(seat):
    quiz = published_quiz(seat.cohort.course, shuffles=True)
    for number in range(8):
        add_question(quiz, text_en=f"Number {number}?")
    quizzes.publish_quiz(quiz=quiz, by=None)
    attempt = start(quiz, seat)

    def order(seed):
        QuizAttempt.objects.update(seed=seed)
        return [row.item.key for row in sheet(QuizAttempt.objects.get(pk=attempt.pk))]

    assert order("one") == order("one")
    assert order("one") != order("two")
    assert sorted(order("one")) == sorted(order("two"))


def test_several_right_choices_and_short_texts_are_judged(seat):
    quiz = QuizFactory(course=seat.cohort.course, pass_percent=60)
    several = add_question(quiz, kind="multiple", right=(0, 2), choices=3)
    text = quizzes.save_question(
        quiz=quiz, kind="short_text", text_en="Who?", accepted=["Satoshi Nakamoto"], points=3
    )
    quizzes.publish_quiz(quiz=quiz, by=None)
    attempt = start(quiz, seat)
    answer(attempt, several, keys(several)[0])
    answer(attempt, text, "  ｓatoshi   NAKAMOTO. ")

    over = finish(attempt)

    assert (over.score, over.max_score, over.is_passed) == (3, 4, True)


def test_results_say_how_each_question_was_answered(
    quiz, seat, question, django_assert_num_queries
):
    right, wrong = keys(question)
    others = [enroll(seat.cohort.course) for _ in range(2)]
    for person, choice in ((seat, right), (others[0], wrong), (others[1], None)):
        attempt = start(quiz, person)
        if choice:
            answer(attempt, question, choice)
        finish(attempt)

    with django_assert_num_queries(3):
        (result,) = quiz_results(seat.cohort.course)

    assert (result.attempts, result.people, result.passed) == (3, 3, 1)
    assert [(row.right, row.wrong, row.blank) for row in result.questions] == [(1, 1, 1)]
