from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from courses import jobs, tasks
from courses.errors import PostGone, TooManyPosts
from courses.models import PostNotice, PostRevision, Question
from courses.services import enrolling, questions
from tests.courses.world import enroll, lesson_of, published_course
from tests.factories.accounts import UserFactory
from tests.factories.courses import CourseLecturerFactory, QuestionFactory, ReplyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return published_course(1)


@pytest.fixture
def lecturer(course):
    return CourseLecturerFactory(course=course, user__language="zh-hans").user


def ask(course, user=None, **fields):
    fields = {"title": "Why a Merkle root?", "text": "I read twice."} | fields
    return questions.ask(lesson=lesson_of(course, 1), user=user or enroll(course).user, **fields)


def mailed():
    return sorted((message.to[0], message.subject) for message in mail.outbox)


def test_lecturers_are_mailed_of_a_question_in_their_language(
    course, lecturer, django_capture_on_commit_callbacks
):
    other = CourseLecturerFactory(course=course, user__language="en").user

    with django_capture_on_commit_callbacks(execute=True):
        question = ask(course)

    assert mailed() == sorted(
        [
            (lecturer.email, "你的课程有人提问：Why a Merkle root?"),
            (other.email, "Asked in your course: Why a Merkle root?"),
        ]
    )
    assert Question.objects.get(pk=question.pk).told_at is not None


def test_who_asked_and_who_answered_hear_of_a_reply_and_its_writer_does_not(course, lecturer):
    asker, helper = enroll(course).user, enroll(course).user
    question = ask(course, asker)
    first = questions.reply(question=question, user=helper, text="Because.")
    tasks.tell_of_reply(first.pk)
    assert [message.to for message in mail.outbox] == [[asker.email]]
    mail.outbox.clear()

    second = questions.reply(question=question, user=lecturer, text="Because of the tree.")
    tasks.tell_of_reply(second.pk)

    assert sorted(message.to[0] for message in mail.outbox) == sorted([asker.email, helper.email])


def test_who_lost_the_seat_hears_no_more(course, lecturer):
    seat = enroll(course)
    question = ask(course, seat.user)
    enrolling.end_seat(enrollment=seat)

    tasks.tell_of_reply(questions.reply(question=question, user=lecturer, text="So.").pk)

    assert mail.outbox == []


def test_nobody_is_mailed_twice(course, lecturer):
    question = ask(course)
    for _ in range(2):
        tasks.tell_of_question(question.pk)
        jobs.tell_of_posts()

    assert len(mail.outbox) == 1


class FullMailbox(EmailBackend):
    """Takes no mail for one address."""

    refused = ""

    def send_messages(self, messages):
        if any(self.refused in message.to for message in messages):
            raise OSError("try later")
        return super().send_messages(messages)


def test_a_mail_that_failed_is_owed_and_the_others_are_not_sent_again(course, settings):
    first, second = (CourseLecturerFactory(course=course).user for _ in range(2))
    question = ask(course)
    settings.EMAIL_BACKEND = f"{__name__}.FullMailbox"
    FullMailbox.refused = second.email
    with pytest.raises(OSError, match="try later"):
        tasks.tell_of_question.run(question.pk)
    Question.objects.update(created_at=timezone.now() - timedelta(hours=1))

    FullMailbox.refused = ""
    jobs.tell_of_posts()

    assert [message.to[0] for message in mail.outbox] == [first.email, second.email]
    assert PostNotice.objects.filter(sent_at=None).count() == 0


def test_what_was_taken_away_is_told_nobody(course, lecturer):
    question = ask(course)
    questions.remove(post=question)

    tasks.tell_of_question(question.pk)

    assert mail.outbox == []


def test_an_answer_is_accepted_in_the_place_of_another_and_given_up(course):
    first, second = ReplyFactory(), None
    second = ReplyFactory(question=first.question)
    questions.accept(reply=first, accepted=True)

    assert questions.accept(reply=second, accepted=True).accepted_reply == second
    assert questions.accept(reply=first, accepted=False).accepted_reply == second
    assert questions.accept(reply=second, accepted=False).accepted_reply is None


@pytest.mark.parametrize("take", ["remove", "hide"])
def test_an_accepted_answer_that_is_taken_away_answers_no_more(take):
    reply = ReplyFactory()
    questions.accept(reply=reply, accepted=True)

    if take == "remove":
        questions.remove(post=reply)
    else:
        questions.hide(post=reply, by=UserFactory(), reason="Wrong.")

    reply.question.refresh_from_db()
    assert reply.question.accepted_reply is None
    with pytest.raises(PostGone):
        questions.accept(reply=reply, accepted=True)


def test_other_words_keep_the_old_ones_and_the_same_words_change_nothing():
    question = QuestionFactory(title="Old?", text="Old.")
    questions.edit_question(question=question, title="Old?", text="Old.")
    assert PostRevision.objects.count() == 0

    changed = questions.edit_question(question=question, title="New?", text="New.")

    assert (changed.title, changed.edited_at is not None) == ("New?", True)
    assert PostRevision.objects.values_list("title", "text").get() == ("Old?", "Old.")


def test_nobody_answers_a_question_that_was_taken_away():
    question = QuestionFactory()
    questions.remove(post=question)

    with pytest.raises(PostGone):
        questions.reply(question=question, user=UserFactory(), text="So.")


def test_hiding_is_logged_without_the_words(course):
    staff, question = UserFactory(), ask(course)

    questions.hide(post=question, by=staff, reason="Off topic.")
    questions.hide(post=question, by=UserFactory(), reason="Again.")
    questions.show(post=question, by=staff)

    log = course.log.filter(action__startswith="post_").order_by("pk")
    assert list(log.values_list("by", "action", "target")) == [
        (staff.pk, "post_hidden", question.public_id),
        (staff.pk, "post_shown", question.public_id),
    ]


def test_one_person_cannot_flood_the_lecturers(course):
    user = enroll(course).user
    for number in range(questions.MOST_AN_HOUR):
        ask(course, user, title=f"Question {number}?")

    with pytest.raises(TooManyPosts):
        ask(course, user)


def test_search_wants_every_word_in_the_question_or_in_a_shown_reply():
    found = QuestionFactory(title="Merkle 树是什么？", text="见第二节")
    ReplyFactory(question=found, text="A tree of hashes")
    ReplyFactory(question=found, text="secret words", hidden_at=timezone.now())
    QuestionFactory(title="Gas?")

    for words in ("merkle", "Merkle 第二节", "hashes", "ＭＥＲＫＬＥ"):
        assert list(Question.objects.search(words)) == [found]
    assert list(Question.objects.search("secret")) == []
    assert list(Question.objects.search("merkle gas")) == []
